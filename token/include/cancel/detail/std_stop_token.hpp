// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The conversions between cancellation_token and std::stop_token. C++20; not
// for users.
#ifndef CANCEL_DETAIL_STD_STOP_TOKEN_HPP
#define CANCEL_DETAIL_STD_STOP_TOKEN_HPP

#include "cancel/cancellation_token.hpp"
#include "cancel/detail/shared_state.hpp"

#if CANCEL_HAS_STD_STOP_TOKEN
#include <stop_token>

namespace cancel::detail {

/// A std::stop_token that cancels a state.
class std_parent final : public attachment {
public:
  static inline const char kind = 0;

  std_parent(shared_state &child, const std::stop_token &parent)
      : parent_(parent), callback_(parent, request{&child}) {}

  bool can_cancel() noexcept override { return parent_.stop_possible(); }

private:
  struct request {
    shared_state *child;
    void operator()() const noexcept { child->request_if_alive(); }
  };

  std::stop_token parent_;
  std::stop_callback<request> callback_;
};

/// The std::stop_source that a state drives. It is in the state's list without
/// owning the state, which owns it.
class std_child final : public attachment {
public:
  static inline const char kind = 0;

  explicit std_child(shared_state &state)
      : state_(state), node_(source_), added_(state.add(node_, 0)) {}
  ~std_child() override {
    if (added_)
      state_.remove(node_, 0);
  }

  [[nodiscard]] std::stop_token get_token() const noexcept {
    return source_.get_token();
  }

private:
  struct node final : callback_node {
    explicit node(std::stop_source &driven)
        : callback_node(&run), source(driven) {}
    static void run(callback_node *self) noexcept {
      static_cast<node *>(self)->source.request_stop();
    }
    std::stop_source &source;
  };

  shared_state &state_;
  std::stop_source source_;
  node node_;
  bool added_;
};

} // namespace cancel::detail

namespace cancel {

inline cancellation_token::cancellation_token(const std::stop_token &other) {
  if (!other.stop_possible())
    return;
  detail::shared_state *state = new detail::shared_state;
  state_ = detail::state_ref(state);
  state->attach<detail::std_parent>(&detail::std_parent::kind, true,
                                    [&](detail::shared_state &s) {
                                      return new detail::std_parent(s, other);
                                    });
  // Only `other` cancels it: the source that a state starts with goes.
  state->add_owner();
  state->release_source();
}

inline cancellation_token::operator std::stop_token() const {
  if (!can_be_canceled())
    return {};
  detail::shared_state &state = *state_.get();
  return state
      .attach<detail::std_child>(
          &detail::std_child::kind, false,
          [](detail::shared_state &s) { return new detail::std_child(s); })
      .get_token();
}

} // namespace cancel

#endif
#endif
