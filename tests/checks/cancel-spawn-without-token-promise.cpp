// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-spawn-without-token --no-fix -- -std=c++20
// Threads that a promise tells to end.
#include <chrono>
#include <future>
#include <stop_token>
#include <thread>

using namespace std::chrono_literals;
void work(int number);

void no_warning_fulfilled(std::stop_token stop) {
  std::promise<void> quit;
  auto ended = quit.get_future().share();
  std::thread thread([ended] {
    while (ended.wait_for(50ms) == std::future_status::timeout)
      work(1);
  });
  while (!stop.stop_requested())
    work(2);
  quit.set_value();
  thread.join();
}
void warns_never_fulfilled(std::stop_token stop) {
  std::promise<void> quit;
  auto ended = quit.get_future().share();
  std::thread thread([ended] { // expected-warning {{work that 'thread' starts never sees 'stop'}}
    while (ended.wait_for(50ms) == std::future_status::timeout)
      work(1);
  });
  while (!stop.stop_requested())
    work(2);
  thread.join();
}
