// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "arrow.h"
#include <thread>

using arrow::Status;
using arrow::StopToken;
Status work(int item);
bool again();
Status fetch(int item, StopToken token = StopToken::Unstoppable());
Status load(int item);
Status load(int item, const StopToken &token);
void start(const StopToken &token);

Status warns_loop(const StopToken &token) {
  start(token);
  while (again()) { // expected-warning {{loop never looks at 'token'}}
    // CHECK-FIXES: if (token.IsStopRequested())
    // CHECK-FIXES-NEXT: break;
    RETURN_NOT_OK(work(1));
  }
  return Status::OK();
}
Status no_warning_poll(const StopToken &token) {
  while (!token.IsStopRequested())
    RETURN_NOT_OK(work(1));
  return Status::OK();
}
// The poll that gives a Status.
Status no_warning_status(const StopToken &token) {
  while (again()) {
    ARROW_RETURN_NOT_OK(token.Poll());
    RETURN_NOT_OK(work(1));
  }
  return Status::OK();
}
Status no_warning_status_variable(const StopToken &token) {
  while (again()) {
    Status stopped = token.Poll();
    if (!stopped.ok())
      return stopped;
    RETURN_NOT_OK(work(1));
  }
  return Status::OK();
}
Status no_warning_status_of_carrier(const arrow::io::IOContext &context) {
  while (again()) {
    RETURN_NOT_OK(context.stop_token().Poll());
    RETURN_NOT_OK(work(1));
  }
  return Status::OK();
}
void warns_status_dropped(const StopToken &token) {
  while (again()) { // expected-warning {{loop never looks at 'token'}}
    // CHECK-FIXES: if (token.IsStopRequested())
    // CHECK-FIXES-NEXT: return;
    (void)token.Poll();
    (void)work(1);
  }
}

Status warns_default(const StopToken &token) {
  start(token);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return fetch(1, token);
}
Status warns_overload(const StopToken &token) {
  start(token);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, token);
}
Status warns_carrier(const arrow::io::IOContext &context) {
  return fetch(1); // expected-warning {{'context.stop_token()' is not passed on}}
  // CHECK-FIXES: return fetch(1, context.stop_token());
}
Status warns_group(const arrow::io::IOContext &context) {
  auto group = arrow::internal::TaskGroup::MakeSerial(); // expected-warning {{'MakeSerial' takes a cancellation token}}
  // CHECK-FIXES: auto group = arrow::internal::TaskGroup::MakeSerial(context.stop_token());
  return group->Finish();
}
Status warns_spawn(arrow::internal::Executor &executor, StopToken token) {
  start(token);
  return executor.Spawn([] {}); // expected-warning {{'Spawn' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return executor.Spawn([] {}, token);
}
arrow::io::IOContext warns_context(StopToken token) {
  start(token);
  return arrow::io::IOContext(arrow::default_memory_pool()); // expected-warning {{'IOContext' takes a cancellation token}}
  // CHECK-FIXES: return arrow::io::IOContext(arrow::default_memory_pool(), token);
}
Status no_warning_passed(const StopToken &token, arrow::internal::Executor &executor) {
  RETURN_NOT_OK(executor.Spawn([] {}, token));
  RETURN_NOT_OK(load(1, token));
  return fetch(1, token);
}
Status no_warning_none(const StopToken &token) {
  start(token);
  RETURN_NOT_OK(fetch(1, StopToken::Unstoppable()));
  return fetch(1, StopToken());
}
Status no_warning_none_variable() {
  StopToken none = StopToken::Unstoppable();
  return fetch(none.IsStopRequested());
}
Status no_warning_own_source() {
  arrow::StopSource source;
  return fetch(1, source.token());
}
Status no_warning_context_handed_on(const arrow::io::IOContext &context) {
  while (again()) {
    auto group = arrow::internal::TaskGroup::MakeThreaded(nullptr, context.stop_token());
    RETURN_NOT_OK(group->Finish());
  }
  return Status::OK();
}
Status warns_unused(StopToken token, int item) { // expected-warning {{parameter 'token' is never used}}
  RETURN_NOT_OK(work(item));
  return Status::OK();
}
struct Reader {
  virtual ~Reader() = default;
  virtual Status Read(int item, StopToken token);
};
struct FromMemory : Reader {
  Status Read(int item, StopToken) override { return work(item); }
};
void warns_sleep(const StopToken &token) {
  start(token);
  std::this_thread::sleep_for(std::chrono::seconds(5)); // expected-warning {{'sleep_for' waits}}
}

// Answers and statuses.
void warns_answer_dropped(const StopToken &token) {
  token.IsStopRequested(); // expected-warning {{is dropped; leave when it is true}}
}
Status warns_status_dropped(const StopToken &token) {
  token.Poll(); // expected-warning {{the answer of 'token.Poll()' is dropped; return it when it is not ok}}
  return work(1);
}
Status warns_status_unread(const StopToken &token) {
  Status polled = token.Poll(); // expected-warning {{nothing reads 'polled'}}
  return work(1);
}
Status no_warning_status(const StopToken &token) {
  RETURN_NOT_OK(token.Poll());
  (void)token.Poll();
  Status polled = token.Poll();
  return polled.ok() ? work(1) : polled;
}
Status warns_first(const StopToken &token, int item) { // expected-warning {{'arrow' has it last}}
  RETURN_NOT_OK(token.Poll());
  return work(item);
}
