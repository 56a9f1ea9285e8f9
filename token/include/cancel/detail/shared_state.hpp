// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The counted state behind cancellation_source and cancellation_token, and what
// can be attached to it. Not for users.
#ifndef CANCEL_DETAIL_SHARED_STATE_HPP
#define CANCEL_DETAIL_SHARED_STATE_HPP

#include "cancel/detail/state.hpp"

#include <utility>

namespace cancel::detail {

/// Something that lives exactly as long as a state: the links to its parents,
/// its deadline, its std::stop_source. Added at most a few times, never
/// removed.
class attachment {
public:
  attachment() = default;
  attachment(const attachment &) = delete;
  attachment &operator=(const attachment &) = delete;
  virtual ~attachment() = default;

  /// Whether it may still request cancellation of the state.
  virtual bool can_cancel() noexcept { return false; }
  /// Cancellation of the state was requested. Called once at most.
  virtual void canceled() noexcept {}

private:
  friend class shared_state;
  attachment *next_ = nullptr;
  const void *kind_ = nullptr;
};

class shared_state final : public callback_state {
public:
  /// Starts with one source, which is one owner.
  shared_state() noexcept : callback_state(one_source + one_owner) {}

  ~shared_state() {
    for (attachment *a = attachments_.load(std::memory_order_acquire); a;)
      delete std::exchange(a, a->next_);
  }

  void add_owner() noexcept {
    word_.fetch_add(one_owner, std::memory_order_relaxed);
  }

  /// For those that know the state without owning it (a parent's callback, the
  /// timer): owns it unless its last owner has gone.
  bool try_add_owner() noexcept {
    word seen = word_.load(std::memory_order_relaxed);
    while (seen & owners_mask)
      if (word_.compare_exchange_weak(seen, seen + one_owner,
                                      std::memory_order_acquire,
                                      std::memory_order_relaxed))
        return true;
    return false;
  }

  void release_owner() noexcept {
    destroy_if_last(word_.fetch_sub(one_owner, std::memory_order_acq_rel));
  }

  void add_source() noexcept {
    word_.fetch_add(one_source + one_owner, std::memory_order_relaxed);
  }

  void release_source() noexcept {
    destroy_if_last(
        word_.fetch_sub(one_source + one_owner, std::memory_order_acq_rel));
  }

  /// Like callback_state::request, but safe even if a callback destroys every
  /// source and token: the state owns itself meanwhile.
  bool request_cancellation() noexcept {
    if (!request(one_owner))
      return false;
    if (word_.load(std::memory_order_acquire) & driven_bit)
      for (attachment *a = attachments_.load(std::memory_order_acquire); a;
           a = a->next_)
        a->canceled();
    release_owner();
    return true;
  }

  /// For a caller that does not own the state.
  void request_if_alive() noexcept {
    if (!try_add_owner())
      return;
    request_cancellation();
    release_owner();
  }

  [[nodiscard]] bool can_be_canceled() const noexcept {
    const word seen = word_.load(std::memory_order_acquire);
    if (seen & (requested_bit | sources_mask))
      return true;
    if (seen & driven_bit)
      for (attachment *a = attachments_.load(std::memory_order_acquire); a;
           a = a->next_)
        if (a->can_cancel())
          return true;
    return false;
  }

  bool add_callback(callback_node &node) noexcept {
    return add(node, one_owner);
  }

  void remove_callback(callback_node &node) noexcept {
    destroy_if_last(remove(node, one_owner));
  }

  /// The attachment of that kind, made by `make(*this)` if there is none yet.
  /// `kind` is an address that stands for one type.
  template <class Attachment, class Make>
  Attachment &attach(const void *kind, bool drives, Make make) {
    attachment *made = nullptr;
    attachment *head = attachments_.load(std::memory_order_acquire);
    for (;;) {
      if (attachment *there = find(head, kind)) {
        delete made; // another thread was faster
        return static_cast<Attachment &>(*there);
      }
      if (!made) {
        made = make(*this);
        made->kind_ = kind;
      }
      made->next_ = head;
      if (attachments_.compare_exchange_weak(
              head, made, std::memory_order_acq_rel, std::memory_order_acquire))
        break;
    }
    if (drives)
      word_.fetch_or(driven_bit, std::memory_order_acq_rel);
    return static_cast<Attachment &>(*made);
  }

  /// The attachment of that kind, or null.
  [[nodiscard]] attachment *attached(const void *kind) const noexcept {
    return find(attachments_.load(std::memory_order_acquire), kind);
  }

private:
  static attachment *find(attachment *from, const void *kind) noexcept {
    while (from && from->kind_ != kind)
      from = from->next_;
    return from;
  }

  void destroy_if_last(word before) noexcept {
    if ((before & owners_mask) == one_owner)
      delete this;
  }

  std::atomic<attachment *> attachments_{nullptr};
};

/// Owns a state; null is allowed. Counts owners, not sources.
class state_ref {
public:
  state_ref() noexcept = default;
  /// Takes over an ownership that the caller has.
  explicit state_ref(shared_state *adopted) noexcept : state_(adopted) {}
  state_ref(const state_ref &other) noexcept : state_(other.state_) {
    if (state_)
      state_->add_owner();
  }
  state_ref(state_ref &&other) noexcept
      : state_(std::exchange(other.state_, nullptr)) {}
  state_ref &operator=(const state_ref &other) noexcept {
    state_ref(other).swap(*this);
    return *this;
  }
  state_ref &operator=(state_ref &&other) noexcept {
    state_ref(std::move(other)).swap(*this);
    return *this;
  }
  ~state_ref() {
    if (state_)
      state_->release_owner();
  }

  void swap(state_ref &other) noexcept { std::swap(state_, other.state_); }
  [[nodiscard]] shared_state *get() const noexcept { return state_; }

private:
  shared_state *state_ = nullptr;
};

} // namespace cancel::detail

#endif
