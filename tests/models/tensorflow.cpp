// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "tensorflow.h"
#include <chrono>
#include <exception>
#include <thread>
#include <vector>

using tensorflow::CancellationManager;
using tensorflow::CancellationToken;
void work(int item);
bool again();
int fetch(int item, CancellationManager *manager = nullptr);
int load(int item);
int load(int item, CancellationManager *manager);
int close(int item);
int close(int item, CancellationToken token);
void start(CancellationManager *manager);

// The pointer may be null: the fix guards it.
void warns_loop(CancellationManager *manager) {
  start(manager);
  while (again()) // expected-warning {{loop never looks at 'manager'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (manager && manager->IsCancelled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(CancellationManager *manager) {
  while (!manager->IsCancelled())
    work(1);
}
void no_warning_guarded(CancellationManager *manager) {
  while (again()) {
    if (manager != nullptr && manager->IsCancelled())
      return;
    work(1);
  }
}
void no_warning_cancelling(CancellationManager *manager) {
  while (!manager->IsCancelling())
    work(1);
}
void warns_carrier(tensorflow::OpKernelContext *context) {
  while (again()) // expected-warning {{loop never looks at 'context->cancellation_manager()'; 'sleep_for' may wait in each round}}
    std::this_thread::sleep_for(std::chrono::seconds(2)); // expected-warning {{'sleep_for' waits}}
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (context->cancellation_manager() && context->cancellation_manager()->IsCancelled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_carrier(tensorflow::OpKernelContext *context) {
  while (!context->cancellation_manager()->IsCancelled())
    work(1);
}

int warns_default(CancellationManager *manager) {
  start(manager);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'manager' is not passed on}}
  // CHECK-FIXES: return fetch(1, manager);
}
int warns_overload(CancellationManager *manager) {
  start(manager);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, manager);
}
int no_warning_passed(CancellationManager *manager) {
  return fetch(1, manager) + load(2, manager);
}
int warns_only_default_token(CancellationManager *manager) {
  start(manager);
  return fetch(1, nullptr); // expected-warning {{is given a token that never cancels, but 'manager' is in reach}}
  // CHECK-FIXES: return fetch(1, manager);
}
// A number: neither polled, nor passed on, nor missed.
void no_warning_number(CancellationToken token, int item) {
  while (again())
    work(item);
  close(1);
}
void no_warning_deregister(CancellationManager &manager, CancellationToken token) {
  manager.DeregisterCallback(token);
}
int no_warning_own_manager() {
  CancellationManager mine;
  return fetch(1, &mine) + load(2);
}
int no_warning_child(CancellationManager *manager) {
  CancellationManager child(manager);
  return fetch(1, &child);
}
void no_warning_registration(CancellationManager *manager, void (*stop)()) {
  CancellationToken token = manager->get_cancellation_token();
  if (!manager->RegisterCallback(token, [=] { stop(); }))
    return;
  while (again())
    work(1);
  manager->DeregisterCallback(token);
}
void warns_unused(CancellationManager *manager, int item) { // expected-warning {{parameter 'manager' is never used}}
  work(item);
}
void warns_wait(CancellationManager *manager, std::thread &thread) {
  start(manager);
  thread.join(); // expected-warning {{'join' waits, and cancelling 'manager' cannot interrupt it}}
}

// --- sources
int warns_fresh(CancellationManager *manager) {
  start(manager);
  CancellationManager mine; // expected-warning {{cancelling 'manager' does not reach 'fetch'}}
  return fetch(1, &mine);
}

// What is held by hand.
void warns_leak(CancellationManager *manager) {
  int *held = new int(1);
  while (again()) {
    if (manager->IsCancelled()) // expected-warning {{'held' is not deleted when 'manager' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (manager->IsCancelled()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(CancellationManager *manager) {
  int *held = new int(1);
  while (again())
    if (manager->IsCancelled())
      break;
  delete held;
}

// A registration is a number.
void no_warning_registration(CancellationManager *manager) {
  manager->RegisterCallback(1, [] { work(0); });
  work(1);
}
void warns_answer_dropped(CancellationManager *manager) {
  manager->IsCancelled(); // expected-warning {{is dropped}}
  work(1);
}

// --- the rest of the catalogue

[[clang::annotate("cancel::point_of_no_return")]] void commit(int item);
bool warns_poll_behind_commit(int item, CancellationManager *manager) {
  commit(item);
  if (manager->IsCancelled()) // expected-warning {{'manager' can still be cancelled here, behind the point of no return 'commit'}}
    return false;
  work(item);
  return true;
}
int warns_given_behind_commit(int item, CancellationManager *manager) {
  start(manager);
  commit(item);
  return fetch(item, manager); // expected-warning {{'fetch' is given 'manager' behind the point of no return 'commit'; pass 'nullptr'}}
  // CHECK-FIXES: return fetch(item, nullptr);
}
int no_warning_in_front_of_commit(int item, CancellationManager *manager) {
  int fetched = fetch(item, manager);
  if (manager->IsCancelled())
    return 0;
  commit(item);
  return fetched;
}
void warns_stale(CancellationManager *manager) {
  const bool stopped = manager->IsCancelled();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!manager->IsCancelled())
}
static void pause_long() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
void warns_deaf_call(CancellationManager *manager) {
  start(manager);
  pause_long(); // expected-warning {{'pause_long' cannot be cancelled through 'manager': it waits in 'sleep_for'}}
}
void warns_thread(CancellationManager *manager) {
  start(manager);
  std::thread([] { // expected-warning {{work that 'thread' starts never sees 'manager', and is an endless loop}}
    while (true)
      work(1);
  }).detach();
}
int warns_missing(int item) {
  return fetch(item); // expected-warning {{'fetch' takes a cancellation token, but 'warns_missing' has none to pass on}}
}
int no_warning_none_written(int item) { return fetch(item, nullptr); }
void warns_each_value(std::vector<std::vector<int>> &rows, CancellationManager *manager) {
  for (std::vector<int> &row : rows)
    for (int &value : row) {
      if (manager->IsCancelled()) // expected-warning {{'manager' is asked in each round of a loop that only calculates}}
        return;
      value = 255 - value;
    }
}
void no_warning_each_row(std::vector<std::vector<int>> &rows, CancellationManager *manager) {
  for (std::vector<int> &row : rows) {
    if (manager->IsCancelled())
      return;
    for (int &value : row)
      value = 255 - value;
  }
}
class Table {
public:
  bool warns_half_updated(int page, CancellationManager *manager) {
    rows_ = fetch(page, manager);
    if (manager->IsCancelled()) // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
      return false;
    width_ = 2 * rows_;
    return true;
  }
  bool no_warning_both_behind(int page, CancellationManager *manager) {
    int rows = fetch(page, manager);
    if (manager->IsCancelled())
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
void check(CancellationManager *manager) {
  if (manager->IsCancelled())
    throw Stopped();
}
void warns_swallowed(CancellationManager *manager) {
  while (again()) {
    try {
      check(manager);
      work(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'manager', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const Stopped &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
void no_warning_thrown_on(CancellationManager *manager) {
  while (again()) {
    try {
      check(manager);
      work(1);
    } catch (const Stopped &) {
      throw;
    } catch (const std::exception &) {
    }
  }
}
auto warns_dangling() {
  CancellationManager mine;
  return [&mine] { return mine.IsCancelled(); }; // expected-warning {{'mine' is captured by reference and may be gone when the lambda runs}}
}
auto warns_dangling_pointer(CancellationManager *manager) {
  return [&manager] { return manager->IsCancelled(); }; // expected-warning {{'manager' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [manager] { return manager->IsCancelled(); };
}
auto no_warning_copied(CancellationManager *manager) {
  return [manager] { return manager->IsCancelled(); };
}
// A child is cancelled with its parent, and by itself.
int warns_outer(CancellationManager *manager) {
  CancellationManager timed(manager);
  if (again())
    timed.StartCancel();
  return fetch(1, manager); // expected-warning {{'fetch' gets 'manager', but 'timed' is narrower}}
  // CHECK-FIXES: return fetch(1, &timed);
}
static int collect(int item) { return fetch(item); } // expected-warning {{'fetch' takes a cancellation token, but 'collect' has none to pass on}}
// CHECK-FIXES: static int collect(int item, CancellationManager *manager) { return fetch(item, manager); }
int warns_deaf_sink(CancellationManager *manager) {
  start(manager);
  return collect(1); // expected-warning {{'collect' cannot be cancelled through 'manager': it calls 'fetch' without a token}}
  // CHECK-FIXES: return collect(1, manager);
}
void warns_thread_sink(CancellationManager *manager) {
  start(manager);
  std::thread worker([] { fetch(1); }); // expected-warning {{work that 'thread' starts never sees 'manager', but 'fetch' in it takes a token}}
  // CHECK-FIXES: std::thread worker([manager] { fetch(1, manager); });
  worker.join();
}
// A status says that the step was cancelled, as it says what failed.
absl::Status run_step(int item, CancellationManager *manager);
void warns_status_swallowed(CancellationManager *manager) {
  for (int step = 0; again(); ++step) {
    absl::Status done = run_step(step, manager); // expected-warning {{the loop goes on when 'run_step' fails because 'manager' is cancelled; leave it then}}
    if (!done.ok())
      continue;
    work(step);
  }
}
absl::Status no_warning_status_returned(CancellationManager *manager) {
  for (int step = 0; again(); ++step) {
    absl::Status done = run_step(step, manager);
    if (!done.ok())
      return done;
    work(step);
  }
  return {};
}
