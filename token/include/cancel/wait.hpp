// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits that cancellation ends: sleeps, condition variables, futures.
//
// One convention for all of them:
// - The token is the last parameter. Any stoppable token will do (see
//   cancel/concepts.hpp).
// - The plain name throws operation_canceled when cancellation ended the wait.
//   Without exceptions it calls std::terminate; see operation_canceled.
// - The name with try_ throws nothing of its own and says in its result what
//   ended the wait.
// - What was waited for wins: a condition that holds, or a future that is
// ready,
//   is reported as such even if cancellation was requested before the call. A
//   sleep waits for nothing, so a canceled sleep always is a canceled one.
// - Times are those of the std function of that name; durations are measured
//   with steady_clock, and a duration too long for it means for ever.
// - Any number of threads may wait with one token, and on one condition
// variable.
//   However late or early the request comes, no wake-up is lost.
// - std::system_error is thrown if the timer thread is needed (a wait on a
//   condition variable with a token that can be canceled) and cannot be
//   started.
#ifndef CANCEL_WAIT_HPP
#define CANCEL_WAIT_HPP

#include "cancel/annotations.hpp"
#include "cancel/cancellation_token.hpp"
#include "cancel/concepts.hpp"
#include "cancel/detail/clock.hpp"
#include "cancel/detail/wait_condition.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <type_traits>
#include <utility>

namespace cancel {

/// What ended a timed wait.
enum class wait_status {
  ready,    ///< what was waited for
  timeout,  ///< the time was up first
  canceled, ///< cancellation was requested first
};

namespace detail {
template <class Token>
using if_token = std::enable_if_t<is_stoppable_token_v<Token>, int>;

/// Throws if the wait was canceled; otherwise whether it was successful.
template <class Token>
bool ready_or_throw(wait_status status, const Token &token) {
  if (status == wait_status::canceled)
    throw_canceled(token);
  return status == wait_status::ready;
}
} // namespace detail

/// Sleeps until `when`. Returns true if it slept until then, false as soon as
/// cancellation is requested, also if it was before the call.
template <class Clock, class Duration, class Token, detail::if_token<Token> = 0>
[[nodiscard]] bool
try_sleep_until(const std::chrono::time_point<Clock, Duration> &when,
                const Token &token) {
  if (token.stop_requested())
    return false;
  std::mutex mutex;
  std::condition_variable wake;
  auto notify = [&] {
    std::lock_guard<std::mutex> lock(mutex);
    wake.notify_one();
  };
  registration_for<Token, decltype(notify) &> on_cancel(token, notify);
  std::unique_lock<std::mutex> lock(mutex);
  while (!token.stop_requested()) {
    if (when <= Clock::now())
      return true;
    wake.wait_until(lock, when);
  }
  return false;
}

/// Sleeps for `duration`; as try_sleep_until.
template <class Rep, class Period, class Token, detail::if_token<Token> = 0>
[[nodiscard]] bool
try_sleep_for(const std::chrono::duration<Rep, Period> &duration,
              const Token &token) {
  return cancel::try_sleep_until(detail::deadline_after(duration), token);
}

/// Sleeps until `when`. Throws operation_canceled as soon as cancellation is
/// requested, also if it was before the call and `when` has passed: it is a
/// cancellation point in every case.
template <class Clock, class Duration, class Token, detail::if_token<Token> = 0>
void sleep_until(const std::chrono::time_point<Clock, Duration> &when,
                 const Token &token) {
  if (!cancel::try_sleep_until(when, token))
    detail::throw_canceled(token);
}

/// Sleeps for `duration`; as sleep_until.
template <class Rep, class Period, class Token, detail::if_token<Token> = 0>
void sleep_for(const std::chrono::duration<Rep, Period> &duration,
               const Token &token) {
  if (!cancel::try_sleep_for(duration, token))
    detail::throw_canceled(token);
}

// Waits on a condition variable. For all of them:
//
// `condition` is a std::condition_variable, a std::condition_variable_any or
// another class with their notify_all() and wait...(lock); `lock` is held by
// the caller, and held again when the call ends, also when it throws. `pred` is
// called with the lock held, and decides: it is asked before anything else, and
// once more after the last wake-up.
//
//     std::unique_lock lock(mutex);
//     cancel::wait(not_empty, lock, [&] { return !queue.empty(); }, token);
//
// Whoever requests cancellation may hold the lock, or any other, while doing
// so: the request notifies the condition and takes no lock of yours. As it
// cannot know that the waiter was already asleep, the timer thread repeats the
// notification until the waiter has left.

/// Waits until `pred()` is true and returns true; false if cancellation was
/// requested first.
template <class Condition, class Lock, class Predicate, class Token,
          detail::if_token<Token> = 0>
[[nodiscard]] bool try_wait(Condition &condition, Lock &lock, Predicate pred,
                            const Token &token) {
  return detail::wait_condition(condition, pred, token, [&] {
           condition.wait(lock);
           return std::cv_status::no_timeout;
         }) == detail::outcome::ready;
}

/// Waits until `pred()` is true, until `when`, or until cancellation.
template <class Condition, class Lock, class Clock, class Duration,
          class Predicate, class Token, detail::if_token<Token> = 0>
[[nodiscard]] wait_status
try_wait_until(Condition &condition, Lock &lock,
               const std::chrono::time_point<Clock, Duration> &when,
               Predicate pred, const Token &token) {
  switch (detail::wait_condition(condition, pred, token, [&] {
    return condition.wait_until(lock, when);
  })) {
  case detail::outcome::ready:
    return wait_status::ready;
  case detail::outcome::timeout:
    return wait_status::timeout;
  case detail::outcome::canceled:
    break;
  }
  return wait_status::canceled;
}

/// Waits until `pred()` is true, for `duration`, or until cancellation.
template <class Condition, class Lock, class Rep, class Period, class Predicate,
          class Token, detail::if_token<Token> = 0>
[[nodiscard]] wait_status
try_wait_for(Condition &condition, Lock &lock,
             const std::chrono::duration<Rep, Period> &duration, Predicate pred,
             const Token &token) {
  return cancel::try_wait_until(condition, lock,
                                detail::deadline_after(duration),
                                std::move(pred), token);
}

/// Waits until `pred()` is true. Throws operation_canceled if cancellation was
/// requested first.
template <class Condition, class Lock, class Predicate, class Token,
          detail::if_token<Token> = 0>
void wait(Condition &condition, Lock &lock, Predicate pred,
          const Token &token) {
  if (!cancel::try_wait(condition, lock, std::move(pred), token))
    detail::throw_canceled(token);
}

/// Waits until `pred()` is true, and returns true, or until `when`, and returns
/// false. Throws operation_canceled if cancellation was requested first.
template <class Condition, class Lock, class Clock, class Duration,
          class Predicate, class Token, detail::if_token<Token> = 0>
bool wait_until(Condition &condition, Lock &lock,
                const std::chrono::time_point<Clock, Duration> &when,
                Predicate pred, const Token &token) {
  return detail::ready_or_throw(
      cancel::try_wait_until(condition, lock, when, std::move(pred), token),
      token);
}

/// Waits for `duration`; as wait_until.
template <class Condition, class Lock, class Rep, class Period, class Predicate,
          class Token, detail::if_token<Token> = 0>
bool wait_for(Condition &condition, Lock &lock,
              const std::chrono::duration<Rep, Period> &duration,
              Predicate pred, const Token &token) {
  return detail::ready_or_throw(
      cancel::try_wait_for(condition, lock, duration, std::move(pred), token),
      token);
}

// Waits for a future. `future` is a std::future, a std::shared_future or
// another class with their wait_for(); it must be valid. It is left as it is:
// neither the value is taken nor the work behind it canceled.
//
// A std::future can be waited for, but not woken: these return at once when the
// future gets ready, and notice cancellation within future_poll_interval. A
// deferred future (std::launch::deferred) is run, on this thread, by the first
// wait that is not canceled before it begins; that run is not interrupted.

/// How long a wait for a future takes at most to notice cancellation, as far as
/// the system schedules the thread.
inline constexpr std::chrono::milliseconds future_poll_interval{10};

/// Waits until the future is ready, until `when`, or until cancellation.
template <class Future, class Clock, class Duration, class Token,
          detail::if_token<Token> = 0>
CANCEL_UNCANCELLABLE("a deferred task runs on this thread, in one piece")
[[nodiscard]] wait_status
    try_wait_until(const Future &future,
                   const std::chrono::time_point<Clock, Duration> &when,
                   const Token &token) {
  using std::chrono::steady_clock;
  using step = steady_clock::duration;
  for (;;) {
    // Compared before it is converted: `when` may be the clock's maximum.
    const auto now = Clock::now();
    const bool last = when <= now || when - now <= future_poll_interval;
    const step slice = token.stop_requested() || when <= now ? step::zero()
                       : last ? std::chrono::ceil<step>(when - now)
                              : step(future_poll_interval);
    switch (future.wait_for(slice)) {
    case std::future_status::ready:
      return wait_status::ready;
    case std::future_status::deferred:
      if (token.stop_requested())
        return wait_status::canceled;
      future.wait();
      return wait_status::ready;
    case std::future_status::timeout:
      break;
    }
    if (token.stop_requested())
      return wait_status::canceled;
    if (when <= Clock::now())
      return wait_status::timeout;
  }
}

/// Waits until the future is ready, for `duration`, or until cancellation.
template <class Future, class Rep, class Period, class Token,
          detail::if_token<Token> = 0>
[[nodiscard]] wait_status
try_wait_for(const Future &future,
             const std::chrono::duration<Rep, Period> &duration,
             const Token &token) {
  return cancel::try_wait_until(future, detail::deadline_after(duration),
                                token);
}

/// Waits until the future is ready and returns true; false if cancellation was
/// requested first.
template <class Future, class Token, detail::if_token<Token> = 0>
[[nodiscard]] bool try_wait(const Future &future, const Token &token) {
  return cancel::try_wait_until(future, detail::steady::time_point::max(),
                                token) == wait_status::ready;
}

/// Waits until the future is ready. Throws operation_canceled if cancellation
/// was requested first; what the future holds, also an exception, stays in it.
template <class Future, class Token, detail::if_token<Token> = 0>
void wait(const Future &future, const Token &token) {
  if (!cancel::try_wait(future, token))
    detail::throw_canceled(token);
}

/// Waits until the future is ready, and returns true, or until `when`, and
/// returns false. Throws operation_canceled if cancellation was requested
/// first.
template <class Future, class Clock, class Duration, class Token,
          detail::if_token<Token> = 0>
bool wait_until(const Future &future,
                const std::chrono::time_point<Clock, Duration> &when,
                const Token &token) {
  return detail::ready_or_throw(cancel::try_wait_until(future, when, token),
                                token);
}

/// Waits for `duration`; as wait_until.
template <class Future, class Rep, class Period, class Token,
          detail::if_token<Token> = 0>
bool wait_for(const Future &future,
              const std::chrono::duration<Rep, Period> &duration,
              const Token &token) {
  return detail::ready_or_throw(cancel::try_wait_for(future, duration, token),
                                token);
}

/// Waits until the future is ready and gives its value, or throws its
/// exception: future.get() that cancellation interrupts, with
/// operation_canceled.
template <class Future, class Token, detail::if_token<Token> = 0>
decltype(auto) get(Future &&future, const Token &token) {
  cancel::wait(future, token);
  return future.get();
}

} // namespace cancel

#endif
