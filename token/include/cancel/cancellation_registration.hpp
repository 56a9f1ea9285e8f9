// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// cancellation_registration: a callback tied to a token.
#ifndef CANCEL_CANCELLATION_REGISTRATION_HPP
#define CANCEL_CANCELLATION_REGISTRATION_HPP

#include "cancel/cancellation_token.hpp"

#include <type_traits>
#include <utility>

namespace cancel {

/// Runs a callback when cancellation is requested, for as long as the
/// registration lives. Use it to wake what a poll cannot reach: close the
/// socket that a thread reads from, notify the condition it waits on.
///
///     cancellation_registration on_cancel(token, [&] { socket.shutdown(); });
///     socket.read(buffer);
///
/// Give it a name: a registration that is not stored ends at the semicolon.
///
/// Guarantees, those of std::stop_callback:
/// - The callback runs at most once, and exactly once if cancellation is
///   requested before the destructor begins.
/// - If it was requested already, the callback runs in the constructor, on this
///   thread. Otherwise it runs on the thread that requests cancellation, or on
///   the timer thread for a deadline, within that call.
/// - The destructor of a registration whose callback is running on another
///   thread waits for it to return; when the destructor has returned, the
///   callback neither runs nor will run. So do not destroy it while holding a
///   lock that the callback takes.
/// - Within its own callback, the destructor does not wait: a callback may
///   destroy its registration, and may register, unregister or request anything
///   else.
/// - Callbacks of one token run one after the other, in an unspecified order.
/// - An exception out of a callback calls std::terminate.
///
/// Neither copyable nor movable. Registering allocates nothing.
template <class Callback> class [[nodiscard]] cancellation_registration {
  static_assert(std::is_invocable_v<Callback>,
                "the callback is called without arguments");
  static_assert(std::is_nothrow_destructible_v<Callback>,
                "the callback's destructor must not throw");

public:
  using callback_type = Callback;

  /// Stores the callback and registers it. Throws only what constructing
  /// the callback throws, and then nothing is registered.
  template <class Init,
            std::enable_if_t<std::is_constructible_v<Callback, Init>, int> = 0>
  [[nodiscard]] explicit cancellation_registration(
      const cancellation_token &token,
      Init &&init) noexcept(std::is_nothrow_constructible_v<Callback, Init>)
      : node_(std::forward<Init>(init)) {
    detail::shared_state *state = token.state_.get();
    if (state && state->add_callback(node_))
      state_ = state;
  }

  cancellation_registration(const cancellation_registration &) = delete;
  cancellation_registration &
  operator=(const cancellation_registration &) = delete;

  ~cancellation_registration() {
    if (state_)
      state_->remove_callback(node_);
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
  detail::shared_state *state_ = nullptr; ///< owned while registered
};

template <class Callback>
cancellation_registration(cancellation_token, Callback)
    -> cancellation_registration<Callback>;

} // namespace cancel

#endif
