// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cancellation of Boost.Asio: signals, slots that handlers are bound to, and
// the state that a composed operation asks.
#ifndef ASIO_H
#define ASIO_H

#include "promise.h"
#include <chrono>

namespace boost::asio {
enum class cancellation_type : unsigned {
  none = 0,
  terminal = 1,
  partial = 2,
  total = 4,
  all = 0xffffffff
};
using cancellation_type_t = cancellation_type;
constexpr bool operator!(cancellation_type_t x) {
  return static_cast<unsigned>(x) == 0;
}
cancellation_type_t operator&(cancellation_type_t x, cancellation_type_t y);

class cancellation_slot {
public:
  constexpr cancellation_slot() = default;
  template <typename Handler> void assign(Handler &&) {}
  template <typename Handler, typename... Args> void emplace(Args &&...);
  void clear();
  constexpr bool is_connected() const noexcept { return handler_; }

private:
  void *handler_ = nullptr;
};

class cancellation_signal {
public:
  constexpr cancellation_signal() = default;
  ~cancellation_signal();
  void emit(cancellation_type_t type);
  cancellation_slot slot() noexcept;
};

class cancellation_state {
public:
  constexpr cancellation_state() noexcept = default;
  explicit cancellation_state(cancellation_slot slot);
  cancellation_slot slot() const noexcept;
  cancellation_type_t cancelled() const noexcept;
  void clear(cancellation_type_t mask = cancellation_type::none);

private:
  void *impl_ = nullptr;
};

class tcp_socket {};
class io_context {
public:
  int run();
};
template <typename Clock> class basic_waitable_timer {
public:
  void wait();
};
template <typename Protocol> class basic_socket_acceptor {
public:
  void accept(tcp_socket &socket);
  void non_blocking(bool mode);
};
int read_until(tcp_socket &socket, char *buffer, char delimiter);

template <typename T = void> class [[nodiscard]] awaitable {
public:
  using promise_type = mock::promise<awaitable, T>;
  mock::awaiter<T> operator co_await() && noexcept;
};
namespace this_coro {
struct cancellation_state_t : mock::awaiter<asio::cancellation_state> {};
inline constexpr cancellation_state_t cancellation_state{};
} // namespace this_coro

struct deferred_t {};
inline constexpr deferred_t deferred{};
template <typename Executor, typename T, typename Token>
awaitable<T> co_spawn(const Executor &executor, awaitable<T> work, Token token);

class steady_timer {
public:
  explicit steady_timer(std::chrono::milliseconds time);
  awaitable<> async_wait();
  void wait();
  void cancel();
};
} // namespace boost::asio

// Asio without Boost.
namespace asio {
class cancellation_state {
public:
  boost::asio::cancellation_type cancelled() const noexcept;
};
} // namespace asio

#endif
