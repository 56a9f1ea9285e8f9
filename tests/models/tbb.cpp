// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "tbb.h"
#include <chrono>
#include <exception>
#include <thread>
#include <vector>

using tbb::task_group_context;
void work(int item);
bool again();
int fetch(int item, task_group_context *context = nullptr);
int load(int item);
int load(int item, task_group_context &context);
void start(task_group_context &context);

void warns_loop(task_group_context &context) {
  start(context);
  while (again()) // expected-warning {{loop never looks at 'context'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (context.is_group_execution_cancelled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(task_group_context &context) {
  while (!context.is_group_execution_cancelled())
    work(1);
}
// The group of the task that runs.
void no_warning_current(task_group_context &context) {
  start(context);
  while (!tbb::is_current_task_group_canceling())
    work(1);
}
int warns_default(task_group_context &context) {
  start(context);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'context' is not passed on}}
  // CHECK-FIXES: return fetch(1, &context);
}
int warns_overload(task_group_context &context) {
  start(context);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, context);
}
void warns_parallel_for(task_group_context &context) {
  start(context);
  tbb::parallel_for(tbb::blocked_range<int>(0, 100), [](auto part) { work(part.begin()); }); // expected-warning {{'parallel_for' has an overload that takes a cancellation token}}
  // CHECK-FIXES: tbb::parallel_for(tbb::blocked_range<int>(0, 100), [](auto part) { work(part.begin()); }, context);
}
void no_warning_parallel_for(task_group_context &context) {
  tbb::parallel_for(
      tbb::blocked_range<int>(0, 100), [](auto part) { work(part.begin()); }, context);
}
int no_warning_passed(task_group_context &context) {
  return fetch(1, &context) + load(2, context);
}
int warns_only_default_token(task_group_context &context) {
  start(context);
  return fetch(1, nullptr); // expected-warning {{is given a token that never cancels, but 'context' is in reach}}
  // CHECK-FIXES: return fetch(1, &context);
}
// Who makes a context, or cancels one, is not the one to be cancelled.
void no_warning_own_context() {
  task_group_context mine;
  tbb::parallel_for(tbb::blocked_range<int>(0, 9), [](auto part) { work(part.begin()); }, mine);
  while (again())
    work(load(1));
}
void no_warning_canceller(task_group_context &context) {
  context.cancel_group_execution();
}
void warns_unused(task_group_context &context, int item) { // expected-warning {{parameter 'context' is never used}}
  work(item);
}
void warns_sleep(task_group_context &context) {
  start(context);
  std::this_thread::sleep_for(std::chrono::seconds(5)); // expected-warning {{'sleep_for' waits, and cancelling 'context' cannot interrupt it}}
}

// --- tasks
void warns_task(task_group_context &context, tbb::task_group &tasks) {
  start(context);
  tasks.run([] { fetch(1); }); // expected-warning {{work that 'run' starts never sees 'context'}}
  // CHECK-FIXES: tasks.run([&context] { fetch(1, &context); });
}
// A new context is bound to that of the task that runs.
int no_warning_bound(task_group_context &context) {
  start(context);
  task_group_context mine;
  return fetch(1, &mine);
}

// What is held by hand.
void warns_leak(task_group_context &context) {
  int *held = new int(1);
  while (again()) {
    if (context.is_group_execution_cancelled()) // expected-warning {{'held' is not deleted when 'context' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (context.is_group_execution_cancelled()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(task_group_context &context) {
  int *held = new int(1);
  while (again())
    if (context.is_group_execution_cancelled())
      break;
  delete held;
}

// Answers.
void warns_answer_dropped(task_group_context &context) {
  context.is_group_execution_cancelled(); // expected-warning {{is dropped}}
  work(1);
}

// Between the parts of an algorithm that got the context, the library asks it;
// what runs inside is bound to it.
void no_warning_part(task_group_context &context) {
  tbb::parallel_for(
      tbb::blocked_range<int>(0, 100),
      [&](const tbb::blocked_range<int> &part) {
        for (int i = part.begin(); i != part.end(); ++i)
          work(i);
      },
      context);
}
void no_warning_nested(task_group_context &context) {
  tbb::parallel_for(
      tbb::blocked_range<int>(0, 100),
      [&](const tbb::blocked_range<int> &part) {
        tbb::parallel_for(tbb::blocked_range<int>(0, part.end()),
                          [&](const tbb::blocked_range<int> &inner) { work(inner.begin()); });
      },
      context);
}
void warns_other_loop(task_group_context &context) {
  tbb::parallel_for(
      tbb::blocked_range<int>(0, 100),
      [&](const tbb::blocked_range<int> &part) {
        while (again()) // expected-warning {{loop never looks at 'context'}}
          work(part.begin());
        // CHECK-FIXES: while (again()) {
        // CHECK-FIXES-NEXT: if (context.is_group_execution_cancelled())
        // CHECK-FIXES-NEXT: return;
        // CHECK-FIXES: }
      },
      context);
}

// --- the rest of the catalogue

[[clang::annotate("cancel::point_of_no_return")]] void commit(int item);
bool warns_poll_behind_commit(int item, task_group_context &context) {
  commit(item);
  if (context.is_group_execution_cancelled()) // expected-warning {{'context' can still be cancelled here, behind the point of no return 'commit'}}
    return false;
  work(item);
  return true;
}
int warns_given_behind_commit(int item, task_group_context &context) {
  start(context);
  commit(item);
  return fetch(item, &context); // expected-warning {{'fetch' is given 'context' behind the point of no return 'commit'; pass 'nullptr'}}
  // CHECK-FIXES: return fetch(item, nullptr);
}
int no_warning_in_front_of_commit(int item, task_group_context &context) {
  int fetched = fetch(item, &context);
  if (context.is_group_execution_cancelled())
    return 0;
  commit(item);
  return fetched;
}
void warns_stale(task_group_context &context) {
  const bool stopped = context.is_group_execution_cancelled();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!context.is_group_execution_cancelled())
}
static void pause_long() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
void warns_deaf_call(task_group_context &context) {
  start(context);
  pause_long(); // expected-warning {{'pause_long' cannot be cancelled through 'context': it waits in 'sleep_for'}}
}
static int fetch_twice(int item) {
  return fetch(item) + fetch(item + 1); // expected-warning {{'fetch' takes a cancellation token, but 'fetch_twice' has none to pass on}}
}
// CHECK-FIXES: static int fetch_twice(int item, task_group_context &context) {
// CHECK-FIXES-NEXT: return fetch(item, &context) + fetch(item + 1, &context);
int warns_chain(task_group_context &context) {
  start(context);
  return fetch_twice(1); // expected-warning {{'fetch_twice' cannot be cancelled through 'context'}}
  // CHECK-FIXES: return fetch_twice(1, context);
}
int warns_missing(int item) {
  return fetch(item); // expected-warning {{'fetch' takes a cancellation token, but 'warns_missing' has none to pass on}}
}
int no_warning_none_written(int item) { return fetch(item, nullptr); }
void warns_each_value(std::vector<std::vector<int>> &rows, task_group_context &context) {
  for (std::vector<int> &row : rows)
    for (int &value : row) {
      if (context.is_group_execution_cancelled()) // expected-warning {{'context' is asked in each round of a loop that only calculates}}
        return;
      value = 255 - value;
    }
}
void no_warning_each_row(std::vector<std::vector<int>> &rows, task_group_context &context) {
  for (std::vector<int> &row : rows) {
    if (context.is_group_execution_cancelled())
      return;
    for (int &value : row)
      value = 255 - value;
  }
}
class Table {
public:
  bool warns_half_updated(int page, task_group_context &context) {
    rows_ = fetch(page, &context);
    if (context.is_group_execution_cancelled()) // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
      return false;
    width_ = 2 * rows_;
    return true;
  }
  bool no_warning_both_behind(int page, task_group_context &context) {
    int rows = fetch(page, &context);
    if (context.is_group_execution_cancelled())
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
void check(task_group_context &context) {
  if (context.is_group_execution_cancelled())
    throw Stopped();
}
void warns_swallowed(task_group_context &context) {
  while (again()) {
    try {
      check(context);
      work(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'context', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const Stopped &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
void no_warning_thrown_on(task_group_context &context) {
  while (again()) {
    try {
      check(context);
      work(1);
    } catch (const Stopped &) {
      throw;
    } catch (const std::exception &) {
    }
  }
}
auto warns_dangling() {
  task_group_context mine;
  return [&mine] { return mine.is_group_execution_cancelled(); }; // expected-warning {{'mine' is captured by reference and may be gone when the lambda runs}}
}
auto no_warning_reference(task_group_context &context) {
  return [&context] { return context.is_group_execution_cancelled(); };
}
void warns_task_stale() {
  const bool stopped = tbb::is_current_task_group_canceling();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!tbb::is_current_task_group_canceling())
}
