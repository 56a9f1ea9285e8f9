// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-callback-deadlock -- -std=c++20 -I%root/token/include
#include "cancel/cancellation_registration.hpp"
#include "cancel/cancellation_token.hpp"
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <shared_mutex>
#include <stop_token>
#include <thread>

void work();
std::mutex all;

// --- made, and destroyed, under the lock

class Queue {
public:
  int warns_pop(std::stop_token stop) {
    std::unique_lock lock(mutex_); // expected-note {{'mutex_' is locked here}}
    std::stop_callback wake(stop, [this] { // expected-warning@:24 {{the callback of 'wake' waits for 'mutex_', which is held where 'wake' is set up: they may wait for each other forever}} expected-note@:5 {{the callback runs here if the stop was requested before}}
      std::lock_guard guard(mutex_); // expected-note@:7 {{the callback locks 'mutex_' here}}
      ready_.notify_all();
    });
    ready_.wait(lock, [&] { return !items_.empty() || stop.stop_requested(); });
    return items_.empty() ? 0 : items_.front();
  }
  int warns_helper(std::stop_token stop) {
    const std::lock_guard<std::mutex> lock(mutex_); // expected-note {{is locked here}}
    std::stop_callback wake(stop, [this] { notify(); }); // expected-warning {{the callback of 'wake' waits for 'mutex_'}} expected-note {{runs here}}
    return items_.front();
  }
  int warns_by_hand(std::stop_token stop) {
    mutex_.lock(); // expected-note {{is locked here}}
    std::stop_callback wake(stop, [this] { // expected-warning {{'wake'}} expected-note {{runs here}}
      mutex_.lock(); // expected-note {{the callback locks 'mutex_' here}}
      ready_.notify_all();
      mutex_.unlock();
    });
    mutex_.unlock();
    return 0;
  }
  int warns_named(std::stop_token stop) {
    auto notify = [this] {
      std::lock_guard guard(mutex_); // expected-note {{the callback locks 'mutex_' here}}
      ready_.notify_all();
    };
    std::unique_lock lock(mutex_); // expected-note {{is locked here}}
    std::stop_callback<decltype(notify)> wake(stop, notify); // expected-warning {{the callback of 'wake' waits for 'mutex_'}} expected-note {{runs here}}
    ready_.wait(lock, [&] { return !items_.empty() || stop.stop_requested(); });
    return items_.front();
  }
  int no_warning_named_before(std::stop_token stop) {
    auto notify = [this] {
      std::lock_guard guard(mutex_);
      ready_.notify_all();
    };
    std::stop_callback<decltype(notify)> wake(stop, notify);
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return !items_.empty() || stop.stop_requested(); });
    return items_.front();
  }
  int no_warning_named_elsewhere(std::stop_token stop) {
    auto notify = [this] {
      std::lock_guard guard(mutex_);
      ready_.notify_all();
    };
    auto nothing = [] {};
    std::stop_callback<decltype(nothing)> wake(stop, nothing);
    notify();
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return !items_.empty() || stop.stop_requested(); });
    return items_.front();
  }
  int no_warning_before(std::stop_token stop) {
    std::stop_callback wake(stop, [this] { notify(); });
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return !items_.empty() || stop.stop_requested(); });
    return items_.front();
  }
  int no_warning_unlocked(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    const int first = items_.front();
    lock.unlock();
    std::stop_callback wake(stop, [this] { notify(); });
    work();
    return first;
  }
  int no_warning_scope(std::stop_token stop) {
    {
      std::lock_guard lock(mutex_);
      items_.push(1);
    }
    std::stop_callback wake(stop, [this] { notify(); });
    work();
    return 0;
  }
  int no_warning_lock_free(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    std::stop_callback wake(stop, [this] { ready_.notify_all(); });
    return items_.front();
  }
  int no_warning_other(std::stop_token stop) {
    std::lock_guard lock(mutex_);
    std::stop_callback wake(stop, [this] { std::lock_guard guard(other_); });
    return items_.front();
  }
  int no_warning_other_object(std::stop_token stop, Queue &queue) {
    std::lock_guard lock(mutex_);
    std::stop_callback wake(stop, [&queue] { std::lock_guard guard(queue.mutex_); });
    return items_.front();
  }
  int no_warning_tried(std::stop_token stop) {
    std::lock_guard lock(mutex_);
    std::stop_callback wake(stop, [this] {
      std::unique_lock guard(mutex_, std::try_to_lock);
      if (guard)
        items_ = {};
    });
    return items_.front();
  }
  int no_warning_deferred(std::stop_token stop) {
    std::unique_lock lock(mutex_, std::defer_lock);
    std::stop_callback wake(stop, [this] { notify(); });
    lock.lock();
    return items_.front();
  }
  int no_warning_posted(std::stop_token stop, void (*post)(std::function<void()>)) {
    std::lock_guard lock(mutex_);
    std::stop_callback wake(stop, [this, post] { post([this] { notify(); }); });
    return items_.front();
  }

private:
  void notify() {
    std::lock_guard guard(mutex_); // expected-note {{the callback locks 'mutex_' here}}
    ready_.notify_all();
  }
  std::mutex mutex_, other_;
  std::condition_variable ready_;
  std::queue<int> items_;
};
void warns_local(cancel::cancellation_token token) {
  std::mutex mutex;
  std::scoped_lock lock(mutex, all); // expected-note {{'all' is locked here}}
  cancel::cancellation_registration wake(token, [] { // expected-warning {{the callback of 'wake' waits for 'all'}} expected-note {{runs here}}
    std::lock_guard guard(all); // expected-note {{the callback locks 'all' here}}
  });
  work();
}
// The thread may take the lock again, but another thread may run the callback.
void warns_recursive(std::stop_token stop) {
  std::recursive_mutex mutex;
  std::lock_guard lock(mutex); // expected-note {{is locked here}}
  std::stop_callback wake(stop, [&] { // expected-warning {{held where 'wake' is destroyed}} expected-note {{it ends before the lock does, and waits for its callback}}
    std::lock_guard guard(mutex); // expected-note {{the callback locks}}
  });
  work();
}

// --- ended, or requested, under the lock

class Session {
public:
  void start(std::stop_token stop) {
    on_stop_.emplace(stop, [this] {
      std::lock_guard guard(mutex_); // expected-note {{the callback locks 'mutex_' here}}
      closed_ = true;
    });
    auto own = source_.get_token();
    on_own_.emplace(own, [self = this] {
      std::lock_guard guard(self->mutex_); // expected-note {{the callback locks 'mutex_' here}}
      self->closed_ = true;
    });
    quiet_.emplace(stop, [this] { closed_ = true; });
  }
  void warns_reset() {
    std::lock_guard lock(mutex_); // expected-note {{is locked here}}
    closed_ = true;
    on_stop_.reset(); // expected-note {{this waits for a callback that is running}}
  }
  void warns_request() {
    std::lock_guard lock(mutex_); // expected-note {{is locked here}}
    source_.request_stop(); // expected-note {{this runs the callback}}
  }
  void no_warning_released() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    on_stop_.reset();
    source_.request_stop();
  }
  void no_warning_others() {
    std::lock_guard lock(mutex_);
    quiet_.reset();
    other_source_.request_stop();
  }
  void no_warning_another_session(Session &other) {
    std::lock_guard lock(mutex_);
    other.on_stop_.reset();
    other.source_.request_stop();
  }

private:
  std::mutex mutex_;
  bool closed_ = false;
  std::stop_source source_, other_source_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_; // expected-warning@:60 {{the callback of 'on_stop_' waits for 'mutex_', which is held where 'on_stop_' ends}}
  std::optional<std::stop_callback<std::function<void()>>> on_own_; // expected-warning {{held where 'source_' is requested}}
  std::optional<std::stop_callback<std::function<void()>>> quiet_;
};
class Timer {
public:
  explicit Timer(std::stop_token stop)
      : on_stop_(stop, [this] {
          const std::lock_guard guard(mutex_);
          due_ = true;
        }) {}
  bool due() {
    const std::lock_guard guard(mutex_);
    return due_;
  }

private:
  std::mutex mutex_;
  bool due_ = false;
  std::stop_callback<std::function<void()>> on_stop_;
};
void warns_own_source() {
  std::mutex mutex;
  std::stop_source source;
  std::stop_callback wake(source.get_token(), [&] { // expected-warning {{held where 'source' is requested}}
    std::lock_guard guard(mutex); // expected-note {{the callback locks}}
  });
  std::unique_lock lock(mutex); // expected-note {{is locked here}}
  work();
  if (lock.owns_lock())
    source.request_stop(); // expected-note {{this runs the callback}}
}
void warns_deleted(std::stop_token stop) {
  auto wake = std::make_unique<std::stop_callback<std::function<void()>>>(stop, [] { // expected-warning {{held where 'wake' ends}}
    std::lock_guard guard(all); // expected-note {{the callback locks}}
  });
  std::lock_guard lock(all); // expected-note {{is locked here}}
  wake.reset(); // expected-note {{this waits}}
}
void no_warning_recursive_request() {
  std::recursive_mutex mutex;
  std::stop_source source;
  std::stop_callback wake(source.get_token(), [&] { std::lock_guard guard(mutex); });
  std::lock_guard lock(mutex);
  source.request_stop();
}
void no_warning_unlocked_first() {
  std::mutex mutex;
  std::stop_source source;
  std::stop_callback wake(source.get_token(), [&] { std::lock_guard guard(mutex); });
  std::unique_lock lock(mutex);
  lock.unlock();
  source.request_stop();
  mutex.lock();
  mutex.unlock();
  source.request_stop();
}
void no_warning_shared(std::stop_token stop, std::shared_mutex &mutex) {
  std::shared_lock lock(mutex);
  std::stop_callback wake(stop, [&] { std::shared_lock guard(mutex); });
}

// --- set up in the class

class Clock {
public:
  void warns_request() {
    std::lock_guard guard(mutex_);
    source_.request_stop();
  }
  void no_warning_unlocked() {
    source_.request_stop();
    std::lock_guard guard(mutex_);
    ticks_ = 0;
  }
  void no_warning_other_mutex() {
    std::lock_guard guard(others_);
    source_.request_stop();
  }

private:
  std::mutex mutex_, others_;
  int ticks_ = 0;
  std::stop_source source_;
  std::stop_callback<std::function<void()>> wake_{source_.get_token(), [this] { // expected-warning@:45 {{the callback of 'wake_' waits for 'mutex_', which is held where 'source_' is requested}}
    std::lock_guard guard(mutex_);
    ++ticks_;
  }};
};
