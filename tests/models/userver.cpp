// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
//
// Nothing is reported for lack of a look at the running task. Beside another
// family's token it shows that its functions count as looking.
#include "userver.h"
#include <stop_token>
#include <vector>

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

// --- the rest of the catalogue

[[clang::annotate("cancel::point_of_no_return")]] void commit(int item);
void warns_point_behind_commit(int item) {
  commit(item);
  engine::current_task::CancellationPoint(); // expected-warning {{can still be cancelled here, behind the point of no return 'commit'}}
  work(item);
}
void no_warning_in_front_of_commit(int item) {
  engine::current_task::CancellationPoint();
  commit(item);
  work(item);
}
void warns_stale() {
  const bool stopped = engine::current_task::ShouldCancel();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!engine::current_task::ShouldCancel())
}
void warns_answer_dropped() {
  engine::current_task::IsCancelRequested(); // expected-warning {{the answer of 'engine::current_task::IsCancelRequested()' is dropped}}
  work(1);
}
void warns_each_value(std::vector<std::vector<int>> &rows) {
  for (std::vector<int> &row : rows)
    for (int &value : row) {
      if (engine::current_task::ShouldCancel()) // expected-warning {{in each round of a loop that only calculates}}
        return;
      value = 255 - value;
    }
}
void warns_each_value_thrown(std::vector<std::vector<int>> &rows) {
  for (std::vector<int> &row : rows)
    for (int &value : row) {
      engine::current_task::CancellationPoint(); // expected-warning {{in each round of a loop that only calculates}}
      value = 255 - value;
    }
}
int load(int page);
class Table {
public:
  void warns_half_updated(int page) {
    rows_ = load(page);
    engine::current_task::CancellationPoint(); // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
    width_ = 2 * rows_;
  }
  bool warns_half_updated_polled(int page) {
    rows_ = load(page);
    if (engine::current_task::ShouldCancel()) // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
      return false;
    width_ = 2 * rows_;
    return true;
  }
  void no_warning_both_behind(int page) {
    int rows = load(page);
    engine::current_task::CancellationPoint();
    rows_ = rows;
    width_ = 2 * rows;
  }

private:
  int rows_ = 0, width_ = 0;
};
// What waits cannot be cancelled by another family's token either.
static void pause_long() { engine::SleepFor(5s); }
void warns_deaf_call(std::stop_token stop) {
  start(stop);
  pause_long(); // expected-warning {{'pause_long' cannot be cancelled through 'stop': it waits in 'SleepFor'}}
}
static void pause_interruptibly() { engine::InterruptibleSleepFor(5s); }
void no_warning_interruptible_call(std::stop_token stop) {
  start(stop);
  pause_interruptibly();
}
