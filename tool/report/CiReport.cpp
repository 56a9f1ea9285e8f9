// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/CiReport.h"
#include "tool/report/SourceText.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

/// Services look names up in the repository, so relative ones are wanted.
std::string nameOf(StringRef File, const ReportContext &Context) {
  return validUtf8(belowRoot(File, Context.Root).value_or(File));
}

/// Escapes the data of a workflow command, or the value of one of its
/// properties, which commas and colons end as well.
std::string escaped(StringRef Text, bool IsProperty) {
  std::string Out;
  for (char C : validUtf8(Text)) {
    if (C == '%' || C == '\r' || C == '\n' ||
        (IsProperty && (C == ':' || C == ','))) {
      constexpr char Digits[] = "0123456789ABCDEF";
      Out += '%';
      Out += Digits[C >> 4];
      Out += Digits[C & 15];
    } else {
      Out += C;
    }
  }
  return Out;
}

} // namespace

void writeGitLab(raw_ostream &OS, const RunReport &Report, const FileReader &,
                 const ReportContext &Context) {
  json::Array Issues;
  for (const ReportedFinding &R : Report.Findings) {
    if (!R.counts())
      continue;
    const Finding &F = R.F;
    // GitLab tells findings apart by this alone, over all files.
    std::string Name = nameOf(F.Where.File, Context);
    Issues.push_back(json::Object{
        {"description", validUtf8(F.Message)},
        {"check_name", validUtf8(F.CheckId)},
        {"fingerprint", R.Fingerprint + "-" + Name},
        {"severity", R.IsError                     ? "critical"
                     : F.Level == Confidence::Weak ? "info"
                                                   : "major"},
        {"location",
         json::Object{
             {"path", Name},
             {"lines", json::Object{{"begin", std::max(1u, F.Where.Line)}}}}},
    });
  }
  json::OStream J(OS, /*IndentSize=*/2);
  J.value(std::move(Issues));
  OS << '\n';
}

void writeGitHub(raw_ostream &OS, const RunReport &Report,
                 const FileReader &ReadFile, const ReportContext &Context) {
  SourceTexts Texts(ReadFile);
  for (const ReportedFinding &R : Report.Findings) {
    if (!R.counts())
      continue;
    const Finding &F = R.F;
    OS << (R.IsError ? "::error" : "::warning")
       << " file=" << escaped(nameOf(F.Where.File, Context), true)
       << ",line=" << std::max(1u, F.Where.Line);
    if (auto Region =
            Texts.region(F.Where.File, F.Where.Offset, F.Where.Length);
        Region && Region->StartLine == Region->EndLine)
      OS << ",col=" << Region->StartColumn << ",endColumn="
         << std::max(Region->StartColumn + 1, Region->EndColumn);
    OS << ",title=" << escaped(F.CheckId, true)
       << "::" << escaped(F.Message, false);
    for (const Note &N : F.Notes)
      OS << escaped("\n" + nameOf(N.Where.File, Context) + ":" +
                        std::to_string(N.Where.Line) + ": " + N.Message,
                    false);
    OS << '\n';
  }
}

} // namespace cancel_tidy
