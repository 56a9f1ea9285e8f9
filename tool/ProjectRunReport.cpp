// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a ProjectRun tells of its TUs, and the FixHost in it.
#include "tool/ProjectRunFilters.h"
#include "tool/Suppression.h"
#include "tool/UnusedSuppression.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace cancel_tidy {

bool ProjectRun::isClosed() const {
  if (!Input.Closed)
    return Known.isWhole();
  if (O.AllowIncomplete)
    return true;
  // What is missing may define what the rest calls.
  return Known.Errors.empty() && none_of(Outcomes, [](const TuOutcome &T) {
           return T.HasFatalError || T.Result.State == TuState::NotRun;
         });
}

bool ProjectRun::isShown(const Finding &F) const {
  StringRef File = F.Where.File;
  bool IsMain =
      Shown->MainFiles.contains(File) || is_contained(Input.Layout.Given, File);
  // A source that another includes (a unity build) is no header.
  StringRef Extension = sys::path::extension(File);
  IsMain |= Extension == ".cpp" || Extension == ".cc" || Extension == ".cxx" ||
            Extension == ".c" || Extension == ".C";
  if (!IsMain && Shown->Header && !Shown->Header->match(File))
    return false;
  if (!IsMain && Shown->ExcludedHeader && Shown->ExcludedHeader->match(File))
    return false;
  if (Shown->Lines.empty())
    return true;
  return any_of(Shown->Lines, [&](const LineFilter &L) {
    if (!File.ends_with(L.Name))
      return false;
    return L.Lines.empty() || any_of(L.Lines, [&](auto Range) {
             return Range.first <= F.Where.Line && F.Where.Line <= Range.second;
           });
  });
}

TuRecord ProjectRun::recordOf(size_t I, TuOutcome Outcome) const {
  TuRecord Record;
  Record.HasFatalError = Outcome.HasFatalError;
  std::vector<SuppressionMark> &Marks = Outcome.Result.Marks;
  for (SuppressionMark &M : Marks)
    M.IsError = configOf(I).isError(UnusedSuppressionId);
  // What is not shown may need a mark all the same.
  llvm::erase_if(Marks, [&](const SuppressionMark &M) {
    Finding AtMark;
    AtMark.Where = M.Where;
    return !Shown->Lines.empty() || !isShown(AtMark);
  });
  for (Finding &F : Outcome.Result.Findings) {
    if (!isShown(F)) {
      llvm::erase_if(Marks, [&](const SuppressionMark &M) {
        return any_of(F.Spelled,
                      [&](const Place &P) { return P.File == M.Where.File; });
      });
      continue;
    }
    ReportedFinding R;
    R.IsError = configOf(I).isError(F.CheckId);
    R.F = std::move(F);
    Record.Findings.push_back(std::move(R));
  }
  Outcome.Result.Findings.clear();
  Record.Result = std::move(Outcome.Result);
  return Record;
}

std::vector<TuRecord> ProjectRun::records() const {
  std::vector<TuRecord> Records;
  FileReader ReadFile = diskFileReader();
  for (size_t I = 0; I < Outcomes.size(); ++I) {
    Records.push_back(recordOf(I, Outcomes[I]));
    markRecord(Records.back(), ReadFile);
  }
  return Records;
}

LinkMode ProjectRun::mode() const {
  // With facts of the program, what they do not name stays open.
  if (!Input.Closed)
    return Known.isWhole() ? LinkMode::Open : LinkMode::EachAlone;
  return isClosed() ? LinkMode::Closed : LinkMode::Open;
}

RunReport ProjectRun::report() const {
  RunReport Report = link(records(), mode(), Known);
  Report.Summary.Cached = Cached;
  for (const TuOutcome &T : Outcomes)
    Report.Summary.WithPrelude +=
        !T.Prelude.empty() && !T.IsCached && !T.IsSkipped;
  return Report;
}

std::vector<std::string> ProjectRun::tusIncluding(ArrayRef<std::string> Files) {
  std::set<std::string> Found;
  for (const TuOutcome &T : Outcomes)
    if (T.Files.empty() || any_of(Files, [&](const std::string &F) {
          return is_contained(T.Files, F);
        }))
      Found.insert(T.Result.MainFile);
  return {Found.begin(), Found.end()};
}

bool ProjectRun::interrupted() { return Token.is_cancellation_requested(); }

std::vector<FixedTu> ProjectRun::analyse(ArrayRef<std::string> MainFiles,
                                         const Overlay &Contents) {
  // A main file may have several commands: each is a job.
  std::vector<TuJob> Jobs;
  std::vector<size_t> TuOf;
  for (size_t I = 0; I < Input.Commands.size(); ++I) {
    if (!is_contained(MainFiles, Input.Commands[I].MainFile))
      continue;
    TuJob Job;
    Job.Command = Input.Commands[I];
    Job.Contents = Contents;
    Job.WantCalls = true;
    Jobs.push_back(std::move(Job));
    TuOf.push_back(I);
  }
  std::map<size_t, TuOutcome> New;
  for (size_t I : TuOf)
    New[I].Result.MainFile = Input.Commands[I].MainFile;
  Error E = run(Jobs, true, [&](size_t Job, TuOutcome Outcome) {
    New[TuOf[Job]] = std::move(Outcome);
  });
  bool Failed = bool(E);
  consumeError(std::move(E));
  // Facts of the rest are those of the first analysis.
  const LinkMode Mode = mode();
  std::vector<TuRecord> Records;
  for (size_t I = 0; I < Outcomes.size(); ++I) {
    auto It = New.find(I);
    Records.push_back(recordOf(I, It == New.end() ? Outcomes[I] : It->second));
  }
  dropPatterns(Records, Mode, Known.isWhole());
  SettlingFacts Facts(Records, Mode, Known);

  std::vector<FixedTu> Result;
  for (const std::string &MainFile : MainFiles) {
    FixedTu Fixed;
    Fixed.MainFile = MainFile;
    for (size_t I : TuOf) {
      if (Input.Commands[I].MainFile != MainFile)
        continue;
      const TuOutcome &T = New[I];
      Fixed.ErrorCount += T.ErrorCount;
      Fixed.Errors.insert(Fixed.Errors.end(), T.Result.Errors.begin(),
                          T.Result.Errors.end());
      // What could not be analysed proves nothing.
      if (Failed || T.Result.State == TuState::NotRun)
        ++Fixed.ErrorCount;
      const TuRecord &Record = Records[I];
      std::vector<ReportedFinding> Findings =
          settle(Record.Findings, T.Result.State, Facts.of(Record), Mode);
      for (ReportedFinding &R : Findings)
        Fixed.Findings.push_back(std::move(R));
      Fixed.Files.insert(Fixed.Files.end(), T.Files.begin(), T.Files.end());
      Fixed.Calls.insert(Fixed.Calls.end(), T.Calls.begin(), T.Calls.end());
    }
    sortFindings(Fixed.Findings);
    llvm::sort(Fixed.Files);
    Fixed.Files.erase(std::unique(Fixed.Files.begin(), Fixed.Files.end()),
                      Fixed.Files.end());
    llvm::sort(Fixed.Calls);
    Fixed.Calls.erase(std::unique(Fixed.Calls.begin(), Fixed.Calls.end()),
                      Fixed.Calls.end());
    Result.push_back(std::move(Fixed));
  }
  return Result;
}

} // namespace cancel_tidy
