// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "seastar.h"
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using seastar::abort_source;
using seastar::future;
using seastar::stop_iteration;
future<> step(int item);
future<> step_with(int item, abort_source &as);
bool again();
int fetch(int item, abort_source *as = nullptr);
int load(int item);
int load(int item, abort_source &as);
int test(int item);
void start(const abort_source &as);

future<> warns_loop(abort_source &as) {
  start(as);
  while (again()) // expected-warning {{loop never looks at 'as'; 'step' may wait in each round}}
    co_await step(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (as.abort_requested())
  // CHECK-FIXES-NEXT: co_return;
  // CHECK-FIXES: }
}
future<> no_warning_poll(abort_source &as) {
  while (!as.abort_requested())
    co_await step(1);
}
future<> no_warning_throws(abort_source &as) {
  while (again()) {
    as.check();
    co_await step(1);
  }
}
future<> warns_swallowed(abort_source &as) {
  while (again()) {
    try {
      as.check();
      co_await step(1);
    } catch (const seastar::abort_requested_exception &) { // expected-warning {{swallows the cancellation of 'as', and the loop goes on; leave the loop}}
    }
  }
}
void log_warn(const char *text, std::exception_ptr why);
future<> warns_logged(abort_source &as) {
  while (true) {
    try {
      co_await step_with(1, as);
      co_await seastar::sleep_abortable(1s, as);
    } catch (...) { // expected-warning {{swallows the cancellation of 'as'}}
      log_warn("step failed: {}", std::current_exception());
    }
    // CHECK-FIXES: } catch (const seastar::abort_requested_exception &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (...) {
  }
}
// The loop looks; a pause that is cut short is no failure.
future<> no_warning_logged(abort_source &as) {
  while (!as.abort_requested()) {
    try {
      co_await step_with(1, as);
    } catch (...) {
      log_warn("step failed: {}", std::current_exception());
    }
    try {
      co_await seastar::sleep_abortable(1s, as);
    } catch (const seastar::sleep_aborted &) {
    }
  }
}
// What fails shows in the future that is given on.
future<> no_warning_not_awaited(std::chrono::seconds pause, abort_source &as) {
  while (again()) {
    try {
      (void)seastar::sleep_abortable(pause, as);
    } catch (...) {
    }
  }
  return seastar::ended();
}
future<> no_warning_passed_in_loop(abort_source &as) {
  while (again())
    co_await step_with(1, as);
}
// Nullable: the fix guards it.
future<> warns_pointer(abort_source *as) {
  fetch(0, as);
  while (again()) // expected-warning {{loop never looks at 'as'}}
    co_await step(2);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (as && as->abort_requested())
  // CHECK-FIXES-NEXT: co_return;
  // CHECK-FIXES: }
}
future<> no_warning_pointer(abort_source *as) {
  while (!as || !as->abort_requested())
    co_await step(1);
}

// Loops of continuations.
future<> warns_repeat(abort_source &as) {
  start(as);
  return seastar::repeat([] { // expected-warning@:19 {{callable that this runs again and again never looks at 'as'}}
    return test(1) ? stop_iteration::no : stop_iteration::yes;
  });
}
future<> no_warning_repeat(abort_source &as) {
  return seastar::repeat([&as] {
    if (as.abort_requested())
      return stop_iteration::yes;
    test(1);
    return stop_iteration::no;
  });
}
future<> no_warning_keep_doing(abort_source &as) {
  return seastar::keep_doing([&as] {
    as.check();
    test(1);
  });
}
future<> no_warning_do_until(abort_source &as) {
  return seastar::do_until([&as] { return as.abort_requested(); }, [] { test(1); });
}
future<> warns_do_until(abort_source &as) {
  start(as);
  return seastar::do_until([] { return again(); }, [] { test(1); }); // expected-warning {{never looks at 'as'}}
}

int warns_default(abort_source &as) {
  start(as);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'as' is not passed on}}
  // CHECK-FIXES: return fetch(1, &as);
}
int warns_overload(abort_source &as) {
  start(as);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, as);
}
future<> warns_request(seastar::http::client &client, abort_source &as) {
  start(as);
  return client.make_request({}); // expected-warning {{'make_request' takes a cancellation token, but 'as' is not passed on}}
  // CHECK-FIXES: return client.make_request({}, std::nullopt, &as);
}
future<> warns_units(seastar::semaphore &sem, abort_source &as) {
  start(as);
  co_await seastar::get_units(sem, 1); // expected-warning {{'get_units' has an overload that takes a cancellation token}}
  // CHECK-FIXES: co_await seastar::get_units(sem, 1, as);
}
// What is const cannot be handed to who subscribes.
int no_warning_const(const abort_source &as) {
  start(as);
  return load(1) + fetch(2);
}
int no_warning_passed(abort_source &as) { return fetch(1, &as) + load(2, as); }
int warns_only_default_token(abort_source &as) {
  start(as);
  return fetch(1, nullptr); // expected-warning {{is given a token that never cancels, but 'as' is in reach}}
  // CHECK-FIXES: return fetch(1, &as);
}
int no_warning_own_source() {
  abort_source mine;
  return load(1) + load(2, mine);
}
int no_warning_expiry(std::chrono::steady_clock::time_point when) {
  seastar::abort_on_expiry<> timer(when);
  return load(1, timer.abort_source());
}
int no_warning_linked(abort_source &as) {
  abort_source linked;
  auto link = as.subscribe([&]() noexcept { linked.request_abort(); });
  return load(1, linked);
}
future<> no_warning_registration(abort_source &as, seastar::semaphore &sem) {
  auto subscription = as.subscribe([&]() noexcept { sem.signal(); });
  while (again())
    co_await sem.wait();
}
void warns_unused(abort_source &as, int item) { // expected-warning {{parameter 'as' is never used}}
  test(item);
}
struct Service {
  abort_source _as;
  future<> no_warning_member() {
    while (!_as.abort_requested())
      co_await step(1);
  }
  void stop() { _as.request_abort(); }
};

future<> warns_sleep(abort_source &as) {
  start(as);
  co_await seastar::sleep(5s); // expected-warning {{'sleep' waits, and cancelling 'as' cannot interrupt it; use 'seastar::sleep_abortable'}}
  // CHECK-FIXES: co_await seastar::sleep_abortable(5s, as);
}
future<> warns_wait(seastar::semaphore &sem, abort_source &as) {
  start(as);
  co_await sem.wait(); // expected-warning {{'wait' waits, and cancelling 'as' cannot interrupt it; pass the token}}
  // CHECK-FIXES: co_await sem.wait(as);
}
future<> no_warning_sleep(abort_source &as) {
  while (again())
    co_await seastar::sleep_abortable(5s, as);
}
future<> no_warning_wait(seastar::semaphore &sem, abort_source &as) {
  while (again())
    co_await sem.wait(as, 1);
}

// --- sources and narrower tokens
int warns_fresh(abort_source &as) {
  start(as);
  abort_source mine; // expected-warning {{cancelling 'as' does not reach 'load', which gets the token of the new source 'mine'}}
  return load(1, mine);
}
int warns_fresh_expiry(abort_source &as, std::chrono::steady_clock::time_point when) {
  start(as);
  seastar::abort_on_expiry<> timer(when); // expected-warning {{cancelling 'as' does not reach 'load'}}
  return load(1, timer.abort_source());
}
int warns_outer(abort_source &as, void (*later)(abort_source &)) {
  abort_source timed;
  auto link = as.subscribe([&]() noexcept { timed.request_abort(); });
  if (again())
    timed.request_abort();
  return load(1, as); // expected-warning {{'load' gets 'as', but 'timed' is narrower; pass 'timed'}}
  // CHECK-FIXES: return load(1, timed);
}
// Who may cancel it does not use it: the timer is not what it was made for.
future<> warns_outer_beside_timer(abort_source &as) {
  abort_source timed;
  auto link = as.subscribe([&]() noexcept { timed.request_abort(); });
  seastar::timer<> limit([&] { timed.request_abort(); });
  limit.arm(1s);
  co_await step_with(1, as); // expected-warning {{'step_with' gets 'as', but 'timed' is narrower; pass 'timed'}}
  // CHECK-FIXES: co_await step_with(1, timed);
}
future<> no_warning_first_phase_timed(abort_source &as) {
  abort_source timed;
  auto link = as.subscribe([&]() noexcept { timed.request_abort(); });
  seastar::timer<> limit([&] { timed.request_abort(); });
  limit.arm(1s);
  co_await step_with(1, timed);
  co_await step_with(2, as);
}
// The lambda uses it as well as it cancels it.
future<> no_warning_lambda_had_it(abort_source &as) {
  abort_source timed;
  auto link = as.subscribe([&]() noexcept { timed.request_abort(); });
  seastar::timer<> limit([&] {
    load(1, timed);
    timed.request_abort();
  });
  limit.arm(1s);
  co_await step_with(2, as);
}

// What is held by hand.
void warns_leak(abort_source &as) {
  int *held = new int(1);
  while (again()) {
    if (as.abort_requested()) // expected-warning {{'held' is not deleted when 'as' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (as.abort_requested()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(abort_source &as) {
  int *held = new int(1);
  while (again())
    if (as.abort_requested())
      break;
  delete held;
}
void warns_leak_thrown(abort_source &as) {
  int *held = new int(1);
  while (again())
    as.check(); // expected-warning {{'held' is not deleted when 'as' is cancelled here}}
  delete held;
}

// Answers, throws and registrations.
void warns_answer_dropped(abort_source &as) {
  as.abort_requested(); // expected-warning {{is dropped}}
  test(1);
}
// What check() throws is up to who requests the abort: no fix.
void warns_throw_by_hand(abort_source &as) {
  if (as.abort_requested()) // expected-warning {{'as.check()'}}
    throw seastar::abort_requested_exception();
  test(1);
}
void warns_registration(abort_source &as) {
  as.subscribe([]() noexcept { test(0); }); // expected-warning {{the registration that 'subscribe' returns ends with the statement, and cancelling 'as' never calls it}}
  // CHECK-FIXES: auto callback = as.subscribe([]() noexcept { test(0); });
  test(1);
}
void warns_registration_ends(abort_source &as) {
  auto subscription = as.subscribe([]() noexcept { test(0); }); // expected-warning {{'subscription' ends where it is made}}
}
void no_warning_registration(abort_source &as) {
  auto subscription = as.subscribe([]() noexcept { test(0); });
  test(1);
}

// --- life

auto warns_dangling() {
  seastar::abort_source source;
  return [&source] { return source.abort_requested(); }; // expected-warning {{'source' is captured by reference and may be gone when the lambda runs}}
}
auto no_warning_reference(seastar::abort_source &source) {
  return [&source] { return source.abort_requested(); };
}

// --- the rest of the catalogue

[[clang::annotate("cancel::point_of_no_return")]] void commit(int item);
bool warns_poll_behind_commit(int item, abort_source &as) {
  commit(item);
  if (as.abort_requested()) // expected-warning {{'as' can still be cancelled here, behind the point of no return 'commit'}}
    return false;
  test(item);
  return true;
}
int warns_given_behind_commit(int item, abort_source &as) {
  start(as);
  commit(item);
  return fetch(item, &as); // expected-warning {{'fetch' is given 'as' behind the point of no return 'commit'; pass 'nullptr'}}
  // CHECK-FIXES: return fetch(item, nullptr);
}
int no_warning_in_front_of_commit(int item, abort_source &as) {
  int fetched = fetch(item, &as);
  if (as.abort_requested())
    return 0;
  commit(item);
  return fetched;
}
void warns_stale(abort_source &as) {
  const bool stopped = as.abort_requested();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    test(1);
  // CHECK-FIXES: while (!as.abort_requested())
}
static void pause_long() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
void warns_deaf_call(abort_source &as) {
  start(as);
  pause_long(); // expected-warning {{'pause_long' cannot be cancelled through 'as': it waits in 'sleep_for'}}
}
void warns_thread(abort_source &as) {
  start(as);
  std::thread([] { // expected-warning {{work that 'thread' starts never sees 'as', and is an endless loop}}
    while (true)
      test(1);
  }).detach();
}
int warns_missing(int item) {
  return fetch(item); // expected-warning {{'fetch' takes a cancellation token, but 'warns_missing' has none to pass on}}
}
int no_warning_none_written(int item) { return fetch(item, nullptr); }
void warns_each_value(std::vector<std::vector<int>> &rows, abort_source &as) {
  for (std::vector<int> &row : rows)
    for (int &value : row) {
      if (as.abort_requested()) // expected-warning {{'as' is asked in each round of a loop that only calculates}}
        return;
      value = 255 - value;
    }
}
void no_warning_each_row(std::vector<std::vector<int>> &rows, abort_source &as) {
  for (std::vector<int> &row : rows) {
    if (as.abort_requested())
      return;
    for (int &value : row)
      value = 255 - value;
  }
}
class Table {
public:
  bool warns_half_updated(int page, abort_source &as) {
    rows_ = fetch(page, &as);
    if (as.abort_requested()) // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
      return false;
    width_ = 2 * rows_;
    return true;
  }
  bool no_warning_both_behind(int page, abort_source &as) {
    int rows = fetch(page, &as);
    if (as.abort_requested())
      return false;
    rows_ = rows;
    width_ = 2 * rows;
    return true;
  }

private:
  int rows_ = 0, width_ = 0;
};
// A helper that waits by a future.
static future<> pause_in_future() { return seastar::sleep(5s); } // expected-warning {{'seastar::sleep_abortable' would take a cancellation token, but 'pause_in_future' has none to pass on}}
// CHECK-FIXES: static future<> pause_in_future(abort_source &as) { return seastar::sleep_abortable(5s, as); }
future<> warns_deaf_future(abort_source &as) {
  start(as);
  co_await pause_in_future(); // expected-warning {{'pause_in_future' cannot be cancelled through 'as': it waits in 'sleep'}}
  // CHECK-FIXES: co_await pause_in_future(as);
}
// A check that throws, behind a commit.
future<> warns_check_behind_commit(abort_source &as) {
  co_await step_with(1, as);
  commit(1);
  as.check(); // expected-warning {{'as' can still be cancelled here, behind the point of no return 'commit'}}
  co_await step(2);
}
void warns_deadlock(abort_source &as, std::mutex &mutex) {
  std::lock_guard lock(mutex);
  auto subscription = as.subscribe([&]() noexcept { std::lock_guard guard(mutex); }); // expected-warning {{the callback of 'subscription' waits for 'mutex'}}
  test(1);
}
void warns_deadlock_requested(std::mutex &mutex) {
  abort_source mine;
  auto subscription = mine.subscribe([&]() noexcept { std::lock_guard guard(mutex); }); // expected-warning {{held where 'mine' is requested}}
  test(1);
  std::lock_guard lock(mutex);
  mine.request_abort();
}
// Subscribed before the lock, and gone behind it.
void no_warning_no_deadlock(abort_source &as, std::mutex &mutex) {
  auto subscription = as.subscribe([&]() noexcept { std::lock_guard guard(mutex); });
  std::lock_guard lock(mutex);
  test(1);
}
static int collect(int item) { return fetch(item); } // expected-warning {{'fetch' takes a cancellation token, but 'collect' has none to pass on}}
// CHECK-FIXES: static int collect(int item, abort_source &as) { return fetch(item, &as); }
int warns_deaf_sink(abort_source &as) {
  start(as);
  return collect(1); // expected-warning {{'collect' cannot be cancelled through 'as': it calls 'fetch' without a token}}
  // CHECK-FIXES: return collect(1, as);
}
void warns_thread_sink(abort_source &as) {
  start(as);
  std::thread worker([] { fetch(1); }); // expected-warning {{work that 'thread' starts never sees 'as', but 'fetch' in it takes a token}}
  // CHECK-FIXES: std::thread worker([&as] { fetch(1, &as); });
  worker.join();
}
