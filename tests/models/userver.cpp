// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
//
// Nothing is reported for lack of a look at the running task. Beside another
// family's token it shows that its functions count as looking.
#include "userver.h"
#include <stop_token>

namespace engine = userver::engine;
using namespace std::chrono_literals;
void work(int item);
bool again();
void start(std::stop_token stop);

void no_warning_no_token() {
  while (again())
    work(1);
}
void no_warning_canceller(engine::TaskCancellationToken token) {
  while (again())
    work(1);
  token.RequestCancel();
}
void no_warning_canceller_unused(engine::TaskCancellationToken token, int item) {
  work(item);
  work(2);
}
void warns_loop(std::stop_token stop) {
  start(stop);
  while (again()) // expected-warning {{loop never looks at 'stop'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_should_cancel(std::stop_token stop) {
  start(stop);
  while (!engine::current_task::ShouldCancel())
    work(1);
}
void no_warning_requested(std::stop_token stop) {
  start(stop);
  while (again()) {
    if (engine::current_task::IsCancelRequested())
      return;
    work(1);
  }
}
void no_warning_point(std::stop_token stop) {
  start(stop);
  while (again()) {
    engine::current_task::CancellationPoint();
    work(1);
  }
}
void warns_swallowed(std::stop_token stop) {
  start(stop);
  while (again()) {
    try {
      engine::current_task::CancellationPoint();
      work(1);
    } catch (const engine::TaskCancelledException &) { // expected-warning {{swallows the cancellation, and the loop goes on}}
    }
  }
}
void no_warning_sleep(std::stop_token stop) {
  start(stop);
  while (again())
    engine::InterruptibleSleepFor(5s);
}
void warns_sleep(std::stop_token stop) {
  start(stop);
  engine::SleepFor(5s); // expected-warning {{'SleepFor' waits, and cancelling 'stop' cannot interrupt it}}
}

// What is held by hand; what is cancelled is the task, not the token.
void warns_leak(std::stop_token stop) {
  start(stop);
  int *held = new int(1);
  engine::current_task::CancellationPoint(); // expected-warning {{'held' is not deleted when the work is cancelled here: 'delete' is skipped}}
  delete held;
}
