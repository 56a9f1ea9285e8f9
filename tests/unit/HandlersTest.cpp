// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Handlers.h"
#include "CoreFixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const std::string Head = R"cpp(
  namespace cancel {
  struct cancellation_token {
    bool is_cancellation_requested() const noexcept;
    void throw_if_cancellation_requested() const;
  };
  struct operation_canceled : std::exception {};
  }
  using T = cancel::cancellation_token;
  void a(T); void n(T) noexcept; bool q(); void w();
  struct Own {};
  void own(T t) { if (t.is_cancellation_requested()) throw Own(); }
  void checks(T t) { t.throw_if_cancellation_requested(); w(); }
  void quiet(T t) { try { checks(t); } catch (...) {} }
)cpp";

/// "callee! : types" for each throw of f, "!" where it is certain.
std::vector<std::string> throwsOf(const std::string &Code) {
  Core C(Head + Code);
  const FunctionAnalysis &F = C.function();
  std::vector<std::string> Out;
  for (const CancellationThrow &T : cancellationThrows(F, F.body().written())) {
    std::string One = T.Callee + (T.IsCertain ? "!" : "");
    for (clang::QualType Type : T.Types)
      One += " " + Type.getUnqualifiedType().getAsString(C.context().getPrintingPolicy());
    Out.push_back(One + (T.Token ? " of " + T.TokenName : ""));
  }
  return Out;
}

std::vector<std::string> swallows(const std::string &Code) {
  Core C(Head + Code);
  std::vector<std::string> Out;
  for (const SwallowedCancellation &S : swallowedCancellations(C.function())) {
    const char *const Kinds[] = {"loop", "work", "success", "hidden"};
    Out.push_back(Kinds[unsigned(S.Kind)]);
  }
  return Out;
}

TEST(CancellationThrowsTest, ThrowingChecksAndCallsWithTheToken) {
  EXPECT_THAT(throwsOf("void f(T t) { t.throw_if_cancellation_requested(); }"),
              ElementsAre("throw_if_cancellation_requested! "
                          "cancel::operation_canceled of t"));
  EXPECT_THAT(throwsOf("void f(T t) { a(t); }"),
              ElementsAre("a cancel::operation_canceled of t"));
  EXPECT_THAT(throwsOf("void f(T t) { n(t); w(); }"), IsEmpty());
}

TEST(CancellationThrowsTest, TheBodyOfACalleeTells) {
  EXPECT_THAT(throwsOf("void f(T t) { checks(t); }"),
              ElementsAre("checks! cancel::operation_canceled of t"));
  EXPECT_THAT(throwsOf("void f(T t) { quiet(t); }"), IsEmpty());
  EXPECT_THAT(throwsOf("void f(T t) { own(t); }"),
              ElementsAre("own! Own of t"));
}

TEST(CancellationThrowsTest, WhatOnlyThrowsOnceCancelled) {
  EXPECT_THAT(throwsOf("void f(T t) {"
                       "  if (t.is_cancellation_requested()) throw 1;"
                       "  if (q()) throw Own(); }"),
              ElementsAre("! int of t"));
}

TEST(HandlersTest, TheLoopGoesOn) {
  EXPECT_THAT(
      swallows("void f(T t) { while (q()) try { a(t); } catch (...) {} }"),
      ElementsAre("loop"));
  EXPECT_THAT(swallows("void f(T t) { while (q()) try { a(t); }"
                       " catch (...) { break; } }"),
              IsEmpty());
  // The handler leaves the inner loop only.
  EXPECT_THAT(swallows("void f(T t) { while (q()) for (;;) try { a(t); }"
                       " catch (...) { break; } }"),
              ElementsAre("loop"));
}

TEST(HandlersTest, TheOrderOfHandlers) {
  EXPECT_THAT(
      swallows("void f(T t) { try { a(t); } catch (std::exception &) {}"
               " catch (cancel::operation_canceled &) {} }"),
      ElementsAre("hidden"));
  EXPECT_THAT(
      swallows("void f(T t) { try { a(t); }"
               " catch (cancel::operation_canceled &) {}"
               " catch (std::exception &) {} }"),
      IsEmpty());
}

} // namespace
