// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-spawn-without-token -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>
#include <pthread.h>
#include <unistd.h>

using namespace std::chrono_literals;
struct Page {};
Page fetch(const std::string &url, std::stop_token stop = {});
Page load(const std::string &url);
Page load(const std::string &url, const cancel::cancellation_token &token);
void store(const Page &page);
void log(const std::string &text);
bool again();
void work(int item);
void crawl(std::string url) {
  while (again())
    ::sleep(1);
}
void remember(int item) { (void)item; }
void listen(std::stop_token stop);
struct Job {
  void operator()() const { ::sleep(60); }
};

void warns_sink(std::stop_token stop) {
  std::thread worker([] { store(fetch("/")); }); // expected-warning@:15 {{work that 'thread' starts never sees 'stop', but 'fetch' in it takes a token; hand it on}}
  // CHECK-FIXES: std::thread worker([stop] { store(fetch("/", stop)); });
  worker.join();
}
void warns_sinks(cancel::cancellation_token token, std::string url) {
  auto done = std::async([&url] { // expected-warning@:20 {{'async' starts never sees 'token', but 'load' in it takes a token}}
    // CHECK-FIXES: auto done = std::async([&url, token] {
    store(load(url));
    // CHECK-FIXES: store(load(url, token));
    store(load(url + "/2"));
    // CHECK-FIXES: store(load(url + "/2", token));
  });
  done.get();
}
void warns_default_capture(std::stop_token stop, std::string url) {
  std::jthread worker([&] { fetch(url); }); // expected-warning {{'jthread' starts}}
  // CHECK-FIXES: std::jthread worker([&] { fetch(url, stop); });
}
void warns_waits(std::stop_token stop) {
  std::jthread worker([] { ::sleep(60); }); // expected-warning {{work that 'jthread' starts never sees 'stop'; 'sleep' in it may run long}}
}
void warns_endless(std::stop_token stop, int item) {
  std::thread([item] { // expected-warning {{never sees 'stop', and is an endless loop}}
    while (true)
      work(item);
  }).detach();
}
void warns_function(std::stop_token stop) {
  std::thread worker(crawl, "/"); // expected-warning {{'sleep' in it may run long}}
  worker.detach();
}
void warns_bound(std::stop_token stop) {
  auto done = std::async(std::launch::async, std::bind(&crawl, "/")); // expected-warning {{'sleep' in it may run long}}
  done.get();
}
void warns_functor(std::stop_token stop) {
  std::thread worker{Job()}; // expected-warning {{'sleep' in it may run long}}
  worker.join();
}
void warns_elsewhere(std::stop_token stop) {
  std::thread worker([] { // expected-warning {{'work' in it may run long}}
    for (int i = 0; i < 1000000; ++i)
      work(i);
  });
  worker.join();
}
void warns_named_lambda(std::stop_token stop) {
  auto crawler = [] { crawl("/"); };
  std::thread worker(crawler); // expected-warning {{'crawl' in it may run long}}
  worker.join();
}
void warns_in_container(std::stop_token stop) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] { fetch("/"); }); // expected-warning@:13 {{work that 'emplace_back' starts never sees 'stop'}}
  // CHECK-FIXES: threads.emplace_back([stop] { fetch("/", stop); });
  for (std::thread &thread : threads)
    thread.join();
}
void warns_factory(std::stop_token stop) {
  auto worker = std::make_unique<std::thread>([] { fetch("/"); }); // expected-warning {{'make_unique' starts}}
  // CHECK-FIXES: auto worker = std::make_unique<std::thread>([stop] { fetch("/", stop); });
  worker->join();
}
void warns_task(std::stop_token stop) {
  std::packaged_task<void()> task([] { fetch("/"); }); // expected-warning {{'packaged_task' starts}}
  // CHECK-FIXES: std::packaged_task<void()> task([stop] { fetch("/", stop); });
  std::thread worker(std::move(task));
  worker.join();
}
void *run_crawl(void *) {
  crawl("/");
  return nullptr;
}
void warns_posix(std::stop_token stop) {
  pthread_t thread;
  pthread_create(&thread, nullptr, run_crawl, nullptr); // expected-warning {{'pthread_create' starts}}
}
template <class Url> void warns_in_template(std::stop_token stop, Url url) {
  std::thread worker([url] { fetch(url); }); // expected-warning {{'thread' starts}}
  // CHECK-FIXES: std::thread worker([url, stop] { fetch(url, stop); });
  worker.join();
}
template void warns_in_template(std::stop_token, const char *);
#define START(body) std::thread([] { body; }).detach()
void warns_macro(std::stop_token stop) {
  START(fetch("/")); // expected-warning {{'thread' starts}}
}

void no_warning_no_token() {
  std::thread worker([] { fetch("/"); });
  worker.join();
}
void no_warning_captured(std::stop_token stop) {
  std::thread worker([stop] { fetch("/", stop); });
  worker.join();
}
void no_warning_captured_by_default(std::stop_token stop) {
  std::thread worker([&] {
    while (!stop.stop_requested())
      work(1);
  });
  worker.join();
}
void no_warning_argument(std::stop_token stop) {
  std::thread worker(listen, stop);
  worker.join();
}
void no_warning_own_source(std::stop_token stop) {
  std::stop_source inner;
  std::stop_callback link(stop, [&] { inner.request_stop(); });
  std::thread worker([token = inner.get_token()] { fetch("/", token); });
  worker.join();
}
void no_warning_own_token(std::stop_token stop) {
  std::jthread worker([](std::stop_token own) { fetch("/", own); });
}
struct Request {
  std::string url;
  std::stop_token stop;
};
void serve(const Request &request) { fetch(request.url, request.stop); }
void no_warning_carrier(const Request &request) {
  std::thread worker([&] { serve(request); });
  worker.join();
}
void no_warning_registration(std::stop_token stop, std::function<void()> close) {
  std::stop_callback onStop(stop, close);
  std::thread worker(crawl, "/");
  worker.join();
}
void no_warning_flag(std::stop_token stop) {
  std::atomic<bool> done{false};
  std::thread heartbeat([&] {
    while (!done)
      ::sleep(1);
  });
  listen(stop);
  done = true;
  heartbeat.join();
}
std::atomic<bool> shutting_down;
void no_warning_global_flag(std::stop_token stop) {
  std::thread([] {
    while (!shutting_down)
      ::sleep(1);
  }).detach();
}
void no_warning_cheap(std::stop_token stop) {
  auto done = std::async([] { remember(1); });
  std::thread([] { log("started"); }).detach();
  done.get();
}
int no_warning_waited_with_token(cancel::cancellation_token token) {
  auto result = std::async([] {
    ::sleep(5);
    return 1;
  });
  return cancel::get(result, token);
}
void no_warning_watched(std::stop_token stop) {
  auto result = std::async([] { ::sleep(5); });
  while (result.wait_for(10ms) != std::future_status::ready)
    if (stop.stop_requested())
      return;
}
class Server {
  std::thread thread_;
  std::vector<std::thread> pool_;
  void run() { ::sleep(60); }

public:
  void no_warning_kept(std::stop_token stop) {
    thread_ = std::thread([this] { run(); });
    pool_.emplace_back(&Server::run, this);
  }
  ~Server() { std::thread(crawl, "/").detach(); }
};
class Poller {
  std::stop_token stop_;
  void run() { fetch("/", stop_); }

public:
  void no_warning_member(std::stop_token stop) {
    std::thread([this] { run(); }).detach();
  }
};
void no_warning_handler(std::stop_token stop) {
  try {
    fetch("/", stop);
  } catch (...) {
    std::thread(crawl, "/undo").detach();
  }
}
// Runs before it returns: cancel-check-in-loop judges it.
void no_warning_in_place(std::stop_token stop, std::vector<int> &items) {
  std::for_each(items.begin(), items.end(), [](int item) { work(item); });
}
void no_warning_unknown(std::stop_token stop, std::function<void()> job) {
  std::thread worker(job);
  worker.join();
}
void no_warning_moved(std::stop_token stop, std::thread &given) {
  std::thread worker(std::move(given));
  worker.join();
}

// --- a pool that the object has ------------------------------------------------
namespace folly {
class Executor {
public:
  virtual ~Executor();
  virtual void add(std::function<void()> work);
};
} // namespace folly
class Importer {
public:
  void warns_member_pool(std::vector<std::string> urls, std::stop_token stop) {
    if (stop.stop_requested())
      return;
    pool_->add([this, urls] { // expected-warning {{work that 'add' starts never sees 'stop'; 'keep' in it may run long}}
      for (const std::string &url : urls)
        keep(url);
    });
  }
  // It serves the object, not this call.
  void no_warning_service(std::stop_token stop) {
    if (stop.stop_requested())
      return;
    pool_->add([this] { ::sleep(60); });
    threads_.emplace_back([this] { ::sleep(60); });
  }

private:
  void keep(const std::string &url) { ::sleep(60); }
  std::shared_ptr<folly::Executor> pool_;
  std::vector<std::thread> threads_;
};

// --- a member's token ----------------------------------------------------------
class Crawler {
public:
  void warns_member_token(std::string url) {
    if (stop_.stop_requested())
      return;
    auto page = std::async(std::launch::async, [url] { return fetch(url); }); // expected-warning@:22 {{work that 'async' starts never sees 'stop_', but 'fetch' in it takes a token}}
    // CHECK-FIXES: auto page = std::async(std::launch::async, [url, stop_ = stop_] { return fetch(url, stop_); });
    auto more = std::async(std::launch::async, [&] { return fetch(url); }); // expected-warning@:22 {{'async'}}
    // CHECK-FIXES: auto more = std::async(std::launch::async, [&, stop_ = stop_] { return fetch(url, stop_); });
    auto none = std::async(std::launch::async, [] { ::sleep(60); }); // expected-warning@:22 {{'sleep' in it may run long}}
  }
  void warns_member_token_passed(std::string url) {
    fetch(url, stop_);
    std::thread(crawl, url).detach(); // expected-warning {{never sees 'stop_'}}
  }
  void no_warning_member_token_unused(std::string url) {
    auto page = std::async(std::launch::async, [url] { return fetch(url); });
  }
  // What is the object's may be ended with it.
  void no_warning_member_token_own_state(std::string url) {
    if (stop_.stop_requested())
      return;
    auto page = std::async(std::launch::async, [this, url] { return fetch(url); });
    auto state = state_;
    auto more = std::async(std::launch::async, [url, state] { return fetch(url); });
    auto rest = std::async(std::launch::async, [url, state = state_] { return fetch(url); });
    std::thread(crawl, base_).detach();
  }
  void stop(std::string url) {
    if (stop_.stop_requested())
      return;
    auto page = std::async(std::launch::async, [url] { return fetch(url); });
  }

private:
  std::stop_token stop_;
  std::shared_ptr<int> state_;
  std::string base_;
};

// The flag that ends it is a part of what it refers to.
struct Log {
  bool full = false, end = false;
  std::atomic<bool> closed{false};
  int lines = 0;
};
void no_warning_member_flag(std::stop_token stop) {
  Log log;
  std::thread writer([&] {
    while (!log.end)
      ::sleep(1);
  });
  listen(stop);
  log.end = true;
  writer.join();
}
void no_warning_shared_flag(std::stop_token stop) {
  auto log = std::make_shared<Log>();
  std::thread writer([log] {
    while (!log->closed)
      ::sleep(1);
  });
  listen(stop);
  log->closed.store(true);
  writer.join();
}
void warns_member_set_before(std::stop_token stop) {
  Log log;
  log.end = false;
  std::thread writer([&] { // expected-warning {{work that 'thread' starts never sees 'stop'}}
    while (!log.end)
      ::sleep(1);
  });
  listen(stop);
  log.lines = 1;
  writer.join();
}
