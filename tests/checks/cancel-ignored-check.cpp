// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-ignored-check -- -std=c++20
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

using namespace std::chrono_literals;

void work(int item);
bool again();
int process(const std::string &line);
void log(const char *text);
struct Cancelled {};

// --- An answer that is dropped ----------------------------------------------

void warns_statement(std::stop_token stop, const std::vector<int> &items) {
  for (int item : items) {
    stop.stop_requested(); // expected-warning@:10 {{the answer of 'stop.stop_requested()' is dropped; leave when it is true}}
    work(item);
  }
}
void warns_branch_without_braces(std::stop_token stop, bool careful) {
  if (careful)
    stop.stop_requested(); // expected-warning {{is dropped}}
  work(1);
}
void warns_pointer(const std::stop_token *stop) {
  work(1);
  stop->stop_requested(); // expected-warning {{'stop->stop_requested()' is dropped}}
  work(2);
}
// The `return` was forgotten.
bool warns_lambda(std::stop_token stop) {
  auto cancelled = [&] {
    stop.stop_requested(); // expected-warning {{is dropped}}
    return false;
  };
  return cancelled();
}
void warns_comma(std::stop_token stop, int n) {
  for (int i = 0; i < n; stop.stop_requested(), ++i) // expected-warning {{is dropped}}
    work(i);
}
class Indexer {
public:
  explicit Indexer(std::stop_token stop) : stop_(std::move(stop)) {
    stop_.stop_requested(); // expected-warning {{'stop_.stop_requested()' is dropped}}
  }
  template <typename Item> void warns_template(const std::vector<Item> &items) {
    for (const Item &item : items) {
      stop_.stop_requested(); // expected-warning {{is dropped}}
      process(item);
    }
  }

private:
  std::stop_token stop_;
};
template void Indexer::warns_template<std::string>(const std::vector<std::string> &);
#define SEE(token) token.stop_requested()
void warns_macro(std::stop_token stop) {
  SEE(stop); // expected-warning {{is dropped}}
  work(1);
}
void warns_try(std::stop_token stop) try {
  stop.stop_requested(); // expected-warning {{is dropped}}
  work(1);
} catch (const Cancelled &) {
}

void no_warning_cast(std::stop_token stop) {
  (void)stop.stop_requested();
  static_cast<void>(stop.stop_requested());
}
#define EXPECT_NO_THROW(...)                                                   \
  try {                                                                        \
    __VA_ARGS__;                                                               \
  } catch (...) {                                                              \
    log(#__VA_ARGS__);                                                         \
  }
void no_warning_macro_argument(std::stop_token stop) {
  EXPECT_NO_THROW(stop.stop_requested());
}
void no_warning_used(std::stop_token stop, std::vector<bool> &answers) {
  answers.push_back(stop.stop_requested());
  if (again() || stop.stop_requested())
    return;
  bool done = false;
  done |= stop.stop_requested();
  work(done);
}
bool no_warning_statement_expression(std::stop_token stop) {
  return ({ work(1); stop.stop_requested(); });
}
void no_warning_handler(std::stop_token stop) {
  try {
    work(1);
  } catch (...) {
    stop.stop_requested();
  }
}
[[clang::annotate("cancel::uncancellable")]] void no_warning_on_purpose(std::stop_token stop) {
  stop.stop_requested();
}
// Not a token.
struct Job {
  bool stop_requested() const;
};
void no_warning_other_class(const Job &job) { job.stop_requested(); }
bool no_warning_unevaluated(std::stop_token stop) {
  return noexcept(stop.stop_requested()) && sizeof(stop.stop_requested());
}

// --- An answer that nobody reads --------------------------------------------

void warns_unread(std::stop_token stop, const std::vector<int> &items) {
  for (int item : items) {
    const bool stopped = stop.stop_requested(); // expected-warning {{nothing reads 'stopped', which keeps the answer of 'stop.stop_requested()'; leave when it is true}}
    work(item);
  }
}
void warns_only_written(std::stop_token stop) {
  bool stopped = false;
  while (again()) {
    stopped = stop.stop_requested(); // expected-warning {{nothing reads 'stopped'}}
    work(1);
    stopped = stop.stop_requested();
  }
}
void no_warning_read(std::stop_token stop) {
  const bool stopped = stop.stop_requested();
  auto later = [stopped] { return stopped; };
  work(later());
  bool captured = stop.stop_requested();
  auto implicit = [&] { return captured; };
  work(implicit());
}
void no_warning_leftover(std::stop_token stop) {
  const bool stopped = stop.stop_requested();
  while (!stop.stop_requested())
    work(1);
}
void no_warning_maybe_unused(std::stop_token stop) {
  [[maybe_unused]] bool stopped = stop.stop_requested();
  bool quiet = stop.stop_requested();
  (void)quiet;
  work(1);
}
#define LOG(value)
void no_warning_left_out(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  LOG(stopped);
  bool traced = stop.stop_requested();
#ifdef TRACE
  if (traced)
    log("stopped");
#endif
  work(1);
}
void no_warning_static_and_members(std::stop_token stop) {
  static bool first = stop.stop_requested();
  struct {
    bool stopped;
  } state;
  state.stopped = stop.stop_requested();
  work(state.stopped);
}
void no_warning_condition_variable(std::stop_token stop) {
  if (bool stopped = stop.stop_requested())
    return;
  work(1);
}

// --- An empty branch --------------------------------------------------------

void warns_empty(std::stop_token stop, const std::vector<int> &items) {
  for (int item : items) {
    if (stop.stop_requested()) { // expected-warning@:5 {{this branch on 'stop.stop_requested()' is empty; leave in it}}
    }
    work(item);
  }
}
void warns_semicolon(std::stop_token stop) {
  if (stop.stop_requested())
    ; // expected-warning@-1 {{is empty}}
  work(1);
}
void warns_guarded(const std::stop_token *stop) {
  if (stop && stop->stop_requested()) {} // expected-warning {{'stop->stop_requested()' is empty}}
  work(1);
}
void no_warning_else(std::stop_token stop) {
  if (stop.stop_requested()) {
  } else {
    work(1);
  }
}
void no_warning_comment(std::stop_token stop) {
  if (stop.stop_requested()) {
    // The caller sees it.
  }
  work(1);
}
void no_warning_branch_left_out(std::stop_token stop) {
  if (stop.stop_requested()) {
#ifdef TRACE
    log("stopped");
#endif
  }
  if (stop.stop_requested()) {
    LOG("stopped");
  }
  if (stop.stop_requested())
    LOG("stopped");
}
void no_warning_other_condition(std::stop_token stop) {
  if (again() || stop.stop_requested()) {
  }
  if (stop.stop_requested())
    log("stopped");
}
void no_warning_busy_wait(std::stop_token stop) {
  while (!stop.stop_requested()) {
  }
}

// --- A wait whose result nobody looks at ------------------------------------

class Queue {
public:
  void warns_spins(std::stop_token stop) {
    while (true) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, stop, [&] { return !lines_.empty(); }); // expected-warning@:14 {{'wait' returns at once when 'stop' is cancelled, and nothing ends the loop around it; leave when its result is false}}
      std::string line = lines_.front();
      lines_.pop_front();
      lock.unlock();
      process(line);
    }
  }
  void warns_ticker(const std::stop_token &stop) {
    for (;;) {
      std::unique_lock lock(mutex_);
      ready_.wait_for(lock, stop, 5s, [] { return false; }); // expected-warning {{'wait_for' returns at once}}
      work(1);
    }
  }
  void warns_continue(std::stop_token stop) {
    for (;;) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, stop, [&] { return !lines_.empty(); }); // expected-warning {{'wait'}}
      if (lines_.empty())
        continue;
      lines_.pop_front();
    }
  }

  void warns_predicate_asks(std::stop_token stop) {
    while (true) {
      std::unique_lock lock(mutex_);
      plain_.wait(lock, [&] { return !lines_.empty() || stop.stop_requested(); }); // expected-warning@:14 {{'wait' returns at once when 'stop' is cancelled, and nothing ends the loop around it; leave after it}}
      lines_.clear();
      work(1);
    }
  }
  void warns_noexcept(std::stop_token stop, const std::function<void()> &step) noexcept {
    while (true) {
      {
        std::unique_lock lock(mutex_);
        plain_.wait(lock, [this, &stop] { return stop.stop_requested() || !lines_.empty(); }); // expected-warning {{'wait' returns at once when 'stop' is cancelled}}
        lines_.clear();
      }
      step();
    }
  }
  void no_warning_predicate_asks_and_leaves(std::stop_token stop) {
    while (true) {
      std::unique_lock lock(mutex_);
      plain_.wait(lock, [&] { return !lines_.empty() || stop.stop_requested(); });
      if (lines_.empty())
        return;
      lines_.pop_front();
    }
  }
  void no_warning_predicate_asks_and_polls(std::stop_token stop) {
    while (!stop.stop_requested()) {
      std::unique_lock lock(mutex_);
      plain_.wait(lock, [&] { return !lines_.empty() || stop.stop_requested(); });
      work(1);
    }
  }
  // It waits on, whatever becomes of the token.
  void no_warning_predicate_wants_both(std::stop_token stop) {
    while (true) {
      std::unique_lock lock(mutex_);
      plain_.wait(lock, [&] { return !lines_.empty() && stop.stop_requested(); });
      work(1);
    }
  }
  void no_warning_may_throw(std::stop_token stop, const std::function<void()> &step) {
    while (true) {
      std::unique_lock lock(mutex_);
      plain_.wait(lock, [&] { return !lines_.empty() || stop.stop_requested(); });
      step();
    }
  }
  void no_warning_caught_inside(std::stop_token stop, const std::function<void()> &step) noexcept {
    try {
      while (true) {
        std::unique_lock lock(mutex_);
        plain_.wait(lock, [&] { return !lines_.empty() || stop.stop_requested(); });
        step();
      }
    } catch (...) {
    }
  }
  void no_warning_result(std::stop_token stop) {
    while (true) {
      std::unique_lock lock(mutex_);
      if (!ready_.wait(lock, stop, [&] { return !lines_.empty(); }))
        return;
      lines_.pop_front();
    }
  }
  void no_warning_predicate_again(std::stop_token stop) {
    while (true) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, stop, [&] { return !lines_.empty(); });
      if (lines_.empty())
        break;
      lines_.pop_front();
    }
  }
  void no_warning_polls(std::stop_token stop) {
    while (!stop.stop_requested()) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, stop, [&] { return !lines_.empty(); });
      work(1);
    }
  }
  void no_warning_passed_on(std::stop_token stop, void (*step)(std::stop_token)) {
    while (true) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, stop, [&] { return !lines_.empty(); });
      step(stop);
    }
  }
  void no_warning_helper() {
    while (true) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, stop_, [&] { return !lines_.empty(); });
      take();
    }
  }
  void no_warning_callable(std::stop_token stop, const std::function<void()> &step) {
    while (true) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, stop, [&] { return !lines_.empty(); });
      step();
    }
  }
  void no_warning_once(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, stop, [&] { return !lines_.empty(); });
    lines_.clear();
  }
  void no_warning_without_token() {
    while (true) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [&] { return !lines_.empty(); });
      lines_.pop_front();
    }
  }

private:
  void take();
  std::mutex mutex_;
  std::condition_variable_any ready_;
  std::condition_variable plain_;
  std::deque<std::string> lines_;
  std::stop_token stop_;
};

// --- Another question -------------------------------------------------------

void warns_possible_in_condition(std::stop_token stop) {
  while (!stop.stop_possible()) // expected-warning@:16 {{'stop_possible' tells whether 'stop' can be cancelled at all, not whether it was; ask 'stop_requested'}}
    work(1);
  // CHECK-FIXES: while (!stop.stop_requested())
}
void warns_possible_and(std::stop_token stop, int n) {
  for (int i = 0; i < n && !stop.stop_possible(); ++i) // expected-warning {{'stop_possible'}}
    work(i);
  // CHECK-FIXES: for (int i = 0; i < n && !stop.stop_requested(); ++i)
}
void warns_possible_break(std::stop_token stop, const std::vector<int> &items) {
  for (int item : items) {
    if (stop.stop_possible()) // expected-warning {{'stop_possible'}}
      // CHECK-FIXES: if (stop.stop_requested())
      break;
    work(item);
  }
}
bool warns_possible_return(const std::stop_token *stop) {
  do {
    if (stop && stop->stop_possible()) { // expected-warning {{'stop_possible'}}
      // CHECK-FIXES: if (stop && stop->stop_requested()) {
      return false;
    }
  } while (again());
  return true;
}
class Watch {
public:
  bool is_cancelled() const {
    return stop_.stop_possible(); // expected-warning {{'stop_possible'}}
    // CHECK-FIXES: return stop_.stop_requested();
  }
  bool is_cancellable() const { return stop_.stop_possible(); }

private:
  std::stop_token stop_;
};
// One of several tokens, each asked once.
bool no_warning_any_of(const std::vector<std::stop_token> &tokens) {
  for (const std::stop_token &one : tokens)
    if (one.stop_possible())
      return true;
  return false;
}
#define CAN_STOP(token) token.stop_possible()
void warns_possible_macro(std::stop_token stop) {
  while (!CAN_STOP(stop)) // expected-warning {{'stop_possible'}}
    work(1);
}

void no_warning_fast_path(std::stop_token stop, const std::vector<int> &items) {
  if (!stop.stop_possible())
    return work(0);
  for (int item : items) {
    if (!stop.stop_possible())
      break;
    work(item);
  }
}
void no_warning_possible_and_poll(std::stop_token stop) {
  while (stop.stop_possible() && !stop.stop_requested())
    work(1);
}
// Until the last source is gone.
void no_warning_while_possible(std::stop_token stop) {
  while (stop.stop_possible())
    work(1);
}
void no_warning_set_already(std::stop_token &mine, std::stop_token stop) {
  if (mine.stop_possible())
    return;
  mine = stop;
}
int with_token(std::stop_token stop);
int no_warning_slow_path(std::stop_token stop) {
  while (again()) {
    if (stop.stop_possible())
      return with_token(stop);
    work(1);
  }
  return 0;
}
void no_warning_argument_check(std::stop_token stop) {
  if (stop.stop_possible())
    throw Cancelled(); // not what the family throws
}
