// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// folly's cancellation: tokens, and tasks that hand them on by themselves.
#ifndef FOLLY_H
#define FOLLY_H

#include "promise.h"
#include <chrono>
#include <exception>
#include <functional>
#include <optional>

namespace folly {
class OperationCancelled : public std::exception {};

class CancellationToken {
public:
  CancellationToken() noexcept = default;
  CancellationToken(const CancellationToken &) noexcept;
  CancellationToken &operator=(const CancellationToken &) noexcept;
  bool isCancellationRequested() const noexcept;
  bool canBeCancelled() const noexcept;
  template <class... Tokens>
  static CancellationToken merge(Tokens &&...tokens);
};

class CancellationSource {
public:
  CancellationSource();
  static CancellationSource invalid() noexcept;
  bool isCancellationRequested() const noexcept;
  bool canBeCancelled() const noexcept;
  CancellationToken getToken() const noexcept;
  bool requestCancellation() const noexcept;
};

class CancellationCallback {
public:
  template <class Callable>
  CancellationCallback(CancellationToken &&, Callable &&) {}
  template <class Callable>
  CancellationCallback(const CancellationToken &, Callable &&) {}
  CancellationCallback(const CancellationCallback &) = delete;
  ~CancellationCallback();
};

template <class... Tokens>
CancellationToken cancellation_token_merge(Tokens &&...tokens);

template <bool MayBlock = true> class Baton {
public:
  void wait() noexcept;
  void post() noexcept;
  bool try_wait_for(std::chrono::milliseconds time) noexcept;
};

template <class T> class Future {
public:
  T get();
  bool isReady() const;
  Future &wait(std::chrono::milliseconds limit);
  Future within(std::chrono::milliseconds limit) &&;
};
template <class T> class MPMCQueue {
public:
  void blockingRead(T &item) noexcept;
};
class EventBase {
public:
  void loopForever();
};

namespace coro {
template <class T = void> class [[nodiscard]] Task {
public:
  using promise_type = mock::promise<Task, T>;
  mock::awaiter<T> operator co_await() && noexcept;
};
template <class T> class AsyncGenerator {
public:
  class NextSemiAwaitable {
  public:
    mock::awaiter<const T *> operator co_await() && noexcept;
  };
  NextSemiAwaitable next() noexcept;
};
class CancellableAsyncScope {
public:
  CancellableAsyncScope();
  explicit CancellableAsyncScope(CancellationToken &&token);
  template <class Awaitable>
  void add(Awaitable &&awaitable, std::optional<CancellationToken> token = std::nullopt);
  void requestCancellation() const noexcept;
  Task<void> joinAsync() noexcept;
};
struct co_current_cancellation_token_t
    : mock::awaiter<const CancellationToken &> {};
inline constexpr co_current_cancellation_token_t co_current_cancellation_token{};
struct co_safe_point_t : mock::awaiter<void> {};
inline constexpr co_safe_point_t co_safe_point{};

template <class Awaitable>
Awaitable co_withCancellation(CancellationToken token, Awaitable &&awaitable);
Task<void> sleep(std::chrono::milliseconds time);
template <class Awaitable> void blockingWait(Awaitable &&awaitable);
} // namespace coro
} // namespace folly

#endif
