// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/FactsFile.h"
#include "TempDir.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using cancel_tidy::test::TempDir;

namespace {

TuRecord record(std::string File, std::string Callee) {
  TuRecord R;
  R.Result.MainFile = std::move(File);
  R.Result.State = TuState::Analysed;
  R.Result.Families = {"std"};
  R.Result.Instances = {1, ~uint64_t(0)};
  ReportedFinding F;
  F.F.CheckId = "cancel-check-in-loop";
  F.F.Message = "'{costliest}' may run long";
  F.F.Where = {"/p/a.cpp", 10, 3, 2, 1, 7};
  F.F.When.Clauses = {{{Callee, FactKind::Long, false, "callee"}}};
  F.F.Fixes = {{"look", {{"/p/a.cpp", 10, 0, "\xff\n", 9}}}};
  F.IsError = true;
  R.Findings.push_back(F);
  return R;
}

TuRecord defines(std::string File, std::string USR, bool Long) {
  TuRecord R;
  R.Result.MainFile = std::move(File);
  R.Result.State = TuState::NoToken;
  FunctionFacts F;
  F.USR = std::move(USR);
  F.Long = Long;
  F.LooksIfAny = {"c:@other"};
  F.DeafEnds = {{"waits in 'read'", "std", true}};
  F.DeafIfAny = {{"c:@another", FactKind::Deaf, true, "another"}};
  R.Result.Facts.push_back(F);
  return R;
}

} // namespace

TEST(FactsFileTest, AFileGivesBackWhatWasWritten) {
  TempDir Dir;
  std::vector<TuRecord> Records = {record("/p/a.cpp", "c:@slow"),
                                   defines("/p/b.cpp", "c:@slow", true)};
  Records[1].HasFatalError = true;
  std::string Path = Dir.path("all.facts");
  ASSERT_EQ(llvm::toString(writeFacts(Path, Records)), "");
  auto Read = readFacts(Path);
  ASSERT_TRUE(bool(Read)) << llvm::toString(Read.takeError());
  ASSERT_EQ(Read->size(), 2u);
  EXPECT_EQ(encodeFacts(*Read), encodeFacts(Records));
  const ReportedFinding &F = (*Read)[0].Findings.at(0);
  EXPECT_EQ(F.F.Message, "'{costliest}' may run long");
  EXPECT_EQ(F.F.Fixes.at(0).Edits.at(0).Text, "\xff\n");
  EXPECT_TRUE(F.IsError);
  EXPECT_TRUE((*Read)[1].HasFatalError);
  // Locations of a parse that is over mean nothing.
  EXPECT_EQ(F.F.Where.RawLocation, 0u);
}

TEST(FactsFileTest, ARepeatedStringIsWrittenOnce) {
  std::string USR(1000, 'u');
  std::string One = encodeFacts({record("/p/a.cpp", USR)});
  std::string Three =
      encodeFacts({record("/p/a.cpp", USR), record("/p/b.cpp", USR),
                   record("/p/c.cpp", USR)});
  EXPECT_LT(Three.size(), One.size() + 500);
}

TEST(FactsFileTest, EveryTruncationAndEveryFlippedBitIsFound) {
  TempDir Dir;
  std::string Path = Dir.path("a.facts");
  ASSERT_EQ(llvm::toString(writeFacts(Path, {record("/p/a.cpp", "c:@slow")})),
            "");
  std::string Bytes = TempDir::read(Path);
  auto IsRefused = [&](const std::string &Content) {
    std::string Bad = Dir.write("bad.facts", Content);
    auto Read = readFacts(Bad);
    if (Read)
      return false;
    llvm::consumeError(Read.takeError());
    return true;
  };
  for (size_t N = 0; N < Bytes.size(); ++N)
    EXPECT_TRUE(IsRefused(Bytes.substr(0, N))) << N;
  for (size_t N = 0; N < Bytes.size(); ++N)
    for (int Bit = 0; Bit < 8; ++Bit) {
      std::string Flipped = Bytes;
      Flipped[N] = char(Flipped[N] ^ (1 << Bit));
      // Some bits of a compressed block mean nothing; what is read is right.
      if (!IsRefused(Flipped)) {
        auto Read = readFacts(Dir.path("bad.facts"));
        ASSERT_TRUE(bool(Read)) << llvm::toString(Read.takeError());
        EXPECT_EQ(encodeFacts(*Read),
                  encodeFacts({record("/p/a.cpp", "c:@slow")}))
            << N << " " << Bit;
      }
    }
}

TEST(LinkTest, AConditionIsSettledByTheFactsOfAnotherTu) {
  for (bool Long : {false, true}) {
    RunReport Report = link(
        {record("/p/a.cpp", "c:@slow"), defines("/p/b.cpp", "c:@slow", Long)},
        LinkMode::Closed);
    ASSERT_EQ(Report.Findings.size(), Long ? 1u : 0u);
    if (Long) {
      EXPECT_EQ(Report.Findings[0].F.Message, "'callee' may run long");
    }
    EXPECT_EQ(Report.Summary.Analysed, 2u);
    EXPECT_EQ(Report.Summary.WithoutToken, 1u);
  }
}

TEST(LinkTest, EachAloneKnowsItsOwnFactsOnly) {
  RunReport Report = link(
      {record("/p/a.cpp", "c:@slow"), defines("/p/b.cpp", "c:@slow", true)},
      LinkMode::EachAlone);
  EXPECT_TRUE(Report.Findings.empty());
}

TEST(LinkTest, TheOrderOfRecordsDoesNotMatter) {
  // Two commands of one main file whose messages differ.
  TuRecord A = record("/p/a.cpp", "c:@slow"), B = A;
  B.Findings[0].F.Message = "another text";
  TuRecord C = defines("/p/b.cpp", "c:@slow", true);
  std::vector<std::vector<TuRecord>> Orders = {
      {A, B, C}, {B, A, C}, {C, B, A}, {C, A, B}};
  std::string First;
  for (const std::vector<TuRecord> &Order : Orders) {
    RunReport Report = link(Order, LinkMode::Closed);
    ASSERT_EQ(Report.Findings.size(), 1u);
    if (First.empty())
      First = Report.Findings[0].F.Message;
    EXPECT_EQ(Report.Findings[0].F.Message, First);
  }
}

TEST(LinkTest, ATuThatEndedEarlyMakesTheLinkOpen) {
  std::vector<TuRecord> Records = {record("/p/a.cpp", "c:@slow")};
  EXPECT_EQ(modeFor(Records, false), LinkMode::Closed);
  Records[0].HasFatalError = true;
  EXPECT_EQ(modeFor(Records, false), LinkMode::Open);
  EXPECT_EQ(modeFor(Records, true), LinkMode::Closed);
}
