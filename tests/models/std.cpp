// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20
//
// Family std, with the real headers. Polyfills of it: std_polyfill.cpp.
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
void work(int item);
bool again();
int fetch(int item, std::stop_token stop = {});
int load(int item);
int load(std::stop_token stop, int item); // the token first, as jthread has it
void start(std::stop_token stop, int item);
struct Request {
  int id;
  std::stop_token stop;
};
int handle(Request request);

// --- polls

void warns_loop(std::stop_token stop, const std::vector<int> &items) {
  start(stop, 0);
  for (int item : items) // expected-warning {{loop never looks at 'stop'; 'work' may run long in each round [cancel-check-in-loop]}}
    work(item);
  // CHECK-FIXES: for (int item : items) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_possible_is_no_poll(std::stop_token stop) {
  while (stop.stop_possible() && again()) // expected-warning {{'stop'}}
    work(1);
  // CHECK-FIXES: while (stop.stop_possible() && again()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(std::stop_token stop) {
  while (!stop.stop_requested())
    work(1);
}
void no_warning_thread() {
  std::jthread worker([](std::stop_token stop) {
    while (!stop.stop_requested())
      work(1);
  });
}
void warns_stale(std::stop_token stop) {
  const bool stopped = stop.stop_requested();
  while (again() && !stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (again() && !stop.stop_requested())
}

// --- passing on

int warns_default(std::stop_token stop) {
  start(stop, 0);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'stop' is not passed on}}
  // CHECK-FIXES: return fetch(1, stop);
}
int warns_overload(std::stop_token stop) {
  start(stop, 0);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token, but 'stop' is not passed on}}
  // CHECK-FIXES: return load(stop, 1);
}
int warns_carrier(const Request &request) {
  return fetch(1); // expected-warning {{but 'request.stop' is not passed on}}
  // CHECK-FIXES: return fetch(1, request.stop);
}
int no_warning_passed(std::stop_token stop) { return fetch(1, stop) + load(stop, 2); }
int warns_only_default_token(std::stop_token stop) {
  start(stop, 0);
  return fetch(1, std::stop_token()) + fetch(2, std::stop_token{}) + fetch(3, {}); // expected-warning 3 {{is given a token that never cancels, but 'stop' is in reach}}
  // CHECK-FIXES: return fetch(1, stop) + fetch(2, stop) + fetch(3, stop);
}
int no_warning_carried(std::stop_token stop) { return handle({1, stop}); }
int warns_token_of_its_own_is_lost() {
  std::stop_source mine; // expected-warning {{nobody can ever request 'mine'}}
  return fetch(1, mine.get_token());
}
// Its own source's token is for others; the function is the one who cancels.
int warns_own_token_is_lost() {
  std::stop_source source; // expected-warning {{nobody can ever request 'source'}}
  auto mine = source.get_token();
  return fetch(1, mine) + fetch(2);
}
// Somebody can end the loop.
void no_warning_other_source(std::stop_source &source, std::stop_token stop) {
  start(stop, 0);
  while (!source.stop_requested())
    work(1);
}
int no_warning_linked(std::stop_token stop) {
  std::stop_source linked;
  std::stop_callback link(stop, [&] { linked.request_stop(); });
  return fetch(1, linked.get_token());
}
void no_warning_moved(std::stop_token stop) {
  start(std::move(stop), 0);
  fetch(1);
}

// --- registrations, parameters, waits

void no_warning_registration(std::stop_token stop, void (*close)()) {
  std::stop_callback callback(stop, [=] { close(); });
  while (again())
    work(1);
}
void warns_unused(int item, std::stop_token stop) { // expected-warning {{parameter 'stop' is never used; 'warns_unused' cannot be cancelled}}
  work(item);
}
void no_warning_unnamed(int item, std::stop_token) { work(item); }
void warns_wait(std::stop_token stop, std::mutex &mutex,
                std::condition_variable_any &ready, bool &full) {
  start(stop, 0);
  std::unique_lock lock(mutex);
  ready.wait(lock, [&] { return full; }); // expected-warning {{'wait' waits, and cancelling 'stop' cannot interrupt it; pass the token}}
  // CHECK-FIXES: ready.wait(lock, stop, [&] { return full; });
}
void warns_sleep(std::stop_token stop) {
  start(stop, 0);
  std::this_thread::sleep_for(5s); // expected-warning {{'sleep_for' waits, and cancelling 'stop' cannot interrupt it}}
}
void no_warning_wait(std::stop_token stop, std::mutex &mutex,
                     std::condition_variable_any &ready, bool &full) {
  while (true) {
    std::unique_lock lock(mutex);
    if (!ready.wait(lock, stop, [&] { return full; }))
      return;
    work(1);
  }
}
void no_warning_sliced(std::stop_token stop) {
  while (!stop.stop_requested())
    std::this_thread::sleep_for(20ms);
}

// --- sources and narrower tokens
int warns_fresh(std::stop_token stop) {
  start(stop, 0);
  std::stop_source source; // expected-warning {{cancelling 'stop' does not reach 'fetch'}}
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
void warns_thread(std::stop_token stop) {
  start(stop, 0);
  std::jthread worker([] { fetch(1); }); // expected-warning {{work that 'jthread' starts never sees 'stop'}}
  // CHECK-FIXES: std::jthread worker([stop] { fetch(1, stop); });
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

// Answers, throws and registrations.
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
void warns_between(int item, std::stop_token stop, int count) { // expected-warning {{stands between the parameters}}
  while (count-- && !stop.stop_requested())
    work(item);
}

// --- life

auto warns_dangling(std::stop_token token) {
  return [&token] { return token.stop_requested(); }; // expected-warning {{'token' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [token] { return token.stop_requested(); };
}
auto no_warning_copied(std::stop_token token) {
  return [token] { return token.stop_requested(); };
}
int warns_deadlock(std::stop_token stop, std::mutex &mutex) {
  std::lock_guard lock(mutex);
  std::stop_callback wake(stop, [&] { std::lock_guard guard(mutex); }); // expected-warning {{the callback of 'wake' waits for 'mutex'}}
  return fetch(1, stop);
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
  start(stop, item);
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
static void pause_long() { std::this_thread::sleep_for(5s); }
void warns_deaf_call(std::stop_token stop) {
  start(stop, 0);
  pause_long(); // expected-warning {{'pause_long' cannot be cancelled through 'stop': it waits in 'sleep_for'}}
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
    rows_ = load(stop, page);
    if (stop.stop_requested()) // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
      return false;
    width_ = 2 * rows_;
    return true;
  }
  bool no_warning_both_behind(int page, std::stop_token stop) {
    int rows = load(stop, page);
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
void warns_swallowed(const std::vector<int> &items, std::stop_token stop) {
  for (int item : items) {
    try {
      check(stop);
      work(item);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'stop', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const Stopped &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
void no_warning_thrown_on(const std::vector<int> &items, std::stop_token stop) {
  for (int item : items) {
    try {
      check(stop);
      work(item);
    } catch (const Stopped &) {
      throw;
    } catch (const std::exception &) {
    }
  }
}
static int collect(int item) { return fetch(item); } // expected-warning {{'fetch' takes a cancellation token, but 'collect' has none to pass on}}
// CHECK-FIXES: static int collect(int item, std::stop_token stop) { return fetch(item, stop); }
int warns_deaf_sink(std::stop_token stop) {
  start(stop, 0);
  return collect(1); // expected-warning {{'collect' cannot be cancelled through 'stop': it calls 'fetch' without a token}}
  // CHECK-FIXES: return collect(1, stop);
}
