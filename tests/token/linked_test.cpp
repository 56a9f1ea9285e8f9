// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linked sources: any parent cancels the child, and nobody keeps anybody alive.
#include "support.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <vector>

namespace {

using cancel::cancellation_source;
using cancel::cancellation_token;

TEST(Linked, EitherParentCancelsTheChild) {
  for (int which = 0; which < 2; ++which) {
    cancellation_source parents[2];
    auto child = cancellation_source::linked(parents[0].get_token(),
                                             parents[1].get_token());
    EXPECT_FALSE(child.is_cancellation_requested());
    parents[which].request_cancellation();
    EXPECT_TRUE(child.get_token().is_cancellation_requested());
    EXPECT_FALSE(parents[1 - which].is_cancellation_requested());
  }
}

TEST(Linked, ChildDoesNotCancelItsParent) {
  cancellation_source parent;
  auto child = cancellation_source::linked(parent.get_token());
  EXPECT_TRUE(child.request_cancellation());
  EXPECT_FALSE(parent.is_cancellation_requested());
  EXPECT_TRUE(parent.request_cancellation());
}

TEST(Linked, IsCanceledFromTheStartWhenAParentIs) {
  cancellation_source parent, other;
  parent.request_cancellation();
  auto child =
      cancellation_source::linked(other.get_token(), parent.get_token());
  EXPECT_TRUE(child.is_cancellation_requested());
}

TEST(Linked, ParentsThatAreNoneAreAllowed) {
  auto child = cancellation_source::linked(cancellation_token::none());
  EXPECT_FALSE(child.is_cancellation_requested());
  EXPECT_TRUE(child.request_cancellation());
}

TEST(Linked, CallbacksOfTheChildRunWithinTheRequestOfTheParent) {
  cancellation_source parent;
  auto child = cancellation_source::linked(parent.get_token());
  int runs = 0;
  cancel::cancellation_registration registration(child.get_token(),
                                                 [&] { ++runs; });
  parent.request_cancellation();
  EXPECT_EQ(runs, 1);
}

TEST(Linked, LinkLastsAsLongAsAToken) {
  cancellation_source parent;
  const auto token =
      cancellation_source::linked(parent.get_token()).get_token();
  EXPECT_TRUE(token.can_be_canceled());
  parent.request_cancellation();
  EXPECT_TRUE(token.is_cancellation_requested());
}

TEST(Linked, CallbackOnAChildWithoutSourceRunsWhenTheParentRequests) {
  cancellation_source parent;
  int runs = 0;
  cancel::cancellation_registration registration(
      cancellation_source::linked(parent.get_token()).get_token(),
      [&] { ++runs; });
  parent.request_cancellation();
  EXPECT_EQ(runs, 1);
}

TEST(Linked, CannotBeCanceledWhenNeitherSourceNorParentCan) {
  std::optional<cancellation_source> parent(std::in_place);
  const auto token =
      cancellation_source::linked(parent->get_token()).get_token();
  EXPECT_TRUE(token.can_be_canceled());
  parent.reset();
  EXPECT_FALSE(token.can_be_canceled());
}

TEST(Linked, ChildMayGoBeforeItsParentRequests) {
  cancellation_source parent;
  for (int i = 0; i < 1000; ++i)
    (void)cancellation_source::linked(parent.get_token(), parent.get_token());
  EXPECT_TRUE(parent.request_cancellation());
}

TEST(Linked, ParentMayGoBeforeItsChild) {
  std::optional<cancellation_source> parent(std::in_place);
  auto child = cancellation_source::linked(parent->get_token());
  parent.reset();
  EXPECT_TRUE(child.request_cancellation());
}

TEST(Linked, ChainsPassTheRequestDown) {
  cancellation_source top;
  std::vector<cancellation_source> chain{
      cancellation_source::linked(top.get_token())};
  for (int i = 0; i < 100; ++i)
    chain.push_back(cancellation_source::linked(chain.back().get_token()));
  top.request_cancellation();
  EXPECT_TRUE(chain.back().is_cancellation_requested());
}

TEST(Linked, CallbackOfTheChildMayDropTheChild) {
  cancellation_source parent;
  std::optional<cancellation_source> child =
      cancellation_source::linked(parent.get_token());
  std::optional<cancel::cancellation_registration<std::function<void()>>>
      registration;
  registration.emplace(child->get_token(), [&] {
    child.reset();
    registration.reset();
  });
  parent.request_cancellation();
  EXPECT_FALSE(child.has_value());
}

TEST(Linked, BothParentsMayRequestAtOnce) {
  for (int i = 0; i < 300; ++i) {
    cancellation_source a, b;
    auto child = cancellation_source::linked(a.get_token(), b.get_token());
    std::atomic<int> runs{0};
    cancel::cancellation_registration registration(child.get_token(),
                                                   [&] { ++runs; });
    {
      scoped_thread first([&] { a.request_cancellation(); });
      scoped_thread second([&] { b.request_cancellation(); });
    }
    EXPECT_EQ(runs, 1);
  }
}

TEST(Linked, ChildMayDieWhileItsParentRequests) {
  for (int i = 0; i < 300; ++i) {
    cancellation_source parent;
    std::optional<cancellation_source> child =
        cancellation_source::linked(parent.get_token());
    scoped_thread requester([&] { parent.request_cancellation(); });
    child.reset();
  }
}

} // namespace
