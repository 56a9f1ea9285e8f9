// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-forward-token -- -std=c++20
//
// What takes back where something was cancelled or failed needs no token.
#include <exception>
#include <optional>
#include <stop_token>
#include <system_error>
#include <vector>

enum class Code { Ok, Cancelled, Failed };
enum class Button { Ok, Cancel };
struct Result {
  bool ok() const;
  Code code() const;
};
struct Store {
  Code put(int id, std::stop_token stop = {});
  bool add(int id, std::stop_token stop = {});
  Result send(int id, std::stop_token stop = {});
  std::optional<int> find(int id, std::stop_token stop = {});
  std::error_code save(int id, std::stop_token stop = {});
  void remove(int id, std::stop_token stop = {});
  void eraseAll(std::stop_token stop = {});
  void copy(int id, std::stop_token stop = {});
};
bool known(int id);
Button ask();

// --- a result that says cancelled

Code no_warning_cancelled(Store &store, std::stop_token stop) {
  Code code = store.put(1, stop);
  if (code == Code::Cancelled)
    store.copy(1);
  return code;
}
Code no_warning_else(Store &store, std::stop_token stop) {
  Code code = store.put(1, stop);
  if (code != Code::Cancelled) {
    store.copy(1, stop);
  } else {
    store.copy(2);
  }
  return code;
}
void no_warning_member(Store &store, std::stop_token stop) {
  Result result = store.send(1, stop);
  if (!result.ok() && result.code() == Code::Cancelled)
    store.copy(1);
}
void no_warning_error_code(Store &store, std::stop_token stop) {
  if (store.save(1, stop) == std::errc::operation_canceled)
    store.copy(1);
}
void no_warning_case(Store &store, std::stop_token stop) {
  switch (store.put(1, stop)) {
  case Code::Ok:
    store.copy(1, stop);
    break;
  case Code::Cancelled:
    known(1);
    store.copy(2);
    break;
  default:
    break;
  }
}
void warns_other_cases(Store &store, std::stop_token stop) {
  switch (store.put(1, stop)) {
  case Code::Ok:
    store.copy(1); // expected-warning {{'copy' takes a cancellation token}}
    // CHECK-FIXES: store.copy(1, stop);
  case Code::Cancelled:
    store.copy(2); // expected-warning {{'copy' takes a cancellation token}}
    // CHECK-FIXES: store.copy(2, stop);
    break;
  case Code::Failed:
    store.copy(3); // expected-warning {{'copy' takes a cancellation token}}
    // CHECK-FIXES: store.copy(3, stop);
  }
}
void warns_not_cancelled(Store &store, std::stop_token stop) {
  if (store.put(1, stop) != Code::Cancelled)
    store.copy(1); // expected-warning {{'copy' takes a cancellation token}}
  // CHECK-FIXES: store.copy(1, stop);
}
void warns_failed(Store &store, std::stop_token stop) {
  if (store.put(1, stop) == Code::Failed)
    store.copy(1); // expected-warning {{'copy' takes a cancellation token}}
  // CHECK-FIXES: store.copy(1, stop);
}
void warns_interrupted(Store &store, std::stop_token stop) {
  if (store.save(1, stop) == std::errc::interrupted)
    store.copy(1); // expected-warning {{'copy' takes a cancellation token}}
  // CHECK-FIXES: store.copy(1, stop);
}
void warns_button(Store &store, std::stop_token stop) {
  if (ask() == Button::Cancel)
    store.copy(1); // expected-warning {{'copy' takes a cancellation token}}
  // CHECK-FIXES: store.copy(1, stop);
}

// --- a call with the token that failed

bool no_warning_false(Store &store, std::stop_token stop) {
  if (!store.add(1, stop)) {
    store.remove(1);
    return false;
  }
  return true;
}
bool no_warning_kept(Store &store, std::stop_token stop) {
  const bool added = store.add(1, stop);
  if (!added || known(1)) {
    store.eraseAll();
    return false;
  }
  return true;
}
Code no_warning_code(Store &store, std::stop_token stop) {
  if (Code code = store.put(1, stop); code != Code::Ok) {
    store.remove(1);
    return code;
  }
  return Code::Ok;
}
bool no_warning_not_ok(Store &store, std::stop_token stop) {
  Result result = store.send(1, stop);
  if (!result.ok()) {
    store.remove(1);
    return false;
  }
  return true;
}
bool no_warning_empty(Store &store, std::stop_token stop) {
  auto found = store.find(1, stop);
  if (!found) {
    store.remove(1);
    return false;
  }
  return true;
}
bool no_warning_error(Store &store, std::stop_token stop) {
  if (std::error_code failed = store.save(1, stop)) {
    store.remove(1);
    return false;
  }
  return true;
}
void no_warning_throws(Store &store, std::stop_token stop) {
  if (store.add(1, stop))
    store.copy(1, stop);
  else {
    store.remove(1);
    throw 1;
  }
}
void warns_another_way(Store &store, std::stop_token stop) {
  if (!store.add(1, stop))
    store.copy(1); // expected-warning {{'copy' takes a cancellation token}}
  // CHECK-FIXES: store.copy(1, stop);
}
bool warns_leaves_by_another_way(Store &store, std::stop_token stop) {
  if (!store.add(1, stop)) {
    store.copy(1); // expected-warning {{'copy' takes a cancellation token}}
    // CHECK-FIXES: store.copy(1, stop);
    return false;
  }
  return true;
}
void warns_goes_on(Store &store, std::stop_token stop) {
  if (!store.add(1, stop))
    store.remove(1); // expected-warning {{'remove' takes a cancellation token}}
  // CHECK-FIXES: store.remove(1, stop);
  store.copy(1, stop);
}
bool warns_went_well(Store &store, std::stop_token stop) {
  if (store.add(1, stop)) {
    store.remove(1); // expected-warning {{'remove' takes a cancellation token}}
    // CHECK-FIXES: store.remove(1, stop);
    return true;
  }
  return false;
}
bool warns_something_else_failed(Store &store, std::stop_token stop) {
  if (!known(1)) {
    store.remove(1); // expected-warning {{'remove' takes a cancellation token}}
    // CHECK-FIXES: store.remove(1, stop);
    return false;
  }
  return store.add(1, stop);
}

// --- a flag for both

bool no_warning_flag(Store &store, std::stop_token stop) {
  bool ok = true;
  for (int i = 0; i < 100 && ok; ++i) {
    if (stop.stop_requested())
      ok = false;
    else
      ok = store.add(i, stop);
  }
  if (!ok)
    store.remove(1);
  return ok;
}
bool no_warning_flag_and(Store &store, std::stop_token stop) {
  bool ok = true;
  for (int i = 0; i < 100; ++i) {
    if (stop.stop_requested()) {
      ok = false;
      break;
    }
    ok &= store.add(i, stop);
  }
  if (!ok)
    store.remove(1);
  return ok;
}
bool warns_flag_another_way(Store &store, std::stop_token stop) {
  bool ok = true;
  for (int i = 0; i < 100 && ok; ++i) {
    if (stop.stop_requested())
      ok = false;
    else
      ok = store.add(i, stop);
  }
  if (!ok)
    store.copy(1); // expected-warning {{'copy' takes a cancellation token}}
  // CHECK-FIXES: store.copy(1, stop);
  return ok;
}
bool warns_flag_is_good(Store &store, std::stop_token stop) {
  bool ok = true;
  for (int i = 0; i < 100 && ok; ++i) {
    if (stop.stop_requested())
      ok = false;
    else
      ok = store.add(i, stop);
  }
  if (ok)
    store.remove(1); // expected-warning {{'remove' takes a cancellation token}}
  // CHECK-FIXES: store.remove(1, stop);
  return ok;
}
bool warns_other_flag(Store &store, std::stop_token stop) {
  bool ok = true;
  for (int i = 0; i < 100 && ok; ++i) {
    if (stop.stop_requested())
      ok = false;
    else
      ok = known(i);
  }
  if (!ok)
    store.remove(1); // expected-warning {{'remove' takes a cancellation token}}
  // CHECK-FIXES: store.remove(1, stop);
  return ok;
}

// --- what runs whatever happened, before a kept failure is thrown again

void no_warning_before_rethrow(Store &store, std::stop_token stop) {
  std::exception_ptr failure;
  try {
    store.add(1, stop);
  } catch (...) {
    failure = std::current_exception();
  }
  store.copy(1);
  if (failure)
    std::rethrow_exception(failure);
}
void warns_behind_rethrow(Store &store, std::stop_token stop) {
  std::exception_ptr failure;
  try {
    store.add(1, stop);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure)
    std::rethrow_exception(failure);
  store.copy(1); // expected-warning {{'copy' takes a cancellation token}}
  // CHECK-FIXES: store.copy(1, stop);
}
void warns_inside_try(Store &store, std::stop_token stop) {
  std::exception_ptr failure;
  try {
    store.add(1, stop);
    store.copy(1); // expected-warning {{'copy' takes a cancellation token}}
    // CHECK-FIXES: store.copy(1, stop);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure)
    std::rethrow_exception(failure);
}
