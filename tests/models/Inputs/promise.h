// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the coroutine types of the mock headers share: a promise, and an awaiter
// that gives a value.
#ifndef PROMISE_H
#define PROMISE_H

#include <coroutine>

namespace mock {
template <class Result> struct awaiter {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const noexcept;
  Result await_resume() const;
};

template <class Task> struct promise_base {
  Task get_return_object();
  std::suspend_always initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
};
template <class Task, class Result> struct promise : promise_base<Task> {
  void return_value(Result);
};
template <class Task> struct promise<Task, void> : promise_base<Task> {
  void return_void();
};
} // namespace mock

#endif
