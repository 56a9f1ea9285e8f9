// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who requests the stop writes what the loop's condition reads, or ends what it waits for.
// RUN: %check %s cancel-check-in-loop --no-fix -- -std=c++20
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <stop_token>
#include <thread>

void advance();
bool next(int &item);
[[clang::annotate("cancel::blocking")]] void work(int item);
using Callback = std::stop_callback<std::function<void()>>;

class Timing {
public:
  void start() {
    timer_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }
  void reset() {
    pause(true);
    timer_.request_stop();
    timer_.join();
  }
  void pause(bool on) { paused_ = on; }

private:
  void run(std::stop_token stop) {
    while (!stop.stop_requested())
      while (!paused_)
        work(1);
  }
  std::atomic<bool> paused_{};
  std::jthread timer_;
};
// Who stops it leaves the flag alone.
class Pausing {
public:
  void start() {
    timer_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }
  void reset() {
    timer_.request_stop();
    timer_.join();
  }
  void pause(bool on) { paused_ = on; }

private:
  void run(std::stop_token stop) {
    while (!stop.stop_requested())
      while (!paused_) // expected-warning {{loop never looks at 'stop'}}
        work(1);
  }
  std::atomic<bool> paused_{};
  std::jthread timer_;
};
// The flag of an object that owns the thread; of another one.
struct Owner {
  bool on_ = true;
  std::jthread thread_;
  void run(std::stop_token stop) {
    while (on_)
      work(1);
    if (stop.stop_requested())
      return;
  }
  ~Owner() { on_ = false; }
};
struct NoOwner {
  bool on_ = true;
  void run(std::stop_token stop) {
    while (on_) // expected-warning {{loop never looks at 'stop'}}
      work(1);
    if (stop.stop_requested())
      return;
  }
  ~NoOwner() { on_ = false; }
};

// --- registrations

struct Source {
  bool take(int &item);
  void close();
};
struct Closer {
  Callback callback;
  Closer(std::stop_token stop, Source &source) : callback(stop, [&source] { source.close(); }) {}
};
void no_warning_guard(std::stop_token stop, Source &source) {
  Closer closer(stop, source);
  int item = 0;
  while (source.take(item))
    work(item);
}
void no_warning_optional(std::stop_token stop, Source &source) {
  std::optional<Callback> callback;
  callback.emplace(stop, [&] { source.close(); });
  int item = 0;
  while (source.take(item))
    work(item);
}
struct Registered {
  Callback callback_;
};
struct Base : Registered {
  void run(std::stop_token stop, Source &source) {
    int item = 0;
    while (source.take(item))
      work(item);
    if (stop.stop_requested())
      return;
  }
};
class Session {
public:
  explicit Session(std::stop_token stop) : callback_(stop, [this] { close(); }) {}
  void send(int item);
  void close();

private:
  Callback callback_;
};
void warns_session(std::stop_token stop, Source &source) {
  Session session(stop);
  int item = 0;
  while (source.take(item)) // expected-warning {{loop never looks at 'stop'}}
    work(item);
}

// A callback that only cancels another token of the function's own ends what
// has that one.
bool fetch(int item, std::stop_token stop);
void warns_link(std::stop_token stop) {
  std::stop_source inner;
  std::stop_callback link(stop, [&] { inner.request_stop(); });
  fetch(1, inner.get_token());
  int item;
  while (next(item)) // expected-warning {{loop never looks at 'stop'}}
    work(item);
}
void no_warning_link_given(std::stop_token stop) {
  std::stop_source inner;
  std::stop_callback link(stop, [&] { inner.request_stop(); });
  int item;
  while (next(item))
    fetch(item, inner.get_token());
}
void no_warning_link_and_more(std::stop_token stop) {
  std::stop_source inner;
  std::stop_callback link(stop, [&] {
    inner.request_stop();
    advance();
  });
  fetch(1, inner.get_token());
  int item;
  while (next(item))
    work(item);
}
void no_warning_link_to_given(std::stop_token stop, std::stop_source &other) {
  std::stop_callback link(stop, [&] { other.request_stop(); });
  int item;
  while (next(item))
    work(item);
}
// What was queued is done before the thread leaves.
struct Record {
  virtual ~Record() = default;
  virtual void write_file() = 0;
};
class Writer {
public:
  void no_warning_drains(std::stop_token stop) {
    while (true) {
      std::unique_lock lock(mutex_);
      if (records_.empty()) {
        if (stop.stop_requested())
          break;
        ready_.wait(lock, stop, [this] { return !records_.empty(); });
        if (stop.stop_requested())
          break;
      }
      Record *record = records_.front();
      records_.pop_front();
      lock.unlock();
      record->write_file();
    }
  }
  // The list that is empty is not the one that the work comes from.
  void warns_other_list(std::stop_token stop) {
    while (true) { // expected-warning {{loop can go round without looking at 'stop'}}
      if (others_.empty()) {
        if (stop.stop_requested())
          break;
      }
      Record *record = records_.front();
      records_.pop_front();
      record->write_file();
    }
  }
  void warns_not_taken(std::stop_token stop) {
    while (true) { // expected-warning {{loop can go round without looking at 'stop'}}
      if (records_.empty()) {
        if (stop.stop_requested())
          break;
      }
      records_.front()->write_file();
    }
  }

private:
  std::mutex mutex_;
  std::condition_variable_any ready_;
  std::deque<Record *> records_, others_;
};
