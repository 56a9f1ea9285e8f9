// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits: what ends them, what they say then, and that no wake-up is lost.
#include "support.hpp"

#include <condition_variable>
#include <future>
#include <gtest/gtest.h>
#include <shared_mutex>

namespace {

using namespace std::chrono_literals;
using cancel::wait_status;
using std::chrono::steady_clock;

template <class Family> class Sleep : public testing::Test {};
using families = testing::Types<shared_family, inplace_family>;
TYPED_TEST_SUITE(Sleep, families);

TYPED_TEST(Sleep, LastsAtLeastItsDuration) {
  typename TypeParam::source source;
  const auto begin = steady_clock::now();
  EXPECT_TRUE(cancel::try_sleep_for(5ms, source.get_token()));
  EXPECT_GE(steady_clock::now() - begin, 5ms);
  EXPECT_NO_THROW(
      cancel::sleep_until(steady_clock::now() + 1ms, source.get_token()));
  EXPECT_NO_THROW(cancel::sleep_until(std::chrono::system_clock::now() + 1ms,
                                      source.get_token()));
  EXPECT_NO_THROW(cancel::sleep_for(1ms, TypeParam::token::none()));
}

TYPED_TEST(Sleep, EndsWhenCancellationIsRequested) {
  typename TypeParam::source source;
  scoped_thread requester([&] { source.request_cancellation(); });
  EXPECT_THROW(cancel::sleep_for(1h, source.get_token()),
               cancel::operation_canceled);
}

TYPED_TEST(Sleep, ForEverEndsWhenCancellationIsRequested) {
  typename TypeParam::source source;
  scoped_thread requester([&] { source.request_cancellation(); });
  EXPECT_FALSE(
      cancel::try_sleep_for(std::chrono::hours::max(), source.get_token()));
}

TYPED_TEST(Sleep, IsACancellationPointEvenForNoTime) {
  typename TypeParam::source source;
  source.request_cancellation();
  EXPECT_FALSE(cancel::try_sleep_for(0s, source.get_token()));
  EXPECT_THROW(cancel::sleep_for(0s, source.get_token()),
               cancel::operation_canceled);
  EXPECT_THROW(
      cancel::sleep_until(steady_clock::now() - 1h, source.get_token()),
      cancel::operation_canceled);
}

TEST(SleepException, KnowsTheToken) {
  cancel::cancellation_source source;
  source.request_cancellation();
  try {
    cancel::sleep_for(1h, source.get_token());
    FAIL();
  } catch (const cancel::operation_canceled &reason) {
    EXPECT_EQ(reason.token(), source.get_token());
  }
}

// Condition variables of both kinds, with both families.

struct plain_condition {
  using mutex = std::mutex;
  using lock = std::unique_lock<std::mutex>;
  std::condition_variable condition;
};
struct any_condition {
  using mutex = std::shared_mutex;
  using lock = std::shared_lock<std::shared_mutex>;
  std::condition_variable_any condition;
};
template <class Condition, class Family> struct setup : Condition, Family {};

template <class Setup> class Condition : public testing::Test {};
using setups = testing::Types<setup<plain_condition, shared_family>,
                              setup<plain_condition, inplace_family>,
                              setup<any_condition, shared_family>,
                              setup<any_condition, inplace_family>>;
TYPED_TEST_SUITE(Condition, setups);

TYPED_TEST(Condition, WaitEndsWhenThePredicateHolds) {
  TypeParam s;
  typename TypeParam::source source;
  typename TypeParam::mutex mutex;
  bool ready = false;
  scoped_thread notifier([&] {
    {
      std::lock_guard<typename TypeParam::mutex> lock(mutex);
      ready = true;
    }
    s.condition.notify_all();
  });
  typename TypeParam::lock lock(mutex);
  EXPECT_NO_THROW(cancel::wait(
      s.condition, lock, [&] { return ready; }, source.get_token()));
  EXPECT_TRUE(lock.owns_lock());
  EXPECT_TRUE(ready);
}

TYPED_TEST(Condition, WaitEndsWhenCancellationIsRequested) {
  TypeParam s;
  typename TypeParam::source source;
  typename TypeParam::mutex mutex;
  gate waiting;
  scoped_thread requester([&] {
    waiting.wait();
    source.request_cancellation();
  });
  typename TypeParam::lock lock(mutex);
  auto never = [&] {
    waiting.open();
    return false;
  };
  EXPECT_THROW(cancel::wait(s.condition, lock, never, source.get_token()),
               cancel::operation_canceled);
  EXPECT_TRUE(lock.owns_lock());
}

TYPED_TEST(Condition, RequestMayBeMadeWithTheLockHeld) {
  TypeParam s;
  typename TypeParam::source source;
  typename TypeParam::mutex mutex;
  gate waiting;
  scoped_thread requester([&] {
    waiting.wait();
    std::lock_guard<typename TypeParam::mutex> lock(mutex);
    source.request_cancellation();
  });
  typename TypeParam::lock lock(mutex);
  auto never = [&] {
    waiting.open();
    return false;
  };
  EXPECT_FALSE(cancel::try_wait(s.condition, lock, never, source.get_token()));
}

TYPED_TEST(Condition, PredicateMayRequest) {
  TypeParam s;
  typename TypeParam::source source;
  typename TypeParam::mutex mutex;
  typename TypeParam::lock lock(mutex);
  auto request = [&] {
    source.request_cancellation();
    return false;
  };
  EXPECT_FALSE(
      cancel::try_wait(s.condition, lock, request, source.get_token()));
}

TYPED_TEST(Condition, ThatHoldsWinsOverCancellation) {
  TypeParam s;
  typename TypeParam::source source;
  typename TypeParam::mutex mutex;
  source.request_cancellation();
  typename TypeParam::lock lock(mutex);
  const auto token = source.get_token();
  auto yes = [] { return true; };
  auto no = [] { return false; };
  EXPECT_TRUE(cancel::try_wait(s.condition, lock, yes, token));
  EXPECT_FALSE(cancel::try_wait(s.condition, lock, no, token));
  EXPECT_EQ(cancel::try_wait_for(s.condition, lock, 1h, yes, token),
            wait_status::ready);
  EXPECT_EQ(cancel::try_wait_for(s.condition, lock, 1h, no, token),
            wait_status::canceled);
}

TYPED_TEST(Condition, TimedWaitsSayWhatEndedThem) {
  TypeParam s;
  typename TypeParam::source source;
  typename TypeParam::mutex mutex;
  typename TypeParam::lock lock(mutex);
  const auto token = source.get_token();
  auto yes = [] { return true; };
  auto no = [] { return false; };
  EXPECT_FALSE(cancel::wait_for(s.condition, lock, 1ms, no, token));
  EXPECT_FALSE(cancel::wait_until(s.condition, lock, steady_clock::now() + 1ms,
                                  no, token));
  EXPECT_TRUE(cancel::wait_for(s.condition, lock, 1ms, yes, token));
  EXPECT_EQ(cancel::try_wait_until(s.condition, lock,
                                   std::chrono::system_clock::now() + 1ms, no,
                                   token),
            wait_status::timeout);
  EXPECT_FALSE(
      cancel::wait_for(s.condition, lock, 1ms, no, TypeParam::token::none()));
  scoped_thread requester([&] { source.request_cancellation(); });
  EXPECT_THROW(cancel::wait_for(s.condition, lock, 1h, no, token),
               cancel::operation_canceled);
}

TYPED_TEST(Condition, NoWakeUpIsLost) {
  for (int i = 0; i < 300; ++i) {
    TypeParam s;
    typename TypeParam::source source;
    typename TypeParam::mutex mutex;
    scoped_thread requester([&] { source.request_cancellation(); });
    typename TypeParam::lock lock(mutex);
    EXPECT_FALSE(cancel::try_wait(
        s.condition, lock, [] { return false; }, source.get_token()));
  }
}

TEST(ConditionException, OutOfThePredicateComesThrough) {
  cancel::cancellation_source source;
  std::mutex mutex;
  std::condition_variable condition;
  std::unique_lock<std::mutex> lock(mutex);
  auto broken = []() -> bool { throw 7; };
  EXPECT_THROW(cancel::wait(condition, lock, broken, source.get_token()), int);
  EXPECT_TRUE(lock.owns_lock());
}

TYPED_TEST(Sleep, FutureWaitEndsWhenTheFutureIsReady) {
  typename TypeParam::source source;
  std::promise<int> promise;
  auto future = promise.get_future();
  scoped_thread worker([&] { promise.set_value(3); });
  EXPECT_NO_THROW(cancel::wait(future, source.get_token()));
  EXPECT_EQ(future.get(), 3);
}

TYPED_TEST(Sleep, FutureWaitEndsWhenCancellationIsRequested) {
  typename TypeParam::source source;
  std::promise<int> promise;
  auto future = promise.get_future();
  const auto token = source.get_token();
  scoped_thread requester([&] { source.request_cancellation(); });
  EXPECT_THROW(cancel::wait(future, token), cancel::operation_canceled);
  EXPECT_THROW(cancel::get(future, token), cancel::operation_canceled);
  EXPECT_THROW(cancel::wait_for(future, 1h, token), cancel::operation_canceled);
  EXPECT_FALSE(cancel::try_wait(future, token));
  EXPECT_TRUE(future.valid());
}

TYPED_TEST(Sleep, FutureThatIsReadyWinsOverCancellation) {
  typename TypeParam::source source;
  source.request_cancellation();
  std::promise<int> promise;
  promise.set_value(4);
  auto future = promise.get_future();
  EXPECT_TRUE(cancel::try_wait(future, source.get_token()));
  EXPECT_EQ(cancel::get(std::move(future), source.get_token()), 4);
}

TYPED_TEST(Sleep, TimedFutureWaitsSayWhatEndedThem) {
  typename TypeParam::source source;
  const auto token = source.get_token();
  std::promise<void> promise;
  auto future = promise.get_future().share();
  EXPECT_FALSE(cancel::wait_for(future, 1ms, token));
  EXPECT_FALSE(cancel::wait_for(future, 15ms, token));
  EXPECT_FALSE(cancel::wait_until(future, steady_clock::now() - 1h, token));
  EXPECT_EQ(cancel::try_wait_until(
                future, std::chrono::system_clock::now() + 1ms, token),
            wait_status::timeout);
  promise.set_value();
  EXPECT_TRUE(cancel::wait_for(future, std::chrono::hours::max(), token));
  EXPECT_TRUE(cancel::wait_for(future, 0s, token));
}

TYPED_TEST(Sleep, DeferredFutureRunsUnlessCanceledBefore) {
  typename TypeParam::source source;
  int runs = 0;
  auto task = [&] { return ++runs; };
  auto first = std::async(std::launch::deferred, task);
  EXPECT_EQ(cancel::get(first, source.get_token()), 1);
  source.request_cancellation();
  auto second = std::async(std::launch::deferred, task);
  EXPECT_FALSE(cancel::try_wait(second, source.get_token()));
  EXPECT_EQ(runs, 1);
}

TYPED_TEST(Sleep, GetGivesValuesReferencesAndExceptions) {
  typename TypeParam::source source;
  const auto token = source.get_token();
  std::promise<int &> promise;
  int object = 0;
  promise.set_value(object);
  auto reference = promise.get_future();
  EXPECT_EQ(&cancel::get(reference, token), &object);
  std::promise<void> failing;
  failing.set_exception(std::make_exception_ptr(9));
  auto failed = failing.get_future();
  EXPECT_THROW(cancel::get(failed, token), int);
}

} // namespace
