// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-swallowed-exception -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <future>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using cancel::cancellation_token;
bool again();
void work(int item);
void log_error(const std::string &what);
void fetch(int item, cancellation_token token);
int load(int item, const cancellation_token &token);
void audit(const std::exception &failure);
void translate_exception();
struct Item {
  int id;
  cancellation_token token;
  void set_failed();
};
Item next();

// Loops.
void warns_catch_all(cancellation_token token) {
  while (true) {
    try {
      token.throw_if_cancellation_requested();
      work(1);
    } catch (...) { // expected-warning@:7 {{this handler swallows the cancellation of 'token', and the loop goes on; rethrow 'cancel::operation_canceled' first}}
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (...) {
  }
}
void warns_base(cancellation_token token, const std::vector<int> &items) {
  for (int item : items) {
    try {
      fetch(item, token);
    }
    catch (const std::exception &e) { // expected-warning {{and the loop goes on}}
      log_error(e.what());
    }
    // CHECK-FIXES: }
    // CHECK-FIXES-NEXT: catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: }
    // CHECK-FIXES-NEXT: catch (const std::exception &e) {
  }
}
int warns_retry(cancellation_token token) {
  for (int tries = 0; tries < 5; ++tries) {
    try {
      return load(1, token);
    } catch (const std::exception &e) { // expected-warning {{and the loop goes on}}
      std::this_thread::sleep_for(10ms);
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &e) {
  }
  return -1;
}
int warns_retry_last_one_out(cancellation_token token) {
  int tries = 0;
  while (true) {
    try {
      return load(1, token);
    } catch (...) { // expected-warning {{and the loop goes on}}
      if (++tries > 3)
        throw;
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (...) {
  }
}
void warns_throwing_wait(cancellation_token token) {
  while (again()) {
    try {
      cancel::sleep_for(1s, token);
      work(1);
    } catch (const std::exception &e) { // expected-warning {{and the loop goes on}}
      std::printf("%s\n", e.what());
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &e) {
  }
}
// It is for nothing else, and does nothing.
void warns_explicit_and_idle(cancellation_token token) {
  while (again()) {
    try {
      token.throw_if_cancellation_requested();
      work(1);
    } catch (const cancel::operation_canceled &) { // expected-warning {{and the loop goes on; leave the loop}}
    }
  }
}
class Crawler {
public:
  void warns_member(const std::vector<int> &items) noexcept {
    for (int item : items) {
      try {
        checkpoint();
        work(item);
      } catch (const std::exception &e) { // expected-warning {{this handler swallows the cancellation, and the loop goes on; rethrow}}
        log_error(e.what());
        continue;
      }
    }
  }

private:
  void checkpoint() { token_.throw_if_cancellation_requested(); }
  cancellation_token token_;
};
// Polled and thrown by hand, with a type of its own.
struct Stopped : std::runtime_error {
  using std::runtime_error::runtime_error;
};
void check(std::stop_token stop) {
  if (stop.stop_requested())
    throw Stopped("stopped");
}
void warns_callee_throws_own(std::stop_token stop, const std::vector<int> &items) {
  for (int item : items) {
    try {
      check(stop);
      work(item);
    } catch (const std::exception &e) { // expected-warning {{of 'stop', and the loop goes on; rethrow 'Stopped' first}}
      log_error(e.what());
    }
    // CHECK-FIXES: } catch (const Stopped &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &e) {
  }
}
void warns_thrown_here(std::stop_token stop) {
  while (true) {
    try {
      if (stop.stop_requested())
        throw std::runtime_error("stopped");
      work(1);
    } catch (const std::exception &) { // expected-warning {{of 'stop', and the loop goes on; rethrow it first}}
    }
  }
}
void warns_thrown_number(std::stop_token stop) {
  while (true) {
    try {
      if (stop.stop_requested())
        throw 1;
      work(1);
    } catch (...) { // expected-warning {{and the loop goes on}}
    }
  }
}
// Both are swallowed, one in front of the other.
void warns_two(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (...) { // expected-warning {{and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (...) {
    try {
      cancel::sleep_for(1s, token);
    } catch (...) { // expected-warning {{and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (...) {
  }
}
template <typename T> void warns_in_template(T item, cancellation_token token) {
  while (again()) {
    try {
      token.throw_if_cancellation_requested();
      work(item);
    } catch (...) { // expected-warning {{and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (...) {
  }
}
template void warns_in_template(int, cancellation_token);
// What leaves a thread ends the program: no fix.
std::thread warns_in_thread(cancellation_token token) {
  return std::thread([token] {
    for (;;) {
      try {
        fetch(1, token);
      } catch (const std::exception &e) { // expected-warning {{and the loop goes on}}
        log_error(e.what());
      }
    }
  });
}
void warns_future(cancellation_token token, std::future<int> &result) {
  do {
    try {
      work(cancel::get(result, token));
    } catch (...) { // expected-warning {{and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (...) {
  } while (again());
}

// No loop, but something that takes its time.
void warns_work_follows(cancellation_token token) {
  try {
    token.throw_if_cancellation_requested();
    work(1);
  } catch (const std::exception &e) { // expected-warning {{swallows the cancellation of 'token', and 'sleep_for' still runs; rethrow}}
    log_error(e.what());
  }
  // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
  // CHECK-FIXES-NEXT: throw;
  // CHECK-FIXES-NEXT: } catch (const std::exception &e) {
  std::this_thread::sleep_for(10s);
}
bool warns_success(cancellation_token token, const std::string &name) {
  if (name.empty())
    return false;
  try {
    for (char c : name) {
      token.throw_if_cancellation_requested();
      work(c);
    }
    token.throw_if_cancellation_requested();
    return true;
  } catch (...) { // expected-warning {{swallows the cancellation of 'token', and 'true' is returned}}
    return true;
  }
  // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
  // CHECK-FIXES-NEXT: throw;
  // CHECK-FIXES-NEXT: } catch (...) {
}
// The order of handlers.
bool warns_hidden(cancellation_token token) {
  try {
    fetch(1, token);
  } catch (const std::exception &e) { // expected-warning {{takes 'cancel::operation_canceled' before the one below that is meant for it}}
    log_error(e.what());
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wexceptions"
  } catch (const cancel::operation_canceled &) {
    return false;
  }
#pragma clang diagnostic pop
  return true;
}

// Silent: the handler sees to it.
void no_warning_rethrows(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (...) {
      log_error("failed");
      throw;
    }
  }
}
void no_warning_handler_in_front(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (const cancel::operation_canceled &) {
      throw;
    } catch (...) {
    }
  }
}
void no_warning_ends(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (const cancel::operation_canceled &) {
      break;
    } catch (const std::exception &e) {
      log_error(e.what());
    }
  }
}
void no_warning_leaves(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (const std::exception &e) {
      log_error(e.what());
      return;
    }
  }
}
void no_warning_tells_apart(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (const std::exception &e) {
      if (dynamic_cast<const cancel::operation_canceled *>(&e))
        throw;
      log_error(e.what());
    }
  }
}
void no_warning_polls_in_handler(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (...) {
      if (token.is_cancellation_requested())
        return;
    }
  }
}
void no_warning_keeps(cancellation_token token, std::promise<void> &done) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (...) {
      done.set_exception(std::current_exception());
    }
  }
}
void no_warning_hands_on(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (const std::exception &e) {
      audit(e);
    }
  }
}
void no_warning_may_rethrow(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (...) {
      translate_exception();
    }
  }
}
void no_warning_callback(cancellation_token token, const std::function<void()> &told) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (...) {
      told();
    }
  }
}
void no_warning_flag(cancellation_token token) {
  bool failed = false;
  while (!failed && again()) {
    try {
      fetch(1, token);
    } catch (...) {
      failed = true;
    }
  }
}
void no_warning_explicit_counts(cancellation_token token) {
  int canceled = 0;
  while (again()) {
    try {
      fetch(1, token);
    } catch (const cancel::operation_canceled &) {
      canceled += 1;
    }
  }
  work(canceled);
}

// Silent: the loop looks.
void no_warning_polls(cancellation_token token) {
  while (!token.is_cancellation_requested()) {
    try {
      fetch(1, token);
    } catch (const std::exception &e) {
      log_error(e.what());
    }
  }
}
void no_warning_polls_behind(cancellation_token token) {
  for (;;) {
    try {
      fetch(1, token);
    } catch (...) {
    }
    token.throw_if_cancellation_requested();
  }
}
void no_warning_pause_throws(cancellation_token token) {
  for (;;) {
    try {
      fetch(1, token);
    } catch (...) {
    }
    cancel::sleep_for(1s, token);
  }
}
void no_warning_pause_leaves(cancellation_token token) {
  for (;;) {
    try {
      fetch(1, token);
    } catch (...) {
    }
    try {
      cancel::sleep_for(1s, token);
    } catch (const cancel::operation_canceled &) {
      break;
    }
  }
}
struct Server {
  std::atomic<bool> stopped_{false};
  void no_warning_flag_of_its_own(cancellation_token token) {
    while (!stopped_) {
      try {
        fetch(1, token);
      } catch (...) {
      }
    }
  }
  // It tidies up.
  void stop(cancellation_token token) {
    for (int i = 0; i < 100; ++i) {
      try {
        fetch(i, token);
      } catch (...) {
      }
    }
  }
  ~Server() {
    for (int i = 0; i < 100; ++i) {
      try {
        fetch(i, token_);
      } catch (...) {
      }
    }
  }
  cancellation_token token_;
};

// Silent: it is not the cancellation of what goes on.
void no_warning_token_of_the_round() {
  while (again()) {
    Item item = next();
    try {
      fetch(item.id, item.token);
    } catch (const std::exception &e) {
      item.set_failed();
    }
  }
}
void no_warning_token_in_range(std::vector<Item> &items) {
  for (Item &item : items) {
    try {
      item.token.throw_if_cancellation_requested();
      work(item.id);
    } catch (...) {
    }
  }
}
void no_warning_own_source() {
  cancel::cancellation_source source;
  for (int i = 0; again(); ++i) {
    try {
      fetch(i, source.get_token());
    } catch (...) {
    }
  }
}
void no_warning_requested(cancel::cancellation_source source, cancellation_token token) {
  source.request_cancellation();
  for (int i = 0; again(); ++i) {
    try {
      fetch(i, token);
    } catch (...) {
    }
  }
}
void no_warning_other_exception(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (const std::logic_error &) {
    }
  }
}
// No exception tells of a std::stop_token.
void send(int item, std::stop_token stop);
void no_warning_family_without(std::stop_token stop) {
  while (again()) {
    try {
      send(1, stop);
    } catch (const std::exception &e) {
      log_error(e.what());
    }
  }
}
void no_warning_nothing_throws(cancellation_token token) {
  while (again()) {
    try {
      work(1);
    } catch (...) {
    }
    token.throw_if_cancellation_requested();
  }
}
void step(int item, cancellation_token token) {
  if (!token.is_cancellation_requested())
    work(item);
}
void no_warning_callee_polls(cancellation_token token) {
  while (again()) {
    try {
      step(1, token);
    } catch (...) {
    }
    if (token.is_cancellation_requested())
      return;
  }
}
void no_warning_caught_inside(cancellation_token token) {
  while (again()) {
    try {
      try {
        fetch(1, token);
      } catch (const cancel::operation_canceled &) {
        return;
      }
      work(1);
    } catch (...) {
    }
  }
}

// Silent: nothing follows.
void no_warning_last(cancellation_token token) {
  try {
    while (again()) {
      token.throw_if_cancellation_requested();
      work(1);
    }
  } catch (const std::exception &e) {
    log_error(e.what());
  }
}
std::thread no_warning_thread(cancellation_token token) {
  return std::thread([token] {
    try {
      fetch(1, token);
    } catch (...) {
    }
  });
}
void no_warning_cheap_follows(cancellation_token token) {
  try {
    token.throw_if_cancellation_requested();
  } catch (...) {
  }
  log_error("done");
}
void no_warning_looks_next(cancellation_token token) {
  try {
    token.throw_if_cancellation_requested();
    work(1);
  } catch (...) {
  }
  token.throw_if_cancellation_requested();
  std::this_thread::sleep_for(10s);
}
void no_warning_result_is_read(cancellation_token token) {
  std::optional<std::string> failure;
  try {
    token.throw_if_cancellation_requested();
    work(1);
  } catch (const std::exception &e) {
    failure = e.what();
  }
  if (failure)
    return;
  std::this_thread::sleep_for(10s);
}
bool no_warning_tells_failure(cancellation_token token) {
  try {
    token.throw_if_cancellation_requested();
    return true;
  } catch (...) {
    return false;
  }
}
void no_warning_partial_result(cancellation_token token) {
  try {
    token.throw_if_cancellation_requested();
  } catch (const cancel::operation_canceled &) {
    log_error("canceled");
  }
  std::this_thread::sleep_for(10s);
}
// A few rounds, each of which fails at once.
void no_warning_few_rounds(cancellation_token token) {
  for (int i = 0; i < 3; ++i) {
    try {
      fetch(i, token);
    } catch (const std::exception &e) {
      log_error(e.what());
    }
  }
}
// Who wrote the macro decided.
#define EXPECT_THROWS(statement)                                               \
  try {                                                                        \
    statement;                                                                 \
    work(0);                                                                   \
  } catch (...) {                                                              \
  }
void no_warning_macro(cancellation_token token) {
  while (again())
    EXPECT_THROWS(fetch(1, token));
}
[[clang::annotate("cancel::uncancellable", "must end")]]
void no_warning_annotated(cancellation_token token) {
  while (again()) {
    try {
      fetch(1, token);
    } catch (...) {
    }
  }
}
// What a constructor's handler takes goes on by itself.
struct Session {
  Session(cancellation_token token) try : id(load(1, token)) {
  } catch (const std::exception &e) {
    log_error(e.what());
  }
  int id;
};

// A container keeps the token, and throws for lack of memory only.
void no_warning_kept(const cancel::cancellation_token &token, std::vector<cancel::cancellation_token> &kept, bool (*more)()) {
  while (more()) {
    try {
      kept.push_back(token);
    } catch (const std::exception &) {
    }
  }
}

// An exception of the program's own, and the handler for it behind one for all.
struct Halted : std::runtime_error {
  Halted() : std::runtime_error("halted") {}
};
void throw_if_halted(std::stop_token stop) {
  if (stop.stop_requested())
    throw Halted();
}
void warns_own_one_hidden(std::stop_token stop) {
  try {
    throw_if_halted(stop);
    work(1);
  } catch (const std::exception &e) { // expected-warning {{this handler takes 'Halted' before the one below that is meant for it}}
    log_error(e.what());
  } catch (const Halted &) {
    throw;
  }
}
void no_warning_own_one_first(std::stop_token stop) {
  try {
    throw_if_halted(stop);
    work(1);
  } catch (const Halted &) {
    throw;
  } catch (const std::exception &e) {
    log_error(e.what());
  }
}

// The limit of the tries is somebody's option.
struct RetryOptions {
  int max_tries;
  bool fatal;
  int limit() const;
  bool is_over() const;
};
int warns_retry_up_to_an_option(const RetryOptions &options, cancellation_token token) {
  for (int tries = 0;; ++tries) {
    try {
      return load(1, token);
    } catch (const std::exception &) { // expected-warning {{and the loop goes on}}
      if (tries >= options.max_tries)
        throw;
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
int warns_retry_up_to_a_getter(const RetryOptions *options, cancellation_token token) {
  for (int tries = 0;; ++tries) {
    try {
      return load(1, token);
    } catch (const std::exception &) { // expected-warning {{and the loop goes on}}
      if (tries >= options->limit())
        throw;
    }
    // CHECK-FIXES: } catch (const cancel::operation_canceled &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
// More than a number decides.
int no_warning_retry_unless_fatal(const RetryOptions &options, cancellation_token token) {
  for (int tries = 0;; ++tries) {
    try {
      return load(1, token);
    } catch (const std::exception &) {
      if (options.fatal || tries > options.max_tries)
        throw;
    }
  }
}
int no_warning_retry_until_over(const RetryOptions &options, cancellation_token token) {
  for (int tries = 0;; ++tries) {
    try {
      return load(1, token);
    } catch (const std::exception &) {
      if (options.is_over() || tries > 3)
        throw;
    }
  }
}
