// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-dangling-token -- -std=c++20 -I%root/token/include
#include "cancel/cancellation_token.hpp"
#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

void work();
void run(std::function<void()> job);
using Job = std::function<void()>;

// --- lambdas

void warns_detached(std::stop_token stop) {
  std::thread([&stop] { // expected-warning@:17 {{'stop' is captured by reference and may be gone when the lambda runs; capture it by value}}
    while (!stop.stop_requested())
      work();
  }).detach(); // expected-note {{nobody waits for the thread that runs the lambda}}
  // CHECK-FIXES: std::thread([stop] {
} // expected-note@-6 {{'stop' is declared here}}
void warns_detached_default(int item, std::stop_token stop) { // expected-note {{'stop' is declared here}}
  std::thread worker([&] { // expected-warning@:23 {{'stop' is captured by reference}}
    while (!stop.stop_requested())
      work();
  });
  worker.detach(); // expected-note {{nobody waits for the thread}}
  // CHECK-FIXES: std::thread worker([&, stop] {
}
Job warns_returned(cancel::cancellation_token token) { // expected-note {{declared here}}
  return [&token] { // expected-warning {{'token' is captured by reference}} expected-note {{the lambda is returned here}}
    if (!token.is_cancellation_requested())
      work();
  };
  // CHECK-FIXES: return [token] {
}
auto warns_returned_named(std::stop_token stop) { // expected-note {{declared here}}
  auto job = [& stop] { return stop.stop_requested(); }; // expected-warning {{'stop'}}
  // CHECK-FIXES: auto job = [stop] { return stop.stop_requested(); };
  return job; // expected-note {{returned here}}
}
Job warns_source() {
  std::stop_source source; // expected-note {{declared here}}
  return [&source] { source.request_stop(); }; // expected-warning {{'source' is captured by reference and may be gone when the lambda runs}} expected-note {{returned here}}
}
class Server {
public:
  explicit Server(std::stop_token stop) // expected-note {{declared here}}
      : worker_([&stop] { // expected-warning {{'stop' is captured by reference}}
          while (!stop.stop_requested())
            work();
        }) {}
  // CHECK-FIXES: : worker_([stop] {
  void warns_handler(std::stop_token stop) { // expected-note {{declared here}}
    handler_ = [&stop] { // expected-warning {{'stop'}}
    // CHECK-FIXES: handler_ = [stop] {
      if (!stop.stop_requested())
        work();
    };
  }
  void warns_handlers(std::stop_token stop) { // expected-note {{declared here}}
    handlers_.push_back([this, &stop] { // expected-warning {{'stop'}}
    // CHECK-FIXES: handlers_.push_back([this, stop] {
      if (!stop.stop_requested())
        handler_();
    });
  }
  void warns_by_name(int id, std::stop_token stop) { // expected-note {{declared here}}
    named_[id] = [&, id] { // expected-warning {{'stop'}}
      if (id && !stop.stop_requested())
        work();
    };
    // CHECK-FIXES: named_[id] = [&, stop, id] {
  }
  void warns_async(std::stop_token stop) { // expected-note {{declared here}}
    result_ = std::async(std::launch::async, [&stop] { return stop.stop_requested(); }); // expected-warning {{'stop'}}
    // CHECK-FIXES: result_ = std::async(std::launch::async, [stop] { return stop.stop_requested(); });
  }

private:
  std::thread worker_; // expected-note {{'worker_' keeps the lambda}}
  Job handler_; // expected-note {{'handler_' keeps the lambda}}
  std::vector<Job> handlers_; // expected-note {{keeps the lambda}}
  std::map<int, Job> named_; // expected-note {{keeps the lambda}}
  std::future<bool> result_; // expected-note {{keeps the lambda}}
};
Job at_end; // expected-note {{keeps the lambda}}
void warns_global(std::stop_token stop) { // expected-note {{declared here}}
  at_end = [&stop] { // expected-warning {{'stop'}}
  // CHECK-FIXES: at_end = [stop] {
    if (!stop.stop_requested())
      work();
  };
}
template <class F> void warns_template(F job, std::stop_token stop) { // expected-note {{declared here}}
  std::thread([job, &stop] { job(stop); }).detach(); // expected-warning {{'stop'}} expected-note {{nobody waits}}
  // CHECK-FIXES: std::thread([job, stop] { job(stop); }).detach();
}
template void warns_template(void (*)(std::stop_token), std::stop_token);

// --- registrations

class Connection {
public:
  Connection(std::stop_token stop, int tries) // expected-note {{'tries' is declared here}}
      : registration_(std::in_place, stop, [&tries] { ++tries; }) {} // expected-warning {{'tries' is captured by reference}}
  void warns_member(std::stop_token stop) {
    bool closed = false; // expected-note {{'closed' is declared here}}
    registration_.emplace(stop, [&closed] { closed = true; }); // expected-warning {{'closed' is captured by reference and may be gone when the callback runs}}
  }
  void no_warning_reset(std::stop_token stop) {
    bool closed = false;
    registration_.emplace(stop, [&closed] { closed = true; });
    work();
    registration_.reset();
  }

private:
  std::optional<std::stop_callback<Job>> registration_; // expected-note {{'registration_' keeps the lambda}}
};
void warns_scope(std::stop_token stop, bool again) {
  std::optional<std::stop_callback<Job>> registration; // expected-note {{'registration' keeps the lambda}}
  if (again) {
    bool stopped = false; // expected-note {{declared here}}
    registration.emplace(stop, [&] { stopped = true; }); // expected-warning {{'stopped' is captured by reference and may be gone when the callback runs}}
  }
  work();
}
void warns_order(std::stop_token stop) {
  std::unique_ptr<std::stop_callback<Job>> registration; // expected-note {{keeps the lambda}}
  int count = 0; // expected-note {{declared here}}
  registration = std::make_unique<std::stop_callback<Job>>(stop, [&count] { ++count; }); // expected-warning {{'count'}}
}
void no_warning_order(std::stop_token stop) {
  int count = 0;
  std::stop_callback registration(stop, [&count] { ++count; });
  std::optional<std::stop_callback<Job>> another;
  another.emplace(stop, [&count] { ++count; });
}

// --- members

struct View {
  explicit View(std::stop_token stop) : stop_(stop) {} // expected-warning@:33 {{'stop' is gone when this function returns, but member 'stop_' goes on referring to it; keep a copy}} expected-note {{'stop_' gets it here}}
  const std::stop_token &stop_;
};
struct PointerView {
  explicit PointerView(std::stop_token stop) : stop_(&stop) {} // expected-warning {{'stop' is gone}} expected-note {{gets it here}}
  void warns_local() {
    std::stop_source source; // expected-warning {{'source' is gone when this function returns, but member 'source_'}}
    source_ = &source; // expected-note {{gets it here}}
    work();
  }
  void no_warning_set_again() {
    std::stop_source source;
    source_ = &source;
    work();
    source_ = nullptr;
  }
  std::stop_token *stop_;
  std::stop_source *source_ = nullptr;
};
struct WrapperView {
  explicit WrapperView(std::stop_token stop) : stop_(std::cref(stop)) {} // expected-warning {{'stop' is gone}} expected-note {{gets it here}}
  std::reference_wrapper<const std::stop_token> stop_;
};
struct NoWarningView {
  NoWarningView(const std::stop_token &stop, std::stop_token copy)
      : stop_(stop), copy_(copy) {}
  const std::stop_token &stop_;
  std::stop_token copy_;
};

// --- what is there for long enough

void no_warning_value(std::stop_token stop) {
  std::thread([stop] { stop.stop_requested(); }).detach();
}
void no_warning_reference(const std::stop_token &stop) {
  std::thread([&stop] { stop.stop_requested(); }).detach();
}
void no_warning_joined(std::stop_token stop) {
  std::thread worker([&stop] { stop.stop_requested(); });
  work();
  worker.join();
}
void no_warning_jthread(std::stop_token stop) {
  std::jthread worker([&stop] { stop.stop_requested(); });
}
void no_warning_waited(std::stop_token stop) {
  std::promise<void> done;
  std::thread([&] {
    stop.stop_requested();
    done.set_value();
  }).detach();
  done.get_future().wait();
}
void no_warning_async(std::stop_token stop) {
  auto result = std::async([&stop] { return stop.stop_requested(); });
}
void no_warning_in_place(std::stop_token stop, std::vector<int> &items) {
  std::erase_if(items, [&](int) { return stop.stop_requested(); });
  std::for_each(items.begin(), items.end(), [&](int) { stop.stop_requested(); });
}
void no_warning_unknown(std::stop_token stop) {
  run([&stop] { stop.stop_requested(); });
}
void no_warning_static() {
  static std::stop_source source;
  std::thread([&] { source.request_stop(); }).detach();
}
void no_warning_local_function(std::stop_token stop) {
  Job job = [&stop] { stop.stop_requested(); };
  run(job);
}
struct NoWarningUntilDone {
  void run(std::stop_token stop) {
    handler_ = [&stop] { stop.stop_requested(); };
    work();
    handler_ = nullptr;
  }
  void run_threads(std::stop_token stop) {
    threads_.emplace_back([&stop] { stop.stop_requested(); });
    for (std::thread &thread : threads_)
      thread.join();
  }
  Job handler_;
  std::vector<std::thread> threads_;
};
// A member function, or a guard, lets go of it.
bool step(int item);
class Runs {
  std::vector<std::thread> threads_;
  std::function<bool()> stop_; // expected-note 2 {{'stop_' keeps the lambda}}
  std::stop_token *current_ = nullptr;
  void join_all() {
    for (auto &thread : threads_)
      thread.join();
    threads_.clear();
  }
  void reset() {
    stop_ = nullptr;
    current_ = nullptr;
  }
  bool ask() { return stop_ && stop_() && current_; }

public:
  void no_warning_joins(std::stop_token stop) {
    threads_.emplace_back([&stop] { step(stop.stop_requested()); });
    join_all();
  }
  void no_warning_resets(std::stop_token stop) {
    stop_ = [&stop] { return stop.stop_requested(); };
    ask();
    reset();
  }
  void no_warning_resets_pointer(std::stop_token stop) {
    current_ = &stop;
    ask();
    reset();
  }
  void no_warning_guard(std::stop_token stop) {
    stop_ = [&stop] { return stop.stop_requested(); };
    struct Reset {
      Runs &runs;
      ~Reset() { runs.stop_ = nullptr; }
    } guard{*this};
    ask();
  }
  void no_warning_guard_calls(std::stop_token stop) {
    struct Reset {
      Runs &runs;
      ~Reset() { runs.reset(); }
    } guard{*this};
    current_ = &stop;
    ask();
  }
  void no_warning_guard_of_pointer(std::stop_token stop) {
    struct Reset {
      std::stop_token *&pointer;
      ~Reset() { pointer = nullptr; }
    } guard{current_};
    current_ = &stop;
    ask();
  }
  void no_warning_guard_runs_lambda(std::stop_token stop) {
    auto let_go = [this](int *) { current_ = nullptr; };
    int dummy = 0;
    std::unique_ptr<int, decltype(let_go)> guard(&dummy, let_go);
    current_ = &stop;
    ask();
  }
  void warns_only_asks(std::stop_token stop) { // expected-note {{declared here}}
    stop_ = [&stop] { return stop.stop_requested(); }; // expected-warning {{'stop' is captured by reference}}
    // CHECK-FIXES: stop_ = [stop] { return stop.stop_requested(); };
    ask();
  }
  void warns_resets_before(std::stop_token stop) { // expected-warning {{'stop' is gone}}
    reset();
    current_ = &stop; // expected-note {{gets it here}}
    ask();
  }
  void warns_other_guard(std::stop_token stop) { // expected-note {{declared here}}
    struct Lock {
      Runs &runs;
      ~Lock() { runs.join_all(); }
    } guard{*this};
    stop_ = [&stop] { return stop.stop_requested(); }; // expected-warning {{'stop' is captured by reference}}
    // CHECK-FIXES: stop_ = [stop] { return stop.stop_requested(); };
    ask();
  }
};
auto no_warning_other_variable(int item, std::stop_token stop) {
  std::thread([&item] { work(); }).detach();
  return [stop] { return stop.stop_requested(); };
}
int main() {
  std::stop_source source;
  std::thread([&] { source.request_stop(); }).detach();
  work();
}
