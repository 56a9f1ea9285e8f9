// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/JsonReport.h"
#include "tool/report/SourceText.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

std::string nameOf(StringRef File, const ReportContext &Context) {
  return validUtf8(belowRoot(File, Context.Root).value_or(File));
}

json::Object place(const Place &Where, const ReportContext &Context) {
  return json::Object{{"file", nameOf(Where.File, Context)},
                      {"line", Where.Line},
                      {"column", Where.Column},
                      {"offset", Where.Offset},
                      {"length", Where.Length}};
}

json::Object fixAsJson(const Fix &F, const ReportContext &Context) {
  json::Array Edits;
  for (const TextEdit &E : F.Edits)
    Edits.push_back(json::Object{{"file", nameOf(E.File, Context)},
                                 {"offset", E.Offset},
                                 {"length", E.Length},
                                 {"text", validUtf8(E.Text)}});
  return json::Object{{"description", validUtf8(F.Description)},
                      {"edits", std::move(Edits)}};
}

StringRef costName(unsigned Rank) {
  return Rank == 2 ? "waits" : Rank == 1 ? "long" : "unknown";
}

} // namespace

json::Object findingAsJson(const ReportedFinding &R,
                           const ReportContext &Context) {
  const Finding &F = R.F;
  json::Object O = place(F.Where, Context);
  O["check"] = validUtf8(F.CheckId);
  O["message"] = validUtf8(F.Message);
  O["severity"] = R.IsError ? "error" : "warning";
  O["confidence"] = F.Level == Confidence::Weak ? "weak" : "strong";
  O["cost"] = costName(F.CostRank);
  O["state"] = stateName(R);
  O["fingerprint"] = R.Fingerprint;
  if (!F.Family.empty())
    O["family"] = validUtf8(F.Family);
  if (!F.Context.empty())
    O["function"] = validUtf8(F.Context);
  json::Array Notes;
  for (const Note &N : F.Notes) {
    json::Object One = place(N.Where, Context);
    One["message"] = validUtf8(N.Message);
    if (N.IsStep)
      One["step"] = true;
    Notes.push_back(std::move(One));
  }
  O["notes"] = std::move(Notes);
  json::Array Fixes;
  for (const Fix &Alternative : F.Fixes)
    Fixes.push_back(fixAsJson(Alternative, Context));
  O["fixes"] = std::move(Fixes);
  return O;
}

void writeJsonLines(raw_ostream &OS, const RunReport &Report,
                    const FileReader &, const ReportContext &Context) {
  const RunSummary &S = Report.Summary;
  json::Array Families;
  for (const std::string &Family : S.Families)
    Families.push_back(validUtf8(Family));
  OS << json::Value(json::Object{
            {"tool", "cancel-tidy"},
            {"version", Context.ToolVersion},
            {"root", validUtf8(Context.Root)},
            {"exitCode", Context.ExitCode},
            {"complete", Context.ExecutionSuccessful},
            {"analysed", S.Analysed},
            {"withoutToken", S.WithoutToken},
            {"incomplete", S.Incomplete},
            {"crashed", S.Crashed},
            {"families", std::move(Families)},
        })
     << '\n';
  for (const ReportedFinding &R : Report.Findings)
    OS << json::Value(findingAsJson(R, Context)) << '\n';
}

} // namespace cancel_tidy
