// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++17 -I%S/Inputs
//
// Family std before C++20: the same names, home-made.
#include "std_polyfill.h"
#include <chrono>
#include <exception>
#include <thread>
#include <vector>

void work(int item);
bool again();
int fetch(int item, std::stop_token stop = std::stop_token());
void start(std::stop_token stop);

void warns_loop(std::stop_token stop) {
  start(stop);
  while (again()) // expected-warning {{loop never looks at 'stop'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(std::stop_token stop) {
  while (!stop.stop_requested())
    work(1);
}
void warns_thread() {
  std::jthread worker([](std::stop_token stop) {
    start(stop);
    fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'stop' is not passed on}}
    // CHECK-FIXES: fetch(1, stop);
  });
}
int no_warning_passed(std::stop_token stop) { return fetch(1, stop); }
int warns_only_default_token(std::stop_token stop) {
  start(stop);
  return fetch(1, std::stop_token()); // expected-warning {{is given a token that never cancels, but 'stop' is in reach}}
  // CHECK-FIXES: return fetch(1, stop);
}
void no_warning_source(std::stop_source &source) {
  fetch(1, source.get_token());
}
void no_warning_registration(std::stop_token stop, void (*close)()) {
  std::stop_callback<std::function<void()>> callback(stop, [=] { close(); });
  while (again())
    work(1);
}
void warns_unused(std::stop_token stop, int item) { // expected-warning {{parameter 'stop' is never used}}
  work(item);
}
// What waits, takes the token: a helper of the program is no wait of ours.
void no_warning_helper(std::stop_token stop, std::condition_variable_any &ready,
                       std::mutex &mutex, std::function<bool()> full) {
  while (again()) {
    std::unique_lock<std::mutex> lock(mutex);
    app::wait(ready, lock, stop, full);
    app::wait_for(stop, std::chrono::milliseconds(5));
  }
}
void warns_wait(std::stop_token stop, std::condition_variable_any &ready,
                std::mutex &mutex, bool &full) {
  start(stop);
  std::unique_lock<std::mutex> lock(mutex);
  ready.wait(lock, [&] { return full; }); // expected-warning {{'wait' waits, and cancelling 'stop' cannot interrupt it}}
}

// What is held by hand.
void warns_leak(std::stop_token stop) {
  int *held = new int(1);
  while (again()) {
    if (stop.stop_requested()) // expected-warning {{'held' is not deleted when 'stop' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (stop.stop_requested()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(std::stop_token stop) {
  int *held = new int(1);
  while (again())
    if (stop.stop_requested())
      break;
  delete held;
}

// --- the rest of the catalogue

[[clang::annotate("cancel::point_of_no_return")]] void commit(int item);
bool warns_poll_behind_commit(int item, std::stop_token stop) {
  commit(item);
  if (stop.stop_requested()) // expected-warning {{'stop' can still be cancelled here, behind the point of no return 'commit'}}
    return false;
  work(item);
  return true;
}
int warns_given_behind_commit(int item, std::stop_token stop) {
  start(stop);
  commit(item);
  return fetch(item, stop); // expected-warning {{'fetch' is given 'stop' behind the point of no return 'commit'; pass 'std::stop_token()'}}
  // CHECK-FIXES: return fetch(item, std::stop_token());
}
int no_warning_in_front_of_commit(int item, std::stop_token stop) {
  int fetched = fetch(item, stop);
  if (stop.stop_requested())
    return 0;
  commit(item);
  return fetched;
}
void warns_stale(std::stop_token stop) {
  const bool stopped = stop.stop_requested();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!stop.stop_requested())
}
static void pause_long() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
void warns_deaf_call(std::stop_token stop) {
  start(stop);
  pause_long(); // expected-warning {{'pause_long' cannot be cancelled through 'stop': it waits in 'sleep_for'}}
}
void warns_thread(std::stop_token stop) {
  start(stop);
  std::thread([] { // expected-warning {{work that 'thread' starts never sees 'stop', and is an endless loop}}
    while (true)
      work(1);
  }).detach();
}
int warns_missing(int item) {
  return fetch(item); // expected-warning {{'fetch' takes a cancellation token, but 'warns_missing' has none to pass on}}
}
int no_warning_none_written(int item) { return fetch(item, std::stop_token()); }
void warns_each_value(std::vector<std::vector<int>> &rows, std::stop_token stop) {
  for (std::vector<int> &row : rows)
    for (int &value : row) {
      if (stop.stop_requested()) // expected-warning {{'stop' is asked in each round of a loop that only calculates}}
        return;
      value = 255 - value;
    }
}
void no_warning_each_row(std::vector<std::vector<int>> &rows, std::stop_token stop) {
  for (std::vector<int> &row : rows) {
    if (stop.stop_requested())
      return;
    for (int &value : row)
      value = 255 - value;
  }
}
class Table {
public:
  bool warns_half_updated(int page, std::stop_token stop) {
    rows_ = fetch(page, stop);
    if (stop.stop_requested()) // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
      return false;
    width_ = 2 * rows_;
    return true;
  }
  bool no_warning_both_behind(int page, std::stop_token stop) {
    int rows = fetch(page, stop);
    if (stop.stop_requested())
      return false;
    rows_ = rows;
    width_ = 2 * rows;
    return true;
  }

private:
  int rows_ = 0, width_ = 0;
};
// The family has no exception: one of the project's.
struct Stopped : std::exception {};
void check(std::stop_token stop) {
  if (stop.stop_requested())
    throw Stopped();
}
void warns_swallowed(std::stop_token stop) {
  while (again()) {
    try {
      check(stop);
      work(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'stop', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const Stopped &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
void no_warning_thrown_on(std::stop_token stop) {
  while (again()) {
    try {
      check(stop);
      work(1);
    } catch (const Stopped &) {
      throw;
    } catch (const std::exception &) {
    }
  }
}

// Sources and narrower tokens.
int warns_fresh(std::stop_token stop) {
  start(stop);
  std::stop_source source; // expected-warning {{cancelling 'stop' does not reach 'fetch'}}
  return fetch(1, source.get_token());
}
int no_warning_linked(std::stop_token stop) {
  std::stop_source linked;
  std::stop_callback link(stop, [&] { linked.request_stop(); });
  return fetch(1, linked.get_token());
}
int warns_lost() {
  std::stop_source source; // expected-warning {{nobody can ever request 'source'}}
  return fetch(1, source.get_token());
}
void arm(std::stop_source timer);
int warns_outer(std::stop_token stop) {
  std::stop_source timed;
  std::stop_callback link(stop, [&] { timed.request_stop(); });
  arm(timed);
  return fetch(1, stop); // expected-warning {{'fetch' gets 'stop', but 'timed' is narrower; pass 'timed.get_token()'}}
  // CHECK-FIXES: return fetch(1, timed.get_token());
}

// Answers, registrations, parameters, life.
void warns_answer_dropped(std::stop_token stop) {
  stop.stop_requested(); // expected-warning {{the answer of 'stop.stop_requested()' is dropped}}
  work(1);
}
void warns_possible(std::stop_token stop) {
  while (!stop.stop_possible()) // expected-warning {{ask 'stop_requested'}}
    work(1);
  // CHECK-FIXES: while (!stop.stop_requested())
}
void warns_registration(std::stop_token stop) {
  std::stop_callback(stop, [] { work(0); }); // expected-warning {{this 'stop_callback' ends with the statement}}
  // CHECK-FIXES: std::stop_callback callback(stop, [] { work(0); });
  work(1);
}
int warns_deadlock(std::stop_token stop, std::mutex &mutex) {
  std::lock_guard<std::mutex> lock(mutex);
  std::stop_callback wake(stop, [&] { std::lock_guard<std::mutex> guard(mutex); }); // expected-warning {{the callback of 'wake' waits for 'mutex'}}
  return fetch(1, stop);
}
void warns_between(int item, std::stop_token stop, int count) { // expected-warning {{stands between the parameters}}
  while (count-- && !stop.stop_requested())
    work(item);
}
auto warns_dangling(std::stop_token stop) {
  return [&stop] { return stop.stop_requested(); }; // expected-warning {{'stop' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [stop] { return stop.stop_requested(); };
}
auto no_warning_copied(std::stop_token stop) {
  return [stop] { return stop.stop_requested(); };
}
static int collect(int item) { return fetch(item); } // expected-warning {{'fetch' takes a cancellation token, but 'collect' has none to pass on}}
// CHECK-FIXES: static int collect(int item, std::stop_token stop) { return fetch(item, stop); }
int warns_deaf_sink(std::stop_token stop) {
  start(stop);
  return collect(1); // expected-warning {{'collect' cannot be cancelled through 'stop': it calls 'fetch' without a token}}
  // CHECK-FIXES: return collect(1, stop);
}
void warns_thread_sink(std::stop_token stop) {
  start(stop);
  std::thread worker([] { fetch(1); }); // expected-warning {{work that 'thread' starts never sees 'stop', but 'fetch' in it takes a token}}
  // CHECK-FIXES: std::thread worker([stop] { fetch(1, stop); });
  worker.join();
}
