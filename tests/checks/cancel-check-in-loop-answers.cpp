// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-check-in-loop -- -std=c++20
//
// Ways in which an answer gets to what it decides.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
bool upload(int item);
void reconnect();
void set_state(int state);
struct Aborted {
  explicit Aborted(const char *why);
};

// Kept in a number.
int no_warning_code(int n, std::stop_token stop) {
  for (int i = 0; i < n; ++i) {
    int code = stop.stop_requested() ? -125 : 0;
    if (code)
      return code;
    upload(i);
  }
  return 0;
}
void no_warning_number(int n, std::stop_token stop) {
  for (int i = 0; i < n; ++i) {
    int stopped = stop.stop_requested();
    if (stopped != 0)
      return;
    upload(i);
  }
}
void no_warning_compared(int n, std::stop_token stop) {
  for (int i = 0; i < n; ++i) {
    if (stop.stop_requested() != 0)
      return;
    upload(i);
  }
}
void no_warning_enumeration(int n, std::stop_token stop) {
  enum { Run, Stop } state = Run;
  for (int i = 0; state == Run; ++i) {
    upload(i);
    state = stop.stop_requested() || i == n ? Stop : Run;
  }
}
void no_warning_either_arm(int n, std::stop_token stop) {
  int i = 0;
  while (i < n ? !stop.stop_requested() : false)
    upload(i++);
}
int warns_code_goes_on(int n, std::stop_token stop) {
  int last = 0;
  for (int i = 0; i < n; ++i) { // expected-warning {{loop looks at 'stop' but does not end}}
    int code = stop.stop_requested() ? 1 : 2;
    if (code)
      last = code;
    upload(i);
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  return last;
}

// Whoever has seen the stop leaves, even if what it does last may throw.
void no_warning_throws_on_the_way_out(std::stop_token stop) {
  for (;;) {
    try {
      if (stop.stop_requested()) {
        set_state(3);
        return;
      }
      upload(1);
    } catch (const std::exception &) {
      reconnect();
    }
  }
}
void no_warning_own_exception(std::stop_token stop) {
  for (;;) {
    try {
      if (stop.stop_requested())
        throw Aborted("stopped");
      upload(1);
    } catch (const Aborted &) {
      throw;
    } catch (...) {
      reconnect();
    }
  }
}

// What the branch calls writes what the loop's condition reads.
class Parser {
  bool ok_ = true;
  int at_ = 0;
  std::stop_token stop_;
  void fail() { ok_ = false; }
  bool more() const { return ok_ && at_ < 100; }
  void report();
  bool failed() const;
  void ask() {
    if (stop_.stop_requested())
      fail();
  }

public:
  void no_warning_member() {
    while (ok_) {
      upload(at_++);
      if (stop_.stop_requested())
        fail();
    }
  }
  void no_warning_accessor() {
    while (more()) {
      upload(at_++);
      if (stop_.stop_requested())
        ok_ = false;
    }
  }
  void no_warning_helper_asks() {
    while (more()) {
      ask();
      upload(at_++);
    }
  }
  // Neither can be seen into.
  void no_warning_unknown() {
    while (!failed()) {
      upload(at_++);
      if (stop_.stop_requested())
        report();
    }
  }
  void warns_writes_another(int n) {
    int seen = 0;
    for (int i = 0; i < n; ++i) { // expected-warning {{loop looks at 'stop_' but does not end}}
      upload(i);
      if (stop_.stop_requested())
        ++seen;
    }
    // CHECK-FIXES: if (stop_.stop_requested())
    // CHECK-FIXES-NEXT: return;
  }
};

// A pause in slices has at least one.
void no_warning_sliced_pause(std::stop_token stop) {
  for (;;) {
    upload(1);
    for (int i = 0; i < 10; ++i) {
      if (stop.stop_requested())
        return;
      std::this_thread::sleep_for(100ms);
    }
  }
}
void no_warning_sliced_pause_by_time(std::stop_token stop) {
  for (;;) {
    upload(1);
    auto end = Clock::now() + 2s;
    while (Clock::now() < end) {
      if (stop.stop_requested())
        return;
      std::this_thread::sleep_for(100ms);
    }
  }
}
void warns_may_run_no_round(std::stop_token stop, const std::vector<int> &items) {
  for (;;) { // expected-warning {{can go round without looking at 'stop'}}
    upload(1);
    for (int item : items) {
      if (stop.stop_requested())
        return;
      upload(item);
    }
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
}

// A look now and then.
void no_warning_per_cent(int n, std::stop_token stop) {
  int shown = -1;
  for (int i = 0; i < n; ++i) {
    int percent = i * 100 / n;
    if (percent != shown) {
      shown = percent;
      if (stop.stop_requested())
        return;
    }
    upload(i);
  }
}
void no_warning_bytes(const std::vector<int> &sizes, std::stop_token stop) {
  size_t bytes = 0;
  for (int size : sizes) {
    upload(size);
    bytes += size;
    if (bytes > 1 << 20) {
      bytes = 0;
      if (stop.stop_requested())
        return;
    }
  }
}
template <int N> struct Every {
  int rounds = 0;
  bool operator()() { return ++rounds % N == 0; }
};
void no_warning_counted_elsewhere(int n, std::stop_token stop) {
  Every<64> every;
  for (int i = 0; i < n; ++i) {
    if (every() && stop.stop_requested())
      return;
    upload(i);
  }
}
void no_warning_switch(int n, std::stop_token stop) {
  for (int i = 0; i < n; ++i) {
    switch (i & 7) {
    case 0:
      if (stop.stop_requested())
        return;
      break;
    default:
      break;
    }
    upload(i);
  }
}
void no_warning_two_strides(int n, std::stop_token stop) {
  for (int i = 0; i < n; ++i) {
    if (i % 16 == 0 && stop.stop_requested())
      return;
    upload(i);
    if (i % 64 == 0 && stop.stop_requested())
      return;
    upload(-i);
  }
}
void no_warning_full_batch(std::vector<int> &items, std::stop_token stop) {
  std::vector<int> batch;
  while (!items.empty()) {
    batch.push_back(items.back());
    items.pop_back();
    if (batch.size() < 500)
      continue;
    if (stop.stop_requested())
      return;
    upload(batch.front());
    batch.clear();
  }
}
void no_warning_batch(size_t n, std::stop_token stop) {
  for (size_t i = 0; i < n; i += 64) {
    if (stop.stop_requested())
      break;
    for (size_t j = i; j < std::min(n, i + 64); ++j)
      upload(j);
  }
}
// The loop's own condition is no stride, and what stands behind it no look.
void warns_look_behind(int n, std::stop_token stop) {
  while (n-- > 0) { // expected-warning {{loop never looks at 'stop'}}
    upload(n);
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  if (stop.stop_requested())
    return;
  upload(1);
}
void warns_limit(std::stop_token stop) {
  for (int tries = 0;;) { // expected-warning {{loop never looks at 'stop'}}
    if (++tries > 5000)
      break;
    upload(tries);
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  if (stop.stop_requested())
    return;
  upload(1);
}
// The wrong way round: no check inside would help.
void warns_inverted(std::stop_token stop) {
  while (stop.stop_requested()) // expected-warning {{looks at 'stop' but does not end}}
    upload(1);
}
// Whether it can be cancelled at all is asked once.
void no_warning_possible(std::stop_token stop, int n) {
  const bool possible = stop.stop_possible();
  for (int i = 0; i < n; ++i) {
    if (possible && stop.stop_requested())
      return;
    upload(i);
  }
}
// A branch that a stop takes as well is how the function reacts to it.
bool is_late();
bool is_running();
void ask_to_end();
void no_warning_reaction_as_well(std::stop_token stop) {
  bool cancelled = false, late = false;
  while (is_running()) {
    if (stop.stop_requested()) {
      cancelled = true;
      break;
    }
    if (is_late()) {
      late = true;
      break;
    }
    std::this_thread::sleep_for(50ms);
  }
  if (cancelled || late) {
    ask_to_end();
    while (is_running())
      std::this_thread::sleep_for(50ms);
  }
}
void no_warning_asked_there(std::stop_token stop, int n) {
  if (is_late() || stop.stop_requested()) {
    for (int i = 0; i < n; ++i)
      upload(i);
  }
}
void no_warning_else(std::stop_token stop, int n) {
  if (!is_late() && !stop.stop_requested()) {
    upload(1);
  } else {
    for (int i = 0; i < n; ++i)
      upload(i);
  }
}
void warns_only_unless_stopped(std::stop_token stop, int n) {
  if (is_late() || !stop.stop_requested()) {
    for (int i = 0; i < n; ++i) // expected-warning {{loop never looks at 'stop'}}
      upload(i);
    // CHECK-FIXES: for (int i = 0; i < n; ++i) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
}
void warns_both_arms_of_and(std::stop_token stop, int n) {
  if (is_late() && !stop.stop_requested()) {
    for (int i = 0; i < n; ++i) // expected-warning {{loop never looks at 'stop'}}
      upload(i);
    // CHECK-FIXES: for (int i = 0; i < n; ++i) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
}
// Without a limit, the wait with the token says no for a stop alone: what
// follows works off what is left.
class Writer {
public:
  void no_warning_drained(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (ready_.wait(lock, stop, [this] { return !items_.empty(); })) {
      upload(items_.back());
      items_.pop_back();
    }
    for (int item : items_)
      upload(item);
  }
  void no_warning_broken_out(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (!ready_.wait(lock, stop, [this] { return !items_.empty(); }))
        break;
      upload(items_.back());
      items_.pop_back();
    }
    for (int item : items_)
      upload(item);
  }
  void no_warning_kept(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    bool more = true;
    while (more) {
      more = ready_.wait(lock, stop, [this] { return !items_.empty(); });
      if (more) {
        upload(items_.back());
        items_.pop_back();
      }
    }
    for (int item : items_)
      upload(item);
  }
  void warns_timed(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (ready_.wait_for(lock, stop, 1s, [this] { return !items_.empty(); }))
      return;
    for (int item : items_) // expected-warning {{loop never looks at 'stop'}}
      upload(item);
    // CHECK-FIXES: for (int item : items_) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }

private:
  std::mutex mutex_;
  std::condition_variable_any ready_;
  std::vector<int> items_;
};
// Another source that the token's callback requests.
void no_warning_linked(std::stop_token request, int n) {
  std::stop_source own;
  std::stop_callback link(request, [&] { own.request_stop(); });
  for (int i = 0; i < n && !own.stop_requested(); ++i)
    upload(i);
}
void no_warning_linked_both(std::stop_token request, std::stop_token server, int n) {
  std::stop_source either;
  std::stop_callback first(request, [&] { either.request_stop(); });
  std::stop_callback second(server, [&] { either.request_stop(); });
  const auto stop = either.get_token();
  for (int i = 0; i < n && !stop.stop_requested(); ++i)
    upload(i);
}
void warns_not_linked(std::stop_token request, int n) {
  std::stop_source own, other;
  std::stop_callback link(request, [&] { other.request_stop(); });
  for (int i = 0; i < n && !own.stop_requested(); ++i) // expected-warning {{loop never looks at 'request'}}
    upload(i);
  // CHECK-FIXES: for (int i = 0; i < n && !own.stop_requested(); ++i) {
  // CHECK-FIXES-NEXT: if (request.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
// Goes on until what it has begun is done.
int open_tasks();
void no_warning_until_idle(std::stop_token stop) {
  for (;;) {
    if (stop.stop_requested() && open_tasks() == 0)
      break;
    std::this_thread::sleep_for(100ms);
  }
}
class Child {
public:
  void no_warning_state(std::stop_token stop) {
    for (;;) {
      if (stop.stop_requested())
        state_ = Stopping;
      if (state_ == Stopping)
        ask_to_end();
      if (!is_running())
        break;
      std::this_thread::sleep_for(100ms);
    }
  }
  void warns_state_unread(std::stop_token stop) {
    for (;;) { // expected-warning {{loop looks at 'stop' but does not end when it is cancelled}}
      // CHECK-FIXES: if (stop.stop_requested())
      // CHECK-FIXES-NEXT: return;
      if (stop.stop_requested())
        state_ = Stopping;
      if (!is_running())
        break;
      std::this_thread::sleep_for(100ms);
    }
  }

private:
  enum State { Running, Stopping } state_ = Running;
};
// Left unread on purpose.
void no_warning_unread(std::stop_token stop, int n) {
  (void)stop;
  for (int i = 0; i < n; ++i)
    upload(i);
}

// Flags that say whether to go on, of whom no model knows.
struct Pump {
  std::atomic<bool> running_{true};
  bool m_running = true;
  void no_warning_running(std::stop_token stop) {
    if (stop.stop_requested())
      return;
    while (running_.load())
      std::this_thread::sleep_for(std::chrono::seconds(1));
    while (m_running)
      std::this_thread::sleep_for(std::chrono::seconds(1));
  }
};
void no_warning_keep_running(std::stop_token stop, const std::atomic_bool &keep_running) {
  if (stop.stop_requested())
    return;
  while (keep_running)
    std::this_thread::sleep_for(std::chrono::seconds(1));
}
void warns_local_answer(std::stop_token stop) {
  if (stop.stop_requested())
    return;
  bool running = true;
  while (running) { // expected-warning {{loop never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    std::this_thread::sleep_for(std::chrono::seconds(1));
    running = std::this_thread::get_id() != std::thread::id();
  }
}
