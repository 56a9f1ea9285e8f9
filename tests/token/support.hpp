// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the token tests share. No test sleeps to find something out: threads
// meet at gates, and what must have happened is asserted after them.
#ifndef CANCEL_TESTS_TOKEN_SUPPORT_HPP
#define CANCEL_TESTS_TOKEN_SUPPORT_HPP

#include "cancel/token.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

/// Closed until somebody opens it; then open for ever.
class gate {
public:
  void open() {
    std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    opened_.wait(lock, [&] { return open_; });
  }

private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

/// A thread that is joined at the end of its scope.
class scoped_thread {
public:
  template <class Function>
  explicit scoped_thread(Function fn) : thread_(std::move(fn)) {}
  ~scoped_thread() { join(); }
  void join() {
    if (thread_.joinable())
      thread_.join();
  }

private:
  std::thread thread_;
};

/// Both token families, for tests of what they have in common.
struct shared_family {
  using source = cancel::cancellation_source;
  using token = cancel::cancellation_token;
  template <class C> using registration = cancel::cancellation_registration<C>;
};
struct inplace_family {
  using source = cancel::inplace_cancellation_source;
  using token = cancel::inplace_cancellation_token;
  template <class C>
  using registration = cancel::inplace_cancellation_registration<C>;
};

#endif
