// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A source that holds its state itself, for structured code: no allocation, no
// counting, and the compiler cannot save you from a token that outlives it.
#ifndef CANCEL_INPLACE_HPP
#define CANCEL_INPLACE_HPP

#include "cancel/cancellation_token.hpp"
#include "cancel/detail/state.hpp"

#include <type_traits>
#include <utility>

namespace cancel {

class inplace_cancellation_source;
template <class Callback> class inplace_cancellation_registration;

/// The token of an inplace_cancellation_source: a pointer to it, to be taken by
/// value. It must not be used once the source is destroyed; cancellation_token
/// has no such rule, so take that one unless you measured a need.
///
/// Members mean what those of cancellation_token mean, and cost no more than a
/// load. Thread-safety likewise.
class inplace_cancellation_token {
public:
  /// A token that is never canceled.
  inplace_cancellation_token() noexcept = default;
  [[nodiscard]] static inplace_cancellation_token none() noexcept { return {}; }

  /// True once cancellation was requested; never false again after that.
  [[nodiscard]] bool is_cancellation_requested() const noexcept {
    return state_ && state_->requested();
  }
  /// Throws operation_canceled, whose token() is none(): an exception may
  /// outlive the source.
  void throw_if_cancellation_requested() const {
    if (is_cancellation_requested())
      detail::throw_canceled(*this);
  }
  /// True for every token of a source: the source exists.
  [[nodiscard]] bool can_be_canceled() const noexcept {
    return state_ != nullptr;
  }

  /// The names of std::stop_token, for code that takes any stoppable token.
  [[nodiscard]] bool stop_requested() const noexcept {
    return is_cancellation_requested();
  }
  [[nodiscard]] bool stop_possible() const noexcept {
    return can_be_canceled();
  }
  template <class Callback>
  using callback_type = inplace_cancellation_registration<Callback>;

  /// Equal tokens belong to the same source; all tokens of none() are equal.
  [[nodiscard]] friend bool operator==(inplace_cancellation_token a,
                                       inplace_cancellation_token b) noexcept {
    return a.state_ == b.state_;
  }
  [[nodiscard]] friend bool operator!=(inplace_cancellation_token a,
                                       inplace_cancellation_token b) noexcept {
    return !(a == b);
  }

private:
  friend class inplace_cancellation_source;
  template <class Callback> friend class inplace_cancellation_registration;
  explicit inplace_cancellation_token(detail::callback_state *state) noexcept
      : state_(state) {}

  detail::callback_state *state_ = nullptr;
};

/// Requests cancellation for work that ends before it does.
///
///     inplace_cancellation_source source;
///     run_both(source.get_token(), [&] { source.request_cancellation(); });
///
/// Must outlive its tokens, its registrations and every call of
/// request_cancellation(), so no callback may destroy it. Neither copyable nor
/// movable. Thread-safety: any number of threads may call members on one
/// object.
class inplace_cancellation_source {
public:
  inplace_cancellation_source() noexcept
      : state_(detail::callback_state::one_source) {}
  inplace_cancellation_source(const inplace_cancellation_source &) = delete;
  inplace_cancellation_source &
  operator=(const inplace_cancellation_source &) = delete;

  [[nodiscard]] inplace_cancellation_token get_token() const noexcept {
    return inplace_cancellation_token(&state_);
  }

  /// Requests cancellation and runs every registered callback on this thread
  /// before it returns. True if this call made the request; false if one had
  /// been made before, whose callbacks may still be running on its thread.
  bool request_cancellation() noexcept { return state_.request(0); }

  [[nodiscard]] bool is_cancellation_requested() const noexcept {
    return state_.requested();
  }

  bool request_stop() noexcept { return request_cancellation(); }
  [[nodiscard]] bool stop_requested() const noexcept {
    return is_cancellation_requested();
  }
  [[nodiscard]] static constexpr bool stop_possible() noexcept { return true; }

private:
  mutable detail::callback_state state_; ///< tokens of a const source register
};

/// A callback tied to an inplace token, with the guarantees of
/// cancellation_registration. The source must outlive it.
template <class Callback>
class [[nodiscard]] inplace_cancellation_registration {
  static_assert(std::is_invocable_v<Callback>,
                "the callback is called without arguments");
  static_assert(std::is_nothrow_destructible_v<Callback>,
                "the callback's destructor must not throw");

public:
  using callback_type = Callback;

  template <class Init,
            std::enable_if_t<std::is_constructible_v<Callback, Init>, int> = 0>
  [[nodiscard]] explicit inplace_cancellation_registration(
      inplace_cancellation_token token,
      Init &&init) noexcept(std::is_nothrow_constructible_v<Callback, Init>)
      : node_(std::forward<Init>(init)) {
    if (token.state_ && token.state_->add(node_, 0))
      state_ = token.state_;
  }

  inplace_cancellation_registration(const inplace_cancellation_registration &) =
      delete;
  inplace_cancellation_registration &
  operator=(const inplace_cancellation_registration &) = delete;

  ~inplace_cancellation_registration() {
    if (state_)
      state_->remove(node_, 0);
  }

private:
  struct node final : detail::callback_node {
    template <class Init>
    explicit node(Init &&init)
        : callback_node(&run), callback(std::forward<Init>(init)) {}

    static void run(detail::callback_node *self) noexcept {
      std::forward<Callback>(static_cast<node *>(self)->callback)();
    }

    Callback callback;
  };

  node node_;
  detail::callback_state *state_ = nullptr;
};

template <class Callback>
inplace_cancellation_registration(inplace_cancellation_token, Callback)
    -> inplace_cancellation_registration<Callback>;

} // namespace cancel

#endif
