// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one timer thread of the process. Not for users.
#ifndef CANCEL_DETAIL_TIMER_HPP
#define CANCEL_DETAIL_TIMER_HPP

#include "cancel/detail/clock.hpp"

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace cancel::detail {

/// Something with a time. Its owner must call timer::remove before destroying
/// it; everything in it is guarded by the timer's mutex.
class timer_entry {
public:
  using held_lock = std::unique_lock<std::mutex>;

  timer_entry() = default;
  timer_entry(const timer_entry &) = delete;
  timer_entry &operator=(const timer_entry &) = delete;

protected:
  ~timer_entry() = default;

private:
  friend class timer;
  /// Its time has come, and it is out of the queue. Called on the timer thread
  /// with the timer's mutex held. May unlock it, if the entry needs nothing
  /// afterwards: it can be destroyed then.
  virtual void due(held_lock &held) noexcept = 0;
  /// Asked under the mutex before the entry is put into the queue.
  virtual bool wanted() const noexcept { return true; }

  steady::time_point when_;
  bool queued_ = false;
};

/// Started by the first use, stopped and joined when static objects are
/// destroyed; what is still queued then never comes due. Its memory stays, so
/// that static objects may remove their entries even later.
class timer {
public:
  static timer &instance() {
    static timer &shared = *new timer;
    static const stopper at_exit{shared};
    return shared;
  }

  /// Throws std::system_error if there is no thread and none can be started.
  void start() {
    std::lock_guard<std::mutex> held(mutex_);
    start_locked();
  }

  /// Puts the entry into the queue, or changes its time.
  /// Throws like start().
  void schedule(timer_entry &entry, steady::time_point when) {
    std::lock_guard<std::mutex> held(mutex_);
    start_locked();
    remove_locked(entry);
    if (entry.wanted())
      insert_locked(entry, when);
  }

  /// Afterwards the entry is neither queued nor about to be called, unless its
  /// due() has unlocked.
  void remove(timer_entry &entry) noexcept {
    std::lock_guard<std::mutex> held(mutex_);
    remove_locked(entry);
  }

  [[nodiscard]] bool queued(const timer_entry &entry) noexcept {
    std::lock_guard<std::mutex> held(mutex_);
    return entry.queued_;
  }

  /// For due(), which holds the mutex.
  void schedule_held(timer_entry &entry, steady::time_point when) {
    insert_locked(entry, when);
  }

  /// How many entries are queued; for tests.
  [[nodiscard]] std::size_t size() noexcept {
    std::lock_guard<std::mutex> held(mutex_);
    return queue_.size();
  }

private:
  struct stopper {
    timer &shared;
    ~stopper() { shared.stop(); }
  };

  void start_locked() {
    if (!thread_.joinable() && !stopping_)
      thread_ = std::thread([this] { run(); });
  }

  void insert_locked(timer_entry &entry, steady::time_point when) {
    if (stopping_)
      return;
    entry.when_ = when;
    queue_.insert({when, &entry});
    entry.queued_ = true;
    if (queue_.begin()->second == &entry)
      changed_.notify_one();
  }

  void remove_locked(timer_entry &entry) noexcept {
    if (!entry.queued_)
      return;
    queue_.erase({entry.when_, &entry});
    entry.queued_ = false;
  }

  void run() {
    timer_entry::held_lock held(mutex_);
    while (!stopping_) {
      if (queue_.empty()) {
        changed_.wait(held);
        continue;
      }
      const auto [when, entry] = *queue_.begin();
      if (steady::now() < when) {
        changed_.wait_until(held, when);
        continue;
      }
      remove_locked(*entry);
      entry->due(held);
      if (!held.owns_lock())
        held.lock();
    }
  }

  void stop() {
    {
      std::lock_guard<std::mutex> held(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    if (!thread_.joinable())
      return;
    // A callback on the timer thread may call std::exit.
    if (thread_.get_id() == std::this_thread::get_id())
      thread_.detach();
    else
      thread_.join();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::pair<steady::time_point, timer_entry *>> queue_;
  std::thread thread_;
  bool stopping_ = false;
};

} // namespace cancel::detail

#endif
