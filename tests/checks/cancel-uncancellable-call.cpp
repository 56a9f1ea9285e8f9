// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-uncancellable-call -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>
#include <sys/socket.h>
#include <unistd.h>

using namespace std::chrono_literals;
bool try_send(int item);
void work(int item);
void prepare(std::stop_token stop);
int fetch(int item, std::stop_token stop = {});
int load(int item);
int load(int item, std::stop_token stop);
[[clang::annotate("cancel::blocking")]] void flush_disk(int item);

// --- waits

void pause_a_while() { std::this_thread::sleep_for(5s); }
void warns_wait(std::stop_token stop) {
  prepare(stop);
  pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'stop': it waits in 'sleep_for'}}
}

void retry(int item) {
  for (;;) {
    if (try_send(item))
      return;
    std::this_thread::sleep_for(5s);
  }
}
void synchronize(int item) { retry(item); }
void warns_chain(std::stop_token stop) {
  prepare(stop);
  synchronize(1); // expected-warning {{'synchronize' cannot be cancelled through 'stop': it calls 'retry', which waits in 'sleep_for'}}
  synchronize(2); // one finding says it
}

// Slices are as long as their sum.
void wait_for_device() {
  while (!try_send(0))
    std::this_thread::sleep_for(50ms);
}
void warns_slices(std::stop_token stop) {
  prepare(stop);
  wait_for_device(); // expected-warning {{it waits in 'sleep_for' again and again}}
}

struct Inbox {
  std::mutex mutex;
  std::condition_variable ready;
  std::deque<int> items;
  int pop() {
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return !items.empty(); });
    int item = items.front();
    items.pop_front();
    return item;
  }
  void push(int item) {
    std::lock_guard guard(mutex);
    items.push_back(item);
    ready.notify_one();
  }
};
int warns_member(std::stop_token stop, Inbox &inbox) {
  prepare(stop);
  return inbox.pop(); // expected-warning {{'pop' cannot be cancelled through 'stop': it waits in 'wait'}}
}

int accept_client(int fd) { return accept(fd, nullptr, nullptr); }
void warns_system_call(std::stop_token stop, int fd) {
  while (!stop.stop_requested())
    work(accept_client(fd)); // expected-warning {{'accept_client' cannot be cancelled through 'stop': it waits in 'accept'}}
}

// A lambda that holds the token.
void warns_lambda() {
  std::jthread worker([](std::stop_token stop) {
    while (!stop.stop_requested())
      pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'stop'}}
  });
}

struct Connection {
  explicit Connection(int id) : id(id) { std::this_thread::sleep_for(10s); }
  int id;
};
void warns_constructor(std::stop_token stop) {
  prepare(stop);
  Connection connection(1); // expected-warning {{'Connection' cannot be cancelled through 'stop': it waits in 'sleep_for'}}
}

template <class T> void settle(const T &item) {
  work(item);
  std::this_thread::sleep_for(3s);
}
void warns_template(std::stop_token stop) {
  prepare(stop);
  settle(1); // expected-warning {{'settle' cannot be cancelled through 'stop': it waits in 'sleep_for'}}
}

void warns_annotated(std::stop_token stop) {
  prepare(stop);
  flush_disk(1); // expected-warning {{'flush_disk' cannot be cancelled through 'stop': it may wait}}
}

#define PAUSE() pause_a_while()
void warns_macro(std::stop_token stop) {
  prepare(stop);
  PAUSE(); // expected-warning {{'pause_a_while' cannot be cancelled through 'stop'}}
}

// --- endless loops

void serve(int fd) {
  for (;;)
    work(fd);
}
void warns_endless(std::stop_token stop) {
  prepare(stop);
  serve(0); // expected-warning {{'serve' cannot be cancelled through 'stop': it holds an endless loop}}
}

// --- sinks

int collect(int item) { return fetch(item) + 1; }
int warns_default(std::stop_token stop) {
  prepare(stop);
  return collect(1); // expected-warning {{'collect' cannot be cancelled through 'stop': it calls 'fetch' without a token}}
}
int gather(int item) { return load(item); }
int warns_overload(std::stop_token stop) {
  prepare(stop);
  return gather(1); // expected-warning {{'gather' cannot be cancelled through 'stop': it calls 'load' without a token}}
}
// The token in reach is of another family than the one that is missing.
int no_warning_other_family(cancel::cancellation_token token) {
  token.throw_if_cancellation_requested();
  return collect(1);
}

// --- virtual functions: all that may run must be deaf

struct Disk {
  virtual ~Disk() = default;
  virtual void write_all(int) = 0;
  virtual void seek_far(int);
};
struct SlowDisk : Disk {
  void write_all(int) override { std::this_thread::sleep_for(5s); }
  void seek_far(int) override { std::this_thread::sleep_for(5s); }
};
struct Tape : SlowDisk {
  void write_all(int) override { std::this_thread::sleep_for(60s); }
};
void warns_all_overriders(std::stop_token stop, Disk &disk) {
  prepare(stop);
  disk.write_all(1); // expected-warning {{'write_all' cannot be cancelled through 'stop': it calls 'SlowDisk::write_all', which waits in 'sleep_for'}}
}
void no_warning_base_unknown(std::stop_token stop, Disk &disk) {
  prepare(stop);
  disk.seek_far(1);
}
struct Codec {
  virtual ~Codec() = default;
  virtual void encode_all(int) = 0;
};
struct Slow : Codec {
  void encode_all(int) override { std::this_thread::sleep_for(5s); }
};
struct Fast : Codec {
  void encode_all(int item) override { work(item); }
};
void no_warning_one_overrider_returns(std::stop_token stop, Codec &codec) {
  prepare(stop);
  codec.encode_all(1);
}

// --- silent: a token is near

void with_token(int item, std::stop_token stop) {
  while (!stop.stop_requested() && !try_send(item))
    std::this_thread::sleep_for(50ms);
}
void calls_with_none() { with_token(1, {}); }
void no_warning_ends_the_chain(std::stop_token stop) {
  prepare(stop);
  with_token(1, stop);
  calls_with_none();
}
struct Options {
  int retries;
  std::stop_token stop;
};
void with_carrier(const Options &options) {
  if (options.stop.stop_requested())
    return;
  std::this_thread::sleep_for(5s);
}
void no_warning_carrier(std::stop_token stop, const Options &options) {
  prepare(stop);
  with_carrier(options);
}
struct Session {
  std::stop_token stop_;
  void pause_long() { std::this_thread::sleep_for(5s); }
};
void no_warning_member_token(std::stop_token stop, Session &session) {
  prepare(stop);
  session.pause_long();
}
struct Worker {
  std::jthread thread_;
  std::mutex mutex_;
  std::condition_variable idle_;
  bool busy_ = false;
  void wait_idle() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [&] { return !busy_; });
  }
};
void no_warning_member_source(std::stop_token stop, Worker &worker) {
  prepare(stop);
  worker.wait_idle();
}
void own_source() {
  std::stop_source mine;
  fetch(1, mine.get_token());
  std::this_thread::sleep_for(5s);
}
void no_warning_own_source(std::stop_token stop) {
  prepare(stop);
  own_source();
}
void no_warning_registration(std::stop_token stop, Inbox &inbox) {
  std::stop_callback wake(stop, [&] { inbox.push(-1); });
  work(inbox.pop());
}
void no_warning_explicit_none(std::stop_token stop) {
  prepare(stop);
  [] { fetch(1, std::stop_token()); }();
}

// --- silent: somebody ends it another way

struct Closable {
  std::mutex mutex;
  std::condition_variable ready;
  std::deque<int> items;
  bool closed = false;
  int pop() {
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return closed || !items.empty(); });
    return items.empty() ? -1 : items.front();
  }
  void close() {
    std::lock_guard guard(mutex);
    closed = true;
    ready.notify_all();
  }
};
int no_warning_closable(std::stop_token stop, Closable &queue) {
  prepare(stop);
  return queue.pop();
}
struct Loop {
  std::atomic<bool> running_{true};
  void run_all() {
    while (running_)
      std::this_thread::sleep_for(100ms);
  }
};
void no_warning_flag(std::stop_token stop, Loop &loop) {
  prepare(stop);
  loop.run_all();
}
struct Tasks {
  std::mutex mutex_;
  std::condition_variable idle_;
  int open_ = 0;
  bool stop_ = false;
  void wait_all() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [&] { return open_ == 0; });
  }
};
void no_warning_class_has_a_flag(std::stop_token stop, Tasks &tasks) {
  prepare(stop);
  tasks.wait_all();
}
class Poisoned {
  std::jthread thread_{[this](std::stop_token stop) { run(stop); }};
  Inbox inbox_;

public:
  ~Poisoned() {
    thread_.request_stop();
    inbox_.push(-1);
  }
  void run(std::stop_token stop) {
    while (!stop.stop_requested())
      work(inbox_.pop());
  }
};

// --- silent: short, own, or not what it seems

void blink() { std::this_thread::sleep_for(20ms); }
void no_warning_short(std::stop_token stop) {
  prepare(stop);
  blink();
}
void nap(std::chrono::milliseconds how_long) { std::this_thread::sleep_for(how_long); }
void no_warning_limit_of_the_caller(std::stop_token stop) {
  prepare(stop);
  nap(5ms);
}
void compute_parts(std::vector<int> &parts) {
  std::thread helper([&] { work(parts[0]); });
  work(parts[1]);
  helper.join();
  auto rest = std::async([&] { work(parts[2]); });
  rest.get();
}
void no_warning_own_threads(std::stop_token stop, std::vector<int> &parts) {
  prepare(stop);
  compute_parts(parts);
}
void start_helper(std::mutex &mutex, std::condition_variable &ready, bool &up) {
  std::thread([&] { up = true; }).detach();
  std::unique_lock lock(mutex);
  ready.wait(lock, [&] { return up; });
}
void no_warning_own_thread_comes_up(std::stop_token stop, std::mutex &mutex,
                                    std::condition_variable &ready, bool &up) {
  prepare(stop);
  start_helper(mutex, ready, up);
}
std::atomic_flag spinning;
void lock_by_spinning() {
  while (spinning.test_and_set())
    std::this_thread::sleep_for(1ms);
}
void no_warning_spin_lock(std::stop_token stop) {
  prepare(stop);
  lock_by_spinning();
}
void give_it_some_tries() {
  for (int tries = 0; tries < 3; ++tries)
    std::this_thread::sleep_for(100ms);
}
void no_warning_counted(std::stop_token stop) {
  prepare(stop);
  give_it_some_tries();
}
std::mutex table_mutex;
void update_table(int item) {
  std::lock_guard guard(table_mutex);
  work(item);
}
void no_warning_lock(std::stop_token stop) {
  prepare(stop);
  update_table(1);
}
void no_warning_function_pointer(std::stop_token stop, void (*run)(), std::function<void()> call) {
  prepare(stop);
  run();
  call();
}
void log_line(const char *text);
void no_warning_unknown(std::stop_token stop) {
  prepare(stop);
  log_line("done");
}
[[clang::annotate("cancel::uncancellable", "writes the journal")]] void write_journal() {
  std::this_thread::sleep_for(5s);
}
void no_warning_on_purpose(std::stop_token stop) {
  prepare(stop);
  write_journal();
}
void shutdown_workers() { std::this_thread::sleep_for(5s); }
void no_warning_tidies_up(std::stop_token stop) {
  prepare(stop);
  shutdown_workers();
}

// --- silent: another place says it, or nothing could

void no_warning_handler(std::stop_token stop) {
  try {
    prepare(stop);
  } catch (...) {
    pause_a_while();
  }
}
void no_warning_after_stop(std::stop_token stop) {
  if (stop.stop_requested()) {
    pause_a_while();
    return;
  }
  prepare(stop);
}
void handles() {
  try {
    work(1);
  } catch (...) {
    std::this_thread::sleep_for(5s);
  }
}
void no_warning_waits_in_handler(std::stop_token stop) {
  prepare(stop);
  handles();
}
// cancel-unused-token's.
void no_warning_unused(std::stop_token stop) { pause_a_while(); }
// cancel-check-in-loop's.
void no_warning_loop(std::stop_token stop, const std::vector<int> &items) {
  prepare(stop);
  for (int item : items)
    synchronize(item);
}
void no_warning_no_token() { synchronize(1); }
// A member's token, where the function itself uses it.
struct Source {
  void pull() { std::this_thread::sleep_for(5s); }
};
void wait_for_reply(int fd) { work(accept(fd, nullptr, nullptr)); }
class Holder {
public:
  void warns_field_passed() {
    prepare(stop_);
    pause_a_while(); // expected-warning {{'pause_a_while' cannot be cancelled through 'stop_': it waits in 'sleep_for'}}
  }
  void warns_field_polled(Source &source) {
    while (!stop_.stop_requested())
      source.pull(); // expected-warning {{'pull' cannot be cancelled through 'stop_'}}
  }
  int warns_field_values() {
    prepare(stop_);
    synchronize(count_); // expected-warning {{'synchronize' cannot be cancelled through 'stop_'}}
    synchronize(count());
    return collect(count_ + 1); // expected-warning {{'collect' cannot be cancelled through 'stop_'}}
  }
  void warns_static() {
    prepare(stop_);
    settle_down(1); // expected-warning {{'settle_down' cannot be cancelled through 'stop_'}}
  }
  // It does not use it, or only in a lambda that runs some other time.
  void no_warning_field_unused() { pause_a_while(); }
  void no_warning_field_in_lambda() {
    later_ = [this] { prepare(stop_); };
    pause_a_while();
  }
  void no_warning_field_copied() {
    std::stop_token copy;
    copy = stop_;
    pause_a_while();
  }
  // What is the object's own may be ended with it.
  void no_warning_field_own() {
    prepare(stop_);
    source_.pull();
    pull_from(source_);
    Source &same = source_;
    same.pull();
    wait_for_reply(fd_);
    pull_from(*this);
    count_ = inbox_.pop();
    count_ = nap();
  }
  void no_warning_field_reads_it() {
    prepare(stop_);
    rest();
    look(*this);
  }
  void finish() {
    prepare(stop_);
    pause_a_while();
  }
  void no_warning_field_seen() {
    while (!stop_.stop_requested())
      prepare(stop_);
    pause_a_while();
  }
  ~Holder() {
    prepare(stop_);
    pause_a_while();
  }

private:
  static void settle_down(int item) {
    work(item);
    std::this_thread::sleep_for(3s);
  }
  static void look(Holder &holder) {
    if (!holder.stop_.stop_requested())
      std::this_thread::sleep_for(3s);
  }
  static void pull_from(Source &source) { source.pull(); }
  static void pull_from(Holder &holder) { holder.source_.pull(); }
  void rest() { std::this_thread::sleep_for(3s); }
  int nap() {
    std::this_thread::sleep_for(3s);
    return 1;
  }
  int count() const { return count_; }
  std::stop_token stop_;
  std::function<void()> later_;
  Source source_;
  Inbox inbox_;
  int count_ = 0;
  int fd_ = 0;
};

// --- fixes: internal functions, with all their declarations and calls

static void poll_once(int item);
static void poll_once(int item) {
  work(fetch(item));
}
// CHECK-FIXES: static void poll_once(int item, std::stop_token stop);
// CHECK-FIXES-NEXT: static void poll_once(int item, std::stop_token stop) {
// CHECK-FIXES-NEXT:   work(fetch(item, stop));
namespace {
void poll_all(int first, int last = 2) {
  poll_once(first);
  poll_once(last);
}
// CHECK-FIXES: void poll_all(int first, std::stop_token stop, int last = 2) {
// CHECK-FIXES-NEXT:   poll_once(first, stop);
// CHECK-FIXES-NEXT:   poll_once(last, stop);
} // namespace
void warns_with_fix(std::stop_token stop) {
  prepare(stop);
  poll_all(1); // expected-warning {{'poll_all' cannot be cancelled through 'stop': it calls 'poll_once', which calls 'fetch' without a token}}
  poll_all(1, 3);
  // CHECK-FIXES: poll_all(1, stop);
  // CHECK-FIXES-NEXT: poll_all(1, stop, 3);
}
void warns_with_the_same_fix(std::stop_token token) {
  prepare(token);
  poll_once(7); // expected-warning {{'poll_once' cannot be cancelled through 'token'}}
  // CHECK-FIXES: poll_once(7, token);
}

static void wait_a_bit() { std::this_thread::sleep_for(2s); }
// CHECK-FIXES: static void wait_a_bit(cancel::cancellation_token token) { cancel::sleep_for(2s, token); }
void warns_with_interruptible_form(cancel::cancellation_token token) {
  token.throw_if_cancellation_requested();
  wait_a_bit(); // expected-warning {{'wait_a_bit' cannot be cancelled through 'token': it waits in 'sleep_for'}}
  // CHECK-FIXES: wait_a_bit(token);
}

static void pump(int item) {
  while (true) {
    work(item);
  }
}
// CHECK-FIXES: static void pump(int item, std::stop_token stop) {
// CHECK-FIXES: if (stop.stop_requested())
// CHECK-FIXES-NEXT: return;
void warns_with_check_in_loop(std::stop_token stop) {
  prepare(stop);
  pump(1); // expected-warning {{'pump' cannot be cancelled through 'stop': it holds an endless loop}}
  // CHECK-FIXES: pump(1, stop);
}

// No fix: another caller has no token.
static int read_part(int item) { return fetch(item); }
int read_without_token(int item) { return read_part(item); }
int warns_other_caller(std::stop_token stop) {
  prepare(stop);
  return read_part(1); // expected-warning {{'read_part' cannot be cancelled}} expected-note {{no automatic fix: 'read_without_token' calls 'read_part' as well, and has no such token}}
}
// No fix: the address is taken.
static int read_page(int item) { return fetch(item); }
int (*const page_reader)(int) = read_page;
int warns_address_taken(std::stop_token stop) {
  prepare(stop);
  return read_page(1); // expected-warning {{'read_page' cannot be cancelled}} expected-note {{no automatic fix: 'read_page' is also named without being called}}
}
// No fix: a local of that name.
static int read_block(int item) {
  int guard = fetch(item);
  return guard;
}
int warns_name_taken(std::stop_token guard) {
  prepare(guard);
  return read_block(1); // expected-warning {{'read_block' cannot be cancelled}} expected-note {{no automatic fix: 'read_block' has another 'guard'}}
}
// No fix: nothing in it would take the token.
static void wait_long() { std::this_thread::sleep_for(2s); }
void warns_nothing_takes_it(std::stop_token stop) {
  prepare(stop);
  wait_long(); // expected-warning {{'wait_long' cannot be cancelled}} expected-note {{no automatic fix: no form of what waits takes the token}}
}

// A member is handed down as a parameter.
static int collect_all(int item) { return fetch(item); }
// CHECK-FIXES: static int collect_all(int item, std::stop_token stop) { return fetch(item, stop); }
class Collector {
public:
  int run() {
    if (m_stop.stop_requested())
      return 0;
    return collect_all(1); // expected-warning {{'collect_all' cannot be cancelled through 'm_stop'}}
    // CHECK-FIXES: return collect_all(1, m_stop);
  }

private:
  std::stop_token m_stop;
};

// What another process runs is not waited for.
int start_helper() {
  const pid_t pid = fork();
  if (pid == 0) {
    for (;;)
      pause();
  }
  return pid;
}
int no_warning_forked(std::stop_token stop) {
  prepare(stop);
  return start_helper();
}
int run_here() {
  const pid_t pid = fork();
  if (pid != 0) {
    for (;;)
      pause();
  }
  return pid;
}
int warns_parent_waits(std::stop_token stop) {
  prepare(stop);
  return run_here(); // expected-warning {{'run_here' cannot be cancelled through 'stop'}}
}
