// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: llvm-22
// RUN: %check %s cancel-check-in-loop,cancel-uninterruptible-wait -- -std=c++23
//
// `if consteval` has no condition. LLVM 19 makes no graph of it.
#include <stop_token>
#include <sys/socket.h>
void upload(int item);
constexpr void no_warning_consteval(std::stop_token stop, int n) {
  if !consteval {
    upload(n);
  }
}
void warns_beside(std::stop_token stop, int n) {
  for (int i = 0; i < n; ++i) { // expected-warning {{loop never looks at 'stop'}}
    if consteval {
      --n;
    }
    upload(i);
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
}
void warns_in_branch(std::stop_token stop, int n, int socket, char *to) {
  for (int i = 0; i < n; ++i) { // expected-warning {{'recv' may wait in each round}}
    if !consteval {
      recv(socket, to, 1, 0); // expected-warning {{'recv' waits}}
    }
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
}
