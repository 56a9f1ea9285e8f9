// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tokens and sources: what a poll answers, and until when it can change.
#include "support.hpp"

#include <gtest/gtest.h>
#include <optional>

namespace {

template <class Family> class AnyToken : public testing::Test {};
using families = testing::Types<shared_family, inplace_family>;
TYPED_TEST_SUITE(AnyToken, families);

TYPED_TEST(AnyToken, DefaultTokenIsNeverCanceled) {
  const typename TypeParam::token token;
  EXPECT_FALSE(token.is_cancellation_requested());
  EXPECT_FALSE(token.can_be_canceled());
  EXPECT_FALSE(token.stop_requested());
  EXPECT_FALSE(token.stop_possible());
  EXPECT_NO_THROW(token.throw_if_cancellation_requested());
  EXPECT_EQ(token, TypeParam::token::none());
}

TYPED_TEST(AnyToken, TokensOfOneSourceAreEqualAndOthersAreNot) {
  typename TypeParam::source source, other;
  EXPECT_EQ(source.get_token(), source.get_token());
  EXPECT_NE(source.get_token(), other.get_token());
  EXPECT_NE(source.get_token(), TypeParam::token::none());
}

TYPED_TEST(AnyToken, EveryTokenShowsTheRequest) {
  typename TypeParam::source source;
  const auto before = source.get_token();
  const auto copy = before;
  EXPECT_TRUE(before.can_be_canceled());
  EXPECT_FALSE(before.is_cancellation_requested());
  source.request_cancellation();
  EXPECT_TRUE(before.is_cancellation_requested());
  EXPECT_TRUE(copy.stop_requested());
  EXPECT_TRUE(source.get_token().is_cancellation_requested());
  EXPECT_TRUE(source.is_cancellation_requested());
  EXPECT_TRUE(before.can_be_canceled());
}

TYPED_TEST(AnyToken, OnlyTheFirstRequestIsTheOneThatMadeIt) {
  typename TypeParam::source source;
  EXPECT_TRUE(source.request_cancellation());
  EXPECT_FALSE(source.request_cancellation());
  EXPECT_FALSE(source.request_stop());
}

TYPED_TEST(AnyToken, PollOnAnotherThreadSeesTheRequestAndWhatCameBefore) {
  typename TypeParam::source source;
  int written = 0;
  scoped_thread poller([token = source.get_token(), &written] {
    while (!token.is_cancellation_requested())
      std::this_thread::yield();
    EXPECT_EQ(written, 42);
  });
  written = 42;
  source.request_cancellation();
}

TYPED_TEST(AnyToken, ThrowIfRequestedThrowsOnlyAfterTheRequest) {
  typename TypeParam::source source;
  const auto token = source.get_token();
  EXPECT_NO_THROW(token.throw_if_cancellation_requested());
  source.request_cancellation();
  EXPECT_THROW(token.throw_if_cancellation_requested(),
               cancel::operation_canceled);
}

TEST(Token, ExceptionKnowsTheTokenThatThrewIt) {
  cancel::cancellation_source source, other;
  source.request_cancellation();
  try {
    source.get_token().throw_if_cancellation_requested();
    FAIL();
  } catch (const cancel::operation_canceled &reason) {
    EXPECT_EQ(reason.token(), source.get_token());
    EXPECT_NE(reason.token(), other.get_token());
    EXPECT_STREQ(reason.what(), "operation canceled");
  }
}

TEST(Token, ExceptionOfAnInplaceTokenKnowsNone) {
  cancel::inplace_cancellation_source source;
  source.request_cancellation();
  try {
    source.get_token().throw_if_cancellation_requested();
    FAIL();
  } catch (const cancel::operation_canceled &reason) {
    EXPECT_EQ(reason.token(), cancel::cancellation_token::none());
  }
}

TEST(Token, CannotBeCanceledOnceTheLastSourceHasGoneWithoutRequest) {
  std::optional<cancel::cancellation_source> first(std::in_place);
  std::optional<cancel::cancellation_source> second(*first);
  const auto token = first->get_token();
  first.reset();
  EXPECT_TRUE(token.can_be_canceled());
  second.reset();
  EXPECT_FALSE(token.can_be_canceled());
  EXPECT_FALSE(token.is_cancellation_requested());
}

TEST(Token, StaysCanceledWhenTheLastSourceHasGoneAfterTheRequest) {
  std::optional<cancel::cancellation_source> source(std::in_place);
  const auto token = source->get_token();
  source->request_cancellation();
  source.reset();
  EXPECT_TRUE(token.can_be_canceled());
  EXPECT_TRUE(token.is_cancellation_requested());
}

TEST(Token, CopiesOfASourceCancelTheSameTokens) {
  cancel::cancellation_source source;
  cancel::cancellation_source copy = source;
  EXPECT_EQ(source, copy);
  EXPECT_EQ(source.get_token(), copy.get_token());
  copy.request_cancellation();
  EXPECT_TRUE(source.is_cancellation_requested());
}

TEST(Token, AssignedSourceLeavesItsOldTokens) {
  cancel::cancellation_source source, other;
  const auto old = source.get_token();
  source = other;
  EXPECT_FALSE(old.can_be_canceled());
  source.request_cancellation();
  EXPECT_FALSE(old.is_cancellation_requested());
  EXPECT_TRUE(other.is_cancellation_requested());
}

TEST(Token, MovedFromSourceDoesNothing) {
  cancel::cancellation_source source;
  const auto token = source.get_token();
  cancel::cancellation_source target = std::move(source);
  EXPECT_FALSE(
      source.request_cancellation()); // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(source.is_cancellation_requested());
  EXPECT_FALSE(source.can_be_canceled());
  EXPECT_EQ(source.get_token(), cancel::cancellation_token::none());
  source.cancel_after(std::chrono::seconds(0));
  EXPECT_FALSE(token.is_cancellation_requested());
  EXPECT_TRUE(target.request_cancellation());
  EXPECT_TRUE(token.is_cancellation_requested());
}

TEST(Token, MovedFromTokenIsNone) {
  cancel::cancellation_source source;
  auto token = source.get_token();
  const auto target = std::move(token);
  EXPECT_EQ(token, cancel::cancellation_token::none()); // NOLINT
  EXPECT_EQ(target, source.get_token());
}

TEST(Token, SelfAssignmentKeepsTheState) {
  cancel::cancellation_source source;
  auto token = source.get_token();
  const auto &same = token;
  token = same;
  const auto &same_source = source;
  source = same_source;
  source.request_cancellation();
  EXPECT_TRUE(token.is_cancellation_requested());
}

TEST(Token, TaskCanceledIsAnOperationCanceled) {
  cancel::cancellation_source source;
  try {
    throw cancel::task_canceled(source.get_token());
  } catch (const cancel::operation_canceled &reason) {
    EXPECT_EQ(reason.token(), source.get_token());
    EXPECT_STREQ(reason.what(), "task canceled");
  }
}

} // namespace
