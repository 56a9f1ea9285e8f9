// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-check-in-loop -- -std=c++20 -I%S/Inputs
#include "library/library.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <condition_variable>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

void work(int item);
bool again();
void use(int item, std::stop_token stop);
struct Reader {
  bool next();
  int value() const;
};
Reader make_reader(std::stop_token stop);

void warns_endless(std::stop_token stop) {
  while (true) // expected-warning {{loop never looks at 'stop', and nothing else ends it}}
    work(1);
  // CHECK-FIXES: while (true) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

int warns_value(std::stop_token stop) {
  for (;;) { // expected-warning {{never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: break;
    if (again())
      return 1;
    work(2);
  }
  return 0;
}

void warns_range(std::stop_token stop, const std::vector<int> &items) {
  for (int item : items) { // expected-warning {{'work' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    work(item);
  }
}

void warns_continue_before_check(std::stop_token stop, std::vector<int> &items) {
  for (int item : items) { // expected-warning {{can go round without looking at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    work(item);
    if (item == 3)
      continue;
    if (stop.stop_requested())
      return;
  }
}

void warns_check_under_if(std::stop_token stop, std::vector<int> &items, bool on) {
  for (int item : items) { // expected-warning {{can go round without looking at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    if (on)
      if (stop.stop_requested())
        return;
    work(item);
  }
}

void warns_idle_poll(std::stop_token stop) {
  while (again()) { // expected-warning {{looks at 'stop' but does not end when it is cancelled}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    if (stop.stop_requested())
      work(0);
    work(1);
  }
}

void warns_lambda_never_called(std::stop_token stop) {
  while (again()) { // expected-warning {{never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    auto stopped = [&] { return stop.stop_requested(); };
    (void)sizeof(stopped);
    work(1);
  }
}

void warns_inner_loop_only(std::stop_token stop, std::vector<int> &items) {
  for (int outer : items) {
    for (int inner : items) { // expected-warning {{never looks at 'stop'}}
      // CHECK-FIXES: if (stop.stop_requested())
      // CHECK-FIXES-NEXT: return;
      work(inner + outer);
    }
  }
}

void warns_call_in_increment(std::stop_token stop) {
  for (; again(); work(0)) // expected-warning {{never looks at 'stop'}}
    work(1);
  // CHECK-FIXES: for (; again(); work(0)) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

void warns_do(std::stop_token stop) {
  do { // expected-warning {{never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    work(1);
  } while (again());
}

void warns_goto(std::stop_token stop) {
next: // expected-warning {{cycle through this label never looks at 'stop'}}
  work(1);
  if (again())
    goto next;
}

void warns_recursion(std::stop_token stop, int depth) {
  work(depth);
  if (depth)
    warns_recursion(stop, depth - 1); // expected-warning {{recursion never looks at 'stop'}}
}

void warns_algorithm(std::stop_token stop, std::vector<int> &items) {
  std::for_each(items.begin(), items.end(), // expected-warning {{callable that this runs again and again never looks at 'stop'}}
                [&](int item) { work(item); });
}

// cancel-swallowed-exception's: the handler is what has to be mended.
void no_warning_swallowed(std::stop_token stop) {
  while (true) {
    try {
      if (stop.stop_requested())
        throw 1;
      work(1);
    } catch (...) {
    }
  }
}

void warns_other_source(std::stop_token stop) {
  std::stop_source other;
  while (again()) { // expected-warning {{never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    if (other.stop_requested())
      return;
    work(1);
  }
}

void ignores(int item, std::stop_token stop);
void ignores(int item, std::stop_token) { work(item); }
void warns_blocking(std::stop_token stop) {
  while (again()) { // expected-warning {{'sleep_for' may wait in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void warns_pointer(const std::stop_token *stop) {
  while (again()) { // expected-warning {{never looks at 'stop'}}
    // CHECK-FIXES: if (stop && stop->stop_requested())
    // CHECK-FIXES-NEXT: return;
    work(1);
  }
}

struct Worker {
  std::stop_token stop_;
  void warns_member() {
    while (again()) { // expected-warning {{never looks at 'stop_'}}
      // CHECK-FIXES: if (stop_.stop_requested())
      // CHECK-FIXES-NEXT: return;
      work(1);
    }
  }
  bool done() const { return stop_.stop_requested(); }
  void no_warning_member_helper() {
    while (!done())
      work(1);
  }
};

void warns_in_lambda() {
  std::jthread thread([](std::stop_token stop) {
    while (true) // expected-warning {{never looks at 'stop'}}
      work(1);
    // CHECK-FIXES: while (true) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  });
}

template <class Items> void warns_template(const Items &items, std::stop_token stop) {
  for (const auto &item : items) { // expected-warning {{never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    work(item);
  }
}
template void warns_template(const std::vector<int> &, std::stop_token);

// --- silent -------------------------------------------------------------------

void no_warning_condition(std::stop_token stop) {
  while (!stop.stop_requested())
    work(1);
}
void no_warning_call_in_increment(std::stop_token stop) {
  for (; !stop.stop_requested(); work(0))
    work(1);
}
void no_warning_head(std::stop_token stop, std::vector<int> &items) {
  for (int item : items) {
    if (stop.stop_requested())
      break;
    work(item);
  }
}
void no_warning_or(std::stop_token stop) {
  while (true) {
    if (again() || stop.stop_requested())
      return;
    work(1);
  }
}
void no_warning_stride(std::stop_token stop, int n) {
  for (int i = 0; i < n; ++i) {
    if (i % 100 == 0 && stop.stop_requested())
      return;
    work(i);
  }
}
void no_warning_counter(std::stop_token stop) {
  int rounds = 0;
  while (again()) {
    if (++rounds >= 64) {
      rounds = 0;
      if (stop.stop_requested())
        return;
    }
    work(1);
  }
}
void no_warning_time(std::stop_token stop) {
  auto last = std::chrono::steady_clock::now();
  while (again()) {
    auto now = std::chrono::steady_clock::now();
    if (now - last > std::chrono::seconds(1)) {
      if (stop.stop_requested())
        return;
      last = now;
    }
    work(1);
  }
}
// Every round but one.
void no_warning_all_but_last(std::stop_token stop, int n) {
  int part = 0;
  while (again()) {
    if (part < n - 1) {
      if (stop.stop_requested())
        break;
    }
    work(part++);
  }
}
void flush_parts(std::stop_token stop);
void no_warning_all_but_last_and_more(std::stop_token stop, int n) {
  for (int part = 0;; ++part) {
    if (!again()) {
      flush_parts(stop);
      return;
    }
    if (part < (n - 1))
      if (stop.stop_requested())
        break;
    work(part);
  }
}
void no_warning_all_but_last_added(std::stop_token stop, int n) {
  for (int i = 0; i < n; ++i) {
    work(i);
    if (i + 1 != n && stop.stop_requested())
      return;
  }
}
void no_warning_all_but_first(std::stop_token stop, int n) {
  for (int i = 0; i < n; i++) {
    if (i > 0 && stop.stop_requested())
      return;
    work(i);
  }
}
void warns_last_only(std::stop_token stop, int n) {
  for (int at = 0; at < n; ++at) { // expected-warning {{can go round without looking at 'stop'}}
    if (at >= n - 1 && stop.stop_requested()) // expected-note {{when this is false ...}}
      return;
    work(at);
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
  }
}
void warns_for_some_items(std::stop_token stop, const std::vector<int> &items) {
  for (int chosen : items) { // expected-warning {{can go round without looking at 'stop'}}
    if (chosen > 0 && stop.stop_requested()) // expected-note {{when this is false ...}}
      return;
    work(chosen);
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
  }
}
void no_warning_variable(std::stop_token stop) {
  bool done = false;
  while (!done) {
    work(1);
    done = stop.stop_requested();
  }
}
void no_warning_local_lambda(std::stop_token stop) {
  auto stopped = [&] { return stop.stop_requested(); };
  while (!stopped())
    work(1);
}
bool keep_on(std::stop_token stop) {
  if (stop.stop_requested())
    return false;
  return again();
}
void no_warning_helper(std::stop_token stop) {
  while (keep_on(stop))
    work(1);
}
void no_warning_passed(std::stop_token stop, std::vector<int> &items) {
  for (int item : items)
    use(item, stop);
}
void no_warning_object(std::stop_token stop) {
  Reader reader = make_reader(stop);
  while (reader.next())
    work(reader.value());
}
void no_warning_registration(std::stop_token stop, std::function<void()> close) {
  std::stop_callback callback(stop, [&] { close(); });
  while (again())
    work(1);
}
void no_warning_interruptible_wait(std::stop_token stop, std::mutex &mutex,
                                   std::condition_variable_any &ready, bool &full) {
  while (true) {
    std::unique_lock lock(mutex);
    if (!ready.wait(lock, stop, [&] { return full; }))
      return;
    work(1);
  }
}
void no_warning_drain(std::stop_token stop) {
  while (!stop.stop_requested())
    work(1);
  while (again())
    work(2);
}
void no_warning_short(std::stop_token stop) {
  for (int i = 0; i < 3; ++i)
    work(i);
  for (int item : {1, 2, 3})
    work(item);
  (void)stop;
}
int no_warning_cheap(std::stop_token stop, const std::vector<int> &items) {
  int sum = 0;
  for (int item : items)
    sum += item;
  std::vector<int> copy;
  for (int item : items)
    copy.push_back(item);
  (void)stop;
  return sum;
}
#define ONCE(x) do { x; } while (false)
struct Version {
  static const Version &first();
  bool before(const Version &other) const;
};
void no_warning_constant(std::stop_token stop, const std::vector<Version> &items) {
  int n = 0;
  for (const Version &item : items)
    n += item.before(Version::first());
}
void no_warning_macro(std::stop_token stop) {
  ONCE(work(1));
  (void)stop;
}
void no_warning_null_guard(const std::stop_token *stop) {
  while (again()) {
    if (stop && stop->stop_requested())
      return;
    work(1);
  }
}
void no_warning_handler(std::stop_token stop) {
  try {
    use(1, stop);
  } catch (...) {
    while (again())
      work(1);
  }
}
void no_warning_inner_leaves(std::stop_token stop, std::vector<int> &items) {
  for (int outer : items)
    for (int inner : items) {
      if (stop.stop_requested())
        return;
      work(inner + outer);
    }
}
void no_warning_recursion(std::stop_token stop, int depth) {
  if (stop.stop_requested())
    return;
  work(depth);
  no_warning_recursion(stop, depth - 1);
}
void no_warning_algorithm(std::stop_token stop, std::vector<int> &items) {
  std::for_each(items.begin(), items.end(), [&](int item) {
    if (stop.stop_requested())
      return;
    work(item);
  });
}
void no_warning_no_token() {
  while (true)
    work(1);
}

// Nobody defines what a library offers; the name decides.
void warns_library(std::stop_token stop, std::vector<int> &items) {
  for (int item : items) { // expected-warning {{'download' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    library::download(item);
  }
}
void no_warning_library(std::stop_token stop, std::vector<int> &items) {
  for (int item : items)
    library::normalise(item);
}
void normalises(int item) { library::normalise(item); }
void no_warning_library_below(std::stop_token stop, std::vector<int> &items) {
  for (int item : items)
    normalises(item);
}

// Fixes leave by what the function allows.
int warns_without_fix_end_of_function(std::stop_token stop) {
  for (;;) { // expected-warning {{never looks at 'stop'}}
    if (again())
      return 1;
    work(2);
  }
}
int warns_without_fix_end_of_branch(std::stop_token stop) {
  if (again()) {
    while (true) { // expected-warning {{never looks at 'stop'}}
      if (again())
        return 1;
      work(2);
    }
  } else {
    return 2;
  }
}
[[noreturn]] void warns_without_fix_noreturn(std::stop_token stop) {
  for (;;) // expected-warning {{never looks at 'stop'}}
    work(2);
}
struct Constructed {
  int size = 0;
  Constructed(std::stop_token stop, std::vector<int> &items) {
    for (int item : items) { // expected-warning {{never looks at 'stop'}}
      // CHECK-FIXES: if (stop.stop_requested())
      // CHECK-FIXES-NEXT: break;
      work(item);
    }
    size = 1;
  }
  int operator()(std::stop_token stop) const {
    while (again()) { // a comment stays // expected-warning {{never looks at 'stop'}}
      // CHECK-FIXES: if (stop.stop_requested())
      // CHECK-FIXES-NEXT: break;
      work(1);
    }
    return size;
  }
};

// A poll that throws nothing does not lead to the handler.
void no_warning_catch_all(std::stop_token stop) {
  while (again()) {
    try {
      if (stop.stop_requested())
        return;
      work(1);
    } catch (...) {
    }
  }
}
void no_warning_catch_all_behind_object(std::stop_token stop, int n) {
  for (int i = 0; i < n; ++i) {
    try {
      std::vector<int> block(8);
      if (stop.stop_requested())
        break;
      work(block[0]);
    } catch (...) {
      continue;
    }
  }
}
// What is thrown goes to the handler of its type.
struct Cancelled {};
void no_warning_thrown_past_handler(std::stop_token stop) {
  while (again()) {
    try {
      if (stop.stop_requested())
        throw 1;
      work(1);
    } catch (const std::exception &) {
    }
  }
}
void no_warning_thrown_to_first_handler(std::stop_token stop) {
  while (again()) {
    try {
      if (stop.stop_requested())
        throw Cancelled();
      work(1);
    } catch (const Cancelled &) {
      return;
    } catch (...) {
    }
  }
}
void no_warning_thrown_to_base(std::stop_token stop) {
  while (again()) { // cancel-swallowed-exception's
    try {
      if (stop.stop_requested())
        throw std::runtime_error("cancelled");
      work(1);
    } catch (const std::exception &) {
    }
  }
}
// The answer reaches the condition by way of something else.
enum class State { Running, Done };
void no_warning_state(std::stop_token stop) {
  State state = State::Running;
  while (state == State::Running) {
    work(1);
    if (stop.stop_requested())
      state = State::Done;
  }
}
void no_warning_code(std::stop_token stop) {
  int rc = 0;
  do {
    work(1);
    rc = stop.stop_requested() ? -1 : 0;
  } while (rc == 0);
}
void no_warning_counter_to_end(std::stop_token stop, int n) {
  for (int i = 0; i < n; ++i) {
    work(i);
    if (stop.stop_requested())
      i = n;
  }
}
void no_warning_cleared(std::stop_token stop, std::vector<int> &queue) {
  while (!queue.empty()) {
    work(queue.back());
    queue.pop_back();
    if (stop.stop_requested())
      queue.clear();
  }
}
void warns_other_variable(std::stop_token stop) {
  int seen = 0;
  while (again()) { // expected-warning {{looks at 'stop' but does not end when it is cancelled}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    work(seen);
    if (stop.stop_requested())
      ++seen;
  }
}
// Few rounds, however that is written.
void no_warning_short_spellings(std::stop_token stop) {
  int i;
  for (i = 0; i < 3; ++i)
    work(i);
  for (int j = 0, n = 3; j < n; ++j)
    work(j);
  for (int k = 0; k < 3 && again(); ++k)
    work(k);
}
void warns_without_step(std::stop_token stop) {
  for (int i = 0; i < 3;) { // expected-warning {{never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    work(i);
    if (again())
      ++i;
  }
}
void no_warning_statement_expression(std::stop_token stop) {
  while (({
    bool go_on = !stop.stop_requested();
    work(1);
    go_on;
  })) {
  }
}
// A number out of a carrier is not the token.
struct Request {
  int id;
  std::stop_token stop;
};
void warns_part_of_carrier(const Request &request) {
  while (again()) // expected-warning {{never looks at 'request.stop'}}
    std::this_thread::sleep_for(std::chrono::seconds(request.id));
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (request.stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void take(const Request &request);
void no_warning_carrier_whole(const Request &request) {
  while (again())
    take(request);
}

// Rounds of an outer loop look; those of an inner one would have to take long.
double weigh(int item);
void no_warning_inner(std::stop_token stop, const std::vector<std::vector<int>> &rows) {
  double sum = 0;
  for (const auto &row : rows) {
    if (stop.stop_requested())
      return;
    for (int item : row)
      sum += weigh(item);
  }
}
// A virtual call is as long as its longest overrider.
struct Sink { virtual ~Sink(); virtual bool put(int item); };
struct SlowSink : Sink {
  bool put(int item) override { work(item); std::this_thread::sleep_for(std::chrono::seconds(1)); return true; }
};
void no_warning_inner_virtual(std::stop_token stop, const std::vector<std::vector<int>> &rows, Sink &sink) {
  for (const auto &row : rows) {
    if (stop.stop_requested())
      return;
    for (int item : row)
      sink.put(item);
  }
}
struct Band { virtual ~Band(); virtual int depth() const; };
struct SlowBand : Band {
  int depth() const override { std::this_thread::sleep_for(std::chrono::seconds(1)); return 8; }
};
void no_warning_cheap_interface(std::stop_token stop, const std::vector<Band *> &bands) {
  int sum = 0;
  for (const Band *band : bands)
    sum += band->depth();
}
void warns_virtual(std::stop_token stop, const std::vector<int> &row, Sink &sink) {
  for (int item : row) // expected-warning {{'put' may run long in each round}}
    sink.put(item);
  // CHECK-FIXES: for (int item : row) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_inner_that_sounds_long(std::stop_token stop, const std::vector<std::vector<int>> &rows) {
  for (const auto &row : rows) {
    if (stop.stop_requested())
      return;
    for (int item : row) // expected-warning {{'work' may run long in each round}}
      work(item);
    // CHECK-FIXES: for (int item : row) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
}
void warns_outer_only(std::stop_token stop, const std::vector<std::vector<int>> &rows) {
  double sum = 0;
  for (const auto &row : rows) { // expected-warning {{'weigh' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    for (int item : row)
      sum += weigh(item);
  }
}

// What the inner loop costs is said there, though its condition is a part of
// the outer one's rounds.
bool fetch(int row, int &item);
void warns_inner_condition_once(std::stop_token stop, const std::vector<int> &rows) {
  for (int row : rows) {
    int item = 0;
    while (fetch(row, item)) { // expected-warning {{'fetch' may run long in each round}}
      // CHECK-FIXES: if (stop.stop_requested())
      // CHECK-FIXES-NEXT: return;
    }
  }
}

// Whoever requested the stop knows of it.
struct Canceller {
  std::stop_source source_;
  int left();
  void no_warning_drains(std::stop_token stop) {
    source_.request_stop();
    while (left())
      work(1);
  }
  void warns_not_always(std::stop_token stop, bool give_up) {
    if (give_up)
      source_.request_stop();
    while (left()) // expected-warning {{never looks at 'stop'}}
      work(1);
    // CHECK-FIXES: while (left()) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
};

// A member that the class only hands on is not about what the class does.
void engine(int item, std::stop_token stop);
struct HandsOn {
  std::stop_token for_engine_;
  void start(int item) { engine(item, for_engine_); }
  void no_warning_other_work(const std::vector<int> &items) {
    for (int item : items)
      work(item);
  }
};
struct LooksElsewhere {
  std::stop_token stop_;
  void start(int item) { engine(item, stop_); }
  bool stopped() const { return stop_.stop_requested(); }
  void warns_own_work(const std::vector<int> &items) {
    for (int item : items) // expected-warning {{never looks at 'stop_'}}
      work(item);
    // CHECK-FIXES: for (int item : items) {
    // CHECK-FIXES-NEXT: if (stop_.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
};

// Something that no model knows is asked.
struct HomeMade {
  bool isCanceled();
  bool isEmpty();
  bool quit_ = false;
  std::atomic<bool> aborted_{false};
  void no_warning_call(std::stop_token stop, const std::vector<int> &items) {
    for (int item : items) {
      if (isCanceled())
        return;
      work(item);
    }
  }
  void no_warning_flag(std::stop_token stop) {
    while (!quit_)
      work(1);
  }
  void no_warning_atomic(std::stop_token stop) {
    while (!aborted_.load())
      work(1);
  }
  void warns_other_call(std::stop_token stop) {
    while (!isEmpty()) // expected-warning {{never looks at 'stop'}}
      work(1);
    // CHECK-FIXES: while (!isEmpty()) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
  void warns_no_exit(std::stop_token stop, const std::vector<int> &items) {
    for (int item : items) { // expected-warning {{never looks at 'stop'}}
      if (isCanceled())
        quit_ = true;
      work(item);
    }
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
  }
};

template <class I> void warns_dependent_counter(I n, std::stop_token stop) {
  for (I i(0); i < n; ++i) // expected-warning {{'work' may run long in each round}}
    work(1);
  // CHECK-FIXES: for (I i(0); i < n; ++i) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
template void warns_dependent_counter(int n, std::stop_token stop);

// What takes and gives nothing but numbers calculates: nobody defines it, and
// it is not taken for long by guess.
struct Point { double x = 0, y = 0; bool empty = true; Point(); Point(const Point &other); };
struct Transform {
  static Point interpolate(double x1, double y1, double x2, double y2, double at);
  int alpha(double red, double green, double blue, int most = 255) const;
  int enhance(double value);
  float processWindow(float *above, float *here, float *below);
  bool computeShade(float *above, float *below, unsigned char *red, unsigned char *blue);
  char *bits(unsigned long at);
  virtual double blend(double one, double other);
  bool inside(const Point &point, double within) const;
};
double interpolated(const Point &from, const Point &to);
void no_warning_numbers(std::stop_token stop, std::vector<float> &row, Transform &t) {
  unsigned char red = 0, blue = 0;
  for (float &value : row) {
    t.processWindow(&value, &value, &value);
    t.computeShade(&value, &value, &red, &blue);
    value = t.alpha(value, value, value) + t.enhance(value) + t.blend(value, value);
    Point p = Transform::interpolate(value, value, value, value, value);
    if (t.inside(p, 1.0))
      *t.bits(3) = char(interpolated(p, p));
  }
}
void no_warning_inner_numbers(std::stop_token stop, const std::vector<std::vector<float>> &rows, Transform &t) {
  for (const auto &row : rows) {
    if (stop.stop_requested())
      return;
    for (float value : row)
      t.processWindow(&value, &value, &value);
  }
}
// An identifier is not a quantity, an array may be large, and what gives
// nothing back is there for what it does.
struct Machine {
  int measure(int item);
  double integrate(const double *values, int n);
  void drive(double speed);
  bool move(double to);
  double parse(const char *text, double otherwise);
  double readSample(double at);
  double awaitLevel(double level);
  double simulate(double step);
};
double run(double step);
void warns_identifier(std::stop_token stop, const std::vector<int> &items, Machine &m) {
  for (int item : items) // expected-warning {{'measure' may run long in each round}}
    m.measure(item);
  // CHECK-FIXES: for (int item : items) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_array(std::stop_token stop, const std::vector<std::vector<double>> &rows, Machine &m) {
  double sum = 0;
  for (const auto &row : rows) { // expected-warning {{'integrate' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    sum += m.integrate(row.data(), int(row.size()));
  }
}
void warns_deed(std::stop_token stop, const std::vector<double> &speeds, Machine &m) {
  for (double speed : speeds) { // expected-warning {{'drive' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    m.drive(speed);
  }
}
void warns_success(std::stop_token stop, const std::vector<double> &places, Machine &m) {
  for (double place : places) { // expected-warning {{'move' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    if (!m.move(place))
      continue;
  }
}
void warns_text(std::stop_token stop, const std::vector<const char *> &texts, Machine &m) {
  double sum = 0;
  for (const char *text : texts) { // expected-warning {{'parse' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    sum += m.parse(text, 0.5);
  }
}
void warns_reads(std::stop_token stop, const std::vector<double> &times, Machine &m) {
  double sum = 0;
  for (double time : times) { // expected-warning {{'readSample' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    sum += m.readSample(time);
  }
}
void warns_awaits(std::stop_token stop, const std::vector<double> &levels, Machine &m) {
  double sum = 0;
  for (double level : levels) { // expected-warning {{'awaitLevel' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    sum += m.awaitLevel(level);
  }
}
void warns_simulates(std::stop_token stop, const std::vector<double> &steps) {
  double sum = 0;
  for (double step : steps) { // expected-warning {{'run' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    sum += run(step);
  }
}
// A body that is known, a table and an annotation know better.
double slowed(double value);
double slowed(double value) {
  std::this_thread::sleep_for(std::chrono::seconds(1));
  return value;
}
[[clang::annotate("cancel::blocking")]] double annotated(double value);
struct Curve { virtual ~Curve(); virtual double height(double x, double y) = 0; };
struct SlowCurve : Curve {
  double height(double x, double y) override { std::this_thread::sleep_for(std::chrono::seconds(1)); return x + y; }
};
void warns_known_body(std::stop_token stop, std::vector<double> &values) {
  for (double &value : values) // expected-warning {{'slowed' may run long in each round}}
    value = slowed(value);
  // CHECK-FIXES: for (double &value : values) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_annotated(std::stop_token stop, std::vector<double> &values) {
  for (double &value : values) // expected-warning {{'annotated' may wait in each round}}
    value = annotated(value);
  // CHECK-FIXES: for (double &value : values) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_known_overrider(std::stop_token stop, std::vector<double> &values, Curve &curve) {
  for (double &value : values) // expected-warning {{'height' may run long in each round}}
    value = curve.height(value, value);
  // CHECK-FIXES: for (double &value : values) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// A helper is a part of the rounds that call it.
struct Shape { virtual ~Shape(); virtual double locate(const std::string &where); };
struct SlowShape : Shape {
  double locate(const std::string &) override { std::this_thread::sleep_for(std::chrono::seconds(1)); return 0; }
};
double rate(const std::string &name);
using Names = std::vector<std::string>;
void no_warning_helper_in_rounds(std::stop_token stop, const std::vector<Names> &rows, Shape &shape) {
  double sum = 0;
  auto add = [&](const Names &row) {
    for (const std::string &name : row)
      sum += rate(name) + shape.locate(name);
  };
  for (const Names &row : rows) {
    if (stop.stop_requested())
      return;
    add(row);
  }
}
void no_warning_function_helper(std::stop_token stop, const std::vector<Names> &rows, Shape &shape) {
  double sum = 0;
  std::function<void(const Names &, int)> add;
  add = [&sum, &shape, &add](const Names &row, int depth) {
    for (const std::string &name : row) {
      sum += shape.locate(name);
      if (depth)
        add(row, depth - 1);
    }
  };
  auto addAll = [&stop, &rows, &add] {
    for (const Names &row : rows) {
      if (stop.stop_requested())
        return;
      add(row, 2);
    }
  };
  addAll();
}
void no_warning_helper_of_helper(std::stop_token stop, const std::vector<Names> &rows, Shape &shape) {
  double sum = 0;
  auto addOne = [&](const Names &row) {
    for (const std::string &name : row)
      sum += shape.locate(name);
  };
  auto add = [&](const Names &row) { addOne(row); };
  for (const Names &row : rows) {
    if (stop.stop_requested())
      return;
    add(row);
  }
}
void warns_helper_called_alone(std::stop_token stop, const std::vector<Names> &rows, Shape &shape) {
  double sum = 0;
  auto add = [&](const Names &row) {
    for (const std::string &name : row) // expected-warning {{'rate' may run long in each round}}
      sum += rate(name);
    // CHECK-FIXES: for (const std::string &name : row) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  };
  for (const Names &row : rows) {
    if (stop.stop_requested())
      return;
    add(row);
  }
  add(rows.front());
}
void warns_helper_in_blind_rounds(std::stop_token stop, const std::vector<Names> &rows) {
  double sum = 0;
  auto add = [&](const Names &row) {
    for (const std::string &name : row) // expected-warning {{'rate' may run long in each round}}
      sum += rate(name);
    // CHECK-FIXES: for (const std::string &name : row) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  };
  for (const Names &row : rows)
    add(row);
}
void keep(const std::function<void(const Names &)> &callback);
void warns_helper_handed_out(std::stop_token stop, const std::vector<Names> &rows) {
  double sum = 0;
  auto add = [&, stop](const Names &row) {
    for (const std::string &name : row) // expected-warning {{'rate' may run long in each round}}
      sum += rate(name);
    // CHECK-FIXES: for (const std::string &name : row) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  };
  for (const Names &row : rows) {
    if (stop.stop_requested())
      return;
    add(row);
  }
  keep(add);
}
void warns_helper_that_waits(std::stop_token stop, const std::vector<Names> &rows) {
  auto pause = [&](const Names &row) {
    for (const std::string &name : row) // expected-warning {{'sleep_for' may wait in each round}}
      std::this_thread::sleep_for(std::chrono::seconds(name.size()));
    // CHECK-FIXES: for (const std::string &name : row) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  };
  for (const Names &row : rows) {
    if (stop.stop_requested())
      return;
    pause(row);
  }
}

// While the object is being made, nobody has set the token yet.
class Prepared {
public:
  explicit Prepared(const Names &names) { prepare(names); }
  void go(std::stop_token stop) { stop_ = std::make_unique<std::stop_token>(stop); }
  bool stopped() const { return stop_->stop_requested(); }

private:
  void prepare(const Names &names) { no_warning_step(names); }
  void no_warning_step(const Names &names) {
    for (const std::string &name : names)
      sum_ += rate(name);
  }
  double sum_ = 0;
  std::unique_ptr<std::stop_token> stop_;
};
class PreparedAgain {
public:
  explicit PreparedAgain(const Names &names) { warns_prepare(names); }
  void go(std::stop_token stop, const Names &names) {
    stop_ = std::make_unique<std::stop_token>(stop);
    warns_prepare(names);
  }

private:
  void warns_prepare(const Names &names) {
    for (const std::string &name : names) // expected-warning {{'rate' may run long in each round}}
      sum_ += rate(name);
    // CHECK-FIXES: for (const std::string &name : names) {
    // CHECK-FIXES-NEXT: if (stop_ && stop_->stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
  double sum_ = 0;
  std::unique_ptr<std::stop_token> stop_;
};
class GivenToken {
public:
  GivenToken(const Names &names, const std::stop_token *stop) : stop_(stop) { warns_prepare(names); }
  GivenToken(const Names &names, const std::stop_token *stop, int) {
    keep(stop);
    warns_prepare(names);
  }

private:
  void keep(const std::stop_token *stop) { stop_ = stop; }
  void warns_prepare(const Names &names) {
    for (const std::string &name : names) // expected-warning {{'rate' may run long in each round}}
      sum_ += rate(name);
    // CHECK-FIXES: for (const std::string &name : names) {
    // CHECK-FIXES-NEXT: if (stop_ && stop_->stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
  double sum_ = 0;
  const std::stop_token *stop_ = nullptr;
};
class KeptToken {
public:
  KeptToken(const Names &names, const std::stop_token *stop) {
    keep(stop);
    warns_prepare(names);
  }

private:
  void keep(const std::stop_token *stop) { stop_ = stop; }
  void warns_prepare(const Names &names) {
    for (const std::string &name : names) // expected-warning {{'rate' may run long in each round}}
      sum_ += rate(name);
    // CHECK-FIXES: for (const std::string &name : names) {
    // CHECK-FIXES-NEXT: if (stop_ && stop_->stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
  double sum_ = 0;
  const std::stop_token *stop_ = nullptr;
};
class PreparedLater {
public:
  explicit PreparedLater(const Names &names) {
    later_ = [this, names] { warns_prepare(names); };
  }

private:
  void warns_prepare(const Names &names) {
    for (const std::string &name : names) // expected-warning {{'rate' may run long in each round}}
      sum_ += rate(name);
    // CHECK-FIXES: for (const std::string &name : names) {
    // CHECK-FIXES-NEXT: if (stop_ && stop_->stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
  double sum_ = 0;
  std::function<void()> later_;
  std::unique_ptr<std::stop_token> stop_;
};

// A constructor that throws goes round as a call does.
struct Connection {
  explicit Connection(const std::string &host);
  ~Connection();
};
struct Address {
  explicit Address(const std::string &host) noexcept;
  ~Address();
};
void warns_constructor_throws(std::stop_token stop, const Names &hosts) {
  for (const std::string &host : hosts) { // expected-warning {{loop can go round without looking at 'stop'; 'sleep_for' may wait in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    try {
      Connection connection(host);
      if (stop.stop_requested())
        return;
    } catch (const std::runtime_error &) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }
}
void warns_expression_throws(std::stop_token stop, const Names &hosts) {
  for (const std::string &host : hosts) { // expected-warning {{can go round without looking at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    try {
      std::size_t size = host.empty() ? throw std::runtime_error("no host") : host.size();
      if (stop.stop_requested() || size > 9)
        return;
    } catch (const std::runtime_error &) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }
}
void no_warning_constructor_cannot_throw(std::stop_token stop, const Names &hosts) {
  for (const std::string &host : hosts) {
    try {
      Address address(host);
      if (stop.stop_requested())
        return;
    } catch (const std::runtime_error &) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }
}
void no_warning_constructor_out_of_memory(std::stop_token stop, const Names &hosts, std::mutex &mutex) {
  for (const std::string &host : hosts) {
    try {
      std::lock_guard guard(mutex);
      std::string copy(host);
      if (stop.stop_requested())
        return;
    } catch (...) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }
}
void no_warning_handler_around_the_loop(std::stop_token stop, const Names &hosts) {
  try {
    for (const std::string &host : hosts) {
      Connection connection(host);
      if (stop.stop_requested())
        return;
    }
  } catch (const std::runtime_error &) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

// A loop beside one that looks: it prepares, or winds up, what that one works
// on. Nothing is guessed of its callees.
struct Page {
  void typeset(const std::string &line);
};
bool transfer_to_printer(const std::string &line);
void keep_ribbon(const std::string &name);
void cool_down(int seconds) {
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
}
class Printer {
public:
  void no_warning_beside(const Names &lines, std::stop_token stop) {
    for (const std::string &name : ribbons_)
      keep_ribbon(name);
    for (const std::string &line : lines) {
      if (stop.stop_requested())
        return;
      page_->typeset(line);
    }
    for (const std::string &name : ribbons_)
      keep_ribbon(name);
  }
  void no_warning_beside_helper_that_throws(const Names &lines, std::stop_token stop) {
    for (size_t i = 0; i < ribbons_.size(); ++i)
      keep_ribbon(ribbons_[i]);
    bool more = true;
    while (more && !stop.stop_requested())
      more = page_ && print_one(lines);
  }
  void warns_beside_sounds_long(const Names &lines, std::stop_token stop) {
    for (const std::string &name : ribbons_) // expected-warning {{'transfer_to_printer' may run long in each round}}
      transfer_to_printer(name);
    // CHECK-FIXES: for (const std::string &name : ribbons_) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
    for (const std::string &line : lines) {
      if (stop.stop_requested())
        return;
      page_->typeset(line);
    }
  }
  void warns_beside_known_long(const Names &lines, std::stop_token stop) {
    for (const std::string &name : ribbons_) // expected-warning {{'cool_down' may run long in each round}}
      cool_down(name.size());
    // CHECK-FIXES: for (const std::string &name : ribbons_) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
    for (const std::string &line : lines) {
      if (stop.stop_requested())
        return;
      page_->typeset(line);
    }
  }
  void warns_beside_one_that_does_not_look(const Names &lines, std::stop_token stop) {
    for (const std::string &name : ribbons_) // expected-warning {{'keep_ribbon' may run long in each round}}
      keep_ribbon(name);
    // CHECK-FIXES: for (const std::string &name : ribbons_) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
    for (const std::string &line : lines) { // expected-warning {{can go round without looking at 'stop'}}
      // CHECK-FIXES: if (stop.stop_requested())
      // CHECK-FIXES-NEXT: return;
      page_->typeset(line);
      if (line.empty())
        continue;
      if (stop.stop_requested())
        return;
    }
  }

private:
  bool print_one(const Names &lines);
  Names ribbons_;
  Page *page_ = nullptr;
};

// What a name calls preparation is not guessed to be long.
struct Panel;
struct Desk {
  Panel *create_panel(const std::string &name);
  std::unique_ptr<Panel> createOther(const std::string &name);
  bool create_archive(const std::string &name);
  void prepare(const std::string &name);
  void register_panel(Panel *panel);
  void registrate(const std::string &name);
};
void no_warning_prepares(Desk &desk, const Names &names, std::stop_token stop) {
  for (const std::string &name : names) {
    desk.prepare(name);
    desk.register_panel(desk.create_panel(name));
  }
  if (!stop.stop_requested())
    work(1);
}
void warns_creates_no_object(Desk &desk, const Names &names, std::stop_token stop) {
  for (const std::string &name : names) // expected-warning {{'create_archive' may run long in each round}}
    desk.create_archive(name);
  // CHECK-FIXES: for (const std::string &name : names) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_another_word(Desk &desk, const Names &names, std::stop_token stop) {
  for (const std::string &name : names) // expected-warning {{'registrate' may run long in each round}}
    desk.registrate(name);
  // CHECK-FIXES: for (const std::string &name : names) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// A result that is there is no wait.
void no_warning_task_ran_here(std::stop_token stop, std::vector<std::packaged_task<int()>> &tasks) {
  if (stop.stop_requested())
    return;
  for (std::packaged_task<int()> &task : tasks) {
    task();
    task.get_future().wait();
  }
}
void warns_task_runs_elsewhere(std::stop_token stop, std::vector<std::packaged_task<int()>> &tasks) {
  for (std::packaged_task<int()> &task : tasks) // expected-warning {{'wait' may wait in each round}}
    task.get_future().wait();
  // CHECK-FIXES: for (std::packaged_task<int()> &task : tasks) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// Whoever shuts down closes the gate.
struct Gate {
  bool is_closed() const;
  bool is_full() const;
};
void no_warning_until_closed(std::stop_token stop, Gate &gate) {
  if (stop.stop_requested())
    return;
  while (!gate.is_closed())
    std::this_thread::sleep_for(std::chrono::seconds(1));
}
void warns_until_full(std::stop_token stop, Gate &gate) {
  while (!gate.is_full()) // expected-warning {{'sleep_for' may wait in each round}}
    std::this_thread::sleep_for(std::chrono::seconds(1));
  // CHECK-FIXES: while (!gate.is_full()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// A state that somebody sets who stops the object.
class Collector {
public:
  void cancel();
  void no_warning_state(std::stop_token stop) {
    keep(stop);
    while (again()) {
      if (state_ == State::Cancelled)
        return;
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }
  void no_warning_state_of_next(std::stop_token stop) {
    keep(stop);
    while (next())
      work(1);
  }
  void warns_other_state(std::stop_token stop) {
    keep(stop);
    while (state_ == State::Waiting) // expected-warning {{'sleep_for' may wait in each round}}
      std::this_thread::sleep_for(std::chrono::seconds(1));
    // CHECK-FIXES: while (state_ == State::Waiting) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }

private:
  enum class State { Waiting, Cancelled };
  void keep(const std::stop_token &stop);
  bool next() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (state_ == State::Cancelled)
      return false;
    changed_.wait(lock);
    return true;
  }
  State state_ = State::Waiting;
  std::mutex mutex_;
  std::condition_variable changed_;
};

// What goes on behind an assertion has failed already.
void log_failure(const char *what);
#define ENSURE(COND, ACTION)                                                   \
  if (COND) {                                                                  \
  } else {                                                                     \
    log_failure(#COND);                                                        \
    ACTION;                                                                    \
  }                                                                            \
  do {                                                                         \
  } while (false)
void no_warning_assertion(std::stop_token stop, Reader &reader) {
  while (reader.next()) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    ENSURE(reader.value() > 0, continue);
    if (stop.stop_requested())
      return;
  }
}
void warns_plain_continue(std::stop_token stop, Reader &reader) {
  while (reader.next()) { // expected-warning {{loop can go round without looking at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    std::this_thread::sleep_for(std::chrono::seconds(1));
    if (reader.value() > 0)
      continue;
    if (stop.stop_requested())
      return;
  }
}

// Algorithms that ask what they are given about each element.
bool upload(int item);
bool warns_all_of(std::stop_token stop, std::vector<int> &items) {
  return std::all_of(items.begin(), items.end(), // expected-warning {{callable that this runs again and again never looks at 'stop'}}
                     [](int item) { return upload(item); });
}
void warns_erase_if(std::stop_token stop, std::vector<int> &items) {
  std::erase_if(items, [](int item) { return upload(item); }); // expected-warning {{callable that this runs again and again}}
}
auto warns_find_if(std::stop_token stop, std::vector<int> &items) {
  return std::find_if(items.begin(), items.end(), // expected-warning {{callable that this runs again and again}}
                      [](int item) { return upload(item); });
}
bool warns_ranges_any_of(std::stop_token stop, std::vector<int> &items) {
  return std::ranges::any_of(items, [](int item) { return upload(item); }); // expected-warning {{callable that this runs again and again}}
}
bool no_warning_any_of_asks(std::stop_token stop, std::vector<int> &items) {
  return std::any_of(items.begin(), items.end(),
                     [&](int item) { return stop.stop_requested() || upload(item); });
}
bool no_warning_any_of_is_cheap(std::stop_token stop, std::vector<int> &items) {
  return std::any_of(items.begin(), items.end(), [](int item) { return item > 3; });
}
