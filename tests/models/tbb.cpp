// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "tbb.h"
#include <chrono>
#include <thread>

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
