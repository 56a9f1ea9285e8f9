// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conversions from and to std::stop_token, and waits that take one. C++20.
#include "support.hpp"

#include <gtest/gtest.h>
#include <optional>

#if !CANCEL_HAS_STD_STOP_TOKEN
#error "built as C++20 with a library that has std::stop_token"
#endif

namespace {

using cancel::cancellation_source;
using cancel::cancellation_token;

bool polls_ours(cancellation_token token) {
  return token.is_cancellation_requested();
}
bool polls_std(std::stop_token token) { return token.stop_requested(); }

TEST(FromStd, FollowsTheStopSource) {
  std::stop_source source;
  cancellation_token token = source.get_token();
  EXPECT_TRUE(token.can_be_canceled());
  EXPECT_FALSE(token.is_cancellation_requested());
  int runs = 0;
  cancel::cancellation_registration registration(token, [&] { ++runs; });
  source.request_stop();
  EXPECT_TRUE(token.is_cancellation_requested());
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(polls_ours(source.get_token()));
}

TEST(FromStd, TokenThatCannotStopIsNone) {
  EXPECT_EQ(cancellation_token(std::stop_token()), cancellation_token::none());
  std::optional<std::stop_source> source(std::in_place);
  cancellation_token token = source->get_token();
  source.reset();
  EXPECT_FALSE(token.can_be_canceled());
}

TEST(FromStd, IsCanceledWhenItWasStoppedBefore) {
  std::stop_source source;
  source.request_stop();
  EXPECT_TRUE(
      cancellation_token(source.get_token()).is_cancellation_requested());
}

TEST(FromStd, CanBeAParent) {
  std::stop_source source;
  auto child = cancellation_source::linked(source.get_token(),
                                           cancellation_token::none());
  source.request_stop();
  EXPECT_TRUE(child.is_cancellation_requested());
}

TEST(ToStd, FollowsTheSource) {
  cancellation_source source;
  const auto token = source.get_token();
  std::stop_token converted = token;
  EXPECT_TRUE(converted.stop_possible());
  EXPECT_FALSE(converted.stop_requested());
  int runs = 0;
  std::stop_callback on_stop(converted, [&] { ++runs; });
  source.request_cancellation();
  EXPECT_TRUE(converted.stop_requested());
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(polls_std(token));
}

TEST(ToStd, IsStoppedWhenItWasCanceledBefore) {
  cancellation_source source;
  source.request_cancellation();
  EXPECT_TRUE(polls_std(source.get_token()));
}

TEST(ToStd, ConversionsOfEqualTokensAreEqual) {
  cancellation_source source;
  std::stop_token a = source.get_token(), b = source.get_token();
  EXPECT_EQ(a, b);
}

TEST(ToStd, NoneCannotStop) {
  std::stop_token token = cancellation_token::none();
  EXPECT_FALSE(token.stop_possible());
}

TEST(ToStd, MayBeConvertedByManyThreadsAtOnce) {
  for (int i = 0; i < 200; ++i) {
    cancellation_source source;
    std::stop_token a, b;
    {
      scoped_thread first([&] { a = source.get_token(); });
      scoped_thread second([&] { b = source.get_token(); });
      scoped_thread third([&] { source.request_cancellation(); });
    }
    EXPECT_EQ(a, b);
    EXPECT_TRUE(a.stop_requested());
  }
}

TEST(ToStd, SurvivesTheStateItCameFrom) {
  std::optional<cancellation_source> source(std::in_place);
  std::stop_token token = source->get_token();
  source.reset();
  EXPECT_FALSE(token.stop_requested());
  EXPECT_FALSE(token.stop_possible());
}

static_assert(cancel::is_stoppable_token_v<std::stop_token>);
static_assert(
    std::is_same_v<cancel::registration_for<std::stop_token, void (*)()>,
                   std::stop_callback<void (*)()>>);

TEST(StdWait, SleepAndConditionTakeAStopToken) {
  std::stop_source source;
  std::mutex mutex;
  std::condition_variable condition;
  scoped_thread requester([&] { source.request_stop(); });
  EXPECT_FALSE(
      cancel::try_sleep_for(std::chrono::hours(1), source.get_token()));
  std::unique_lock<std::mutex> lock(mutex);
  EXPECT_THROW(cancel::wait(
                   condition, lock, [] { return false; }, source.get_token()),
               cancel::operation_canceled);
}

} // namespace
