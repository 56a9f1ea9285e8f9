// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "seastar.h"
#include <chrono>

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
  while (again()) { // expected-warning {{'as'}}
    // CHECK-FIXES: if (as.abort_requested())
    // CHECK-FIXES-NEXT: co_return;
    try {
      as.check();
      co_await step(1);
    } catch (const seastar::abort_requested_exception &) {
    }
  }
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
int no_warning_none(abort_source &as) {
  start(as);
  return fetch(1, nullptr);
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
