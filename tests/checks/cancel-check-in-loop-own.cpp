// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-check-in-loop --no-fix -- -std=c++20
// Loops over what was made with the token, here or elsewhere in the class.
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

struct Record {};
bool process(const Record &record);
bool load_file(int number);
class Reader {
public:
  Reader();
  explicit Reader(std::stop_token stop);
  void setToken(std::stop_token stop);
  bool next(Record &record);
};
class Plain {
public:
  explicit Plain(int number);
  bool fetch(Record &record);
};

class Importer {
public:
  explicit Importer(std::stop_token stop)
      : stop_(stop), reader_(stop), owned_(std::make_unique<Reader>(stop)),
        plain_(1), unstopped_(std::stop_token()) {
    set_.setToken(stop);
  }
  void open() { opened_ = std::make_shared<Reader>(stop_); }
  void no_warning_constructed() {
    Record record;
    while (reader_.next(record))
      process(record);
  }
  void no_warning_owned() {
    Record record;
    while (owned_->next(record))
      process(record);
  }
  void no_warning_default_initialiser() {
    Record record;
    while (defaulted_.next(record))
      process(record);
  }
  void no_warning_set() {
    Record record;
    while (set_.next(record))
      process(record);
  }
  void no_warning_opened() {
    Record record;
    while (opened_->next(record))
      process(record);
  }
  void no_warning_in_lambda() {
    Record record;
    auto all = [&] {
      while (reader_.next(record))
        process(record);
    };
    all();
  }
  void warns_given_none() {
    Record record;
    while (unstopped_.next(record)) // expected-warning {{loop never looks at 'stop_'; 'process' may run long in each round}}
      process(record);
  }
  void warns_plain() {
    Record record;
    while (plain_.fetch(record)) // expected-warning {{loop never looks at 'stop_'}}
      process(record);
  }
  bool stopped() const { return stop_.stop_requested(); }

private:
  std::stop_token stop_;
  Reader reader_;
  Reader defaulted_{stop_};
  Reader set_;
  std::unique_ptr<Reader> owned_;
  std::shared_ptr<Reader> opened_;
  Plain plain_;
  Reader unstopped_;
};

// A callable that asks the token.
class Loader {
public:
  explicit Loader(std::stop_token stop)
      : stop_(stop), cancelled_([this] { return stop_.stop_requested(); }),
        empty_([this] { return left_ == 0; }) {}
  void no_warning_callable() {
    while (!cancelled_())
      load_file(1);
  }
  void warns_other_callable() {
    while (!empty_()) // expected-warning {{loop never looks at 'stop_'}}
      load_file(1);
  }

private:
  std::stop_token stop_;
  int left_ = 0;
  std::function<bool()> cancelled_, empty_;
};

// Results.
struct Context {
  std::stop_token token;
  int level = 0;
};
std::future<int> go(const Context &context, int job);
std::future<int> start_alone(int job);
int no_warning_carrier(const Context &context) {
  std::vector<std::future<int>> results;
  for (int job = 0; job < 4; ++job)
    results.push_back(go(context, job));
  int sum = 0;
  for (auto &result : results)
    sum += result.get();
  return sum;
}
int warns_results(const Context &context) {
  std::vector<std::future<int>> results;
  for (int job = 0; job < context.level; ++job)
    results.push_back(start_alone(job));
  int sum = 0;
  for (auto &result : results) // expected-warning {{loop never looks at 'context.token'; 'get' may wait in each round}}
    sum += result.get();
  return sum;
}

// A C library keeps the token with its handle.
struct database;
extern "C" void progress_handler(database *db, int (*asked)(void *), void *data);
extern "C" int execute_query(database *db, const char *query);
int stopped(void *token);
void no_warning_handle(database *db, std::stop_token stop) {
  progress_handler(db, stopped, &stop);
  for (int i = 0; i < 99; ++i)
    if (execute_query(db, "VACUUM") != 0)
      return;
}
void warns_handle(database *db, std::stop_token stop) {
  progress_handler(db, stopped, nullptr);
  for (int i = 0; i < 99; ++i) // expected-warning {{loop never looks at 'stop'}}
    if (execute_query(db, "VACUUM") != 0)
      return;
}

// An object of the function says that it was stopped.
struct RenderContext {
  bool renderingStopped() const;
  bool renderingDone() const;
};
void no_warning_stopped(std::stop_token stop, RenderContext &context, Plain &cursor, Record &record) {
  while (cursor.fetch(record)) {
    if (context.renderingStopped())
      break;
    process(record);
  }
}
void warns_done(std::stop_token stop, RenderContext &context, Plain &cursor, Record &record) {
  while (cursor.fetch(record)) { // expected-warning {{loop never looks at 'stop'}}
    if (context.renderingDone())
      break;
    process(record);
  }
}

// An object waits for the threads and tasks that it holds: its own token ends
// them.
class Workers {
public:
  explicit Workers(std::stop_token stop) : stop_(stop) {}
  void start() {
    for (int i = 0; i < 4; ++i)
      threads_.emplace_back(&Workers::work, this, i);
  }
  void no_warning_join_all() {
    for (std::thread &thread : threads_)
      thread.join();
  }
  void no_warning_join_parts() {
    for (auto &slot : slots_)
      slot.thread.join();
  }
  void no_warning_results() {
    for (auto &result : results_)
      result.get();
  }
  void warns_other_work(std::vector<std::future<void>> &others) {
    for (auto &other : others) // expected-warning {{loop never looks at 'stop_'; 'get' may wait in each round}}
      other.get();
  }

private:
  void work(int number) {
    while (!stop_.stop_requested())
      load_file(number);
  }
  struct Slot {
    std::thread thread;
  };
  std::vector<std::thread> threads_;
  std::vector<Slot> slots_;
  std::vector<std::future<void>> results_;
  std::stop_token stop_;
};
// A token that the function itself gets is another thing.
struct Group {
  std::vector<std::thread> threads;
  void warns_join(std::stop_token stop) {
    for (std::thread &thread : threads) // expected-warning {{loop never looks at 'stop'; 'join' may wait in each round}}
      thread.join();
  }
};

// A cursor that came with the carrier may have got its token.
struct Expressions {
  std::stop_token stop;
  int limit = 0;
};
struct Cursor {
  bool next(Record &record);
};
void sleep_all(int n) { std::this_thread::sleep_for(std::chrono::seconds(n)); }
void no_warning_given_cursor(Cursor &rows, const Expressions &context) {
  Record record;
  while (rows.next(record))
    sleep_all(context.limit);
}
void warns_own_cursor(const Expressions &context) {
  Cursor rows;
  Record record;
  while (rows.next(record)) // expected-warning {{loop never looks at 'context.stop'; 'sleep_all' may run long in each round}}
    sleep_all(context.limit);
}
void warns_token_itself(Cursor &rows, std::stop_token stop) {
  Record record;
  while (rows.next(record)) // expected-warning {{loop never looks at 'stop'; 'sleep_all' may run long in each round}}
    sleep_all(1);
}

// A question by its name may throw, into a handler that goes on.
bool isCancelled();
void no_warning_asked_in_try(std::stop_token stop, const std::vector<int> &v) {
  for (int i : v) {
    try {
      if (isCancelled())
        break;
      load_file(i);
    } catch (...) {
    }
  }
}
void warns_asked_too_late(std::stop_token stop, const std::vector<int> &v) {
  for (int i : v) { // expected-warning {{loop never looks at 'stop'; 'load_file' may run long in each round}}
    try {
      load_file(i);
      if (isCancelled())
        break;
    } catch (...) {
    }
  }
}

// Functions of the program that call a lambda for each element.
template <class Function> void each_item(const std::vector<int> &items, Function f) {
  for (int item : items)
    f(item);
}
void each_by_function(const std::vector<int> &items, const std::function<void(int)> &f) {
  for (const int item : items)
    f(item);
}
template <class Function> void first_of(const std::vector<int> &items, Function &&f) {
  for (int item : items) {
    if (item > 0)
      return f(item);
  }
}
template <class Function> void with_lock(const std::vector<int> &items, Function &&f) {
  f(items.front());
}
void warns_each_item(const std::vector<int> &items, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  each_item(items, [&](int) { // expected-warning {{callable that this runs again and again never looks at 'stop'; 'sleep_for' may wait in each round}}
    std::this_thread::sleep_for(std::chrono::seconds(1));
  });
}
void warns_each_by_function(const std::vector<int> &items, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  each_by_function(items, [&](int) { // expected-warning {{callable that this runs again and again never looks at 'stop'}}
    std::this_thread::sleep_for(std::chrono::seconds(1));
  });
}
void no_warning_looks(const std::vector<int> &items, std::stop_token stop) {
  each_item(items, [&](int) {
    if (!stop.stop_requested())
      std::this_thread::sleep_for(std::chrono::seconds(1));
  });
}
void no_warning_one_only(const std::vector<int> &items, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  first_of(items, [&](int) { std::this_thread::sleep_for(std::chrono::seconds(1)); });
  with_lock(items, [&](int) { std::this_thread::sleep_for(std::chrono::seconds(1)); });
}
void no_warning_cheap_for_each(const std::vector<int> &items, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  int sum = 0;
  each_item(items, [&](int item) { sum += item; });
}
