// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-missing-parameter -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

using namespace std::chrono_literals;
int fetch(int item, std::stop_token stop = {});
int load(int item);
int load(int item, std::stop_token stop);
void use(int item);
std::stop_token ambient_token();
int ask(int item, std::stop_token stop = ambient_token());
struct Client {
  explicit Client(int id, std::stop_token stop = {});
  int get(const std::string &url, int retries = 3, std::stop_token stop = {}) const;
};

// --- reported

int warns_default(int item) {
  return fetch(item); // expected-warning {{'fetch' takes a cancellation token, but 'warns_default' has none to pass on; give it a parameter}}
}
int warns_overload(int item) {
  return load(item); // expected-warning {{'load' has an overload that takes a cancellation token, but 'warns_overload' has none to pass on}}
}
int warns_once(int item) {
  return fetch(item) + // expected-warning {{'fetch' takes a cancellation token}}
         fetch(item + 1) + load(item);
}
int warns_member(const Client &client) {
  return client.get("a"); // expected-warning {{'get' takes a cancellation token}}
}
void warns_constructor_call() {
  Client client(1); // expected-warning {{'Client' takes a cancellation token}}
}
struct Cache {
  int value;
  explicit Cache(int item) : value(fetch(item)) {} // expected-warning {{but this constructor has none to pass on}}
  void warns_method() { value = load(value); } // expected-warning {{'load' has an overload}}
  static int warns_static(int item) { return fetch(item); } // expected-warning {{'fetch' takes}}
};
void warns_sleep() {
  std::this_thread::sleep_for(5s); // expected-warning {{'sleep_for' waits, and 'cancel::sleep_for' would take a cancellation token, but 'warns_sleep' has none to pass on}}
}
void warns_condition(std::mutex &mutex, std::condition_variable_any &ready, bool &full) {
  std::unique_lock lock(mutex);
  ready.wait(lock, [&] { return full; }); // expected-warning {{'wait' has an overload that takes a cancellation token}}
}
template <class T> int warns_template(T item) {
  return fetch(int(item)); // expected-warning {{'fetch' takes a cancellation token}}
}
int use_template() { return warns_template(1L); }

// --- silent: a token, or something that leads to one, is near

int no_warning_parameter(int item, std::stop_token stop) { return fetch(item, stop); }
int no_warning_forward_tokens(int item, std::stop_token stop) { return fetch(item); }
struct Session {
  std::stop_token stop_;
  int no_warning_member(int item) { return fetch(item); }
};
struct Request {
  int id;
  std::stop_token stop;
};
int no_warning_carrier(const Request &request) { return fetch(request.id); }
int no_warning_own_source(int item) {
  std::stop_source mine;
  return fetch(item, mine.get_token()) + load(item);
}
struct Pool {
  std::jthread thread_;
  int no_warning_source_member(int item) { return load(item); }
};
int no_warning_none(int item) { return fetch(item, std::stop_token()) + fetch(item, {}); }
int no_warning_ambient(int item) { return ask(item); }

// --- silent: somebody else decides which parameters there are

struct Handler {
  virtual ~Handler() { fetch(0); }
  virtual int no_warning_virtual(int item) { return fetch(item); }
};
struct Special : Handler {
  int no_warning_virtual(int item) override { return load(item); }
};
int no_warning_callback(int item) { return fetch(item); }
std::function<int(int)> callback = no_warning_callback;
void no_warning_lambda() {
  std::thread([] { fetch(1); }).detach();
}
struct Functor {
  int operator()(int item) const { return fetch(item); }
};
extern "C" int no_warning_c(int item) { return fetch(item); }
#define TEST(suite, name) void suite##_##name()
TEST(Suite, no_warning_test) { use(fetch(1)); }
struct Plain {
  int value;
  Plain() : value(fetch(0)) {}
};

// --- silent: must not be cancelled, or need not

void no_warning_handler() {
  try {
    use(1);
  } catch (...) {
    fetch(1);
  }
}
[[clang::annotate("cancel::uncancellable", "commits")]] void no_warning_on_purpose() { fetch(1); }
void no_warning_short() { std::this_thread::sleep_for(10ms); }
int no_warning_own_task() {
  std::future<int> result = std::async([] { return 1; });
  return result.get();
}
int main() { return fetch(1); }
