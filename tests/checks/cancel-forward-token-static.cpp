// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-forward-token -- -std=c++20
// What is made once for all callers does not get the first one's token.
#include <stop_token>

class Repository {
public:
  explicit Repository(std::stop_token stop = {});
  int load(int number);
};
int no_warning_static(std::stop_token stop) {
  static Repository shared;
  return stop.stop_requested() ? 0 : shared.load(1);
}
int no_warning_static_pointer(std::stop_token stop) {
  static auto *shared = new Repository;
  return stop.stop_requested() ? 0 : shared->load(1);
}
int no_warning_thread_local(std::stop_token stop) {
  thread_local Repository shared;
  return stop.stop_requested() ? 0 : shared.load(1);
}
int warns_local(std::stop_token stop) {
  Repository own; // expected-warning {{'Repository' takes a cancellation token, but 'stop' is not passed on}}
  // CHECK-FIXES: Repository own(stop);
  return stop.stop_requested() ? 0 : own.load(1);
}
