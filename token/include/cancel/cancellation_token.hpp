// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// cancellation_token, the value through which code learns that it should stop,
// and the exceptions that carry the news outwards.
#ifndef CANCEL_CANCELLATION_TOKEN_HPP
#define CANCEL_CANCELLATION_TOKEN_HPP

#include "cancel/detail/config.hpp"
#include "cancel/detail/shared_state.hpp"

#include <exception>
#include <utility>
#if CANCEL_HAS_STD_STOP_TOKEN
#include <stop_token>
#endif

namespace cancel {

class cancellation_source;
template <class Callback> class cancellation_registration;

/// Tells code whether it should stop.
///
/// Take it as the last parameter, by value; give it the default
/// `= cancellation_token::none()` if callers without one make sense:
///
///     void fetch(const url &from, cancellation_token token);
///
/// A token cannot request cancellation; only a cancellation_source can. Tokens
/// of one source are equal and share its state, which lives as long as anyone
/// has a source, a token or a registration of it. Copying is one atomic
/// increment, moving is free.
///
/// Thread-safety: like a shared_ptr. Any number of threads may use their own
/// copies, or const members of one object; writing to one object needs a lock.
///
/// Memory order: whatever happened before the request, on the thread that made
/// it, is visible to a thread that has seen the request through its token.
class cancellation_token {
public:
  /// A token that is never canceled; the same as none().
  cancellation_token() noexcept = default;

  /// A token that is never canceled. Write it out where a callee wants a token
  /// and the work shall not be canceled: it says "on purpose".
  [[nodiscard]] static cancellation_token none() noexcept { return {}; }

  /// True once cancellation was requested; never false again after that. One
  /// atomic load, cheap enough for a hot loop.
  [[nodiscard]] bool is_cancellation_requested() const noexcept {
    return state_.get() && state_.get()->requested();
  }

  /// Throws operation_canceled, which knows this token, if cancellation was
  /// requested; otherwise does nothing. Without exceptions, see
  /// operation_canceled.
  void throw_if_cancellation_requested() const;

  /// False if cancellation was not requested and never can be: no token of
  /// none() ever, and no token once its last source has gone without a request,
  /// unless a parent or an armed deadline can still request it. A true answer
  /// may turn false later; a false one is final.
  ///
  /// This is not the poll. Use it to skip work that only serves cancellation.
  [[nodiscard]] bool can_be_canceled() const noexcept {
    return state_.get() && state_.get()->can_be_canceled();
  }

  /// The names of std::stop_token, for code that takes any stoppable token.
  [[nodiscard]] bool stop_requested() const noexcept {
    return is_cancellation_requested();
  }
  /// As can_be_canceled().
  [[nodiscard]] bool stop_possible() const noexcept {
    return can_be_canceled();
  }
  template <class Callback>
  using callback_type = cancellation_registration<Callback>;

  /// Equal tokens belong to the same source; all tokens of none() are equal.
  [[nodiscard]] friend bool operator==(const cancellation_token &a,
                                       const cancellation_token &b) noexcept {
    return a.state_.get() == b.state_.get();
  }
  [[nodiscard]] friend bool operator!=(const cancellation_token &a,
                                       const cancellation_token &b) noexcept {
    return !(a == b);
  }

#if CANCEL_HAS_STD_STOP_TOKEN
  /// A token that is canceled when `other` is. Allocates; two conversions of
  /// one stop_token give tokens that are not equal. C++20.
  cancellation_token(const std::stop_token &other);

  /// A stop_token that is stopped when this token is canceled. The first
  /// conversion allocates; all conversions of equal tokens are equal. The link
  /// lasts as long as the state of this token: keep a source, a token or a
  /// registration while the stop_token is in use. (A stop_token cannot own
  /// anything, so a linked source of which only stop_tokens are left is no
  /// longer canceled by its parents.) C++20.
  operator std::stop_token() const;
#endif

private:
  friend class cancellation_source;
  template <class Callback> friend class cancellation_registration;

  explicit cancellation_token(detail::state_ref state) noexcept
      : state_(std::move(state)) {}

  detail::state_ref state_;
};

/// Thrown where a token's owner is told to stop. It is not an error: let it
/// pass through to whoever started the work. A handler that catches everything
/// should have one before it that rethrows this.
///
/// Built without exceptions (-fno-exceptions), every member and function that
/// is documented to throw it calls std::terminate instead. Use the forms that
/// answer, is_cancellation_requested() and try_...(), in such a program, and
/// build all of it the same way.
class operation_canceled : public std::exception {
public:
  /// The work that was canceled looked at `token`.
  explicit operation_canceled(
      cancellation_token token = cancellation_token::none()) noexcept
      : token_(std::move(token)) {}

  /// The token that was canceled: compare it with your own to tell your
  /// caller's cancellation from one further in. none() if the token was of
  /// another type (inplace, std::stop_token).
  [[nodiscard]] const cancellation_token &token() const noexcept {
    return token_;
  }

  [[nodiscard]] const char *what() const noexcept override {
    return "operation canceled";
  }

private:
  cancellation_token token_;
};

/// What the future of a canceled task throws: cancel::run never started the
/// function, or the function let operation_canceled of the task's own token
/// out.
class task_canceled : public operation_canceled {
public:
  using operation_canceled::operation_canceled;

  [[nodiscard]] const char *what() const noexcept override {
    return "task canceled";
  }
};

namespace detail {

[[noreturn]] inline void throw_canceled(const cancellation_token &token) {
#if CANCEL_HAS_EXCEPTIONS
  throw operation_canceled(token);
#else
  (void)token;
  std::terminate();
#endif
}

/// Any other type of token: the exception cannot keep it.
template <class Token> [[noreturn]] void throw_canceled(const Token &) {
  throw_canceled(cancellation_token::none());
}

} // namespace detail

inline void cancellation_token::throw_if_cancellation_requested() const {
  if (is_cancellation_requested())
    detail::throw_canceled(*this);
}

} // namespace cancel

#include "cancel/cancellation_registration.hpp"
#if CANCEL_HAS_STD_STOP_TOKEN
#include "cancel/detail/std_stop_token.hpp"
#endif

#endif
