// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "cppcoro.h"
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

using namespace std::chrono_literals;
using cppcoro::cancellation_token;
using cppcoro::task;
void work(int item);
bool again();
int fetch(int item, cancellation_token token = {});
int load(int item);
int load(int item, cancellation_token token);
task<> step(int item);
task<> step_with(int item, cancellation_token token);
void start(cancellation_token token);

void warns_loop(cancellation_token token) {
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: token.throw_if_cancellation_requested();
  // CHECK-FIXES-NEXT: work(1);
  // CHECK-FIXES: }
}
// A coroutine hands nothing on by itself here.
task<> warns_coroutine(cancellation_token token) {
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'; 'step' may wait in each round}}
    co_await step(2);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.is_cancellation_requested())
  // CHECK-FIXES-NEXT: co_return;
  // CHECK-FIXES: }
}
task<int> warns_coroutine_with_value(cancellation_token token) {
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    co_await step(3);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.is_cancellation_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  co_return 1;
}
void no_warning_poll(cancellation_token token) {
  while (!token.is_cancellation_requested())
    work(1);
}
task<> no_warning_throws(cancellation_token token) {
  while (again()) {
    token.throw_if_cancellation_requested();
    co_await step(1);
  }
}
task<> no_warning_passed_in_loop(cancellation_token token) {
  while (again())
    co_await step_with(1, token);
}
task<> warns_swallowed(cancellation_token token) {
  while (again()) {
    try {
      co_await step_with(1, token);
    } catch (...) { // expected-warning {{swallows the cancellation of 'token', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const cppcoro::operation_cancelled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (...) {
  }
}
task<> no_warning_ended(cancellation_token token) {
  while (again()) {
    try {
      co_await step_with(1, token);
    } catch (const cppcoro::operation_cancelled &) {
      co_return;
    } catch (...) {
    }
  }
}
void warns_can_be_is_no_poll(cancellation_token token) {
  while (token.can_be_cancelled() && again()) // expected-warning {{'token'}}
    work(4);
  // CHECK-FIXES: while (token.can_be_cancelled() && again()) {
  // CHECK-FIXES-NEXT: token.throw_if_cancellation_requested();
  // CHECK-FIXES-NEXT: work(4);
  // CHECK-FIXES: }
}

int warns_default(cancellation_token token) {
  start(token);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return fetch(1, token);
}
int warns_overload(cancellation_token token) {
  start(token);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, token);
}
task<> warns_timer(cppcoro::io_service &io, cancellation_token token) {
  start(token);
  co_await io.schedule_after(5s); // expected-warning {{'schedule_after' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: co_await io.schedule_after(5s, token);
}
int no_warning_passed(cancellation_token token) {
  return fetch(1, token) + load(2, token);
}
task<> no_warning_timer(cppcoro::io_service &io, cancellation_token token) {
  while (again())
    co_await io.schedule_after(5s, token);
}
int warns_only_default_token(cancellation_token token) {
  start(token);
  return fetch(1, cancellation_token{}) + fetch(2, {}); // expected-warning 2 {{is given a token that never cancels, but 'token' is in reach}}
  // CHECK-FIXES: return fetch(1, token) + fetch(2, token);
}
// Its own source's token is for others; the function is the one who cancels.
int warns_own_token_is_lost() {
  cppcoro::cancellation_source source; // expected-warning {{nobody can ever request 'source'}}
  auto mine = source.token();
  return fetch(1, mine) + fetch(2);
}
// Somebody can end the loop.
void no_warning_other_source(const cppcoro::cancellation_source &source, cancellation_token token) {
  start(token);
  while (!source.is_cancellation_requested())
    work(1);
}
int warns_own_source_is_lost() {
  cppcoro::cancellation_source source; // expected-warning {{nobody can ever request 'source'}}
  return fetch(1, source.token());
}
void no_warning_source_polled(const cppcoro::cancellation_source &source) {
  while (!source.is_cancellation_requested())
    work(1);
}
int no_warning_linked(cancellation_token token) {
  cppcoro::cancellation_source linked;
  cppcoro::cancellation_registration link(token, [&] { linked.request_cancellation(); });
  return fetch(1, linked.token());
}
void no_warning_registration(cancellation_token token, void (*close)()) {
  cppcoro::cancellation_registration registration(token, [=] { close(); });
  while (again())
    work(1);
}
void warns_unused(cancellation_token token, int item) { // expected-warning {{parameter 'token' is never used}} expected-warning {{'cppcoro' has it last}}
  work(item);
}
task<> warns_unused_in_coroutine(cancellation_token token) { // expected-warning {{parameter 'token' is never used}}
  co_await step(1);
}
void warns_sleep(cancellation_token token) {
  start(token);
  std::this_thread::sleep_for(5s); // expected-warning {{'sleep_for' waits, and cancelling 'token' cannot interrupt it}}
}

// --- sources and narrower tokens
int warns_fresh(cancellation_token token) {
  start(token);
  cppcoro::cancellation_source source; // expected-warning {{cancelling 'token' does not reach 'fetch'}}
  return fetch(1, source.token());
}
void arm(cppcoro::cancellation_source timer);
int warns_outer(cancellation_token token) {
  cppcoro::cancellation_source timed;
  cppcoro::cancellation_registration link(token, [&] { timed.request_cancellation(); });
  arm(timed);
  return fetch(1, token); // expected-warning {{'fetch' gets 'token', but 'timed' is narrower; pass 'timed.token()'}}
  // CHECK-FIXES: return fetch(1, timed.token());
}
void warns_thread(cancellation_token token) {
  start(token);
  std::thread([] { fetch(1); }).detach(); // expected-warning {{work that 'thread' starts never sees 'token'}}
  // CHECK-FIXES: std::thread([token] { fetch(1, token); }).detach();
}

// What is held by hand.
void warns_leak(cancellation_token token) {
  int *held = new int(1);
  while (again()) {
    if (token.is_cancellation_requested()) // expected-warning {{'held' is not deleted when 'token' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (token.is_cancellation_requested()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(cancellation_token token) {
  int *held = new int(1);
  while (again())
    if (token.is_cancellation_requested())
      break;
  delete held;
}
void warns_leak_thrown(cancellation_token token) {
  int *held = new int(1);
  while (again())
    token.throw_if_cancellation_requested(); // expected-warning {{'held' is not deleted when 'token' is cancelled here}}
  delete held;
}

// Answers, throws and registrations.
void warns_answer_dropped(cancellation_token token) {
  token.is_cancellation_requested(); // expected-warning {{is dropped}}
  work(1);
}
void warns_throw_by_hand(cancellation_token token) {
  if (token.is_cancellation_requested()) // expected-warning {{'token.throw_if_cancellation_requested()'}}
    throw cppcoro::operation_cancelled();
  // CHECK-FIXES: token.throw_if_cancellation_requested();
  work(1);
}
void warns_possible(cancellation_token token) {
  for (int i = 0; i < 100 && !token.can_be_cancelled(); ++i) // expected-warning {{ask 'is_cancellation_requested'}}
    work(i);
  // CHECK-FIXES: for (int i = 0; i < 100 && !token.is_cancellation_requested(); ++i)
}
void warns_registration(cancellation_token token) {
  cppcoro::cancellation_registration(token, [] { work(0); }); // expected-warning {{this 'cancellation_registration' ends with the statement}}
  // CHECK-FIXES: cppcoro::cancellation_registration callback(token, [] { work(0); });
  work(1);
}
void warns_first(cancellation_token token, int item) { // expected-warning {{'cppcoro' has it last}}
  if (!token.is_cancellation_requested())
    work(item);
}

// --- life

auto warns_dangling(cppcoro::cancellation_token token) {
  return [&token] { return token.is_cancellation_requested(); }; // expected-warning {{'token' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [token] { return token.is_cancellation_requested(); };
}
auto no_warning_copied(cppcoro::cancellation_token token) {
  return [token] { return token.is_cancellation_requested(); };
}

// --- the rest of the catalogue
void warns_stale(cancellation_token token) {
  const bool stopped = token.is_cancellation_requested();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!token.is_cancellation_requested())
}
void no_warning_asked_again(cancellation_token token) {
  bool stopped = false;
  while (!stopped) {
    work(1);
    stopped = token.is_cancellation_requested();
  }
}
[[clang::annotate("cancel::point_of_no_return")]] void book(int item);
bool warns_poll_behind_commit(cancellation_token token) {
  book(1);
  if (token.is_cancellation_requested()) // expected-warning {{'token' can still be cancelled here, behind the point of no return 'book'}}
    return false;
  work(1);
  return true;
}
int warns_given_behind_commit(cancellation_token token) {
  start(token);
  book(1);
  return load(1, token); // expected-warning {{is given 'token' behind the point of no return 'book'}}
  // CHECK-FIXES: return load(1, cppcoro::cancellation_token());
}
void warns_thrown_behind_commit(cancellation_token token) {
  book(1);
  token.throw_if_cancellation_requested(); // expected-warning {{'token' can still be cancelled here}}
  work(1);
}
void no_warning_before_commit(cancellation_token token) {
  if (token.is_cancellation_requested())
    return;
  book(1);
}
static void pause_a_while() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
static void pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
void warns_pause(cancellation_token token) {
  start(token);
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'token': it waits in 'sleep_for'}}
}
void no_warning_short_pause(cancellation_token token) {
  start(token);
  pause_shortly();
}
void warns_each_pixel(int (&image)[480][640], cancellation_token token) {
  for (auto &row : image)
    for (int &pixel : row) {
      if (token.is_cancellation_requested()) // expected-warning {{'token' is asked in each round of a loop that only calculates}}
        return;
      pixel *= 2;
    }
}
void no_warning_each_row(int (&image)[480][640], cancellation_token token) {
  for (auto &row : image) {
    if (token.is_cancellation_requested())
      return;
    for (int &pixel : row)
      pixel *= 2;
  }
}
int width_of(int page);
struct Table {
  int page_ = 0, width_ = 0;
  void warns_half_updated(int page, cancellation_token token) {
    page_ = page;
    if (token.is_cancellation_requested()) // expected-warning {{cancelling 'token' here leaves the object half updated: 'page_' is new, 'width_' is not}}
      return;
    width_ = width_of(page);
  }
  void warns_half_updated_thrown(int page, cancellation_token token) {
    page_ = page;
    token.throw_if_cancellation_requested(); // expected-warning {{'page_' is new, 'width_' is not}}
    width_ = width_of(page);
  }
  void no_warning_updated_behind(int page, cancellation_token token) {
    const int width = width_of(page);
    if (token.is_cancellation_requested())
      return;
    page_ = page;
    width_ = width;
  }
};
int warns_no_parameter(int item) {
  return load(item); // expected-warning {{has an overload that takes a cancellation token, but 'warns_no_parameter' has none to pass on}}
}
// The end of the registration waits for its callback.
struct Inbox {
  std::mutex mutex_;
  int items_ = 0;
  void warns_under_lock(cancellation_token token) {
    std::unique_lock lock(mutex_);
    cppcoro::cancellation_registration wake(token, [this] { // expected-warning {{the callback of 'wake' waits for 'mutex_', which is held where 'wake' is set up}}
      std::lock_guard guard(mutex_);
      items_ = 0;
    });
    work(1);
  }
  void no_warning_before_lock(cancellation_token token) {
    cppcoro::cancellation_registration wake(token, [this] {
      std::lock_guard guard(mutex_);
      items_ = 0;
    });
    std::unique_lock lock(mutex_);
    work(1);
  }
};
struct Outbox {
  std::mutex mutex_;
  int items_ = 0;
  std::optional<cppcoro::cancellation_registration> wake_; // expected-warning {{the callback of 'wake_' waits for 'mutex_', which is held where 'wake_' ends}}
  void listen(cancellation_token token) {
    wake_.emplace(token, [this] {
      std::lock_guard guard(mutex_);
      items_ = 0;
    });
  }
  void end() {
    std::lock_guard lock(mutex_);
    wake_.reset();
  }
};
void warns_requested_under_lock(std::mutex &mutex, int &items) {
  cppcoro::cancellation_source source;
  cppcoro::cancellation_registration wake(source.token(), [&] { // expected-warning {{held where 'source' is requested}}
    std::lock_guard guard(mutex);
    items = 0;
  });
  std::lock_guard lock(mutex);
  source.request_cancellation();
}
task<> warns_awaited_behind_commit(cancellation_token token) {
  token.throw_if_cancellation_requested();
  book(1);
  co_await step_with(1, token); // expected-warning {{'step_with' is given 'token' behind the point of no return 'book'}}
  // CHECK-FIXES: co_await step_with(1, cppcoro::cancellation_token());
}
task<> warns_each_pixel_of_coroutine(int (&image)[480][640], cancellation_token token) {
  for (auto &row : image)
    for (int &pixel : row) {
      if (token.is_cancellation_requested()) // expected-warning {{is asked in each round of a loop that only calculates}}
        co_return;
      pixel *= 2;
    }
}
