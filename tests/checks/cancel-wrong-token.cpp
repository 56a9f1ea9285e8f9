// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-wrong-token -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using cancel::cancellation_source;
using cancel::cancellation_token;
struct Page {
  int links = 0;
};
Page fetch(const std::string &url, cancellation_token token = {});
Page fetch(const std::string &url, std::stop_token stop);
Page fetch_ref(const std::string &url, const cancellation_token &token);
void both(cancellation_token a, cancellation_token b);
void log(const std::string &text);
bool again();
void work(int item);
void arm(std::stop_source timer, std::chrono::seconds limit);
class Client {
public:
  explicit Client(cancellation_token token);
  Page get();
};

Page warns_deadline(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  return fetch("/", token); // expected-warning@:10 {{'fetch' gets 'token', but 'timed' is narrower; pass 'timed.get_token()'}}
  // CHECK-FIXES: return fetch("/", timed.get_token());
}
Page warns_has_token(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  const auto limit = timed.get_token();
  log("start");
  return fetch_ref("/", token); // expected-warning {{pass 'limit'}}
  // CHECK-FIXES: return fetch_ref("/", limit);
}
Page warns_two_parents(cancellation_token caller, cancellation_token shutdown) {
  auto both = cancellation_source::linked(caller, shutdown);
  return fetch("/", caller); // expected-warning {{'fetch' gets 'caller', but 'both' is narrower}}
  // CHECK-FIXES: return fetch("/", both.get_token());
}
Page warns_copy_of_outer(cancellation_token token) {
  cancellation_token mine = token;
  auto timed = cancellation_source::linked(mine);
  timed.cancel_after(5s);
  return fetch("/", mine); // expected-warning {{'fetch' gets 'mine', but 'timed' is narrower}}
  // CHECK-FIXES: return fetch("/", timed.get_token());
}
Page warns_constructor(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  Client client(token); // expected-warning {{'Client' gets 'token', but 'timed' is narrower}}
  // CHECK-FIXES: Client client(timed.get_token());
  return client.get();
}
// One of several: the others get the narrower one before and behind it.
void warns_among_others(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  fetch("/a", timed.get_token());
  fetch("/b", token); // expected-warning {{'timed' is narrower}}
  // CHECK-FIXES: fetch("/b", timed.get_token());
  fetch("/c", timed.get_token());
}
void warns_in_each_round(cancellation_token token, const std::vector<std::string> &urls) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  for (const std::string &url : urls) {
    fetch(url, timed.get_token());
    fetch(url + "/robots.txt", token); // expected-warning {{'timed' is narrower}}
    // CHECK-FIXES: fetch(url + "/robots.txt", timed.get_token());
  }
}
Page warns_linked_by_callback(std::stop_token stop) {
  std::stop_source timer;
  std::stop_callback link(stop, [&] { timer.request_stop(); });
  arm(timer, 5s);
  return fetch("/", stop); // expected-warning {{'fetch' gets 'stop', but 'timer' is narrower; pass 'timer.get_token()'}}
  // CHECK-FIXES: return fetch("/", timer.get_token());
}
void warns_in_lambda(cancellation_token token, const std::vector<std::string> &urls) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  auto get = [&](const std::string &url) {
    fetch(url, token); // expected-warning {{'timed' is narrower}}
    // CHECK-FIXES: fetch(url, timed.get_token());
  };
  for (const std::string &url : urls)
    get(url);
}
template <class Url> Page warns_in_template(cancellation_token token, Url url) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  return fetch(url, token); // expected-warning {{'timed' is narrower}}
  // CHECK-FIXES: return fetch(url, timed.get_token());
}
template Page warns_in_template(cancellation_token, const char *);
struct Crawler {
  cancellation_token token_;
  Page warns_member() {
    auto timed = cancellation_source::linked(token_);
    timed.cancel_after(5s);
    return fetch("/", token_); // expected-warning {{'fetch' gets 'token_', but 'timed' is narrower}}
    // CHECK-FIXES: return fetch("/", timed.get_token());
  }
};
struct Request {
  std::string url;
  cancellation_token token;
};
Page warns_carrier(const Request &request) {
  auto timed = cancellation_source::linked(request.token);
  timed.cancel_after(5s);
  return fetch(request.url, request.token); // expected-warning {{'fetch' gets 'request.token', but 'timed' is narrower}}
  // CHECK-FIXES: return fetch(request.url, timed.get_token());
}
void warns_loop(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  while (!token.is_cancellation_requested()) // expected-warning@:17 {{loop asks 'token', but 'timed' is narrower; ask 'timed'}}
    // CHECK-FIXES: while (!timed.is_cancellation_requested())
    work(1);
}
void warns_throwing_loop(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  auto limit = timed.get_token();
  while (again()) {
    token.throw_if_cancellation_requested(); // expected-warning {{ask 'limit'}}
    // CHECK-FIXES: limit.throw_if_cancellation_requested();
    work(1);
  }
}
#define FETCH(url) fetch(url, token)
Page warns_macro(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  return FETCH("/"); // expected-warning {{'timed' is narrower}}
}

Page no_warning_passed(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  return fetch("/", timed.get_token());
}
Page no_warning_before(cancellation_token token) {
  fetch("/", token);
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  return fetch("/", timed.get_token());
}
// The same, by another name: nothing else cancels it.
Page no_warning_copy(cancellation_token token) {
  cancellation_token mine = token;
  auto linked = cancellation_source::linked(token);
  auto same = linked.get_token();
  fetch("/", same);
  fetch("/", mine);
  return fetch("/", token);
}
Page no_warning_fresh(cancellation_token token) {
  cancellation_source other;
  other.cancel_after(5s);
  fetch("/", other.get_token());
  return fetch("/", token);
}
Page no_warning_scope_ended(cancellation_token token) {
  {
    auto timed = cancellation_source::linked(token);
    timed.cancel_after(5s);
    fetch("/", timed.get_token());
  }
  return fetch("/", token);
}
// A limit for the connection, none for what follows.
Page no_warning_phase_over(cancellation_token token) {
  auto connecting = cancellation_source::linked(token);
  connecting.cancel_after(5s);
  fetch("/hello", connecting.get_token());
  return fetch("/", token);
}
void no_warning_both_passed(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  both(token, timed.get_token());
}
bool no_warning_who_stopped(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  fetch("/", timed.get_token());
  if (token.is_cancellation_requested())
    return false;
  return true;
}
void no_warning_retries(cancellation_token token) {
  while (!token.is_cancellation_requested()) {
    auto timed = cancellation_source::linked(token);
    timed.cancel_after(5s);
    fetch("/", timed.get_token());
  }
}
void no_warning_loop_passes_narrower(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  while (!token.is_cancellation_requested())
    fetch("/", timed.get_token());
}
// The worker has the limit; the loop waits for it.
void no_warning_worker_has_it(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  std::jthread worker([limit = timed.get_token()] { fetch("/", limit); });
  while (!token.is_cancellation_requested() && again())
    work(1);
}
void no_warning_registers(cancellation_token token, std::function<void()> close) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  cancel::cancellation_registration onStop(token, close);
  auto other = cancellation_source::linked(token);
  fetch("/", timed.get_token());
}
// The group is stopped by hand; the last call is meant to get the other one.
void no_warning_requested_by_hand(cancellation_token token) {
  auto group = cancellation_source::linked(token);
  fetch("/a", group.get_token());
  group.request_cancellation();
  fetch("/b", token);
}
Page no_warning_reassigned(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  token = timed.get_token();
  return fetch("/", token);
}
Page no_warning_handler(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  try {
    return fetch("/", timed.get_token());
  } catch (...) {
    return fetch("/mirror", token);
  }
}
// jthread's own token is not linked to the captured one.
void no_warning_own_token(std::stop_token stop) {
  std::jthread worker([stop](std::stop_token own) {
    fetch("/", own);
    fetch("/", stop);
  });
}
Page no_warning_other_type(std::stop_token stop, cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  return fetch("/", stop);
}
Page no_warning_not_captured(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  std::function<Page()> later = [token] { return fetch("/", token); };
  return fetch("/", timed.get_token());
}
// A limit for the greeting, none for the loop behind it.
void no_warning_phase_over_before_loop(cancellation_token token) {
  auto greeting = cancellation_source::linked(token);
  greeting.cancel_after(5s);
  fetch("/hello", greeting.get_token());
  while (!token.is_cancellation_requested() && again())
    work(1);
}
void warns_phase_goes_on(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  fetch("/hello", timed.get_token());
  while (!token.is_cancellation_requested()) // expected-warning {{loop asks 'token', but 'timed' is narrower; ask 'timed'}}
    // CHECK-FIXES: while (!timed.is_cancellation_requested())
    work(1);
  fetch("/bye", timed.get_token());
}

// It tells whether it was the outer one, or only the time limit.
bool due();
bool no_warning_told_apart(std::stop_token stop) {
  std::stop_source timed;
  std::stop_callback linked(stop, [&timed] { timed.request_stop(); });
  std::jthread timer([&timed] {
    std::this_thread::sleep_for(5s);
    timed.request_stop();
  });
  while (again()) {
    if (due() && !stop.stop_requested()) {
      fetch("/last", stop);
      return false;
    }
    if (stop.stop_requested())
      return false;
    fetch("/", timed.get_token());
  }
  return true;
}
Page no_warning_told_apart_in_handler(cancellation_token token) {
  auto timed = cancellation_source::linked(token);
  timed.cancel_after(5s);
  try {
    return fetch("/", timed.get_token());
  } catch (const cancel::operation_canceled &) {
    if (token.is_cancellation_requested())
      throw;
  }
  return fetch("/cached", token);
}
