// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A file in which nothing is a token: the running task is asked.
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "userver.h"

namespace engine = userver::engine;
void work(int item);
bool again();

void warns_dropped() {
  engine::current_task::ShouldCancel(); // expected-warning {{the answer of 'engine::current_task::ShouldCancel()' is dropped}}
  work(1);
}
void warns_stale() {
  const bool stopped = engine::current_task::IsCancelRequested();
  while (again()) { // expected-warning {{loop tests 'stopped', which was asked once}}
    if (stopped)
      return;
    // CHECK-FIXES: if (engine::current_task::IsCancelRequested())
    work(1);
  }
}
void warns_swallowed() {
  while (again()) {
    try {
      engine::current_task::CancellationPoint();
      work(1);
    } catch (const std::exception &) { // expected-warning {{this handler swallows the cancellation, and the loop goes on}}
      // CHECK-FIXES: } catch (const userver::engine::TaskCancelledException &) {
      // CHECK-FIXES-NEXT: throw;
    }
  }
}
void no_warning_asked() {
  while (again() && !engine::current_task::ShouldCancel())
    work(1);
}
// Nothing is reported for lack of a look.
void no_warning_loop() {
  while (again())
    work(1);
  engine::SleepFor(std::chrono::seconds(5));
}
