// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attachments that request cancellation of a state: parents and the deadline.
// They know the state without owning it, so a long-lived parent keeps no child
// alive. Not for users.
#ifndef CANCEL_DETAIL_LINKS_HPP
#define CANCEL_DETAIL_LINKS_HPP

#include "cancel/cancellation_registration.hpp"
#include "cancel/cancellation_token.hpp"
#include "cancel/detail/shared_state.hpp"
#include "cancel/detail/timer.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace cancel::detail {

/// What a parent runs. The child may be dying on another thread: its destructor
/// then waits for this callback, so the pointer stays good.
struct request_child {
  shared_state *child;
  void operator()() const noexcept { child->request_if_alive(); }
};

/// The links of a state to N parents.
template <std::size_t N> class parents final : public attachment {
public:
  static inline const char kind = 0;

  parents(shared_state &child, const std::array<cancellation_token, N> &tokens)
      : parents(child, tokens, std::make_index_sequence<N>{}) {}

  bool can_cancel() noexcept override {
    for (link &l : links_)
      if (l.parent.can_be_canceled())
        return true;
    return false;
  }

private:
  struct link {
    link(const cancellation_token &token, shared_state &child)
        : parent(token), registration(token, request_child{&child}) {}
    cancellation_token parent;
    cancellation_registration<request_child> registration;
  };

  template <std::size_t... I>
  parents(shared_state &child, const std::array<cancellation_token, N> &tokens,
          std::index_sequence<I...>)
      : links_{{{tokens[I], child}...}} {}

  std::array<link, N> links_;
};

/// The deadline of a state; unarmed at first.
class deadline final : public attachment, private timer_entry {
public:
  static inline const char kind = 0;

  explicit deadline(shared_state &state) noexcept : state_(state) {}
  ~deadline() override { disarm(); }

  /// The one of `state`; made when it has none.
  static deadline &of(shared_state &state) {
    return state.attach<deadline>(
        &kind, true, [](shared_state &s) { return new deadline(s); });
  }

  void arm(steady::time_point when) { timer::instance().schedule(*this, when); }
  void disarm() noexcept { timer::instance().remove(*this); }

  bool can_cancel() noexcept override {
    return timer::instance().queued(*this);
  }
  void canceled() noexcept override { disarm(); }

private:
  bool wanted() const noexcept override { return !state_.requested(); }

  void due(held_lock &held) noexcept override {
    // Under the mutex, which our destructor takes, too: the state is still
    // there to be asked. After that it is ours until the end.
    if (!state_.try_add_owner())
      return;
    shared_state &state = state_;
    held.unlock();
    state.request_cancellation();
    state.release_owner();
  }

  shared_state &state_;
};

} // namespace cancel::detail

#endif
