// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-token-position -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <functional>
#include <ostream>
#include <source_location>
#include <stop_token>
#include <string>
#include <vector>

using cancel::cancellation_token;
void work(int item, cancellation_token token);

// The bundled library has it last.
void warns_first(cancellation_token token, int item) { // expected-warning@:37 {{token 'token' stands between the parameters; 'cancel' has it last, behind 'item'}}
  work(item, token);
}
void warns_middle(int item, const cancellation_token &token, const std::string &name) { // expected-warning {{behind 'name'}}
  work(item + static_cast<int>(name.size()), token);
}
class Loader {
public:
  Loader(cancellation_token token, int limit) // expected-warning {{behind 'limit'}}
      : token_(token), limit_(limit) {}
  void warns_method(cancellation_token token, int item) const { // expected-warning {{behind 'item'}}
    work(item + limit_, token);
  }
  static void warns_static(cancellation_token token, int item) { // expected-warning {{behind 'item'}}
    work(item, token);
  }

private:
  cancellation_token token_;
  int limit_;
};
template <typename Item>
void warns_template(cancellation_token token, const std::vector<Item> &items) { // expected-warning {{behind 'items'}}
  for (const Item &item : items)
    work(item, token);
}
template void warns_template<int>(cancellation_token, const std::vector<int> &);
static void warns_unnamed_follows(cancellation_token token, int) { // expected-warning {{behind 'int'}}
  work(1, token);
}
void use() { warns_unnamed_follows({}, 1); }
void warns_pointer(const cancellation_token *token, int item) { // expected-warning {{behind 'item'}}
  work(item, token ? *token : cancellation_token());
}
// std::stop_token is first in what a std::jthread runs, last elsewhere.
void warns_between(int item, std::stop_token stop, int count) { // expected-warning {{token 'stop' stands between the parameters; 'std' has it first or last, behind 'count'}}
  while (!stop.stop_requested() && count--)
    work(item, {});
}

void no_warning_last(int item, cancellation_token token) { work(item, token); }
void no_warning_std_first(std::stop_token stop, int item) {
  while (!stop.stop_requested())
    work(item, {});
}
void no_warning_std_last(int item, std::stop_token stop) {
  while (!stop.stop_requested())
    work(item, {});
}
void no_warning_default(cancellation_token token, int item = 1) { work(item, token); }
void no_warning_location(cancellation_token token, std::source_location where = std::source_location::current()) {
  work(static_cast<int>(where.line()), token);
}
void no_warning_callable(cancellation_token token, const std::function<void(int)> &done) {
  work(1, token);
  done(1);
}
void no_warning_function_pointer(cancellation_token token, void (*done)(int)) {
  work(1, token);
  done(1);
}
template <typename Predicate>
void no_warning_predicate(int item, cancellation_token token, Predicate pred) {
  while (!pred())
    work(item, token);
}
template <typename... Args>
void no_warning_pack(cancellation_token token, Args... args) {
  (work(args, token), ...);
}
void no_warning_out(cancellation_token token, std::vector<int> &results, int *count) {
  work(1, token);
  results.push_back(*count);
}
void no_warning_several(cancellation_token token, cancellation_token parent, int item) {
  work(item, token);
  work(item, parent);
}
class Base {
public:
  Base(int limit, cancellation_token token) : token_(token), limit_(limit) {}
  virtual ~Base() = default;
  virtual void no_warning_virtual(cancellation_token token, int item) {
    work(item, token);
  }

protected:
  cancellation_token token_;
  int limit_;
};
class Derived : public Base {
public:
  Derived(cancellation_token token, int limit) : Base(limit, token) {}
  void no_warning_virtual(cancellation_token token, int item) override {
    work(item + limit_, token);
  }
  void operator()(cancellation_token token, int item) const { work(item, token); }
};
void no_warning_address_taken(cancellation_token token, int item) { work(item, token); }
using Step = void (*)(cancellation_token, int);
Step step = no_warning_address_taken;
extern "C" void no_warning_c(const cancellation_token &token, int item) { work(item, token); }
void no_warning_lambda(int item, cancellation_token token) {
  auto run = [](cancellation_token own, int one) { work(one, own); };
  run(token, item);
}
#define DEFINE(name) void name(cancellation_token token, int item)
DEFINE(no_warning_macro) { work(item, token); }
// A source is no token.
void no_warning_source(cancel::cancellation_source source, int item) {
  work(item, source.get_token());
}
