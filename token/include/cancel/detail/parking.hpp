// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How one thread waits for another: briefly for a lock bit, or as long as a
// callback takes for its end. Not for users.
#ifndef CANCEL_DETAIL_PARKING_HPP
#define CANCEL_DETAIL_PARKING_HPP

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace cancel::detail {

inline void pause() noexcept {
#if defined(__GNUC__) && (defined(__i386__) || defined(__x86_64__))
  __builtin_ia32_pause();
#endif
}

/// For a lock that is held for a few instructions: spins, then yields, because
/// on a busy machine its holder may have been preempted.
class backoff {
public:
  void operator()() noexcept {
    if (rounds_ < 16) {
      ++rounds_;
      pause();
    } else {
      std::this_thread::yield();
    }
  }

private:
  int rounds_ = 0;
};

/// Where threads sleep until a `completion` is signaled. One for the process: a
/// wait is rare (a registration dies while its callback runs elsewhere), so it
/// is not worth a mutex in every registration. Never destroyed, because static
/// objects may own registrations.
struct parking_lot {
  std::mutex mutex;
  std::condition_variable signaled;

  static parking_lot &instance() {
    static parking_lot &lot = *new parking_lot;
    return lot;
  }
};

/// A one-shot event in one byte. The object may be destroyed as soon as wait()
/// has returned: signal() does not touch it after the exchange.
class completion {
public:
  void signal() noexcept {
    if (state_.exchange(done, std::memory_order_acq_rel) != awaited)
      return;
    parking_lot &lot = parking_lot::instance();
    // Empty on purpose: the waiter is either before its test of the state,
    // which it makes under this mutex, or asleep.
    {
      std::lock_guard<std::mutex> lock(lot.mutex);
    }
    lot.signaled.notify_all();
  }

  void wait() noexcept {
    if (state_.load(std::memory_order_acquire) == done)
      return;
    parking_lot &lot = parking_lot::instance();
    std::unique_lock<std::mutex> lock(lot.mutex);
    unsigned char expected = pending;
    state_.compare_exchange_strong(expected, awaited,
                                   std::memory_order_acquire);
    while (state_.load(std::memory_order_acquire) != done)
      lot.signaled.wait(lock);
  }

private:
  enum : unsigned char { pending, awaited, done };
  std::atomic<unsigned char> state_{pending};
};

} // namespace cancel::detail

#endif
