// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "here.h"
#include <chrono>
#include <thread>

using olp::client::CancellationContext;
using olp::client::CancellationToken;
void work(int item);
bool again();
int fetch(int item, CancellationContext context = {});
int load(int item);
int load(int item, const CancellationContext &context);
int close(int item);
int close(int item, CancellationToken token);
void start(const CancellationContext &context);

void warns_loop(CancellationContext context) {
  start(context);
  while (again()) // expected-warning {{loop never looks at 'context'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (context.IsCancelled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(const CancellationContext &context) {
  while (!context.IsCancelled())
    work(1);
}
int warns_default(CancellationContext context) {
  start(context);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'context' is not passed on}}
  // CHECK-FIXES: return fetch(1, context);
}
int warns_overload(const CancellationContext &context) {
  start(context);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, context);
}
int no_warning_passed(CancellationContext context, const olp::client::OlpClient &client) { // expected-warning {{'here' has it last}}
  client.CallApi("/", context);
  return fetch(1, context) + load(2, context);
}
int warns_only_default_token(CancellationContext context) {
  start(context);
  return fetch(1, CancellationContext()) + fetch(2, {}); // expected-warning 2 {{is given a token that never cancels, but 'context' is in reach}}
  // CHECK-FIXES: return fetch(1, context) + fetch(2, context);
}
int no_warning_own_context() {
  CancellationContext mine;
  return fetch(1, mine) + load(2);
}
// What a caller cancels with: neither asked nor passed on.
void no_warning_canceller(CancellationToken token, int item) {
  while (again())
    work(item);
  close(1);
}
void no_warning_cancels(CancellationContext &context) { context.CancelOperation(); }
void no_warning_registration(CancellationContext context, olp::client::Condition &done, // expected-warning {{'here' has it last}}
                             const olp::client::OlpClient &client) {
  context.ExecuteOrCancelled(
      [&] { return client.CallApi("/", [&](auto) { done.Notify(); }); },
      [&] { done.Notify(); });
  while (again())
    done.Wait(std::chrono::seconds(5));
}
void warns_unused(CancellationContext context, int item) { // expected-warning {{parameter 'context' is never used}} expected-warning {{'here' has it last}}
  work(item);
}
void warns_sleep(const CancellationContext &context) {
  start(context);
  std::this_thread::sleep_for(std::chrono::seconds(5)); // expected-warning {{'sleep_for' waits, and cancelling 'context' cannot interrupt it}}
}

// What is held by hand.
void warns_leak(const CancellationContext &context) {
  int *held = new int(1);
  while (again()) {
    if (context.IsCancelled()) // expected-warning {{'held' is not deleted when 'context' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (context.IsCancelled()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(const CancellationContext &context) {
  int *held = new int(1);
  while (again())
    if (context.IsCancelled())
      break;
  delete held;
}

// Answers.
void warns_answer_dropped(const CancellationContext &context) {
  context.IsCancelled(); // expected-warning {{is dropped}}
  work(1);
}

bool warns_condition(const CancellationContext &context, olp::client::Condition &done) {
  start(context);
  return done.Wait(std::chrono::seconds(60)); // expected-warning {{'Wait' waits}}
}
bool no_warning_condition(const CancellationContext &context, olp::client::Condition &done) {
  while (!done.Wait(std::chrono::milliseconds(100)))
    if (context.IsCancelled())
      return false;
  return true;
}
