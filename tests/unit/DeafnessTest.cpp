// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Deafness.h"
#include "CoreFixture.h"
#include "checks/core/DeafCalls.h"
#include "checks/core/FactTable.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <algorithm>

using namespace cancel_tidy;
using cancel_tidy::test::Core;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr bool Open = false, Closed = true;

// --- the table

FunctionFacts facts(std::string USR, std::vector<DeafEnd> Ends = {},
                    std::vector<std::string> Callees = {}) {
  FunctionFacts F;
  F.USR = F.Name = std::move(USR);
  F.DeafEnds = std::move(Ends);
  for (const std::string &Callee : Callees)
    F.DeafIfAny.push_back({Callee, FactKind::Deaf, false, Callee});
  return F;
}

DeafEnd waits(std::string Family = "", bool UnlessLooks = false) {
  return {"waits in 'sleep'", std::move(Family), UnlessLooks};
}

FactTable table(std::vector<FunctionFacts> All) {
  FactTable T;
  for (const FunctionFacts &F : All)
    T.add(F);
  T.link();
  return T;
}

std::string way(const FactTable &T, std::string USR, bool IsClosed = Open,
                std::string Family = "std", bool IsPure = false) {
  std::optional<DeafWay> Way = T.deafWay(USR, USR, IsPure, Family, IsClosed);
  return Way ? Way->Text : "";
}

TEST(DeafFactsTest, TheWayLeadsThroughCallees) {
  FactTable T = table({facts("a", {}, {"b"}), facts("b", {}, {"gone", "c"}),
                       facts("c", {waits()}), facts("d")});
  EXPECT_EQ(way(T, "c"), "it waits in 'sleep'");
  EXPECT_EQ(way(T, "a"),
            "it calls 'b', which calls 'c', which waits in 'sleep'");
  EXPECT_EQ(way(T, "d", Closed), "");
  EXPECT_EQ(way(T, "gone", Closed), "");
  EXPECT_EQ(way(T, "never named", Closed), "");
}

TEST(DeafFactsTest, ShortestFirstAndNotTooFar) {
  FactTable T = table({facts("a", {}, {"b", "z"}), facts("b", {}, {"c"}),
                       facts("c", {}, {"d"}), facts("d", {}, {"e"}),
                       facts("e", {waits()}), facts("z", {}, {"e"})});
  EXPECT_EQ(way(T, "a"),
            "it calls 'z', which calls 'e', which waits in 'sleep'");
  EXPECT_NE(way(T, "b"), "");
  FactTable Far = table({facts("a", {}, {"b"}), facts("b", {}, {"c"}),
                         facts("c", {}, {"d"}), facts("d", {}, {"e"}),
                         facts("e", {waits()})});
  EXPECT_EQ(way(Far, "a"), "");
}

TEST(DeafFactsTest, ACycleOfCalleesIsNoWay) {
  FactTable T = table({facts("a", {}, {"b"}), facts("b", {}, {"a"})});
  EXPECT_EQ(way(T, "a", Closed), "");
}

TEST(DeafFactsTest, ATokenThatIsLeftOutCountsInItsFamily) {
  FactTable T = table({facts("a", {waits("std")}), facts("b", {}, {"a"})});
  EXPECT_NE(way(T, "b", Open, "std"), "");
  EXPECT_EQ(way(T, "b", Open, "folly"), "");
  EXPECT_EQ(way(T, "b", Open, ""), "");
}

TEST(DeafFactsTest, ALoopCountsUnlessTheFunctionLooks) {
  FunctionFacts A = facts("a", {waits("", true)});
  A.LooksIfAny = {"helper"};
  EXPECT_EQ(way(table({A}), "a", Open), "");
  EXPECT_NE(way(table({A}), "a", Closed), "");
  FunctionFacts Helper = facts("helper");
  EXPECT_NE(way(table({A, Helper}), "a", Open), "");
  Helper.Looks = true;
  EXPECT_EQ(way(table({A, Helper}), "a", Open), "");
  EXPECT_EQ(way(table({A, Helper}), "a", Closed), "");
}

TEST(DeafFactsTest, AllBodiesAndAllOverridersMustAgree) {
  FunctionFacts One = facts("a", {waits()}), Two = facts("a");
  EXPECT_EQ(way(table({One, Two}), "a", Closed), "");
  EXPECT_EQ(way(table({Two, One}), "a", Closed), "");
  FunctionFacts X = facts("x", {waits()}), Y = facts("y", {waits()});
  X.Name = "X::f";
  Y.Name = "Y::f";
  X.Overrides = Y.Overrides = {"base"};
  FunctionFacts Caller = facts("caller");
  Caller.DeafIfAny = {{"base", FactKind::Deaf, /*pure*/ true, "f"}};
  EXPECT_EQ(way(table({Y, X}), "base", Closed, "std", true),
            "it calls 'X::f', which waits in 'sleep'");
  EXPECT_EQ(way(table({Y, X, Caller}), "caller", Closed),
            "it calls 'f', which calls 'X::f', which waits in 'sleep'");
  // Another overrider may be somewhere; the base may have a body somewhere.
  EXPECT_EQ(way(table({Y, X}), "base", Open, "std", true), "");
  EXPECT_EQ(way(table({Y, X}), "base", Closed, "std", false), "");
  FunctionFacts Z = facts("z");
  Z.Overrides = {"base"};
  EXPECT_EQ(way(table({Y, X, Z}), "base", Closed, "std", true), "");
  EXPECT_EQ(way(table({Y, X, Z, Caller}), "caller", Closed), "");
}

TEST(DeafFactsTest, AConditionFillsTheSlot) {
  FactTable T = table({facts("a", {waits("std")})});
  Finding F;
  F.Family = "std";
  F.Message = "'a' cannot be cancelled: {way}";
  F.When.Clauses = {{{"a", FactKind::Deaf, false, "a"}}};
  Finding Other = F;
  Other.Family = "folly";
  EXPECT_EQ(settle(F, T, Open), Verdict::Holds);
  EXPECT_EQ(F.Message, "'a' cannot be cancelled: it waits in 'sleep'");
  EXPECT_EQ(settle(Other, T, Open), Verdict::Open);
  EXPECT_EQ(settle(Other, T, Closed), Verdict::Fails);
}

TEST(DeafFactsTest, StepsOfTheWayStandWhereTheFunctionsAre) {
  auto At = [](FunctionFacts F, std::string File, unsigned Line) {
    F.Defined.File = std::move(File);
    F.Defined.Line = Line;
    return F;
  };
  // What comes from linked facts has no place.
  std::vector<FunctionFacts> All = {At(facts("a", {}, {"b"}), "/a.cpp", 3),
                                    facts("b", {}, {"c"}),
                                    At(facts("c", {waits()}), "/c.cpp", 7),
                                    At(facts("c", {waits()}), "/b.cpp", 9)};
  for (int Round = 0; Round < 2; ++Round) {
    FactTable T = table(All);
    Finding F;
    F.Family = "std";
    F.Message = "{way}";
    F.Notes = {
        {{}, "before", false}, {{}, "{steps}", false}, {{}, "behind", false}};
    F.When.Clauses = {{{"a", FactKind::Deaf, false, "a"}}};
    EXPECT_EQ(settle(F, T, Open), Verdict::Holds);
    ASSERT_EQ(F.Notes.size(), 4u);
    EXPECT_EQ(F.Notes[1].Message, "'a' calls 'b'");
    EXPECT_EQ(F.Notes[1].Where.Line, 3u);
    EXPECT_TRUE(F.Notes[1].IsStep);
    EXPECT_EQ(F.Notes[2].Message, "'c' waits in 'sleep'");
    EXPECT_EQ(F.Notes[2].Where.Line, 9u);
    EXPECT_EQ(F.Notes[3].Message, "behind");
    std::reverse(All.begin(), All.end());
  }
}

TEST(DeafFactsTest, NoStepsNoNote) {
  FactTable T = table({facts("a", {waits()})});
  Finding F;
  F.Family = "std";
  F.Notes = {{{}, "{steps}", false}};
  F.When.Clauses = {{{"a", FactKind::Deaf, false, "a"}}};
  EXPECT_EQ(settle(F, T, Open), Verdict::Holds);
  EXPECT_TRUE(F.Notes.empty());
}

// --- one body

constexpr char Prelude[] = R"cpp(
[[clang::annotate("cancel::blocking")]] void wait_here();
int fetch(int item, std::stop_token stop = {});
std::stop_token ambient();
int ask(int item, std::stop_token stop = ambient());
bool ready();
void unknown(int);
)cpp";

std::vector<std::string> ends(llvm::StringRef Code,
                              llvm::StringRef Name = "f") {
  Core C(std::string(Prelude) + Code.str());
  std::vector<std::string> Out;
  Deafness D = deafnessOf(C.function(Name));
  for (const DeafEnd &E : D.Ends)
    Out.push_back(E.Because + (E.Family.empty() ? "" : " (" + E.Family + ")") +
                  (E.UnlessLooks ? " unless it looks" : ""));
  for (const Atom &A : D.IfAny)
    Out.push_back("if " + A.Label + (A.WhenUndefined ? " (pure)" : ""));
  return Out;
}

TEST(DeafnessTest, WaitsLoopsAndSinks) {
  EXPECT_THAT(ends("void f() { wait_here(); }"),
              ElementsAre("calls 'wait_here', which may wait"));
  EXPECT_THAT(
      ends("void f() { for (;;) unknown(1); }"),
      ElementsAre("holds an endless loop unless it looks", "if unknown"));
  EXPECT_THAT(ends("int f() { return fetch(1); }"),
              ElementsAre("calls 'fetch' without a token (std)"));
  EXPECT_THAT(ends("int f() { return ask(1); }"), IsEmpty());
  EXPECT_THAT(ends("int f() { return fetch(1, {}); }"), IsEmpty());
  EXPECT_THAT(ends("void f() { while (true) { if (ready()) break; } }"),
              ElementsAre("if ready"));
}

TEST(DeafnessTest, CalleesThatMayBe) {
  EXPECT_THAT(ends("void g() { wait_here(); } void f() { g(); g(); }"),
              ElementsAre("if g"));
  EXPECT_THAT(ends("inline int g() { return 1; } int f() { return g(); }"),
              IsEmpty());
  EXPECT_THAT(ends("struct S { virtual void run(int) = 0; };"
                   "void f(S &s) { s.run(1); }"),
              ElementsAre("if run (pure)"));
  EXPECT_THAT(ends("struct S { int size() const; };"
                   "int f(S &s) { return s.size(); }"),
              IsEmpty());
  EXPECT_THAT(ends("void g(std::stop_token); void f() { g({}); }"), IsEmpty());
  EXPECT_THAT(ends("void stop_all(); void f() { stop_all(); }"), IsEmpty());
}

TEST(DeafnessTest, ATokenNearbyEndsTheChain) {
  EXPECT_THAT(ends("void f(std::stop_token) { wait_here(); }"), IsEmpty());
  EXPECT_THAT(ends("struct Context { std::stop_token stop; };"
                   "void f(const Context &c) { wait_here(); }"),
              IsEmpty());
  EXPECT_THAT(ends("struct Base { std::stop_source source; };"
                   "struct S : Base { void f() { wait_here(); } };",
                   "S::f"),
              IsEmpty());
  EXPECT_THAT(ends("void f() { std::stop_source mine; wait_here(); }"),
              IsEmpty());
  EXPECT_THAT(ends("struct S { bool stopped_; void f() "
                   "{ if (!stopped_) wait_here(); } };",
                   "S::f"),
              IsEmpty());
  EXPECT_THAT(ends("void f() { try { unknown(1); } catch (...) "
                   "{ wait_here(); } }"),
              ElementsAre("if unknown"));
  EXPECT_THAT(ends("void close_all() { wait_here(); }", "close_all"),
              IsEmpty());
  EXPECT_THAT(ends("struct S { ~S() { wait_here(); } };", "S::~S"), IsEmpty());
  EXPECT_THAT(ends("Task f() { wait_here(); co_await Task(); }"), IsEmpty());
}

TEST(DeafCallsTest, OnlyWithATokenThatIsUsed) {
  auto Called = [](llvm::StringRef Body) {
    Core C(std::string(Prelude) + "void g() { wait_here(); }\n" +
           "void use(std::stop_token);\n" + Body.str());
    std::vector<std::string> Out;
    for (const DeafCall &D : deafCalls(C.function()))
      Out.push_back(calleeName(*D.Call) + " <- " + D.Token.Spelling);
    return Out;
  };
  EXPECT_THAT(Called("void f(std::stop_token t) { use(t); g(); g(); }"),
              ElementsAre("g <- t"));
  EXPECT_THAT(Called("void f(std::stop_token t) { g(); }"), IsEmpty());
  EXPECT_THAT(Called("void f() { g(); }"), IsEmpty());
  EXPECT_THAT(Called("void f(std::stop_token t, int *p) { for (int *i = p; i; "
                     "++i) g(); use(t); }"),
              IsEmpty());
}

} // namespace
