// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Seastar: futures, one class that is source and token, and what takes it.
#ifndef SEASTAR_H
#define SEASTAR_H

#include "promise.h"
#include <chrono>
#include <exception>
#include <optional>

namespace seastar {
template <typename T = void> class [[nodiscard]] future {
public:
  using promise_type = mock::promise<future, T>;
  future(future &&) noexcept;
  mock::awaiter<T> operator co_await() noexcept;
  template <typename Function> future<> then(Function &&);
};
enum class stop_iteration { no, yes };

class abort_requested_exception : public std::exception {};
class sleep_aborted : public abort_requested_exception {};
template <typename T> class optimized_optional {
public:
  explicit operator bool() const noexcept;
};

class abort_source {
public:
  class subscription {};
  abort_source() = default;
  virtual ~abort_source() = default;
  abort_source(abort_source &&) = default;
  template <typename Function>
  [[nodiscard]] optimized_optional<subscription> subscribe(Function &&) {
    return {};
  }
  void request_abort() noexcept;
  void request_abort_ex(std::exception_ptr why) noexcept;
  bool abort_requested() const noexcept;
  void check() const;
};

template <typename Clock = std::chrono::steady_clock> class abort_on_expiry {
public:
  explicit abort_on_expiry(typename Clock::time_point when);
  seastar::abort_source &abort_source();
};

template <typename Clock = std::chrono::steady_clock>
future<> sleep(typename Clock::duration time);
template <typename Clock = std::chrono::steady_clock>
future<> sleep_abortable(typename Clock::duration time);
template <typename Clock = std::chrono::steady_clock>
future<> sleep_abortable(typename Clock::duration time, abort_source &as);

template <typename Clock = std::chrono::steady_clock> class timer {
public:
  template <typename Function> explicit timer(Function &&) {}
  void arm(typename Clock::duration time);
};

struct default_semaphore {};
template <typename Factory, typename Clock> class basic_semaphore {
public:
  explicit basic_semaphore(std::size_t count);
  future<> wait(std::size_t nr = 1) noexcept;
  future<> wait(abort_source &as, std::size_t nr = 1) noexcept;
  void signal(std::size_t nr = 1) noexcept;
};
using semaphore = basic_semaphore<default_semaphore, std::chrono::steady_clock>;
struct units {};
template <typename Factory, typename Clock>
future<units> get_units(basic_semaphore<Factory, Clock> &sem, std::size_t nr) noexcept;
template <typename Factory, typename Clock>
future<units> get_units(basic_semaphore<Factory, Clock> &sem, std::size_t nr,
                        abort_source &as) noexcept;

future<> ended();
template <typename Action> future<> repeat(Action &&) { return ended(); }
template <typename Stop, typename Action>
future<> do_until(Stop, Action) {
  return ended();
}
template <typename Action> future<> keep_doing(Action) { return ended(); }
future<> ended();

namespace http {
struct request {};
class client {
public:
  future<> make_request(request &&what, std::optional<int> expected = std::nullopt,
                        abort_source *as = nullptr);
};
} // namespace http
} // namespace seastar

#endif
