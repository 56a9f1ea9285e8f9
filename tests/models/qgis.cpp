// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "qgis.h"
#include <chrono>
#include <exception>
#include <thread>
#include <vector>

void work(int item);
bool again();

// The fix guards the pointer.
void warns_loop(QgsFeedback *feedback) {
  if (feedback)
    feedback->setProgress(0);
  while (again()) // expected-warning {{loop never looks at 'feedback'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (feedback && feedback->isCanceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_derived(QgsProcessingFeedback *feedback) {
  feedback->pushInfo("begin");
  while (again()) // expected-warning {{loop never looks at 'feedback'}}
    work(2);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (feedback && feedback->isCanceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(QgsFeedback *feedback) {
  while (again()) {
    if (feedback && feedback->isCanceled())
      break;
    work(1);
  }
}
void no_warning_unguarded(QgsProcessingFeedback *feedback) {
  while (!feedback->isCanceled())
    work(1);
}
// The iterator looks at the feedback of its request.
void no_warning_request(const QgsVectorLayer &layer, QgsFeedback *feedback) {
  QgsFeatureRequest request;
  request.setFeedback(feedback);
  QgsFeatureIterator features = layer.getFeatures(request);
  QgsFeature feature;
  while (features.nextFeature(feature))
    work(1);
}
bool warns_default(QgsVectorLayer &layer, QgsFeedback *feedback) {
  feedback->setProgress(1);
  return layer.addFeatures(3); // expected-warning {{'addFeatures' takes a cancellation token, but 'feedback' is not passed on}}
  // CHECK-FIXES: return layer.addFeatures(3, 0, feedback);
}
bool warns_overload(QgsFeedback *feedback) {
  feedback->setProgress(1);
  return QgsGeometryCheck::check(1); // expected-warning {{'check' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return QgsGeometryCheck::check(1, feedback);
}
bool warns_carrier(QgsVectorLayer &layer, const QgsFeatureRequest &request) {
  return layer.addFeatures(3); // expected-warning {{'request.feedback()' is not passed on}}
  // CHECK-FIXES: return layer.addFeatures(3, 0, request.feedback());
}
bool no_warning_passed(QgsVectorLayer &layer, QgsFeedback *feedback) {
  return layer.addFeatures(3, 0, feedback) && QgsGeometryCheck::check(1, feedback);
}
bool warns_only_default_token(QgsVectorLayer &layer, QgsFeedback *feedback) {
  feedback->setProgress(1);
  return layer.addFeatures(3, 0, nullptr); // expected-warning {{is given a token that never cancels, but 'feedback' is in reach}}
  // CHECK-FIXES: return layer.addFeatures(3, 0, feedback);
}
// Steps are linked to the feedback that they are made of.
void no_warning_steps(QgsVectorLayer &layer, QgsProcessingFeedback *feedback) {
  QgsProcessingMultiStepFeedback steps(3, feedback);
  while (again()) {
    steps.setCurrentStep(1);
    layer.addFeatures(3, 0, &steps);
  }
}
bool no_warning_own_feedback(QgsVectorLayer &layer) {
  QgsFeedback mine;
  return layer.addFeatures(3, 0, &mine) && layer.addFeatures(4);
}
void no_warning_canceller(QgsFeedback *feedback) { feedback->cancel(); }
void warns_unused(QgsFeedback *feedback, int item) { // expected-warning {{parameter 'feedback' is never used}} expected-warning {{'qgis' has it last}}
  work(item);
}
struct Algorithm {
  virtual ~Algorithm() = default;
  virtual void processAlgorithm(int item, QgsProcessingFeedback *feedback) {
    work(item);
  }
};
struct Renderer {
  QgsFeedback *mFeedback = nullptr;
  void warns_member() {
    while (again()) // expected-warning {{loop never looks at 'mFeedback'}}
      work(3);
    // CHECK-FIXES: while (again()) {
    // CHECK-FIXES-NEXT: if (mFeedback && mFeedback->isCanceled())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
  void no_warning_member() {
    while (!mFeedback->isCanceled())
      work(1);
  }
};
void warns_sleep(QgsFeedback *feedback) {
  feedback->setProgress(1);
  std::this_thread::sleep_for(std::chrono::seconds(5)); // expected-warning {{'sleep_for' waits, and cancelling 'feedback' cannot interrupt it}}
}

// What is told to the feedback is no look at it, and costs nothing.
void warns_progress_only(QgsFeedback *feedback) {
  while (again()) { // expected-warning {{loop never looks at 'feedback'}}
    // CHECK-FIXES: if (feedback && feedback->isCanceled())
    // CHECK-FIXES-NEXT: return;
    if (feedback)
      feedback->setProgress(1);
    work(1);
  }
}
void no_warning_reports_only(QgsProcessingFeedback *feedback, const char *const *names) { // expected-warning {{'qgis' has it last}}
  for (; *names; ++names)
    feedback->pushInfo(*names);
}

// What the signal calls may end the loop.
void no_warning_connected(QgsFeedback *feedback, bool (*done)(), void (*stop)()) {
  QObject::connect(feedback, &QgsFeedback::canceled, stop);
  while (!done())
    work(1);
}
void warns_connected_to_another(QgsFeedback *feedback, QObject *other, void (*stop)()) { // expected-warning {{parameter 'feedback' is never used}}
  QObject::connect(other, &QgsFeedback::canceled, stop);
  while (again()) // expected-warning {{loop never looks at 'feedback'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (feedback && feedback->isCanceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// --- sources
bool warns_fresh(QgsVectorLayer &layer, QgsFeedback *feedback) {
  feedback->setProgress(1);
  QgsFeedback mine; // expected-warning {{cancelling 'feedback' does not reach 'addFeatures'}}
  return layer.addFeatures(3, 0, &mine);
}
bool no_warning_linked(QgsVectorLayer &layer, QgsFeedback *feedback) {
  QgsFeedback mine;
  QObject::connect(feedback, &QgsFeedback::canceled, &mine, &QgsFeedback::cancel);
  return layer.addFeatures(3, 0, &mine);
}
class QgsRasterBlockFeedback : public QgsFeedback {};
// Cancelling the new one cancels the given one, and not the other way round.
bool warns_linked_the_wrong_way(QgsVectorLayer &layer, QgsProcessingFeedback *feedback) {
  QgsRasterBlockFeedback mine; // expected-warning {{cancelling 'feedback' does not reach 'addFeatures'}}
  if (feedback)
    QObject::connect(&mine, &QgsFeedback::canceled, feedback, &QgsFeedback::cancel);
  return layer.addFeatures(3, 0, &mine);
}

// What is held by hand.
void warns_leak(QgsFeedback *feedback) {
  int *held = new int(1);
  while (again()) {
    if (feedback && feedback->isCanceled()) // expected-warning {{'held' is not deleted when 'feedback' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (feedback && feedback->isCanceled()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(QgsFeedback *feedback) {
  int *held = new int(1);
  while (again())
    if (feedback && feedback->isCanceled())
      break;
  delete held;
}

// Answers.
void warns_answer_dropped(QgsFeedback *feedback) {
  feedback->isCanceled(); // expected-warning {{is dropped}}
  work(1);
}
void warns_empty_branch(QgsFeedback *feedback) {
  if (feedback && feedback->isCanceled()) { // expected-warning {{this branch on 'feedback->isCanceled()' is empty}}
  }
  work(1);
}

// --- life

auto warns_dangling(QgsFeedback *feedback) {
  return [&feedback] { return feedback->isCanceled(); }; // expected-warning {{'feedback' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [feedback] { return feedback->isCanceled(); };
}
// Nobody knows a feedback yet that the constructor has just made.
struct GroupRenderer {
  explicit GroupRenderer(int layers) : mFeedback(new QgsFeedback()), mOther(nullptr) {
    for (int i = 0; i < layers; ++i)
      work(i);
  }
  bool no_warning_made_here() const { return mFeedback->isCanceled(); }
  QgsFeedback *mFeedback;
  int *mOther;
};
struct GivenRenderer {
  GivenRenderer(int layers, QgsFeedback *feedback) : mFeedback(feedback) {
    for (int i = 0; i < layers; ++i) // expected-warning {{loop never looks at 'feedback'}}
      work(i);
    // CHECK-FIXES: for (int i = 0; i < layers; ++i) {
    // CHECK-FIXES-NEXT: if (feedback && feedback->isCanceled())
    // CHECK-FIXES-NEXT: break;
    // CHECK-FIXES: }
  }
  QgsFeedback *mFeedback;
};

// A walk over a data source, whatever is done with what it gives.
int warns_cursor(const QgsVectorLayer &layer, QgsFeedback *feedback) { // expected-warning {{parameter 'feedback' is never used}}
  QgsFeatureIterator it = layer.getFeatures(QgsFeatureRequest());
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature)) { // expected-warning {{loop never looks at 'feedback'; 'nextFeature' may run long in each round}}
    ++count;
  }
  // CHECK-FIXES: if (feedback && feedback->isCanceled())
  // CHECK-FIXES-NEXT: break;
  return count;
}
// The request has the feedback: the iterator ends when it is cancelled.
int no_warning_cursor(const QgsVectorLayer &layer, QgsFeedback *feedback) {
  QgsFeatureIterator it = layer.getFeatures(QgsFeatureRequest().setFeedback(feedback));
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}
// Nothing gives this request a feedback, so that it carries none.
int warns_blank_request(const QgsVectorLayer &layer, QgsFeedback *feedback) { // expected-warning {{parameter 'feedback' is never used}}
  QgsFeatureRequest request;
  request.setLimit(100);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature)) // expected-warning {{loop never looks at 'feedback'; 'nextFeature' may run long in each round}}
    ++count;
  // CHECK-FIXES: while (it.nextFeature(feature)) {
  // CHECK-FIXES-NEXT: if (feedback && feedback->isCanceled())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return count;
}
// Neither does what it is made of.
int warns_request_of_rect(const QgsVectorLayer &layer, const QgsRectangle &extent, QgsFeedback *feedback) { // expected-warning {{parameter 'feedback' is never used}}
  const QgsFeatureRequest request(extent);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature)) // expected-warning {{loop never looks at 'feedback'; 'nextFeature' may run long in each round}}
    ++count;
  // CHECK-FIXES: while (it.nextFeature(feature)) {
  // CHECK-FIXES-NEXT: if (feedback && feedback->isCanceled())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return count;
}
int warns_request_of_chain(const QgsVectorLayer &layer, QgsFeedback *feedback) { // expected-warning {{parameter 'feedback' is never used}}
  QgsFeatureRequest request = QgsFeatureRequest().setLimit(3);
  request.setLimit(100);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature)) // expected-warning {{loop never looks at 'feedback'; 'nextFeature' may run long in each round}}
    ++count;
  // CHECK-FIXES: while (it.nextFeature(feature)) {
  // CHECK-FIXES-NEXT: if (feedback && feedback->isCanceled())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return count;
}
int no_warning_chain_with_it(const QgsVectorLayer &layer, QgsFeedback *feedback) {
  QgsFeatureRequest request = QgsFeatureRequest().setLimit(3).setFeedback(feedback);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}
int no_warning_chain_of_given(const QgsVectorLayer &layer, const QgsFeatureRequest &given, QgsFeedback *feedback) {
  feedback->setProgress(1);
  QgsFeatureRequest request = QgsFeatureRequest(given).setLimit(3);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}
QgsFeatureRequest defaultRequest();
int no_warning_chain_of_call(const QgsVectorLayer &layer, QgsFeedback *feedback) {
  feedback->setProgress(1);
  QgsFeatureRequest request = defaultRequest().setLimit(3);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}
// These may.
void prepare(QgsFeatureRequest &request);
void remember(QgsFeatureRequest *request);
int no_warning_prepared(const QgsVectorLayer &layer, QgsFeedback *feedback) {
  feedback->setProgress(1);
  QgsFeatureRequest request;
  prepare(request);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}
int no_warning_address(const QgsVectorLayer &layer, QgsFeedback *feedback) {
  feedback->setProgress(1);
  QgsFeatureRequest request;
  remember(&request);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}
int no_warning_captured(const QgsVectorLayer &layer, QgsFeedback *feedback) {
  QgsFeatureRequest request;
  auto set = [&] { request.setFeedback(feedback); };
  set();
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}
int no_warning_chain(const QgsVectorLayer &layer, QgsFeedback *feedback) {
  QgsFeatureRequest request;
  request.setLimit(1).setFeedback(feedback);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}
int no_warning_assigned(const QgsVectorLayer &layer, const QgsFeatureRequest &given, QgsFeedback *feedback) {
  feedback->setProgress(1);
  QgsFeatureRequest request;
  request = given;
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}
int no_warning_interruption(const QgsVectorLayer &layer, QObject *from, QgsFeedback *feedback) {
  feedback->setProgress(1);
  QgsFeatureRequest request;
  request.setInterruption(from);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}
int no_warning_copy(const QgsVectorLayer &layer, const QgsFeatureRequest &given, QgsFeedback *feedback) {
  feedback->setProgress(1);
  QgsFeatureRequest request(given);
  QgsFeatureIterator it = layer.getFeatures(request);
  QgsFeature feature;
  int count = 0;
  while (it.nextFeature(feature))
    ++count;
  return count;
}

// What a base class of the token offers asks nothing.
void warns_property(QgsAbstractLayoutIterator &pages, QgsFeedback *feedback) {
  while (pages.next()) { // expected-warning {{loop never looks at 'feedback'}}
    // CHECK-FIXES: if (feedback && feedback->isCanceled())
    // CHECK-FIXES-NEXT: return;
    feedback->setProperty("progress", 1);
    work(1);
  }
}
void no_warning_property(QgsAbstractLayoutIterator &pages, QgsFeedback *feedback) {
  while (pages.next()) {
    feedback->setProperty("progress", 1);
    if (feedback->isCanceled())
      return;
    work(1);
  }
}
void warns_walk(QgsOgrLayer &layer, QgsFeedback *feedback) {
  feedback->setProgress(0);
  int count = 0;
  while (layer.GetNextFeature()) // expected-warning {{loop never looks at 'feedback'; 'GetNextFeature' may run long in each round}}
    ++count;
  // CHECK-FIXES: while (layer.GetNextFeature()) {
  // CHECK-FIXES-NEXT: if (feedback && feedback->isCanceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// A connection to another feedback ends what has that one, and no loop.
bool block(int row, QgsFeedback *feedback);
void warns_linked(QgsFeedback *feedback) {
  if (again()) {
    QgsFeedback *inner = new QgsFeedback;
    QObject::connect(feedback, &QgsFeedback::canceled, inner, &QgsFeedback::cancel);
    block(1, inner);
  }
  while (again()) // expected-warning {{loop never looks at 'feedback'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (feedback && feedback->isCanceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_linked_given(QgsFeedback *feedback) {
  QgsFeedback *inner = new QgsFeedback;
  QObject::connect(feedback, &QgsFeedback::canceled, inner, &QgsFeedback::cancel);
  while (again())
    block(1, inner);
}
// Somebody else's: it may end anything.
QgsFeedback *current();
void no_warning_connected_to_current(QgsFeedback *feedback) {
  if (again()) {
    QgsFeedback *other = current();
    QObject::connect(feedback, &QgsFeedback::canceled, other, &QgsFeedback::cancel);
  }
  while (again())
    work(1);
}
void no_warning_connected_to_given(QgsFeedback *feedback, QgsFeedback *other) {
  QObject::connect(feedback, &QgsFeedback::canceled, other, &QgsFeedback::cancel);
  while (again())
    work(1);
}

// --- the rest of the catalogue

int fetch(int item, QgsFeedback *feedback = nullptr);
[[clang::annotate("cancel::point_of_no_return")]] void commit(int item);
bool warns_poll_behind_commit(int item, QgsFeedback *feedback) {
  commit(item);
  if (feedback->isCanceled()) // expected-warning {{'feedback' can still be cancelled here, behind the point of no return 'commit'}}
    return false;
  work(item);
  return true;
}
int warns_given_behind_commit(int item, QgsFeedback *feedback) {
  feedback->setProgress(0);
  commit(item);
  return fetch(item, feedback); // expected-warning {{'fetch' is given 'feedback' behind the point of no return 'commit'; pass 'nullptr'}}
  // CHECK-FIXES: return fetch(item, nullptr);
}
int no_warning_in_front_of_commit(int item, QgsFeedback *feedback) {
  int fetched = fetch(item, feedback);
  if (feedback->isCanceled())
    return 0;
  commit(item);
  return fetched;
}
void warns_stale(QgsFeedback *feedback) {
  const bool stopped = feedback->isCanceled();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!feedback->isCanceled())
}
static void pause_long() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
void warns_deaf_call(QgsFeedback *feedback) {
  feedback->setProgress(0);
  pause_long(); // expected-warning {{'pause_long' cannot be cancelled through 'feedback': it waits in 'sleep_for'}}
}
void warns_thread(QgsFeedback *feedback) {
  feedback->setProgress(0);
  std::thread([] { // expected-warning {{work that 'thread' starts never sees 'feedback', and is an endless loop}}
    while (true)
      work(1);
  }).detach();
}
int warns_missing(int item) {
  return fetch(item); // expected-warning {{'fetch' takes a cancellation token, but 'warns_missing' has none to pass on}}
}
int no_warning_none_written(int item) { return fetch(item, nullptr); }
void warns_each_value(std::vector<std::vector<int>> &rows, QgsFeedback *feedback) {
  for (std::vector<int> &row : rows)
    for (int &value : row) {
      if (feedback->isCanceled()) // expected-warning {{'feedback' is asked in each round of a loop that only calculates}}
        return;
      value = 255 - value;
    }
}
void no_warning_each_row(std::vector<std::vector<int>> &rows, QgsFeedback *feedback) {
  for (std::vector<int> &row : rows) {
    if (feedback->isCanceled())
      return;
    for (int &value : row)
      value = 255 - value;
  }
}
class Table {
public:
  bool warns_half_updated(int page, QgsFeedback *feedback) {
    rows_ = fetch(page, feedback);
    if (feedback->isCanceled()) // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
      return false;
    width_ = 2 * rows_;
    return true;
  }
  bool no_warning_both_behind(int page, QgsFeedback *feedback) {
    int rows = fetch(page, feedback);
    if (feedback->isCanceled())
      return false;
    rows_ = rows;
    width_ = 2 * rows;
    return true;
  }

private:
  int rows_ = 0, width_ = 0;
};
// The family has no exception: one of the project's.
struct Stopped : std::exception {};
void check(QgsFeedback *feedback) {
  if (feedback->isCanceled())
    throw Stopped();
}
void warns_swallowed(QgsFeedback *feedback) {
  while (again()) {
    try {
      check(feedback);
      work(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'feedback', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const Stopped &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
void no_warning_thrown_on(QgsFeedback *feedback) {
  while (again()) {
    try {
      check(feedback);
      work(1);
    } catch (const Stopped &) {
      throw;
    } catch (const std::exception &) {
    }
  }
}
// A feedback that the given one cancels, and others do.
bool warns_outer(QgsVectorLayer &layer, QgsFeedback *feedback) {
  QgsFeedback timed;
  QObject::connect(feedback, &QgsFeedback::canceled, &timed, &QgsFeedback::cancel);
  if (again())
    timed.cancel();
  return layer.addFeatures(3, 0, feedback); // expected-warning {{'addFeatures' gets 'feedback', but 'timed' is narrower}}
  // CHECK-FIXES: return layer.addFeatures(3, 0, &timed);
}
bool no_warning_narrower(QgsVectorLayer &layer, QgsFeedback *feedback) {
  QgsFeedback timed;
  QObject::connect(feedback, &QgsFeedback::canceled, &timed, &QgsFeedback::cancel);
  if (again())
    timed.cancel();
  return layer.addFeatures(3, 0, &timed);
}
static int collect(int item) { return fetch(item); } // expected-warning {{'fetch' takes a cancellation token, but 'collect' has none to pass on}}
// CHECK-FIXES: static int collect(int item, QgsFeedback *feedback) { return fetch(item, feedback); }
int warns_deaf_sink(QgsFeedback *feedback) {
  feedback->setProgress(0);
  return collect(1); // expected-warning {{'collect' cannot be cancelled through 'feedback': it calls 'fetch' without a token}}
  // CHECK-FIXES: return collect(1, feedback);
}
void warns_thread_sink(QgsFeedback *feedback) {
  feedback->setProgress(0);
  std::thread worker([] { fetch(1); }); // expected-warning {{work that 'thread' starts never sees 'feedback', but 'fetch' in it takes a token}}
  // CHECK-FIXES: std::thread worker([feedback] { fetch(1, feedback); });
  worker.join();
}
