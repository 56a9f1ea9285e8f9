// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The parts of cppcoro that know of cancellation.
#ifndef CPPCORO_H
#define CPPCORO_H

#include "promise.h"
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>

namespace cppcoro {
class operation_cancelled : public std::exception {};

class cancellation_token {
public:
  cancellation_token() noexcept;
  cancellation_token(const cancellation_token &other) noexcept;
  cancellation_token &operator=(const cancellation_token &other) noexcept;
  ~cancellation_token();
  bool can_be_cancelled() const noexcept;
  bool is_cancellation_requested() const noexcept;
  void throw_if_cancellation_requested() const;
};

class cancellation_source {
public:
  cancellation_source();
  cancellation_source(const cancellation_source &other) noexcept;
  ~cancellation_source();
  bool can_be_cancelled() const noexcept;
  cancellation_token token() const noexcept;
  void request_cancellation();
  bool is_cancellation_requested() const noexcept;
};

class cancellation_registration {
public:
  template <class Callback>
  cancellation_registration(cancellation_token, Callback &&) {}
  cancellation_registration(const cancellation_registration &) = delete;
  ~cancellation_registration();
};

template <class T = void> class [[nodiscard]] task {
public:
  using promise_type = mock::promise<task, T>;
  task(task &&other) noexcept;
  ~task();
  mock::awaiter<T> operator co_await() const & noexcept;
};
template <class T> T sync_wait(task<T> &&work);

class io_service {
public:
  class timed_schedule_operation : public mock::awaiter<void> {};
  template <class Rep, class Period>
  timed_schedule_operation
  schedule_after(const std::chrono::duration<Rep, Period> &delay,
                 cancellation_token token = {}) noexcept;
};

namespace net {
class socket {
public:
  class recv_operation : public mock::awaiter<std::size_t> {};
  class recv_operation_cancellable : public mock::awaiter<std::size_t> {};
  recv_operation recv(void *buffer, std::size_t size) noexcept;
  recv_operation_cancellable recv(void *buffer, std::size_t size,
                                  cancellation_token token) noexcept;
};
} // namespace net
} // namespace cppcoro

#endif
