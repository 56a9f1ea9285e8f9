// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-uninterruptible-wait -- -std=c++20
// Waits for work that got the token, or an object that carries it.
#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <tuple>
#include <vector>
#include <pthread.h>

using namespace std::chrono_literals;
struct Context {
  std::stop_token token;
  int trace = 0;
};
std::future<int> go(const Context &context, int job);
std::future<int> trace(int level);
std::future<int> start(int job, std::stop_token stop);
std::future<int> start_alone(int job);
std::vector<std::future<int>> start_all(int jobs, std::stop_token stop);
std::tuple<std::future<int>, int> start_with_id(std::stop_token stop);
void handle(int result);
void convert(int file);

// A carrier handed over whole.
int no_warning_carrier(const Context &context) {
  auto result = go(context, 1);
  return result.get();
}
int no_warning_carriers_results(const Context &context) {
  std::vector<std::future<int>> results;
  for (int job = 0; job < 4; ++job)
    results.push_back(go(context, job));
  int sum = 0;
  for (auto &result : results)
    sum += result.get();
  return sum;
}
int no_warning_assigned(const Context &context) {
  std::future<int> result;
  result = go(context, 1);
  return result.get();
}
int no_warning_shared_carrier(std::shared_ptr<const Context> context) {
  auto result = go(*context, 1);
  return result.get();
}
int no_warning_copied_carrier(const Context &context) {
  Context child = context;
  child.trace++;
  auto result = go(child, 1);
  return result.get();
}
int warns_part_of_carrier(const Context &context) {
  auto result = trace(context.trace);
  return result.get(); // expected-warning {{'get' waits, and cancelling 'context.token' cannot interrupt it}}
}
int warns_beside_carrier(const Context &context) {
  auto with = go(context, 1);
  auto without = start_alone(2);
  return with.get() + without.get(); // expected-warning@:31 {{'get' waits}}
}

// Results that are kept somewhere.
int no_warning_map(std::stop_token stop) {
  std::map<int, std::future<int>> results;
  for (int job = 0; job < 9; ++job)
    results.emplace(job, start(job, stop));
  int sum = 0;
  for (auto &[job, result] : results)
    sum += result.get();
  return sum;
}
int no_warning_map_element(std::stop_token stop) {
  std::map<int, std::future<int>> results;
  for (int job = 0; job < 9; ++job)
    results[job] = start(job, stop);
  int sum = 0;
  for (auto &[job, result] : results)
    sum += result.get();
  return sum;
}
int no_warning_optional(std::stop_token stop) {
  std::optional<std::future<int>> running;
  for (int job = 0; job < 9; ++job) {
    auto next = start(job, stop);
    if (running)
      handle(running->get());
    running = std::move(next);
  }
  return running ? running->get() : 0;
}
int no_warning_array(std::stop_token stop) {
  std::future<int> results[2];
  for (int job = 0; job < 2; ++job)
    results[job] = start(job, stop);
  return results[0].get() + results[1].get();
}
int no_warning_tie(std::stop_token stop) {
  std::future<int> result;
  int id = 0;
  std::tie(result, id) = start_with_id(stop);
  return result.get() + id;
}
int no_warning_transform(std::stop_token stop, std::vector<int> &jobs) {
  std::vector<std::future<int>> results;
  std::transform(jobs.begin(), jobs.end(), std::back_inserter(results),
                 [&](int job) { return start(job, stop); });
  int sum = 0;
  for (auto &result : results)
    sum += result.get();
  return sum;
}
int no_warning_for_each(std::stop_token stop) {
  auto results = start_all(3, stop);
  int sum = 0;
  std::for_each(results.begin(), results.end(),
                [&](std::future<int> &result) { sum += result.get(); });
  return sum;
}
void no_warning_member_of_element(std::stop_token stop) {
  struct Worker {
    std::thread thread;
    int number = 0;
  };
  std::vector<Worker> workers(4);
  for (auto &worker : workers)
    worker.thread = std::thread([stop] {
      while (!stop.stop_requested())
        convert(1);
    });
  for (auto &worker : workers)
    worker.thread.join();
}
int warns_map(std::stop_token stop) {
  std::map<int, std::future<int>> results;
  for (int job = 0; job < 9; ++job)
    results.emplace(job, start_alone(job));
  int sum = 0;
  for (auto &[job, result] : results)
    sum += result.get(); // expected-warning {{'get' waits}}
  return sum;
}
int warns_transform(std::stop_token stop, std::vector<int> &jobs) {
  std::vector<std::future<int>> results;
  std::transform(jobs.begin(), jobs.end(), std::back_inserter(results),
                 [&](int job) { return start_alone(job); });
  return results.front().get(); // expected-warning {{'get' waits}}
}
void warns_for_each(std::stop_token stop, std::vector<std::future<int>> &results) {
  std::for_each(results.begin(), results.end(),
                [&](std::future<int> &result) {
                  result.get(); // expected-warning {{'get' waits}}
                });
}

// Members that the same function gave the token.
class Converter {
public:
  void no_warning_thread(std::stop_token stop) {
    thread_ = std::thread([stop] {
      while (!stop.stop_requested())
        convert(1);
    });
    thread_.join();
  }
  void no_warning_threads(std::stop_token stop) {
    for (int i = 0; i < 4; ++i)
      threads_.emplace_back([stop] {
        while (!stop.stop_requested())
          convert(1);
      });
    for (auto &thread : threads_)
      thread.join();
  }
  void no_warning_future(std::stop_token stop) {
    result_ = start(1, stop);
    result_.get();
  }
  void warns_given_nothing(std::stop_token stop) {
    result_ = start_alone(1);
    result_.get(); // expected-warning {{'get' waits}}
  }
  void warns_thread_of_others(std::stop_token stop) {
    thread_.join(); // expected-warning {{'join' waits}}
  }

private:
  std::thread thread_;
  std::vector<std::thread> threads_;
  std::future<int> result_;
};

// Handles of C libraries.
void *work(void *token);
void no_warning_pthread(std::stop_token stop) {
  pthread_t thread;
  pthread_create(&thread, nullptr, work, &stop);
  pthread_join(thread, nullptr);
}
void warns_pthread(std::stop_token stop) {
  pthread_t thread;
  pthread_create(&thread, nullptr, work, nullptr);
  pthread_join(thread, nullptr); // expected-warning {{'pthread_join' waits}}
}

// The result was waited for with a limit.
int no_warning_ready(std::stop_token stop, std::future<int> &result) {
  auto ready = [&] { return result.wait_for(0s) == std::future_status::ready; };
  while (!ready()) {
    if (stop.stop_requested())
      return 0;
    std::this_thread::sleep_for(10ms);
  }
  return result.get();
}

// Left unread on purpose.
void no_warning_left_unread(std::chrono::milliseconds hold) {
  std::jthread holder([hold](std::stop_token stop) {
    (void)stop;
    std::this_thread::sleep_for(hold);
  });
}
void warns_asked_before(std::chrono::milliseconds hold) {
  std::jthread holder([hold](std::stop_token stop) {
    if (!stop.stop_requested())
      std::this_thread::sleep_for(hold); // expected-warning {{'sleep_for' waits, and cancelling 'stop' cannot interrupt it}}
  });
}

// A member function asks, of what it is given.
class Poller {
public:
  int no_warning_member_asks(std::stop_token stop, std::future<int> &result) {
    while (!isReady(result)) {
      if (stop.stop_requested())
        return 0;
      std::this_thread::sleep_for(10ms);
    }
    return result.get();
  }

private:
  bool isReady(std::future<int> &result);
};
