// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Deadlines: that they fire, in order, on one thread, and leave nothing behind.
#include "support.hpp"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <vector>

namespace {

using namespace std::chrono_literals;
using cancel::cancellation_source;
using std::chrono::steady_clock;

std::size_t queued() { return cancel::detail::timer::instance().size(); }

TEST(Deadline, CancelsWhenItPasses) {
  cancellation_source source;
  const auto begin = steady_clock::now();
  gate fired;
  cancel::cancellation_registration registration(source.get_token(),
                                                 [&] { fired.open(); });
  source.cancel_after(5ms);
  fired.wait();
  EXPECT_GE(steady_clock::now() - begin, 5ms);
  EXPECT_TRUE(source.is_cancellation_requested());
}

TEST(Deadline, ThatHasPassedCancelsAtOnceOnThisThread) {
  for (auto duration : {0ms, -5ms}) {
    cancellation_source source;
    std::thread::id ran_on;
    cancel::cancellation_registration registration(
        source.get_token(), [&] { ran_on = std::this_thread::get_id(); });
    source.cancel_after(duration);
    EXPECT_EQ(ran_on, std::this_thread::get_id());
  }
  cancellation_source source;
  source.cancel_at(std::chrono::system_clock::time_point::min());
  EXPECT_TRUE(source.is_cancellation_requested());
}

TEST(Deadline, AcceptsOtherClocks) {
  cancellation_source source;
  gate fired;
  cancel::cancellation_registration registration(source.get_token(),
                                                 [&] { fired.open(); });
  source.cancel_at(std::chrono::system_clock::now() + 2ms);
  fired.wait();
}

TEST(Deadline, FiresInTheOrderOfTimeNotOfArming) {
  cancellation_source sources[3];
  std::mutex mutex;
  std::vector<int> order;
  gate all;
  auto note = [&](int i) {
    std::lock_guard<std::mutex> lock(mutex);
    order.push_back(i);
    if (order.size() == 3)
      all.open();
  };
  cancel::cancellation_registration a(sources[0].get_token(), [&] { note(0); });
  cancel::cancellation_registration b(sources[1].get_token(), [&] { note(1); });
  cancel::cancellation_registration c(sources[2].get_token(), [&] { note(2); });
  const auto now = steady_clock::now() + 20ms;
  sources[2].cancel_at(now + 3ms);
  sources[0].cancel_at(now + 1ms);
  sources[1].cancel_at(now + 2ms);
  all.wait();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST(Deadline, AllSourcesShareOneThread) {
  constexpr int count = 50;
  std::vector<cancellation_source> sources(count);
  std::vector<std::thread::id> ran_on(count);
  std::atomic<int> left{count};
  gate all;
  using callback = std::function<void()>;
  std::vector<std::unique_ptr<cancel::cancellation_registration<callback>>>
      registrations;
  for (int i = 0; i < count; ++i) {
    registrations.push_back(
        std::make_unique<cancel::cancellation_registration<callback>>(
            sources[i].get_token(), [&, i] {
              ran_on[i] = std::this_thread::get_id();
              if (--left == 0)
                all.open();
            }));
    sources[i].cancel_at(steady_clock::now() + 10ms);
  }
  all.wait();
  for (auto id : ran_on)
    EXPECT_EQ(id, ran_on[0]);
  EXPECT_NE(ran_on[0], std::this_thread::get_id());
}

TEST(Deadline, LaterCallReplacesTheDeadline) {
  cancellation_source source;
  gate fired;
  cancel::cancellation_registration registration(source.get_token(),
                                                 [&] { fired.open(); });
  source.cancel_after(1h);
  EXPECT_EQ(queued(), 1u);
  source.cancel_after(2h);
  EXPECT_EQ(queued(), 1u);
  source.cancel_after(1ms);
  fired.wait();
}

TEST(Deadline, TooFarAwayMeansNever) {
  cancellation_source source;
  source.cancel_after(1h);
  EXPECT_EQ(queued(), 1u);
  source.cancel_after(std::chrono::hours::max());
  EXPECT_EQ(queued(), 0u);
  source.cancel_at(steady_clock::time_point::max());
  source.cancel_after(std::chrono::duration<double>(1e300));
  EXPECT_EQ(queued(), 0u);
  EXPECT_FALSE(source.is_cancellation_requested());
}

TEST(Deadline, IsRemovedWhenCancellationIsRequestedBefore) {
  cancellation_source source;
  source.cancel_after(1h);
  EXPECT_EQ(queued(), 1u);
  source.request_cancellation();
  EXPECT_EQ(queued(), 0u);
  source.cancel_after(1h);
  EXPECT_EQ(queued(), 0u);
}

TEST(Deadline, IsRemovedWhenNobodyIsLeft) {
  {
    cancellation_source source;
    source.cancel_after(1h);
    EXPECT_EQ(queued(), 1u);
  }
  EXPECT_EQ(queued(), 0u);
}

TEST(Deadline, OutlivesTheSourceWhileThereAreTokens) {
  std::optional<cancellation_source> source(std::in_place);
  const auto token = source->get_token();
  gate fired;
  cancel::cancellation_registration registration(token, [&] { fired.open(); });
  source->cancel_after(2ms);
  source.reset();
  fired.wait();
  EXPECT_TRUE(token.is_cancellation_requested());
}

TEST(Deadline, CountsAsAbleToCancel) {
  std::optional<cancellation_source> source(std::in_place);
  const auto token = source->get_token();
  source->cancel_after(1h);
  source.reset();
  EXPECT_TRUE(token.can_be_canceled());
}

TEST(Deadline, CallbackMaySetAndDropOtherDeadlines) {
  cancellation_source first, second;
  std::optional<cancellation_source> third(std::in_place);
  third->cancel_after(1h);
  gate fired;
  cancel::cancellation_registration a(first.get_token(), [&] {
    third.reset();
    second.cancel_after(1ms);
  });
  cancel::cancellation_registration b(second.get_token(),
                                      [&] { fired.open(); });
  first.cancel_after(1ms);
  fired.wait();
  EXPECT_EQ(queued(), 0u);
}

TEST(Deadline, LinkedSourceFollowsParentAndDeadline) {
  cancellation_source parent;
  auto child = cancellation_source::linked(parent.get_token());
  child.cancel_after(1h);
  parent.request_cancellation();
  EXPECT_TRUE(child.is_cancellation_requested());
  EXPECT_EQ(queued(), 0u);
}

TEST(Deadline, MayRaceWithRequestAndDestruction) {
  for (int i = 0; i < 500; ++i) {
    std::optional<cancellation_source> source(std::in_place);
    auto token = source->get_token();
    source->cancel_after(std::chrono::microseconds(i % 60 + 1));
    scoped_thread other([copy = *source] { copy.request_cancellation(); });
    source.reset();
  }
  EXPECT_EQ(queued(), 0u);
}

} // namespace
