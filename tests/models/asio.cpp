// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "asio.h"
#include <chrono>
#include <thread>

namespace net = boost::asio;
using net::awaitable;
using net::cancellation_state;
using net::cancellation_type;
void work(int item);
bool again();
awaitable<> step(int item);
int fetch(int item, cancellation_state state = {});
int load(int item);
int load(int item, const cancellation_state &state);
void start(const cancellation_state &state);

awaitable<> warns_loop() {
  cancellation_state state = co_await net::this_coro::cancellation_state;
  start(state);
  while (again()) // expected-warning {{loop never looks at 'state'}}
    work(1);
}
// The answer is a set of kinds, compared in several ways.
awaitable<> no_warning_compared() {
  cancellation_state state = co_await net::this_coro::cancellation_state;
  while (state.cancelled() == cancellation_type::none)
    work(1);
}
awaitable<> no_warning_compared_inside() {
  auto state = co_await net::this_coro::cancellation_state;
  while (again()) {
    if (state.cancelled() != cancellation_type::none)
      co_return;
    work(1);
  }
}
void no_warning_negated(const cancellation_state &state) {
  while (!state.cancelled())
    work(1);
}
void no_warning_twice_negated(const cancellation_state &state) {
  while (again()) {
    if (!!state.cancelled())
      return;
    work(1);
  }
}
void no_warning_masked(const cancellation_state &state) {
  while (!(state.cancelled() & cancellation_type::terminal))
    work(1);
}
void no_warning_standalone(asio::cancellation_state &state) {
  while (state.cancelled() == cancellation_type::none)
    work(1);
}
// Operations in a coroutine are cancelled with it, and throw.
awaitable<> no_warning_ambient() {
  auto state = co_await net::this_coro::cancellation_state;
  start(state);
  while (again())
    co_await step(1);
}
awaitable<> no_warning_timer(net::steady_timer &timer) {
  auto state = co_await net::this_coro::cancellation_state;
  start(state);
  while (again())
    co_await timer.async_wait();
}

int warns_default(const cancellation_state &state) {
  start(state);
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'state' is not passed on}}
  // CHECK-FIXES: return fetch(1, state);
}
int warns_overload(const cancellation_state &state) {
  start(state);
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(1, state);
}
int no_warning_passed(const cancellation_state &state) {
  return fetch(1, state) + load(2, state);
}
int warns_only_default_token(const cancellation_state &state) {
  start(state);
  return fetch(1, cancellation_state()) + fetch(2, {}); // expected-warning 2 {{is given a token that never cancels, but 'state' is in reach}}
  // CHECK-FIXES: return fetch(1, state) + fetch(2, state);
}
int no_warning_own_signal() {
  net::cancellation_signal signal;
  cancellation_state state(signal.slot());
  return load(1, state);
}
// A slot is connected to a handler, not asked: nothing is missed with it.
void no_warning_slot(net::cancellation_slot slot, net::steady_timer &timer) {
  slot.assign([&](cancellation_type) { timer.cancel(); });
  while (again())
    timer.wait();
}
void no_warning_slot_only(net::cancellation_slot slot) {
  while (slot.is_connected() && again())
    work(1);
}
void no_warning_signal(net::cancellation_signal &signal) {
  while (again())
    work(1);
  signal.emit(cancellation_type::all);
}
void warns_unused(cancellation_state state, int item) { // expected-warning {{parameter 'state' is never used}}
  work(item);
}
void warns_sleep(const cancellation_state &state) {
  start(state);
  std::this_thread::sleep_for(std::chrono::seconds(5)); // expected-warning {{'sleep_for' waits, and cancelling 'state' cannot interrupt it}}
}

// --- what blocks
void warns_blocking(const cancellation_state &state, net::tcp_socket &socket, net::io_context &context,
                    net::basic_waitable_timer<int> &timer, net::basic_socket_acceptor<int> &acceptor) {
  char line[80];
  start(state);
  net::read_until(socket, line, '\n'); // expected-warning {{'read_until' waits}}
  acceptor.accept(socket); // expected-warning {{'accept' waits}}
  timer.wait(); // expected-warning {{'wait' waits}}
  context.run(); // expected-warning {{'run' waits}}
}
void no_warning_non_blocking(const cancellation_state &state, net::tcp_socket &socket,
                             net::basic_socket_acceptor<int> &acceptor) {
  start(state);
  acceptor.non_blocking(true);
  acceptor.accept(socket);
}

// --- what a coroutine awaits is cancelled with it
net::awaitable<> echo() {
  for (;;)
    co_await net::steady_timer(std::chrono::milliseconds(10)).async_wait();
}
net::awaitable<> no_warning_awaited(net::io_context &context) {
  auto state = co_await net::this_coro::cancellation_state;
  co_await net::co_spawn(context, echo(), net::deferred);
  if (state.cancelled() != cancellation_type::none)
    work(1);
}
net::awaitable<> warns_spawned(net::io_context &context) {
  auto state = co_await net::this_coro::cancellation_state;
  auto later = net::co_spawn(context, echo(), net::deferred); // expected-warning {{work that 'co_spawn' starts never sees 'state'}}
  if (state.cancelled() != cancellation_type::none)
    work(1);
}

// --- the rest of the catalogue
[[clang::annotate("cancel::point_of_no_return")]] void book(int item);
int warns_given_behind_commit(const cancellation_state &state) {
  start(state);
  book(1);
  return load(1, state); // expected-warning {{'load' is given 'state' behind the point of no return 'book'}}
  // CHECK-FIXES: return load(1, boost::asio::cancellation_state());
}
int no_warning_given_before_commit(const cancellation_state &state) {
  const int loaded = load(1, state);
  book(1);
  return loaded;
}
static void pause_a_while() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
static void pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
void warns_pause(const cancellation_state &state) {
  start(state);
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'state': it waits in 'sleep_for'}}
}
void no_warning_short_pause(const cancellation_state &state) {
  start(state);
  pause_shortly();
}
void warns_endless_thread(const cancellation_state &state) {
  start(state);
  std::thread([] { // expected-warning {{work that 'thread' starts never sees 'state', and is an endless loop}}
    while (true)
      work(1);
  }).detach();
}
int warns_no_parameter(int item) {
  return load(item); // expected-warning {{'load' has an overload that takes a cancellation token, but 'warns_no_parameter' has none to pass on}}
}
auto warns_dangling(cancellation_state state) {
  return [&state] { return !state.cancelled(); }; // expected-warning {{'state' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [state] { return !state.cancelled(); };
}
auto no_warning_copied(cancellation_state state) {
  return [state] { return !state.cancelled(); };
}
void warns_answer_dropped(const cancellation_state &state) {
  state.cancelled(); // expected-warning {{the answer of 'state.cancelled()' is dropped}}
  work(1);
}
void no_warning_answer_cast(const cancellation_state &state) {
  (void)state.cancelled();
  work(1);
}
// --- its answer is an enumeration
void warns_stale(const cancellation_state &state) {
  const bool stopped = state.cancelled() != cancellation_type::none;
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
}
bool warns_behind_commit(const cancellation_state &state) {
  book(1);
  if (state.cancelled() != cancellation_type::none) // expected-warning {{'state' can still be cancelled here, behind the point of no return 'book'}}
    return false;
  work(1);
  return true;
}
void warns_leak_by_none(const cancellation_state &state) {
  int *held = new int(1);
  while (again())
    if (state.cancelled() != cancellation_type::none) // expected-warning {{'held' is not deleted when 'state' is cancelled here}}
      return;
  // CHECK-FIXES: if (state.cancelled() != cancellation_type::none) {
  // CHECK-FIXES-NEXT: delete held;
  // CHECK-FIXES: }
  delete held;
}
void no_warning_seen(const cancellation_state &state) {
  if (state.cancelled() != cancellation_type::none) {
    std::this_thread::sleep_for(std::chrono::seconds(5));
    return;
  }
  work(1);
}
void no_warning_not_cancelled(const cancellation_state &state) {
  while (!state.cancelled())
    work(1);
  while (state.cancelled() == cancellation_type::none)
    work(1);
}
// Which kind it is, nothing tells.
void no_warning_kind(const cancellation_state &state) {
  while (state.cancelled() != cancellation_type::partial)
    work(1);
}
