// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CycleAnalysis.h"
#include "CoreFixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

std::string words(const UncheckedCycle &C) {
  std::string Out;
  switch (C.Kind) {
  case UncheckedCycle::Shape::Loop:
    Out = "loop";
    break;
  case UncheckedCycle::Shape::Goto:
    Out = "goto";
    break;
  case UncheckedCycle::Shape::Recursion:
    Out = "recursion";
    break;
  case UncheckedCycle::Shape::Callback:
    Out = "callback";
    break;
  }
  return Out + (C.Endless ? " endless" : "") + (C.Waits ? " waits" : "") +
         (C.OthersChecked ? " others" : "") + (C.IdlePoll ? " idle" : "") +
         (C.Costliest.empty() ? "" : " " + C.Costliest) +
         (C.When.isTrue() ? "" : " if");
}

const std::string Head = R"cpp(
  using T = std::stop_token; using Items = std::vector<int>;
  void work(int); bool again();
  using std::this_thread::sleep_for; using std::chrono::seconds;
  void with(int, T);
)cpp";

/// The cycles of a function in words; they must be where the marks are.
std::vector<std::string> cycles(const std::string &Code,
                                llvm::StringRef Name = "f") {
  Core C(Head + Code);
  std::vector<std::string> Out;
  std::vector<unsigned> Places;
  for (const UncheckedCycle &Cycle : uncheckedCycles(C.function(Name))) {
    Out.push_back(words(Cycle));
    Places.push_back(C.offsetOf(Cycle.Where));
  }
  EXPECT_EQ(Places, C.text().points()) << "of the marks in" << Code;
  return Out;
}

TEST(CycleAnalysisTest, EveryKindOfLoopIsJudged) {
  EXPECT_THAT(cycles("void f(T t) { ^while (again()) work(1); }"),
              ElementsAre("loop if"));
  EXPECT_THAT(cycles("void f(T t, int n) { ^for (int i = 0; i < n; ++i) "
                     "work(i); }"),
              ElementsAre("loop if"));
  EXPECT_THAT(cycles("void f(T t) { ^do work(1); while (again()); }"),
              ElementsAre("loop if"));
  EXPECT_THAT(cycles("void f(T t, Items v) { ^for (int i : v) work(i); }"),
              ElementsAre("loop if"));
}

TEST(CycleAnalysisTest, AWaitIsNoCondition) {
  EXPECT_THAT(cycles("void f(T t, int n) { ^while (n--) sleep_for(seconds(1)); "
                     "}"),
              ElementsAre("loop waits sleep_for"));
  EXPECT_THAT(cycles("void f(T t) { ^while (again()) sleep_for(seconds(1)); }"),
              ElementsAre("loop waits sleep_for if"));
}

TEST(CycleAnalysisTest, OnlyALoopThatNothingElseLeavesIsEndless) {
  EXPECT_THAT(cycles("void f(T t) { ^while (true) work(1); }"),
              ElementsAre("loop endless if"));
  EXPECT_THAT(cycles("void f(T t) { ^for (;;) {} }"),
              ElementsAre("loop endless"));
  EXPECT_THAT(cycles("void f(T t) { ^for (;;) { if (again()) break; work(1); } "
                     "}"),
              ElementsAre("loop if"));
  EXPECT_THAT(cycles("void f(T t, int n) { for (;;) { if (n--) return; } }"),
              IsEmpty());
}

TEST(CycleAnalysisTest, ACheckInTheConditionOrAtTheHeadIsEnough) {
  EXPECT_THAT(cycles("void f(T t) { while (!t.stop_requested()) work(1); }"),
              IsEmpty());
  EXPECT_THAT(cycles("void f(T t, Items v) { for (int i : v) { if "
                     "(t.stop_requested()) break; work(i); } }"),
              IsEmpty());
  EXPECT_THAT(cycles("void f(T t) { do { work(1); } while (again() && "
                     "!t.stop_requested()); }"),
              IsEmpty());
}

TEST(CycleAnalysisTest, APollUnderAnIfLeavesAWayRound) {
  EXPECT_THAT(cycles("void f(T t, bool on) { ^while (again()) { if (on) if "
                     "(t.stop_requested()) return; work(1); } }"),
              ElementsAre("loop others if"));
}

TEST(CycleAnalysisTest, AContinueBeforeTheCheckLeavesAWayRound) {
  Core C(Head + R"cpp(
    void f(T t, Items v) {
      for (int i : v) {
        work(i);
        if ($if^i == 3)
          $continue^continue;
        if (t.stop_requested())
          return;
      }
    })cpp");
  std::vector<UncheckedCycle> Found = uncheckedCycles(C.function());
  ASSERT_EQ(Found.size(), 1u);
  EXPECT_EQ(words(Found[0]), "loop others if");
  ASSERT_EQ(Found[0].Path.size(), 2u);
  EXPECT_EQ(Found[0].Path[0].What, "when this is true ...");
  EXPECT_EQ(Found[0].Path[1].What, "... 'continue' starts the next round");
  EXPECT_EQ(C.offsetOf(Found[0].Path[1].Where), C.text().point("continue"));
}

TEST(CycleAnalysisTest, AnAnswerThatCannotLeaveTheLoopIsIdle) {
  EXPECT_THAT(cycles("void f(T t) { ^while (again()) { if (t.stop_requested()) "
                     "work(0); work(1); } }"),
              ElementsAre("loop idle if"));
  EXPECT_THAT(cycles("void f(T t) { ^while (again()) { t.stop_requested(); "
                     "work(1); } }"),
              ElementsAre("loop if"));
}

TEST(CycleAnalysisTest, ACheckOnlyInALambdaIsNoneUntilItIsCalled) {
  EXPECT_THAT(cycles("void f(T t) { ^while (again()) { auto s = [&] { return "
                     "t.stop_requested(); }; work(1); } }"),
              ElementsAre("loop if"));
  EXPECT_THAT(cycles("void f(T t) { auto s = [&] { return t.stop_requested(); "
                     "}; while (!s()) work(1); }"),
              IsEmpty());
}

TEST(CycleAnalysisTest, ACheckOfAnOwnSourceIsNone) {
  EXPECT_THAT(
      cycles("void f(T t) { std::stop_source own; ^while (again()) { if "
             "(own.stop_requested()) return; work(1); } }"),
      ElementsAre("loop if"));
}

TEST(CycleAnalysisTest, ACheckEveryNRoundsOrEverySoOftenIsOne) {
  EXPECT_THAT(cycles("void f(T t, int n) { for (int i = 0; i < n; ++i) { if (i "
                     "% 100 == 0 && t.stop_requested()) return; work(i); } }"),
              IsEmpty());
  EXPECT_THAT(cycles("void f(T t, int n) { for (int i = 0; i < n; ++i) { if "
                     "((i & 63) == 0 && t.stop_requested()) return; work(i); "
                     "} }"),
              IsEmpty());
  EXPECT_THAT(
      cycles("void f(T t) { int r = 0; while (again()) { if (++r >= 64) "
             "{ r = 0; if (t.stop_requested()) return; } work(1); } }"),
      IsEmpty());
  EXPECT_THAT(cycles(R"cpp(
    using Clock = std::chrono::steady_clock;
    void f(T t, std::chrono::duration every) {
      auto last = Clock::now();
      while (again()) {
        auto now = Clock::now();
        if (now - last > every) {
          if (t.stop_requested()) return;
          last = now;
        }
        work(1);
      }
    })cpp"),
              IsEmpty());
}

TEST(CycleAnalysisTest, LoopsInDisguiseAndShortOnesAreLeftAlone) {
  EXPECT_THAT(cycles("#define ONCE(x) do { x; } while (false)\n"
                     "void f(T t) { ONCE(work(1)); while (false) work(1); do { "
                     "work(1); } while (0); }"),
              IsEmpty());
  EXPECT_THAT(cycles(R"cpp(
    void f(T t, std::array<int, 4> few, std::array<int, 400> many) {
      for (int i = 0; i < 16; ++i) work(i);
      for (int i = 9; i > 0; --i) work(i);
      for (int i : {1, 2, 3}) work(i);
      int own[4]; for (int i : own) work(i);
      for (int i : few) work(i);
      ^for (int i : many) work(i);
      ^for (int i = 0; i < 17; ++i) work(i);
    })cpp"),
              ElementsAre("loop if", "loop if"));
}

TEST(CycleAnalysisTest, BoundsThatNoNumberOfRoundsHoldsAreNotShort) {
  EXPECT_THAT(cycles(R"cpp(
    int next(int);
    void f(T t) {
      ^for (unsigned long i = 0; i != -1ul; i = next(i)) work(1);
      ^for (__int128 i = 0; i < (__int128(1) << 100); ++i) work(1);
      ^for (long i = -__LONG_MAX__; i < __LONG_MAX__; ++i) work(1);
    })cpp"),
              ElementsAre("loop if", "loop if", "loop if"));
}

TEST(CycleAnalysisTest, AHandlerThatSwallowsTheCheckGoesRound) {
  const std::string Model = "namespace cancel { struct cancellation_token { "
                            "void throw_if_cancellation_requested() const; }; "
                            "struct operation_canceled : std::exception {}; }\n"
                            "using CT = cancel::cancellation_token;\n";
  EXPECT_THAT(cycles(Model + "int n; void f(CT t) { ^while (again()) { try { "
                             "t.throw_if_cancellation_requested(); work(1); } "
                             "catch (const cancel::operation_canceled &) { "
                             "n = 1; } } }"),
              ElementsAre("loop others if"));
  // cancel-swallowed-exception's.
  EXPECT_THAT(cycles(Model + "void f(CT t) { while (again()) { try { "
                             "t.throw_if_cancellation_requested(); work(1); } "
                             "catch (...) {} } }"),
              IsEmpty());
  EXPECT_THAT(cycles(Model + "void f(CT t) { while (again()) { try { "
                             "t.throw_if_cancellation_requested(); work(1); } "
                             "catch (...) { throw; } } }"),
              IsEmpty());
  EXPECT_THAT(cycles(Model +
                     "void f(CT t) { while (again()) { try { "
                     "t.throw_if_cancellation_requested(); work(1); } catch "
                     "(const cancel::operation_canceled &) { throw; } catch "
                     "(...) {} } }"),
              IsEmpty());
}

TEST(CycleAnalysisTest, DrainingAfterTheStopWasSeenIsLeftAlone) {
  EXPECT_THAT(cycles("void f(T t) { while (!t.stop_requested()) work(1); while "
                     "(again()) work(2); }"),
              IsEmpty());
  EXPECT_THAT(cycles("void f(T t) { if (t.stop_requested()) { while (again()) "
                     "work(2); } }"),
              IsEmpty());
}

TEST(CycleAnalysisTest, ARegistrationObservesForTheLoop) {
  EXPECT_THAT(cycles("void f(T t, std::function<void()> close) { "
                     "std::stop_callback c(t, close); while "
                     "(again()) work(1); }"),
              IsEmpty());
  EXPECT_THAT(cycles("struct S { T stop_; "
                     "std::optional<std::stop_callback<std::function<void()>>> "
                     "on_; void f() { while (again()) work(1); } };",
                     "S::f"),
              IsEmpty());
}

TEST(CycleAnalysisTest, PassingTheTokenOnIsALook) {
  EXPECT_THAT(cycles("void f(T t, Items v) { for (int i : v) with(i, t); }"),
              IsEmpty());
  // ... unless the callee is known never to look at it.
  EXPECT_THAT(cycles("void deaf(int i, T) { work(i); }"
                     "void f(T t, Items v) { ^for (int i : v) deaf(i, t); }"),
              ElementsAre("loop if"));
}

TEST(CycleAnalysisTest, ACallThatCouldTakeTheTokenIsOneDefectNotTwo) {
  EXPECT_THAT(cycles("void get(int, T = {}); void f(T t, Items v) { for (int i "
                     ": v) get(i); }"),
              IsEmpty());
}

TEST(CycleAnalysisTest, ObjectsAndRangesMadeFromTheTokenLook) {
  const std::string More =
      "struct Reader { bool next(); }; Reader make_reader(T); Items read(T); "
      "struct Lazy { int *begin(); int *end(); }; Lazy stream(T);";
  EXPECT_THAT(cycles(More + "void f(T t) { Reader r = make_reader(t); while "
                            "(r.next()) work(1); }"),
              IsEmpty());
  EXPECT_THAT(cycles(More + "void f(T t) { for (int i : stream(t)) work(i); }"),
              IsEmpty());
  // Numbers ask nobody.
  EXPECT_THAT(cycles(More + "void f(T t) { ^for (int i : read(t)) work(i); }"),
              ElementsAre("loop if"));
}

TEST(CycleAnalysisTest, AMendedInnerLoopMendsTheOuterOne) {
  EXPECT_THAT(cycles("void f(T t, Items v) { for (int o : v) ^for (int i : v) "
                     "work(i + o); }"),
              ElementsAre("loop if"));
  EXPECT_THAT(cycles("void f(T t, Items v) { for (int o : v) for (int i : v) { "
                     "if (t.stop_requested()) return; work(i + o); } }"),
              IsEmpty());
}

TEST(CycleAnalysisTest, GotosMakeCyclesToo) {
  EXPECT_THAT(cycles("void f(T t) { ^next: work(1); if (again()) goto next; }"),
              ElementsAre("goto if"));
  EXPECT_THAT(cycles("void f(T t) { next: if (t.stop_requested()) return; "
                     "work(1); if (again()) goto next; }"),
              IsEmpty());
  EXPECT_THAT(cycles("void f(T t) { if (again()) goto out; work(1); out: "
                     "work(2); }"),
              IsEmpty());
}

TEST(CycleAnalysisTest, RecursionIsACycle) {
  EXPECT_THAT(cycles("void f(T t, int n) { work(n); if (n) ^f(t, n - 1); }"),
              ElementsAre("recursion if"));
  EXPECT_THAT(cycles("void f(T t, int n) { if (t.stop_requested()) return; "
                     "work(n); f(t, n - 1); }"),
              IsEmpty());
  EXPECT_THAT(cycles("int f(T t, int n) { return n ? f(t, n - 1) : 0; }"),
              IsEmpty());
}

TEST(CycleAnalysisTest, AlgorithmsRunTheirCallableAgainAndAgain) {
  EXPECT_THAT(cycles("void f(T t, Items &v) { std::^for_each(v.begin(), "
                     "v.end(), [&](int i) { work(i); }); }"),
              ElementsAre("callback if"));
  EXPECT_THAT(
      cycles("void f(T t, Items &v) { std::for_each(v.begin(), v.end(), "
             "[&](int i) { if (t.stop_requested()) return; work(i); "
             "}); }"),
      IsEmpty());
  EXPECT_THAT(
      cycles("void f(T t, Items &v) { std::for_each(v.begin(), v.end(), "
             "[&](int i) { v.push_back(i); }); }"),
      IsEmpty());
  EXPECT_THAT(cycles("void f(T t) { std::invoke([&] { work(1); }); }"),
              IsEmpty());
}

TEST(CycleAnalysisTest, AConditionThatIsTooLargeIsDropped) {
  // Each callee is asked twice: does it look, and is it long?
  auto code = [](unsigned N) {
    std::string Declared, Called;
    for (unsigned I = 0; I < N; ++I) {
      Declared += "void w" + std::to_string(I) + "(int);";
      Called += "w" + std::to_string(I) + "(1);";
    }
    return Declared + "void f(T t, int n) { while (n--) {" + Called + "} }";
  };
  auto count = [&](unsigned N) {
    Core C(Head + code(N));
    std::vector<UncheckedCycle> Found = uncheckedCycles(C.function());
    return Found.empty() ? 0 : Found[0].When.size();
  };
  static_assert(Condition::MaxAtoms == 64);
  EXPECT_EQ(count(1), 2u);
  EXPECT_EQ(count(32), 64u);
  EXPECT_EQ(count(33), 0u);
}

TEST(CycleAnalysisTest, CoroutinesAreJudgedAndAGeneratorsConsumerDecides) {
  EXPECT_THAT(cycles("Task g(); Task f(T t) { ^while (again()) co_await g(); "
                     "}"),
              ElementsAre("loop waits g if"));
  EXPECT_THAT(cycles("Task f(T t) { while (again()) { co_yield 1; work(1); } "
                     "}"),
              IsEmpty());
}

TEST(CycleAnalysisTest, WithoutATokenInReachNothingIsACycle) {
  EXPECT_THAT(cycles("void f() { while (true) work(1); }"), IsEmpty());
  EXPECT_THAT(cycles("[[clang::annotate(\"cancel::uncancellable\")]] void f(T "
                     "t) { while (true) work(1); }"),
              IsEmpty());
}

} // namespace
