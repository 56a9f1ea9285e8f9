// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-unused-token -- -std=c++20
// Signatures that a base or a customisation point dictates.
#include <stop_token>

void work(int number);
template <class Derived> struct Runner {
  void run(int number, std::stop_token stop) {
    static_cast<Derived *>(this)->do_run(number, stop);
  }
};
struct Quick : Runner<Quick> {
  void do_run(int number, std::stop_token stop) {
    work(number);
    work(number + 1);
  }
  void other(int number, std::stop_token stop) { // expected-warning {{parameter 'stop' is never used; 'other' cannot be cancelled}}
    work(number);
    work(number + 1);
  }
};
struct Receiver {
  friend void tag_invoke(int, Receiver &&, std::stop_token stop) noexcept {
    work(1);
    work(2);
  }
};
