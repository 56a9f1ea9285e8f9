// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Summary.h"
#include "tool/InitialConfig.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

using namespace llvm;

namespace cancel_tidy {

void Progress::show(size_t Done, size_t All, StringRef MainFile) {
  if (!Enabled)
    return;
  unsigned Width = std::max(20u, sys::Process::StandardErrColumns());
  std::string Line =
      formatv("[{0}/{1}] {2}", Done, All, sys::path::filename(MainFile));
  errs() << "\r\x1b[K" << StringRef(Line).take_front(Width - 1);
  errs().flush();
  Shown = true;
}

void Progress::clear() {
  if (Shown)
    errs() << "\r\x1b[K";
  Shown = false;
}

static std::string counted(size_t N, StringRef What) {
  return (Twine(N) + " " + What + (N == 1 ? "" : "s")).str();
}

/// None seen is not none where nobody looked.
static std::string familiesText(const RunSummary &S) {
  if (!S.Families.empty())
    return join(S.Families, ", ");
  if (!S.Incomplete && !S.Crashed && !S.NotRun)
    return "none seen";
  return S.Analysed ? "none seen in what was parsed" : "not known";
}

/// What a closed run leaves open where the parse failed; see settle() in
/// Link.h.
static void printLeftOpen(raw_ostream &OS, unsigned Incomplete) {
  if (Incomplete)
    OS << "  not judged in " << counted(Incomplete, "incomplete TU")
       << ": functions with errors, and calls that nobody defines (not counted "
          "as long)\n";
}

void printSummary(raw_ostream &OS, const RunReport &Report,
                  const SummaryContext &Context) {
  const RunSummary &S = Report.Summary;
  unsigned All = S.Analysed + S.Incomplete + S.Crashed + S.NotRun;
  OS << "cancel-tidy: " << S.Analysed << " of " << counted(All, "TU")
     << " analysed";
  if (S.WithoutToken)
    OS << " (" << S.WithoutToken << " without token)";
  if (S.Incomplete)
    OS << ", " << S.Incomplete << " incomplete";
  if (S.Crashed)
    OS << ", " << S.Crashed << " crashed or timed out";
  if (S.NotRun)
    OS << ", " << S.NotRun << " not run";
  OS << "\n  token families: " << familiesText(S) << '\n';
  unsigned Findings = 0;
  for (const auto &[Id, Count] : S.FindingsPerCheck)
    Findings += Count;
  OS << "  findings: " << Findings;
  if (Findings) {
    OS << " (";
    ListSeparator Comma;
    for (const auto &[Id, Count] : S.FindingsPerCheck)
      OS << Comma << Id << ' ' << Count;
    OS << ')';
  }
  if (S.Suppressed)
    OS << ", " << S.Suppressed << " suppressed";
  if (S.InBaseline)
    OS << ", " << S.InBaseline << " in the baseline";
  OS << '\n';
  if (!Context.Baseline.empty())
    OS << "  baseline: " << Context.Baseline << '\n';
  if (S.Cached)
    OS << "  from the cache: " << counted(S.Cached, "TU") << '\n';
  if (S.WithPrelude)
    OS << "  with shared headers: " << counted(S.WithPrelude, "TU") << '\n';
  if (Context.WantedClosed && !Context.Closed)
    OS << "  what depends on functions of TUs that were not parsed is left "
          "out; --allow-incomplete judges without them\n";
  else if (Context.Closed)
    printLeftOpen(OS, S.Incomplete);
  constexpr size_t MaxUnmodelled = 5;
  for (const std::string &Token :
       ArrayRef(S.UnmodelledTokens).take_front(MaxUnmodelled))
    OS << "  looks like a token, and no model covers it: "
       << proposedToken(Token).Type << " (propose: Tokens: [" << Token
       << "])\n";
  if (S.UnmodelledTokens.size() > MaxUnmodelled)
    OS << "  ... and " << S.UnmodelledTokens.size() - MaxUnmodelled
       << (S.UnmodelledTokens.size() - MaxUnmodelled == 1 ? " more class"
                                                          : " more classes")
       << " like that\n";
}

void noteNotShown(raw_ostream &OS, const RunReport &Report, unsigned Shown) {
  size_t Counting = count_if(
      Report.Findings, [](const ReportedFinding &R) { return R.counts(); });
  if (Counting > Shown)
    OS << "cancel-tidy: " << counted(Counting - Shown, "more finding")
       << " not shown; --max-findings limits what is printed\n";
}

void printErrors(raw_ostream &OS, ArrayRef<std::string> Errors) {
  constexpr size_t MaxErrors = 20;
  for (const std::string &E : Errors.take_front(MaxErrors))
    OS << E << '\n';
  if (Errors.size() > MaxErrors)
    OS << "cancel-tidy: " << counted(Errors.size() - MaxErrors, "more error")
       << " not shown\n";
}

void printProfile(raw_ostream &OS, ArrayRef<TuOutcome> Outcomes) {
  std::map<std::string, double> Total;
  for (const TuOutcome &T : Outcomes)
    for (const auto &[Id, Seconds] : T.Seconds)
      Total[Id] += Seconds;
  std::vector<std::pair<std::string, double>> Sorted(Total.begin(),
                                                     Total.end());
  llvm::stable_sort(
      Sorted, [](const auto &A, const auto &B) { return A.second > B.second; });
  OS << "cancel-tidy: seconds by check\n";
  for (const auto &[Id, Seconds] : Sorted)
    OS << format("%10.4f  ", Seconds) << Id << '\n';
}

Error storeProfiles(StringRef Folder, ArrayRef<TuOutcome> Outcomes) {
  if (std::error_code E = sys::fs::create_directories(Folder))
    return createStringError(E, "--store-check-profile: cannot make " + Folder +
                                    ": " + E.message());
  for (size_t I = 0; I < Outcomes.size(); ++I) {
    json::Object Profile;
    for (const auto &[Id, Seconds] : Outcomes[I].Seconds)
      Profile["time.clang-tidy." + Id + ".wall"] = Seconds;
    StringRef Main = Outcomes[I].Result.MainFile;
    SmallString<256> Path(Folder);
    sys::path::append(Path,
                      Twine(I) + "-" + sys::path::filename(Main) + ".json");
    std::error_code E;
    raw_fd_ostream OS(Path, E);
    if (!E)
      OS << formatv("{0:2}\n",
                    json::Value(json::Object{{"file", Main.str()},
                                             {"profile", std::move(Profile)}}));
    OS.close();
    if (!E)
      E = OS.error();
    OS.clear_error();
    if (E)
      return createStringError(E, "--store-check-profile: cannot write " +
                                      Path + ": " + E.message());
  }
  return Error::success();
}

} // namespace cancel_tidy
