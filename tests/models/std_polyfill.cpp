// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++17 -I%S/Inputs
//
// Family std before C++20: the same names, home-made.
#include "std_polyfill.h"
#include <chrono>

void work(int item);
bool again();
int fetch(int item, std::stop_token stop = std::stop_token());
void start(std::stop_token stop);

void warns_loop(std::stop_token stop) {
  start(stop);
  while (again()) // expected-warning {{loop never looks at 'stop'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(std::stop_token stop) {
  while (!stop.stop_requested())
    work(1);
}
void warns_thread() {
  std::jthread worker([](std::stop_token stop) {
    start(stop);
    fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'stop' is not passed on}}
    // CHECK-FIXES: fetch(1, stop);
  });
}
int no_warning_passed(std::stop_token stop) { return fetch(1, stop); }
int warns_only_default_token(std::stop_token stop) {
  start(stop);
  return fetch(1, std::stop_token()); // expected-warning {{is given a token that never cancels, but 'stop' is in reach}}
  // CHECK-FIXES: return fetch(1, stop);
}
void no_warning_source(std::stop_source &source) {
  fetch(1, source.get_token());
}
void no_warning_registration(std::stop_token stop, void (*close)()) {
  std::stop_callback<std::function<void()>> callback(stop, [=] { close(); });
  while (again())
    work(1);
}
void warns_unused(std::stop_token stop, int item) { // expected-warning {{parameter 'stop' is never used}}
  work(item);
}
// What waits, takes the token: a helper of the program is no wait of ours.
void no_warning_helper(std::stop_token stop, std::condition_variable_any &ready,
                       std::mutex &mutex, std::function<bool()> full) {
  while (again()) {
    std::unique_lock<std::mutex> lock(mutex);
    app::wait(ready, lock, stop, full);
    app::wait_for(stop, std::chrono::milliseconds(5));
  }
}
void warns_wait(std::stop_token stop, std::condition_variable_any &ready,
                std::mutex &mutex, bool &full) {
  start(stop);
  std::unique_lock<std::mutex> lock(mutex);
  ready.wait(lock, [&] { return full; }); // expected-warning {{'wait' waits, and cancelling 'stop' cannot interrupt it}}
}

// What is held by hand.
void warns_leak(std::stop_token stop) {
  int *held = new int(1);
  while (again()) {
    if (stop.stop_requested()) // expected-warning {{'held' is not deleted when 'stop' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (stop.stop_requested()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(std::stop_token stop) {
  int *held = new int(1);
  while (again())
    if (stop.stop_requested())
      break;
  delete held;
}
