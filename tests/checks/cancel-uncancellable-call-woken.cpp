// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who stops the work tells the object that the helper waits for.
// RUN: %check %s cancel-uncancellable-call -- -std=c++20
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

void handle(int);
struct Event {
  void set() {
    std::lock_guard guard(mutex);
    is_set = true;
    ready.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return is_set; });
  }
  std::mutex mutex;
  std::condition_variable ready;
  bool is_set = false;
};
struct Inbox {
  void push(int item) {
    std::lock_guard guard(mutex);
    items.push_back(item);
    ready.notify_one();
  }
  int pop() {
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return !items.empty(); });
    int item = items.front();
    items.pop_front();
    return item;
  }
  std::mutex mutex;
  std::condition_variable ready;
  std::deque<int> items;
};

struct ByOwnFunction {
  Event event_, other_;
  std::jthread thread_;
  void kick() { event_.set(); }
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) {
      while (!stop.stop_requested())
        event_.wait();
    });
  }
  void start_other() {
    thread_ = std::jthread([this](std::stop_token stop) {
      while (!stop.stop_requested())
        other_.wait(); // expected-warning {{'wait' cannot be cancelled through 'stop'}}
    });
  }
  ~ByOwnFunction() {
    thread_.request_stop();
    kick();
  }
};
struct ByValue {
  Inbox inbox_;
  std::jthread thread_;
  void post(int item) { inbox_.push(item); }
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) {
      while (!stop.stop_requested())
        handle(inbox_.pop());
    });
  }
  ~ByValue() {
    thread_.request_stop();
    post(-1);
  }
};
// post() is there, but who stops does not call it.
struct NotByValue {
  Inbox inbox_;
  std::jthread thread_;
  void post(int item) { inbox_.push(item); }
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) {
      while (!stop.stop_requested())
        handle(inbox_.pop()); // expected-warning {{'pop' cannot be cancelled through 'stop'}}
    });
  }
  ~NotByValue() { thread_.request_stop(); }
};

class Service {
public:
  virtual ~Service() = default;
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }
  void stop() {
    thread_.request_stop();
    wake();
  }

protected:
  virtual void run(std::stop_token) = 0;
  virtual void wake() = 0;

private:
  std::jthread thread_;
};
class Derived : public Service {
  Event event_;
  void run(std::stop_token stop) override {
    while (!stop.stop_requested())
      event_.wait();
  }
  void wake() override { event_.set(); }
};

struct Captured {
  std::shared_ptr<Inbox> inbox_;
  std::jthread thread_;
  void start() {
    thread_ = std::jthread([inbox = inbox_](std::stop_token stop) {
      while (!stop.stop_requested())
        handle(inbox->pop());
    });
  }
  ~Captured() {
    thread_.request_stop();
    inbox_->push(-1);
  }
};
void no_warning_local() {
  Inbox inbox;
  std::jthread thread([&](std::stop_token stop) {
    while (!stop.stop_requested())
      handle(inbox.pop());
  });
  inbox.push(1);
  thread.request_stop();
  inbox.push(-1);
}
void warns_local_before() {
  Inbox inbox;
  std::jthread thread([&](std::stop_token stop) {
    while (!stop.stop_requested())
      handle(inbox.pop()); // expected-warning {{'pop' cannot be cancelled through 'stop'}}
  });
  inbox.push(1);
  thread.request_stop();
}
static void consume(std::stop_token stop, Inbox &inbox) {
  while (!stop.stop_requested())
    handle(inbox.pop());
}
struct Given {
  Inbox inbox_;
  std::jthread thread_;
  void start() { thread_ = std::jthread(consume, std::ref(inbox_)); }
  ~Given() {
    thread_.request_stop();
    inbox_.push(-1);
  }
};
static void consume_of_others(std::stop_token stop, Inbox &inbox) {
  while (!stop.stop_requested())
    handle(inbox.pop()); // expected-warning {{'pop' cannot be cancelled through 'stop'}}
}
