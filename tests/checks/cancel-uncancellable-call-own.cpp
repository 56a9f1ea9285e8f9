// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-uncancellable-call --no-fix -- -std=c++20
// Helpers that wait for what the function's own work does.
#include <functional>
#include <future>
#include <latch>
#include <stop_token>

struct Pool {
  void submit(std::function<void()> job);
};
int fetch(int number, std::stop_token stop);
static void wait_ready(std::latch &done) { done.wait(); }

void no_warning_own_work(Pool &pool, std::stop_token stop) {
  std::latch done(1);
  pool.submit([&done, stop] {
    fetch(1, stop);
    done.count_down();
  });
  wait_ready(done);
}
void warns_other_work(Pool &pool, std::stop_token stop) {
  std::latch done(1), other(1);
  pool.submit([&done, stop] {
    fetch(1, stop);
    done.count_down();
  });
  wait_ready(other); // expected-warning {{'wait_ready' cannot be cancelled through 'stop'}}
}
