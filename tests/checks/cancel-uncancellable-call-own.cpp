// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-uncancellable-call --no-fix -- -std=c++20
// Helpers that wait for what the function's own work does.
#include <chrono>
#include <functional>
#include <future>
#include <latch>
#include <stop_token>
#include <thread>

struct Pool {
  void submit(std::function<void()> job);
};
int fetch(int number, std::stop_token stop);
static void wait_ready(std::latch &done) { done.wait(); }

void no_warning_own_work(Pool &pool, std::stop_token stop) {
  std::latch done(1);
  pool.submit([&done, stop] {
    fetch(1, stop);
    done.count_down();
  });
  wait_ready(done);
}
void warns_other_work(Pool &pool, std::stop_token stop) {
  std::latch done(1), other(1);
  pool.submit([&done, stop] {
    fetch(1, stop);
    done.count_down();
  });
  wait_ready(other); // expected-warning {{'wait_ready' cannot be cancelled through 'stop'}}
}
void no_warning_own_thread(std::stop_token stop) {
  std::latch done(1);
  std::thread thread([&done, stop] {
    fetch(1, stop);
    done.count_down();
  });
  wait_ready(done);
  thread.join();
}
void warns_thread_without_token(std::stop_token stop) {
  std::latch done(1);
  std::thread thread([&done] { done.count_down(); });
  wait_ready(done); // expected-warning {{'wait_ready' cannot be cancelled through 'stop'}}
  fetch(1, stop);
  thread.join();
}

// An object that gets the token in another call.
struct Client {
  void ping() const { std::this_thread::sleep_for(std::chrono::seconds(3)); }
  void open(std::stop_token stop);
  void write(int data, std::stop_token stop);
};
void no_warning_opened_with_token(Client &client, std::stop_token stop) {
  client.open(stop);
  client.ping();
}
void warns_used_with_token_later(Client &client, std::stop_token stop) {
  client.ping(); // expected-warning {{'ping' cannot be cancelled through 'stop'}}
  client.write(1, stop);
}

// Nobody asks a token to log a line, whatever that comes to; to read one is another matter.
static void fmt_log_message(const char *) { std::this_thread::sleep_for(std::chrono::seconds(3)); }
static void read_log_message(const char *) { std::this_thread::sleep_for(std::chrono::seconds(3)); }
void no_warning_logs(std::stop_token stop) {
  fetch(1, stop);
  fmt_log_message("done");
}
void warns_reads_log(std::stop_token stop) {
  fetch(1, stop);
  read_log_message("done"); // expected-warning {{'read_log_message' cannot be cancelled through 'stop'}}
}
// A helper that pauses in slices until a time of its own has come.
using Clock = std::chrono::steady_clock;
bool upload(int part);
static bool within_limit(int part, std::chrono::milliseconds limit) {
  const auto end = Clock::now() + limit;
  while (Clock::now() < end) {
    if (upload(part))
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}
static bool until_point(int part, Clock::time_point end) {
  while (!upload(part)) {
    if (Clock::now() >= end)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return true;
}
static bool while_both(int part, std::chrono::milliseconds limit) {
  std::chrono::milliseconds waited{0};
  while (!upload(part) && waited < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    waited += std::chrono::milliseconds(100);
  }
  return waited < limit;
}
static void until_uploaded(int part) {
  while (!upload(part))
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
}
void no_warning_limits(int n, std::stop_token stop) {
  for (int i = 0; i < n && !stop.stop_requested(); ++i) {
    within_limit(i, std::chrono::milliseconds(300));
    until_point(i, Clock::now() + std::chrono::milliseconds(300));
    while_both(i, std::chrono::milliseconds(300));
  }
}
void warns_no_limit(int n, std::stop_token stop) {
  for (int i = 0; i < n && !stop.stop_requested(); ++i)
    until_uploaded(i); // expected-warning {{'until_uploaded' cannot be cancelled through 'stop'}}
}
