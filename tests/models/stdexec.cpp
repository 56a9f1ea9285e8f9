// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "stdexec.h"
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

using stdexec::inplace_stop_token;
void work(int item);
bool again();
int fetch(int item, inplace_stop_token token = {});
int load(int item);
int load(int item, inplace_stop_token token);
template <class Token> void begin_work(Token token);
void start(inplace_stop_token token);
void start(std::inplace_stop_token token);
int count(int item, unifex::inplace_stop_token token = {});

void warns_loop(inplace_stop_token token) {
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_poll(inplace_stop_token token) {
  while (!token.stop_requested())
    work(1);
}
// The token of a receiver's environment.
struct Receiver {};
void warns_environment_of(const Receiver &receiver) {
  auto token = stdexec::get_stop_token(stdexec::get_env(receiver));
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(2);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_environment(const Receiver &receiver) {
  auto token = stdexec::get_stop_token(stdexec::get_env(receiver));
  while (!token.stop_requested())
    work(1);
}

// A template for any token, judged once.
template <stdexec::stoppable_token Token> void warns_concept(Token token) {
  begin_work(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(3);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
template void warns_concept(inplace_stop_token);
template <stdexec::stoppable_token Token> void no_warning_concept(Token token) {
  while (!token.stop_requested())
    work(1);
}
template void no_warning_concept(inplace_stop_token);
void no_warning_abbreviated(stdexec::stoppable_token auto token) {
  while (!token.stop_requested())
    work(1);
}
template void no_warning_abbreviated(inplace_stop_token);
// One finding for a parameter that no instance uses.
template <stdexec::stoppable_token Token>
void warns_concept_unused(Token token, int item) { // expected-warning {{parameter 'token' is never used}}
  work(item);
}
template void warns_concept_unused(inplace_stop_token, int);
template void warns_concept_unused(stdexec::never_stop_token, int);
// Nobody can ask such a token to stop.
template <stdexec::unstoppable_token Token>
void no_warning_unstoppable(Token token) {
  (void)token;
  while (again())
    work(1);
}
template <stdexec::unstoppable_token Token>
void no_warning_unstoppable_instance(Token token, int item) {
  work(item);
  work(2);
}
template void no_warning_unstoppable_instance(stdexec::never_stop_token, int);
void no_warning_never(stdexec::never_stop_token token) {
  while (again())
    work(1);
}

int warns_default(inplace_stop_token token) {
  start(token);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return fetch(1, token);
}
int warns_overload(inplace_stop_token token) {
  start(token);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, token);
}
int no_warning_passed(inplace_stop_token token) {
  return fetch(1, token) + load(2, token);
}
int warns_only_default_token(inplace_stop_token token) {
  start(token);
  return fetch(1, inplace_stop_token()) + fetch(2, {}); // expected-warning 2 {{is given a token that never cancels, but 'token' is in reach}}
  // CHECK-FIXES: return fetch(1, token) + fetch(2, token);
}
// Its own source's token is for others; the function is the one who cancels.
int warns_own_token_is_lost() {
  stdexec::inplace_stop_source source; // expected-warning {{nobody can ever request 'source'}}
  auto mine = source.get_token();
  return fetch(1, mine) + fetch(2);
}
// Somebody can end the loop.
void no_warning_other_source(stdexec::inplace_stop_source &source, inplace_stop_token token) {
  start(token);
  while (!source.stop_requested())
    work(1);
}
int warns_own_source_is_lost() {
  stdexec::inplace_stop_source source; // expected-warning {{nobody can ever request 'source'}}
  return fetch(1, source.get_token());
}
void no_warning_source_polled(stdexec::inplace_stop_source &source) {
  while (!source.stop_requested())
    work(1);
}
struct Stop {
  stdexec::inplace_stop_source &source;
  void operator()() const noexcept { source.request_stop(); }
};
int no_warning_linked(inplace_stop_token token) {
  stdexec::inplace_stop_source linked;
  stdexec::inplace_stop_callback<Stop> link(token, Stop{linked});
  return fetch(1, linked.get_token());
}
void no_warning_registration(inplace_stop_token token, Stop stop) {
  stdexec::stop_callback_for_t<inplace_stop_token, Stop> callback(token, stop);
  while (again())
    work(1);
}
void warns_unused(inplace_stop_token token, int item) { // expected-warning {{parameter 'token' is never used}}
  work(item);
}
void warns_wait(inplace_stop_token token, std::thread &thread) {
  start(token);
  thread.join(); // expected-warning {{'join' waits, and cancelling 'token' cannot interrupt it}}
}

// Other namespaces.
void warns_std(std::inplace_stop_token token) {
  start(token);
  while (again()) // expected-warning {{loop never looks at 'token'}}
    work(3);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (token.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_std_execution(std::execution::inplace_stop_token token, int item) { // expected-warning {{parameter 'token' is never used}}
  work(item);
}
int warns_unifex(unifex::inplace_stop_token token) {
  begin_work(token);
  return count(1); // expected-warning {{'count' takes a cancellation token, but 'token' is not passed on}}
  // CHECK-FIXES: return count(1, token);
}
void no_warning_std(std::inplace_stop_token token, std::execution::inplace_stop_token other,
                    unifex::inplace_stop_token third) {
  while (!token.stop_requested())
    work(1);
  while (!other.stop_requested())
    work(2);
  while (!third.stop_requested())
    count(1, third);
}

// --- sources and narrower tokens
int warns_fresh(inplace_stop_token token) {
  start(token);
  stdexec::inplace_stop_source source; // expected-warning {{cancelling 'token' does not reach 'fetch'}}
  return fetch(1, source.get_token());
}

// What is held by hand.
void warns_leak(inplace_stop_token token) {
  int *held = new int(1);
  while (again()) {
    if (token.stop_requested()) // expected-warning {{'held' is not deleted when 'token' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (token.stop_requested()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(inplace_stop_token token) {
  int *held = new int(1);
  while (again())
    if (token.stop_requested())
      break;
  delete held;
}

// Answers and registrations.
void warns_answer_dropped(inplace_stop_token token) {
  token.stop_requested(); // expected-warning {{the answer of 'token.stop_requested()' is dropped}}
  work(1);
}
struct OnStop {
  void operator()() const noexcept;
};
void warns_registration(inplace_stop_token token) {
  stdexec::inplace_stop_callback<OnStop>(token, OnStop()); // expected-warning {{this 'inplace_stop_callback' ends with the statement}}
  // CHECK-FIXES: stdexec::inplace_stop_callback<OnStop> callback(token, OnStop());
  work(1);
}
void warns_between(int item, inplace_stop_token token, int count) { // expected-warning {{stands between the parameters}}
  while (count-- && !token.stop_requested())
    work(item);
}

// --- life

auto warns_dangling(stdexec::inplace_stop_token token) {
  return [&token] { return token.stop_requested(); }; // expected-warning {{'token' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [token] { return token.stop_requested(); };
}
auto no_warning_copied(stdexec::inplace_stop_token token) {
  return [token] { return token.stop_requested(); };
}

// --- the rest of the catalogue

[[clang::annotate("cancel::point_of_no_return")]] void commit(int item);
bool warns_poll_behind_commit(int item, inplace_stop_token token) {
  commit(item);
  if (token.stop_requested()) // expected-warning {{'token' can still be cancelled here, behind the point of no return 'commit'}}
    return false;
  work(item);
  return true;
}
int warns_given_behind_commit(int item, inplace_stop_token token) {
  start(token);
  commit(item);
  return fetch(item, token); // expected-warning {{'fetch' is given 'token' behind the point of no return 'commit'; pass 'stdexec::inplace_stop_token()'}}
  // CHECK-FIXES: return fetch(item, stdexec::inplace_stop_token());
}
int no_warning_in_front_of_commit(int item, inplace_stop_token token) {
  int fetched = fetch(item, token);
  if (token.stop_requested())
    return 0;
  commit(item);
  return fetched;
}
void warns_stale(inplace_stop_token token) {
  const bool stopped = token.stop_requested();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!token.stop_requested())
}
static void pause_long() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
void warns_deaf_call(inplace_stop_token token) {
  start(token);
  pause_long(); // expected-warning {{'pause_long' cannot be cancelled through 'token': it waits in 'sleep_for'}}
}
void warns_thread(inplace_stop_token token) {
  start(token);
  std::thread([] { // expected-warning {{work that 'thread' starts never sees 'token', and is an endless loop}}
    while (true)
      work(1);
  }).detach();
}
int warns_missing(int item) {
  return fetch(item); // expected-warning {{'fetch' takes a cancellation token, but 'warns_missing' has none to pass on}}
}
int no_warning_none_written(int item) { return fetch(item, stdexec::inplace_stop_token()); }
void warns_each_value(std::vector<std::vector<int>> &rows, inplace_stop_token token) {
  for (std::vector<int> &row : rows)
    for (int &value : row) {
      if (token.stop_requested()) // expected-warning {{'token' is asked in each round of a loop that only calculates}}
        return;
      value = 255 - value;
    }
}
void no_warning_each_row(std::vector<std::vector<int>> &rows, inplace_stop_token token) {
  for (std::vector<int> &row : rows) {
    if (token.stop_requested())
      return;
    for (int &value : row)
      value = 255 - value;
  }
}
class Table {
public:
  bool warns_half_updated(int page, inplace_stop_token token) {
    rows_ = fetch(page, token);
    if (token.stop_requested()) // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
      return false;
    width_ = 2 * rows_;
    return true;
  }
  bool no_warning_both_behind(int page, inplace_stop_token token) {
    int rows = fetch(page, token);
    if (token.stop_requested())
      return false;
    rows_ = rows;
    width_ = 2 * rows;
    return true;
  }

private:
  int rows_ = 0, width_ = 0;
};
// The family has no exception: one of the project's.
struct Stopped : std::exception {};
void check(inplace_stop_token token) {
  if (token.stop_requested())
    throw Stopped();
}
void warns_swallowed(inplace_stop_token token) {
  while (again()) {
    try {
      check(token);
      work(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'token', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const Stopped &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
void no_warning_thrown_on(inplace_stop_token token) {
  while (again()) {
    try {
      check(token);
      work(1);
    } catch (const Stopped &) {
      throw;
    } catch (const std::exception &) {
    }
  }
}
void arm(stdexec::inplace_stop_source &timer);
int warns_outer(inplace_stop_token token) {
  stdexec::inplace_stop_source timed;
  stdexec::inplace_stop_callback link(token, [&]() noexcept { timed.request_stop(); });
  arm(timed);
  return fetch(1, token); // expected-warning {{'fetch' gets 'token', but 'timed' is narrower; pass 'timed.get_token()'}}
  // CHECK-FIXES: return fetch(1, timed.get_token());
}
int warns_outer_by_functor(inplace_stop_token token) {
  stdexec::inplace_stop_source timed;
  stdexec::inplace_stop_callback<Stop> link(token, Stop{timed});
  arm(timed);
  return fetch(1, token); // expected-warning {{'fetch' gets 'token', but 'timed' is narrower; pass 'timed.get_token()'}}
  // CHECK-FIXES: return fetch(1, timed.get_token());
}
int no_warning_narrower(inplace_stop_token token) {
  stdexec::inplace_stop_source timed;
  stdexec::inplace_stop_callback<Stop> link(token, Stop{timed});
  arm(timed);
  return fetch(1, timed.get_token());
}
int warns_deadlock(inplace_stop_token token, std::mutex &mutex) {
  std::lock_guard lock(mutex);
  stdexec::inplace_stop_callback wake(token, [&]() noexcept { std::lock_guard guard(mutex); }); // expected-warning {{the callback of 'wake' waits for 'mutex'}}
  return fetch(1, token);
}
int no_warning_no_deadlock(inplace_stop_token token, std::mutex &mutex) {
  stdexec::inplace_stop_callback wake(token, [&]() noexcept { std::lock_guard guard(mutex); });
  std::lock_guard lock(mutex);
  return fetch(1, token);
}
static int collect(int item) { return fetch(item); } // expected-warning {{'fetch' takes a cancellation token, but 'collect' has none to pass on}}
// CHECK-FIXES: static int collect(int item, inplace_stop_token token) { return fetch(item, token); }
int warns_deaf_sink(inplace_stop_token token) {
  start(token);
  return collect(1); // expected-warning {{'collect' cannot be cancelled through 'token': it calls 'fetch' without a token}}
  // CHECK-FIXES: return collect(1, token);
}
void warns_thread_sink(inplace_stop_token token) {
  start(token);
  std::thread worker([] { fetch(1); }); // expected-warning {{work that 'thread' starts never sees 'token', but 'fetch' in it takes a token}}
  // CHECK-FIXES: std::thread worker([token] { fetch(1, token); });
  worker.join();
}
