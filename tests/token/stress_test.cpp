// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything at once for a bounded number of rounds, for the sanitizers: what
// holds afterwards is that each callback ran at most once, none after its
// registration, and that nothing is left over.
#include "support.hpp"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace {

using namespace std::chrono_literals;
using cancel::cancellation_source;
using cancel::cancellation_token;

/// A callback that knows whether it may run.
struct guarded {
  std::atomic<int> *runs;
  std::atomic<bool> *alive;
  void operator()() const {
    EXPECT_TRUE(*alive);
    EXPECT_EQ(++*runs, 1);
  }
};

// NOLINTNEXTLINE(cancel-token-position)
void use(const cancellation_token &token, unsigned seed) {
  std::minstd_rand random(seed);
  while (!token.is_cancellation_requested()) {
    std::atomic<int> runs{0};
    std::atomic<bool> alive{true};
    auto child = cancellation_source::linked(token);
    if (random() % 4 == 0)
      child.cancel_after(std::chrono::microseconds(random() % 200));
    {
      cancel::cancellation_registration a(token, [] {});
      cancel::cancellation_registration b(child.get_token(),
                                          guarded{&runs, &alive});
      if (random() % 3 == 0)
        child.request_cancellation();
      else if (random() % 3 == 0)
        (void)cancel::try_sleep_for(20us, child.get_token());
    }
    alive = false;
  }
}

TEST(Stress, LinksDeadlinesAndRegistrationsFromManyThreads) {
  const auto end = std::chrono::steady_clock::now() + 1s;
  for (unsigned round = 0;
       round < 200 && std::chrono::steady_clock::now() < end; ++round) {
    cancellation_source source;
    std::vector<std::unique_ptr<scoped_thread>> threads;
    for (unsigned t = 0; t < 4; ++t)
      threads.push_back(std::make_unique<scoped_thread>(
          [token = source.get_token(), seed = round * 4 + t + 1] {
            use(token, seed);
          }));
    source.cancel_after(2ms);
    threads.clear();
  }
  EXPECT_EQ(cancel::detail::timer::instance().size(), 0u);
}

TEST(Stress, RegistrationDiesWhileItsCallbackRuns) {
  for (int round = 0; round < 2000; ++round) {
    cancellation_source source;
    auto target = std::make_unique<std::atomic<int>>(0);
    using callback = std::function<void()>;
    std::optional<cancel::cancellation_registration<callback>> registration;
    registration.emplace(source.get_token(), [&] { ++*target; });
    scoped_thread requester([source] { source.request_cancellation(); });
    registration.reset();
    EXPECT_LE(*target, 1);
    target.reset(); // a late callback would be seen by the sanitizers
  }
}

TEST(Stress, ProducersAndConsumersStopTogether) {
  for (int round = 0; round < 50; ++round) {
    cancellation_source source;
    std::mutex mutex;
    std::condition_variable changed;
    int items = 0;
    std::atomic<int> stopped{0};
    std::vector<std::unique_ptr<scoped_thread>> threads;
    for (int t = 0; t < 4; ++t)
      threads.push_back(std::make_unique<scoped_thread>([&, t] {
        const auto token = source.get_token();
        try {
          for (;;) {
            std::unique_lock<std::mutex> lock(mutex);
            if (t % 2) {
              ++items;
              token.throw_if_cancellation_requested();
              changed.notify_one();
            } else {
              cancel::wait(changed, lock, [&] { return items > 0; }, token);
              --items;
              token.throw_if_cancellation_requested();
            }
          }
        } catch (const cancel::operation_canceled &) {
          ++stopped;
        }
      }));
    source.cancel_after(1ms);
    threads.clear();
    EXPECT_EQ(stopped, 4);
  }
}

} // namespace
