// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "mongo.h"
#include <chrono>
#include <exception>
#include <stdexcept>
#include <thread>

using mongo::CancellationToken;
using mongo::OperationContext;
using namespace std::chrono_literals;
void work(int item);
bool again();
int fetch(int item, const CancellationToken &token = CancellationToken::uncancelable());
int load(int item);
int load(int item, CancellationToken token);
int read(int item);
int read(OperationContext *opCtx, int item);
void start(const CancellationToken &token);
void begin_op(OperationContext *opCtx);

void warns_loop(const CancellationToken &token) {
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.isCanceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_cancelable_is_no_poll(const CancellationToken &token) {
  while (token.isCancelable() && again()) // expected-warning {{'token'}}
    work(2);
  // CHECK-FIXES: while (token.isCancelable() && again()) {
  // CHECK-FIXES-NEXT: if (token.isCanceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(const CancellationToken &token) {
  while (!token.isCanceled())
    work(1);
}
// The context of an operation throws; it may be null in no code of mongo, but
// the fix cannot know that.
void warns_operation(OperationContext *opCtx) {
  begin_op(opCtx);
  while (again()) // expected-warning {{loop never looks at 'opCtx'}}
    work(3);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (opCtx)
  // CHECK-FIXES-NEXT: opCtx->checkForInterrupt();
  // CHECK-FIXES-NEXT: work(3);
  // CHECK-FIXES: }
}
void no_warning_operation(OperationContext *opCtx) {
  while (again()) {
    opCtx->checkForInterrupt();
    work(1);
  }
}
void no_warning_operation_status(OperationContext *opCtx) {
  while (again()) {
    if (!opCtx->checkForInterruptNoAssert().isOK())
      return;
    work(1);
  }
}
void no_warning_operation_handed_on(OperationContext *opCtx) {
  while (again())
    read(opCtx, 1);
}
void no_warning_operation_waits(OperationContext *opCtx, std::mutex &mutex,
                                std::condition_variable &ready, bool &full) {
  while (again()) {
    std::unique_lock lock(mutex);
    opCtx->waitForConditionOrInterrupt(ready, lock, [&] { return full; });
  }
  while (again())
    opCtx->sleepFor(5ms);
}
void no_warning_operation_unread(OperationContext *opCtx, int item) {
  work(item);
  work(2);
}
void no_warning_killer(OperationContext *opCtx) { opCtx->markKilled(); }

int warns_default(const CancellationToken &token) {
  start(token);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return fetch(1, token);
}
int warns_overload(const CancellationToken &token) {
  start(token);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, token);
}
int warns_operation_overload(OperationContext *opCtx) {
  begin_op(opCtx);
  return read(1); // expected-warning {{'read' has an overload that takes a cancellation token, but 'opCtx' is not passed on}}
  // CHECK-FIXES: return read(opCtx, 1);
}
int warns_get(OperationContext *opCtx, mongo::Future<int> result) {
  begin_op(opCtx);
  return result.get(); // expected-warning {{'get' takes a cancellation token, but 'opCtx' is not passed on}}
  // CHECK-FIXES: return result.get(opCtx);
}
int no_warning_passed(const CancellationToken &token, OperationContext *opCtx,
                      mongo::executor::TaskExecutor &executor) {
  return fetch(1, token) + load(2, token) + read(opCtx, 3) +
         executor.scheduleRemoteCommand("ping", token).get(opCtx);
}
int warns_only_default_token(const CancellationToken &token, OperationContext *opCtx,
                    mongo::Future<int> result) {
  start(token);
  begin_op(opCtx);
  fetch(1, CancellationToken::uncancelable()); // expected-warning {{is given a token that never cancels, but 'token' is in reach}}
  // CHECK-FIXES: fetch(1, token);
  return result.get(mongo::Interruptible::notInterruptible()); // expected-warning {{is given a token that never cancels, but 'opCtx' is in reach}}
  // CHECK-FIXES: return result.get(opCtx);
}
// Its own source's token is for others; the function is the one who cancels.
int warns_own_token_is_lost() {
  mongo::CancellationSource source; // expected-warning {{nobody can ever request 'source'}}
  auto mine = source.token();
  return fetch(1, mine) + fetch(2);
}
void no_warning_registration(const CancellationToken &token) {
  auto cancelled = token.onCancel();
  while (again())
    work(1);
  cancelled.get();
}
int warns_own_source_is_lost() {
  mongo::CancellationSource source; // expected-warning {{nobody can ever request 'source'}}
  return fetch(1, source.token());
}
// The constructor links.
int no_warning_linked(const CancellationToken &token) {
  mongo::CancellationSource child(token);
  return fetch(1, child.token());
}
int warns_narrower(const CancellationToken &token) {
  mongo::CancellationSource child(token);
  auto narrower = child.token();
  start(narrower);
  return fetch(1); // expected-warning {{'narrower' is not passed on}}
  // CHECK-FIXES: return fetch(1, narrower);
}
void warns_unused(const CancellationToken &token, int item) { // expected-warning {{parameter 'token' is never used}}
  work(item);
}
void warns_sleep(const CancellationToken &token) {
  start(token);
  std::this_thread::sleep_for(5s); // expected-warning {{'sleep_for' waits, and cancelling 'token' cannot interrupt it}}
}

// --- sources
int warns_fresh(const CancellationToken &token) {
  start(token);
  mongo::CancellationSource source; // expected-warning {{cancelling 'token' does not reach 'fetch'}}
  // CHECK-FIXES: mongo::CancellationSource source(token);
  return fetch(1, source.token());
}

// What is held by hand.
void warns_leak(const CancellationToken &token) {
  int *held = new int(1);
  while (again()) {
    if (token.isCanceled()) // expected-warning {{'held' is not deleted when 'token' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (token.isCanceled()) {
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
    if (token.isCanceled())
      break;
  delete held;
}
void warns_leak_thrown(OperationContext *opCtx) {
  int *held = new int(1);
  while (again())
    opCtx->checkForInterrupt(); // expected-warning {{'held' is not deleted when 'opCtx' is cancelled here: 'delete' is skipped}}
  delete held;
}

// Answers and positions.
void warns_answer_dropped(const CancellationToken &token) {
  token.isCanceled(); // expected-warning {{is dropped}}
  work(1);
}
void warns_not_first(int item, OperationContext *opCtx) { // expected-warning {{token 'opCtx' is not the first parameter, where 'mongo' has it}}
  opCtx->checkForInterrupt();
  work(item);
}

// --- life

auto warns_dangling(mongo::CancellationToken token) {
  return [&token] { return token.isCanceled(); }; // expected-warning {{'token' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [token] { return token.isCanceled(); };
}
auto no_warning_copied(mongo::CancellationToken token) {
  return [token] { return token.isCanceled(); };
}

// --- the rest of the catalogue
void warns_stale(const CancellationToken &token) {
  const bool stopped = token.isCanceled();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!token.isCanceled())
}
void no_warning_asked_again(const CancellationToken &token) {
  bool stopped = false;
  while (!stopped) {
    work(1);
    stopped = token.isCanceled();
  }
}
[[clang::annotate("cancel::point_of_no_return")]] void book(int item);
bool warns_poll_behind_commit(const CancellationToken &token) {
  book(1);
  if (token.isCanceled()) // expected-warning {{'token' can still be cancelled here, behind the point of no return 'book'}}
    return false;
  work(1);
  return true;
}
int warns_given_behind_commit(const CancellationToken &token) {
  start(token);
  book(1);
  return load(1, token); // expected-warning {{is given 'token' behind the point of no return 'book'}}
  // CHECK-FIXES: return load(1, mongo::CancellationToken::uncancelable());
}
void no_warning_before_commit(const CancellationToken &token) {
  if (token.isCanceled())
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
      if (token.isCanceled()) // expected-warning {{'token' is asked in each round of a loop that only calculates}}
        return;
      pixel *= 2;
    }
}
void no_warning_each_row(int (&image)[480][640], const CancellationToken &token) {
  for (auto &row : image) {
    if (token.isCanceled())
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
    if (token.isCanceled()) // expected-warning {{cancelling 'token' here leaves the object half updated: 'page_' is new, 'width_' is not}}
      return;
    width_ = width_of(page);
  }
  void no_warning_updated_behind(int page, const CancellationToken &token) {
    const int width = width_of(page);
    if (token.isCanceled())
      return;
    page_ = page;
    width_ = width;
  }
};
int warns_no_parameter(int item) {
  return load(item); // expected-warning {{has an overload that takes a cancellation token, but 'warns_no_parameter' has none to pass on}}
}
// A child that somebody else may cancel, too.
void arm(mongo::CancellationSource &timer);
int warns_outer(const CancellationToken &token) {
  mongo::CancellationSource timed(token);
  arm(timed);
  return fetch(1, token); // expected-warning {{'fetch' gets 'token', but 'timed' is narrower; pass 'timed.token()'}}
  // CHECK-FIXES: return fetch(1, timed.token());
}
int no_warning_child_passed(const CancellationToken &token) {
  mongo::CancellationSource timed(token);
  arm(timed);
  return fetch(1, timed.token());
}
// The context of an operation says it with a status, too.
void warns_status_behind_commit(OperationContext *opCtx) {
  book(1);
  if (!opCtx->checkForInterruptNoAssert().isOK()) // expected-warning {{'opCtx' can still be cancelled here}}
    return;
  work(1);
}
void warns_status_dropped(OperationContext *opCtx) {
  opCtx->checkForInterruptNoAssert(); // expected-warning {{is dropped; return it when it is not ok}}
  work(1);
}
void warns_status_stale(OperationContext *opCtx) {
  const bool ok = opCtx->checkForInterruptNoAssert().isOK();
  while (ok) // expected-warning {{loop tests 'ok', which was asked once}}
    work(1);
}
// It belongs to one operation on one thread.
void no_warning_endless_thread(OperationContext *opCtx) {
  opCtx->checkForInterrupt();
  std::thread([] {
    while (true)
      work(1);
  }).detach();
}
// Thrown by hand.
void throw_if_canceled(const CancellationToken &token) {
  if (token.isCanceled())
    throw std::runtime_error("canceled");
}
void warns_swallowed(const CancellationToken &token) {
  while (again()) {
    try {
      throw_if_canceled(token);
      work(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'token', and the loop goes on}}
    }
  }
}
void no_warning_rethrown(const CancellationToken &token) {
  while (again()) {
    try {
      throw_if_canceled(token);
      work(1);
    } catch (const std::exception &) {
      throw;
    }
  }
}
void warns_pause_of_operation(OperationContext *opCtx) {
  opCtx->checkForInterrupt();
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'opCtx'}}
}
void warns_between(int item, const CancellationToken &token, int tries) { // expected-warning {{'mongo' has it}}
  if (!token.isCanceled())
    work(item + tries);
}
