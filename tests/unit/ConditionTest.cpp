// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Condition.h"
#include "checks/core/FactTable.h"
#include "checks/core/Finding.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;

namespace {

Atom neverLooks(std::string USR) {
  return {USR, FactKind::NeverLooks, true, USR};
}
Atom mayLook(std::string USR) { return {USR, FactKind::MayLook, true, USR}; }
Atom isLong(std::string USR, bool WhenUndefined = false) {
  return {USR, FactKind::Long, WhenUndefined, USR + "()"};
}

FunctionFacts facts(std::string USR, bool Looks, bool Long) {
  FunctionFacts F;
  F.USR = F.Name = std::move(USR);
  F.Looks = Looks;
  F.Long = F.Waits = Long;
  return F;
}

FactTable table(std::vector<FunctionFacts> All) {
  FactTable T;
  for (FunctionFacts &F : All)
    T.add(std::move(F));
  T.link();
  return T;
}

Verdict settled(std::vector<std::vector<Atom>> Clauses, const FactTable &T,
                bool Closed) {
  Finding F;
  F.When.Clauses = std::move(Clauses);
  return settle(F, T, Closed);
}

constexpr bool Open = false, Closed = true;

TEST(ConditionTest, NoClausesHoldInEveryRun) {
  EXPECT_TRUE(Condition().isTrue());
  EXPECT_EQ(settled({}, table({}), Open), Verdict::Holds);
  EXPECT_EQ(settled({}, table({}), Closed), Verdict::Holds);
}

TEST(ConditionTest, AnEmptyClauseNeverHolds) {
  EXPECT_EQ(settled({{}}, table({}), Open), Verdict::Fails);
  EXPECT_EQ(settled({{}}, table({}), Closed), Verdict::Fails);
}

TEST(ConditionTest, SizeCountsTheAtomsOfAllClauses) {
  Condition C;
  EXPECT_EQ(C.size(), 0u);
  C.Clauses = {{neverLooks("a")}, {isLong("a"), isLong("b")}, {}};
  EXPECT_EQ(C.size(), 3u);
  EXPECT_FALSE(C.isTrue());
}

TEST(ConditionTest, OneAtomOfAClauseIsEnough) {
  FactTable T = table({facts("a", false, false), facts("b", false, true)});
  EXPECT_EQ(settled({{isLong("a"), isLong("b")}}, T, Open), Verdict::Holds);
  EXPECT_EQ(settled({{isLong("b"), isLong("a")}}, T, Open), Verdict::Holds);
  EXPECT_EQ(settled({{isLong("a")}}, T, Open), Verdict::Fails);
}

TEST(ConditionTest, WhoIsNotKnownMayLook) {
  FactTable T = table({facts("a", true, false), facts("b", false, false)});
  EXPECT_EQ(settled({{mayLook("a")}}, T, Open), Verdict::Holds);
  EXPECT_EQ(settled({{mayLook("b")}}, T, Open), Verdict::Fails);
  EXPECT_EQ(settled({{mayLook("c")}}, T, Closed), Verdict::Holds);
  EXPECT_EQ(settled({{mayLook("c")}}, T, Open), Verdict::Holds);
}

TEST(ConditionTest, EveryClauseMustHold) {
  FactTable T = table({facts("a", false, true), facts("b", true, true)});
  EXPECT_EQ(settled({{isLong("a")}, {neverLooks("a")}}, T, Open),
            Verdict::Holds);
  EXPECT_EQ(settled({{isLong("a")}, {neverLooks("b")}}, T, Open),
            Verdict::Fails);
}

TEST(ConditionTest, UndefinedFunctionsLeaveAnOpenRunOpen) {
  FactTable None = table({});
  EXPECT_EQ(settled({{isLong("a", true)}}, None, Open), Verdict::Open);
  EXPECT_EQ(settled({{isLong("a", false)}}, None, Open), Verdict::Open);
  EXPECT_EQ(settled({{neverLooks("a")}}, None, Open), Verdict::Open);
  Atom Looks = neverLooks("a");
  Looks.WhenUndefined = false;
  EXPECT_EQ(settled({{Looks}}, None, Open), Verdict::Open);
}

TEST(ConditionTest, UndefinedFunctionsAnswerAClosedRunAsTheAtomSays) {
  FactTable None = table({});
  EXPECT_EQ(settled({{isLong("a", true)}}, None, Closed), Verdict::Holds);
  EXPECT_EQ(settled({{isLong("a", false)}}, None, Closed), Verdict::Fails);
  EXPECT_EQ(settled({{neverLooks("a")}}, None, Closed), Verdict::Holds);
  Atom Looks = neverLooks("a");
  Looks.WhenUndefined = false;
  EXPECT_EQ(settled({{Looks}}, None, Closed), Verdict::Fails);
}

TEST(ConditionTest, AFailingClauseWinsOverAnOpenOne) {
  FactTable T = table({facts("looks", true, false)});
  EXPECT_EQ(settled({{isLong("unknown")}, {neverLooks("looks")}}, T, Open),
            Verdict::Fails);
}

TEST(ConditionTest, AnOpenAtomBesideOneThatHoldsIsNoObstacle) {
  FactTable T = table({facts("long", false, true)});
  EXPECT_EQ(settled({{isLong("unknown"), isLong("long")}}, T, Open),
            Verdict::Holds);
}

TEST(ConditionTest, AnswersSpreadThroughCallees) {
  FunctionFacts Top = facts("top", false, false);
  Top.LooksIfAny = {"mid"};
  Top.LongIfAny = {isLong("mid")};
  FunctionFacts Mid = facts("mid", false, false);
  Mid.LooksIfAny = {"leaf"};
  Mid.LongIfAny = {isLong("leaf")};
  FactTable T = table({Top, Mid, facts("leaf", true, true)});
  EXPECT_TRUE(T.looks("top"));
  EXPECT_TRUE(T.isLong("top", Open));
  EXPECT_FALSE(T.looksOpen("top"));
  EXPECT_FALSE(T.longOpen("top"));
  EXPECT_EQ(settled({{neverLooks("top")}}, T, Open), Verdict::Fails);
  EXPECT_EQ(settled({{isLong("top")}}, T, Open), Verdict::Holds);
}

TEST(ConditionTest, ACalleeThatNobodyDefinesKeepsItsCallersOpen) {
  FunctionFacts Top = facts("top", false, false);
  Top.LooksIfAny = {"mid"};
  Top.LongIfAny = {isLong("mid")};
  FunctionFacts Mid = facts("mid", false, false);
  Mid.LooksIfAny = {"gone"};
  Mid.LongIfAny = {isLong("gone", true)};
  FactTable T = table({Top, Mid});
  EXPECT_TRUE(T.looksOpen("top"));
  EXPECT_TRUE(T.longOpen("top"));
  EXPECT_FALSE(T.isLong("top", Open));
  EXPECT_TRUE(T.isLong("top", Closed));
  EXPECT_EQ(settled({{neverLooks("top")}, {isLong("top")}}, T, Open),
            Verdict::Open);
  EXPECT_EQ(settled({{neverLooks("top")}, {isLong("top")}}, T, Closed),
            Verdict::Holds);
}

TEST(ConditionTest, WhoOnlyCalculatesIsLongAndDoesNotWait) {
  FunctionFacts Nest = facts("nest", false, true);
  Nest.Waits = false;
  Nest.LongBecause = "a nest of loops";
  // Long because of one callee, and it waits if one of two others does.
  FunctionFacts Top = facts("top", false, true);
  Top.Waits = false;
  Top.LongVia = Top.LongBecause = "nest";
  Top.LongIfAny = {isLong("open")};
  Top.WaitsIfAny = {{"calculates", FactKind::Waits, false, "calculates"}};
  FunctionFacts Calculates = facts("calculates", false, true);
  Calculates.Waits = false;
  Calculates.LongIfAny = {isLong("read")};
  FunctionFacts Open1 = facts("open", false, false);
  const Atom Asked = {"top", FactKind::Waits, false, "top()"};
  FunctionFacts Read = facts("read", false, false);
  FactTable No = table({Nest, Top, Calculates, Open1, Read});
  EXPECT_TRUE(No.isLong("top", Closed));
  EXPECT_FALSE(No.waits("top", Closed));
  EXPECT_EQ(settled({{Asked}}, No, Closed), Verdict::Fails);
  FactTable Unknown = table({Nest, Top, Calculates, Open1});
  EXPECT_EQ(settled({{Asked}}, Unknown, Closed), Verdict::Fails);
  EXPECT_EQ(settled({{Asked}}, Unknown, Open), Verdict::Open);
  Read.Long = Read.Waits = true;
  Read.LongBecause = "recv";
  FactTable Yes = table({Nest, Top, Calculates, Open1, Read});
  EXPECT_TRUE(Yes.waits("top", Open));
  EXPECT_EQ(settled({{Asked}}, Yes, Closed), Verdict::Holds);
  EXPECT_EQ(Yes.chain("top", "top", Closed),
            "'top' calls 'nest', which holds a nest of loops");
  EXPECT_EQ(Yes.chain("top", "top", Closed, /*Waits=*/true),
            "'top' calls 'calculates', which calls 'read()', which calls "
            "'recv'");
}

TEST(ConditionTest, CalleesThatCallEachOtherSettle) {
  FunctionFacts Ping = facts("ping", false, false);
  Ping.LooksIfAny = {"pong"};
  Ping.LongIfAny = {isLong("pong")};
  FunctionFacts Pong = facts("pong", false, false);
  Pong.LooksIfAny = {"ping"};
  Pong.LongIfAny = {isLong("ping")};
  FactTable T = table({Ping, Pong});
  EXPECT_EQ(settled({{neverLooks("ping")}}, T, Open), Verdict::Holds);
  EXPECT_EQ(settled({{isLong("ping")}}, T, Open), Verdict::Fails);
}

TEST(ConditionTest, RecordsThatDisagreeSayTheLeast) {
  FunctionFacts One = facts("a", true, false);
  One.LongIfAny = {isLong("b")};
  FunctionFacts Two = facts("a", false, false);
  Two.LongIfAny = {isLong("b"), isLong("c")};
  FunctionFacts B = facts("b", false, false), C = facts("c", false, true);
  EXPECT_TRUE(table({One, Two, B, C}).looks("a"));
  EXPECT_FALSE(table({One, Two, B, C}).isLong("a", Open));
  EXPECT_TRUE(table({Two, Two, B, C}).isLong("a", Open));
  B.Long = true;
  EXPECT_TRUE(table({One, Two, B, C}).isLong("a", Open));
}

TEST(ConditionTest, TheOrderOfTwoRecordsDoesNotMatter) {
  FunctionFacts Cheap = facts("a", false, false), Dear = Cheap;
  Cheap.LongIfAny = {isLong("gone", false)};
  Dear.LongIfAny = {isLong("gone", true)};
  EXPECT_FALSE(table({Cheap, Dear}).isLong("a", Closed));
  EXPECT_FALSE(table({Dear, Cheap}).isLong("a", Closed));
  EXPECT_TRUE(table({Dear, Dear}).isLong("a", Closed));
  EXPECT_FALSE(table({Cheap, Cheap}).isLong("a", Closed));
}

TEST(ConditionTest, AnOverriderSpeaksForTheFunctionItOverrides) {
  FunctionFacts Over = facts("derived", true, true);
  Over.Overrides = {"base"};
  FactTable T = table({Over});
  EXPECT_TRUE(T.defines("base"));
  EXPECT_TRUE(T.looks("base"));
  EXPECT_TRUE(T.isLong("base", Open));
}

TEST(ConditionTest, TheFirstLongCalleeFillsTheSlot) {
  FactTable T = table({facts("a", false, false), facts("b", false, true),
                       facts("c", false, true)});
  Finding F;
  F.Message = "'{costliest}' may run long: {costliest}";
  F.Notes = {{{}, "{costliest} is called"}, {{}, "nothing here"}};
  F.When.Clauses = {{isLong("a"), isLong("b"), isLong("c")}, {isLong("c")}};
  ASSERT_EQ(settle(F, T, Open), Verdict::Holds);
  EXPECT_EQ(F.Message, "'b()' may run long: b()");
  EXPECT_EQ(F.Notes[0].Message, "b() is called");
  EXPECT_EQ(F.Notes[1].Message, "nothing here");
}

TEST(ConditionTest, OverridersThatNobodyKnowsMayLook) {
  FunctionFacts Over = facts("derived", false, true);
  Over.Overrides = {"base"};
  FactTable T = table({Over});
  EXPECT_EQ(settled({{neverLooks("derived")}}, T, Open), Verdict::Holds);
  EXPECT_EQ(settled({{neverLooks("base")}}, T, Open), Verdict::Open);
  EXPECT_EQ(settled({{neverLooks("base")}}, T, Closed), Verdict::Holds);
}

TEST(ConditionTest, TheChainLeadsToWhatRunsLong) {
  FunctionFacts Slow = facts("slow", false, false);
  Slow.LongIfAny = {isLong("fast"), isLong("virtual")};
  FunctionFacts Over = facts("derived", false, false);
  Over.Name = "Derived::run";
  Over.Overrides = {"virtual"};
  Over.LongIfAny = {isLong("helper")};
  FunctionFacts Helper = facts("helper", false, true);
  Helper.LongBecause = "inner";
  Helper.LongVia = "inner";
  FunctionFacts Inner = facts("inner", false, true);
  Inner.LongBecause = "read";
  FunctionFacts Spins = facts("spins", false, true);
  Spins.LongBecause = "an endless loop";
  FunctionFacts Nests = facts("nests", false, true);
  Nests.LongBecause = "a nest of loops";
  FunctionFacts Converts = facts("converts", false, true);
  Converts.LongBecause = "operator bool";
  FactTable T = table({Slow, Over, Helper, Inner, Spins, Nests, Converts,
                       facts("fast", false, false)});
  EXPECT_EQ(T.chain("slow", "slow", Open),
            "'slow' calls 'virtual()', which calls 'Derived::run', which calls "
            "'helper()', which calls 'inner', which calls 'read'");
  EXPECT_EQ(T.chain("spins", "spins", Open), "'spins' holds an endless loop");
  EXPECT_EQ(T.chain("nests", "nests", Open), "'nests' holds a nest of loops");
  EXPECT_EQ(T.chain("converts", "converts", Open),
            "'converts' calls 'operator bool'");
  EXPECT_EQ(T.chain("fast", "fast", Open), "");
  EXPECT_EQ(T.chain("none", "none", Open), "");
  Finding F;
  F.Message = "{costliest}";
  F.Notes = {{{}, "{chain}"}};
  F.When.Clauses = {{isLong("fast"), isLong("spins")}};
  ASSERT_EQ(settle(F, T, Open), Verdict::Holds);
  EXPECT_EQ(F.Notes.at(0).Message, "'spins()' holds an endless loop");
  F.Notes = {{{}, "{chain}"}};
  F.When.Clauses = {{isLong("gone", true)}};
  ASSERT_EQ(settle(F, T, Closed), Verdict::Holds);
  EXPECT_TRUE(F.Notes.empty());
}

TEST(ConditionTest, ALongChainIsCutInTheMiddle) {
  std::vector<FunctionFacts> All;
  for (char Name = 'a'; Name < 'k'; ++Name) {
    All.push_back(facts(std::string(1, Name), false, false));
    All.back().LongIfAny = {isLong(std::string(1, char(Name + 1)))};
  }
  All.push_back(facts("k", false, true));
  All.back().LongBecause = "read";
  EXPECT_EQ(table(All).chain("a", "a", Open),
            "'a' calls 'b()', which calls 'c()', which calls 'd()', which "
            "calls 'e()', which calls 'f()', which 5 calls further gets to "
            "'k()', which calls 'read'");
}

TEST(ConditionTest, TheSlotStaysWhileTheConditionIsOpen) {
  Finding F;
  F.Message = "{costliest}";
  F.When.Clauses = {{isLong("a", true)}};
  EXPECT_EQ(settle(F, table({}), Open), Verdict::Open);
  EXPECT_EQ(F.Message, "{costliest}");
  EXPECT_EQ(settle(F, table({}), Closed), Verdict::Holds);
  EXPECT_EQ(F.Message, "a()");
}

/// Two functions, "a" with facts and "b" maybe without any, in every state.
std::vector<FactTable> everySmallTable() {
  std::vector<FactTable> All;
  for (unsigned Bits = 0; Bits < 64; ++Bits) {
    FunctionFacts A = facts("a", Bits & 1, Bits & 2);
    if (Bits & 4) {
      A.LooksIfAny = {"b"};
      A.LongIfAny = {isLong("b", Bits & 8)};
    }
    std::vector<FunctionFacts> Facts = {A};
    All.push_back(table(Facts));
    Facts.push_back(facts("b", Bits & 16, Bits & 32));
    All.push_back(table(Facts));
  }
  return All;
}

TEST(ConditionTest, WhatAnOpenRunReportsTheClosedRunReportsToo) {
  unsigned Reported = 0;
  for (const FactTable &T : everySmallTable())
    for (const auto &Clauses : std::vector<std::vector<std::vector<Atom>>>{
             {{neverLooks("a")}},
             {{isLong("a")}},
             {{neverLooks("a")}, {isLong("a"), isLong("b", true)}},
             {{neverLooks("a")}, {neverLooks("b")}, {isLong("b", true)}}})
      if (settled(Clauses, T, Open) == Verdict::Holds) {
        ++Reported;
        EXPECT_EQ(settled(Clauses, T, Closed), Verdict::Holds);
      }
  EXPECT_GT(Reported, 50u);
}

TEST(ConditionTest, MoreFactsNeverTakeAnOpenRunsAnswerBack) {
  for (unsigned Bits = 0; Bits < 8; ++Bits)
    for (bool LooksLater : {false, true})
      for (bool LongLater : {false, true}) {
        FunctionFacts A = facts("a", Bits & 1, Bits & 2);
        if (Bits & 4) {
          A.LooksIfAny = {"b"};
          A.LongIfAny = {isLong("b")};
        }
        FactTable Before = table({A});
        FactTable After = table({A, facts("b", LooksLater, LongLater)});
        for (const Atom &Ask : {neverLooks("a"), isLong("a")}) {
          Verdict Early = settled({{Ask}}, Before, Open);
          if (Early != Verdict::Open) {
            EXPECT_EQ(settled({{Ask}}, After, Open), Early);
          }
        }
      }
}

TEST(ConditionTest, AClosedRunLeavesNothingOpen) {
  for (const FactTable &T : everySmallTable())
    for (const Atom &A :
         {neverLooks("a"), isLong("a"), neverLooks("b"), isLong("b")})
      EXPECT_NE(settled({{A}}, T, Closed), Verdict::Open);
}

} // namespace
