// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops that a constant ends after a few rounds, however they are written, and
// loops that only look so.
// RUN: %check %s 'cancel-check-in-loop' -- -std=c++20
#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <queue>
#include <ranges>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

bool heavy(int);
void look(std::stop_token stop);

// --- counters

void no_warning_down(std::stop_token stop) {
  look(stop);
  int n = 3;
  while (n--)
    heavy(n);
}
bool no_warning_retries(std::stop_token stop) {
  look(stop);
  int retries = 5;
  while (retries-- > 0)
    if (heavy(retries))
      return true;
  return false;
}
void no_warning_left(std::stop_token stop) {
  look(stop);
  for (int left = 4; left; --left)
    heavy(left);
}
bool no_warning_do(std::stop_token stop) {
  look(stop);
  int attempt = 0;
  do {
    if (heavy(attempt))
      return true;
  } while (++attempt < 3);
  return false;
}
void no_warning_step_in_body(std::stop_token stop) {
  look(stop);
  int i = 0;
  while (i < 4) {
    heavy(i);
    ++i;
  }
}
void no_warning_min(std::stop_token stop, int count) {
  look(stop);
  for (int i = 0; i < std::min(count, 4); ++i)
    heavy(i);
}
void no_warning_clamp(std::stop_token stop, int count) {
  look(stop);
  const int workers = std::clamp(count, 1, 8);
  for (int i = 0; i < workers; ++i)
    heavy(i);
}
void warns_down_from_parameter(std::stop_token stop, int n) {
  look(stop);
  while (n--) // expected-warning {{loop never looks at 'stop'}}
    heavy(n);
  // CHECK-FIXES: while (n--) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_down_from_many(std::stop_token stop) {
  look(stop);
  int n = 100000;
  while (n--) // expected-warning {{loop never looks at 'stop'}}
    heavy(n);
  // CHECK-FIXES: while (n--) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_up_to_overflow(std::stop_token stop) {
  look(stop);
  int n = 1;
  while (++n) // expected-warning {{loop never looks at 'stop'}}
    heavy(n);
  // CHECK-FIXES: while (++n) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
// Only some rounds count.
void warns_sometimes(std::stop_token stop) {
  look(stop);
  int failures = 0;
  while (failures < 3) { // expected-warning {{loop never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    if (!heavy(failures))
      ++failures;
  }
}
void warns_continue(std::stop_token stop) {
  look(stop);
  int n = 0;
  while (n < 3) { // expected-warning {{loop never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    if (heavy(n))
      continue;
    ++n;
  }
}
void warns_set_back(std::stop_token stop) {
  look(stop);
  int retries = 5;
  while (retries-- > 0) { // expected-warning {{loop never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    if (heavy(retries))
      retries = 5;
  }
}
void warns_by_lambda(std::stop_token stop) {
  look(stop);
  int retries = 5;
  auto again = [&] { retries += 5; };
  while (retries-- > 0) { // expected-warning {{loop never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    if (heavy(retries))
      again();
  }
}
void warns_max(std::stop_token stop, int count) {
  look(stop);
  for (int i = 0; i < std::max(count, 4); ++i) // expected-warning {{loop never looks at 'stop'}}
    heavy(i);
  // CHECK-FIXES: for (int i = 0; i < std::max(count, 4); ++i) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
// Bounded above says nothing about where it begins.
void warns_begins_low(std::stop_token stop, int from) {
  look(stop);
  for (int i = std::min(from, 3); i < 4; ++i) // expected-warning {{loop never looks at 'stop'}}
    heavy(i);
  // CHECK-FIXES: for (int i = std::min(from, 3); i < 4; ++i) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// --- ranges

void no_warning_iota(std::stop_token stop) {
  look(stop);
  for (int i : std::views::iota(0, 4))
    heavy(i);
}
void no_warning_iterators(std::stop_token stop) {
  look(stop);
  std::array<int, 4> parts{1, 2, 3, 4};
  for (auto it = parts.begin(); it != parts.end(); ++it)
    heavy(*it);
}
void no_warning_array_iterators(std::stop_token stop) {
  look(stop);
  int parts[] = {1, 2, 3};
  for (auto it = std::begin(parts); it != std::end(parts); ++it)
    heavy(*it);
}
void no_warning_listed(std::stop_token stop) {
  look(stop);
  std::vector<int> parts{1, 2, 3};
  parts[0] = 4;
  for (int part : parts)
    heavy(part);
}
const std::vector<std::string> names = {"a", "b"};
void no_warning_listed_const(std::stop_token stop) {
  look(stop);
  for (const std::string &name : names)
    heavy(name.size());
}
void no_warning_listed_there(std::stop_token stop) {
  look(stop);
  for (const std::string &name : std::vector<std::string>{"a", "b"})
    heavy(name.size());
}
void warns_iota(std::stop_token stop, int count) {
  look(stop);
  for (int i : std::views::iota(0, count)) // expected-warning {{loop never looks at 'stop'}}
    heavy(i);
  // CHECK-FIXES: for (int i : std::views::iota(0, count)) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_grown(std::stop_token stop, int count) {
  look(stop);
  std::vector<int> parts{1, 2, 3};
  parts.resize(count);
  for (int part : parts) // expected-warning {{loop never looks at 'stop'}}
    heavy(part);
  // CHECK-FIXES: for (int part : parts) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void fill(std::vector<int> &parts);
void warns_filled(std::stop_token stop) {
  look(stop);
  std::vector<int> parts{1};
  fill(parts);
  for (auto it = parts.begin(); it != parts.end(); ++it) // expected-warning {{loop never looks at 'stop'}}
    heavy(*it);
  // CHECK-FIXES: for (auto it = parts.begin(); it != parts.end(); ++it) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
// Two numbers, and as many rounds as lie between them.
struct Range {
  int first, last;
  const int *begin() const;
  const int *end() const;
};
void warns_range(std::stop_token stop) {
  look(stop);
  for (int i : Range{0, 100000}) // expected-warning {{loop never looks at 'stop'}}
    heavy(i);
  // CHECK-FIXES: for (int i : Range{0, 100000}) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// --- consumers, which end when their producer has closed what they take from

template <class T> class Channel {
public:
  void push(T value) {
    {
      std::lock_guard lock(mutex_);
      values_.push(std::move(value));
    }
    changed_.notify_one();
  }
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !values_.empty(); });
    if (values_.empty())
      return std::nullopt;
    T value = std::move(values_.front());
    values_.pop();
    return value;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<T> values_;
  bool closed_ = false;
};
bool read(int &value);
int no_warning_consumer(std::stop_token stop) {
  Channel<int> channel;
  std::jthread producer([&, stop] {
    int value;
    while (!stop.stop_requested() && read(value))
      channel.push(value);
    channel.close();
  });
  int sum = 0;
  while (auto value = channel.pop())
    sum += *value;
  return sum;
}
class Stage {
public:
  void no_warning_run(std::stop_token stop) {
    std::jthread producer([this, stop] { produce(stop); });
    while (auto value = in_.pop())
      heavy(*value);
  }

private:
  void produce(std::stop_token stop) {
    int value;
    while (!stop.stop_requested() && read(value))
      in_.push(value);
    in_.close();
  }
  Channel<int> in_;
};
// The producer does not know the token.
int warns_consumer(std::stop_token stop) {
  look(stop);
  Channel<int> channel;
  std::jthread producer([&] {
    int value;
    while (read(value))
      channel.push(value);
    channel.close();
  });
  int sum = 0;
  while (auto value = channel.pop()) // expected-warning {{loop never looks at 'stop'}}
    sum += *value;
  // CHECK-FIXES: while (auto value = channel.pop()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return sum;
}
// Closes another one.
int warns_other_channel(std::stop_token stop) {
  Channel<int> channel, other;
  std::jthread producer([&, stop] {
    look(stop);
    other.close();
  });
  int sum = 0;
  while (auto value = channel.pop()) // expected-warning {{loop never looks at 'stop'}}
    sum += *value;
  // CHECK-FIXES: while (auto value = channel.pop()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return sum;
}

// --- loops that wait for the word of who stops them, or tell who listens

class Event {
public:
  void set();
  bool wait_until(std::chrono::steady_clock::time_point time);
};
class Announcer {
public:
  void start() {
    thread_.emplace([this](std::stop_token stop) {
      look(stop);
      auto next = std::chrono::steady_clock::now();
      while (!shutdown_.wait_until(next)) { // no_warning
        next += std::chrono::seconds(15);
        heavy(1);
      }
      while (!ready_.wait_until(next)) { // expected-warning {{loop never looks at 'stop'}}
        // CHECK-FIXES: if (stop.stop_requested())
        // CHECK-FIXES-NEXT: return;
        next += std::chrono::seconds(15);
        heavy(1);
      }
    });
  }
  void stop() {
    shutdown_.set();
    thread_.reset();
  }

private:
  std::optional<std::jthread> thread_;
  Event shutdown_, ready_;
};
#define Q_EMIT
class Reader {
public:
  void query(int row);
  void no_warning_tells(std::stop_token stop, const std::vector<int> &rows) {
    look(stop);
    for (int row : rows)
      Q_EMIT query(row);
  }
  void warns_asks(std::stop_token stop, const std::vector<int> &rows) {
    look(stop);
    for (int row : rows) // expected-warning {{loop never looks at 'stop'}}
      query(row);
    // CHECK-FIXES: for (int row : rows) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
};

// --- logs, whatever a log comes to
void fmt_log_message(const char *text) { std::this_thread::sleep_for(std::chrono::seconds(5)); }
void read_log_message(const char *text) { std::this_thread::sleep_for(std::chrono::seconds(5)); }
void no_warning_logs(std::stop_token stop, const std::vector<int> &rows) {
  look(stop);
  for (int row : rows)
    if (row > 15)
      fmt_log_message("too big");
}
void warns_reads_log(std::stop_token stop, const std::vector<int> &rows) {
  look(stop);
  for (int row : rows) // expected-warning {{loop never looks at 'stop'}}
    if (row > 15)
      read_log_message("too big");
  // CHECK-FIXES: for (int row : rows) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// --- what an object that holds the token calls may look, where nobody defines it
class Algorithm {
public:
  void no_warning_reports(const std::vector<int> &rows) {
    if (stop_.stop_requested())
      return;
    for (int row : rows) {
      heavy(row);
      reportProgress(row);
    }
  }
  void warns_adds(const std::vector<int> &rows) {
    if (stop_.stop_requested())
      return;
    for (int row : rows) { // expected-warning {{loop never looks at 'stop_'}}
      // CHECK-FIXES: if (stop_.stop_requested())
      // CHECK-FIXES-NEXT: return;
      heavy(row);
      addPart(row);
    }
  }

private:
  void reportProgress(double part);
  void addPart(double part);
  std::stop_token stop_;
};

// --- batches of a loop that looks

void no_warning_either_count(int n, std::stop_token stop) {
  for (int i = 0; i < n && !stop.stop_requested(); ++i) {
    const int tries = i == 0 ? 1 : 3;
    for (int t = 0; t < tries; ++t)
      if (heavy(i))
        break;
  }
}
void no_warning_bound_in_variable(int n, std::stop_token stop) {
  for (int i = 0; i < n; i += 16) {
    if (stop.stop_requested())
      return;
    const int end = std::min(i + 16, n);
    for (int k = i; k < end; ++k)
      heavy(k);
  }
}
void no_warning_bound_unequal(const std::vector<int> &rows, std::stop_token stop) {
  constexpr std::size_t size = 16;
  for (std::size_t b = 0; b < rows.size(); b += size) {
    if (stop.stop_requested())
      return;
    for (std::size_t i = b, e = std::min(b + size, rows.size()); i != e; ++i)
      heavy(rows[i]);
  }
}
void no_warning_filled_to_size(std::queue<int> &queue, std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::vector<int> batch;
    while (!queue.empty() && batch.size() < 16) {
      batch.push_back(queue.front());
      queue.pop();
    }
    for (int item : batch)
      heavy(item);
  }
}
void warns_filled_otherwise(std::queue<int> &queue, std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::vector<int> batch;
    while (!queue.empty()) {
      batch.push_back(queue.front());
      queue.pop();
    }
    for (int item : batch) { // expected-warning {{loop never looks at 'stop'}}
      // CHECK-FIXES: if (stop.stop_requested())
      // CHECK-FIXES-NEXT: return;
      heavy(item);
    }
  }
}
void no_warning_time_slice(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto slot = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    while (std::chrono::steady_clock::now() < slot)
      heavy(1);
  }
}
void warns_long_slice(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto slot = std::chrono::steady_clock::now() + std::chrono::minutes(5);
    while (std::chrono::steady_clock::now() < slot) { // expected-warning {{loop never looks at 'stop'}}
      // CHECK-FIXES: if (stop.stop_requested())
      // CHECK-FIXES-NEXT: return;
      heavy(1);
    }
  }
}
