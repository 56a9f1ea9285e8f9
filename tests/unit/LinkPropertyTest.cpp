// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What must hold of the link of any program, tried on many small ones.
#include "TempDir.h"
#include "tool/Link.h"
#include "tool/LinkedFacts.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <random>
#include <set>

using namespace cancel_tidy;
using cancel_tidy::test::TempDir;

namespace {

constexpr unsigned Programs = 400, MaxFunctions = 12, MaxTus = 6;

class Program {
public:
  /// Clones: TUs may disagree about a function.
  Program(unsigned Seed, bool Clones) : Random(Seed) {
    const unsigned Functions = 2 + below(MaxFunctions - 1);
    const unsigned Tus = 2 + below(MaxTus - 1);
    for (unsigned I = 0; I < Tus; ++I) {
      TuRecord R;
      R.Result.MainFile = "/p/" + std::to_string(I) + ".cpp";
      R.Result.State = TuState::Analysed;
      Records.push_back(R);
    }
    for (unsigned I = 0; I < Functions; ++I) {
      if (chance(4))
        continue; // Nobody defines it.
      FunctionFacts F = function(I, Functions);
      for (TuRecord &R : Records)
        if (chance(2)) {
          R.Result.Facts.push_back(Clones && chance(4) ? function(I, Functions)
                                                       : F);
        }
    }
    for (unsigned I = 0; I < 2 * Tus; ++I)
      Records[below(Tus)].Findings.push_back(finding(I, Functions));
  }

  std::vector<TuRecord> shuffled() {
    std::vector<TuRecord> Copy = Records;
    std::shuffle(Copy.begin(), Copy.end(), Random);
    return Copy;
  }

  std::vector<TuRecord> Records;

private:
  unsigned below(unsigned N) { return Random() % N; }
  bool chance(unsigned OneOf) { return below(OneOf) == 0; }
  static std::string name(unsigned I) { return "f" + std::to_string(I); }

  FunctionFacts function(unsigned I, unsigned Functions) {
    FunctionFacts F;
    F.USR = F.Name = name(I);
    F.Looks = chance(8);
    F.Long = chance(6);
    F.Waits = F.Long && chance(2);
    if (F.Long && chance(2))
      F.LongBecause = "read";
    if (F.Long && chance(4))
      F.LongVia = F.LongBecause = name(below(Functions));
    for (unsigned N = below(4); N; --N) {
      std::string Callee = name(below(Functions));
      if (!chance(4))
        F.LooksIfAny.push_back(Callee);
      if (!chance(4))
        F.LongIfAny.push_back({Callee, FactKind::Long, chance(2), Callee});
      if (F.Long && chance(3))
        F.WaitsIfAny.push_back({Callee, FactKind::Waits, false, Callee});
      if (!chance(3))
        F.DeafIfAny.push_back({Callee, FactKind::Deaf, chance(4), Callee});
    }
    if (chance(4))
      F.DeafEnds.push_back(
          {"waits in 'read'", chance(3) ? "std" : "", chance(3)});
    if (chance(8))
      F.DeafEnds.push_back({"holds an endless loop", "", true});
    // What others override says so.
    if (I % 3 == 0)
      F.LooksIfAny.push_back(F.USR + "#overriders");
    if (I % 3 == 1 && chance(2))
      F.Overrides.push_back(name(below(Functions) / 3 * 3));
    return F;
  }

  ReportedFinding finding(unsigned I, unsigned Functions) {
    ReportedFinding R;
    R.F.CheckId = "cancel-check-in-loop";
    R.F.Where = {"/p/h.h", I, 1, I + 1, 1, 0};
    R.F.Message = "'{costliest}' may run long";
    R.F.Notes = {{R.F.Where, "{chain}"}};
    R.F.Family = chance(2) ? "std" : "folly";
    if (chance(2)) {
      std::string Callee = name(below(Functions));
      R.F.Message = "'" + Callee + "' cannot be cancelled: {way}";
      R.F.When.Clauses = {{{Callee, FactKind::Deaf, chance(4), Callee}}};
      return R;
    }
    for (unsigned N = below(3); N; --N)
      R.F.When.Clauses.push_back(
          {{name(below(Functions)), FactKind::NeverLooks, chance(2), ""}});
    const FactKind Asked = chance(3) ? FactKind::Waits : FactKind::Long;
    std::vector<Atom> AnyLong;
    for (unsigned N = 1 + below(3); N; --N) {
      std::string Callee = name(below(Functions));
      AnyLong.push_back({Callee, Asked, chance(2), Callee});
    }
    R.F.When.Clauses.push_back(AnyLong);
    return R;
  }

  std::mt19937 Random;
};

std::string text(const RunReport &Report) {
  std::string Text;
  for (const ReportedFinding &R : Report.Findings) {
    Text += std::to_string(R.F.Where.Offset) + ": " + R.F.Message + "\n";
    for (const Note &N : R.F.Notes)
      Text += "  " + N.Message + "\n";
  }
  return Text;
}

std::set<unsigned> places(const RunReport &Report) {
  std::set<unsigned> Places;
  for (const ReportedFinding &R : Report.Findings)
    Places.insert(R.F.Where.Offset);
  return Places;
}

bool isSubset(const std::set<unsigned> &A, const std::set<unsigned> &B) {
  return std::includes(B.begin(), B.end(), A.begin(), A.end());
}

std::shared_ptr<const LinkedFacts>
linked(const TempDir &Dir, const std::vector<TuRecord> &Records, bool Whole) {
  Linker L;
  for (const TuRecord &R : Records)
    L.add(R);
  L.report(Whole ? LinkMode::Closed : LinkMode::Open);
  auto Bytes = encodeLinkedFacts(L.facts(), Whole);
  EXPECT_TRUE(bool(Bytes));
  auto Read = LinkedFacts::open(Dir.write("linked.facts", *Bytes));
  EXPECT_TRUE(bool(Read)) << llvm::toString(Read.takeError());
  return *Read;
}

} // namespace

TEST(LinkPropertyTest, TheOrderOfRecordsDoesNotMatter) {
  size_t Reported = 0;
  for (unsigned Seed = 0; Seed < Programs; ++Seed) {
    Program P(Seed, /*Clones=*/true);
    for (LinkMode Mode : {LinkMode::Closed, LinkMode::Open}) {
      std::string Expected = text(link(P.Records, Mode));
      Reported += Expected.size();
      EXPECT_EQ(text(link(P.shuffled(), Mode)), Expected) << Seed;
    }
  }
  EXPECT_GT(Reported, 1000u);
}

TEST(LinkPropertyTest, AnOpenLinkOfAPartReportsAPart) {
  size_t Reported = 0;
  for (unsigned Seed = 0; Seed < Programs; ++Seed) {
    Program P(Seed, /*Clones=*/false);
    // Some are of the patterns of two templates; one TU judged an instance of
    // the first.
    for (TuRecord &R : P.Records)
      for (size_t I = 0; I < R.Findings.size(); I += 2)
        R.Findings[I].F.Pattern = I % 4 ? "first" : "second";
    P.Records.front().Result.Instances = {functionId("first")};
    std::set<unsigned> Closed = places(link(P.Records, LinkMode::Closed));
    std::set<unsigned> Open = places(link(P.Records, LinkMode::Open));
    EXPECT_TRUE(isSubset(Open, Closed)) << Seed;
    for (size_t Without = 0; Without < P.Records.size(); ++Without) {
      std::vector<TuRecord> Rest = P.Records;
      Rest.erase(Rest.begin() + Without);
      std::set<unsigned> Less = places(link(Rest, LinkMode::Open));
      EXPECT_TRUE(isSubset(Less, Open)) << Seed << " without " << Without;
      Reported += Less.size();
    }
  }
  EXPECT_GT(Reported, 100u);
}

TEST(LinkPropertyTest, ALinkOfLinksIsALink) {
  TempDir Dir;
  for (unsigned Seed = 0; Seed < Programs; ++Seed) {
    Program P(Seed, /*Clones=*/true);
    const size_t Half = P.Records.size() / 2;
    std::vector<TuRecord> First(P.Records.begin(), P.Records.begin() + Half);
    std::vector<TuRecord> Rest(P.Records.begin() + Half, P.Records.end());
    auto Part = linked(Dir, First, /*Whole=*/false);
    EXPECT_FALSE(Part->isWhole());
    Linker Joined, All;
    Joined.add(*Part);
    for (const TuRecord &R : Rest)
      Joined.add(R);
    for (TuRecord R : P.Records) {
      All.add(R);
      // What the first half reports is not in its linked facts.
      R.Result.Facts.clear();
      if (std::find_if(First.begin(), First.end(), [&](const TuRecord &F) {
            return F.Result.MainFile == R.Result.MainFile;
          }) != First.end())
        Joined.add(R);
    }
    EXPECT_EQ(text(Joined.report(LinkMode::Closed)),
              text(All.report(LinkMode::Closed)))
        << Seed;
    EXPECT_EQ(*encodeLinkedFacts(Joined.facts(), true),
              *encodeLinkedFacts(All.facts(), true))
        << Seed;
  }
}

TEST(LinkPropertyTest, WithFactsOfTheProgramATuIsJudgedAsInIt) {
  TempDir Dir;
  size_t Reported = 0;
  for (unsigned Seed = 0; Seed < Programs; ++Seed) {
    Program P(Seed, /*Clones=*/false);
    KnownFacts Known;
    Known.Files = {linked(Dir, P.Records, /*Whole=*/true)};
    EXPECT_TRUE(Known.isWhole());
    std::string Whole = text(link(P.Records, LinkMode::Closed));
    // All of them with the facts, and each with the facts alone.
    EXPECT_EQ(text(link(P.Records, LinkMode::Open, Known)), Whole) << Seed;
    std::set<unsigned> Places;
    for (const TuRecord &R : P.Records)
      for (unsigned Place : places(link({R}, LinkMode::Open, Known))) {
        Places.insert(Place);
        ++Reported;
      }
    EXPECT_EQ(Places, places(link(P.Records, LinkMode::Closed))) << Seed;
  }
  EXPECT_GT(Reported, 100u);
}

TEST(LinkPropertyTest, OfManyFunctionsWhatTheFileConcludedStands) {
  TempDir Dir;
  for (bool Long : {false, true}) {
    std::vector<TuRecord> Records(1);
    constexpr unsigned Length = 20000;
    for (unsigned I = 0; I <= Length; ++I) {
      FunctionFacts F;
      F.USR = "f" + std::to_string(I);
      std::string Next = "f" + std::to_string(I + 1);
      if (I < Length) {
        F.LooksIfAny = {Next};
        F.LongIfAny = {{Next, FactKind::Long, false, Next}};
      }
      F.Long = I == Length && Long;
      Records[0].Result.Facts.push_back(F);
    }
    KnownFacts Known;
    Known.Files = {linked(Dir, Records, /*Whole=*/true)};
    TuRecord R;
    ReportedFinding F;
    F.F.Message = "'{costliest}' may run long";
    F.F.When.Clauses = {{{"f0", FactKind::NeverLooks, true, ""}},
                        {{"f0", FactKind::Long, true, "f0"}}};
    R.Findings = {F};
    EXPECT_EQ(link({R}, LinkMode::Open, Known).Findings.size(), Long ? 1u : 0u);
    EXPECT_EQ(link({R}, LinkMode::Closed, Known).Findings.size(),
              Long ? 1u : 0u);
    Known.ArePart = true;
    EXPECT_EQ(link({R}, LinkMode::Open, Known).Findings.size(), Long ? 1u : 0u);
  }
}
