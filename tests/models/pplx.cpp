// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "pplx.h"
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

using pplx::cancellation_token;
void work(int item);
bool again();
int fetch(int item, const cancellation_token &token = cancellation_token::none());
int load(int item);
int load(int item, cancellation_token token);
pplx::task<int> begin(int item);
pplx::task<int> begin_with(int item, cancellation_token token);
void start(const cancellation_token &token);

void warns_loop(const cancellation_token &token) {
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.is_canceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_cancelable_is_no_poll(const cancellation_token &token) {
  while (token.is_cancelable() && again()) // expected-warning {{'token'}}
    work(2);
  // CHECK-FIXES: while (token.is_cancelable() && again()) {
  // CHECK-FIXES-NEXT: if (token.is_canceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(const cancellation_token &token) {
  while (!token.is_canceled())
    work(1);
}
// What a task is asked by: the token of the task that runs.
void no_warning_current_task(const cancellation_token &token) {
  start(token);
  while (!pplx::is_task_cancellation_requested())
    work(1);
}
void no_warning_acknowledged(const cancellation_token &token) {
  while (again()) {
    if (token.is_canceled())
      pplx::cancel_current_task();
    work(1);
  }
}
void warns_idle_poll(const cancellation_token &token) {
  while (again()) { // expected-warning {{looks at 'token' but does not end when it is cancelled}}
    // CHECK-FIXES: if (token.is_canceled())
    // CHECK-FIXES-NEXT: return;
    if (token.is_canceled())
      work(0);
    work(1);
  }
}
pplx::task<int> no_warning_task(cancellation_token token) {
  return pplx::create_task(
      [token] {
        while (!token.is_canceled())
          work(1);
        return 1;
      },
      token);
}

int warns_default(const cancellation_token &token) {
  start(token);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return fetch(1, token);
}
int warns_overload(const cancellation_token &token) {
  start(token);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, token);
}
pplx::task<int> warns_request(web::http::client::http_client &client, cancellation_token token) {
  start(token);
  return client.request("/"); // expected-warning {{'request' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return client.request("/", token);
}
int warns_options(const pplx::task_options &options) {
  return fetch(1); // expected-warning {{'options.get_cancellation_token()' is not passed on}}
  // CHECK-FIXES: return fetch(1, options.get_cancellation_token());
}
int no_warning_passed(const cancellation_token &token) {
  return fetch(1, token) + load(2, token);
}
int warns_only_default_token(const cancellation_token &token) {
  start(token);
  return fetch(1, cancellation_token::none()); // expected-warning {{is given a token that never cancels, but 'token' is in reach}}
  // CHECK-FIXES: return fetch(1, token);
}
int no_warning_none_variable() {
  cancellation_token none = cancellation_token::none();
  return fetch(none.is_cancelable());
}
// Its own source's token is for others; the function is the one who cancels.
int warns_own_token_is_lost() {
  pplx::cancellation_token_source source; // expected-warning {{nobody can ever request 'source'}}
  auto mine = source.get_token();
  return fetch(1, mine) + fetch(2);
}
int warns_own_source_is_lost() {
  pplx::cancellation_token_source source; // expected-warning {{nobody can ever request 'source'}}
  return fetch(1, source.get_token());
}
int no_warning_linked(cancellation_token token) {
  auto linked = pplx::cancellation_token_source::create_linked_source(token);
  return fetch(1, linked.get_token());
}
void no_warning_registration(cancellation_token token, void (*close)()) {
  auto registration = token.register_callback([=] { close(); });
  while (again())
    work(1);
  token.deregister_callback(registration);
}
void warns_unused(cancellation_token token, int item) { // expected-warning {{parameter 'token' is never used}} expected-warning {{'pplx' has it last}}
  work(item);
}
int warns_wait(const cancellation_token &token) {
  start(token);
  return begin(1).get(); // expected-warning {{'get' waits, and cancelling 'token' cannot interrupt it}}
}
void no_warning_wait(const cancellation_token &token) {
  pplx::task<int> result = begin_with(1, token);
  result.wait();
}
// A continuation gets a task that is done.
pplx::task<int> no_warning_continuation(const cancellation_token &token) {
  return begin_with(1, token).then([](pplx::task<int> done) { return done.get(); });
}

// A task that is waited for throws when it was cancelled.
void warns_swallowed(const cancellation_token &token) {
  while (again()) {
    try {
      begin_with(1, token).get();
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'token', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const pplx::task_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
void no_warning_handler_in_front(const cancellation_token &token) {
  while (again()) {
    try {
      begin_with(1, token).get();
    } catch (const pplx::task_canceled &) {
      return;
    } catch (const std::exception &) {
    }
  }
}

void warns_windows(concurrency::cancellation_token token) {
  (void)token.is_cancelable();
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(3);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.is_canceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_windows(concurrency::cancellation_token token) {
  while (!token.is_canceled())
    work(1);
  while (!concurrency::is_task_cancellation_requested())
    work(2);
}

// --- sources and narrower tokens
int warns_fresh(cancellation_token token) {
  start(token);
  pplx::cancellation_token_source source; // expected-warning {{cancelling 'token' does not reach 'fetch'}}
  // CHECK-FIXES: pplx::cancellation_token_source source = pplx::cancellation_token_source::create_linked_source(token);
  return fetch(1, source.get_token());
}
// The parent is taken by reference: nothing can be written for a const one.
int warns_fresh_const(const cancellation_token &token) {
  start(token);
  pplx::cancellation_token_source source; // expected-warning {{cancelling 'token' does not reach 'fetch'}}
  return fetch(1, source.get_token());
}
int no_warning_linked_by_callback(const cancellation_token &token) {
  pplx::cancellation_token_source source;
  token.register_callback([source] { source.cancel(); });
  return fetch(1, source.get_token());
}
void arm(pplx::cancellation_token_source timer);
int warns_outer(cancellation_token token) {
  auto timed = pplx::cancellation_token_source::create_linked_source(token);
  arm(timed);
  return fetch(1, token); // expected-warning {{'fetch' gets 'token', but 'timed' is narrower; pass 'timed.get_token()'}}
  // CHECK-FIXES: return fetch(1, timed.get_token());
}
pplx::task<int> warns_task(const cancellation_token &token) {
  start(token);
  return pplx::create_task([] { return fetch(1); }); // expected-warning {{work that 'create_task' starts never sees 'token'}}
  // CHECK-FIXES: return pplx::create_task([token] { return fetch(1, token); });
}
pplx::task<int> no_warning_task_with_token(const cancellation_token &token) {
  return pplx::create_task([] { return fetch(1); }, token);
}

// What is held by hand.
void warns_leak(const cancellation_token &token) {
  int *held = new int(1);
  while (again()) {
    if (token.is_canceled()) // expected-warning {{'held' is not deleted when 'token' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (token.is_canceled()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(const cancellation_token &token) {
  int *held = new int(1);
  while (again())
    if (token.is_canceled())
      break;
  delete held;
}

// A registration is a handle, and cancel_current_task() is the way to throw.
void no_warning_registration(const cancellation_token &token) {
  token.register_callback([] { work(0); });
  work(1);
}
void no_warning_throws(const cancellation_token &token) {
  if (token.is_canceled())
    pplx::cancel_current_task();
  work(1);
}
void warns_answer_dropped(const cancellation_token &token) {
  token.is_canceled(); // expected-warning {{is dropped}}
  work(1);
}
void warns_task_answer_dropped() {
  pplx::is_task_cancellation_requested(); // expected-warning {{the answer of 'pplx::is_task_cancellation_requested()' is dropped}}
  work(1);
}
void warns_first(const cancellation_token &token, int item) { // expected-warning {{'pplx' has it last}}
  if (!token.is_canceled())
    work(item);
}

// --- life

auto warns_dangling(pplx::cancellation_token token) {
  return [&token] { return token.is_canceled(); }; // expected-warning {{'token' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [token] { return token.is_canceled(); };
}
auto no_warning_copied(pplx::cancellation_token token) {
  return [token] { return token.is_canceled(); };
}

// --- a token that is never cancelled, told by comparison
int no_warning_none(const cancellation_token &token) {
  if (token == cancellation_token::none()) {
    int sum = 0;
    while (again())
      sum += fetch(1);
    return begin(sum).get();
  }
  return fetch(1, token);
}
int no_warning_not_none(const cancellation_token &token) {
  if (token != cancellation_token::none())
    return fetch(1, token);
  return fetch(1);
}
int warns_other_token(const cancellation_token &token, const cancellation_token &other) {
  start(other);
  if (token == other)
    return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return fetch(1, token);
  return fetch(1, token);
}

// --- what a continuation is given came out of what it continues
struct Response {
  pplx::task<int> body() const;
};
pplx::task<Response> request(const cancellation_token &token);
pplx::task<Response> request_without();
pplx::task<Response> no_warning_continues(const cancellation_token &token) {
  return request(token).then([token](pplx::task<Response> done) {
    Response response = done.get();
    response.body().get();
    return token.is_canceled();
  });
}
pplx::task<Response> warns_continues(const cancellation_token &token) {
  start(token);
  return request_without().then([token](pplx::task<Response> done) {
    Response response = done.get();
    response.body().get(); // expected-warning {{'get' waits, and cancelling 'token' cannot interrupt it}}
    return token.is_canceled();
  });
}

// --- the rest of the catalogue

[[clang::annotate("cancel::point_of_no_return")]] void commit(int item);
bool warns_poll_behind_commit(int item, const cancellation_token &token) {
  commit(item);
  if (token.is_canceled()) // expected-warning {{'token' can still be cancelled here, behind the point of no return 'commit'}}
    return false;
  work(item);
  return true;
}
int warns_given_behind_commit(int item, const cancellation_token &token) {
  start(token);
  commit(item);
  return fetch(item, token); // expected-warning {{'fetch' is given 'token' behind the point of no return 'commit'; pass 'pplx::cancellation_token::none()'}}
  // CHECK-FIXES: return fetch(item, pplx::cancellation_token::none());
}
int no_warning_in_front_of_commit(int item, const cancellation_token &token) {
  int fetched = fetch(item, token);
  if (token.is_canceled())
    return 0;
  commit(item);
  return fetched;
}
void warns_stale(const cancellation_token &token) {
  const bool stopped = token.is_canceled();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!token.is_canceled())
}
static void pause_long() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
void warns_deaf_call(const cancellation_token &token) {
  start(token);
  pause_long(); // expected-warning {{'pause_long' cannot be cancelled through 'token': it waits in 'sleep_for'}}
}
int warns_missing(int item) {
  return fetch(item); // expected-warning {{'fetch' takes a cancellation token, but 'warns_missing' has none to pass on}}
}
int no_warning_none_written(int item) { return fetch(item, pplx::cancellation_token::none()); }
void warns_each_value(std::vector<std::vector<int>> &rows, const cancellation_token &token) {
  for (std::vector<int> &row : rows)
    for (int &value : row) {
      if (token.is_canceled()) // expected-warning {{'token' is asked in each round of a loop that only calculates}}
        return;
      value = 255 - value;
    }
}
void no_warning_each_row(std::vector<std::vector<int>> &rows, const cancellation_token &token) {
  for (std::vector<int> &row : rows) {
    if (token.is_canceled())
      return;
    for (int &value : row)
      value = 255 - value;
  }
}
class Table {
public:
  bool warns_half_updated(int page, const cancellation_token &token) {
    rows_ = fetch(page, token);
    if (token.is_canceled()) // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
      return false;
    width_ = 2 * rows_;
    return true;
  }
  bool no_warning_both_behind(int page, const cancellation_token &token) {
    int rows = fetch(page, token);
    if (token.is_canceled())
      return false;
    rows_ = rows;
    width_ = 2 * rows;
    return true;
  }

private:
  int rows_ = 0, width_ = 0;
};
// To take a registration off waits for its callback.
void warns_deadlock(const cancellation_token &token, std::mutex &mutex) {
  auto registration = token.register_callback([&] { std::lock_guard guard(mutex); }); // expected-warning {{the callback of 'registration' waits for 'mutex'}}
  std::lock_guard lock(mutex);
  token.deregister_callback(registration);
}
void no_warning_lock_given_back(const cancellation_token &token, std::mutex &mutex) {
  auto registration = token.register_callback([&] { std::lock_guard guard(mutex); });
  mutex.lock();
  mutex.unlock();
  token.deregister_callback(registration);
}
void warns_deadlock_made(const cancellation_token &token, std::mutex &mutex) {
  std::unique_lock lock(mutex);
  auto registration = token.register_callback([&] { std::lock_guard guard(mutex); }); // expected-warning {{the callback of 'registration' waits for 'mutex', which is held where 'registration' is set up}}
  lock.unlock();
  token.deregister_callback(registration);
}
void warns_deadlock_requested(std::mutex &mutex) {
  pplx::cancellation_token_source source;
  auto registration = source.get_token().register_callback([&] { std::lock_guard guard(mutex); }); // expected-warning {{held where 'source' is requested}}
  std::lock_guard lock(mutex);
  source.cancel();
}
void warns_deadlock_by_local_token(std::mutex &mutex) {
  pplx::cancellation_token_source source;
  const cancellation_token token = source.get_token();
  auto registration = token.register_callback([&] { std::lock_guard guard(mutex); }); // expected-warning {{held where 'source' is requested}}
  std::lock_guard lock(mutex);
  source.cancel();
}
static int collect(int item) { return fetch(item); } // expected-warning {{'fetch' takes a cancellation token, but 'collect' has none to pass on}}
// CHECK-FIXES: static int collect(int item, const cancellation_token &token) { return fetch(item, token); }
int warns_deaf_sink(const cancellation_token &token) {
  start(token);
  return collect(1); // expected-warning {{'collect' cannot be cancelled through 'token': it calls 'fetch' without a token}}
  // CHECK-FIXES: return collect(1, token);
}

int stream(int item, concurrency::cancellation_token token = concurrency::cancellation_token::none());
void arm_windows(concurrency::cancellation_token_source timer);
int warns_windows_outer(concurrency::cancellation_token token) {
  auto timed = concurrency::cancellation_token_source::create_linked_source(token);
  arm_windows(timed);
  return stream(1, token); // expected-warning {{'stream' gets 'token', but 'timed' is narrower; pass 'timed.get_token()'}}
  // CHECK-FIXES: return stream(1, timed.get_token());
}

int no_warning_done(pplx::task<int> work, pplx::cancellation_token token) {
  while (!work.is_done()) {
    if (token.is_canceled())
      pplx::cancel_current_task();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return work.get();
}
