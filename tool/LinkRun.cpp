// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/LinkRun.h"
#include "Version.inc"
#include "tool/Driver.h"
#include "tool/FactsFile.h"
#include "tool/RelativeNames.h"
#include "tool/Summary.h"
#include "tool/report/SarifReport.h"
#include "tool/report/TextReport.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

int exitCode(const RunReport &Report, const Options &O) {
  int Code = ExitClean;
  for (const ReportedFinding &R : Report.Findings)
    if (!R.Suppressed && (R.IsError || O.FailOnFinding))
      Code = ExitFindings;
  const RunSummary &S = Report.Summary;
  if ((S.Incomplete || S.Crashed || S.NotRun) && !O.AllowIncomplete)
    Code = ExitIncomplete;
  return Code;
}

} // namespace

int runLink(const Options &O, const Invocation &Self) {
  int Code = ExitClean;
  auto Fail = [&](Error E) {
    errs() << "cancel-tidy: error: " << toString(std::move(E)) << '\n';
    Code = ExitUsage;
  };
  std::vector<TuRecord> Records;
  // A file that is missing costs its TUs only, but it is said.
  bool AnyMissing = false;
  for (const std::string &File : O.Files) {
    Expected<std::vector<TuRecord>> Read = readFacts(File);
    if (!Read) {
      Fail(Read.takeError());
      AnyMissing = true;
      continue;
    }
    for (TuRecord &R : *Read)
      Records.push_back(std::move(R));
  }
  if (Records.empty() && !AnyMissing)
    Fail(createStringError(inconvertibleErrorCode(),
                           "nothing to link: name facts files, which "
                           "--emit-facts makes"));
  if (!O.Root.empty())
    makeAbsolute(Records, absolutePath(O.Root));
  // Who asks for relative names does not want to hear of this folder.
  const bool IsRelative = anyRelative(Records);
  LinkMode Mode = LinkMode::Open;
  if (!O.Open && (!AnyMissing || O.AllowIncomplete))
    Mode = modeFor(Records, O.AllowIncomplete);
  RunReport Report = link(std::move(Records), Mode);

  FileReader ReadFile = diskFileReader();
  TextOptions Text;
  Text.Color = O.UseColor.value_or(sys::Process::StandardOutHasColors());
  printFindings(outs(), Report, ReadFile, Text);
  outs().flush();
  printErrors(errs(), Report.Errors);
  Code = std::max(Code, exitCode(Report, O));
  for (const std::string &File : O.SarifFiles) {
    SarifOptions S;
    S.ToolVersion = CANCEL_TIDY_VERSION;
    if (!IsRelative)
      S.Root = absolutePath(O.Root.empty() ? "." : O.Root);
    S.Arguments = Self.Arguments;
    S.Arguments.insert(S.Arguments.begin(), "cancel-tidy");
    S.ExitCode = Code;
    S.ExecutionSuccessful = !AnyMissing && !Report.Summary.Incomplete &&
                            !Report.Summary.Crashed && !Report.Summary.NotRun;
    if (Error E = writeSarifFile(File, Report, ReadFile, S))
      Fail(std::move(E));
  }
  if (!O.Quiet)
    printSummary(errs(), Report, {Mode == LinkMode::Closed, !O.Open});
  return Code;
}

} // namespace cancel_tidy
