// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "grpc.h"
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
