// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-fresh-source -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
struct Page {};
Page fetch(const std::string &url, std::stop_token stop = {});
Page fetch(const std::string &url, cancel::cancellation_token token);
void store(const Page &page);
bool again();
struct Options {
  int retries = 3;
  std::stop_token stop;
};
Page crawl(const std::string &url, const Options &options);
class Client {
public:
  explicit Client(std::stop_token stop);
  Page get(const std::string &url);
};
void link(std::stop_token from, std::stop_source &to);
void keep(std::stop_source source);
void on_close(std::function<void()> action);

Page warns(std::stop_token stop) {
  std::stop_source inner; // expected-warning@:20 {{cancelling 'stop' does not reach 'fetch', which gets the token of the new source 'inner'; link them}}
  return fetch("/", inner.get_token());
}
Page warns_linkable(cancel::cancellation_token token) {
  cancel::cancellation_source inner; // expected-warning {{cancelling 'token' does not reach 'fetch'}}
  // CHECK-FIXES: cancel::cancellation_source inner = cancel::cancellation_source::linked(token);
  inner.cancel_after(5s);
  return fetch("/", inner.get_token());
}
Page warns_linkable_auto(const cancel::cancellation_token &token) {
  auto inner = cancel::cancellation_source(); // expected-warning {{'inner'}}
  // CHECK-FIXES: auto inner = cancel::cancellation_source::linked(token);
  auto mine = inner.get_token();
  return fetch("/", mine);
}
Page warns_braces(cancel::cancellation_token token) {
  using cancel::cancellation_source;
  const cancellation_source inner{}; // expected-warning {{'inner'}}
  // CHECK-FIXES: const cancellation_source inner = cancellation_source::linked(token);
  return fetch("/", inner.get_token());
}
Page warns_nameless(std::stop_token stop) {
  return fetch("/", std::stop_source().get_token()); // expected-warning@:21 {{cancelling 'stop' does not reach 'fetch', which gets the token of a source that nobody can request; pass 'stop'}}
  // CHECK-FIXES: return fetch("/", stop);
}
Page warns_nameless_braces(cancel::cancellation_token token) {
  return fetch("/", cancel::cancellation_source{}.get_token()); // expected-warning {{cancelling 'token' does not reach 'fetch'}}
  // CHECK-FIXES: return fetch("/", token);
}
Page silent_nameless_nothing_in_reach() {
  return fetch("/", std::stop_source().get_token());
}
Page silent_nameless_linked(cancel::cancellation_token token) {
  return fetch("/", cancel::cancellation_source::linked(token).get_token());
}
Page silent_copy_of_another(std::stop_token stop, std::stop_source &other) {
  if (stop.stop_requested())
    return {};
  return fetch("/", std::stop_source(other).get_token());
}
Page silent_thread_of_its_own(std::stop_token stop) {
  return fetch("/", std::jthread().get_stop_token());
}
Page warns_in_options(std::stop_token stop) {
  std::stop_source inner; // expected-warning {{does not reach 'crawl'}}
  Options options;
  options.stop = inner.get_token();
  return crawl("/", options);
}
Page warns_in_initialiser(std::stop_token stop) {
  std::stop_source inner; // expected-warning {{does not reach 'crawl'}}
  return crawl("/", {.retries = 5, .stop = inner.get_token()});
}
Page warns_in_object(std::stop_token stop) {
  std::stop_source inner; // expected-warning {{does not reach 'get'}}
  Client client(inner.get_token());
  return client.get("/");
}
void warns_in_thread(const Options &options) {
  std::stop_source inner; // expected-warning {{cancelling 'options.stop' does not reach 'thread'}}
  std::thread worker([stop = inner.get_token()] { fetch("/", stop); });
  worker.join();
  inner.request_stop();
}
// The siblings stop each other, and nothing stops all of them.
void warns_siblings(std::stop_token stop, const std::vector<std::string> &urls) {
  std::stop_source siblings; // expected-warning {{does not reach 'fetch'}}
  for (const std::string &url : urls) {
    try {
      store(fetch(url, siblings.get_token()));
    } catch (...) {
      siblings.request_stop();
      throw;
    }
  }
}
auto warns_in_lambda() {
  return [](std::stop_token stop) {
    std::stop_source inner; // expected-warning {{'inner'}}
    return fetch("/", inner.get_token());
  };
}
template <class Url> Page warns_in_template(std::stop_token stop, Url url) {
  std::stop_source inner; // expected-warning {{'inner'}}
  return fetch(url, inner.get_token());
}
template Page warns_in_template(std::stop_token, const char *);
class Crawler {
  std::stop_token stop_;

public:
  Page warns_member(const std::string &url) {
    std::stop_source inner; // expected-warning {{cancelling 'stop_' does not reach 'fetch'}}
    return fetch(url, inner.get_token());
  }
};
#define NEW_SOURCE(name) cancel::cancellation_source name
Page warns_macro(cancel::cancellation_token token) {
  NEW_SOURCE(inner); // expected-warning {{'inner'}}
  return fetch("/", inner.get_token());
}

Page no_warning_no_token() {
  std::stop_source source;
  return fetch("/", source.get_token());
}
Page no_warning_linked(cancel::cancellation_token token) {
  auto inner = cancel::cancellation_source::linked(token);
  inner.cancel_after(5s);
  return fetch("/", inner.get_token());
}
Page no_warning_callback(std::stop_token stop) {
  std::stop_source inner;
  std::stop_callback link(stop, [&] { inner.request_stop(); });
  return fetch("/", inner.get_token());
}
Page no_warning_callback_by_copy(std::stop_token stop) {
  std::stop_source inner;
  auto cancel = [inner]() mutable { inner.request_stop(); };
  std::stop_callback<std::function<void()>> link(stop, cancel);
  return fetch("/", inner.get_token());
}
struct Requester {
  std::stop_source &source;
  void operator()() const { source.request_stop(); }
};
Page no_warning_functor(std::stop_token stop) {
  std::stop_source inner;
  std::stop_callback link(stop, Requester{inner});
  return fetch("/", inner.get_token());
}
Page no_warning_optional_callback(std::stop_token stop) {
  std::stop_source inner;
  auto request = [&inner] { inner.request_stop(); };
  std::optional<std::stop_callback<decltype(request)>> link;
  link.emplace(stop, request);
  return fetch("/", inner.get_token());
}
Page no_warning_helper(std::stop_token stop) {
  std::stop_source inner;
  link(stop, inner);
  return fetch("/", inner.get_token());
}
void no_warning_polled(std::stop_token stop) {
  std::stop_source workers;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([token = workers.get_token()] { fetch("/", token); });
  while (again())
    if (stop.stop_requested())
      workers.request_stop();
  for (std::thread &thread : threads)
    thread.join();
}
// Returns when the outer token is cancelled, and tells the workers then.
void no_warning_requested_after_wait(std::stop_token stop, std::mutex &mutex,
                                     std::condition_variable_any &ready) {
  std::stop_source worker;
  std::thread thread([token = worker.get_token()] { fetch("/", token); });
  std::unique_lock lock(mutex);
  ready.wait(lock, stop, [] { return again(); });
  worker.request_stop();
  thread.join();
}
class Service {
  std::stop_source source_;
  std::vector<std::stop_source> all_;
  std::stop_source no_warning_returned(std::stop_token stop) {
    std::stop_source inner;
    fetch("/", inner.get_token());
    return inner;
  }
  void no_warning_stored(std::stop_token stop) {
    std::stop_source inner;
    fetch("/", inner.get_token());
    source_ = inner;
  }
  void no_warning_kept(std::stop_token stop) {
    std::stop_source inner;
    all_.push_back(inner);
    fetch("/", inner.get_token());
  }
};
void no_warning_handed_over(std::stop_token stop) {
  std::stop_source inner;
  keep(inner);
  fetch("/", inner.get_token());
}
void no_warning_kept_by_lambda(std::stop_token stop) {
  std::stop_source inner;
  on_close([inner]() mutable { inner.request_stop(); });
  fetch("/", inner.get_token());
}
Page no_warning_fallback(std::optional<std::stop_token> stop) {
  std::stop_source never;
  return fetch("/", stop ? *stop : never.get_token());
}
Page no_warning_value_or(std::optional<std::stop_token> stop) {
  std::stop_source never;
  return fetch("/", stop.value_or(never.get_token()));
}
Page both(std::stop_token first, std::stop_token second);
Page no_warning_outer_too(std::stop_token stop) {
  std::stop_source inner;
  return both(stop, inner.get_token());
}
Page no_warning_nobody_gets_it(std::stop_token stop) {
  std::stop_source inner;
  if (inner.stop_possible())
    return fetch("/", stop);
  return {};
}
std::stop_token no_warning_token_returned(std::stop_token stop) {
  std::stop_source inner;
  return inner.get_token();
}
Page no_warning_stateless(std::stop_token stop) {
  std::stop_source none(std::nostopstate);
  return fetch("/", none.get_token());
}
[[clang::annotate("cancel::point_of_no_return")]] void commit();
void no_warning_after_commit(std::stop_token stop) {
  commit();
  std::stop_source inner;
  fetch("/", inner.get_token());
}
void no_warning_handler(std::stop_token stop) {
  try {
    fetch("/", stop);
  } catch (...) {
    std::stop_source inner;
    fetch("/undo", inner.get_token());
  }
}
void no_warning_on_purpose(std::stop_token stop) {
  [[clang::annotate("cancel::uncancellable", "must be told")]] std::stop_source inner;
  fetch("/bye", inner.get_token());
}
Page no_warning_other_family(std::stop_token stop) {
  cancel::cancellation_source inner;
  return fetch("/", inner.get_token());
}
// A thread is asked by who made it.
void no_warning_thread(std::stop_token stop) {
  std::jthread worker([](std::stop_token own) { fetch("/", own); });
  store(fetch("/", worker.get_stop_token()));
}
// A call that gets both may link them.
void chain(std::stop_source &inner, std::stop_token outer);
Page no_warning_chained(std::stop_token stop) {
  std::stop_source inner;
  chain(inner, stop);
  return fetch("/", inner.get_token());
}
// Of two sources the one may end with the other: who gets both ties them.
Page no_warning_joined(std::stop_token stop) {
  std::stop_source operation;
  std::stop_source timeout;
  chain(operation, timeout.get_token());
  chain(operation, stop);
  return fetch("/", operation.get_token());
}
Page warns_beside_joined(std::stop_token stop) {
  std::stop_source operation;
  std::stop_source timeout; // expected-warning {{cancelling 'stop' does not reach 'fetch', which gets the token of the new source 'timeout'}}
  chain(operation, timeout.get_token());
  chain(operation, stop);
  return fetch("/", timeout.get_token());
}
