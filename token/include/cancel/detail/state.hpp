// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state that sources, tokens and registrations meet in: one atomic word and
// the list of registered callbacks. Not for users.
//
// The word is
//
//     bit 0        cancellation was requested; never cleared
//     bit 1        lock of the list; held for a few instructions only
//     bit 2        driven: attachments (parents, deadline) may request, too
//     bits 3-32    number of sources
//     bits 33-63   number of owners: sources, tokens, registrations, and
//     whoever
//                  must keep the state alive for a moment
//
// Owners and the lock share a word so that registering is two atomic operations
// (lock; unlock and own) and unregistering two more.
#ifndef CANCEL_DETAIL_STATE_HPP
#define CANCEL_DETAIL_STATE_HPP

#include "cancel/detail/parking.hpp"

#include <atomic>
#include <cstdint>
#include <thread>

namespace cancel::detail {

/// One registered callback; a link of the state's list.
struct callback_node {
  using function = void(callback_node *) noexcept;

  explicit callback_node(function *invoke) noexcept : run(invoke) {}
  callback_node(const callback_node &) = delete;
  callback_node &operator=(const callback_node &) = delete;

  function *run;
  callback_node *next = nullptr;
  /// The pointer that points at this node; null when it is in no list.
  callback_node **slot = nullptr;
  /// Set while the callback runs: where to say that the node was destroyed.
  bool *destroyed = nullptr;
  completion finished;
};

/// The list and its protocol, without ownership. An inplace source holds one;
/// the shared state derives from it.
class callback_state {
public:
  using word = std::uint64_t;
  static constexpr word requested_bit = 1;
  static constexpr word locked_bit = 2;
  static constexpr word driven_bit = 4;
  static constexpr word one_source = word(1) << 3;
  static constexpr word one_owner = word(1) << 33;
  static constexpr word sources_mask = one_owner - one_source;
  static constexpr word owners_mask = ~(one_owner - 1);

  explicit callback_state(word initial) noexcept : word_(initial) {}
  callback_state(const callback_state &) = delete;
  callback_state &operator=(const callback_state &) = delete;

  [[nodiscard]] bool requested() const noexcept {
    return (word_.load(std::memory_order_acquire) & requested_bit) != 0;
  }

  /// Makes the request and runs the callbacks, adding `keep` to the word when
  /// this call is the one that makes it. Returns whether it was.
  bool request(word keep) noexcept {
    word seen = word_.load(std::memory_order_acquire);
    backoff wait;
    for (;;) {
      if (seen & requested_bit)
        return false;
      if (seen & locked_bit) {
        wait();
        seen = word_.load(std::memory_order_acquire);
      } else if (word_.compare_exchange_weak(
                     seen, (seen | requested_bit | locked_bit) + keep,
                     std::memory_order_acq_rel, std::memory_order_acquire)) {
        break;
      }
    }
    requester_ = std::this_thread::get_id();
    while (callback_node *node = head_) {
      head_ = node->next;
      if (head_)
        head_->slot = &head_;
      node->slot = nullptr;
      const bool last = head_ == nullptr;
      unlock(0);
      bool destroyed = false;
      node->destroyed = &destroyed;
      node->run(node);
      if (!destroyed) {
        node->destroyed = nullptr;
        node->finished.signal(); // the node may be gone from here on
      }
      if (last)
        return true; // nothing can be added after the request
      lock();
    }
    unlock(0);
    return true;
  }

  /// Puts the node into the list and adds `keep` to the word; true if so.
  /// Otherwise nothing will ever run it later: either cancellation was
  /// requested, and it has just run here, or nobody can request it any more.
  bool add(callback_node &node, word keep) noexcept {
    word seen = word_.load(std::memory_order_acquire);
    backoff wait;
    for (;;) {
      if (seen & requested_bit) {
        node.run(&node);
        return false;
      }
      if (!(seen & (sources_mask | driven_bit)))
        return false;
      if (seen & locked_bit) {
        wait();
        seen = word_.load(std::memory_order_acquire);
      } else if (word_.compare_exchange_weak(seen, seen | locked_bit,
                                             std::memory_order_acquire,
                                             std::memory_order_acquire)) {
        break;
      }
    }
    node.next = head_;
    node.slot = &head_;
    if (head_)
      head_->slot = &node.next;
    head_ = &node;
    unlock(keep);
    return true;
  }

  /// Takes a node that add() accepted out of the list, or waits for its run on
  /// another thread to end; within its own callback neither. Subtracts `keep`
  /// from the word and returns what the word was just before that.
  word remove(callback_node &node, word keep) noexcept {
    lock();
    if (node.slot) {
      *node.slot = node.next;
      if (node.next)
        node.next->slot = node.slot;
      return unlock(word(0) - keep);
    }
    unlock(0);
    // The requester wrote its id before it took the node out of the list, and
    // we saw that under the lock: this read does not race.
    if (requester_ != std::this_thread::get_id())
      node.finished.wait();
    else if (node.destroyed)
      *node.destroyed = true;
    return word_.fetch_sub(keep, std::memory_order_acq_rel);
  }

protected:
  void lock() noexcept {
    word seen = word_.load(std::memory_order_relaxed);
    backoff wait;
    for (;;) {
      if (seen & locked_bit) {
        wait();
        seen = word_.load(std::memory_order_relaxed);
      } else if (word_.compare_exchange_weak(seen, seen | locked_bit,
                                             std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
        return;
      }
    }
  }

  /// Unlocks and adds `more` in one step.
  word unlock(word more) noexcept {
    return word_.fetch_add(more - locked_bit, std::memory_order_acq_rel);
  }

  std::atomic<word> word_;

private:
  callback_node *head_ = nullptr;
  std::thread::id requester_; ///< valid once requested_bit is set
};

} // namespace cancel::detail

#endif
