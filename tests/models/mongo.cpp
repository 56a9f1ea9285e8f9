// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "mongo.h"
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
