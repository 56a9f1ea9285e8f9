// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waiting on someone else's condition variable, with someone else's lock, until
// a token is canceled. Not for users.
#ifndef CANCEL_DETAIL_WAIT_CONDITION_HPP
#define CANCEL_DETAIL_WAIT_CONDITION_HPP

#include "cancel/concepts.hpp"
#include "cancel/detail/timer.hpp"

#include <chrono>
#include <condition_variable>

namespace cancel::detail {

enum class outcome { ready, timeout, canceled };

/// The callback that wakes the waiter. It cannot take the waiter's lock:
/// whoever requests cancellation may hold it. So the waiter may have looked at
/// its token just before the request and go to sleep just after the
/// notification. The timer thread therefore notifies again until the waiter has
/// left.
template <class Condition> class waker final : private timer_entry {
public:
  explicit waker(Condition &condition) : condition_(condition) {
    timer::instance().start(); // here, where it may throw
  }
  ~waker() { timer::instance().remove(*this); }

  void operator()() noexcept {
    condition_.notify_all();
    timer::instance().schedule(*this, steady::now() + pause_);
  }

private:
  void due(held_lock &) noexcept override {
    condition_.notify_all();
    if (pause_ < std::chrono::milliseconds(100))
      pause_ *= 2;
    timer::instance().schedule_held(*this, steady::now() + pause_);
  }

  Condition &condition_;
  steady::duration pause_ = std::chrono::milliseconds(1);
};

/// `step` waits once and says whether its time is up. The caller holds its
/// lock.
template <class Condition, class Predicate, class Token, class Step>
outcome wait_condition(Condition &condition, Predicate &pred,
                       const Token &token, Step step) {
  if (pred())
    return outcome::ready;
  if (token.stop_requested())
    return outcome::canceled;
  auto wait = [&] {
    for (;;) {
      if (token.stop_requested())
        return pred() ? outcome::ready : outcome::canceled;
      const std::cv_status status = step();
      if (pred())
        return outcome::ready;
      if (status == std::cv_status::timeout && !token.stop_requested())
        return outcome::timeout;
    }
  };
  if (!token.stop_possible())
    return wait();
  // Destroying these with the lock held is safe: neither the callback nor the
  // timer takes it.
  waker<Condition> wake(condition);
  registration_for<Token, waker<Condition> &> on_cancel(token, wake);
  return wait();
}

} // namespace cancel::detail

#endif
