// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who wakes the wait: functions that request the stop, with what they call, and callbacks of registrations.
// RUN: %check %s cancel-uninterruptible-wait -- -std=c++20
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <stop_token>
#include <thread>
#include <pthread.h>
#include <semaphore.h>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

void handle(int);
using Callback = std::stop_callback<std::function<void()>>;

// --- through functions of the class

struct ByOwnFunction {
  std::mutex mutex_;
  std::condition_variable ready_;
  bool have_ = false;
  std::jthread thread_;
  void signal() {
    std::lock_guard guard(mutex_);
    have_ = true;
    ready_.notify_all();
  }
  ~ByOwnFunction() {
    thread_.request_stop();
    signal();
  }
  void no_warning(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested())
      ready_.wait(lock, [&] { return have_; });
  }
};
// Nobody who stops it calls signal().
struct NotByOwnFunction {
  std::mutex mutex_;
  std::condition_variable ready_;
  bool have_ = false;
  std::jthread thread_;
  void signal() {
    std::lock_guard guard(mutex_);
    have_ = true;
    ready_.notify_all();
  }
  ~NotByOwnFunction() { thread_.request_stop(); }
  void warns(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested())
      ready_.wait(lock, [&] { return have_; }); // expected-warning {{'wait' waits}}
  }
};
struct Kicked {
  std::binary_semaphore work_{0};
  std::jthread thread_{[this](std::stop_token stop) {
    while (!stop.stop_requested())
      work_.acquire();
  }};
  void kick() { work_.release(); }
  void rest() { kick(); }
  ~Kicked() {
    thread_.request_stop();
    rest();
  }
};
struct Server {
  int fd_ = -1;
  std::jthread thread_;
  void wake() { ::shutdown(fd_, SHUT_RDWR); }
  void no_warning() {
    thread_ = std::jthread([this](std::stop_token stop) {
      while (!stop.stop_requested())
        handle(::accept(fd_, nullptr, nullptr));
    });
  }
  ~Server() {
    thread_.request_stop();
    wake();
  }
};

// The base class stops, the derived one knows how to wake.
struct Service {
  std::jthread thread_;
  virtual ~Service() = default;
  void stop() {
    thread_.request_stop();
    wake();
  }
  virtual void wake() = 0;
};
struct Derived : Service {
  std::binary_semaphore work_{0}, other_{0};
  void wake() override { work_.release(); }
  void no_warning(std::stop_token stop) {
    while (!stop.stop_requested())
      work_.acquire();
  }
  void warns(std::stop_token stop) {
    while (!stop.stop_requested())
      other_.acquire(); // expected-warning {{'acquire' waits}}
  }
};
// The other way round: what waits is the base class.
struct Waiting {
  std::binary_semaphore work_{0};
  std::jthread thread_;
  virtual ~Waiting() = default;
  virtual void wake() = 0;
  void stop() {
    thread_.request_stop();
    wake();
  }
  void no_warning(std::stop_token stop) {
    while (!stop.stop_requested())
      work_.acquire();
  }
};
struct Waker : Waiting {
  void wake() override { work_.release(); }
};

// --- C functions, promises, signals

struct ByPost {
  sem_t work_, other_;
  std::jthread thread_;
  void quit() {
    thread_.request_stop();
    ::sem_post(&work_);
  }
  void no_warning(std::stop_token stop) {
    while (!stop.stop_requested())
      ::sem_wait(&work_);
  }
  void warns(std::stop_token stop) {
    while (!stop.stop_requested())
      ::sem_wait(&other_); // expected-warning {{'sem_wait' waits}}
  }
};
struct ByBroadcast {
  pthread_mutex_t mutex_;
  pthread_cond_t ready_;
  std::jthread thread_;
  void quit() {
    thread_.request_stop();
    pthread_cond_broadcast(&ready_);
  }
  void no_warning(std::stop_token stop) {
    while (!stop.stop_requested())
      pthread_cond_wait(&ready_, &mutex_);
  }
  // Nothing asks again: the signal may have come before.
  void warns(std::stop_token stop) {
    if (!stop.stop_requested())
      pthread_cond_wait(&ready_, &mutex_); // expected-warning {{'pthread_cond_wait' waits}}
  }
};
struct ByPromise {
  std::promise<int> value_, other_;
  std::jthread thread_;
  void quit() {
    thread_.request_stop();
    value_.set_value(0);
  }
  void no_warning(std::stop_token stop) {
    if (!stop.stop_requested())
      handle(value_.get_future().get());
  }
  void warns(std::stop_token stop) {
    if (!stop.stop_requested())
      handle(other_.get_future().get()); // expected-warning {{'get' waits}}
  }
};
struct BySignal {
  std::jthread thread_;
  int fd_ = -1;
  std::binary_semaphore work_{0};
  void quit() {
    thread_.request_stop();
    ::pthread_kill(thread_.native_handle(), SIGUSR1);
  }
  void no_warning(std::stop_token stop, char *to) {
    while (!stop.stop_requested())
      ::recv(fd_, to, 64, 0);
  }
  void warns(std::stop_token stop) {
    while (!stop.stop_requested())
      work_.acquire(); // expected-warning {{'acquire' waits}}
  }
};
class Socket {
public:
  int get() const;
  void shutdown();
};
struct BySocket {
  Socket socket_;
  std::jthread thread_;
  void quit() {
    thread_.request_stop();
    socket_.shutdown();
  }
  void no_warning(std::stop_token stop, char *to) {
    while (!stop.stop_requested())
      if (::recv(socket_.get(), to, 64, 0) <= 0)
        break;
  }
};
struct NotBySocket {
  Socket socket_;
  std::jthread thread_;
  void quit() {
    thread_.request_stop();
    handle(socket_.get());
  }
  void warns(std::stop_token stop, char *to) {
    while (!stop.stop_requested())
      if (::recv(socket_.get(), to, 64, 0) <= 0) // expected-warning {{'recv' waits}}
        break;
  }
};

// --- in a struct of its own

struct State {
  std::mutex mutex;
  std::condition_variable ready, other;
  bool have = false;
};
struct SharesState {
  std::shared_ptr<State> state_;
  std::jthread thread_;
  void no_warning(std::stop_token stop) {
    std::unique_lock lock(state_->mutex);
    while (!stop.stop_requested())
      state_->ready.wait(lock, [&] { return state_->have; });
  }
  void warns(std::stop_token stop) {
    std::unique_lock lock(state_->mutex);
    while (!stop.stop_requested())
      state_->other.wait(lock, [&] { return state_->have; }); // expected-warning {{'wait' waits}}
  }
  ~SharesState() {
    thread_.request_stop();
    std::lock_guard guard(state_->mutex);
    state_->have = true;
    state_->ready.notify_all();
  }
};
void no_warning_state_by_reference(std::stop_token stop, State &state) {
  std::unique_lock lock(state.mutex);
  while (!stop.stop_requested())
    state.ready.wait(lock, [&] { return state.have; });
}
class Hidden {
  struct Impl {
    std::counting_semaphore<4> work{0};
    std::jthread thread;
    void no_warning(std::stop_token stop) {
      while (!stop.stop_requested())
        work.acquire();
    }
  };
  std::unique_ptr<Impl> impl_;

public:
  ~Hidden() {
    impl_->thread.request_stop();
    impl_->work.release();
  }
};
static void given(std::stop_token stop, std::binary_semaphore &work) {
  while (!stop.stop_requested())
    work.acquire();
}
struct Gives {
  std::binary_semaphore work_{0};
  std::jthread thread_{given, std::ref(work_)};
  ~Gives() {
    thread_.request_stop();
    work_.release();
  }
};
static void given_by_none(std::stop_token stop, std::binary_semaphore &work) {
  while (!stop.stop_requested())
    work.acquire(); // expected-warning {{'acquire' waits}}
}

// --- flags that the predicate reads

struct ByFlag {
  std::atomic<bool> quit_{false};
  std::mutex mutex_;
  std::condition_variable ready_;
  bool have_ = false;
  std::jthread thread_;
  void no_warning() {
    thread_ = std::jthread([this](std::stop_token stop) {
      std::unique_lock lock(mutex_);
      while (!stop.stop_requested())
        ready_.wait(lock, [&] { return quit_ || have_; });
    });
  }
  void warns_flag_is_not_read() {
    thread_ = std::jthread([this](std::stop_token stop) {
      std::unique_lock lock(mutex_);
      while (!stop.stop_requested())
        ready_.wait(lock, [&] { return have_; }); // expected-warning {{'wait' waits}}
    });
  }
  void no_warning_loop_reads_it(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!quit_ && !stop.stop_requested())
      ready_.wait(lock);
  }
  void stop() {
    quit_ = true;
    ready_.notify_all();
    thread_.join();
  }
};
// The queue does not own the thread: closing it is another matter than the token it is given.
struct Queue {
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<int> items_;
  bool closed_ = false;
  void close() {
    std::lock_guard guard(mutex_);
    closed_ = true;
    ready_.notify_all();
  }
  void warns(std::stop_token stop) {
    if (stop.stop_requested())
      return;
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !items_.empty(); }); // expected-warning {{'wait' waits}}
  }
};

// --- locals

void no_warning_local() {
  std::mutex mutex;
  std::condition_variable ready;
  bool go = false;
  std::jthread thread([&](std::stop_token stop) {
    std::unique_lock lock(mutex);
    while (!stop.stop_requested())
      ready.wait(lock, [&] { return go; });
  });
  thread.request_stop();
  std::lock_guard guard(mutex);
  go = true;
  ready.notify_all();
}
void warns_local_told_too_early() {
  std::mutex mutex;
  std::condition_variable ready;
  bool go = false;
  std::jthread thread([&](std::stop_token stop) {
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      ready.wait(lock, [&] { return go; }); // expected-warning {{'wait' waits}}
      go = false;
    }
  });
  ready.notify_all();
  thread.request_stop();
}
void no_warning_local_descriptor(int fd) {
  std::jthread thread([fd](std::stop_token stop) {
    while (!stop.stop_requested())
      handle(::accept(fd, nullptr, nullptr));
  });
  handle(0);
  thread.request_stop();
  ::shutdown(fd, SHUT_RDWR);
}

// --- registrations

// The callback is there while its function runs.
struct RegistersElsewhere {
  int fd_ = -1;
  void no_warning(std::stop_token stop) {
    std::stop_callback wake(stop, [this] { ::shutdown(fd_, SHUT_RD); });
    handle(::accept(fd_, nullptr, nullptr));
  }
  void warns(std::stop_token stop) {
    while (!stop.stop_requested())
      handle(::accept(fd_, nullptr, nullptr)); // expected-warning {{'accept' waits}}
  }
};
// Made by who runs it.
struct RegistersOutside {
  std::mutex mutex_;
  std::condition_variable ready_, other_;
  bool have_ = false;
  std::jthread thread_;
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) {
      std::stop_callback wake(stop, [this] {
        std::lock_guard guard(mutex_);
        have_ = true;
        ready_.notify_all();
      });
      no_warning(stop);
    });
  }
  void no_warning(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested())
      ready_.wait(lock, [&] { return have_; });
  }
  void warns(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested())
      other_.wait(lock, [&] { return have_; }); // expected-warning {{'wait' waits}}
  }
};
struct Registers {
  std::mutex mutex;
  std::condition_variable ready;
  bool stop = false;
  void wake();
  void no_warning_emplaced(std::stop_token token) {
    std::optional<Callback> callback;
    if (token.stop_possible())
      callback.emplace(token, [this] { wake(); });
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return stop; });
  }
  void no_warning_in_place(std::stop_token token) {
    std::optional<Callback> callback(std::in_place, token, [this] { wake(); });
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return stop; });
  }
  void no_warning_container(std::stop_token one, std::stop_token other) {
    std::deque<Callback> callbacks;
    for (auto &token : {one, other})
      callbacks.emplace_back(token, [this] { wake(); });
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return stop; });
  }
  void warns_without(std::stop_token token) {
    std::optional<int> number;
    number.emplace(token.stop_requested());
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return stop; }); // expected-warning {{'wait' waits}}
  }
};
class RegisteringBase {
public:
  explicit RegisteringBase(std::stop_token stop) : callback_(std::move(stop), [this] { wake(); }) {}
  virtual ~RegisteringBase() = default;

protected:
  virtual void wake() = 0;

private:
  Callback callback_;
};
struct RegisteredByBase : RegisteringBase {
  using RegisteringBase::RegisteringBase;
  std::binary_semaphore work_{0};
  void wake() override { work_.release(); }
  void no_warning(std::stop_token stop) {
    while (!stop.stop_requested())
      work_.acquire();
  }
};
struct Closer {
  Callback callback;
  Closer(int fd, std::stop_token stop) : callback(std::move(stop), [fd] { ::shutdown(fd, SHUT_RDWR); }) {}
};
void no_warning_guard(std::stop_token stop, int fd, char *to) {
  Closer closer(fd, stop);
  while (::recv(fd, to, 100, 0) > 0)
    handle(1);
}
void no_warning_guard_on_heap(std::stop_token stop, int fd, char *to) {
  auto closer = std::make_unique<Closer>(fd, stop);
  while (::recv(fd, to, 100, 0) > 0)
    handle(1);
}
template <typename F> struct OnStop {
  std::stop_callback<F> callback;
  OnStop(std::stop_token stop, F f) : callback(std::move(stop), std::move(f)) {}
};
void no_warning_guard_template(std::stop_token stop, std::promise<int> &value) {
  OnStop guard(stop, [&] { value.set_value(0); });
  handle(value.get_future().get());
}
struct Watch {
  virtual ~Watch() = default;
};
std::unique_ptr<Watch> watch(std::stop_token, std::function<void()>);
void no_warning_handle(std::stop_token stop, std::promise<int> &value) {
  auto watching = watch(stop, [&] { value.set_value(0); });
  handle(value.get_future().get());
}
void warns_handle_of_another(std::stop_token stop, std::promise<int> &value, std::promise<int> &other) {
  auto watching = watch(stop, [&] { other.set_value(0); });
  handle(value.get_future().get()); // expected-warning {{'get' waits}}
}
// An object that registers for what it does itself.
class Session {
public:
  explicit Session(std::stop_token stop) : callback_(std::move(stop), [this] { close(); }) {}
  void send(int item);
  void close();

private:
  Callback callback_;
};
void warns_session(std::stop_token stop, std::binary_semaphore &work) {
  Session session(stop);
  work.acquire(); // expected-warning {{'acquire' waits}}
  session.send(1);
}

// --- named so, without a request: what it closes stays closed

struct Closes {
  int fd_ = -1;
  std::binary_semaphore work_{0};
  std::jthread thread_;
  void no_warning(std::stop_token stop) {
    while (!stop.stop_requested())
      handle(::accept(fd_, nullptr, nullptr));
  }
  // Taken once, before the stop is requested.
  void warns(std::stop_token stop) {
    while (!stop.stop_requested())
      work_.acquire(); // expected-warning {{'acquire' waits}}
  }
  ~Closes() {
    ::shutdown(fd_, SHUT_RDWR);
    work_.release();
  }
};

// --- a sleep: no callback ends it

void warns_sleep(std::stop_token stop) {
  std::stop_callback wake(stop, [] { handle(0); });
  for (int item = 0; item < 9; ++item) {
    if (stop.stop_requested())
      return;
    std::this_thread::sleep_for(std::chrono::hours(1)); // expected-warning {{'sleep_for' waits}}
    handle(item);
  }
}
void no_warning_short_sleep(std::stop_token stop) {
  std::stop_callback wake(stop, [] { handle(0); });
  while (!stop.stop_requested())
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
}
void no_warning_sleep_by_flag(std::stop_token stop) {
  std::atomic<bool> done = false;
  std::stop_callback wake(stop, [&] { done = true; });
  while (!done)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
}
// A signal may end this one.
void no_warning_signalled_sleep(std::stop_token stop, pthread_t self) {
  std::stop_callback wake(stop, [&] { pthread_kill(self, SIGUSR1); });
  ::sleep(60);
}

// --- who ends the work is defined elsewhere

class Source {
public:
  void stop();
  void take(std::stop_token stop) {
    handle(stop.stop_requested());
    no_warning_.acquire();
  }

private:
  std::counting_semaphore<3> no_warning_{0};
};
class Sink {
public:
  void start();
  void take(std::stop_token stop) {
    handle(stop.stop_requested());
    ready_.acquire(); // expected-warning {{'acquire' waits}}
  }

private:
  std::counting_semaphore<3> ready_{0};
};

// --- futures that a lambda puts where they are waited for

struct Job {
  int bytes = 0;
  std::future<void> done;
};
struct Pool {
  std::future<void> submit(std::function<void()> work);
};
void no_warning_kept_by_lambda(Pool &pool, const std::stop_token &stop) {
  std::deque<Job> jobs;
  auto start = [&] {
    jobs.push_back(Job{8, std::future<void>()});
    jobs.back().done = pool.submit([stop] { handle(stop.stop_requested()); });
  };
  start();
  while (!jobs.empty()) {
    Job job = std::move(jobs.front());
    jobs.pop_front();
    job.done.get();
    start();
  }
}
void warns_kept_by_lambda(Pool &pool, const std::stop_token &stop) {
  std::deque<Job> jobs;
  auto start = [&] {
    handle(stop.stop_requested());
    jobs.push_back(Job{8, std::future<void>()});
    jobs.back().done = pool.submit([] { handle(1); });
  };
  start();
  while (!jobs.empty()) {
    Job job = std::move(jobs.front());
    jobs.pop_front();
    job.done.get(); // expected-warning {{'get' waits}}
    start();
  }
}

// --- a predicate that asks the token: who wakes the wait to ask it again?

class HangingWorker {
public:
  void push(int item) {
    {
      std::lock_guard lock(mutex_);
      items_.push_back(item);
    }
    ready_.notify_one();
  }

private:
  void run(std::stop_token stop) {
    for (;;) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [&] { return !items_.empty() || stop.stop_requested(); }); // expected-warning {{'wait' waits, and cancelling 'stop' cannot interrupt it}}
      if (stop.stop_requested())
        return;
      handle(items_.front());
      items_.pop_front();
    }
  }
  std::mutex mutex_;
  std::condition_variable ready_; // expected-note {{nothing notifies 'ready_' when the stop is requested, so that the predicate is not asked again}}
  std::deque<int> items_;
  std::jthread thread_{[this](std::stop_token stop) { run(stop); }};
};
// The destructor does.
class StoppedWorker {
public:
  ~StoppedWorker() {
    thread_.request_stop();
    ready_.notify_all();
  }

private:
  void run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return done_ || stop.stop_requested(); }); // no warning
    handle(1);
  }
  std::mutex mutex_;
  std::condition_variable ready_;
  bool done_ = false;
  std::jthread thread_{[this](std::stop_token stop) { run(stop); }};
};
// Whoever requests the stop may wake it.
class WokenWorker {
public:
  void wake() { ready_.notify_all(); }

private:
  void run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return done_ || stop.stop_requested(); }); // no warning
    handle(1);
  }
  std::mutex mutex_;
  std::condition_variable ready_;
  bool done_ = false;
  std::jthread thread_{[this](std::stop_token stop) { run(stop); }};
};
// This token is not that of its thread.
class LentWorker {
public:
  void run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return done_ || stop.stop_requested(); }); // no warning
    handle(1);
  }
  void add() {
    done_ = true;
    ready_.notify_all();
  }

private:
  std::mutex mutex_;
  std::condition_variable ready_;
  bool done_ = false;
  std::jthread thread_{[](std::stop_token stop) { handle(stop.stop_requested()); }};
};
// Who gave the token may know how to end it.
class GivenWorker {
public:
  void run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return done_ || stop.stop_requested(); }); // no warning
    handle(1);
  }
  void add() {
    done_ = true;
    ready_.notify_all();
  }

private:
  std::mutex mutex_;
  std::condition_variable ready_;
  bool done_ = false;
};
// Is asked again by itself, or by a callback.
class TimedWorker {
  void run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!ready_.wait_for(lock, std::chrono::milliseconds(100), [&] { return done_ || stop.stop_requested(); }))
      handle(1);
  }
  void watch(std::stop_token stop) {
    std::stop_callback wake(stop, [this] { ready_.notify_all(); });
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return done_ || stop.stop_requested(); }); // no warning
  }
  std::mutex mutex_;
  std::condition_variable ready_;
  bool done_ = false;
  std::jthread thread_{[this](std::stop_token stop) { run(stop); }};
};
// The stop goes through a thread of its own class.
class Runner {
public:
  explicit Runner(std::function<void(std::stop_token)> work) : work_(std::move(work)) {}
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) { work_(stop); });
  }
  void stop() { thread_.request_stop(); }

private:
  std::function<void(std::stop_token)> work_;
  std::jthread thread_;
};
class Acceptor {
public:
  void init() {
    runner_ = std::make_unique<Runner>([this](std::stop_token stop) {
      std::unique_lock lock(mutex_);
      while (!stop.stop_requested())
        connected_.wait(lock); // no warning
    });
    leaver_ = std::make_unique<Runner>([this](std::stop_token stop) {
      std::unique_lock lock(mutex_);
      while (!stop.stop_requested())
        left_.wait(lock); // expected-warning {{'wait' waits}}
    });
  }
  void stop() {
    runner_->stop();
    connected_.notify_one();
  }
  void disconnect() { left_.notify_one(); }

private:
  std::mutex mutex_;
  std::condition_variable connected_, left_;
  std::unique_ptr<Runner> runner_, leaver_;
};
// A callback in a template that nobody makes an instance of.
template <class T> class Ring {
public:
  void wait_for_room(std::size_t room, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    std::stop_callback wake(stop, [this] { filled_.notify_all(); });
    while (capacity_ - size_ < room) {
      if (stop.stop_requested())
        return;
      filled_.wait(lock); // no warning
    }
  }
  void wait_for_more(std::size_t size, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    std::lock_guard wake(others_);
    while (size_ < size) {
      if (stop.stop_requested())
        return;
      emptied_.wait(lock); // expected-warning {{'wait' waits}}
    }
  }

private:
  std::mutex mutex_, others_;
  std::condition_variable filled_, emptied_;
  std::size_t size_ = 0, capacity_ = 8;
};
// The condition is the owner's, who requests the stop and wakes it there.
struct Compiler {
  std::mutex mutex;
  std::condition_variable ready, idle;
  std::jthread thread;
  void stop() {
    thread.request_stop();
    ready.notify_all();
  }
  void rest() { idle.notify_all(); }
};
class CompilerThread {
public:
  explicit CompilerThread(Compiler &compiler)
      : mutex_(&compiler.mutex), ready_(&compiler.ready), idle_(&compiler.idle) {}
  void run(std::stop_token stop) {
    std::unique_lock lock(*mutex_);
    while (!stop.stop_requested())
      ready_->wait(lock); // no warning
  }
  void relax(std::stop_token stop) {
    std::unique_lock lock(*mutex_);
    while (!stop.stop_requested())
      idle_->wait(lock); // expected-warning {{'wait' waits}}
  }

private:
  std::mutex *mutex_;
  std::condition_variable *ready_, *idle_;
};
// stop() of a class that holds no token goes through a thread whose stop() is
// defined elsewhere.
class Engine {
public:
  explicit Engine(std::function<void(std::stop_token)> work);
  void stop();
  void refresh();
};
class Feeder {
public:
  void init() {
    engine_ = std::make_unique<Engine>([this](std::stop_token stop) {
      std::unique_lock lock(mutex_);
      filled_.wait(lock, [this] { return ended_ || !items_.empty(); }); // no warning
      handle(stop.stop_requested());
    });
    other_ = std::make_unique<Engine>([this](std::stop_token stop) {
      std::unique_lock lock(mutex_);
      fresh_.wait(lock, [this] { return renewed_; }); // expected-warning {{'wait' waits}}
      handle(stop.stop_requested());
    });
  }
  void stop() {
    engine_->stop();
    ended_ = true;
    filled_.notify_all();
  }
  void renew() {
    other_->refresh();
    renewed_ = true;
    fresh_.notify_all();
  }

private:
  std::mutex mutex_;
  std::condition_variable filled_, fresh_;
  std::deque<int> items_;
  bool ended_ = false, renewed_ = false;
  std::unique_ptr<Engine> engine_, other_;
};
