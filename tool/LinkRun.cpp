// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/LinkRun.h"
#include "Version.inc"
#include "tool/AtomicFile.h"
#include "tool/ExitCode.h"
#include "tool/FactsFile.h"
#include "tool/RelativeNames.h"
#include "tool/Summary.h"
#include "tool/Triage.h"
#include "tool/report/Report.h"
#include "tool/report/TextReport.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

int exitCode(const RunReport &Report, const Options &O) {
  int Code = ExitClean;
  for (const ReportedFinding &R : Report.Findings)
    if (R.counts() && (R.IsError || O.FailOnFinding))
      Code = ExitFindings;
  const RunSummary &S = Report.Summary;
  if ((S.Incomplete || S.Crashed || S.NotRun) && !O.AllowIncomplete)
    Code = ExitIncomplete;
  return Code;
}

/// Whether File is one that links made, as far as its first bytes tell.
bool beginsLinkedFacts(StringRef File) {
  auto Begin = MemoryBuffer::getFileSlice(File, 64, 0);
  return Begin && isLinkedFacts((*Begin)->getBuffer());
}

} // namespace

int runLink(const Options &O, const Invocation &Self) {
  int Code = ExitClean;
  auto Fail = [&](Error E) { Code = usageError(std::move(E)); };
  // A file that is missing costs its TUs only, but it is said.
  bool AnyMissing = false;
  auto Miss = [&](Error E) {
    Fail(std::move(E));
    AnyMissing = true;
  };
  KnownFacts Known = KnownFacts::open(O.FactsFiles);
  Known.ArePart = O.Open;
  for (const std::string &Wrong : Known.Errors)
    Miss(createStringError(inconvertibleErrorCode(), Wrong));
  Linker All(Known);
  bool AnyLinked = false;
  // Who asks for relative names does not want to hear of this folder.
  bool IsRelative = false;
  for (const std::string &File : O.Files) {
    if (beginsLinkedFacts(File)) {
      auto Facts = LinkedFacts::open(File);
      if (Facts)
        All.add(**Facts);
      else
        Miss(Facts.takeError());
      AnyLinked = true;
      continue;
    }
    Expected<std::vector<TuRecord>> Read = readFacts(File);
    if (!Read) {
      Miss(Read.takeError());
      continue;
    }
    if (!O.Root.empty())
      makeAbsolute(*Read, absolutePath(O.Root));
    IsRelative |= anyRelative(*Read);
    for (TuRecord &R : *Read)
      All.add(std::move(R));
  }
  if (!All.records() && !AnyLinked && !AnyMissing)
    Fail(createStringError(inconvertibleErrorCode(),
                           "nothing to link: name facts files, which "
                           "--emit-facts makes"));
  LinkMode Mode = LinkMode::Open;
  if (!O.Open && (!AnyMissing || O.AllowIncomplete))
    Mode = All.modeFor(O.AllowIncomplete);
  RunReport Report = All.report(Mode);

  if (!O.EmitFacts.empty()) {
    Report.Findings.clear();
    const bool Whole = Mode == LinkMode::Closed;
    if (auto Bytes = encodeLinkedFacts(All.facts(), Whole)) {
      if (Error E = writeFile(O.EmitFacts, *Bytes))
        Fail(std::move(E));
      else if (!O.Quiet)
        errs() << "cancel-tidy: facts of " << All.facts().size()
               << " functions, "
               << (Whole ? "the whole program" : "a part of a program") << ", "
               << Bytes->size() << " bytes\n";
    } else {
      Fail(Bytes.takeError());
    }
    return std::max(Code, exitCode(Report, O));
  }

  // Relative names of facts made with --root stay as they are.
  const std::string Root =
      IsRelative ? "" : absolutePath(O.Root.empty() ? "." : O.Root);
  Expected<Triage> Counting =
      Triage::create(O, absolutePath(O.Root.empty() ? "." : O.Root));
  if (!Counting) {
    Fail(Counting.takeError());
    return Code;
  }
  const bool Knows = Mode == LinkMode::Closed && !Report.Summary.Incomplete &&
                     !Report.Summary.Crashed && !Report.Summary.NotRun;
  if (Error E = Counting->apply(Report, [&](StringRef) { return Knows; }))
    Fail(std::move(E));

  FileReader ReadFile = diskFileReader();
  TextOptions Text;
  Text.Max = O.MaxFindings;
  Text.Color = O.UseColor.value_or(sys::Process::StandardOutHasColors());
  unsigned Shown = printFindings(outs(), Report, ReadFile, Text);
  outs().flush();
  noteNotShown(errs(), Report, Shown);
  printErrors(errs(), Report.Errors);
  Code = std::max(Code, exitCode(Report, O));
  ReportContext Context;
  Context.ToolVersion = CANCEL_TIDY_VERSION;
  Context.Root = Root;
  Context.Arguments = Self.Arguments;
  Context.Arguments.insert(Context.Arguments.begin(), "cancel-tidy");
  Context.ExitCode = Code;
  Context.ExecutionSuccessful = !AnyMissing && !Report.Summary.Incomplete &&
                                !Report.Summary.Crashed &&
                                !Report.Summary.NotRun;
  for (const ReportTarget &Target : O.Reports)
    if (Error E = writeReport(Target, Report, ReadFile, Context))
      Fail(std::move(E));
  if (!O.Quiet)
    printSummary(errs(), Report,
                 {Mode == LinkMode::Closed, !O.Open, Counting->remark()});
  return Code;
}

} // namespace cancel_tidy
