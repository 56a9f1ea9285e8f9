// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// cancel::run: when the function starts, and what its end means.
#include "support.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

using cancel::cancellation_source;
using cancel::cancellation_token;

TEST(Run, GivesTheResult) {
  cancellation_source source;
  auto number = cancel::run([] { return 5; }, source.get_token());
  EXPECT_EQ(number.get(), 5);
  auto nothing = cancel::run([] {}, cancellation_token::none());
  EXPECT_NO_THROW(nothing.get());
}

TEST(Run, PassesTheTokenToAFunctionThatTakesOne) {
  cancellation_source source;
  auto same = cancel::run(
      [&](cancellation_token token) { return token == source.get_token(); },
      source.get_token());
  EXPECT_TRUE(same.get());
}

TEST(Run, AcceptsFunctionsThatCanOnlyBeMoved) {
  auto text = std::make_unique<std::string>("moved");
  auto future = cancel::run([text = std::move(text)] { return *text; },
                            cancellation_token::none());
  EXPECT_EQ(future.get(), "moved");
}

TEST(Run, RunsOnAThreadOfItsOwn) {
  auto id = cancel::run([] { return std::this_thread::get_id(); },
                        cancellation_token::none());
  EXPECT_NE(id.get(), std::this_thread::get_id());
}

TEST(Run, StartsNothingWhenAlreadyCanceled) {
  cancellation_source source;
  source.request_cancellation();
  bool started = false;
  auto future = cancel::run([&] { started = true; }, source.get_token());
  try {
    future.get();
    FAIL();
  } catch (const cancel::task_canceled &reason) {
    EXPECT_EQ(reason.token(), source.get_token());
  }
  EXPECT_FALSE(started);
}

TEST(Run, CancellationOfItsOwnTokenCancelsTheTask) {
  cancellation_source source;
  gate started;
  auto future = cancel::run(
      [&](const cancellation_token &token) {
        started.open();
        cancel::sleep_for(std::chrono::hours(1), token);
      },
      source.get_token());
  started.wait();
  source.request_cancellation();
  EXPECT_THROW(future.get(), cancel::task_canceled);
}

TEST(Run, CancellationOfAnotherTokenIsAFailureOfTheFunction) {
  cancellation_source source, inner;
  inner.request_cancellation();
  auto future =
      cancel::run([&] { inner.get_token().throw_if_cancellation_requested(); },
                  source.get_token());
  try {
    future.get();
    FAIL();
  } catch (const cancel::task_canceled &) {
    FAIL();
  } catch (const cancel::operation_canceled &reason) {
    EXPECT_EQ(reason.token(), inner.get_token());
  }
}

TEST(Run, OperationCanceledWithoutARequestIsAFailureOfTheFunction) {
  cancellation_source source;
  auto future =
      cancel::run([&] { throw cancel::operation_canceled(source.get_token()); },
                  source.get_token());
  EXPECT_THROW(
      {
        try {
          future.get();
        } catch (const cancel::task_canceled &) {
          FAIL();
        }
      },
      cancel::operation_canceled);
}

TEST(Run, OtherExceptionsComeThrough) {
  auto future = cancel::run([] { throw std::runtime_error("broken"); },
                            cancellation_token::none());
  EXPECT_THROW(future.get(), std::runtime_error);
}

TEST(Run, ResultAfterTheRequestIsAResult) {
  cancellation_source source;
  gate started, go_on;
  auto future = cancel::run(
      [&] {
        started.open();
        go_on.wait();
        return 1;
      },
      source.get_token());
  started.wait();
  source.request_cancellation();
  go_on.open();
  EXPECT_EQ(future.get(), 1);
}

TEST(Run, NoTaskOutlivesItsFuture) {
  cancellation_source source;
  bool ended = false;
  gate started;
  {
    auto future = cancel::run(
        [&](const cancellation_token &token) {
          started.open();
          while (!token.is_cancellation_requested())
            std::this_thread::yield();
          ended = true;
        },
        source.get_token());
    started.wait();
    source.request_cancellation();
  }
  EXPECT_TRUE(ended);
}

TEST(Run, FutureCanBeWaitedForWithAToken) {
  cancellation_source source;
  auto task = cancel::run([] { return 2; }, source.get_token());
  EXPECT_EQ(cancel::get(task, source.get_token()), 2);
}

} // namespace
