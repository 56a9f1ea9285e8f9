// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "occt.h"
#include <chrono>
#include <thread>

void work(int item);
bool again();

void warns_loop(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  while (again()) // expected-warning {{loop never looks at 'scope'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (scope.UserBreak())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
// More() is true as long as nobody cancelled.
void no_warning_more(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  while (scope.More())
    work(1);
}
void no_warning_more_of_both(const Message_ProgressRange &range, TopExp_Explorer parts) { // expected-warning {{'occt' has it last}}
  Message_ProgressScope scope(range, "work", 10);
  for (; parts.More() && scope.More(); parts.Next(), scope.Next())
    work(1);
}
void no_warning_range(const Message_ProgressRange &range) {
  while (range.More())
    work(1);
}
void no_warning_range_break(const Message_ProgressRange &range) {
  while (!range.UserBreak())
    work(1);
}
void no_warning_break(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  while (again()) {
    if (scope.UserBreak())
      return;
    work(1);
  }
}
void no_warning_not_more(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  while (again()) {
    if (!scope.More())
      return;
    work(1);
  }
}
// The wrong way round: a loop that ends when it may go on.
void warns_polarity(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  while (!scope.More()) // expected-warning {{looks at 'scope' but does not end when it is cancelled}}
    work(2);
}
// More() of an iterator is no poll.
void warns_explorer(const Message_ProgressRange &range, TopExp_Explorer parts) { // expected-warning {{'occt' has it last}}
  Message_ProgressScope scope(range, "work", 10);
  for (; parts.More(); parts.Next()) // expected-warning {{loop never looks at 'scope'}}
    work(3);
  // CHECK-FIXES: for (; parts.More(); parts.Next()) {
  // CHECK-FIXES-NEXT: if (scope.UserBreak())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_stale(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  const bool more = scope.More();
  while (more) // expected-warning {{loop tests 'more', which was asked once}}
    work(4);
  // CHECK-FIXES: while (scope.More())
}

void warns_default(const Message_ProgressRange &range, BRepAlgoAPI_Common &common) {
  Message_ProgressScope scope(range, "work", 2);
  scope.Show();
  common.Build(); // expected-warning {{'Build' takes a cancellation token, but 'scope' is not passed on}}
  // CHECK-FIXES: common.Build(scope.Next());
}
bool warns_overload(const Message_ProgressRange &range, Mesh &mesh) {
  Message_ProgressScope scope(range, "work", 2);
  scope.Show();
  return mesh.Perform(1); // expected-warning {{'Perform' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return mesh.Perform(1, scope.Next());
}
// The range goes to the first who takes it, and cannot go to a second.
void warns_range_unused_so_far(const Message_ProgressRange &range, BRepAlgoAPI_Common &common) { // expected-warning {{parameter 'range' is never used}}
  common.Build(); // expected-warning {{'Build' takes a cancellation token, but 'range' is not passed on}}
  // CHECK-FIXES: common.Build(range);
}
void warns_range_used_up(const Message_ProgressRange &range, BRepAlgoAPI_Common &common,
                         Mesh &mesh) {
  mesh.Perform(1, range);
  common.Build(); // expected-warning {{'Build' takes a cancellation token, but 'range' is not passed on}}
}
void no_warning_passed(const Message_ProgressRange &range, BRepAlgoAPI_Common &common,
                       Mesh &mesh) {
  Message_ProgressScope scope(range, "work", 2);
  common.Build(scope.Next());
  mesh.Perform(1, scope.Next(2));
}
void warns_only_default_token(const Message_ProgressRange &range, BRepAlgoAPI_Common &common) {
  Message_ProgressScope scope(range, "work", 2);
  scope.Show();
  common.Build(Message_ProgressRange()); // expected-warning {{is given a token that never cancels, but 'scope' is in reach}}
  // CHECK-FIXES: common.Build(scope.Next());
}
void no_warning_own_indicator(Message_ProgressIndicator &indicator,
                              BRepAlgoAPI_Common &common) {
  common.Build(indicator.Start());
}
// Each round passes a part of the scope on.
void no_warning_next_in_loop(const Message_ProgressRange &range, Mesh &mesh) {
  Message_ProgressScope scope(range, "work", 10);
  while (again())
    mesh.Perform(1, scope.Next());
}
void warns_unused(const Message_ProgressRange &range, int item) { // expected-warning {{parameter 'range' is never used}} expected-warning {{'occt' has it last}}
  work(item);
}
void warns_sleep(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 2);
  scope.Show();
  std::this_thread::sleep_for(std::chrono::seconds(5)); // expected-warning {{'sleep_for' waits}}
}

// What is held by hand.
void warns_leak(const Message_ProgressRange &range) {
  int *held = new int(1);
  while (again()) {
    if (!range.More()) // expected-warning {{'held' is not deleted when 'range' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (!range.More()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(const Message_ProgressRange &range) {
  int *held = new int(1);
  while (again())
    if (!range.More())
      break;
  delete held;
}

// Answers.
void warns_answer_dropped(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  scope.More(); // expected-warning {{the answer of 'scope.More()' is dropped; leave when it is false}}
  work(1);
}

// Thrown by hand, with the class of every other failure: a handler in front
// would take those, too.
void throw_if_broken(const Message_ProgressScope &scope) {
  if (!scope.More())
    throw Standard_Failure("broken");
}
void warns_swallowed(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  while (again()) {
    try {
      throw_if_broken(scope);
      work(1);
    } catch (const Standard_Failure &) { // expected-warning {{and the loop goes on; 'Standard_Failure' may also be something else: ask the token here}}
      work(2);
    }
  }
}
// What the other branch does uses nothing up, nor does a question.
void warns_either(BRepAlgoAPI_Common &common, BRepAlgoAPI_Common &other,
                  const Message_ProgressRange &range) {
  if (range.UserBreak())
    return;
  if (again())
    common.Build(range);
  else
    other.Build(); // expected-warning {{'Build' takes a cancellation token, but 'range' is not passed on}}
  // CHECK-FIXES: other.Build(range);
}
// A scope hands parts out on one thread only.
void warns_spawned(const Message_ProgressRange &range, BRepAlgoAPI_Common &common) {
  Message_ProgressScope scope(range, "work", 10);
  if (!scope.More())
    return;
  std::thread worker([&] { // expected-warning@:15 {{never sees 'scope', but 'Build' in it takes a token}}
    while (again())
      common.Build();
  });
  worker.join();
}
// The log of the library.
void no_warning_log(int count, const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  for (int i = 0; i < count; ++i)
    Message::SendWarning("failed");
}

// --- tables
void warns_parallel(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  OSD_Parallel::For(0, 100, [](int i) { work(i); }); // expected-warning {{callable that this runs again and again never looks at 'scope'}}
  scope.Show();
}
void warns_sleep_of_library(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  while (scope.More()) {
    OSD::MilliSecSleep(100);
    OSD::MilliSecSleep(5000); // expected-warning {{'MilliSecSleep' waits}}
  }
}
void warns_locked(const Message_ProgressRange &range, Standard_Mutex &mutex) {
  mutex.Lock();
  if (range.UserBreak()) // expected-warning {{'mutex' is not unlocked when 'range' is cancelled here}}
    return;
  // CHECK-FIXES: if (range.UserBreak()) {
  // CHECK-FIXES-NEXT: mutex.Unlock();
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES-NEXT: }
  mutex.Unlock();
}
double no_warning_cheap(int faces, const Message_ProgressRange &range) {
  double sum = 0, location = 0;
  for (int face = 0; face < faces; ++face)
    if (BRep_Tool::Triangulation(face, location))
      sum += Precision::Confusion();
  return range.More() ? sum : 0;
}

// --- ranges are handed out by one thread
void meshOne(int face, const Message_ProgressRange &theRange = Message_ProgressRange());
template <class Work> void inParallel(int from, int to, Work work);
void warns_in_lambda(int faces, const Message_ProgressRange &theRange) {
  Message_ProgressScope aPS(theRange, "Meshing", faces);
  auto all = [&](int face) {
    meshOne(face); // expected-warning {{'meshOne' takes a cancellation token, but 'aPS' is not passed on}}
    // expected-note@-1 {{no automatic fix: 'aPS' may be asked by several threads here}}
  };
  all(1);
}

// --- who cancels the range himself
void no_warning_cancels_itself(Message_ProgressIndicator &progress, Mesh &mesh, bool (*done)()) {
  const Message_ProgressRange range = progress.Start();
  std::thread worker([&] { mesh.Perform(1, range); });
  for (int tick = 0; tick < 1000; ++tick) {
    if (done())
      break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  progress.Cancel();
  worker.join();
}
void warns_started(Message_ProgressIndicator &progress, Message_ProgressIndicator &other, Mesh &mesh) {
  const Message_ProgressRange range = progress.Start();
  while (again()) // expected-warning {{loop never looks at 'range'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (range.UserBreak())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
  other.Cancel();
  mesh.Perform(1, range);
}
// A handler that is told of a failure ends nothing.
struct Handler {
  operator Message_ProgressRange() const;
  Message_ProgressRange start() const;
  void Abort(const char *why) const;
};
void warns_told_of_failure(const Handler &handler, Mesh &mesh) {
  Message_ProgressScope scope(handler, "mesh", 1);
  if (!mesh.Perform(1)) // expected-warning {{'Perform' has an overload that takes a cancellation token}}
    // CHECK-FIXES: if (!mesh.Perform(1, scope.Next()))
    handler.Abort("no mesh");
}
void warns_told_by_started(const Handler &handler, Mesh &mesh) {
  const Message_ProgressRange range = handler.start();
  if (!mesh.Perform(1)) // expected-warning {{'Perform' has an overload that takes a cancellation token}}
    // CHECK-FIXES: if (!mesh.Perform(1, range))
    handler.Abort("no mesh");
}

// --- a step that nobody is given is made already
void warns_steps_anyway(Mesh &mesh, const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "mesh", 9);
  for (int part = 0; part < 100 && scope.More(); ++part) {
    mesh.Perform(part); // expected-warning {{'Perform' has an overload that takes a cancellation token}}
    // expected-note@-1 {{no automatic fix: 'scope.Next()' is called here already, for nobody}}
    scope.Next();
  }
}
void warns_steps_elsewhere(Mesh &mesh, const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "mesh", 9);
  for (int part = 0; part < 100 && scope.More(); ++part)
    mesh.Perform(part); // expected-warning {{'Perform' has an overload that takes a cancellation token}}
  // CHECK-FIXES: mesh.Perform(part, scope.Next());
  scope.Next();
}

// --- the rest of the catalogue
[[clang::annotate("cancel::point_of_no_return")]] void book(int item);
bool warns_poll_behind_commit(const Message_ProgressRange &range) {
  book(1);
  if (range.UserBreak()) // expected-warning {{'range' can still be cancelled here, behind the point of no return 'book'}}
    return false;
  work(1);
  return true;
}
bool warns_given_behind_commit(Mesh &mesh, const Message_ProgressRange &range) {
  if (range.UserBreak())
    return false;
  book(1);
  return mesh.Perform(1, range); // expected-warning {{is given 'range' behind the point of no return 'book'}}
  // CHECK-FIXES: return mesh.Perform(1, Message_ProgressRange());
}
void no_warning_before_commit(const Message_ProgressRange &range) {
  if (range.UserBreak())
    return;
  book(1);
}
static void pause_a_while() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
static void pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
void warns_pause(const Message_ProgressRange &range) {
  if (range.UserBreak())
    return;
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'range': it waits in 'sleep_for'}}
}
void no_warning_short_pause(const Message_ProgressRange &range) {
  if (range.UserBreak())
    return;
  pause_shortly();
}
void warns_each_pixel(int (&image)[480][640], const Message_ProgressRange &range) {
  for (auto &row : image)
    for (int &pixel : row) {
      if (range.UserBreak()) // expected-warning {{'range' is asked in each round of a loop that only calculates}}
        return;
      pixel *= 2;
    }
}
void no_warning_each_row(int (&image)[480][640], const Message_ProgressRange &range) {
  for (auto &row : image) {
    if (range.UserBreak())
      return;
    for (int &pixel : row)
      pixel *= 2;
  }
}
int width_of(int page);
struct Table {
  int page_ = 0, width_ = 0;
  void warns_half_updated(int page, const Message_ProgressRange &range) {
    page_ = page;
    if (range.UserBreak()) // expected-warning {{cancelling 'range' here leaves the object half updated: 'page_' is new, 'width_' is not}}
      return;
    width_ = width_of(page);
  }
  void no_warning_updated_behind(int page, const Message_ProgressRange &range) {
    const int width = width_of(page);
    if (range.UserBreak())
      return;
    page_ = page;
    width_ = width;
  }
};
bool warns_no_parameter(Mesh &mesh) {
  return mesh.Perform(1); // expected-warning {{has an overload that takes a cancellation token, but 'warns_no_parameter' has none to pass on}}
}
// No fix: a copy takes the range away from the one it is made of.
auto warns_dangling(Message_ProgressRange range) {
  return [&range] { return range.More(); }; // expected-warning {{'range' is captured by reference and may be gone when the lambda runs}}
}
auto no_warning_copied(Message_ProgressRange range) {
  return [range] { return range.More(); };
}
void warns_poll_more_behind_commit(const Message_ProgressRange &range) {
  book(1);
  if (!range.More()) // expected-warning {{'range' can still be cancelled here}}
    return;
  work(1);
}
void warns_stale_break(const Message_ProgressRange &range) {
  const bool broken = range.UserBreak();
  while (!broken) // expected-warning {{loop tests 'broken', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!range.UserBreak())
}
// A scope, asked the other way.
void warns_scope_behind_commit(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  book(1);
  if (!scope.More()) // expected-warning {{'scope' can still be cancelled here}}
    return;
  work(1);
}
void warns_each_pixel_of_scope(int (&image)[480][640], const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "work", 10);
  for (int row = 0; row < 480; ++row)
    for (int column = 0; column < 640 && scope.More(); ++column) // expected-warning {{'scope' is asked in each round}}
      image[row][column] *= 2;
}

// A range is used up by the call: what it made keeps none.
struct Shape {
  int part;
};
class Sewing {
public:
  void Perform(const Message_ProgressRange &range = Message_ProgressRange());
  Shape SewedShape() const;
};
class Fix {
public:
  explicit Fix(const Shape &shape);
  void Perform(const Message_ProgressRange &range = Message_ProgressRange());
};
class Operator {
public:
  Shape Process(const Shape &shape, const Message_ProgressRange &range = Message_ProgressRange());
};
void warns_second_of_two(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "sew", 2);
  Sewing sewer;
  sewer.Perform(scope.Next());
  Fix fix(sewer.SewedShape());
  fix.Perform(); // expected-warning {{'Perform' takes a cancellation token, but 'scope' is not passed on}}
  // CHECK-FIXES: fix.Perform(scope.Next());
}
Shape warns_second_operator(Operator &first, Operator &second, Shape shape, const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "process", 2);
  shape = first.Process(shape, scope.Next());
  return second.Process(shape); // expected-warning {{'Process' takes a cancellation token, but 'scope' is not passed on}}
  // CHECK-FIXES: return second.Process(shape, scope.Next());
}
// What is made with a range keeps it.
class Loader {
public:
  explicit Loader(const Message_ProgressRange &range);
  void Perform(const Message_ProgressRange &range = Message_ProgressRange());
};
void no_warning_made_with_range(const Message_ProgressRange &range) {
  Message_ProgressScope scope(range, "load", 1);
  Loader loader(scope.Next());
  loader.Perform();
}
