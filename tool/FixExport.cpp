// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fixes as clang-apply-replacements and editors read them.
#include "tool/AtomicFile.h"
#include "tool/EditSet.h"
#include "tool/Fixer.h"
#include "clang/Tooling/Core/Diagnostic.h"
#include "clang/Tooling/Core/Replacement.h"
#include "clang/Tooling/DiagnosticsYaml.h"
#include "llvm/Support/YAMLTraits.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace cancel_tidy {

namespace {

using clang::tooling::Replacement;
using clang::tooling::Replacements;

/// All verified edits as replacements of the contents on disk.
std::map<std::string, Replacements> joinRounds(const FixResult &Fixes) {
  std::map<std::string, Replacements> Joined;
  for (unsigned Round = 0; Round < Fixes.Rounds; ++Round) {
    EditSet Edits;
    for (const AppliedFix &A : Fixes.Applied)
      if (A.Round == Round)
        Edits.add(A.What);
    for (const auto &[File, List] : Edits.ByFile) {
      Replacements New;
      for (const TextEdit &E : List)
        // Edits of a round never overlap, so this cannot fail.
        consumeError(New.add(Replacement(File, E.Offset, E.Length, E.Text)));
      Joined[File] = Joined[File].merge(New);
    }
  }
  return Joined;
}

clang::tooling::DiagnosticMessage message(const Place &Where, StringRef Text) {
  clang::tooling::DiagnosticMessage M(Text);
  M.FilePath = Where.File;
  M.FileOffset = Where.Offset;
  if (Where.Length) {
    clang::tooling::FileByteRange Range;
    Range.FilePath = Where.File;
    Range.FileOffset = Where.Offset;
    Range.Length = Where.Length;
    M.Ranges.push_back(Range);
  }
  return M;
}

} // namespace

Error exportFixes(StringRef Path, StringRef MainFile, StringRef BuildDirectory,
                  const RunReport &Report, const FixResult *Verified) {
  clang::tooling::TranslationUnitDiagnostics Document;
  Document.MainSourceFile = MainFile.str();
  std::map<std::string, Replacements> Joined;
  if (Verified)
    Joined = joinRounds(*Verified);
  // What no finding has taken yet.
  std::set<std::tuple<std::string, unsigned, unsigned, std::string>> Free;
  for (const auto &[File, List] : Joined)
    for (const Replacement &R : List)
      Free.insert(
          {File, R.getOffset(), R.getLength(), R.getReplacementText().str()});

  for (const ReportedFinding &R : Report.Findings) {
    if (!R.counts())
      continue;
    clang::tooling::Diagnostic D(
        R.F.CheckId, message(R.F.Where, R.F.Message), {},
        R.IsError ? clang::tooling::Diagnostic::Error
                  : clang::tooling::Diagnostic::Warning,
        BuildDirectory);
    for (const Note &N : R.F.Notes)
      D.Notes.push_back(message(N.Where, N.Message));
    std::vector<TextEdit> Edits;
    if (!R.F.Fixes.empty())
      Edits = R.F.Fixes.front().Edits;
    for (const TextEdit &E : Edits) {
      // With verified fixes each replacement goes to the first finding that
      // asks for it.
      if (Verified && !Free.erase({E.File, E.Offset, E.Length, E.Text}))
        continue;
      consumeError(D.Message.Fix[E.File].add(
          Replacement(E.File, E.Offset, E.Length, E.Text)));
    }
    Document.Diagnostics.push_back(std::move(D));
  }

  // Fixes of later rounds, and those that grew together with them.
  for (const auto &[File, Offset, Length, Text] : Free) {
    const AppliedFix *Owner = nullptr;
    for (const AppliedFix &A : Verified->Applied)
      if (any_of(A.What.Edits, [&, &File = File](const TextEdit &E) {
            return E.File == File;
          }))
        if (!Owner || A.Round > 0)
          Owner = &A;
    Place Where;
    Where.File = File;
    Where.Offset = Offset;
    clang::tooling::Diagnostic D(
        Owner ? Owner->Finding.F.CheckId : "cancel-tidy",
        message(Where, Owner ? Owner->Finding.F.Message : "fix"), {},
        clang::tooling::Diagnostic::Warning, BuildDirectory);
    consumeError(
        D.Message.Fix[File].add(Replacement(File, Offset, Length, Text)));
    Document.Diagnostics.push_back(std::move(D));
  }

  std::string Text;
  raw_string_ostream OS(Text);
  yaml::Output Yaml(OS);
  Yaml << Document;
  OS.flush();
  return writeFile(Path, Text);
}

} // namespace cancel_tidy
