// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a callee's body comes to, and is not held against the loop that calls it.
// RUN: %check %s cancel-check-in-loop -- -std=c++20
#include <semaphore>
#include <stop_token>
#include <string>
#include <thread>
#include <chrono>
#include <vector>

bool hasMore();
void linger() { std::this_thread::sleep_for(std::chrono::seconds(10)); }

// Nobody else can hold what the constructor makes.
class Task {
public:
  Task() { done_.acquire(); }
  explicit Task(std::binary_semaphore &others) : others_(&others) { others_->acquire(); }

private:
  std::binary_semaphore done_{1};
  std::binary_semaphore *others_ = nullptr;
};
void no_warning_own_semaphore(std::stop_token stop) {
  while (hasMore())
    Task task;
  if (stop.stop_requested())
    return;
}
void warns_semaphore_of_others(std::stop_token stop, std::binary_semaphore &others) {
  while (hasMore()) { // expected-warning {{'Task' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    Task task(others);
  }
}

// Made once, however often it is asked for.
struct Settings {
  Settings() { linger(); }
};
Settings *settings() {
  static Settings *const made = new Settings;
  return made;
}
Settings *lazy_ = nullptr;
Settings *lazy() {
  if (!lazy_)
    lazy_ = new Settings;
  return lazy_;
}
Settings *each_time() {
  Settings *made = nullptr;
  if (!made)
    made = new Settings;
  return made;
}
void no_warning_once(std::stop_token stop) {
  while (hasMore()) {
    settings();
    lazy();
  }
  if (stop.stop_requested())
    return;
}
void warns_each_time(std::stop_token stop) {
  while (hasMore()) // expected-warning {{'each_time' may run long in each round}}
    each_time();
  // CHECK-FIXES: while (hasMore()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// A log that is slow is slow everywhere; who tidies up is let finish.
void logMessage(const std::string &) { linger(); }
void KitAddLogEntry(const std::string &) { linger(); }
void readLogFile(const std::string &) { linger(); }
void closeFiles() { linger(); }
void on_reset() { linger(); }
void convert(const std::string &) { linger(); }
void no_warning_logs(std::stop_token stop) {
  while (hasMore()) {
    logMessage("again");
    KitAddLogEntry("again");
    closeFiles();
    on_reset();
  }
  if (stop.stop_requested())
    return;
}
void warns_converts(std::stop_token stop) {
  while (hasMore()) // expected-warning {{'convert' may run long in each round}}
    convert("again");
  // CHECK-FIXES: while (hasMore()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

void processMessage() { linger(); }
void warns_message(std::stop_token stop) {
  while (hasMore()) // expected-warning {{'processMessage' may run long in each round}}
    processMessage();
  // CHECK-FIXES: while (hasMore()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// One step of a statement is a look-up; all of them are a query.
extern "C" int sqlite3_step(struct statement *);
bool lookUp(statement *key) { return sqlite3_step(key) == 100; }
int countRows(statement *query) {
  int rows = 0;
  while (sqlite3_step(query) == 100)
    ++rows;
  return rows;
}
void no_warning_one_step(std::stop_token stop, const std::vector<statement *> &keys) {
  for (statement *key : keys)
    lookUp(key);
  if (stop.stop_requested())
    return;
}
void warns_steps_here(std::stop_token stop, statement *query) {
  while (sqlite3_step(query) == 100) // expected-warning {{'sqlite3_step' may run long in each round}}
    hasMore();
  // CHECK-FIXES: while (sqlite3_step(query) == 100) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
int warns_steps_there(std::stop_token stop, const std::vector<statement *> &queries) {
  int rows = 0;
  for (statement *query : queries) // expected-warning {{'countRows' may run long in each round}}
    rows += countRows(query);
  // CHECK-FIXES: for (statement *query : queries) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return rows;
}

// A value that all parts make together, in code that holds a context only.
struct Context {
  std::stop_token stop;
};
struct Shape {
  Shape unite(const Shape &other) const {
    linger();
    return other;
  }
};
Shape no_warning_folds(const Context &context, const std::vector<Shape> &parts) {
  Shape all;
  for (const Shape &part : parts)
    all = all.unite(part);
  return all;
}
Shape warns_folds_with_token(std::stop_token stop, const std::vector<Shape> &parts) {
  Shape all;
  for (const Shape &part : parts) // expected-warning {{'unite' may run long in each round}}
    all = all.unite(part);
  // CHECK-FIXES: for (const Shape &part : parts) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return all;
}

// The thread was told to end.
void no_warning_told_to_end(std::stop_token stop, std::vector<std::jthread> &threads) {
  for (std::jthread &thread : threads) {
    thread.request_stop();
    thread.join();
  }
  if (stop.stop_requested())
    return;
}

// One nest, one reason, one finding.
void warns_nest(std::stop_token stop, const std::vector<std::vector<Shape>> &all) {
  for (const std::vector<Shape> &some : all)
    for (const Shape &one : some) // expected-warning {{'unite' may run long in each round}}
      one.unite(one);
  // CHECK-FIXES: for (const Shape &one : some) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// The token of a source that was made anew is for those who get it.
class Search {
  std::stop_source source_;
  void start(std::stop_token stop);

public:
  void no_warning_renewed(const std::vector<Shape> &parts) {
    source_ = std::stop_source();
    const std::stop_token stop = source_.get_token();
    for (const Shape &part : parts)
      part.unite(part);
    start(stop);
  }
  void warns_not_renewed(const std::vector<Shape> &parts) {
    const std::stop_token stop = source_.get_token();
    for (const Shape &part : parts) // expected-warning {{'unite' may run long in each round}}
      part.unite(part);
    // CHECK-FIXES: for (const Shape &part : parts) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
    start(stop);
  }
};

// A service with many functions holds a token for some of them.
class Service {
  std::stop_token stop_;

public:
  void f0();
  void f1();
  void f2();
  void f3();
  void f4();
  void f5();
  void f6();
  void f7();
  void f8();
  void f9();
  void f10();
  void f11();
  void f12();
  void f13();
  void f14();
  void f15();
  bool stopped() const { return stop_.stop_requested(); }
  void no_warning_not_its_token(const std::vector<Shape> &parts) {
    for (const Shape &part : parts)
      part.unite(part);
  }
  void warns_its_token(const std::vector<Shape> &parts) {
    if (stop_.stop_requested())
      return;
    for (const Shape &part : parts) // expected-warning {{'unite' may run long in each round}}
      part.unite(part);
    // CHECK-FIXES: for (const Shape &part : parts) {
    // CHECK-FIXES-NEXT: if (stop_.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
  }
};

// What keeps a record costs nothing; what else such a class does may.
class Logger {
public:
  void info(const std::string &text);
  bool replay(const std::string &text);
  void compact();
};
Logger &logger();
class Metrics {
public:
  void inc(const char *name);
};
struct Log {
  static void Write(int level, const char *text);
  void write(const std::string &entry);
};
class Report {
public:
  void info(const std::string &text);
};
Report &report();
bool load_mesh(const std::string &name);

void no_warning_recorded(const std::vector<std::string> &names, std::stop_token stop, Metrics &metrics) {
  if (stop.stop_requested())
    return;
  for (const std::string &name : names) {
    logger().info(name);
    metrics.inc("names");
    Log::Write(3, name.c_str());
  }
}
void warns_real_work(const std::vector<std::string> &names, std::stop_token stop, Metrics &metrics) {
  if (stop.stop_requested())
    return;
  for (const std::string &name : names) { // expected-warning {{'load_mesh' may run long}}
    metrics.inc("names");
    logger().info(name);
    load_mesh(name);
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
}
void warns_work_of_log(const std::vector<std::string> &names, std::stop_token stop, Log &log) {
  if (stop.stop_requested())
    return;
  for (const std::string &name : names) // expected-warning {{'replay' may run long}}
    logger().replay(name);
  // CHECK-FIXES: for (const std::string &name : names) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
  for (const std::string &name : names) // expected-warning {{'compact' may run long}}
    if (!name.empty())
      logger().compact();
  // CHECK-FIXES: for (const std::string &name : names) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
  for (const std::string &name : names) // expected-warning {{'write' may run long}}
    log.write(name);
  // CHECK-FIXES: for (const std::string &name : names) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
  for (const std::string &name : names) // expected-warning {{re:'(info|report)' may run long}}
    report().info(name);
  // CHECK-FIXES: for (const std::string &name : names) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
// One loop or the other: neither prepares anything for the other one.
bool next_record(int &record);
void store_record(int record);
void warns_in_other_branch(bool all, std::stop_token stop) {
  int record = 0;
  if (all) {
    while (next_record(record)) {
      if (stop.stop_requested())
        return;
      store_record(record);
    }
  } else {
    while (next_record(record)) { // expected-warning {{loop never looks at 'stop'}}
      store_record(record);
    }
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
  }
}
// A value's text, whatever its bodies come to.
struct Plan {
  virtual ~Plan() = default;
  virtual std::string ToString() const;
};
struct RemotePlan : Plan {
  std::string ToString() const override {
    linger();
    return "remote";
  }
};
std::string to_string(const Plan &plan) {
  linger();
  return plan.ToString();
}
std::string to_string(const Plan &plan, int depth) {
  linger();
  return plan.ToString() + std::to_string(depth);
}
void no_warning_text(std::stop_token stop, const std::vector<Plan *> &plans) {
  std::string all;
  for (const Plan *plan : plans)
    all += plan->ToString();
  for (const Plan *plan : plans)
    all += to_string(*plan);
  if (stop.stop_requested())
    return;
}
void warns_text_of_parts(std::stop_token stop, const std::vector<Plan *> &plans) {
  std::string all;
  for (const Plan *plan : plans) // expected-warning {{'to_string' may run long}}
    all += to_string(*plan, 3);
  // CHECK-FIXES: for (const Plan *plan : plans) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
  if (stop.stop_requested())
    return;
}
// A socket that does not block, by a connect() of ours.
void set_nonblocking(int fd);
struct Peer {
  int fd;
};
int connect(int fd, const Peer &peer);
void no_warning_nonblocking(std::stop_token stop, const std::vector<Peer> &peers) {
  for (const Peer &peer : peers) {
    int fd = peer.fd;
    set_nonblocking(fd);
    connect(fd, peer);
  }
  if (stop.stop_requested())
    return;
}
void warns_blocking(std::stop_token stop, const std::vector<Peer> &peers, int other) {
  for (const Peer &peer : peers) { // expected-warning {{'connect' may run long}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    int fd = peer.fd;
    set_nonblocking(other);
    connect(fd, peer);
  }
  if (stop.stop_requested())
    return;
}

void warns_reads_log(std::stop_token stop) {
  while (hasMore()) { // expected-warning {{'readLogFile' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    readLogFile("again");
  }
}
