// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "arrow.h"
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

using arrow::Status;
using arrow::StopToken;
Status work(int item);
bool again();
Status fetch(int item, StopToken token = StopToken::Unstoppable());
Status load(int item);
Status load(int item, const StopToken &token);
void start(const StopToken &token);
void log_warning(const char *text);

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

// What failed because of the cancellation is tried again.
Status warns_retry(const StopToken &token) {
  Status last;
  for (int tries = 0; tries < 100; ++tries) {
    Status status = load(tries, token); // expected-warning@:21 {{the loop goes on when 'load' fails because 'token' is cancelled; leave it on 'IsCancelled()'}}
    if (status.ok())
      return status;
  }
  return last;
}
Status warns_retry_assigned(const StopToken &token) {
  Status status;
  do {
    status = fetch(1, token); // expected-warning {{the loop goes on when 'fetch' fails}}
  } while (!status.ok() && again());
  return status;
}
void warns_each_item(const std::vector<int> &items, const StopToken &token) {
  for (int item : items)
    if (!load(item, token).ok()) // expected-warning {{the loop goes on when 'load' fails}}
      log_warning("failed");
}
Status no_warning_retry(const StopToken &token) {
  for (int tries = 0; tries < 100; ++tries) {
    Status status = load(tries, token);
    if (status.ok() || status.IsCancelled())
      return status;
  }
  return Status::OK();
}
Status no_warning_retry_by_kind(const StopToken &token, bool (*passes)(const Status &)) {
  while (again()) {
    Status status = load(1, token);
    if (status.ok() || !passes(status))
      return status;
  }
  return Status::OK();
}
Status no_warning_retry_polls(const StopToken &token) {
  while (!token.IsStopRequested()) {
    Status status = load(1, token);
    if (status.ok())
      return status;
  }
  return Status::OK();
}
Status no_warning_first_failure(const std::vector<int> &items, const StopToken &token) {
  for (int item : items) {
    Status status = load(item, token);
    if (!status.ok())
      return status;
  }
  return Status::OK();
}
Status no_warning_all_statuses(const std::vector<int> &items, const StopToken &token,
                               std::vector<Status> &statuses) {
  for (int item : items) {
    Status status = load(item, token);
    if (!status.ok())
      statuses.push_back(status);
  }
  return Status::OK();
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
Status warns_only_default_token(const StopToken &token) {
  start(token);
  RETURN_NOT_OK(fetch(1, StopToken::Unstoppable())); // expected-warning {{is given a token that never cancels, but 'token' is in reach}}
  return fetch(1, StopToken()); // expected-warning {{is given a token that never cancels, but 'token' is in reach}}
  // CHECK-FIXES: return fetch(1, token);
}
Status no_warning_none_variable() {
  StopToken none = StopToken::Unstoppable();
  return fetch(none.IsStopRequested());
}
Status warns_own_source_is_lost() {
  arrow::StopSource source; // expected-warning {{nobody can ever request 'source'}}
  return fetch(1, source.token());
}
Status no_warning_context_handed_on(const arrow::io::IOContext &context) {
  while (again()) {
    auto group = arrow::internal::TaskGroup::MakeThreaded(nullptr, context.stop_token());
    RETURN_NOT_OK(group->Finish());
  }
  return Status::OK();
}
Status warns_unused(StopToken token, int item) { // expected-warning {{parameter 'token' is never used}} expected-warning {{'arrow' has it last}}
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

// --- sources
Status warns_fresh(const StopToken &token) {
  start(token);
  arrow::StopSource source; // expected-warning {{cancelling 'token' does not reach 'fetch'}}
  return fetch(1, source.token());
}

// What is held by hand.
void warns_leak(const StopToken &token) {
  int *held = new int(1);
  while (again()) {
    if (token.IsStopRequested()) // expected-warning {{'held' is not deleted when 'token' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (token.IsStopRequested()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(const StopToken &token) {
  int *held = new int(1);
  while (again())
    if (token.IsStopRequested())
      break;
  delete held;
}
Status warns_leak_status(const StopToken &token) {
  int *held = new int(1);
  ARROW_RETURN_NOT_OK(token.Poll()); // expected-warning {{'held' is not deleted when 'token' is cancelled here: 'delete' is skipped}}
  delete held;
  return Status::OK();
}

// Answers and statuses.
void warns_answer_dropped(const StopToken &token) {
  token.IsStopRequested(); // expected-warning {{is dropped; leave when it is true}}
}
Status warns_poll_dropped(const StopToken &token) {
  token.Poll(); // expected-warning {{the answer of 'token.Poll()' is dropped; return it when it is not ok}}
  return work(1);
}
Status warns_status_unread(const StopToken &token) {
  Status polled = token.Poll(); // expected-warning {{nothing reads 'polled'}}
  return work(1);
}
Status no_warning_poll_used(const StopToken &token) {
  RETURN_NOT_OK(token.Poll());
  (void)token.Poll();
  Status polled = token.Poll();
  return polled.ok() ? work(1) : polled;
}
Status warns_first(const StopToken &token, int item) { // expected-warning {{'arrow' has it last}}
  RETURN_NOT_OK(token.Poll());
  return work(item);
}

// --- life

auto warns_dangling(arrow::StopToken token) {
  return [&token] { return token.IsStopRequested(); }; // expected-warning {{'token' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [token] { return token.IsStopRequested(); };
}
auto no_warning_copied(arrow::StopToken token) {
  return [token] { return token.IsStopRequested(); };
}

// --- behind a point of no return
[[clang::annotate("cancel::point_of_no_return")]] Status publish(int item);
Status warns_poll_behind(const StopToken &token) {
  RETURN_NOT_OK(publish(1));
  RETURN_NOT_OK(token.Poll()); // expected-warning {{'token' can still be cancelled here, behind the point of no return 'publish'; look before it, or not at all}}
  return work(1);
}
Status warns_poll_behind_kept(const StopToken &token) {
  RETURN_NOT_OK(publish(1));
  Status stopped = token.Poll(); // expected-warning {{'token' can still be cancelled here}}
  if (!stopped.ok())
    return stopped;
  return work(1);
}
Status warns_poll_returned(const StopToken &token) {
  RETURN_NOT_OK(publish(1));
  return token.Poll(); // expected-warning {{'token' can still be cancelled here}}
}
Status warns_renamed(const std::string &name, const StopToken &token) {
  const std::string temporary = name + ".tmp";
  RETURN_NOT_OK(work(1));
  std::rename(temporary.c_str(), name.c_str());
  RETURN_NOT_OK(token.Poll()); // expected-warning {{behind the point of no return 'rename'}}
  return Status::OK();
}
Status warns_renamed_told(const std::string &name, const StopToken &token) {
  const std::string temporary = name + ".tmp";
  std::rename(temporary.c_str(), name.c_str());
  if (token.IsStopRequested()) // expected-warning {{behind the point of no return 'rename'}}
    return Status::Cancelled("stopped");
  return Status::OK();
}
Status no_warning_poll_before(const StopToken &token) {
  RETURN_NOT_OK(token.Poll());
  return publish(1);
}
// What is returned is good, or another status.
Status no_warning_renamed_good(const std::string &name, const StopToken &token) {
  const std::string temporary = name + ".tmp";
  std::rename(temporary.c_str(), name.c_str());
  if (!token.Poll().ok())
    return Status::OK();
  return Status::OK();
}
Status no_warning_other_status(const StopToken &token) {
  Status status = token.Poll();
  if (status.ok())
    status = publish(1);
  if (!status.ok())
    return status;
  return work(1);
}
Status no_warning_end_of_round(const StopToken &token) {
  while (again()) {
    RETURN_NOT_OK(publish(1));
    RETURN_NOT_OK(token.Poll());
  }
  return Status::OK();
}
Status warns_middle_of_round(const StopToken &token) {
  while (again()) {
    RETURN_NOT_OK(publish(1));
    RETURN_NOT_OK(token.Poll()); // expected-warning {{'token' can still be cancelled here}}
    RETURN_NOT_OK(work(1));
  }
  return Status::OK();
}

// --- the rest of the catalogue
void warns_stale(const StopToken &token) {
  const bool stopped = token.IsStopRequested();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    (void)work(1);
  // CHECK-FIXES: while (!token.IsStopRequested())
}
void no_warning_asked_again(const StopToken &token) {
  bool stopped = false;
  while (!stopped) {
    (void)work(1);
    stopped = token.IsStopRequested();
  }
}
static void pause_a_while() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
static void pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
void warns_pause(const StopToken &token) {
  start(token);
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'token': it waits in 'sleep_for'}}
}
void no_warning_short_pause(const StopToken &token) {
  start(token);
  pause_shortly();
}
void warns_endless_thread(const StopToken &token) {
  start(token);
  std::thread([] { // expected-warning {{work that 'thread' starts never sees 'token', and is an endless loop}}
    while (true)
      (void)work(1);
  }).detach();
}
void warns_each_pixel(int (&image)[480][640], const StopToken &token) {
  for (auto &row : image)
    for (int &pixel : row) {
      if (token.IsStopRequested()) // expected-warning {{'token' is asked in each round of a loop that only calculates}}
        return;
      pixel *= 2;
    }
}
void no_warning_each_row(int (&image)[480][640], const StopToken &token) {
  for (auto &row : image) {
    if (token.IsStopRequested())
      return;
    for (int &pixel : row)
      pixel *= 2;
  }
}
int width_of(int page);
struct Table {
  int page_ = 0, width_ = 0;
  void warns_half_updated(int page, const StopToken &token) {
    page_ = page;
    if (token.IsStopRequested()) // expected-warning {{cancelling 'token' here leaves the object half updated: 'page_' is new, 'width_' is not}}
      return;
    width_ = width_of(page);
  }
  void no_warning_updated_behind(int page, const StopToken &token) {
    const int width = width_of(page);
    if (token.IsStopRequested())
      return;
    page_ = page;
    width_ = width;
  }
};
Status warns_no_parameter(int item) {
  return load(item); // expected-warning {{has an overload that takes a cancellation token, but 'warns_no_parameter' has none to pass on}}
}
// ... and with the poll that gives a Status.
void warns_stale_status(const StopToken &token) {
  const bool ok = token.Poll().ok();
  while (ok) // expected-warning {{loop tests 'ok', which was asked once}}
    (void)work(1);
}
Status warns_pause_behind_status(const StopToken &token) {
  RETURN_NOT_OK(token.Poll());
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'token': it waits in 'sleep_for'}}
  return Status::OK();
}
Status warns_endless_thread_of_carrier(const arrow::io::IOContext &context) {
  RETURN_NOT_OK(context.stop_token().Poll());
  std::thread([] { // expected-warning {{work that 'thread' starts never sees 'context.stop_token()', and is an endless loop}}
    while (true)
      (void)work(1);
  }).detach();
  return Status::OK();
}
struct Sheet {
  int page_ = 0, width_ = 0;
  Status warns_half_updated(int page, const StopToken &token) {
    page_ = page;
    RETURN_NOT_OK(token.Poll()); // expected-warning {{'page_' is new, 'width_' is not}}
    width_ = width_of(page);
    return Status::OK();
  }
  Status no_warning_updated_behind(int page, const StopToken &token) {
    const int width = width_of(page);
    RETURN_NOT_OK(token.Poll());
    page_ = page;
    width_ = width;
    return Status::OK();
  }
};
