// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-discarded-callback -- -std=c++20
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

void work(int item);
void shut(int socket);
using Callback = std::stop_callback<std::function<void()>>;
Callback make(std::stop_token stop);
std::unique_ptr<Callback> on_stop(std::stop_token stop, std::function<void()> f);

void warns_temporary(std::stop_token stop, int socket) {
  std::stop_callback(stop, [socket] { shut(socket); }); // expected-warning@:3 {{this 'stop_callback' ends with the statement, and cancelling 'stop' never calls it; keep it in a variable}}
  // CHECK-FIXES: std::stop_callback callback(stop, [socket] { shut(socket); });
  work(1);
}
void warns_braces(std::stop_token stop, int socket) {
  std::stop_callback{stop, [socket] { shut(socket); }}; // expected-warning {{this 'stop_callback'}}
  // CHECK-FIXES: std::stop_callback callback{stop, [socket] { shut(socket); }};
  work(1);
}
void warns_alias(const std::stop_token &stop) {
  Callback(stop, [] { work(0); }); // expected-warning {{this 'stop_callback'}}
  // CHECK-FIXES: Callback callback(stop, [] { work(0); });
  work(1);
}
void warns_returned(std::stop_token stop) {
  make(stop); // expected-warning@:3 {{the registration that 'make' returns ends with the statement, and cancelling 'stop' never calls it}}
  // CHECK-FIXES: auto callback = make(stop);
  work(1);
}
void warns_pointer(std::stop_token stop) {
  on_stop(stop, [] { work(0); }); // expected-warning {{'on_stop' returns}}
  // CHECK-FIXES: auto callback = on_stop(stop, [] { work(0); });
  work(1);
}
// The name is taken.
void warns_name(std::stop_token stop, std::function<void()> callback) {
  std::stop_callback(stop, [] { work(0); }); // expected-warning {{this 'stop_callback'}}
  callback();
}
void warns_without_braces(std::stop_token stop, bool armed) {
  if (armed)
    std::stop_callback(stop, [] { work(0); }); // expected-warning {{this 'stop_callback'}}
  work(1);
}
void warns_inner_block(std::stop_token stop, int socket) {
  {
    std::stop_callback on_stop(stop, [socket] { shut(socket); }); // expected-warning@:24 {{'on_stop' ends where it is made, and cancelling 'stop' never calls it; declare it where the work is}}
  }
  work(1);
}
void warns_in_branch(std::stop_token stop, int socket) {
  if (stop.stop_possible()) {
    work(0);
    std::stop_callback on_stop(stop, [socket] { shut(socket); }); // expected-warning {{'on_stop' ends where it is made}}
  }
  work(1);
}
// It should have been the member.
class Reader {
public:
  Reader(std::stop_token stop, int socket) : socket_(socket) {
    std::stop_callback on_stop(std::move(stop), [this] { shut(socket_); }); // expected-warning {{'on_stop' ends where it is made}}
  }
  bool warns_return(std::stop_token stop) {
    std::stop_callback on_stop(stop, [this] { shut(socket_); }); // expected-warning {{'on_stop' ends where it is made}}
    return true;
  }
  template <typename Item> void warns_template(const std::vector<Item> &items, std::stop_token stop) {
    std::stop_callback(stop, [] { work(0); }); // expected-warning {{this 'stop_callback'}}
    // CHECK-FIXES: std::stop_callback callback(stop, [] { work(0); });
    for (const Item &item : items)
      work(item);
  }

private:
  int socket_;
};
template void Reader::warns_template<int>(const std::vector<int> &, std::stop_token);
void warns_lambda(std::stop_token stop) {
  auto arm = [&] {
    std::stop_callback on_stop(stop, [] { work(0); }); // expected-warning {{'on_stop' ends where it is made}}
  };
  arm();
}
void warns_loop(std::stop_token stop, const std::vector<int> &sockets) {
  for (int socket : sockets) {
    std::stop_callback on_stop(stop, [socket] { shut(socket); }); // expected-warning {{'on_stop'}}
  }
  work(1);
}
#define ON_STOP(token, ...) std::stop_callback(token, [&] { __VA_ARGS__; })
void warns_macro(std::stop_token stop) {
  ON_STOP(stop, work(0)); // expected-warning {{this 'stop_callback'}}
  work(1);
}

void no_warning_named(std::stop_token stop, int socket) {
  std::stop_callback callback(stop, [socket] { shut(socket); });
  work(1);
}
int no_warning_return_works(std::stop_token stop, int socket, int (*run)(int)) {
  std::stop_callback callback(stop, [socket] { shut(socket); });
  return run(socket);
}
void no_warning_void(std::stop_token stop) {
  (void)std::stop_callback(stop, [] { work(0); });
  (void)make(stop);
}
#define EXPECT_NO_THROW(...)                                                   \
  try {                                                                        \
    __VA_ARGS__;                                                               \
  } catch (...) {                                                              \
  }
void no_warning_macro_argument(std::stop_token stop) {
  EXPECT_NO_THROW(std::stop_callback(stop, std::function<void()>()));
}
class Holder {
public:
  void no_warning_emplaced(std::stop_token stop) {
    callback_.emplace(stop, [] { work(0); });
    callbacks_.push_back(std::make_unique<Callback>(stop, [] { work(1); }));
    new Callback(stop, [] { work(2); });
  }
  std::unique_ptr<Callback> no_warning_returned(std::stop_token stop) {
    return std::make_unique<Callback>(stop, [] { work(0); });
  }
  void no_warning_passed(std::stop_token stop, void (*run)(const Callback &)) {
    run(Callback(stop, [] { work(0); }));
  }

private:
  std::optional<Callback> callback_;
  std::vector<std::unique_ptr<Callback>> callbacks_;
};
void no_warning_optional(std::stop_token stop) {
  work(1);
  std::optional<Callback> later;
}
// What is cancelled already is told at once.
void no_warning_requested(std::jthread &worker) {
  worker.request_stop();
  worker.join();
  std::stop_callback late(worker.get_stop_token(), [] { work(0); });
}
void no_warning_requested_by_token(std::stop_source source) {
  std::stop_token stop = source.get_token();
  source.request_stop();
  Callback(stop, [] { work(0); });
}
void no_warning_requested_by_thread(std::stop_source source) {
  std::thread stopper([](std::stop_source s) { s.request_stop(); }, source);
  stopper.join();
  std::stop_callback late(source.get_token(), [] { work(0); });
}
void warns_requested_perhaps(std::stop_source source, bool late) {
  if (late)
    source.request_stop();
  std::stop_callback callback(source.get_token(), [] { work(0); }); // expected-warning {{'callback' ends where it is made}}
}
void warns_requested_later(std::stop_source source) {
  {
    std::stop_callback callback(source.get_token(), [] { work(0); }); // expected-warning {{'callback' ends where it is made}}
  }
  source.request_stop();
}
void warns_other_requested(std::stop_source source, std::stop_source other) {
  other.request_stop();
  std::stop_callback callback(source.get_token(), [] { work(0); }); // expected-warning {{'callback' ends where it is made}}
}
void warns_not_joined(std::stop_source source) {
  std::thread stopper([](std::stop_source s) { s.request_stop(); }, source);
  {
    std::stop_callback callback(source.get_token(), [] { work(0); }); // expected-warning {{'callback' ends where it is made}}
  }
  stopper.join();
}
void no_warning_static(std::stop_token stop) {
  work(1);
  static std::stop_callback callback(stop, [] { work(0); });
}
Callback &slot();
void no_warning_reference() {
  slot();
  Callback &callback = slot();
}
void no_warning_other_class(std::mutex &mutex) {
  std::lock_guard<std::mutex>{mutex};
  { std::lock_guard lock(mutex); }
}
void no_warning_without_token() { work(1); }
// A test: what the callback writes is asked behind the request.
void check(bool);
void no_warning_ended_on_purpose() {
  std::stop_source source;
  bool called = false;
  {
    std::stop_callback callback(source.get_token(), [&] { called = true; });
  }
  check(!called);
  source.request_stop();
  check(!called);
}
void warns_other_source(std::stop_source &other) {
  std::stop_source source;
  {
    std::stop_callback callback(source.get_token(), [] { work(0); }); // expected-warning {{'callback' ends where it is made}}
  }
  other.request_stop();
}
void warns_last_of_a_scope(bool any) {
  std::stop_source source;
  if (any) {
    work(1);
    std::stop_callback callback(source.get_token(), [] { work(0); }); // expected-warning {{'callback' ends where it is made}}
  }
  source.request_stop();
}
// What is measured is how long it takes to make one.
void no_warning_nothing_to_do(std::stop_token stop) {
  for (int i = 0; i < 1000; ++i) {
    std::stop_callback callback(stop, [] {});
  }
  std::stop_callback{stop, [] {}};
}
