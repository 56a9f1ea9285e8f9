// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/AnalysisRun.h"
#include "Version.inc"
#include "tool/AtomicFile.h"
#include "tool/CheckPages.h"
#include "tool/Depfile.h"
#include "tool/ExitCode.h"
#include "tool/FactsFile.h"
#include "tool/InitialConfig.h"
#include "tool/Interrupt.h"
#include "tool/RelativeNames.h"
#include "tool/Summary.h"
#include "tool/Triage.h"
#include "tool/UnusedSuppression.h"
#include "tool/report/Report.h"
#include "tool/report/TextReport.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <set>

using namespace llvm;

namespace cancel_tidy {
namespace {

/// An analysis with its reports.
class AnalysisRun {
public:
  AnalysisRun(const Options &O, const Invocation &Self) : O(O), Self(Self) {}
  int run();

private:
  int explain();
  int explainFinding();
  int emitFacts();
  /// --init: where to write, and an error where something is there already.
  Expected<std::string> initialConfigPlace() const;
  int writeInitialConfig(StringRef Place);
  Error writeDepfile();
  /// Why there is nothing to judge; empty: there is.
  std::string whyNothing() const;
  Error triage();
  Error makeFixes();
  Error writeFixes();
  Error writeReports(int ExitCode);
  int exitCode() const;
  void printFindings();
  void noteEmptyFiles();
  std::vector<ReportedFinding> findingsLeft() const;

  const Options &O;
  const Invocation &Self;
  InterruptWatch Interrupt;
  std::unique_ptr<ProjectRun> Project;
  std::optional<Triage> Counting;
  RunReport Report;
  FixResult Fixes;
  size_t FilesEdited = 0;
};

bool isSame(const ReportedFinding &A, const ReportedFinding &B) {
  return A.F.CheckId == B.F.CheckId && A.F.Where.File == B.F.Where.File &&
         A.F.Where.Offset == B.F.Where.Offset;
}

int AnalysisRun::run() {
  Expected<RunInput> Input = collectCommands(O);
  if (!Input)
    return usageError(Input.takeError());
  Expected<std::unique_ptr<ProjectRun>> Created =
      ProjectRun::create(O, std::move(*Input), Self, Interrupt.token());
  if (!Created)
    return usageError(Created.takeError());
  Project = std::move(*Created);
  auto PrintWarnings = [&] {
    for (const std::string &W : Project->takeWarnings())
      errs() << "cancel-tidy: warning: " << W << '\n';
  };
  PrintWarnings();
  // What facts would add is left out; the rest of the run is sound.
  for (const std::string &E : Project->factsErrors())
    usageError(E);
  if (!O.Quiet)
    for (const std::string &N : Project->input().Notices)
      errs() << "cancel-tidy: note: " << N << '\n';
  std::string InitPlace;
  if (O.Init) {
    Expected<std::string> Place = initialConfigPlace();
    if (!Place)
      return usageError(Place.takeError());
    InitPlace = std::move(*Place);
  } else if (!Project->anyCheckEnabled()) {
    if (O.AllowNoChecks)
      return ExitClean;
    return usageError("no checks enabled; see --checks and --allow-no-checks");
  }
  if (!O.ExplainAt.empty())
    return explain();
  Expected<Triage> Read = Triage::create(O, Project->input().Layout.Root);
  if (!Read)
    return usageError(Read.takeError());
  Counting = std::move(*Read);

  {
    Progress Line(!O.Quiet && sys::Process::StandardErrIsDisplayed());
    if (Error E = Project->analyseAll(
            [&](size_t Done, size_t All, StringRef MainFile) {
              Line.show(Done, All, MainFile);
            }))
      return usageError(std::move(E));
  }
  PrintWarnings();
  if (!O.EmitFacts.empty())
    return emitFacts();
  Report = Project->report();
  if (O.Init)
    return writeInitialConfig(InitPlace);

  int Worst = Project->factsErrors().empty() ? ExitClean : ExitUsage;
  auto Fail = [&](int Code) { Worst = std::max(Worst, Code); };
  if (Error E = triage())
    Fail(usageError(std::move(E)));
  if (!O.ExplainFinding.empty())
    return std::max(Worst, explainFinding());
  if (O.Fix || !O.ExportFixes.empty())
    if (Error E = makeFixes())
      Fail(usageError(std::move(E)));
  printFindings(); // Before the lines they quote change.
  if (Error E = writeFixes())
    Fail(usageError(std::move(E)));
  printErrors(errs(), Report.Errors);
  noteEmptyFiles();
  std::string Nothing = whyNothing();
  Fail(exitCode());
  if (!Nothing.empty())
    Fail(usageError("nothing was analysed: " + Nothing));
  if (Error E = writeReports(Worst))
    Fail(usageError(std::move(E)));
  if (O.EnableCheckProfile || O.StoreCheckProfile) {
    if (!O.StoreCheckProfile)
      printProfile(errs(), Project->outcomes());
    else if (Error E = storeProfiles(*O.StoreCheckProfile, Project->outcomes()))
      Fail(usageError(std::move(E)));
  }
  if (!O.Quiet) {
    printSummary(
        errs(), Report,
        {Project->isClosed(), Project->input().Closed, Counting->remark()});
    if (O.Fix)
      errs() << "  fixes applied: " << (FilesEdited ? Fixes.Applied.size() : 0)
             << " in " << FilesEdited
             << (FilesEdited == 1 ? " file\n" : " files\n");
  }
  if (Interrupt.token().is_cancellation_requested())
    errs() << "cancel-tidy: interrupted\n";
  return Worst;
}

int AnalysisRun::explain() {
  auto [File, Number] = StringRef(O.ExplainAt).rsplit(':');
  unsigned Line = 0;
  Number.getAsInteger(10, Line);
  Expected<TuOutcome> Outcome = Project->explain(0, absolutePath(File), Line);
  if (!Outcome)
    return usageError(Outcome.takeError());
  for (const std::string &Text : Outcome->Explanation)
    outs() << Text << '\n';
  printErrors(errs(), Outcome->Result.Errors);
  if (Interrupt.token().is_cancellation_requested())
    return ExitInterrupted;
  bool Whole = Outcome->Result.State == TuState::Analysed ||
               Outcome->Result.State == TuState::NoToken;
  if (Whole && Outcome->Explanation.empty())
    outs() << O.ExplainAt << ": no function body that is judged covers it\n";
  return Whole || O.AllowIncomplete ? ExitClean : ExitIncomplete;
}

/// --explain-finding: all of a finding, and the parts of its check's page that
/// say what to think of it.
int AnalysisRun::explainFinding() {
  FileReader ReadFile = diskFileReader();
  bool Any = false;
  std::set<std::string> Checks;
  for (const ReportedFinding &R : Report.Findings) {
    if (!StringRef(R.Fingerprint).starts_with(O.ExplainFinding))
      continue;
    Any = true;
    printFinding(outs(), R, ReadFile);
    outs() << "id " << R.Fingerprint << ", " << stateName(R);
    if (R.Suppressed)
      outs() << " by line " << R.SuppressedBy.Line;
    if (R.F.Level == Confidence::Weak)
      outs() << ", weak confidence";
    if (!R.F.Family.empty())
      outs() << ", token family " << R.F.Family;
    outs() << '\n';
    Checks.insert(R.F.CheckId);
  }
  printErrors(errs(), Report.Errors);
  if (!Any)
    return usageError("option '--explain-finding': no finding of this run has "
                      "an id that begins with '" +
                      O.ExplainFinding +
                      "'; --report=json:- shows the ids of all");
  for (const std::string &Id : Checks)
    for (StringRef Heading : {"Why it matters", "Stays silent when", "Fix"})
      if (StringRef Text = section(checkPage(Id), Heading); !Text.empty())
        outs() << "\n## " << Id << ": " << Heading << "\n" << Text << '\n';
  return ExitClean;
}

int AnalysisRun::emitFacts() {
  std::vector<TuRecord> Records = Project->records();
  // Chains need the names of overriders; other names come with the calls.
  for (TuRecord &R : Records)
    for (FunctionFacts &F : R.Result.Facts)
      if (F.Overrides.empty())
        F.Name.clear();
  // Errors and state only: findings wait for the link.
  Report = link(Records, LinkMode::EachAlone);
  Report.Findings.clear();
  printErrors(errs(), Report.Errors);
  if (Interrupt.token().is_cancellation_requested()) {
    errs() << "cancel-tidy: interrupted\n";
    return ExitInterrupted;
  }
  if (!O.Root.empty())
    makeRelative(Records, absolutePath(O.Root));
  if (Error E = writeFacts(O.EmitFacts, Records))
    return usageError(std::move(E));
  if (!O.Depfile.empty())
    if (Error E = writeDepfile())
      return usageError(std::move(E));
  return exitCode();
}

Expected<std::string> AnalysisRun::initialConfigPlace() const {
  if (*O.Init == "-")
    return *O.Init;
  SmallString<256> Place(*O.Init);
  if (Place.empty()) {
    Place = Project->input().Layout.Root;
    sys::path::append(Place, ".cancel-tidy");
  }
  sys::fs::file_status Status;
  if (!sys::fs::status(Place, Status, /*follow=*/false))
    return createStringError(inconvertibleErrorCode(),
                             "option '--init': " + Place +
                                 " is there already and stays as it is; "
                                 "--init=- prints what would be written");
  return Place.str().str();
}

int AnalysisRun::writeInitialConfig(StringRef Place) {
  printErrors(errs(), Report.Errors);
  if (Interrupt.token().is_cancellation_requested()) {
    errs() << "cancel-tidy: interrupted\n";
    return ExitInterrupted;
  }
  if (std::string Nothing = whyNothing(); !Nothing.empty())
    return usageError("nothing was analysed: " + Nothing);
  InitialConfig Found;
  std::vector<std::string> Files;
  for (const TuOutcome &T : Project->outcomes())
    Files.insert(Files.end(), T.Files.begin(), T.Files.end());
  Found.Foreign = foreignFolders(Files, Project->input().Layout.Root);
  Found.Families = Report.Summary.Families;
  Found.Tokens = Report.Summary.UnmodelledTokens;
  for (const TokenModel &M : TokenModels::builtin().models())
    Found.Known.push_back(M.Family);
  if (Error E = writeFile(Place, initialConfig(Found)))
    return usageError(std::move(E));
  const RunSummary &S = Report.Summary;
  if (!O.Quiet) {
    errs() << "cancel-tidy: " << (Place == "-" ? "standard output" : Place)
           << ": token families in use: "
           << (S.Families.empty() ? "none" : join(S.Families, ", "))
           << "; classes that look like tokens: " << S.UnmodelledTokens.size()
           << '\n';
    if (unsigned Left = S.Incomplete + S.Crashed)
      errs() << "cancel-tidy: " << Left << (Left == 1 ? " TU was" : " TUs were")
             << " not read to the end; what is used only there is missing\n";
  }
  return (S.Incomplete || S.Crashed) && !O.AllowIncomplete ? ExitIncomplete
                                                           : ExitClean;
}

/// Makes Path a file that is younger than Than.
void makeYounger(StringRef Path, StringRef Than) {
  sys::fs::file_status Status;
  int File = -1;
  if (sys::fs::status(Than, Status) || sys::fs::openFileForWrite(Path, File))
    return;
  (void)sys::fs::setLastAccessAndModificationTime(
      File, Status.getLastModificationTime() + std::chrono::milliseconds(1));
  sys::Process::SafelyCloseFileDescriptor(File);
}

Error AnalysisRun::writeDepfile() {
  std::set<std::string> Inputs;
  bool IsIncomplete = false;
  for (size_t I = 0; I < Project->outcomes().size(); ++I) {
    const TuOutcome &T = Project->outcomes()[I];
    Inputs.insert(T.Result.MainFile);
    for (const std::string &File : T.Inputs)
      Inputs.insert(absolutePath(File));
    for (const std::string &File : Project->configOf(I).ReadFiles)
      Inputs.insert(File);
    IsIncomplete |= T.ErrorCount != 0;
  }
  // A header that is missing now may be there next time: such facts are old as
  // soon as they are written. The file stays, since make as CMake drives it
  // forgets no dependency, and would miss it for ever.
  if (IsIncomplete) {
    std::string Mark = absolutePath(O.EmitFacts) + ".incomplete";
    makeYounger(Mark, O.EmitFacts);
    Inputs.insert(std::move(Mark));
  }
  return writeFile(O.Depfile, depfileText(O.EmitFacts, Inputs));
}

std::string AnalysisRun::whyNothing() const {
  if (Interrupt.token().is_cancellation_requested())
    return "";
  const std::vector<TuOutcome> &All = Project->outcomes();
  if (all_of(All, [](const TuOutcome &T) {
        uint64_t Size = 1;
        return !sys::fs::file_size(T.Result.MainFile, Size) && Size == 0;
      }))
    return "every source is an empty file";
  bool AnyParsed = false;
  for (const TuOutcome &T : All) {
    AnyParsed |= T.Result.State == TuState::Analysed ||
                 T.Result.State == TuState::NoToken;
    if (!T.Files.empty())
      return "";
  }
  if (!AnyParsed)
    return ""; // The exit code says so already.
  return "no source lies in the project folder " +
         Project->input().Layout.Root +
         " outside the build folder and --exclude; 'Root:' in .cancel-tidy "
         "names another folder";
}

void AnalysisRun::noteEmptyFiles() {
  for (const TuOutcome &T : Project->outcomes()) {
    uint64_t Size = 1;
    if (!sys::fs::file_size(T.Result.MainFile, Size) && Size == 0)
      errs() << T.Result.MainFile
             << ": note: the file is empty, there is nothing to judge\n";
  }
}

Error AnalysisRun::triage() {
  std::set<std::string> Files;
  for (const TuOutcome &T : Project->outcomes())
    Files.insert(T.Files.begin(), T.Files.end());
  const RunSummary &S = Report.Summary;
  const bool Knows =
      Project->isClosed() && !S.Incomplete && !S.Crashed && !S.NotRun;
  const bool Whole = O.Files.empty() && !O.Flags;
  return Counting->apply(Report, [&](StringRef File) {
    return Knows && (Whole || Files.count(File.str()));
  });
}

Error AnalysisRun::makeFixes() {
  FixOptions Options;
  Options.Mark = [this](std::vector<ReportedFinding> &Findings,
                        const FileReader &ReadFile) {
    Counting->mark(Findings, ReadFile);
  };
  // Lines move with the first round; what changed is not known any more.
  if (Counting->hasDiff())
    Options.MaxRounds = 1;
  Fixes = cancel_tidy::makeFixes(Report, *Project, diskFileReader(), Options);
  for (const std::string &Line : Fixes.Dropped)
    errs() << Line << '\n';
  Error Exported = Error::success();
  if (!O.ExportFixes.empty()) {
    const std::vector<TuCommand> &Commands = Project->input().Commands;
    Exported = exportFixes(O.ExportFixes,
                           Commands.size() == 1 ? Commands[0].MainFile : "",
                           Project->input().BuildFolder, Report, &Fixes);
  }
  // What is left in NewContents is written, so no way goes round this.
  if (!O.Fix || Interrupt.token().is_cancellation_requested()) {
    Fixes.NewContents.clear();
  } else if (!O.FixErrors && !Report.Errors.empty()) {
    errs() << "cancel-tidy: fixes are not applied because of compile errors; "
              "--fix-errors applies them all the same\n";
    Fixes.NewContents.clear();
  }
  if (Fixes.NewContents.empty())
    return Exported;
  for (ReportedFinding &R : Report.Findings)
    for (const AppliedFix &A : Fixes.Applied)
      if (A.Round == 0 && isSame(A.Finding, R))
        R.F.Notes.push_back(
            {R.F.Where, "FIX-IT applied suggested code changes"});
  return Exported;
}

Error AnalysisRun::writeFixes() {
  if (Fixes.NewContents.empty())
    return Error::success();
  if (Error E = writeFixedFiles(Fixes.NewContents))
    return E;
  FilesEdited = Fixes.NewContents.size();
  return Error::success();
}

/// The findings that are left once the fixes are written.
std::vector<ReportedFinding> AnalysisRun::findingsLeft() const {
  if (!FilesEdited)
    return Report.Findings;
  std::vector<ReportedFinding> Left;
  std::set<std::string> Seen;
  for (const FixedTu &Tu : Fixes.Reanalysed) {
    Seen.insert(Tu.Files.begin(), Tu.Files.end());
    Left.insert(Left.end(), Tu.Findings.begin(), Tu.Findings.end());
  }
  sortFindings(Left);
  markSuppressed(Left, diskFileReader());
  Counting->mark(Left, diskFileReader());
  auto IsFixed = [&](const ReportedFinding &R) {
    return any_of(Fixes.Applied, [&](const AppliedFix &A) {
      return A.Round == 0 && isSame(A.Finding, R);
    });
  };
  // What the link decided, an analysis of some TUs does not say again.
  for (const ReportedFinding &R : Report.Findings)
    if (!Seen.count(R.F.Where.File) ||
        (R.F.CheckId == UnusedSuppressionId && !IsFixed(R)))
      Left.push_back(R);
  return Left;
}

void AnalysisRun::printFindings() {
  const FileConfig &First = Project->configOf(0);
  TextOptions Text;
  Text.Color = O.UseColor.value_or(
      First.UseColor.value_or(sys::Process::StandardOutHasColors()));
  Text.Max = O.MaxFindings;
  unsigned Shown =
      cancel_tidy::printFindings(outs(), Report, diskFileReader(), Text);
  outs().flush();
  noteNotShown(errs(), Report, Shown);
}

int AnalysisRun::exitCode() const {
  int Code = ExitClean;
  for (const ReportedFinding &R : findingsLeft())
    if (R.counts() && (R.IsError || O.FailOnFinding))
      Code = ExitFindings;
  const RunSummary &S = Report.Summary;
  if ((S.Incomplete || S.Crashed) && !O.AllowIncomplete)
    Code = ExitIncomplete;
  if (Interrupt.token().is_cancellation_requested())
    Code = ExitInterrupted;
  return Code;
}

Error AnalysisRun::writeReports(int ExitCode) {
  ReportContext Context;
  Context.ToolVersion = CANCEL_TIDY_VERSION;
  Context.Root = Project->input().Layout.Root;
  Context.Arguments = Self.Arguments;
  Context.Arguments.insert(Context.Arguments.begin(), "cancel-tidy");
  Context.ExitCode = ExitCode;
  const RunSummary &Sum = Report.Summary;
  Context.ExecutionSuccessful = !Sum.Incomplete && !Sum.Crashed && !Sum.NotRun;
  for (const ReportTarget &Target : O.Reports)
    if (Error E = writeReport(Target, Report, diskFileReader(), Context))
      return E;
  return Error::success();
}

} // namespace

int runAnalysis(const Options &O, const Invocation &Self) {
  return AnalysisRun(O, Self).run();
}

} // namespace cancel_tidy
