// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-default-token -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <optional>
#include <stop_token>
#include <string>

struct Page {};
Page fetch(const std::string &url, std::stop_token stop = {});
Page retrieve(const std::string &url, cancel::cancellation_token token = {});
Page maybe(const std::string &url, const std::stop_token *stop = nullptr);
Page perhaps(const std::string &url, std::optional<std::stop_token> stop = std::nullopt);
void both(std::stop_token a, std::stop_token b);
class Client {
public:
  Client(const std::string &url, std::stop_token stop);
  Page load(std::stop_token stop);
};
[[clang::annotate("cancel::point_of_no_return")]] void commit();

Page warns_braces(std::stop_token stop) {
  return fetch("/", {}); // expected-warning@:10 {{'fetch' is given a token that never cancels, but 'stop' is in reach; pass it, or say why not}}
  // CHECK-FIXES: return fetch("/", stop);
}
Page warns_written_out(std::stop_token stop) {
  return fetch("/", std::stop_token{}); // expected-warning {{'fetch'}}
  // CHECK-FIXES: return fetch("/", stop);
}
Page warns_parentheses(std::stop_token stop) {
  return fetch("/", std::stop_token()); // expected-warning {{'fetch'}}
  // CHECK-FIXES: return fetch("/", stop);
}
Page warns_none(cancel::cancellation_token token) {
  return retrieve("/", cancel::cancellation_token::none()); // expected-warning {{'retrieve'}}
  // CHECK-FIXES: return retrieve("/", token);
}
Page warns_null(std::stop_token stop) {
  return maybe("/", nullptr); // expected-warning {{'maybe'}}
  // CHECK-FIXES: return maybe("/", &stop);
}
Page warns_nullopt(std::stop_token stop) {
  return perhaps("/", std::nullopt); // expected-warning {{'perhaps'}}
  // CHECK-FIXES: return perhaps("/", stop);
}
Page warns_constructor(std::stop_token stop) {
  Client client("/", {}); // expected-warning {{'Client'}}
  // CHECK-FIXES: Client client("/", stop);
  return client.load({}); // expected-warning {{'load'}}
  // CHECK-FIXES: return client.load(stop);
}
struct Request {
  std::string url;
  std::stop_token stop;
};
Page warns_carrier(const Request &request) {
  return fetch(request.url, {}); // expected-warning {{'request.stop' is in reach}}
  // CHECK-FIXES: return fetch(request.url, request.stop);
}
template <class T> Page warns_template(std::stop_token stop, T url) {
  return fetch(url, {}); // expected-warning {{'fetch'}}
  // CHECK-FIXES: return fetch(url, stop);
}
template Page warns_template(std::stop_token, const char *);
Page warns_without_fix(std::optional<std::stop_token> stop) {
  return fetch("/", {}); // expected-warning {{'stop' is in reach}}
}
#define FETCH(url) fetch(url, {})
Page warns_macro(std::stop_token stop) {
  return FETCH("/"); // expected-warning {{'fetch'}}
}

Page no_warning_passed(std::stop_token stop) { return fetch("/", stop); }
Page no_warning_left_out(std::stop_token stop) { return fetch("/"); }
Page no_warning_no_token() { return fetch("/", {}); }
Page no_warning_other_class(cancel::cancellation_token token) { return fetch("/", {}); }
void no_warning_another_one(std::stop_token stop) { both(stop, {}); }
void no_warning_after_commit(std::stop_token stop) {
  commit();
  fetch("/done", {});
}
void no_warning_handler(std::stop_token stop) {
  try {
    fetch("/", stop);
  } catch (...) {
    fetch("/undo", {});
  }
}
void no_warning_stopped(std::stop_token stop) {
  if (stop.stop_requested()) {
    fetch("/bye", {});
    return;
  }
}
[[clang::annotate("cancel::uncancellable", "must be told")]] void
no_warning_on_purpose(std::stop_token stop) {
  fetch("/bye", {});
}
void no_warning_silenced(std::stop_token stop) {
  fetch("/bye", {}); // NOLINT(cancel-default-token): the last word
}
void no_warning_variable(std::stop_token stop) {
  std::stop_token none;
  fetch("/", none);
}
class Session {
  std::stop_token stop_;
  void send(std::stop_token stop);
  void no_warning_own_member() { send({}); }
  ~Session() { fetch("/bye", {}); }
};
