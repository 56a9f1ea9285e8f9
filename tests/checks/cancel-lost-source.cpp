// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-lost-source -- -std=c++20 -I%root/token/include
#include "cancel/cancellation_source.hpp"
#include "cancel/cancellation_token.hpp"
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
int fetch(int item, std::stop_token stop);
void run(std::function<void()> work);
void take(std::stop_token stop);
void keep(std::stop_source source);
void look(const std::stop_source &source);
int load(cancel::cancellation_token token);

int warns_local() {
  std::stop_source source; // expected-warning@:20 {{nobody can ever request 'source'; what gets its token cannot be cancelled}}
  return fetch(1, source.get_token()); // expected-note@:26 {{the token is handed out here}}
}
int warns_local_token() {
  auto source = std::stop_source();                // expected-warning {{nobody can ever request 'source'}}
  const std::stop_token stop = source.get_token(); // expected-note {{handed out}}
  return fetch(1, stop) + fetch(2, stop);
}
std::stop_token warns_returned() {
  std::stop_source source{}; // expected-warning {{'source'}}
  return source.get_token(); // expected-note {{handed out}}
}
void warns_worker(std::vector<int> &done) {
  std::stop_source source; // expected-warning {{'source'}}
  std::thread worker([token = source.get_token(), &done] { // expected-note {{handed out}}
    while (!token.stop_requested())
      done.push_back(1);
  });
  worker.join();
}
void warns_captured() {
  std::stop_source source; // expected-warning {{'source'}}
  run([&] { fetch(1, source.get_token()); });
  run([copy = source] { take(copy.get_token()); }); // expected-note {{handed out}}
}
int warns_helper(int item) {
  struct Job {
    static int run(int item, const std::stop_source &source) {
      return fetch(item, source.get_token()); // expected-note {{handed out}}
    }
  };
  std::stop_source source; // expected-warning {{'source'}}
  return Job::run(item, source);
}
int warns_temporary() {
  return fetch(1, std::stop_source().get_token()); // expected-warning@:19 {{nobody can ever request this source, which is gone at once}}
}
int warns_temporary_braces() {
  return load(cancel::cancellation_source{}.get_token()); // expected-warning {{gone at once}}
}
template <class T> int warns_template(T item) {
  std::stop_source source; // expected-warning {{'source'}}
  return fetch(item, source.get_token()); // expected-note {{handed out}}
}
template int warns_template(int);
int warns_possible_first() {
  cancel::cancellation_source source; // expected-warning {{'source'}}
  if (!source.get_token().can_be_canceled())
    return 0;
  return load(source.get_token()); // expected-note {{handed out}}
}
auto warns_in_lambda = [] {
  std::stop_source source; // expected-warning {{'source'}}
  return fetch(1, source.get_token()); // expected-note {{handed out}}
};
class WarnsMember {
public:
  int run() { return fetch(1, source_.get_token()); } // expected-note {{handed out}}
  std::stop_token token() const { return source_.get_token(); }

private:
  std::stop_source source_; // expected-warning@:20 {{nobody can ever request member 'source_'}}
};
struct WarnsMemberLoop {
  WarnsMemberLoop() {
    worker_ = std::thread([this] {
      while (!source_.stop_requested()) // expected-note {{handed out}}
        take({});
    });
  }
  ~WarnsMemberLoop() { worker_.join(); }

private:
  std::stop_source source_; // expected-warning {{member 'source_'}}
  std::thread worker_;
};

// Somebody requests it, on some path.
int no_warning_requested(bool early) {
  std::stop_source source;
  int result = fetch(1, source.get_token());
  if (early)
    source.request_stop();
  return result;
}
int no_warning_requested_by_lambda() {
  std::stop_source source;
  run([&source] { source.request_stop(); });
  return fetch(1, source.get_token());
}
int no_warning_linked(std::stop_token stop) {
  std::stop_source source;
  std::stop_callback link(stop, [&] { source.request_stop(); });
  return fetch(1, source.get_token());
}
static void finish(std::stop_source &source) { source.request_stop(); }
int no_warning_requested_by_helper() {
  std::stop_source source;
  int result = fetch(1, source.get_token());
  finish(source);
  return result;
}
int no_warning_deadline() {
  cancel::cancellation_source source;
  source.cancel_after(5s);
  return load(source.get_token());
}
int no_warning_parent(cancel::cancellation_token token) {
  auto source = cancel::cancellation_source::linked(token);
  return load(source.get_token());
}
void no_warning_thread_requests() {
  std::jthread worker([](std::stop_token stop) { fetch(1, stop); });
  take(worker.get_stop_token());
}
// Others may hold it.
int no_warning_passed() {
  std::stop_source source;
  keep(source);
  return fetch(1, source.get_token());
}
int no_warning_seen() {
  std::stop_source source;
  look(source);
  return fetch(1, source.get_token());
}
std::stop_source no_warning_returned() {
  std::stop_source source;
  take(source.get_token());
  return source;
}
std::stop_source *watched;
int no_warning_address() {
  std::stop_source source;
  watched = &source;
  return fetch(1, source.get_token());
}
int no_warning_reference(std::stop_source &given) {
  std::stop_source &source = given;
  return fetch(1, source.get_token());
}
int no_warning_shared(std::vector<std::stop_source> &all) {
  std::stop_source source;
  all.push_back(source);
  return fetch(1, source.get_token());
}
int no_warning_copied_from(const std::stop_source &given) {
  std::stop_source source = given;
  return fetch(1, source.get_token());
}
// There is a token to pass on: cancel-fresh-source speaks.
int no_warning_token_in_reach(std::stop_token stop) {
  std::stop_source source;
  return fetch(1, stop) + fetch(2, source.get_token()) +
         fetch(3, std::stop_source().get_token());
}
// A placeholder, or one whose token nobody needs.
int no_warning_placeholder() {
  std::stop_source source(std::nostopstate);
  return fetch(1, source.get_token());
}
bool no_warning_possible() {
  std::stop_source source;
  return source.get_token().stop_possible() && source.stop_possible();
}
void no_warning_unused() { std::stop_source source; }
void no_warning_dropped() {
  std::stop_source source;
  (void)source.get_token();
}
// It wants to see that nothing was requested.
bool no_warning_not_requested() {
  std::stop_source source;
  std::stop_token token = source.get_token();
  take(token);
  return token.stop_requested();
}
bool no_warning_source_not_requested() {
  std::stop_source source;
  take(source.get_token());
  return source.stop_requested();
}
#define TEST(Name) void Name##_test()
TEST(no_warning) {
  std::stop_source source;
  fetch(1, source.get_token());
}
#define WITH_SOURCE(Use) { std::stop_source source; Use; }
void no_warning_macro() { WITH_SOURCE(fetch(1, source.get_token())) }
class MySource : public std::stop_source {
public:
  ~MySource() { request_stop(); }
};
int no_warning_derived() {
  MySource source;
  return fetch(1, source.get_token());
}
static std::stop_source all;
int no_warning_global() { return fetch(1, all.get_token()); }
class NoWarningMember {
public:
  int run() { return fetch(1, source_.get_token()); }
  void stop() { source_.request_stop(); }

private:
  std::stop_source source_;
};
class NoWarningMemberElsewhere {
public:
  int run() { return fetch(1, source_.get_token()); }
  void stop();

private:
  std::stop_source source_;
};
class NoWarningMemberGiven {
public:
  explicit NoWarningMemberGiven(std::stop_source source) : source_(source) {}
  int run() { return fetch(1, source_.get_token()); }

private:
  std::stop_source source_;
};
class NoWarningMemberPublic {
public:
  int run() { return fetch(1, source_.get_token()); }
  std::stop_source source_;
};
class NoWarningMemberFriend {
public:
  int run() { return fetch(1, source_.get_token()); }

private:
  friend void stop(NoWarningMemberFriend &);
  std::stop_source source_;
};
