// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Fixer.h"
#include "tool/AtomicFile.h"
#include "clang/Tooling/Core/Diagnostic.h"
#include "clang/Tooling/Core/Replacement.h"
#include "clang/Tooling/DiagnosticsYaml.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/YAMLTraits.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <set>
#include <tuple>

using namespace llvm;

namespace cancel_tidy {
namespace {

bool sameEdit(const TextEdit &A, const TextEdit &B) {
  return A.File == B.File && A.Offset == B.Offset && A.Length == B.Length &&
         A.Text == B.Text;
}

/// Whether the two cannot be applied together. Edits that begin at the same
/// place conflict, too: their order would be a guess.
bool conflict(const TextEdit &A, const TextEdit &B) {
  if (A.File != B.File || sameEdit(A, B))
    return false;
  return A.Offset == B.Offset ||
         (A.Offset < B.Offset ? A.Offset + A.Length > B.Offset
                              : B.Offset + B.Length > A.Offset);
}

bool editBefore(const TextEdit &A, const TextEdit &B) {
  return std::tie(A.File, A.Offset, A.Length, A.Text) <
         std::tie(B.File, B.Offset, B.Length, B.Text);
}

/// One finding with the fix to try.
struct Candidate {
  const ReportedFinding *Reported;
  const Fix *TheFix;
};

/// Edits of a round by file: sorted, free of doubles and conflicts.
class EditSet {
public:
  bool conflicts(const Fix &F) const {
    return any_of(F.Edits, [&](const TextEdit &New) {
      auto It = ByFile.find(New.File);
      return It != ByFile.end() && any_of(It->second, [&](const TextEdit &Old) {
               return conflict(Old, New);
             });
    });
  }

  void add(const Fix &F) {
    for (const TextEdit &New : F.Edits) {
      std::vector<TextEdit> &Edits = ByFile[New.File];
      auto It = std::lower_bound(Edits.begin(), Edits.end(), New, editBefore);
      if (It == Edits.end() || !sameEdit(*It, New))
        Edits.insert(It, New);
    }
  }

  /// Where Offset of File is after the edits; inside replaced text, the end of
  /// what replaces it. An insertion at Offset itself comes before it.
  unsigned mapped(const std::string &File, unsigned Offset) const {
    auto It = ByFile.find(File);
    if (It == ByFile.end())
      return Offset;
    int64_t Shift = 0;
    for (const TextEdit &E : It->second) {
      if (E.Offset > Offset)
        break;
      if (E.Offset == Offset && E.Length > 0)
        break; // the text that is replaced begins where it began
      int64_t Grown = static_cast<int64_t>(E.Text.size()) - E.Length;
      if (Offset < E.Offset + E.Length)
        return E.Offset + Shift + E.Text.size();
      Shift += Grown;
    }
    return Offset + Shift;
  }

  /// Whether Offset lies in or at an edit.
  bool touches(const std::string &File, unsigned Offset) const {
    auto It = ByFile.find(File);
    return It != ByFile.end() && any_of(It->second, [&](const TextEdit &E) {
             return E.Offset <= Offset && Offset <= E.Offset + E.Length;
           });
  }

  std::map<std::string, std::vector<TextEdit>> ByFile;
};

/// Text with line ends as Like has them.
std::string withLineEndsOf(StringRef Like, StringRef Text) {
  if (!Like.contains("\r\n") || !Text.contains('\n'))
    return Text.str();
  std::string Result;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Text[I] == '\n' && (I == 0 || Text[I - 1] != '\r'))
      Result += '\r';
    Result += Text[I];
  }
  return Result;
}

std::string at(const Place &P) {
  return P.File + ":" + std::to_string(P.Line) + ":" +
         std::to_string(P.Column) + ": ";
}

/// Why a set of fixes cannot stay.
struct Trial {
  bool Broken = false; ///< something is wrong that no single fix answers for
  std::string Why;
  /// Fixes that are known to be wrong, by index into the tried candidates.
  std::map<size_t, std::string> Blamed;
  std::map<std::string, FixedTu> Tus;
  Overlay Contents;
  EditSet Edits;
};

class Rounds {
public:
  Rounds(const RunReport &Report, FixHost &Host, const FileReader &ReadFile,
         const FixOptions &Options)
      : Report(Report), Host(Host), ReadDisk(ReadFile), Options(Options) {}

  FixResult run();

private:
  using Key = std::tuple<std::string, std::string, unsigned>;

  std::optional<std::string> contentNow(StringRef File) {
    auto It = Current.find(File.str());
    return It != Current.end() ? std::optional(It->second) : ReadDisk(File);
  }

  Key keyOf(const Finding &F) const {
    return {F.CheckId, F.Where.File, F.Where.Offset};
  }

  void drop(const Candidate &C, StringRef Why) {
    const Finding &F = C.Reported->F;
    if (Dropped.insert(keyOf(F)).second)
      Result.Dropped.push_back(at(F.Where) + "fix not applied: " + Why.str() +
                               " [" + F.CheckId + "]");
  }

  std::vector<Candidate> select(ArrayRef<ReportedFinding> Findings);
  Trial attempt(ArrayRef<Candidate> Tried);
  void judge(Trial &T, ArrayRef<Candidate> Tried);
  const FixedTu &before(const std::string &MainFile);
  void settleOn(std::vector<Candidate> &Good, std::vector<Candidate> More);

  const RunReport &Report;
  FixHost &Host;
  const FileReader &ReadDisk;
  const FixOptions &Options;
  FixResult Result;

  /// Contents at the begin of the round, and the TUs as they were then.
  Overlay Current;
  std::map<std::string, FixedTu> Before;
  /// The latest trial of this round that held.
  Trial Best;
  std::set<Key> Dropped; ///< places count in the contents of the round
};

/// The fixes of this round: one a finding, none in another's way.
std::vector<Candidate> Rounds::select(ArrayRef<ReportedFinding> Findings) {
  std::vector<Candidate> Chosen;
  EditSet Edits;
  for (const ReportedFinding &R : Findings) {
    if (!R.counts() || R.F.Fixes.empty() || Dropped.count(keyOf(R.F)))
      continue;
    Candidate C{&R, &R.F.Fixes.front()};
    if (C.TheFix->Edits.empty())
      continue;
    bool Fits = all_of(C.TheFix->Edits, [&](const TextEdit &E) {
      std::optional<std::string> Text = contentNow(E.File);
      return Text && E.Offset + E.Length <= Text->size();
    });
    if (!Fits) {
      drop(C, "the file cannot be read or has changed");
      continue;
    }
    if (Edits.conflicts(*C.TheFix))
      continue; // its turn comes in the next round
    Edits.add(*C.TheFix);
    Chosen.push_back(C);
  }
  return Chosen;
}

/// Applies the fixes in memory and has the TUs that see them analysed.
Trial Rounds::attempt(ArrayRef<Candidate> Tried) {
  Trial T;
  for (const Candidate &C : Tried)
    T.Edits.add(*C.TheFix);
  T.Contents = Current;
  for (auto &[File, Edits] : T.Edits.ByFile) {
    std::string Text = *contentNow(File);
    for (TextEdit &E : Edits)
      E.Text = withLineEndsOf(Text, E.Text);
    Expected<std::string> New = applyEdits(Text, Edits);
    if (!New) {
      T.Broken = true;
      T.Why = toString(New.takeError());
      return T;
    }
    T.Contents[File] = std::move(*New);
  }

  // TUs that see nothing new since the last trial that held keep its result.
  std::vector<std::string> Changed;
  for (const auto &[File, Text] : T.Contents) {
    auto It = Best.Contents.find(File);
    if (It == Best.Contents.end() || It->second != Text)
      Changed.push_back(File);
  }
  for (const auto &[File, Text] : Best.Contents)
    if (!T.Contents.count(File))
      Changed.push_back(File);
  sort(Changed);
  T.Tus = Best.Tus;
  std::vector<std::string> Affected = Host.tusIncluding(Changed);
  std::vector<FixedTu> Analysed = Host.analyse(Affected, T.Contents);
  for (FixedTu &Tu : Analysed) {
    std::string Name = Tu.MainFile;
    T.Tus[Name] = std::move(Tu);
  }
  judge(T, Tried);
  return T;
}

/// The TU at the begin of the round.
const FixedTu &Rounds::before(const std::string &MainFile) {
  auto It = Before.find(MainFile);
  if (It == Before.end()) {
    std::vector<FixedTu> Base = Host.baseline({MainFile});
    It =
        Before.emplace(MainFile, Base.empty() ? FixedTu() : Base.front()).first;
  }
  return It->second;
}

void Rounds::judge(Trial &T, ArrayRef<Candidate> Tried) {
  for (const auto &[Name, Tu] : T.Tus) {
    if (Tu.ErrorCount && Tu.ErrorCount > before(Name).ErrorCount) {
      T.Broken = true;
      T.Why = "the code does not compile with it";
      if (!Tu.Errors.empty())
        T.Why += " (" + Tu.Errors.front() + ")";
      return;
    }
  }

  // A finding that is still there was not mended.
  std::set<Key> Left;
  for (const auto &[Name, Tu] : T.Tus)
    for (const ReportedFinding &R : Tu.Findings)
      Left.insert(keyOf(R.F));
  for (size_t I = 0; I < Tried.size(); ++I) {
    const Finding &F = Tried[I].Reported->F;
    if (Left.count({F.CheckId, F.Where.File,
                    T.Edits.mapped(F.Where.File, F.Where.Offset)}))
      T.Blamed[I] = "the finding stays";
  }

  // Calls that nobody meant to change must resolve as before. Meant is what
  // lies between the place of a finding and the end of its fix: the call it is
  // about, and arguments, which do not look at the function they go to.
  auto IsMeant = [&](const ResolvedCall &Call) {
    return any_of(Tried, [&](const Candidate &C) {
      const Place &Where = C.Reported->F.Where;
      if (Where.File != Call.File || Call.Offset < Where.Offset)
        return false;
      return Call.Offset == Where.Offset ||
             any_of(C.TheFix->Edits, [&](const TextEdit &E) {
               return E.File == Call.File && Call.Offset <= E.Offset + E.Length;
             });
    });
  };
  for (const auto &[Name, Tu] : T.Tus) {
    if (Tu.Calls.empty())
      continue;
    // Several calls share a place: a range-for calls begin() and end() there.
    std::set<std::pair<std::string, unsigned>> Places;
    for (const ResolvedCall &Call : Tu.Calls)
      Places.insert({Call.File, Call.Offset});
    for (const ResolvedCall &Call : before(Name).Calls) {
      if (T.Edits.touches(Call.File, Call.Offset) || IsMeant(Call))
        continue;
      ResolvedCall Same = Call;
      Same.Offset = T.Edits.mapped(Call.File, Call.Offset);
      Same.CalleeOffset = T.Edits.mapped(Call.CalleeFile, Call.CalleeOffset);
      if (Places.count({Same.File, Same.Offset}) &&
          !std::binary_search(Tu.Calls.begin(), Tu.Calls.end(), Same)) {
        T.Broken = true;
        T.Why = "another call would pick another function";
        return;
      }
    }
  }
}

/// Adds to Good what holds of More: all of it, or the halves one by one.
void Rounds::settleOn(std::vector<Candidate> &Good,
                      std::vector<Candidate> More) {
  while (!More.empty() && !Host.interrupted()) {
    std::vector<Candidate> Tried = Good;
    Tried.insert(Tried.end(), More.begin(), More.end());
    Trial T = attempt(Tried);
    if (Host.interrupted())
      return;
    if (T.Broken) {
      if (More.size() == 1) {
        drop(More.front(), T.Why);
        return;
      }
      auto Middle = More.begin() + More.size() / 2;
      settleOn(Good, std::vector<Candidate>(More.begin(), Middle));
      settleOn(Good, std::vector<Candidate>(Middle, More.end()));
      return;
    }
    if (T.Blamed.empty()) {
      Good = std::move(Tried);
      Best = std::move(T);
      return;
    }
    // Those that do not mend go; the others are tried again without them.
    std::vector<Candidate> Kept[2];
    for (size_t I = 0; I < Tried.size(); ++I) {
      if (auto It = T.Blamed.find(I); It != T.Blamed.end())
        drop(Tried[I], It->second);
      else
        Kept[I < Good.size() ? 0 : 1].push_back(Tried[I]);
    }
    if (Kept[0].size() != Good.size()) {
      // One that held before does not hold beside the new ones: start over.
      More = std::move(Kept[0]);
      More.insert(More.end(), Kept[1].begin(), Kept[1].end());
      Good.clear();
      Best = Trial();
      Best.Contents = Current;
      Best.Tus = Before;
      continue;
    }
    More = std::move(Kept[1]);
  }
}

FixResult Rounds::run() {
  std::vector<ReportedFinding> Findings = Report.Findings;
  while (Result.Rounds < Options.MaxRounds) {
    std::vector<Candidate> Candidates = select(Findings);
    if (Candidates.empty())
      break;
    // Fixes of one file stand together, so that halves share TUs.
    llvm::stable_sort(Candidates, [](const Candidate &A, const Candidate &B) {
      return A.Reported->F.Where.File < B.Reported->F.Where.File;
    });
    Best = Trial();
    Best.Contents = Current;
    Best.Tus = Before;
    std::vector<Candidate> Good;
    settleOn(Good, Candidates);
    if (Host.interrupted()) {
      Result.Interrupted = true;
      return std::move(Result);
    }
    if (Good.empty())
      continue; // all were dropped; others may have waited for their places
    for (const Candidate &C : Good) {
      AppliedFix Applied{*C.Reported, *C.TheFix, Result.Rounds};
      for (TextEdit &E : Applied.What.Edits)
        E.Text = withLineEndsOf(*contentNow(E.File), E.Text);
      Result.Applied.push_back(std::move(Applied));
    }
    // What was dropped keeps its place in the new contents.
    std::set<Key> Moved;
    for (const auto &[Id, File, Offset] : Dropped)
      Moved.insert({Id, File, Best.Edits.mapped(File, Offset)});
    Dropped = std::move(Moved);
    Current = std::move(Best.Contents);
    Before = std::move(Best.Tus);
    ++Result.Rounds;

    Findings.clear();
    for (const auto &[Name, Tu] : Before)
      Findings.insert(Findings.end(), Tu.Findings.begin(), Tu.Findings.end());
    FileReader ReadNow = [this](StringRef File) { return contentNow(File); };
    auto Order = [](const ReportedFinding &A, const ReportedFinding &B) {
      return std::tie(A.F.Where.File, A.F.Where.Offset, A.F.CheckId,
                      A.F.Message) < std::tie(B.F.Where.File, B.F.Where.Offset,
                                              B.F.CheckId, B.F.Message);
    };
    llvm::stable_sort(Findings, Order);
    Findings.erase(std::unique(Findings.begin(), Findings.end(),
                               [&](const auto &A, const auto &B) {
                                 return !Order(A, B) && !Order(B, A);
                               }),
                   Findings.end());
    markSuppressed(Findings, ReadNow);
    if (Options.Mark)
      Options.Mark(Findings, ReadNow);
  }
  Result.FixedPoint = select(Findings).empty();
  for (auto &[File, Text] : Current)
    if (ReadDisk(File) != Text)
      Result.NewContents[File] = Text;
  for (auto &[Name, Tu] : Before)
    Result.Reanalysed.push_back(std::move(Tu));
  return std::move(Result);
}

} // namespace

Expected<std::string> applyEdits(StringRef Text, ArrayRef<TextEdit> Edits) {
  std::vector<TextEdit> Sorted(Edits.begin(), Edits.end());
  llvm::stable_sort(Sorted, editBefore);
  std::string New;
  size_t Pos = 0;
  for (const TextEdit &E : Sorted) {
    if (E.Offset < Pos || size_t(E.Offset) + E.Length > Text.size())
      return createStringError(std::errc::invalid_argument,
                               "%s: edits overlap or lie outside the file",
                               E.File.c_str());
    New += Text.slice(Pos, E.Offset);
    New += E.Text;
    Pos = E.Offset + E.Length;
  }
  New += Text.substr(Pos);
  return New;
}

FixResult makeFixes(const RunReport &Report, FixHost &Host,
                    const FileReader &ReadFile, const FixOptions &Options) {
  return Rounds(Report, Host, ReadFile, Options).run();
}

Error writeFixedFiles(const Overlay &NewContents) {
  FileBatch Batch;
  for (const auto &[File, Text] : NewContents)
    if (Error E = Batch.add(File, Text))
      return E;
  return Batch.commit();
}

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
