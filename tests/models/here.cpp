// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "here.h"
#include <chrono>
#include <exception>
#include <stdexcept>
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

// --- the rest of the catalogue
void warns_stale(const CancellationContext &context) {
  const bool stopped = context.IsCancelled();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!context.IsCancelled())
}
void no_warning_asked_again(const CancellationContext &context) {
  bool stopped = false;
  while (!stopped) {
    work(1);
    stopped = context.IsCancelled();
  }
}
[[clang::annotate("cancel::point_of_no_return")]] void book(int item);
bool warns_poll_behind_commit(const CancellationContext &context) {
  book(1);
  if (context.IsCancelled()) // expected-warning {{'context' can still be cancelled here, behind the point of no return 'book'}}
    return false;
  work(1);
  return true;
}
int warns_given_behind_commit(const CancellationContext &context) {
  start(context);
  book(1);
  return load(1, context); // expected-warning {{is given 'context' behind the point of no return 'book'}}
  // CHECK-FIXES: return load(1, olp::client::CancellationContext());
}
void no_warning_before_commit(const CancellationContext &context) {
  if (context.IsCancelled())
    return;
  book(1);
}
static void pause_a_while() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
static void pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
void warns_pause(const CancellationContext &context) {
  start(context);
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'context': it waits in 'sleep_for'}}
}
void no_warning_short_pause(const CancellationContext &context) {
  start(context);
  pause_shortly();
}
void warns_endless_thread(const CancellationContext &context) {
  start(context);
  std::thread([] { // expected-warning {{work that 'thread' starts never sees 'context', and is an endless loop}}
    while (true)
      work(1);
  }).detach();
}
void warns_each_pixel(int (&image)[480][640], const CancellationContext &context) {
  for (auto &row : image)
    for (int &pixel : row) {
      if (context.IsCancelled()) // expected-warning {{'context' is asked in each round of a loop that only calculates}}
        return;
      pixel *= 2;
    }
}
void no_warning_each_row(int (&image)[480][640], const CancellationContext &context) {
  for (auto &row : image) {
    if (context.IsCancelled())
      return;
    for (int &pixel : row)
      pixel *= 2;
  }
}
int width_of(int page);
struct Table {
  int page_ = 0, width_ = 0;
  void warns_half_updated(int page, const CancellationContext &context) {
    page_ = page;
    if (context.IsCancelled()) // expected-warning {{cancelling 'context' here leaves the object half updated: 'page_' is new, 'width_' is not}}
      return;
    width_ = width_of(page);
  }
  void no_warning_updated_behind(int page, const CancellationContext &context) {
    const int width = width_of(page);
    if (context.IsCancelled())
      return;
    page_ = page;
    width_ = width;
  }
};
int warns_no_parameter(int item) {
  return load(item); // expected-warning {{has an overload that takes a cancellation token, but 'warns_no_parameter' has none to pass on}}
}
auto warns_dangling(CancellationContext context) {
  return [&context] { return context.IsCancelled(); }; // expected-warning {{'context' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [context] { return context.IsCancelled(); };
}
auto no_warning_copied(CancellationContext context) {
  return [context] { return context.IsCancelled(); };
}
// Thrown by hand.
void throw_if_cancelled(const CancellationContext &context) {
  if (context.IsCancelled())
    throw std::runtime_error("cancelled");
}
void warns_swallowed(const CancellationContext &context) {
  while (again()) {
    try {
      throw_if_cancelled(context);
      work(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'context', and the loop goes on}}
    }
  }
}
void no_warning_rethrown(const CancellationContext &context) {
  while (again()) {
    try {
      throw_if_cancelled(context);
      work(1);
    } catch (const std::exception &) {
      throw;
    }
  }
}
