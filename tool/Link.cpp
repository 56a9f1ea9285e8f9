// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Link.h"
#include "tool/FactsFile.h"
#include "tool/Fingerprint.h"
#include "tool/UnusedSuppression.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <set>
#include <tuple>

using namespace llvm;

namespace cancel_tidy {

void markRecord(TuRecord &Record, const FileReader &ReadFile) {
  Record.BadMarks = markSuppressed(Record.Findings, ReadFile);
  setLineKeys(Record.Findings, ReadFile);
}

LinkMode modeFor(const std::vector<TuRecord> &Records, bool AllowIncomplete) {
  bool Missing = any_of(Records, [](const TuRecord &R) {
    return R.HasFatalError || R.Result.State == TuState::NotRun;
  });
  return Missing && !AllowIncomplete ? LinkMode::Open : LinkMode::Closed;
}

void sortFindings(std::vector<ReportedFinding> &Findings) {
  auto Key = [](const ReportedFinding &R) {
    return std::tie(R.F.Where.File, R.F.Where.Offset, R.F.CheckId);
  };
  llvm::stable_sort(Findings,
                    [&](const ReportedFinding &A, const ReportedFinding &B) {
                      return Key(A) < Key(B);
                    });
  // Of equal ones the first TU's stays; an error in one TU is an error.
  std::vector<ReportedFinding> Unique;
  for (ReportedFinding &R : Findings) {
    if (!Unique.empty() && Key(Unique.back()) == Key(R)) {
      Unique.back().IsError |= R.IsError;
      continue;
    }
    Unique.push_back(std::move(R));
  }
  Findings = std::move(Unique);
}

/// One order for the same records, however they came. Commands of one main
/// file are told apart by all they say.
static void sortRecords(std::vector<TuRecord> &Records) {
  llvm::stable_sort(Records, [](const TuRecord &A, const TuRecord &B) {
    if (int Order = A.Result.MainFile.compare(B.Result.MainFile))
      return Order < 0;
    return encodeFacts(A) < encodeFacts(B);
  });
}

static void ask(FactTable &Table, const TuRecord &Record) {
  for (const ReportedFinding &R : Record.Findings)
    Table.ask(R.F.When);
}

FactTable tableOf(ArrayRef<TuRecord> Records, const KnownFacts &Known) {
  FactTable Table;
  Known.useIn(Table);
  for (const TuRecord &R : Records) {
    for (const FunctionFacts &F : R.Result.Facts)
      Table.add(F);
    ask(Table, R);
  }
  Table.link();
  return Table;
}

SettlingFacts::SettlingFacts(ArrayRef<TuRecord> Records, LinkMode Mode,
                             const KnownFacts &Known)
    : Known(Known), EachAlone(Mode == LinkMode::EachAlone) {
  if (!EachAlone)
    Table = tableOf(Records, Known);
}

const FactTable &SettlingFacts::of(const TuRecord &Record) {
  if (EachAlone)
    Table = tableOf(Record, Known);
  return Table;
}

std::vector<ReportedFinding> settle(std::vector<ReportedFinding> Findings,
                                    TuState State, const FactTable &Facts,
                                    LinkMode Mode) {
  // Where the parse failed, a callee may be unknown because of that.
  const bool Closed = Mode == LinkMode::Closed && State != TuState::Incomplete;
  llvm::erase_if(Findings, [&](ReportedFinding &R) {
    return settle(R.F, Facts, Closed) != Verdict::Holds;
  });
  return Findings;
}

static void count(RunSummary &S, TuState State) {
  switch (State) {
  case TuState::Analysed:
    ++S.Analysed;
    break;
  case TuState::NoToken:
    ++S.Analysed, ++S.WithoutToken;
    break;
  case TuState::Incomplete:
    ++S.Incomplete;
    break;
  case TuState::Crashed:
  case TuState::TimedOut:
    ++S.Crashed;
    break;
  case TuState::NotRun:
    ++S.NotRun;
    break;
  }
}

/// Whether the checks of a TU have looked at all of it.
static bool isWhole(const TuRecord &R) {
  return !R.HasFatalError && (R.Result.State == TuState::Analysed ||
                              R.Result.State == TuState::NoToken);
}

void countFindings(RunReport &Report) {
  RunSummary &S = Report.Summary;
  S.Suppressed = S.InBaseline = 0;
  S.FindingsPerCheck.clear();
  for (const ReportedFinding &R : Report.Findings) {
    if (R.Suppressed)
      ++S.Suppressed;
    else if (R.InBaseline)
      ++S.InBaseline;
    else
      ++S.FindingsPerCheck[R.F.CheckId];
  }
}

void dropPatterns(std::vector<TuRecord> &Records, LinkMode Mode,
                  bool KnowsWhole) {
  if (Mode == LinkMode::EachAlone)
    return;
  // No hash table: a facts file may hold the numbers these keep for themselves.
  std::set<FunctionId> Instances;
  for (const TuRecord &R : Records)
    Instances.insert(R.Result.Instances.begin(), R.Result.Instances.end());
  const bool IsPart = Mode == LinkMode::Open && !KnowsWhole;
  for (TuRecord &R : Records)
    llvm::erase_if(R.Findings, [&](const ReportedFinding &F) {
      return !F.F.Pattern.empty() &&
             (Instances.count(functionId(F.F.Pattern)) ||
              (IsPart && F.F.Where.File != R.Result.MainFile));
    });
}

/// The report of Records; FactsOf gives what settles those of one. KnowsWhole:
/// see dropPatterns(). AreAll: they are those of the whole program.
static RunReport
reportOf(std::vector<TuRecord> Records, LinkMode Mode, bool KnowsWhole,
         bool AreAll,
         function_ref<const FactTable &(const TuRecord &)> FactsOf) {
  sortRecords(Records);
  dropPatterns(Records, Mode, KnowsWhole);
  RunReport Report;
  RunSummary &S = Report.Summary;
  std::set<std::string> Families, Unmodelled, Errors;
  std::vector<ReportedFinding> BadMarks;
  SuppressionUses Uses;
  for (TuRecord &R : Records) {
    const FactTable &Facts = FactsOf(R);
    Uses.add(R.Result.Marks, isWhole(R));
    // A TU that nobody could read may hold what a mark suppresses.
    AreAll &= !R.HasFatalError && R.Result.State != TuState::NotRun &&
              R.Result.State != TuState::Crashed &&
              R.Result.State != TuState::TimedOut;
    std::set<std::string> Files;
    for (ReportedFinding &F :
         settle(std::move(R.Findings), R.Result.State, Facts, Mode)) {
      Files.insert(F.F.Where.File);
      Uses.add(F);
      Report.Findings.push_back(std::move(F));
    }
    for (ReportedFinding &Bad : R.BadMarks)
      if (Files.count(Bad.F.Where.File))
        BadMarks.push_back(std::move(Bad));
    Families.insert(R.Result.Families.begin(), R.Result.Families.end());
    Unmodelled.insert(R.Result.UnmodelledTokens.begin(),
                      R.Result.UnmodelledTokens.end());
    for (const std::string &E : R.Result.Errors)
      if (Errors.insert(E).second)
        Report.Errors.push_back(E);
    count(S, R.Result.State);
  }
  S.Families.assign(Families.begin(), Families.end());
  S.UnmodelledTokens.assign(Unmodelled.begin(), Unmodelled.end());
  append_range(Report.Findings, std::move(BadMarks));
  if (AreAll && Mode == LinkMode::Closed)
    append_range(Report.Findings, Uses.unused());
  sortFindings(Report.Findings);
  setFingerprints(Report.Findings);
  countFindings(Report);
  return Report;
}

Linker::Linker(const KnownFacts &Known) : KnowsWhole(Known.isWhole()) {
  Known.useIn(Facts);
}

void Linker::add(TuRecord Record) {
  for (const FunctionFacts &F : Record.Result.Facts)
    Facts.add(F);
  for (FunctionId Pattern : Record.Result.Instances)
    Facts.addInstance(Pattern);
  std::vector<FunctionFacts>().swap(Record.Result.Facts);
  ask(Facts, Record);
  Records.push_back(std::move(Record));
}

void Linker::add(const LinkedFacts &More) {
  More.visit([&](const LinkedFunction &F) { Facts.add(F); });
  for (FunctionId Pattern : More.instances())
    Facts.addInstance(Pattern);
  AreAll = false;
}

LinkMode Linker::modeFor(bool AllowIncomplete) const {
  return cancel_tidy::modeFor(Records, AllowIncomplete);
}

RunReport Linker::report(LinkMode Mode) {
  Facts.link();
  return reportOf(std::move(Records), Mode, KnowsWhole, AreAll,
                  [&](const TuRecord &) -> const FactTable & { return Facts; });
}

RunReport link(std::vector<TuRecord> Records, LinkMode Mode,
               const KnownFacts &Known) {
  if (Mode == LinkMode::EachAlone) {
    SettlingFacts Facts(Records, Mode, Known);
    return reportOf(
        std::move(Records), Mode, /*KnowsWhole=*/false, /*AreAll=*/false,
        [&](const TuRecord &R) -> const FactTable & { return Facts.of(R); });
  }
  Linker All(Known);
  for (TuRecord &R : Records)
    All.add(std::move(R));
  return All.report(Mode);
}

} // namespace cancel_tidy
