// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-dangling-token -- -std=c++20 -I%root/token/include
#include "cancel/cancellation_token.hpp"
#include <coroutine>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

struct Task {
  struct promise_type {
    Task get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(int);
    void return_void();
    void unhandled_exception();
  };
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const noexcept;
  void await_resume() const;
};
void spawn(Task task);
void sync_wait(Task task);
Task load(int item);
Task load(int item, std::stop_token stop);

// --- parameters

Task warns_loop(const std::stop_token &stop) { // expected-warning@:40 {{parameter 'stop' is a reference, and the token may be gone when this coroutine goes on; take it by value}}
  while (!stop.stop_requested()) // expected-note {{it is used here, behind a suspension}}
    co_await load(1);
  // CHECK-FIXES: Task warns_loop(std::stop_token stop) {
}
Task warns_later(int item, std::stop_token const &stop) { // expected-warning {{parameter 'stop'}}
  co_await load(item);
  co_await load(2, stop); // expected-note {{used here}}
  // CHECK-FIXES: Task warns_later(int item, std::stop_token stop) {
}
Task warns_rvalue(cancel::cancellation_token &&token) { // expected-warning {{parameter 'token'}}
  co_yield 1;
  token.throw_if_cancellation_requested(); // expected-note {{used here}}
  // CHECK-FIXES: Task warns_rvalue(cancel::cancellation_token token) {
}
Task warns_declared(const std::stop_token &stop);
Task warns_declared(const std::stop_token &stop) { // expected-warning {{parameter 'stop'}}
  co_await load(1);
  co_await load(2, stop); // expected-note {{used here}}
}
Task warns_in_lambda(const std::stop_token &stop) { // expected-warning {{parameter 'stop'}}
  co_await load(1);
  auto stopped = [&] { return stop.stop_requested(); }; // expected-note {{used here}}
  // CHECK-FIXES: Task warns_in_lambda(std::stop_token stop) {
  if (!stopped())
    co_await load(2);
}
struct Client {
  Task warns_member(const std::stop_token &stop) { // expected-warning {{parameter 'stop'}}
    co_await load(id);
    co_await load(id, stop); // expected-note {{used here}}
    // CHECK-FIXES: Task warns_member(std::stop_token stop) {
  }
  int id = 0;
};
template <class T> Task warns_template(T item, const std::stop_token &stop) { // expected-warning {{parameter 'stop'}}
  co_await load(item);
  co_await load(item, stop); // expected-note {{used here}}
}
Task instance() { return warns_template(1, std::stop_token()); }
// Some call does not wait.
Task warns_spawned(const std::stop_token &stop) { // expected-warning {{parameter 'stop'}}
  // CHECK-FIXES: Task warns_spawned(std::stop_token stop) {
  co_await load(1);
  co_await load(2, stop); // expected-note {{used here}}
}
Task spawns(std::stop_token stop) {
  co_await warns_spawned(stop);
  spawn(warns_spawned(stop));
}
auto warns_lambda = [](const std::stop_token &stop) -> Task { // expected-warning {{parameter 'stop'}}
  // CHECK-FIXES: auto warns_lambda = [](std::stop_token stop) -> Task {
  co_await load(1);
  co_await load(2, stop); // expected-note {{used here}}
};

Task no_warning_value(std::stop_token stop) {
  co_await load(1);
  co_await load(2, stop);
}
Task no_warning_before(const std::stop_token &stop) {
  if (stop.stop_requested())
    co_return;
  co_await load(2, stop);
}
Task no_warning_copy(const std::stop_token &given) {
  std::stop_token stop = given;
  co_await load(1);
  co_await load(2, stop);
}
Task no_warning_changes(std::stop_source &source) {
  co_await load(1);
  source.request_stop();
}
static Task no_warning_awaited(const std::stop_token &stop) {
  co_await load(1);
  co_await load(2, stop);
}
Task awaits(std::stop_token stop) {
  co_await no_warning_awaited(stop);
  co_await no_warning_awaited(std::stop_token());
}
void waits(std::stop_token stop) { sync_wait(no_warning_awaited(stop)); }
Task no_warning_no_coroutine(const std::stop_token &stop) {
  load(1);
  return load(2, stop);
}
struct Base {
  virtual Task run(const std::stop_token &stop) = 0;
};
struct Derived : Base {
  Task run(const std::stop_token &stop) override {
    co_await load(1);
    co_await load(2, stop);
  }
};

// --- lambdas that are coroutines

Task warns_returned(std::stop_token stop) {
  return [stop]() -> Task { // expected-warning@:11 {{'stop' is captured by a coroutine whose lambda is gone before it ends; pass it as a parameter}}
    while (!stop.stop_requested()) // expected-note {{used here, after that}}
      co_await load(1);
  }();
}
void warns_kept(std::stop_token stop) {
  Task task = [stop]() -> Task { // expected-warning {{captured by a coroutine}}
    co_await load(1, stop); // expected-note {{used here}}
  }();
  sync_wait(std::move(task));
}
Task no_warning_awaited_lambda(std::stop_token stop) {
  co_await [stop]() -> Task {
    co_await load(1);
    co_await load(1, stop);
  }();
}
void no_warning_waited_lambda(std::stop_token stop) {
  sync_wait([stop]() -> Task { co_await load(1, stop); }());
}
void no_warning_parameter(std::stop_token stop) {
  Task task = [](std::stop_token stop) -> Task {
    co_await load(1);
    co_await load(1, stop);
  }(stop);
}
void no_warning_named(std::stop_token stop) {
  auto run = [stop]() -> Task { co_await load(1, stop); };
  sync_wait(run());
}

// --- awaited together

struct Tasks {
  void push_back(Task task);
};
Task all(Tasks tasks);
static Task no_warning_collected(const std::stop_token &stop) {
  co_await load(1);
  co_await load(2, stop);
}
Task collects(std::stop_token stop) {
  Tasks tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(no_warning_collected(stop));
  co_await all(std::move(tasks));
}
static Task warns_kept_by_others(const std::stop_token &stop) { // expected-warning {{parameter 'stop'}}
  co_await load(1);
  co_await load(2, stop); // expected-note {{used here}}
  // CHECK-FIXES: static Task warns_kept_by_others(std::stop_token stop) {
}
void keeps(std::stop_token stop, Tasks &tasks) { tasks.push_back(warns_kept_by_others(stop)); }

// --- a function object that waits

struct BlockingWait {
  void operator()(Task task) const;
};
inline constexpr BlockingWait blocking_wait{};
inline constexpr BlockingWait start_detached{};
static Task no_warning_blocked_on(const std::stop_token &stop) {
  co_await load(1);
  co_await load(2, stop);
}
void blocks_by_object(std::stop_token stop) {
  Tasks tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(no_warning_blocked_on(stop));
  blocking_wait(all(std::move(tasks)));
}
static Task warns_detached_by_object(const std::stop_token &stop) { // expected-warning {{parameter 'stop'}}
  co_await load(1);
  co_await load(2, stop); // expected-note {{used here}}
  // CHECK-FIXES: static Task warns_detached_by_object(std::stop_token stop) {
}
void detaches_by_object(std::stop_token stop) { start_detached(warns_detached_by_object(stop)); }
