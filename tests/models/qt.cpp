// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s 'cancel-*' -- -std=c++20 -I%S/Inputs
#include "qt.h"
#include <thread>
#include <vector>

void work(int item);
bool again();
int fetch(int item, QPromise<int> *promise = nullptr);
int load(int item);
int load(QPromise<int> &promise, int item);

void warns_loop(QPromise<int> &promise) {
  promise.start();
  while (again()) // expected-warning {{loop never looks at 'promise'}}
    work(1);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (promise.isCanceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_interface(QFutureInterface<int> &interface) {
  interface.reportResult(0);
  while (again()) // expected-warning {{loop never looks at 'interface'}}
    work(2);
  // CHECK-FIXES: while (again()) {
  // CHECK-FIXES-NEXT: if (interface.isCanceled())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_in_pool() {
  QtConcurrent::run([](QPromise<int> &promise) {
    for (int i = 0; i < 1000; ++i) { // expected-warning {{loop never looks at 'promise'}}
      // CHECK-FIXES: if (promise.isCanceled())
      // CHECK-FIXES-NEXT: return;
      work(i);
      promise.setProgressValue(i);
    }
  });
}
// A member that shows the progress of what the class itself does, and one that
// it was given.
struct Session {
  QFutureInterface<int> progress_;
  void no_warning_own_member() {
    while (again())
      work(4);
  }
};
struct Job {
  QFutureInterface<int> result_;
  explicit Job(QFutureInterface<int> result) : result_(result) {}
  void report() { result_.reportResult(0); }
  void warns_given_member() {
    while (again()) { // expected-warning {{loop never looks at 'result_'}}
      // CHECK-FIXES: if (result_.isCanceled())
      // CHECK-FIXES-NEXT: return;
      result_.reportResult(1);
      work(5);
    }
  }
};
// Who makes one is no one's operation: its future is given away.
void no_warning_own_interface() {
  QFutureInterface<int> interface;
  interface.reportResult(0);
  while (again())
    work(3);
}
void no_warning_poll(QPromise<int> &promise) {
  while (!promise.isCanceled())
    work(1);
}
void no_warning_interface(QFutureInterface<int> &interface) {
  while (!interface.isCanceled())
    work(1);
}
// The thread that runs is asked, not the promise: somebody can end the loop.
void no_warning_thread(QPromise<int> &promise) {
  promise.start();
  while (!QThread::currentThread()->isInterruptionRequested())
    work(1);
}
struct Worker : QThread {
  void run() override {
    while (!isInterruptionRequested())
      work(1);
  }
};
// No token is in reach: that every thread could be asked is no reason to report.
struct Endless : QThread {
  void run() override {
    while (true)
      work(1);
  }
};
void no_warning_plain() {
  while (again())
    work(1);
}
void no_warning_other_thread(QThread *worker) {
  while (again())
    work(1);
  worker->requestInterruption();
  worker->wait();
}

int warns_default(QPromise<int> &promise) {
  promise.start();
  return fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'promise' is not passed on}}
  // CHECK-FIXES: return fetch(1, &promise);
}
int warns_overload(QPromise<int> &promise) {
  promise.start();
  return load(1); // expected-warning {{'load' has an overload that takes a cancellation token}}
  // CHECK-FIXES: return load(promise, 1);
}
int no_warning_passed(QPromise<int> &promise) { return load(promise, 1) + fetch(2, &promise); }
int warns_only_default_token(QPromise<int> &promise) {
  promise.start();
  return fetch(1, nullptr); // expected-warning {{is given a token that never cancels, but 'promise' is in reach}}
  // CHECK-FIXES: return fetch(1, &promise);
}
int no_warning_own_promise() {
  QPromise<int> mine;
  return load(mine, 1);
}
// A promise is there for its result, too.
void no_warning_unread(QPromise<int> &promise, int item) {
  work(item);
  work(2);
}
void warns_sleep(QPromise<int> &promise) {
  promise.start();
  QThread::sleep(5); // expected-warning {{'sleep' waits, and cancelling 'promise' cannot interrupt it}}
}

// What is held by hand.
void warns_leak(QPromise<int> &promise) {
  int *held = new int(1);
  while (again()) {
    if (promise.isCanceled()) // expected-warning {{'held' is not deleted when 'promise' is cancelled here: 'delete' is skipped}}
      return;
    // CHECK-FIXES: if (promise.isCanceled()) {
    // CHECK-FIXES-NEXT: delete held;
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES-NEXT: }
    ++*held;
  }
  delete held;
}
void no_warning_no_leak(QPromise<int> &promise) {
  int *held = new int(1);
  while (again())
    if (promise.isCanceled())
      break;
  delete held;
}

// --- waits, whose limits are numbers of milliseconds
bool no_warning_slices(QPromise<int> &promise, QProcess &process, QWaitCondition &ready, QMutex &mutex,
                       QThread &worker) {
  while (!process.waitForFinished(200))
    if (promise.isCanceled())
      return false;
  while (!ready.wait(&mutex, 200))
    if (promise.isCanceled())
      return false;
  while (!worker.wait(200ul))
    if (promise.isCanceled())
      return false;
  while (!promise.isCanceled())
    if (ready.wait(&mutex, QDeadlineTimer(200)))
      return true;
  return false;
}
void warns_waits(QPromise<int> &promise, QProcess &process, QWaitCondition &ready, QMutex &mutex,
                 QThread &worker, QThreadPool &pool) {
  if (promise.isCanceled())
    return;
  process.waitForFinished(); // expected-warning {{'waitForFinished' waits}}
  process.waitForReadyRead(60'000); // expected-warning {{'waitForReadyRead' waits}}
  ready.wait(&mutex); // expected-warning {{'wait' waits}}
  ready.wait(&mutex, QDeadlineTimer(QDeadlineTimer::Forever)); // expected-warning {{'wait' waits}}
  worker.wait(); // expected-warning {{'wait' waits}}
  pool.waitForDone(); // expected-warning {{'waitForDone' waits}}
  QEventLoop loop;
  loop.exec(); // expected-warning {{'exec' waits}}
}
void warns_long_slices(QPromise<int> &promise) {
  while (!promise.isCanceled()) {
    work(1);
    QThread::sleep(5); // expected-warning {{'sleep' waits}}
    QThread::msleep(6000); // expected-warning {{'msleep' waits}}
  }
}

// --- a result that nobody takes any more
void no_warning_result_refused(QPromise<int> &promise) {
  for (int i = 0; i < 1000; ++i) {
    work(i);
    if (!promise.addResult(i))
      return;
  }
}
void warns_result_dropped(QPromise<int> &promise) {
  for (int i = 0; i < 1000; ++i) { // expected-warning {{loop never looks at 'promise'}}
    // CHECK-FIXES: if (promise.isCanceled())
    // CHECK-FIXES-NEXT: return;
    work(i);
    promise.addResult(i);
  }
}

// --- who cancels the future of its own task
class Loader {
public:
  void stop() {
    task_.cancel();
    ready_.wakeAll();
  }
  void no_warning_woken(QPromise<int> &promise) {
    while (!promise.isCanceled()) {
      ready_.wait(&mutex_);
      work(1);
    }
  }

private:
  QFuture<int> task_;
  QMutex mutex_;
  QWaitCondition ready_;
};
class Idler {
public:
  void stop() { task_.cancel(); }
  void warns_asleep(QPromise<int> &promise) {
    while (!promise.isCanceled()) {
      ready_.wait(&mutex_); // expected-warning {{'wait' waits}}
      work(1);
    }
  }

private:
  QFuture<int> task_;
  QMutex mutex_;
  QWaitCondition ready_;
};
int no_warning_own_future(QPromise<int> &promise) {
  QFutureWatcher<int> watcher;
  QFuture<int> task = QtConcurrent::run([&promise] { return fetch(1, &promise); });
  watcher.setFuture(task);
  if (promise.isCanceled()) {
    watcher.cancel();
    task.waitForFinished();
    return 0;
  }
  return fetch(2, &promise);
}
int warns_future(QPromise<int> &promise, QFuture<int> task) {
  promise.start();
  task.waitForFinished(); // expected-warning {{'waitForFinished' waits}}
  return fetch(1, &promise);
}

// --- a thread that asks itself is to end when asked
struct Copier : QThread {
  void run() override {
    while (!isInterruptionRequested()) {
      while (again()) // expected-warning {{loop never looks at 'isInterruptionRequested()'}}
        work(1);
      // CHECK-FIXES: while (again()) {
      // CHECK-FIXES-NEXT: if (isInterruptionRequested())
      // CHECK-FIXES-NEXT: return;
      // CHECK-FIXES: }
      sleep(30); // expected-warning {{'sleep' waits, and what 'isInterruptionRequested()' asks about cannot interrupt it}}
    }
  }
};
struct Receiver : QThread {
  QIODevice *device;
  void run() override {
    if (this->isInterruptionRequested())
      return;
    while (true) { // expected-warning {{loop never looks at 'this->isInterruptionRequested()'}}
      // CHECK-FIXES: if (this->isInterruptionRequested())
      // CHECK-FIXES-NEXT: return;
      device->waitForReadyRead(-1); // expected-warning {{'waitForReadyRead' waits}}
    }
  }
};
void warns_what_runs() {
  if (QThread::currentThread()->isInterruptionRequested())
    return;
  QThread::sleep(30); // expected-warning {{what 'QThread::currentThread()->isInterruptionRequested()' asks about}}
}
struct Patient : QThread {
  QIODevice *device;
  void run() override {
    while (!isInterruptionRequested()) {
      while (again()) {
        if (isInterruptionRequested())
          return;
        work(1);
      }
      device->waitForReadyRead(100);
      msleep(200);
    }
  }
};
// Each function for itself: who never asks may be run by anybody.
struct Helper : QThread {
  void run() override {
    while (!isInterruptionRequested())
      no_warning_step();
  }
  void no_warning_step() {
    for (int i = 0; i < 3; ++i)
      work(i);
    sleep(30);
  }
};
// Who asks for the end waits for it.
struct Stopper : QThread {
  void no_warning_stop() {
    if (!isInterruptionRequested())
      requestInterruption();
    wait();
  }
  ~Stopper() {
    if (!isInterruptionRequested())
      work(1);
    wait();
  }
};
void no_warning_asks_another(QThread &worker) {
  while (!worker.isInterruptionRequested()) {
    while (again())
      work(1);
    QThread::sleep(30);
  }
}
// The promise is made behind the loop: in it there is the last run's.
class Tests {
public:
  void no_warning_run(int count) {
    for (int i = 0; i < count; ++i)
      again() ? load(i) : 0;
    promise_ = new QFutureInterface<int>;
    next();
  }
  void warns_run_again(int count) {
    promise_ = new QFutureInterface<int>;
    for (int i = 0; i < count; ++i) // expected-warning {{loop never looks at 'promise_'}}
      again() ? load(i) : 0;
    // CHECK-FIXES: for (int i = 0; i < count; ++i) {
    // CHECK-FIXES-NEXT: if (promise_ && promise_->isCanceled())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
    next();
  }

private:
  void next() {
    if (promise_->isCanceled())
      promise_->reportFinished();
  }
  QFutureInterface<int> *promise_ = nullptr;
};

// --- the rest of the catalogue

[[clang::annotate("cancel::point_of_no_return")]] void commit(int item);
bool warns_poll_behind_commit(int item, QPromise<int> &promise) {
  commit(item);
  if (promise.isCanceled()) // expected-warning {{'promise' can still be cancelled here, behind the point of no return 'commit'}}
    return false;
  work(item);
  return true;
}
int warns_given_behind_commit(int item, QPromise<int> &promise) {
  promise.start();
  commit(item);
  return fetch(item, &promise); // expected-warning {{'fetch' is given 'promise' behind the point of no return 'commit'; pass 'nullptr'}}
  // CHECK-FIXES: return fetch(item, nullptr);
}
int no_warning_in_front_of_commit(int item, QPromise<int> &promise) {
  int fetched = fetch(item, &promise);
  if (promise.isCanceled())
    return 0;
  commit(item);
  return fetched;
}
void warns_stale(QPromise<int> &promise) {
  const bool stopped = promise.isCanceled();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
    work(1);
  // CHECK-FIXES: while (!promise.isCanceled())
}
static void pause_long() { std::this_thread::sleep_for(std::chrono::seconds(5)); }
void warns_deaf_call(QPromise<int> &promise) {
  promise.start();
  pause_long(); // expected-warning {{'pause_long' cannot be cancelled through 'promise': it waits in 'sleep_for'}}
}
int warns_missing(int item) {
  return fetch(item); // expected-warning {{'fetch' takes a cancellation token, but 'warns_missing' has none to pass on}}
}
int no_warning_none_written(int item) { return fetch(item, nullptr); }
void warns_each_value(std::vector<std::vector<int>> &rows, QPromise<int> &promise) {
  for (std::vector<int> &row : rows)
    for (int &value : row) {
      if (promise.isCanceled()) // expected-warning {{'promise' is asked in each round of a loop that only calculates}}
        return;
      value = 255 - value;
    }
}
void no_warning_each_row(std::vector<std::vector<int>> &rows, QPromise<int> &promise) {
  for (std::vector<int> &row : rows) {
    if (promise.isCanceled())
      return;
    for (int &value : row)
      value = 255 - value;
  }
}
class Table {
public:
  bool warns_half_updated(int page, QPromise<int> &promise) {
    rows_ = fetch(page, &promise);
    if (promise.isCanceled()) // expected-warning {{leaves the object half updated: 'rows_' is new, 'width_' is not}}
      return false;
    width_ = 2 * rows_;
    return true;
  }
  bool no_warning_both_behind(int page, QPromise<int> &promise) {
    int rows = fetch(page, &promise);
    if (promise.isCanceled())
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
void check(QPromise<int> &promise) {
  if (promise.isCanceled())
    throw Stopped();
}
void warns_swallowed(QPromise<int> &promise) {
  while (again()) {
    try {
      check(promise);
      work(1);
    } catch (const std::exception &) { // expected-warning {{swallows the cancellation of 'promise', and the loop goes on}}
    }
    // CHECK-FIXES: } catch (const Stopped &) {
    // CHECK-FIXES-NEXT: throw;
    // CHECK-FIXES-NEXT: } catch (const std::exception &) {
  }
}
void no_warning_thrown_on(QPromise<int> &promise) {
  while (again()) {
    try {
      check(promise);
      work(1);
    } catch (const Stopped &) {
      throw;
    } catch (const std::exception &) {
    }
  }
}
// Its answer, and its life.
void warns_answer_dropped(QPromise<int> &promise) {
  promise.isCanceled(); // expected-warning {{the answer of 'promise.isCanceled()' is dropped}}
  work(1);
}
auto warns_dangling(QFutureInterface<int> interface) {
  return [&interface] { return interface.isCanceled(); }; // expected-warning {{'interface' is captured by reference and may be gone when the lambda runs}}
  // CHECK-FIXES: return [interface] { return interface.isCanceled(); };
}
auto no_warning_copied(QFutureInterface<int> interface) {
  return [interface] { return interface.isCanceled(); };
}
// A thread that asks itself, once.
struct Deaf : QThread {
  void run() override {
    const bool stopped = isInterruptionRequested();
    while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once}}
      work(1);
    // CHECK-FIXES: while (!isInterruptionRequested())
  }
};
static void pump(int item) {
  while (true)
    work(item);
}
// CHECK-FIXES: static void pump(int item, QPromise<int> &promise) {
// CHECK-FIXES-NEXT: while (true) {
// CHECK-FIXES-NEXT: if (promise.isCanceled())
// CHECK-FIXES-NEXT: return;
// CHECK-FIXES: }
void warns_deaf_loop(QPromise<int> &promise) {
  promise.start();
  pump(1); // expected-warning {{'pump' cannot be cancelled through 'promise': it holds an endless loop}}
  // CHECK-FIXES: pump(1, promise);
}
