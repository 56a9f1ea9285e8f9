// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-throw-if-requested -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

using cancel::cancellation_token;
using cancel::operation_canceled;
void work(int item);
void log(const char *text);

void warns_plain(const cancellation_token &token) {
  if (token.is_cancellation_requested()) // expected-warning@:3 {{this poll and throw are what 'token.throw_if_cancellation_requested()' does; call that}}
    throw operation_canceled();
  // CHECK-FIXES: token.throw_if_cancellation_requested();
  work(1);
}
void warns_block_and_token(cancellation_token token, const std::vector<int> &items) {
  for (int item : items) {
    if (token.is_cancellation_requested()) { // expected-warning {{'token.throw_if_cancellation_requested()'}}
      throw cancel::operation_canceled(token);
    }
    // CHECK-FIXES: token.throw_if_cancellation_requested();
    work(item);
  }
}
void warns_braces(cancellation_token token) {
  if (token.stop_requested()) throw operation_canceled{token}; // expected-warning {{poll and throw}}
  // CHECK-FIXES: token.throw_if_cancellation_requested();
}
void warns_guard(const cancellation_token *token) {
  if (token && token->is_cancellation_requested()) // expected-warning {{'token->throw_if_cancellation_requested()'}}
    throw operation_canceled();
  // CHECK-FIXES: if (token)
  // CHECK-FIXES: token->throw_if_cancellation_requested();
  work(1);
}
void warns_guarded_block(std::shared_ptr<cancellation_token> token) {
  if (token && token->is_cancellation_requested()) { // expected-warning {{poll and throw}}
    throw operation_canceled(*token);
  }
  // CHECK-FIXES: if (token) token->throw_if_cancellation_requested();
}
void warns_else_if(cancellation_token token, bool quick) {
  if (quick)
    work(1);
  else if (token.is_cancellation_requested()) // expected-warning@:8 {{poll and throw}}
    throw operation_canceled();
  // CHECK-FIXES: else token.throw_if_cancellation_requested();
}
class Loader {
public:
  explicit Loader(cancellation_token token) : token_(std::move(token)) {
    if (this->token_.is_cancellation_requested()) // expected-warning {{'this->token_.throw_if_cancellation_requested()'}}
      throw operation_canceled(token_);
    // CHECK-FIXES: this->token_.throw_if_cancellation_requested();
  }
  // One helper of the project's own is enough.
  void check() const {
    if (token_.is_cancellation_requested()) // expected-warning {{'token_.throw_if_cancellation_requested()'}}
      throw operation_canceled(token_);
    // CHECK-FIXES: token_.throw_if_cancellation_requested();
  }

private:
  cancellation_token token_;
};
template <typename Item>
void warns_template(const std::vector<Item> &items, const cancellation_token &token) {
  for (const Item &item : items) {
    if (token.is_cancellation_requested()) // expected-warning {{poll and throw}}
      throw operation_canceled();
    // CHECK-FIXES: token.throw_if_cancellation_requested();
    work(item);
  }
}
template void warns_template<int>(const std::vector<int> &, const cancellation_token &);
void warns_lambda(cancellation_token token) {
  auto step = [&](int item) {
    if (token.is_cancellation_requested()) // expected-warning {{poll and throw}}
      throw operation_canceled();
    // CHECK-FIXES: token.throw_if_cancellation_requested();
    work(item);
  };
  step(1);
}
void warns_try(cancellation_token token) try {
  if (token.is_cancellation_requested()) // expected-warning {{poll and throw}}
    throw operation_canceled();
  // CHECK-FIXES: token.throw_if_cancellation_requested();
} catch (const operation_canceled &) {
  log("stopped");
}
// A comment would be lost.
void warns_comment(cancellation_token token) {
  if (token.is_cancellation_requested()) // expected-warning {{poll and throw}}
    // The caller rolls back.
    throw operation_canceled();
}

class Stopped : public operation_canceled {};
void no_warning_other_exception(cancellation_token token) {
  if (token.is_cancellation_requested())
    throw std::runtime_error("stopped");
  if (token.is_cancellation_requested())
    throw Stopped();
  if (token.is_cancellation_requested())
    throw cancel::task_canceled();
}
void no_warning_other_token(cancellation_token token, cancellation_token parent) {
  if (token.is_cancellation_requested())
    throw operation_canceled(parent);
}
void no_warning_more(cancellation_token token) {
  if (token.is_cancellation_requested()) {
    log("stopped");
    throw operation_canceled();
  }
  if (token.is_cancellation_requested() || token.can_be_canceled())
    throw operation_canceled();
  if (!token.is_cancellation_requested())
    throw operation_canceled();
}
void no_warning_else(cancellation_token token) {
  if (token.is_cancellation_requested())
    throw operation_canceled();
  else
    work(1);
}
void no_warning_rethrow(cancellation_token token) {
  try {
    work(1);
  } catch (...) {
    if (token.is_cancellation_requested())
      throw;
  }
}
void no_warning_made_elsewhere(cancellation_token token, const operation_canceled &why) {
  if (token.is_cancellation_requested())
    throw why;
}
void no_warning_other_guard(const cancellation_token *token, bool armed) {
  if (armed && token->is_cancellation_requested())
    throw operation_canceled();
}
#define THROW_IF(token)                                                        \
  if (token.is_cancellation_requested())                                       \
  throw operation_canceled()
void no_warning_macro(cancellation_token token) { THROW_IF(token); }
void no_warning_left_out(cancellation_token token) {
  if (token.is_cancellation_requested()) { // expected-warning {{poll and throw}}
#ifdef TRACE
    log("stopped");
#endif
    throw operation_canceled();
  }
}
// A source has no such member.
void no_warning_source(cancel::cancellation_source &source) {
  if (source.is_cancellation_requested())
    throw operation_canceled();
}
