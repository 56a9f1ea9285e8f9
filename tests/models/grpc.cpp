// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "grpc.h"
#include <chrono>
#include <exception>
#include <stdexcept>
#include <thread>

using grpc::ServerContext;
using grpc::Status;
struct Item {};
void work(int item);
bool again();
int fetch(int item, ServerContext *context = nullptr);
int load(int item);
int load(ServerContext *context, int item);
// Wants the context for what it carries, and may do so anywhere.
Status answer(int code, ServerContext *context = nullptr) {
  if (context)
    context->AddInitialMetadata("code", std::to_string(code));
  return {};
}
void start(const grpc::ServerContextBase *context);

Status warns_loop(ServerContext *context, const Item *, grpc::ServerWriter<Item> *writer) {
  start(context);
  while (again()) { // expected-warning {{loop never looks at 'context'}}
    // CHECK-FIXES: if (context && context->IsCancelled())
    // CHECK-FIXES-NEXT: break;
    work(1);
    writer->Write({});
  }
  return Status::OK;
}
void warns_callback(grpc::CallbackServerContext *context) {
  start(context);
  while (again()) // expected-warning {{loop never looks at 'context'}}
    work(2);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (context && context->IsCancelled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
Status no_warning_poll(ServerContext *context, const Item *, Item *) {
  while (again()) {
    if (context->IsCancelled())
      return Status::CANCELLED;
    work(1);
  }
  return Status::OK;
}
// Handlers must take the context, and carry more with it.
Status no_warning_unread(ServerContext *context, const Item *item, Item *reply) {
  work(1);
  *reply = *item;
  return Status::OK;
}
int warns_default(ServerContext *context) {
  start(context);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'context' is not passed on}}
  // CHECK-FIXES: return fetch(1, context);
}
int warns_overload(ServerContext *context) {
  start(context);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(context, 1);
}
Status no_warning_metadata(ServerContext *context, bool ok) {
  start(context);
  return ok ? answer(1) : Status();
}
Status answerAll() { return answer(3); }
Status no_warning_helper(ServerContext *context) {
  start(context);
  return answerAll();
}
int no_warning_passed(ServerContext *context) {
  return fetch(1, context) + load(context, 2);
}
int warns_only_default_token(ServerContext *context) {
  start(context);
  return fetch(1, nullptr); // expected-warning {{is given a token that never cancels, but 'context' is in reach}}
  // CHECK-FIXES: return fetch(1, context);
}
// A context of its own: nobody else knows it.
int no_warning_own_context() {
  ServerContext mine;
  return fetch(1, &mine);
}
// The client's context cancels a call; it does not learn of it.
void no_warning_client(grpc::ClientContext *context) {
  while (again())
    work(1);
  context->TryCancel();
}
Status warns_wait(ServerContext *context, grpc::CompletionQueue &queue) {
  start(context);
  void *tag;
  bool ok;
  queue.Next(&tag, &ok); // expected-warning {{'Next' waits, and cancelling 'context' cannot interrupt it}}
  return Status::OK;
}

// What is held by hand.
void warns_leak(ServerContext *context) {
  int *held = new int(1);
  while (again()) {
    if (context->IsCancelled()) // expected-warning {{'held' is not deleted when 'context' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (context->IsCancelled()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(ServerContext *context) {
  int *held = new int(1);
  while (again())
    if (context->IsCancelled())
      break;
  delete held;
}

// Answers.
void warns_answer_dropped(ServerContext *context) {
  context->IsCancelled(); // expected-warning {{is dropped}}
  work(1);
}

// What is read and written fails once the call is cancelled.
Status no_warning_write(ServerContext *context, grpc::ServerWriter<Item> *writer) {
  start(context);
  while (again()) {
    work(1);
    if (!writer->Write({}))
      return Status::CANCELLED;
  }
  return Status::OK;
}
Status no_warning_read(ServerContext *context, grpc::ServerReader<Item> *reader) {
  start(context);
  Item item;
  while (reader->Read(&item))
    work(1);
  return Status::OK;
}
Status warns_write_dropped(ServerContext *context, grpc::ServerWriter<Item> *writer) {
  start(context);
  while (again()) { // expected-warning {{loop never looks at 'context'}}
    // CHECK-FIXES: if (context && context->IsCancelled())
    // CHECK-FIXES-NEXT: break;
    work(1);
    writer->Write({});
  }
  return Status::OK;
}
// The other end of another call.
Status warns_client_write(ServerContext *context, grpc::ClientWriter<Item> *writer) {
  start(context);
  while (again()) { // expected-warning {{loop never looks at 'context'}}
    // CHECK-FIXES: if (context && context->IsCancelled())
    // CHECK-FIXES-NEXT: break;
    work(1);
    if (!writer->Write({}))
      break;
  }
  return Status::OK;
}
// The stream ends without a cancellation, too: what follows is judged.
Status warns_behind_read(ServerContext *context, grpc::ServerReader<Item> *reader) {
  Item item;
  while (reader->Read(&item))
    work(1);
  fetch(2); // expected-warning {{'fetch' takes a cancellation token, but 'context' is not passed on}}
  // CHECK-FIXES: fetch(2, context);
  return Status::OK;
}

// --- the rest of the catalogue
void warns_stale(ServerContext *context) {
  const bool stopped = context->IsCancelled();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!context->IsCancelled())
}
void no_warning_asked_again(ServerContext *context) {
  bool stopped = false;
  while (!stopped) {
    work(1);
    stopped = context->IsCancelled();
  }
}
[[clang::annotate("cancel::point_of_no_return")]] void book(int item);
bool warns_poll_behind_commit(ServerContext *context) {
  book(1);
  if (context->IsCancelled()) // expected-warning {{'context' can still be cancelled here, behind the point of no return 'book'}}
    return false;
  work(1);
  return true;
}
int warns_given_behind_commit(ServerContext *context) {
  start(context);
  book(1);
  return fetch(1, context); // expected-warning {{is given 'context' behind the point of no return 'book'}}
  // CHECK-FIXES: return fetch(1, nullptr);
}
void no_warning_before_commit(ServerContext *context) {
  if (context->IsCancelled())
    return;
  book(1);
}
static void pause_a_while() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
static void pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
void warns_pause(ServerContext *context) {
  start(context);
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'context': it waits in 'sleep_for'}}
}
void no_warning_short_pause(ServerContext *context) {
  start(context);
  pause_shortly();
}
void warns_each_pixel(int (&image)[480][640], ServerContext *context) {
  for (auto &row : image)
    for (int &pixel : row) {
      if (context->IsCancelled()) // expected-warning {{'context' is asked in each round of a loop that only calculates}}
        return;
      pixel *= 2;
    }
}
void no_warning_each_row(int (&image)[480][640], ServerContext *context) {
  for (auto &row : image) {
    if (context->IsCancelled())
      return;
    for (int &pixel : row)
      pixel *= 2;
  }
}
int width_of(int page);
struct Table {
  int page_ = 0, width_ = 0;
  void warns_half_updated(int page, ServerContext *context) {
    page_ = page;
    if (context->IsCancelled()) // expected-warning {{cancelling 'context' here leaves the object half updated: 'page_' is new, 'width_' is not}}
      return;
    width_ = width_of(page);
  }
  void no_warning_updated_behind(int page, ServerContext *context) {
    const int width = width_of(page);
    if (context->IsCancelled())
      return;
    page_ = page;
    width_ = width;
  }
};
int warns_no_parameter(int item) {
  return load(item); // expected-warning {{has an overload that takes a cancellation token, but 'warns_no_parameter' has none to pass on}}
}
auto warns_dangling(ServerContext *context) {
  return [&context] { return context->IsCancelled(); }; // expected-warning {{'context' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [context] { return context->IsCancelled(); };
}
// A context belongs to one call, which ends before the thread may.
void no_warning_endless_thread(ServerContext *context) {
  start(context);
  std::thread([] {
    while (true)
      work(1);
  }).detach();
}
// Thrown by hand.
void throw_if_cancelled(const ServerContext *context) {
  if (context->IsCancelled())
    throw std::runtime_error("cancelled");
}
void warns_swallowed(ServerContext *context) {
  while (again()) {
    try {
      throw_if_cancelled(context);
      work(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'context', and the loop goes on}}
    }
  }
}
void no_warning_rethrown(ServerContext *context) {
  while (again()) {
    try {
      throw_if_cancelled(context);
      work(1);
    } catch (const std::exception &) {
      throw;
    }
  }
}
