// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-check-in-loop -- -std=c++20
#include <coroutine>
#include <stop_token>
#include <vector>

template <class Promise> struct Awaitable {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct Task : Awaitable<Task> {
  struct promise_type {
    Task get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(int);
    void return_void();
    void unhandled_exception();
  };
};
struct Value : Awaitable<Value> {
  struct promise_type {
    Value get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void return_value(int);
    void unhandled_exception();
  };
};
bool again();
Task step(int item);
Task step_with(int item, std::stop_token stop);

Task warns_coroutine(std::stop_token stop) {
  while (again()) // expected-warning {{'step' may wait in each round}}
    co_await step(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: co_return;
  // CHECK-FIXES: }
}
Value warns_value(std::stop_token stop, std::vector<int> items) {
  for (int item : items) { // expected-warning {{never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: break;
    co_await step(item);
  }
  co_return 1;
}
Value warns_without_fix(std::stop_token stop) {
  for (;;) { // expected-warning {{never looks at 'stop'}}
    co_await step(1);
    if (again())
      co_return 1;
  }
}
template <class Items> Task warns_template(Items items, std::stop_token stop) {
  for (auto item : items) { // expected-warning {{never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: co_return;
    co_await step(item);
  }
}
void instantiates(std::vector<int> items, std::stop_token stop) {
  warns_template(items, stop);
}

Task no_warning_condition(std::stop_token stop) {
  while (!stop.stop_requested())
    co_await step(1);
}
Task no_warning_passed(std::stop_token stop) {
  while (again())
    co_await step_with(1, stop);
}
// Who takes the values decides when this ends.
Task no_warning_generator(std::stop_token stop) {
  for (int i = 0;; ++i)
    co_yield i;
}
// Giving way to others is no wait.
struct maybe_yield {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const noexcept;
  void await_resume() const noexcept;
};
Task no_warning_yields(std::stop_token stop, const std::vector<int> &items) {
  for (int item : items)
    co_await maybe_yield();
  if (stop.stop_requested())
    co_return;
}
// What a member's token is for, and how long an await lasts, is not known.
struct Fiber {
  std::stop_token stop_;
  Task no_warning_member(std::vector<int> items) {
    for (int item : items)
      co_await step(item);
  }
  Task warns_member_endless() {
    for (;;) // expected-warning {{never looks at 'stop_', and nothing else ends it}}
      co_await step(1);
    // CHECK-FIXES: for (;;) {
    // CHECK-FIXES-NEXT: if (stop_.stop_requested())
    // CHECK-FIXES-NEXT: co_return;
    // CHECK-FIXES: }
  }
  bool stopped() const { return stop_.stop_requested(); }
};
