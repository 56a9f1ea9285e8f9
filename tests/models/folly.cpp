// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "folly.h"
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

using namespace std::chrono_literals;
using folly::CancellationToken;
using folly::coro::Task;
void work(int item);
bool again();
int fetch(int item, CancellationToken token = {});
int load(int item);
int load(int item, const CancellationToken &token);
int maybe(int item, std::optional<CancellationToken> token = std::nullopt);
Task<> step(int item);
void start(const CancellationToken &token);

void warns_loop(CancellationToken token) {
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.isCancellationRequested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(const CancellationToken &token) {
  while (!token.isCancellationRequested())
    work(1);
}
void warns_can_be_is_no_poll(const CancellationToken &token) {
  while (token.canBeCancelled() && again()) // expected-warning {{'token'}}
    work(2);
  // CHECK-FIXES: while (token.canBeCancelled() && again()) {
  // CHECK-FIXES-NEXT: if (token.isCancellationRequested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
// The token of the coroutine that runs: in reach, once it was asked for.
Task<> warns_current_token() {
  const CancellationToken token = co_await folly::coro::co_current_cancellation_token;
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(3);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.isCancellationRequested())
  // CHECK-FIXES-NEXT: co_return;
  // CHECK-FIXES: }
}
Task<> no_warning_current_token() {
  const CancellationToken &token = co_await folly::coro::co_current_cancellation_token;
  while (!token.isCancellationRequested())
    work(1);
}
// A task that is awaited takes the token of its awaiter.
Task<> no_warning_ambient() {
  const auto &token = co_await folly::coro::co_current_cancellation_token;
  start(token);
  while (again())
    co_await step(1);
}
Task<> no_warning_ambient_sleep() {
  const auto &token = co_await folly::coro::co_current_cancellation_token;
  start(token);
  while (again())
    co_await folly::coro::sleep(5s);
}
Task<> no_warning_safe_point() {
  const auto &token = co_await folly::coro::co_current_cancellation_token;
  start(token);
  while (again()) {
    co_await folly::coro::co_safe_point;
    work(1);
  }
}
// ... and throws when that is cancelled.
Task<> warns_swallowed_ambient() {
  while (true) {
    try {
      co_await step(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation, and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const folly::OperationCancelled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
Task<> no_warning_safe_point_behind() {
  while (true) {
    try {
      co_await step(1);
    } catch (const std::exception &) {
    }
    co_await folly::coro::co_safe_point;
  }
}
// A time limit of its own ends the task, not this loop.
Task<> no_warning_other_token(CancellationToken (*limit)()) {
  while (true) {
    try {
      co_await folly::coro::co_withCancellation(limit(), step(1));
    } catch (const std::exception &) {
    }
  }
}
Task<> no_warning_with_cancellation(CancellationToken token) {
  while (again())
    co_await folly::coro::co_withCancellation(token, step(1));
}

int warns_default(CancellationToken token) {
  start(token);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return fetch(1, token);
}
int warns_overload(const CancellationToken &token) {
  start(token);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, token);
}
int warns_optional(const CancellationToken &token) {
  start(token);
  return maybe(1); // expected-warning {{'maybe' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return maybe(1, token);
}
int no_warning_passed(CancellationToken token) {
  return fetch(1, token) + load(2, token) + maybe(3, std::move(token));
}
int warns_only_default_token(CancellationToken token) {
  start(token);
  return fetch(1, CancellationToken()) + fetch(2, {}) + maybe(3, std::nullopt); // expected-warning 3 {{is given a token that never cancels, but 'token' is in reach}}
  // CHECK-FIXES: return fetch(1, token) + fetch(2, token) + maybe(3, token);
}
// Its own source's token is for others; the function is the one who cancels.
int warns_own_token_is_lost() {
  folly::CancellationSource source; // expected-warning {{nobody can ever request 'source'}}
  auto mine = source.getToken();
  return fetch(1, mine) + fetch(2);
}
// Somebody can end the loop.
void no_warning_other_source(const folly::CancellationSource &source, const CancellationToken &token) {
  start(token);
  while (!source.isCancellationRequested())
    work(1);
}
int warns_own_source_is_lost() {
  folly::CancellationSource source; // expected-warning {{nobody can ever request 'source'}}
  return fetch(1, source.getToken());
}
void no_warning_source_polled(const folly::CancellationSource &source) {
  while (!source.isCancellationRequested())
    work(1);
}
int no_warning_merged(const CancellationToken &token, const CancellationToken &other) {
  return fetch(1, folly::cancellation_token_merge(token, other)) +
         fetch(2, CancellationToken::merge(token, other));
}
int warns_merged_not_passed(const CancellationToken &token, const CancellationToken &other) {
  auto both = folly::cancellation_token_merge(token, other);
  start(both);
  return fetch(1); // expected-warning {{'both' is not passed on}}
  // CHECK-FIXES: return fetch(1, both);
}
int no_warning_linked(const CancellationToken &token) {
  folly::CancellationSource linked;
  folly::CancellationCallback link(token, [&] { linked.requestCancellation(); });
  return fetch(1, linked.getToken());
}
void no_warning_registration(CancellationToken token, folly::Baton<> &done) {
  folly::CancellationCallback wake(token, [&] { done.post(); });
  while (again())
    done.wait();
}
void warns_unused(CancellationToken token, int item) { // expected-warning {{parameter 'token' is never used}}
  work(item);
}
void warns_wait(CancellationToken token, folly::Baton<> &done) {
  start(token);
  done.wait(); // expected-warning {{'wait' waits, and cancelling 'token' cannot interrupt it}}
}

// --- sources and narrower tokens
int warns_fresh(const CancellationToken &token) {
  start(token);
  folly::CancellationSource source; // expected-warning {{cancelling 'token' does not reach 'fetch'}}
  return fetch(1, source.getToken());
}
int no_warning_merged_source(const CancellationToken &token) {
  folly::CancellationSource source; //
  return fetch(1, folly::cancellation_token_merge(token, source.getToken()));
}
int warns_outer(const CancellationToken &token, const CancellationToken &other) {
  auto both = folly::cancellation_token_merge(token, other);
  return fetch(1, other); // expected-warning {{'fetch' gets 'other', but 'both' is narrower}}
  // CHECK-FIXES: return fetch(1, both);
}

// What is held by hand.
void warns_leak(const CancellationToken &token) {
  int *held = new int(1);
  while (again()) {
    if (token.isCancellationRequested()) // expected-warning {{'held' is not deleted when 'token' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (token.isCancellationRequested()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(const CancellationToken &token) {
  int *held = new int(1);
  while (again())
    if (token.isCancellationRequested())
      break;
  delete held;
}

// Answers and registrations; there is no member that throws.
void warns_answer_dropped(const CancellationToken &token) {
  token.isCancellationRequested(); // expected-warning {{is dropped}}
  work(1);
}
void warns_registration(const CancellationToken &token) {
  folly::CancellationCallback(token, [] { work(0); }); // expected-warning {{this 'CancellationCallback' ends with the statement}}
  // CHECK-FIXES: folly::CancellationCallback callback(token, [] { work(0); });
  work(1);
}
void no_warning_throws(const CancellationToken &token) {
  if (token.isCancellationRequested())
    throw folly::OperationCancelled();
}

// --- life

auto warns_dangling(folly::CancellationToken token) {
  return [&token] { return token.isCancellationRequested(); }; // expected-warning {{'token' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [token] { return token.isCancellationRequested(); };
}
auto no_warning_copied(folly::CancellationToken token) {
  return [token] { return token.isCancellationRequested(); };
}

// --- what hands on the token by itself
Task<> no_warning_generator(folly::coro::AsyncGenerator<int> items) {
  const auto &token = co_await folly::coro::co_current_cancellation_token;
  start(token);
  while (const int *item = co_await items.next())
    work(*item);
}
Task<> no_warning_scope(int sessions) {
  const auto &token = co_await folly::coro::co_current_cancellation_token;
  folly::coro::CancellableAsyncScope scope;
  folly::CancellationCallback stop(token, [&] { scope.requestCancellation(); });
  for (int i = 0; i < sessions; ++i)
    scope.add(step(i));
  co_await scope.joinAsync();
}
struct Pool {
  template <class Awaitable>
  void add(Awaitable &&awaitable, std::optional<CancellationToken> token = std::nullopt);
};
void warns_pool(const CancellationToken &token, Pool &pool) {
  start(token);
  pool.add(1); // expected-warning {{'add' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: pool.add(1, token);
}

// --- waits
int warns_waits(const CancellationToken &token, folly::Future<int> &result, folly::MPMCQueue<int> &queue,
                folly::EventBase &events, folly::Baton<> &done) {
  int item = 0;
  start(token);
  queue.blockingRead(item); // expected-warning {{'blockingRead' waits}}
  events.loopForever(); // expected-warning {{'loopForever' waits}}
  done.try_wait_for(30s); // expected-warning {{'try_wait_for' waits}}
  return result.get(); // expected-warning {{'get' waits}}
}
bool no_warning_slices(const CancellationToken &token, folly::Baton<> &done) {
  while (!done.try_wait_for(50ms))
    if (token.isCancellationRequested())
      return false;
  return true;
}
bool no_warning_possible_asked_once(const CancellationToken &token) {
  const bool possible = token.canBeCancelled();
  while (again()) {
    if (possible && token.isCancellationRequested())
      return false;
    work(1);
  }
  return true;
}
void warns_other_flag(const CancellationToken &token, bool quick) {
  const bool ask = !quick && again();
  while (again()) { // expected-warning {{loop can go round without looking at 'token'}}
    // CHECK-FIXES: if (token.isCancellationRequested())
    // CHECK-FIXES-NEXT: return;
    if (ask && token.isCancellationRequested())
      return;
    work(1);
  }
}

// --- a task that is only made does nothing yet
folly::coro::Task<int> measure(int item);
bool compact(int item);
folly::coro::Task<int> no_warning_lazy(const std::vector<int> &items) {
  auto token = co_await folly::coro::co_current_cancellation_token;
  std::vector<folly::coro::Task<int>> tasks;
  for (int item : items)
    tasks.push_back(measure(item));
  co_return token.isCancellationRequested() ? 0 : int(tasks.size());
}
folly::coro::Task<int> warns_eager(const std::vector<int> &items) {
  auto token = co_await folly::coro::co_current_cancellation_token;
  for (int item : items) // expected-warning {{'compact' may run long in each round}}
    compact(item);
  // CHECK-FIXES: for (int item : items) {
  // CHECK-FIXES-NEXT: if (token.isCancellationRequested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  co_return token.isCancellationRequested() ? 0 : 1;
}

// --- the rest of the catalogue
void warns_stale(const CancellationToken &token) {
  const bool stopped = token.isCancellationRequested();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!token.isCancellationRequested())
}
void no_warning_asked_again(const CancellationToken &token) {
  bool stopped = false;
  while (!stopped) {
    work(1);
    stopped = token.isCancellationRequested();
  }
}
[[clang::annotate("cancel::point_of_no_return")]] void book(int item);
bool warns_poll_behind_commit(const CancellationToken &token) {
  book(1);
  if (token.isCancellationRequested()) // expected-warning {{'token' can still be cancelled here, behind the point of no return 'book'}}
    return false;
  work(1);
  return true;
}
int warns_given_behind_commit(const CancellationToken &token) {
  start(token);
  book(1);
  return load(1, token); // expected-warning {{is given 'token' behind the point of no return 'book'}}
  // CHECK-FIXES: return load(1, folly::CancellationToken());
}
void no_warning_before_commit(const CancellationToken &token) {
  if (token.isCancellationRequested())
    return;
  book(1);
}
static void pause_a_while() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
static void pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
void warns_pause(const CancellationToken &token) {
  start(token);
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'token': it waits in 'sleep_for'}}
}
void no_warning_short_pause(const CancellationToken &token) {
  start(token);
  pause_shortly();
}
void warns_endless_thread(const CancellationToken &token) {
  start(token);
  std::thread([] { // expected-warning {{work that 'thread' starts never sees 'token', and is an endless loop}}
    while (true)
      work(1);
  }).detach();
}
void warns_each_pixel(int (&image)[480][640], const CancellationToken &token) {
  for (auto &row : image)
    for (int &pixel : row) {
      if (token.isCancellationRequested()) // expected-warning {{'token' is asked in each round of a loop that only calculates}}
        return;
      pixel *= 2;
    }
}
void no_warning_each_row(int (&image)[480][640], const CancellationToken &token) {
  for (auto &row : image) {
    if (token.isCancellationRequested())
      return;
    for (int &pixel : row)
      pixel *= 2;
  }
}
int width_of(int page);
struct Table {
  int page_ = 0, width_ = 0;
  void warns_half_updated(int page, const CancellationToken &token) {
    page_ = page;
    if (token.isCancellationRequested()) // expected-warning {{cancelling 'token' here leaves the object half updated: 'page_' is new, 'width_' is not}}
      return;
    width_ = width_of(page);
  }
  void no_warning_updated_behind(int page, const CancellationToken &token) {
    const int width = width_of(page);
    if (token.isCancellationRequested())
      return;
    page_ = page;
    width_ = width;
  }
};
int warns_no_parameter(int item) {
  return load(item); // expected-warning {{has an overload that takes a cancellation token, but 'warns_no_parameter' has none to pass on}}
}
// The end of the callback waits for it.
struct Inbox {
  std::mutex mutex_;
  std::vector<int> items_;
  void warns_under_lock(const CancellationToken &token) {
    std::unique_lock lock(mutex_);
    folly::CancellationCallback wake(token, [this] { // expected-warning {{the callback of 'wake' waits for 'mutex_', which is held where 'wake' is set up}}
      std::lock_guard guard(mutex_);
      items_.clear();
    });
    work(1);
  }
  void no_warning_before_lock(const CancellationToken &token) {
    folly::CancellationCallback wake(token, [this] {
      std::lock_guard guard(mutex_);
      items_.clear();
    });
    std::unique_lock lock(mutex_);
    work(1);
  }
};
struct Outbox {
  std::mutex mutex_;
  int items_ = 0;
  std::optional<folly::CancellationCallback> wake_; // expected-warning {{the callback of 'wake_' waits for 'mutex_', which is held where 'wake_' ends}}
  void listen(const CancellationToken &token) {
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
  folly::CancellationSource source;
  folly::CancellationCallback wake(source.getToken(), [&] { // expected-warning {{held where 'source' is requested}}
    std::lock_guard guard(mutex);
    items = 0;
  });
  std::lock_guard lock(mutex);
  source.requestCancellation();
}
void warns_between(int item, const CancellationToken &token, int tries) { // expected-warning {{'folly' has it}}
  if (!token.isCancellationRequested())
    work(item + tries);
}
// The token of the coroutine that runs.
Task<> warns_stale_current_token() {
  const CancellationToken token = co_await folly::coro::co_current_cancellation_token;
  const bool stopped = token.isCancellationRequested();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!token.isCancellationRequested())
}
Task<> warns_current_token_behind_commit() {
  const CancellationToken token = co_await folly::coro::co_current_cancellation_token;
  book(1);
  if (token.isCancellationRequested()) // expected-warning {{'token' can still be cancelled here}}
    co_return;
  work(1);
}
Task<> warns_pause_of_coroutine() {
  const CancellationToken token = co_await folly::coro::co_current_cancellation_token;
  if (token.isCancellationRequested())
    co_return;
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'token'}}
}

// What is ready is only taken.
int no_warning_ready(folly::Future<int> result, const folly::CancellationToken &token) {
  while (!result.isReady()) {
    if (token.isCancellationRequested())
      return -1;
    result.wait(std::chrono::milliseconds(20));
  }
  return std::move(result).get();
}
int no_warning_if_ready(folly::Future<int> result, const folly::CancellationToken &token) {
  if (token.isCancellationRequested())
    return -1;
  if (result.isReady())
    return std::move(result).get();
  return 0;
}
int no_warning_unless_ready(folly::Future<int> &result, const folly::CancellationToken &token) {
  if (token.isCancellationRequested() || !result.isReady())
    return -1;
  return result.get();
}
int no_warning_break_when_ready(folly::Future<int> &result, const folly::CancellationToken &token) {
  for (;;) {
    if (token.isCancellationRequested())
      return -1;
    if (result.isReady())
      break;
    result.wait(std::chrono::milliseconds(20));
  }
  return result.get();
}
int no_warning_within(folly::Future<int> result, const folly::CancellationToken &token) {
  if (token.isCancellationRequested())
    return -1;
  return std::move(result).within(std::chrono::milliseconds(500)).get();
}
int warns_not_ready(folly::Future<int> &result, const folly::CancellationToken &token) {
  if (token.isCancellationRequested())
    return -1;
  if (!result.isReady())
    return result.get(); // expected-warning {{'get' waits, and cancelling 'token' cannot interrupt it}}
  return 0;
}
int warns_ready_or_not(folly::Future<int> &result, const folly::CancellationToken &token, bool &ready) {
  if (token.isCancellationRequested())
    return -1;
  ready = result.isReady();
  return result.get(); // expected-warning {{'get' waits, and cancelling 'token' cannot interrupt it}}
}
