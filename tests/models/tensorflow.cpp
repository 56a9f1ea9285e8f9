// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "tensorflow.h"
#include <chrono>
#include <thread>

using tensorflow::CancellationManager;
using tensorflow::CancellationToken;
void work(int item);
bool again();
int fetch(int item, CancellationManager *manager = nullptr);
int load(int item);
int load(int item, CancellationManager *manager);
int close(int item);
int close(int item, CancellationToken token);
void start(CancellationManager *manager);

// The pointer may be null: the fix guards it.
void warns_loop(CancellationManager *manager) {
  start(manager);
  while (again()) // expected-warning {{loop never looks at 'manager'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (manager && manager->IsCancelled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(CancellationManager *manager) {
  while (!manager->IsCancelled())
    work(1);
}
void no_warning_guarded(CancellationManager *manager) {
  while (again()) {
    if (manager != nullptr && manager->IsCancelled())
      return;
    work(1);
  }
}
void no_warning_cancelling(CancellationManager *manager) {
  while (!manager->IsCancelling())
    work(1);
}
void warns_carrier(tensorflow::OpKernelContext *context) {
  while (again()) // expected-warning {{loop never looks at 'context->cancellation_manager()'; 'sleep_for' may wait in each round}}
    std::this_thread::sleep_for(std::chrono::seconds(2)); // expected-warning {{'sleep_for' waits}}
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (context->cancellation_manager() && context->cancellation_manager()->IsCancelled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_carrier(tensorflow::OpKernelContext *context) {
  while (!context->cancellation_manager()->IsCancelled())
    work(1);
}

int warns_default(CancellationManager *manager) {
  start(manager);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'manager' is not passed on}}
  // CHECK-FIXES: return fetch(1, manager);
}
int warns_overload(CancellationManager *manager) {
  start(manager);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, manager);
}
int no_warning_passed(CancellationManager *manager) {
  return fetch(1, manager) + load(2, manager);
}
int warns_only_default_token(CancellationManager *manager) {
  start(manager);
  return fetch(1, nullptr); // expected-warning {{is given a token that never cancels, but 'manager' is in reach}}
  // CHECK-FIXES: return fetch(1, manager);
}
// A number: neither polled, nor passed on, nor missed.
void no_warning_number(CancellationToken token, int item) {
  while (again())
    work(item);
  close(1);
}
void no_warning_deregister(CancellationManager &manager, CancellationToken token) {
  manager.DeregisterCallback(token);
}
int no_warning_own_manager() {
  CancellationManager mine;
  return fetch(1, &mine) + load(2);
}
int no_warning_child(CancellationManager *manager) {
  CancellationManager child(manager);
  return fetch(1, &child);
}
void no_warning_registration(CancellationManager *manager, void (*stop)()) {
  CancellationToken token = manager->get_cancellation_token();
  if (!manager->RegisterCallback(token, [=] { stop(); }))
    return;
  while (again())
    work(1);
  manager->DeregisterCallback(token);
}
void warns_unused(CancellationManager *manager, int item) { // expected-warning {{parameter 'manager' is never used}}
  work(item);
}
void warns_wait(CancellationManager *manager, std::thread &thread) {
  start(manager);
  thread.join(); // expected-warning {{'join' waits, and cancelling 'manager' cannot interrupt it}}
}

// --- sources
int warns_fresh(CancellationManager *manager) {
  start(manager);
  CancellationManager mine; // expected-warning {{cancelling 'manager' does not reach 'fetch'}}
  return fetch(1, &mine);
}

// What is held by hand.
void warns_leak(CancellationManager *manager) {
  int *held = new int(1);
  while (again()) {
    if (manager->IsCancelled()) // expected-warning {{'held' is not deleted when 'manager' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (manager->IsCancelled()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(CancellationManager *manager) {
  int *held = new int(1);
  while (again())
    if (manager->IsCancelled())
      break;
  delete held;
}

// A registration is a number.
void no_warning_registration(CancellationManager *manager) {
  manager->RegisterCallback(1, [] { work(0); });
  work(1);
}
void warns_answer_dropped(CancellationManager *manager) {
  manager->IsCancelled(); // expected-warning {{is dropped}}
  work(1);
}
