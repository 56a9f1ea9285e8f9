// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-uninterruptible-wait -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <semaphore>
#include <stop_token>
#include <thread>
#include <vector>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <csignal>
#include <unistd.h>

using namespace std::chrono_literals;
bool again();
std::future<int> start(std::stop_token stop);
std::future<int> start_alone();

void warns_sleep(std::stop_token stop) {
  std::this_thread::sleep_for(5s); // expected-warning {{'sleep_for' waits, and cancelling 'stop' cannot interrupt it}}
}
void warns_sleep_with_fix(cancel::cancellation_token token) {
  std::this_thread::sleep_for(5s); // expected-warning {{use 'cancel::sleep_for'}}
  // CHECK-FIXES: cancel::sleep_for(5s, token);
}
void warns_condition(std::stop_token stop, std::mutex &mutex,
                     std::condition_variable_any &ready, bool &full) {
  std::unique_lock lock(mutex);
  ready.wait(lock, [&] { return full; }); // expected-warning {{cannot interrupt it; pass the token}}
  // CHECK-FIXES: ready.wait(lock, stop, [&] { return full; });
}
void warns_plain_condition(cancel::cancellation_token token, std::mutex &mutex,
                           std::condition_variable &ready, bool &full) {
  std::unique_lock lock(mutex);
  ready.wait(lock, [&] { return full; }); // expected-warning {{use 'cancel::wait'}}
}
void warns_join(std::stop_token stop, std::thread &thread) {
  thread.join(); // expected-warning {{'join' waits}}
}
int warns_future(std::stop_token stop) {
  std::future<int> result = start_alone();
  return result.get(); // expected-warning {{'get' waits}}
}
void warns_future_wait(cancel::cancellation_token token, std::future<int> &result) {
  result.wait(); // expected-warning {{use 'cancel::wait'}}
  // CHECK-FIXES: cancel::wait(result, token);
}
void warns_semaphore(std::stop_token stop, std::counting_semaphore<4> &slots) {
  slots.acquire(); // expected-warning {{'acquire' waits}}
}
void warns_system_call(std::stop_token stop) {
  ::sleep(10); // expected-warning {{'sleep' waits}}
}
void warns_long_slice(std::stop_token stop) {
  while (!stop.stop_requested())
    std::this_thread::sleep_for(60s); // expected-warning {{'sleep_for' waits}}
}
void warns_pause_between_tries(std::stop_token stop, std::chrono::seconds pause) {
  while (again()) {
    start(stop);
    std::this_thread::sleep_for(pause); // expected-warning {{'sleep_for' waits}}
  }
}

void no_warning_no_token() { std::this_thread::sleep_for(5s); }
void no_warning_interruptible(cancel::cancellation_token token) {
  cancel::sleep_for(5s, token);
}
void no_warning_sliced(std::stop_token stop) {
  while (!stop.stop_requested())
    std::this_thread::sleep_for(50ms);
}
void no_warning_sliced_by_variable(std::stop_token stop, std::chrono::milliseconds slice) {
  while (again()) {
    if (stop.stop_requested())
      return;
    std::this_thread::sleep_for(slice);
  }
}
void no_warning_token_in_predicate(std::stop_token stop, std::mutex &mutex,
                                   std::condition_variable &ready, bool &full) {
  std::unique_lock lock(mutex);
  ready.wait(lock, [&] { return full || stop.stop_requested(); });
}
void no_warning_token_passed(std::stop_token stop, std::mutex &mutex,
                             std::condition_variable_any &ready, bool &full) {
  std::unique_lock lock(mutex);
  ready.wait(lock, stop, [&] { return full; });
}
int no_warning_future_with_token(std::stop_token stop) {
  std::future<int> result = start(stop);
  return result.get();
}
void no_warning_thread_with_token(std::stop_token stop, void (*run)(std::stop_token)) {
  std::thread thread(run, stop);
  thread.join();
}
void no_warning_registration(std::stop_token stop, std::function<void()> wake,
                             std::future<int> &result) {
  std::stop_callback callback(stop, [&] { wake(); });
  result.wait();
}
void no_warning_zero(std::stop_token stop, std::future<int> &result) {
  if (result.wait_for(0s) == std::future_status::ready)
    (void)result;
  (void)stop;
}
struct Pool {
  std::stop_token stop_;
  std::thread thread_;
  void no_warning_member_joins() { thread_.join(); }
  ~Pool() { std::this_thread::sleep_for(1s); }
};
void no_warning_handler(std::stop_token stop) {
  try {
    start(stop);
  } catch (...) {
    std::this_thread::sleep_for(5s);
  }
}
void no_warning_after_stop(std::stop_token stop, std::thread &thread) {
  if (stop.stop_requested()) {
    thread.join();
    return;
  }
}

// What was waited for with a limit is there.
int no_warning_polled_future(std::stop_token stop, std::future<int> &result) {
  while (result.wait_for(10ms) != std::future_status::ready)
    if (stop.stop_requested())
      return 0;
  return result.get();
}
// One short pause delays the stop no longer than a slice would.
void no_warning_short_pause(std::stop_token stop) {
  std::this_thread::sleep_for(1ms);
}
// Such a loop is cancel-check-in-loop's business.
void no_warning_pauses_again_and_again(std::stop_token stop, bool (*again)()) {
  while (again())
    std::this_thread::sleep_for(100ms);
}
// A few short pauses are a long one.
void warns_pauses_a_few_times(std::stop_token stop, bool (*again)()) {
  for (int tries = 0; tries < 8 && again(); ++tries)
    std::this_thread::sleep_for(900ms); // expected-warning {{'sleep_for' waits}}
}
void no_warning_moments_a_few_times(std::stop_token stop, bool (*again)()) {
  for (int tries = 0; tries < 8 && again(); ++tries)
    std::this_thread::sleep_for(1ms);
}

// The template arguments would be lost.
void warns_without_fix_template_arguments(cancel::cancellation_token token) {
  std::this_thread::sleep_for<int, std::ratio<1>>(5s); // expected-warning {{'sleep_for' waits}}
}

// There is a slot; nobody has to give it back first.
void no_warning_free_slot(std::stop_token stop) {
  std::counting_semaphore<4> slots(1);
  slots.acquire();
}

// Flags say not to wait.
bool no_warning_nohang(std::stop_token stop, pid_t child) {
  int status = 0;
  return waitpid(child, &status, WNOHANG) == child;
}
bool warns_child(std::stop_token stop, pid_t child) {
  int status = 0;
  return waitpid(child, &status, 0) == child; // expected-warning {{'waitpid' waits}}
}
long no_warning_dontwait(std::stop_token stop, int fd, char *to) {
  return recv(fd, to, 64, MSG_DONTWAIT);
}
long warns_recv(std::stop_token stop, int fd, char *to) {
  return recv(fd, to, 64, MSG_PEEK); // expected-warning {{'recv' waits}}
}

// What is read from is ready, or has a limit.
void no_warning_after_poll(std::stop_token stop, int fd) {
  pollfd ready{fd, POLLIN, 0};
  while (!stop.stop_requested())
    if (poll(&ready, 1, 100) > 0)
      accept(fd, nullptr, nullptr);
}
void no_warning_receive_limit(std::stop_token stop, int fd, char *to) {
  timeval limit{0, 500000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  while (!stop.stop_requested())
    recv(fd, to, 64, 0);
}
void warns_other_option(std::stop_token stop, int fd) {
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  while (!stop.stop_requested())
    accept(fd, nullptr, nullptr); // expected-warning {{'accept' waits}}
}

// Who requests the stop wakes the waiter.
struct Woken {
  std::jthread thread_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::atomic<int> request_{-1};
  bool have_ = false, quit_ = false;
  void stop() {
    thread_.request_stop();
    {
      std::lock_guard guard(mutex_);
      quit_ = true;
    }
    ready_.notify_all();
    request_ = -2;
    request_.notify_all();
  }
  void no_warning_predicate(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return have_ || quit_; });
  }
  void no_warning_atomic(std::stop_token stop) { request_.wait(-1); }
  void warns_signal_may_be_lost(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock); // expected-warning {{'wait' waits}}
  }
};
struct NotWoken {
  std::jthread thread_;
  std::mutex mutex_;
  std::condition_variable ready_;
  bool have_ = false;
  void stop() { thread_.request_stop(); }
  void add() {
    std::lock_guard guard(mutex_);
    have_ = true;
    ready_.notify_one();
  }
  void run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return have_; }); // expected-warning {{'wait' waits}}
  }
};

// One descriptor and no limit: only what it is for can end the poll.
void handle(int fd);
void warns_endless_poll(std::stop_token stop, int fd) {
  while (!stop.stop_requested()) {
    pollfd ready{fd, POLLIN, 0};
    switch (poll(&ready, 1, -1)) { // expected-warning {{'poll' waits, and cancelling 'stop' cannot interrupt it}}
    case -1:
      continue;
    default:
      handle(fd);
    }
  }
}
void no_warning_poll_with_wake_up(std::stop_token stop, int fd, int wake) {
  while (!stop.stop_requested()) {
    pollfd ready[] = {{fd, POLLIN, 0}, {wake, POLLIN, 0}};
    if (poll(ready, 2, -1) > 0)
      handle(fd);
  }
}

// The result is there: the task ran on the spot, the promise was kept.
void no_warning_task_ran_here(std::stop_token stop, std::packaged_task<int()> task) {
  if (stop.stop_requested())
    return;
  task();
  task.get_future().wait();
}
int no_warning_promise_kept(std::stop_token stop) {
  std::promise<int> promise;
  std::future<int> result = promise.get_future();
  if (stop.stop_requested())
    return 0;
  promise.set_value(3);
  return result.get();
}
void warns_task_runs_elsewhere(std::stop_token stop, std::packaged_task<int()> task, void (*post)(std::packaged_task<int()> &)) {
  if (stop.stop_requested())
    return;
  post(task);
  task.get_future().wait(); // expected-warning {{'wait' waits}}
}
void warns_task_runs_later(std::stop_token stop, std::packaged_task<int()> task) {
  if (stop.stop_requested())
    return;
  std::future<int> result = task.get_future();
  result.wait(); // expected-warning {{'wait' waits}}
  task();
}

// The class gave its descriptor a limit, or closes it when it stops.
struct LimitedReceiver {
  int fd_ = -1;
  std::jthread thread_;
  void start() {
    timeval limit{0, 100000};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    thread_ = std::jthread([this](std::stop_token stop) { no_warning_receive(std::move(stop)); });
  }
  void no_warning_receive(std::stop_token stop) {
    char buffer[64];
    while (!stop.stop_requested())
      if (::recvfrom(fd_, buffer, sizeof buffer, 0, nullptr, nullptr) > 0)
        handle(buffer[0]);
  }
};
struct ClosedReceiver {
  int fd_ = -1;
  std::jthread thread_;
  void stop() {
    thread_.request_stop();
    ::shutdown(fd_, SHUT_RDWR);
  }
  void no_warning_accept(std::stop_token stop) {
    while (!stop.stop_requested())
      handle(::accept(fd_, nullptr, nullptr));
  }
};
struct OpenReceiver {
  int fd_ = -1, other_ = -1;
  std::jthread thread_;
  void start() {
    timeval limit{0, 100000};
    ::setsockopt(other_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  void stop() { thread_.request_stop(); }
  void finish() { ::close(fd_); }
  void run(std::stop_token stop) {
    while (!stop.stop_requested())
      handle(::accept(fd_, nullptr, nullptr)); // expected-warning {{'accept' waits}}
  }
};

// The child was killed, and has but to be reaped.
int no_warning_reap(std::stop_token stop, pid_t child) {
  int status = 0;
  if (stop.stop_requested())
    ::kill(-child, SIGKILL);
  while (::waitpid(child, &status, 0) < 0 && again()) {
  }
  return status;
}
int warns_wait_for_child(std::stop_token stop, pid_t child, pid_t other) {
  int status = 0;
  if (stop.stop_requested())
    ::kill(other, SIGKILL);
  ::waitpid(child, &status, 0); // expected-warning {{'waitpid' waits}}
  return status;
}

int work(int job, std::stop_token stop);
// Who joins what it has started waits for that; whether the work can be
// cancelled is asked where it starts.
void no_warning_joins_own(std::stop_token stop, const std::vector<int> &jobs) {
  std::vector<std::thread> threads;
  for (int job : jobs)
    threads.emplace_back([stop, job] { work(job, stop); });
  for (std::thread &thread : threads)
    thread.join();
}
int no_warning_own_future(std::stop_token stop) {
  auto result = std::async(std::launch::async, [stop] { return work(1, stop); });
  return result.get();
}
void warns_joins_taken_over(std::stop_token stop, std::vector<std::thread> &all) {
  for (std::thread &thread : all)
    thread.join(); // expected-warning {{'join' waits}}
}

// A pause before the next attempt is a wait like any other.
void attempt(int id);
void warns_retry_pause(std::stop_token stop) {
  for (int i = 0; i < 5 && !stop.stop_requested(); ++i) {
    try {
      attempt(i);
      return;
    } catch (const std::exception &) {
      std::this_thread::sleep_for(5s); // expected-warning {{'sleep_for' waits}}
    }
  }
}
void warns_retry_pause_with_fix(cancel::cancellation_token token) {
  while (again()) {
    token.throw_if_cancellation_requested();
    try {
      attempt(1);
    } catch (const std::bad_alloc &) {
      std::this_thread::sleep_for(5s); // expected-warning {{use 'cancel::sleep_for'}}
      // CHECK-FIXES: cancel::sleep_for(5s, token);
    }
  }
}
void no_warning_gives_up(std::stop_token stop) {
  while (!stop.stop_requested()) {
    try {
      attempt(1);
    } catch (const std::exception &) {
      std::this_thread::sleep_for(5s);
      return;
    }
  }
}
void no_warning_handler_of_all(std::stop_token stop) {
  try {
    while (!stop.stop_requested())
      attempt(1);
  } catch (const std::exception &) {
    std::this_thread::sleep_for(5s);
  }
}
void no_warning_moment(std::stop_token stop) {
  if (stop.stop_requested())
    return;
  constexpr auto Pause = 1ms;
  while (again())
    std::this_thread::sleep_for(Pause);
}

// Work that was given the token, and that ends the wait when it ends.
void submit(std::function<void()> work);
int load(int item, std::stop_token stop);
int load_alone(int item);
void no_warning_window(std::stop_token stop) {
  std::counting_semaphore<8> slots(4);
  for (int i = 0; i < 100 && !stop.stop_requested(); ++i) {
    slots.acquire();
    submit([&slots, i, stop] { load(i, stop); slots.release(); });
  }
  for (int i = 0; i < 4; ++i)
    slots.acquire();
}
void warns_window_without_token(std::stop_token stop) {
  std::counting_semaphore<8> slots(4);
  for (int i = 0; i < 100 && !stop.stop_requested(); ++i) {
    slots.acquire(); // expected-warning {{'acquire' waits}}
    submit([&slots, i] { load_alone(i); slots.release(); });
  }
}
struct Jobs {
  std::mutex mutex;
  std::condition_variable ended;
  int left = 4;
};
void no_warning_shared_state(std::stop_token stop) {
  auto jobs = std::make_shared<Jobs>();
  for (int i = 0; i < 4; ++i)
    submit([jobs, i, stop] {
      load(i, stop);
      std::lock_guard guard(jobs->mutex);
      if (--jobs->left == 0)
        jobs->ended.notify_all();
    });
  std::unique_lock lock(jobs->mutex);
  jobs->ended.wait(lock, [&] { return jobs->left == 0; });
}
void no_warning_promise(std::stop_token stop) {
  std::promise<int> made;
  auto result = made.get_future();
  submit([&made, stop] { made.set_value(load(1, stop)); });
  result.get();
}
// A helper kills the child.
bool terminate_process(pid_t child, bool all);
int no_warning_child_of_helper(std::stop_token stop, pid_t child) {
  int status = 0;
  if (again())
    return waitpid(child, &status, 0); // expected-warning {{'waitpid' waits}}
  terminate_process(child, true);
  return waitpid(child, &status, 0);
}

// Its name is that of a function of C, and no more.
struct Item {
  int id;
};
bool poll(Item &item);
void no_warning_other_poll(std::stop_token stop, Item &item, pollfd &socket) {
  if (stop.stop_requested())
    return;
  poll(item);
  ::poll(&socket, 1, -1); // expected-warning {{'poll' waits}}
}
