// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%root/token/include
//
// The bundled library; its own headers are the input.
#include "cancel/token.hpp"
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

using namespace std::chrono_literals;
using cancel::cancellation_token;
using cancel::inplace_cancellation_token;
void work(int item);
bool again();
int fetch(int item, cancellation_token token = {});
int load(int item);
int load(int item, const cancellation_token &token);
int count(int item, inplace_cancellation_token token = {});
void start(cancellation_token token);
void start(inplace_cancellation_token token);

void warns_loop(cancellation_token token) {
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: token.throw_if_cancellation_requested();
  // CHECK-FIXES-NEXT: work(1);
  // CHECK-FIXES: }
}
void warns_loop_in_place(inplace_cancellation_token token) noexcept {
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.is_cancellation_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_possible_is_no_poll(cancellation_token token) {
  start(token);
  while (token.can_be_canceled() && again()) // expected-warning {{'token'}}
    work(1);
  // CHECK-FIXES: while (token.can_be_canceled() && again()) {
  // CHECK-FIXES-NEXT: token.throw_if_cancellation_requested();
  // CHECK-FIXES-NEXT: work(1);
  // CHECK-FIXES: }
}
void no_warning_polls(cancellation_token token, inplace_cancellation_token local) {
  while (!token.is_cancellation_requested())
    work(1);
  while (!token.stop_requested())
    work(2);
  while (!local.is_cancellation_requested())
    work(3);
}
void no_warning_throws(cancellation_token token) {
  while (again()) {
    token.throw_if_cancellation_requested();
    work(1);
  }
}
void no_warning_throws_in_place(inplace_cancellation_token token) {
  while (again()) {
    token.throw_if_cancellation_requested();
    work(1);
  }
}
void warns_swallowed(cancellation_token token) {
  while (again()) {
    try {
      token.throw_if_cancellation_requested();
      work(1);
    } catch (const cancel::operation_canceled &) { // expected-warning {{swallows the cancellation of 'token', and the loop goes on; leave the loop}}
    }
  }
}
void warns_swallowed_in_place(inplace_cancellation_token token) {
  while (again()) {
    try {
      cancel::sleep_for(1s, token);
    } catch (...) { // expected-warning {{swallows the cancellation of 'token'}}
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (...) {
  }
}
// What does not throw leaves nothing to a handler.
void no_warning_swallowed(std::chrono::seconds pause, cancellation_token token) {
  while (again()) {
    try {
      if (!cancel::try_sleep_for(pause, token))
        return;
      work(1);
    } catch (...) {
    }
  }
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
int warns_in_place(inplace_cancellation_token token) {
  start(token);
  return count(1); // expected-warning {{'count' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return count(1, token);
}
int no_warning_passed(cancellation_token token) {
  return fetch(1, token) + load(2, token);
}
int warns_only_default_token(cancellation_token token, inplace_cancellation_token local) {
  start(token);
  start(local);
  work(fetch(1, cancellation_token::none()) + fetch(2, {})); // expected-warning 2 {{is given a token that never cancels, but 'token' is in reach}}
  // CHECK-FIXES: work(fetch(1, token) + fetch(2, token));
  return count(3, inplace_cancellation_token::none()); // expected-warning {{is given a token that never cancels, but 'local' is in reach}}
  // CHECK-FIXES: return count(3, local);
}
int no_warning_none_variable() {
  const auto token = cancellation_token::none();
  return fetch(1) + count(token.can_be_canceled());
}
int no_warning_linked(cancellation_token token) {
  auto child = cancel::cancellation_source::linked(token);
  child.cancel_after(5s);
  return fetch(1, child.get_token());
}
int warns_linked_not_passed(cancellation_token token) {
  auto child = cancel::cancellation_source::linked(token);
  auto narrower = child.get_token();
  start(narrower);
  return fetch(1); // expected-warning {{'narrower' is not passed on}}
  // CHECK-FIXES: return fetch(1, narrower);
}
// Its own source's token is for others; the function is the one who cancels.
int warns_own_token_is_lost() {
  cancel::cancellation_source source; // expected-warning {{nobody can ever request 'source'}}
  auto mine = source.get_token();
  return fetch(1, mine) + fetch(2);
}
// Somebody can end the loop.
void no_warning_other_source(const cancel::cancellation_source &source, cancellation_token token) {
  start(token);
  while (!source.is_cancellation_requested())
    work(1);
}
int warns_own_source_is_lost() {
  cancel::cancellation_source source; // expected-warning {{nobody can ever request 'source'}}
  return fetch(1, source.get_token());
}
// The token is carried on as a std::stop_token.
int poll_std(std::stop_token stop);
int no_warning_converted(cancellation_token token) { return poll_std(token); }

void no_warning_registration(cancellation_token token, void (*close)()) {
  cancel::cancellation_registration on_cancel(token, [=] { close(); });
  while (again())
    work(1);
}
void no_warning_registration_for(cancellation_token token, void (*close)()) {
  auto call = [=] { close(); };
  cancel::registration_for<cancellation_token, decltype(call) &> on_cancel(token, call);
  while (again())
    work(1);
}
void no_warning_registration_in_place(inplace_cancellation_token token,
                                      void (*close)()) {
  cancel::inplace_cancellation_registration on_cancel(token, [=] { close(); });
  while (again())
    work(1);
}
void warns_unused(cancellation_token token, int item) { // expected-warning {{parameter 'token' is never used}} expected-warning {{'cancel' has it last}}
  work(item);
}

void warns_sleep(cancellation_token token) {
  start(token);
  std::this_thread::sleep_for(5s); // expected-warning {{'sleep_for' waits, and cancelling 'token' cannot interrupt it; use 'cancel::sleep_for'}}
  // CHECK-FIXES: cancel::sleep_for(5s, token);
}
int warns_get(cancellation_token token, std::future<int> result) { // expected-warning {{'cancel' has it last}}
  start(token);
  return result.get(); // expected-warning {{'get' waits, and cancelling 'token' cannot interrupt it; use 'cancel::get'}}
  // CHECK-FIXES: return cancel::get(result, token);
}
int warns_get_of_pointer(cancellation_token token, std::future<int> *result) {
  start(token);
  return result->get(); // expected-warning {{use 'cancel::get'}}
  // CHECK-FIXES: return cancel::get(*result, token);
}
int warns_get_of_owner(cancellation_token token, std::unique_ptr<std::future<int>> result) { // expected-warning {{'cancel' has it last}}
  start(token);
  return result->get(); // expected-warning {{use 'cancel::get'}}
  // CHECK-FIXES: return cancel::get(*result, token);
}
void warns_wait_of_shared(cancellation_token token, std::shared_future<int> result) { // expected-warning {{'cancel' has it last}}
  start(token);
  result.wait(); // expected-warning {{use 'cancel::wait'}}
  // CHECK-FIXES: cancel::wait(result, token);
}
void warns_condition(cancellation_token token, std::mutex &mutex,
                     std::condition_variable &ready, bool &full) {
  start(token);
  std::unique_lock lock(mutex);
  ready.wait(lock, [&] { return full; }); // expected-warning {{use 'cancel::wait'}}
}
void no_warning_waits(cancellation_token token, std::mutex &mutex,
                      std::condition_variable &ready, bool &full) {
  while (again()) {
    std::unique_lock lock(mutex);
    cancel::wait(ready, lock, [&] { return full; }, token);
  }
  while (again())
    cancel::sleep_for(5s, token);
}
int no_warning_get(cancellation_token token) {
  int sum = 0;
  while (again()) {
    std::future<int> part = cancel::run([](cancellation_token t) { return fetch(1, t); }, token);
    sum += cancel::get(part, token);
  }
  return sum;
}
int no_warning_get_only(cancellation_token token, std::future<int> result) { // expected-warning {{'cancel' has it last}}
  return cancel::get(result, token);
}
// What was waited for with the token is there.
int no_warning_get_after_wait(cancellation_token token, std::future<int> result) { // expected-warning {{'cancel' has it last}}
  cancel::wait(result, token);
  return result.get();
}
struct Job {
  std::future<int> result;
  int no_warning_get_after_try(cancellation_token token) {
    if (!cancel::try_wait(result, token))
      return 0;
    return result.get();
  }
  int warns_get(cancellation_token token, std::future<int> other) { // expected-warning {{'cancel' has it last}}
    cancel::wait(other, token);
    return result.get(); // expected-warning {{'get' waits}}
    // CHECK-FIXES: return cancel::get(result, token);
  }
};

// --- sources and narrower tokens
int warns_fresh(cancellation_token token) {
  start(token);
  cancel::cancellation_source source; // expected-warning {{cancelling 'token' does not reach 'fetch'}}
  // CHECK-FIXES: cancel::cancellation_source source = cancel::cancellation_source::linked(token);
  source.cancel_after(5s);
  return fetch(1, source.get_token());
}
int warns_fresh_in_place(inplace_cancellation_token token) {
  start(token);
  cancel::inplace_cancellation_source source; // expected-warning {{cancelling 'token' does not reach 'count'}}
  return count(1, source.get_token());
}
int warns_outer(cancellation_token token) {
  auto timed = cancel::cancellation_source::linked(token);
  timed.cancel_after(5s);
  return fetch(1, token); // expected-warning {{'fetch' gets 'token', but 'timed' is narrower; pass 'timed.get_token()'}}
  // CHECK-FIXES: return fetch(1, timed.get_token());
}
void warns_thread(cancellation_token token) {
  start(token);
  std::thread([] { fetch(1); }).detach(); // expected-warning {{work that 'thread' starts never sees 'token'}}
  // CHECK-FIXES: std::thread([token] { fetch(1, token); }).detach();
}

// What is held by hand.
void warns_leak(inplace_cancellation_token token) {
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
void no_warning_no_leak(inplace_cancellation_token token) {
  int *held = new int(1);
  while (again())
    if (token.is_cancellation_requested())
      break;
  delete held;
}
void warns_leak_thrown(inplace_cancellation_token token) {
  int *held = new int(1);
  while (again())
    token.throw_if_cancellation_requested(); // expected-warning {{'held' is not deleted when 'token' is cancelled here}}
  delete held;
}

// Answers, throws and registrations.
void warns_throw_by_hand(cancellation_token token) {
  if (token.is_cancellation_requested()) // expected-warning {{'token.throw_if_cancellation_requested()'}}
    throw cancel::operation_canceled(token);
  // CHECK-FIXES: token.throw_if_cancellation_requested();
  work(1);
}
void warns_registration(cancellation_token token) {
  cancel::cancellation_registration(token, [] { work(0); }); // expected-warning {{this 'cancellation_registration' ends with the statement}}
  // CHECK-FIXES: cancel::cancellation_registration callback(token, [] { work(0); });
  work(1);
}
void warns_registration_in_place(inplace_cancellation_token token) {
  cancel::inplace_cancellation_registration{token, [] { work(0); }}; // expected-warning {{this 'inplace_cancellation_registration'}}
  // CHECK-FIXES: cancel::inplace_cancellation_registration callback{token, [] { work(0); }};
  work(1);
}
void warns_first(cancellation_token token, int item) { // expected-warning {{'cancel' has it last}}
  if (!token.is_cancellation_requested())
    work(item);
}

// --- life

auto warns_dangling(cancel::cancellation_token token) {
  return [&token] { return token.is_cancellation_requested(); }; // expected-warning {{'token' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [token] { return token.is_cancellation_requested(); };
}
auto no_warning_copied(cancel::cancellation_token token) {
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
  // CHECK-FIXES: return load(1, cancel::cancellation_token::none());
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
static void pause_a_while() { std::this_thread::sleep_for(5s); } // expected-warning {{'cancel::sleep_for' would take a cancellation token, but 'pause_a_while' has none to pass on}}
// CHECK-FIXES: static void pause_a_while(cancellation_token token) { cancel::sleep_for(5s, token); }
static void pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
void warns_pause(cancellation_token token) {
  start(token);
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'token': it waits in 'sleep_for'}}
  // CHECK-FIXES: pause_a_while(token);
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
void warns_sleep_without(int item) {
  work(item);
  std::this_thread::sleep_for(5s); // expected-warning {{'sleep_for' waits, and 'cancel::sleep_for' would take a cancellation token, but 'warns_sleep_without' has none to pass on}}
}
// The end of the registration waits for its callback.
struct Inbox {
  std::mutex mutex_;
  int items_ = 0;
  void warns_under_lock(cancellation_token token) {
    std::unique_lock lock(mutex_);
    cancel::cancellation_registration wake(token, [this] { // expected-warning {{the callback of 'wake' waits for 'mutex_', which is held where 'wake' is set up}}
      std::lock_guard guard(mutex_);
      items_ = 0;
    });
    work(1);
  }
  void warns_under_lock_in_place(inplace_cancellation_token token) {
    std::unique_lock lock(mutex_);
    cancel::inplace_cancellation_registration wake(token, [this] { // expected-warning {{the callback of 'wake' waits for 'mutex_'}}
      std::lock_guard guard(mutex_);
      items_ = 0;
    });
    work(1);
  }
  void no_warning_before_lock(cancellation_token token) {
    cancel::cancellation_registration wake(token, [this] {
      std::lock_guard guard(mutex_);
      items_ = 0;
    });
    std::unique_lock lock(mutex_);
    work(1);
  }
};
void warns_answer_dropped(cancellation_token token) {
  token.is_cancellation_requested(); // expected-warning {{is dropped}}
  work(1);
}
void warns_answer_unread(inplace_cancellation_token token) {
  const bool stopped = token.stop_requested(); // expected-warning {{nothing reads 'stopped'}}
  work(1);
}
void no_warning_answer_cast(cancellation_token token) {
  (void)token.is_cancellation_requested();
  work(1);
}
struct Outbox {
  std::mutex mutex_;
  int items_ = 0;
  std::optional<cancel::cancellation_registration<std::function<void()>>> wake_; // expected-warning {{the callback of 'wake_' waits for 'mutex_', which is held where 'wake_' ends}}
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
  cancel::cancellation_source source;
  cancel::cancellation_registration wake(source.get_token(), [&] { // expected-warning {{held where 'source' is requested}}
    std::lock_guard guard(mutex);
    items = 0;
  });
  std::lock_guard lock(mutex);
  source.request_cancellation();
}
void warns_stale_in_place(inplace_cancellation_token token) {
  const bool stopped = token.stop_requested();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!token.stop_requested())
}
int warns_given_behind_commit_in_place(inplace_cancellation_token token) {
  token.throw_if_cancellation_requested();
  book(1);
  return count(1, token); // expected-warning {{'count' is given 'token' behind the point of no return 'book'}}
  // CHECK-FIXES: return count(1, cancel::inplace_cancellation_token::none());
}
void warns_wait_behind_commit(cancellation_token token) {
  book(1);
  cancel::sleep_for(5s, token); // expected-warning {{behind the point of no return 'book'}}
}
// The first question saves the second one.
void no_warning_possible_first(cancellation_token token) {
  if (token.can_be_canceled() && token.is_cancellation_requested())
    throw cancel::operation_canceled(token);
  work(1);
}
void warns_possible_only(bool any, cancellation_token token) {
  if (any && token.can_be_canceled()) // expected-warning {{'can_be_canceled' tells whether 'token' can be cancelled at all}}
    throw cancel::operation_canceled(token);
  // CHECK-FIXES: if (any && token.is_cancellation_requested())
  work(1);
}
// It returns at once when the token is cancelled, and the loop goes on.
void warns_wait_returns(cancellation_token token) {
  while (true) {
    cancel::try_sleep_for(std::chrono::seconds(5), token); // expected-warning {{'try_sleep_for' returns}}
    work(1);
  }
}
void no_warning_wait_asked(cancellation_token token) {
  while (cancel::try_sleep_for(std::chrono::seconds(5), token))
    work(1);
}
