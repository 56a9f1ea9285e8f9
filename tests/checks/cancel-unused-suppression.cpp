// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: llvm-22
// RUN: %check %s cancel-unused-suppression -- -std=c++20 -I%root/token/include
//
// One translation unit sees only what is wrong with annotations; comments are
// judged by the tool: tests/tool/unused-suppression.test.
#include "cancel/cancellation_token.hpp"
#include <stop_token>
#include <vector>

void work(int item);
int fetch(int item, std::stop_token stop = {});

[[clang::annotate("cancel::uncancelable")]] // expected-warning@:3 {{annotation 'cancel::uncancelable' has no effect; there are 'cancel::blocking', 'cancel::point_of_no_return', 'cancel::uncancellable' and 'cancel::token'}}
void warns_misspelled(int item) { work(item); }
[[clang::annotate("cancel::block")]] void warns_declared(int item); // expected-warning {{'cancel::block' has no effect}}
void warns_declared(int item) { work(item); }
[[clang::annotate("cancel::token")]] void warns_token() { work(1); } // expected-warning {{annotation 'cancel::token' has no effect here; it belongs to a class}}
void warns_parameter([[clang::annotate("cancel::token")]] int item) { work(item); } // expected-warning {{'cancel::token' has no effect here}}
void warns_variable() {
  [[clang::annotate("cancel::Uncancellable")]] int item = 1; // expected-warning {{'cancel::Uncancellable' has no effect}}
  work(item);
}
void warns_statement() {
  [[clang::annotate("cancel::commit")]] work(1); // expected-warning {{'cancel::commit' has no effect}}
}
struct Job {
  [[clang::annotate("cancel::")]] void warns_empty() { work(1); } // expected-warning {{'cancel::' has no effect}}
  template <class T>
  [[clang::annotate("cancel::Blocking")]] void warns_template(T item) { work(item); } // expected-warning {{'cancel::Blocking' has no effect}}
};
auto warns_lambda = [] {
  [[clang::annotate("cancel::no_return")]] work(2); // expected-warning {{'cancel::no_return' has no effect}}
};

[[clang::annotate("cancel::blocking")]] void no_warning_blocking(int item) { work(item); }
[[clang::annotate("cancel::uncancellable", "writes the index")]]
void no_warning_uncancellable(int item) { work(item); }
[[clang::annotate("cancel::point_of_no_return")]] void no_warning_commit() { work(1); }
void no_warning_statement(std::stop_token stop) {
  [[clang::annotate("cancel::point_of_no_return")]] work(1);
  [[clang::annotate("cancel::uncancellable", "tidies up")]] fetch(2);
}
[[clang::annotate("other::thing")]] void no_warning_other() { work(1); }
[[clang::annotate("cancel")]] void no_warning_other_word() { work(1); }
class [[clang::annotate("cancel::token")]] NoWarningFlag {
public:
  bool is_cancelled() const { return value_; }

private:
  bool value_ = false;
};
[[deprecated]] void no_warning_other_attribute() { work(1); }
[[clang::annotate("cancel::maybe")]] void no_warning_without_body(int item);
