// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// cancellation_source: requests cancellation by hand, when a parent is
// canceled, or when a deadline passes.
#ifndef CANCEL_CANCELLATION_SOURCE_HPP
#define CANCEL_CANCELLATION_SOURCE_HPP

#include "cancel/cancellation_token.hpp"
#include "cancel/detail/links.hpp"

#include <array>
#include <chrono>
#include <type_traits>
#include <utility>

namespace cancel {

/// Requests cancellation and hands out the tokens that show it.
///
///     cancellation_source source;
///     source.cancel_after(30s);
///     std::thread worker(crawl, start, source.get_token());
///     ...
///     source.request_cancellation();
///
/// Copies are sources of the same tokens. Destroying sources never requests
/// cancellation. Construction allocates the shared state (about 40 bytes); see
/// inplace_cancellation_source for one that does not.
///
/// Thread-safety: const members may be called on one object by any number of
/// threads; all members but assignment are const or special. A moved-from
/// source has no state: it makes no request and its token is none().
class cancellation_source {
public:
  /// A source that only its own members cancel. Throws std::bad_alloc.
  cancellation_source() : state_(new detail::shared_state) {}

  cancellation_source(const cancellation_source &other) noexcept
      : state_(other.state_) {
    if (state_)
      state_->add_source();
  }
  cancellation_source(cancellation_source &&other) noexcept
      : state_(std::exchange(other.state_, nullptr)) {}
  cancellation_source &operator=(cancellation_source other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~cancellation_source() {
    if (state_)
      state_->release_source();
  }

  /// A source that is canceled when any of `parents` is, or by its own members.
  /// Canceling it does not cancel a parent. Already canceled when it is made
  /// if a parent is. Throws std::bad_alloc.
  ///
  ///     auto both = cancellation_source::linked(caller, shutdown);
  ///     both.cancel_after(5s);
  ///     reply = ask(server, both.get_token());
  ///
  /// The link lasts as long as any source, token or registration of the new
  /// source, and costs its parents one registration until then; a parent does
  /// not keep the child alive. The child's callbacks run within the parent's
  /// request.
  template <class... Tokens>
  [[nodiscard]] static cancellation_source linked(const Tokens &...parents) {
    static_assert(sizeof...(Tokens) > 0, "name at least one parent");
    static_assert(
        (std::is_convertible_v<const Tokens &, cancellation_token> && ...),
        "parents are cancellation tokens");
    using links = detail::parents<sizeof...(Tokens)>;
    const std::array<cancellation_token, sizeof...(Tokens)> tokens{
        {cancellation_token(parents)...}};
    cancellation_source child;
    child.state_->attach<links>(
        &links::kind, true,
        [&](detail::shared_state &state) { return new links(state, tokens); });
    return child;
  }

  /// A token of this source; none() for a moved-from source.
  [[nodiscard]] cancellation_token get_token() const noexcept {
    if (state_)
      state_->add_owner();
    return cancellation_token(detail::state_ref(state_));
  }

  /// Requests cancellation: every token of this source and of its copies shows
  /// it from now on, and every registered callback runs, on this thread, before
  /// this returns. Returns true if this call made the request, false if one had
  /// been made before, whose callbacks may still be running on its thread.
  ///
  /// A callback may destroy every source and token, even this object.
  bool request_cancellation() const noexcept {
    return state_ && state_->request_cancellation();
  }

  /// True once cancellation was requested, whoever requested it.
  [[nodiscard]] bool is_cancellation_requested() const noexcept {
    return state_ && state_->requested();
  }

  /// Requests cancellation at `when`, unless it happened before. A source has
  /// one deadline: a later call replaces it. At once, and on this thread, if
  /// `when` has passed; time_point::max() means never.
  ///
  /// Callbacks then run on the one timer thread that all sources share, so they
  /// delay other deadlines: keep them short. The deadline outlives the source
  /// as long as there are tokens, and is dropped when nobody is left or
  /// cancellation is requested. No thread is started for it but the shared one,
  /// once; that one ends with the program's static objects, after which no
  /// deadline fires. (The child of a fork() has no timer thread.)
  ///
  /// Throws std::bad_alloc, and std::system_error if the timer thread cannot be
  /// started; then no deadline is set.
  void cancel_at(std::chrono::steady_clock::time_point when) const {
    if (!state_ || state_->requested())
      return;
    if (when <= std::chrono::steady_clock::now()) {
      request_cancellation();
    } else if (when == std::chrono::steady_clock::time_point::max()) {
      if (state_->attached(&detail::deadline::kind))
        detail::deadline::of(*state_).disarm();
    } else {
      detail::deadline::of(*state_).arm(when);
    }
  }

  /// For other clocks: the time that is left is measured now, once, so a later
  /// change of the system clock does not move the deadline.
  template <class Clock, class Duration>
  void cancel_at(const std::chrono::time_point<Clock, Duration> &when) const {
    const auto now = Clock::now();
    if (when <= now)
      request_cancellation();
    else
      cancel_after(when - now);
  }

  /// As cancel_at() with the time that is `duration` from now; at once if it is
  /// not positive, never (and any earlier deadline dropped) if it is further
  /// away than steady_clock can tell, as duration::max() is.
  template <class Rep, class Period>
  void cancel_after(const std::chrono::duration<Rep, Period> &duration) const {
    cancel_at(detail::deadline_after(duration));
  }

  /// Whether it has a state at all: false only for a moved-from source.
  [[nodiscard]] bool can_be_canceled() const noexcept {
    return state_ != nullptr;
  }

  /// The names of std::stop_source, for code that takes any stoppable source.
  bool request_stop() const noexcept { return request_cancellation(); }
  [[nodiscard]] bool stop_requested() const noexcept {
    return is_cancellation_requested();
  }
  [[nodiscard]] bool stop_possible() const noexcept {
    return can_be_canceled();
  }

  /// Equal sources have the same tokens.
  [[nodiscard]] friend bool operator==(const cancellation_source &a,
                                       const cancellation_source &b) noexcept {
    return a.state_ == b.state_;
  }
  [[nodiscard]] friend bool operator!=(const cancellation_source &a,
                                       const cancellation_source &b) noexcept {
    return !(a == b);
  }

private:
  detail::shared_state *state_; ///< owned, and counted as a source
};

} // namespace cancel

#endif
