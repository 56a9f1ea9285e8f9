// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Fixer.h"
#include "tool/AtomicFile.h"
#include "tool/EditSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

using namespace llvm;

namespace cancel_tidy {
namespace {

/// One finding with the fix to try.
struct Candidate {
  const ReportedFinding *Reported;
  const Fix *TheFix;
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

} // namespace cancel_tidy
