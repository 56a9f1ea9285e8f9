// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "azure.h"
#include <chrono>
#include <thread>

using Azure::Core::Context;
using Azure::Storage::BlobClient;
void work(int item);
bool again();
int load(int item);
int load(int item, const Context &context);
void start(const Context &context);
const Context::Key TraceKey;

void warns_loop(const Context &context) {
  start(context);
  while (again()) // expected-warning {{loop never looks at 'context'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: context.ThrowIfCancelled();
  // CHECK-FIXES-NEXT: work(1);
  // CHECK-FIXES: }
}
void warns_noexcept_loop(const Context &context) noexcept {
  start(context);
  while (again()) // expected-warning {{loop never looks at 'context'}}
    work(2);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (context.IsCancelled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(const Context &context) {
  while (!context.IsCancelled())
    work(1);
}
void no_warning_throws(const Context &context) {
  while (again()) {
    context.ThrowIfCancelled();
    work(1);
  }
}
void warns_swallowed(const Context &context) {
  while (again()) {
    try {
      context.ThrowIfCancelled();
      work(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'context', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const Azure::Core::OperationCancelledException &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
int warns_retried(const BlobClient &client, const Context &context) {
  for (int tries = 0; tries < 3; ++tries) {
    try {
      return client.GetProperties(context);
    } catch (const std::runtime_error &) { // expected-warning {{swallows the cancellation of 'context', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const Azure::Core::OperationCancelledException &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::runtime_error &) {
  }
  return -1;
}
// A try that took too long may be made once more.
int no_warning_deadline_of_a_try(const BlobClient &client, const Context &context, // expected-warning {{'azure' has it last}}
                                 const Azure::DateTime &soon) {
  for (int tries = 0; tries < 3; ++tries) {
    try {
      return client.GetProperties(context.WithDeadline(soon));
    } catch (const std::runtime_error &) {
    }
  }
  return -1;
}

int warns_default(const BlobClient &client, const Context &context) {
  start(context);
  return client.GetProperties(); // expected-warning {{'GetProperties' takes a cancellation token, but 'context' is not passed on}}
  // CHECK-FIXES: return client.GetProperties(context);
}
int warns_behind_options(const BlobClient &client, const Context &context) {
  start(context);
  return client.DownloadTo("file"); // expected-warning {{'DownloadTo' takes a cancellation token, but 'context' is not passed on}}
  // CHECK-FIXES: return client.DownloadTo("file", {}, context);
}
int warns_overload(const Context &context) {
  start(context);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, context);
}
int no_warning_passed(const BlobClient &client, const Context &context) {
  return client.DownloadTo("file", {}, context) + load(1, context);
}
int warns_only_default_token(const BlobClient &client, const Context &context) {
  start(context);
  work(client.GetProperties(Context()) + client.GetProperties(Context{})); // expected-warning 2 {{is given a token that never cancels, but 'context' is in reach}}
  // CHECK-FIXES: work(client.GetProperties(context) + client.GetProperties(context));
  return client.GetProperties({}); // expected-warning {{is given a token that never cancels, but 'context' is in reach}}
  // CHECK-FIXES: return client.GetProperties(context);
}
// Children stay linked; a fresh context that only adds a key is written out.
int no_warning_derived(const BlobClient &client, const Context &context, // expected-warning {{'azure' has it last}}
                       const Azure::DateTime &deadline) {
  return client.GetProperties(context.WithDeadline(deadline)) +
         client.GetProperties(context.WithValue(TraceKey, 1));
}
int no_warning_fresh_with_key(const BlobClient &client, const Context &context) {
  start(context);
  return client.GetProperties(Context().WithValue(TraceKey, 1)) +
         client.GetProperties(Context{}.WithValue(TraceKey, 2));
}
int no_warning_fresh_variable(const BlobClient &client) {
  Context fresh;
  Context traced = Context().WithValue(TraceKey, 1);
  return client.GetProperties(fresh) + client.GetProperties(traced);
}
int warns_narrower(const BlobClient &client, const Context &context, // expected-warning {{'azure' has it last}}
                   const Azure::DateTime &deadline) {
  const Context timed = context.WithDeadline(deadline);
  start(timed);
  return client.GetProperties(); // expected-warning {{'timed' is not passed on}}
  // CHECK-FIXES: return client.GetProperties(timed);
}
// The function that cancels is not the one to be cancelled.
void no_warning_canceller(Context &context) { context.Cancel(); }
// A context carries more than cancellation: leaving it unread is no mistake.
void no_warning_unused(const Context &context, int item) { // expected-warning {{'azure' has it last}}
  work(item);
  work(2);
}
class Log : public Azure::Core::Http::Policies::Policy {
  std::unique_ptr<Azure::Core::Http::RawResponse>
  Send(Azure::Core::Http::Request &, Azure::Core::Http::Policies::NextPolicy,
       const Context &) const override {
    work(1);
    return nullptr;
  }
};
void warns_sleep(const Context &context) {
  start(context);
  std::this_thread::sleep_for(std::chrono::seconds(5)); // expected-warning {{'sleep_for' waits, and cancelling 'context' cannot interrupt it}}
}
void no_warning_sliced(const Context &context) {
  while (!context.IsCancelled())
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

// --- sources and narrower tokens
int warns_fresh(const BlobClient &client, const Context &context, // expected-warning {{'azure' has it last}}
                const Azure::DateTime &deadline) {
  start(context);
  const Context timed = Context().WithDeadline(deadline); // expected-warning {{cancelling 'context' does not reach 'GetProperties', which gets 'timed', derived from none}}
  // CHECK-FIXES: const Context timed = context.WithDeadline(deadline);
  return client.GetProperties(timed);
}
int warns_fresh_argument(const BlobClient &client, const Context &context, // expected-warning {{'azure' has it last}}
                         const Azure::DateTime &deadline) {
  start(context);
  return client.GetProperties(Context{}.WithValue(TraceKey, 1).WithDeadline(deadline)); // expected-warning {{gets a token derived from none; derive it from 'context'}}
  // CHECK-FIXES: return client.GetProperties(context.WithValue(TraceKey, 1).WithDeadline(deadline));
}
int warns_outer(const BlobClient &client, const Context &context, // expected-warning {{'azure' has it last}}
                const Azure::DateTime &deadline) {
  const Context timed = context.WithDeadline(deadline);
  return client.GetProperties(context) + client.GetProperties(timed); // expected-warning {{'GetProperties' gets 'context', but 'timed' is narrower}}
  // CHECK-FIXES: return client.GetProperties(timed) + client.GetProperties(timed);
}
// Another key makes it no narrower.
int no_warning_key(const BlobClient &client, const Context &context) {
  const Context traced = context.WithValue(TraceKey, 1);
  return client.GetProperties(context) + client.GetProperties(traced);
}
void warns_thread(const BlobClient &client, const Context &context) {
  start(context);
  std::thread([&client] { client.GetProperties(); }).detach(); // expected-warning {{work that 'thread' starts never sees 'context'}}
  // CHECK-FIXES: std::thread([&client, context] { client.GetProperties(context); }).detach();
}

// What is held by hand.
void warns_leak(const Context &context) {
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
void no_warning_no_leak(const Context &context) {
  int *held = new int(1);
  while (again())
    if (context.IsCancelled())
      break;
  delete held;
}
void warns_leak_thrown(const Context &context) {
  int *held = new int(1);
  while (again())
    context.ThrowIfCancelled(); // expected-warning {{'held' is not deleted when 'context' is cancelled here}}
  delete held;
}

// Answers, and where the context stands. The exception always has a message.
void warns_answer_dropped(const Context &context) {
  context.IsCancelled(); // expected-warning {{is dropped}}
  work(1);
}
void no_warning_throws_with_message(const Context &context) {
  if (context.IsCancelled())
    throw Azure::Core::OperationCancelledException("The upload was cancelled.");
}
void warns_first(const Context &context, int item) { // expected-warning {{'azure' has it last}}
  if (!context.IsCancelled())
    work(item);
}

// --- life

auto warns_dangling(Azure::Core::Context context) {
  return [&context] { return context.IsCancelled(); }; // expected-warning {{'context' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [context] { return context.IsCancelled(); };
}
auto no_warning_copied(Azure::Core::Context context) {
  return [context] { return context.IsCancelled(); };
}

// --- the rest of the catalogue
void warns_stale(const Context &context) {
  const bool stopped = context.IsCancelled();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!context.IsCancelled())
}
void no_warning_asked_again(const Context &context) {
  bool stopped = false;
  while (!stopped) {
    work(1);
    stopped = context.IsCancelled();
  }
}
[[clang::annotate("cancel::point_of_no_return")]] void book(int item);
bool warns_poll_behind_commit(const Context &context) {
  book(1);
  if (context.IsCancelled()) // expected-warning {{'context' can still be cancelled here, behind the point of no return 'book'}}
    return false;
  work(1);
  return true;
}
int warns_given_behind_commit(const Context &context) {
  start(context);
  book(1);
  return load(1, context); // expected-warning {{is given 'context' behind the point of no return 'book'}}
  // CHECK-FIXES: return load(1, Azure::Core::Context());
}
void warns_thrown_behind_commit(const Context &context) {
  book(1);
  context.ThrowIfCancelled(); // expected-warning {{'context' can still be cancelled here}}
  work(1);
}
void no_warning_before_commit(const Context &context) {
  if (context.IsCancelled())
    return;
  book(1);
}
static void pause_a_while() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
static void pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
void warns_pause(const Context &context) {
  start(context);
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'context': it waits in 'sleep_for'}}
}
void no_warning_short_pause(const Context &context) {
  start(context);
  pause_shortly();
}
void warns_each_pixel(int (&image)[480][640], const Context &context) {
  for (auto &row : image)
    for (int &pixel : row) {
      if (context.IsCancelled()) // expected-warning {{'context' is asked in each round of a loop that only calculates}}
        return;
      pixel *= 2;
    }
}
void no_warning_each_row(int (&image)[480][640], const Context &context) {
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
  void warns_half_updated(int page, const Context &context) {
    page_ = page;
    if (context.IsCancelled()) // expected-warning {{cancelling 'context' here leaves the object half updated: 'page_' is new, 'width_' is not}}
      return;
    width_ = width_of(page);
  }
  void warns_half_updated_thrown(int page, const Context &context) {
    page_ = page;
    context.ThrowIfCancelled(); // expected-warning {{'page_' is new, 'width_' is not}}
    width_ = width_of(page);
  }
  void no_warning_updated_behind(int page, const Context &context) {
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
// A child, whatever it is made of, and the work of others.
int warns_child_behind_commit(const Context &context) {
  context.ThrowIfCancelled();
  book(1);
  const Context timed = context.WithDeadline(Azure::DateTime());
  return load(1, timed); // expected-warning {{'load' is given 'timed' behind the point of no return 'book'}}
  // CHECK-FIXES: return load(1, Azure::Core::Context());
}
void warns_loop_asks_outer(const Azure::DateTime &soon, const Context &context) {
  const Context timed = context.WithDeadline(soon);
  while (!context.IsCancelled()) // expected-warning {{loop asks 'context', but 'timed' is narrower}}
    work(1);
  // CHECK-FIXES: while (!timed.IsCancelled())
  load(1, timed);
}

// A context is copied where somebody wants a reference to change.
class CopyOperation {
public:
  int PollUntilDone(int period);
  int PollUntilDone(int period, Azure::Core::Context &context);
};
int warns_copy(CopyOperation &copy, const Azure::Core::Context &context) {
  context.ThrowIfCancelled();
  return copy.PollUntilDone(1); // expected-warning {{'PollUntilDone' has an overload that takes a cancellation token, but 'context' is not passed on}}
  // expected-note@-1 {{no automatic fix: it takes a reference; pass a copy of 'context'}}
}
int no_warning_copied(CopyOperation &copy, const Azure::Core::Context &context) {
  Azure::Core::Context own = context;
  return copy.PollUntilDone(1, own);
}
