// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registrations: when the callback runs, on which thread, and what the
// destructor promises. Every test but the last runs with both token families.
#include "support.hpp"

#include <atomic>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <vector>

namespace {

template <class Family> class Registration : public testing::Test {};
using families = testing::Types<shared_family, inplace_family>;
TYPED_TEST_SUITE(Registration, families);

using callback = std::function<void()>;

TYPED_TEST(Registration, RunsOnceOnTheThreadThatRequests) {
  typename TypeParam::source source;
  int runs = 0;
  std::thread::id ran_on;
  typename TypeParam::template registration<callback> registration(
      source.get_token(), [&] {
        ++runs;
        ran_on = std::this_thread::get_id();
      });
  EXPECT_EQ(runs, 0);
  source.request_cancellation();
  source.request_cancellation();
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TYPED_TEST(Registration, RunsInTheConstructorWhenAlreadyRequested) {
  typename TypeParam::source source;
  source.request_cancellation();
  int runs = 0;
  {
    typename TypeParam::template registration<callback> registration(
        source.get_token(), [&] { ++runs; });
    EXPECT_EQ(runs, 1);
  }
  EXPECT_EQ(runs, 1);
}

TYPED_TEST(Registration, NeverRunsForATokenOfNone) {
  int runs = 0;
  typename TypeParam::template registration<callback> registration(
      TypeParam::token::none(), [&] { ++runs; });
  EXPECT_EQ(runs, 0);
}

TYPED_TEST(Registration, DoesNotRunAfterItsDestruction) {
  typename TypeParam::source source;
  int runs = 0;
  {
    typename TypeParam::template registration<callback> registration(
        source.get_token(), [&] { ++runs; });
  }
  source.request_cancellation();
  EXPECT_EQ(runs, 0);
}

TYPED_TEST(Registration, AnyOfManyCanBeRemovedAndTheOthersRun) {
  for (int removed = 0; removed < 5; ++removed) {
    typename TypeParam::source source;
    int ran[5] = {};
    std::optional<typename TypeParam::template registration<callback>> all[5];
    for (int i = 0; i < 5; ++i)
      all[i].emplace(source.get_token(), [&ran, i] { ++ran[i]; });
    all[removed].reset();
    source.request_cancellation();
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(ran[i], i == removed ? 0 : 1);
  }
}

TYPED_TEST(Registration, CallbackMayDestroyItself) {
  typename TypeParam::source source;
  using registration = typename TypeParam::template registration<callback>;
  std::unique_ptr<registration> self;
  int runs = 0;
  self = std::make_unique<registration>(source.get_token(), [&] {
    ++runs;
    self.reset();
  });
  source.request_cancellation();
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(self, nullptr);
}

TYPED_TEST(Registration, CallbackMayDestroyAnotherThatThenDoesNotRun) {
  typename TypeParam::source source;
  using registration = typename TypeParam::template registration<callback>;
  std::unique_ptr<registration> first, second;
  int runs = 0;
  auto destroy_other = [&](std::unique_ptr<registration> &other) {
    ++runs;
    other.reset();
  };
  first = std::make_unique<registration>(source.get_token(),
                                         [&] { destroy_other(second); });
  second = std::make_unique<registration>(source.get_token(),
                                          [&] { destroy_other(first); });
  source.request_cancellation();
  EXPECT_EQ(runs, 1);
}

TYPED_TEST(Registration, CallbackMayDestroyOneThatHasAlreadyRun) {
  typename TypeParam::source source;
  using registration = typename TypeParam::template registration<callback>;
  std::vector<std::unique_ptr<registration>> all(2);
  int runs = 0;
  auto destroy_both_at_the_end = [&] {
    if (++runs == 2)
      all.clear();
  };
  for (auto &one : all)
    one = std::make_unique<registration>(source.get_token(),
                                         destroy_both_at_the_end);
  source.request_cancellation();
  EXPECT_EQ(runs, 2);
}

TYPED_TEST(Registration, CallbackMayRegisterAndTheNewOneRunsInPlace) {
  typename TypeParam::source source;
  int inner = 0;
  typename TypeParam::template registration<callback> outer(
      source.get_token(), [&] {
        typename TypeParam::template registration<callback> in_place(
            source.get_token(), [&] { ++inner; });
        EXPECT_EQ(inner, 1);
      });
  source.request_cancellation();
  EXPECT_EQ(inner, 1);
}

TYPED_TEST(Registration, CallbackMayRequestAgain) {
  typename TypeParam::source source;
  bool again = true;
  typename TypeParam::template registration<callback> registration(
      source.get_token(), [&] { again = source.request_cancellation(); });
  EXPECT_TRUE(source.request_cancellation());
  EXPECT_FALSE(again);
}

TYPED_TEST(Registration, DestructorWaitsForARunOnAnotherThread) {
  typename TypeParam::source source;
  gate running, go_on;
  std::atomic<bool> finished{false};
  std::optional<typename TypeParam::template registration<callback>>
      registration;
  registration.emplace(source.get_token(), [&] {
    running.open();
    go_on.wait();
    finished = true;
  });
  scoped_thread requester([&] { source.request_cancellation(); });
  running.wait();
  scoped_thread releaser([&] { go_on.open(); });
  registration.reset();
  EXPECT_TRUE(finished);
}

TYPED_TEST(Registration, OthersCanBeRemovedWhileACallbackRuns) {
  typename TypeParam::source source;
  gate running, go_on;
  std::optional<typename TypeParam::template registration<callback>> other;
  int other_ran = 0;
  // Callbacks run in either order, so the first to run holds the second back.
  std::atomic<int> order{0};
  auto block = [&] {
    if (order++ == 0) {
      running.open();
      go_on.wait();
    }
  };
  typename TypeParam::template registration<callback> a(source.get_token(),
                                                        block);
  scoped_thread requester([&] { source.request_cancellation(); });
  running.wait();
  // Registered after the request, so it runs here and removing it is trivial;
  // neither may wait for the callback that is still running.
  other.emplace(source.get_token(), [&] { ++other_ran; });
  EXPECT_EQ(other_ran, 1);
  other.reset();
  EXPECT_FALSE(source.request_cancellation());
  go_on.open();
}

TYPED_TEST(Registration, ThrowingCallbackConstructorRegistersNothing) {
  struct thrower {
    explicit thrower(int) { throw 1; }
    void operator()() const { ADD_FAILURE(); }
  };
  typename TypeParam::source source;
  using registration = typename TypeParam::template registration<thrower>;
  EXPECT_THROW(registration keep(source.get_token(), 1), int);
  source.request_cancellation();
}

TYPED_TEST(Registration, RvalueCallbackIsCalledAsRvalue) {
  struct once {
    int &runs;
    void operator()() && { ++runs; }
  };
  typename TypeParam::source source;
  int runs = 0;
  typename TypeParam::template registration<once> registration(
      source.get_token(), once{runs});
  source.request_cancellation();
  EXPECT_EQ(runs, 1);
}

TYPED_TEST(Registration, CallbackCanBeAReference) {
  typename TypeParam::source source;
  int runs = 0;
  auto count = [&] { ++runs; };
  typename TypeParam::template registration<decltype(count) &> registration(
      source.get_token(), count);
  source.request_cancellation();
  EXPECT_EQ(runs, 1);
}

TYPED_TEST(Registration, ManyThreadsRegisterAndUnregister) {
  typename TypeParam::source source;
  std::atomic<int> begun{0}, runs{0};
  std::vector<std::unique_ptr<scoped_thread>> threads;
  for (int t = 0; t < 4; ++t)
    threads.push_back(std::make_unique<scoped_thread>([&] {
      const auto token = source.get_token();
      ++begun;
      while (!token.is_cancellation_requested()) {
        typename TypeParam::template registration<callback> a(token,
                                                              [&] { ++runs; });
        typename TypeParam::template registration<callback> b(token,
                                                              [&] { ++runs; });
      }
      typename TypeParam::template registration<callback> last(
          token, [&] { runs += 100; });
    }));
  while (begun < 4)
    std::this_thread::yield();
  source.request_cancellation();
  threads.clear();
  EXPECT_GE(runs, 400);     // every last one ran
  EXPECT_LE(runs, 400 + 8); // and each of the others at most once
}

TEST(SharedRegistration, NeverRunsOnceTheLastSourceHasGone) {
  std::optional<cancel::cancellation_source> source(std::in_place);
  const auto token = source->get_token();
  source.reset();
  // NOLINTNEXTLINE(cancel-discarded-callback)
  cancel::cancellation_registration registration(token, [] { FAIL(); });
}

TEST(SharedRegistration, KeepsTheStateAliveWithoutSourceAndToken) {
  std::optional<cancel::cancellation_source> source(std::in_place);
  cancel::cancellation_registration registration(source->get_token(),
                                                 [] { FAIL(); });
  source.reset();
}

TEST(SharedRegistration, CallbackMayDestroyTheSourceThatIsRequesting) {
  auto source = std::make_unique<cancel::cancellation_source>();
  int runs = 0;
  std::optional<cancel::cancellation_registration<callback>> registration;
  registration.emplace(source->get_token(), [&] {
    ++runs;
    source.reset();
    registration.reset();
  });
  EXPECT_TRUE(source->request_cancellation());
  EXPECT_EQ(runs, 1);
}

TEST(SharedRegistrationDeathTest, ExceptionOutOfACallbackTerminates) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  cancel::cancellation_source source;
  cancel::cancellation_registration registration(source.get_token(),
                                                 [] { throw 1; });
  EXPECT_DEATH(source.request_cancellation(), "");
}

} // namespace
