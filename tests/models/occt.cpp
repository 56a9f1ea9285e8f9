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
