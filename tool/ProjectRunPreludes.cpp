// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ProjectRun and preludes: who gets which, who judges their headers, and which
// TUs they show to hold no token.
#include "tool/AtomicFile.h"
#include "tool/CacheKey.h"
#include "tool/Prelude.h"
#include "tool/PreludePlan.h"
#include "tool/ProjectRun.h"
#include "tool/ResultCache.h"
#include "tool/SparedTus.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace cancel_tidy {

/// Gives the jobs their preludes, and each header in them one TU that judges
/// it. Scans are those of Left.
Error ProjectRun::makePreludes(std::vector<TuJob> &Jobs, ArrayRef<size_t> Left,
                               ArrayRef<TuOutcome> Scans) {
  std::vector<const TuScan *> Known;
  for (const TuOutcome &S : Scans)
    Known.push_back(&S.Scan);
  std::vector<PreludePlan> Plans = planPreludes(Known);
  std::vector<std::string> Stems;
  std::vector<TuJob> ToBuild;
  std::vector<size_t> PlanOf;
  for (size_t P = 0; P < Plans.size(); ++P) {
    if (Cache) {
      Stems.push_back(Cache->pathOf(
          Keys->keyOfPrelude(Plans[P].Flags, Plans[P].Text,
                             *Configs[Left[Plans[P].Jobs.front()]])));
      if (auto Info = readPreludeInfo(Stems.back());
          Info && Cache->areUnchanged(Info->Inputs))
        continue;
    } else {
      SmallString<128> Folder(PreludeFolder);
      if (Folder.empty() &&
          sys::fs::createUniqueDirectory("cancel-tidy", Folder))
        return Error::success(); // They are for speed only.
      PreludeFolder = Folder.str().str();
      sys::path::append(Folder, std::to_string(P));
      Stems.push_back(Folder.str().str());
    }
    TuJob Build = Jobs[Left[Plans[P].Jobs.front()]];
    Build.Kind = JobKind::Prelude;
    Build.Prelude = Stems.back();
    Build.PreludeFlags = Known[Plans[P].Jobs.front()]->Flags;
    Build.Folders = Plans[P].Folders;
    if (Error E = writeFile(preludeText(Stems.back()), Plans[P].Text)) {
      consumeError(std::move(E));
      Stems.back().clear();
      continue;
    }
    ToBuild.push_back(std::move(Build));
    PlanOf.push_back(P);
  }
  if (Error E = run(ToBuild, false, [&](size_t I, TuOutcome Made) {
        if (Made.HasFatalError)
          Stems[PlanOf[I]].clear();
      }))
    return E;
  for (size_t P = 0; P < Plans.size(); ++P)
    if (!Stems[P].empty()) {
      shareOut(Plans[P].Jobs, Stems[P], Jobs, Left, Scans);
      Preludes.push_back(Stems[P]);
    }
  useOldPreludes(Jobs, Left, Scans);
  return Error::success();
}

/// Whether a TU with that scan would read the headers of a prelude as those do
/// that it was made for.
static bool fits(const PreludeInfo &Info, const TuScan &Scan) {
  auto Holds = [&](const std::string &Path) {
    return any_of(Info.Files,
                  [&](const PreludeFile &F) { return F.Path == Path; });
  };
  return Info.Flags == Scan.Flags &&
         all_of(Scan.Used, [&](const std::string &Folder) {
           return is_contained(Info.Folders, Folder) ||
                  any_of(Scan.Own, [&](const OwnFolder &Own) {
                    return Own.Folder == Folder && none_of(Own.Files, Holds);
                  });
         });
}

/// Gives TUs (by index into Scans) their prelude, spares those that it shows to
/// hold no token, and gives each header to one of the others.
void ProjectRun::shareOut(ArrayRef<size_t> Tus, const std::string &Stem,
                          std::vector<TuJob> &Jobs, ArrayRef<size_t> Left,
                          ArrayRef<TuOutcome> Scans) {
  const FileConfig &MadeFor = *Configs[Left[Tus.front()]];
  const std::shared_ptr<const PreludeInfo> Info = readPreludeInfo(Stem);
  if (!Info)
    return;
  std::optional<TokenWords> Words;
  std::optional<SparedTus> Spare;
  if (maySpare(MadeFor) && Info->KnowsHolders) {
    Words.emplace(*MadeFor.Models);
    Spare.emplace(*Info, *Words);
  }
  StringSet<> Owned;
  auto Take = [&](size_t I) {
    for (const std::string &File : Scans[I].Files)
      if (Owned.insert(File).second)
        Jobs[Left[I]].Owned.push_back(File);
  };
  std::vector<size_t> Spared;
  for (size_t I : Tus) {
    // What is parsed for its facts alone needs its own. What lies in a TU's own
    // folder may have come into the prelude by another way.
    if (!Scans[I].Scan.MaySeeToken || !fits(*Info, Scans[I].Scan))
      continue;
    Jobs[Left[I]].Prelude = Stem;
    Jobs[Left[I]].ScanInputs = Scans[I].Scan.Inputs;
    const FileConfig &Config = *Configs[Left[I]];
    if (Spare && maySpare(Config) && Config.ReadFiles == MadeFor.ReadFiles &&
        Spare->holdsNone(Scans[I]))
      Spared.push_back(I);
    else
      Take(I);
  }
  for (size_t I : Spared) {
    // A class that looks like a token must be seen by somebody, too.
    auto IsLeft = [&](const std::string &File) {
      return !Owned.contains(File) &&
             (Spare->needsJudge(File) ||
              is_contained(Scans[I].Scan.ShapeFiles, File));
    };
    if (any_of(Scans[I].Files, IsLeft))
      Take(I);
    else
      spare(Left[I], Scans[I], *Spare, Jobs[Left[I]]);
  }
}

/// Whether a TU may be left out that holds no token. One check asks for them in
/// functions that have none.
bool ProjectRun::maySpare(const FileConfig &Config) const {
  return !Config.GuessTokens && O.Depfile.empty() &&
         !Config.isEnabled("cancel-missing-parameter");
}

void ProjectRun::spare(size_t I, const TuOutcome &Scan, SparedTus &By,
                       const TuJob &Job) {
  TuOutcome T;
  T.Result.MainFile = Input.Commands[I].MainFile;
  T.Result.State = TuState::NoToken;
  T.IsSkipped = true;
  T.Files = Scan.Files;
  T.Scan.ShapeFiles = Scan.Scan.ShapeFiles;
  T.Prelude = sys::path::filename(Job.Prelude).str();
  for (const std::string &File : Scan.Files)
    if (By.needsJudge(File))
      T.NotJudged.push_back(File);
  if (Cache && !Job.CacheKey.empty() && !Scan.Scan.Inputs.empty())
    Cache->store(Job.CacheKey, T, Scan.Scan.Inputs);
  T.Scan = {};
  Outcomes[I] = std::move(T);
}

/// TUs that are parsed for their facts use a prelude that is there. They judge
/// the project headers that no TU has read so far.
void ProjectRun::giveOtherPreludes(std::vector<TuJob> &Jobs,
                                   ArrayRef<size_t> Tus) {
  std::vector<std::shared_ptr<const PreludeInfo>> Infos;
  for (const std::string &Stem : Preludes)
    Infos.push_back(readPreludeInfo(Stem));
  StringSet<> Read;
  for (const TuOutcome &T : Outcomes)
    if (!T.IsSkipped)
      for (const std::string &File : T.Files)
        Read.insert(File);
  for (size_t I : Tus) {
    TuJob &Job = Jobs[I];
    if (auto It = PutAside.find(I); It != PutAside.end() && It->second.Done)
      for (size_t P = 0; P < Infos.size() && Job.Prelude.empty(); ++P)
        if (Infos[P] && fits(*Infos[P], It->second)) {
          Job.Prelude = Preludes[P];
          Job.ScanInputs = It->second.Inputs;
        }
    if (Job.Prelude.empty())
      continue;
    for (const std::string &File : Outcomes[I].Files)
      if (Read.insert(File).second)
        Job.Owned.push_back(File);
  }
}

/// A few TUs that changed use the preludes that they used before.
void ProjectRun::useOldPreludes(std::vector<TuJob> &Jobs, ArrayRef<size_t> Left,
                                ArrayRef<TuOutcome> Scans) {
  std::optional<StringSet<>> Judged; // by TUs that did not change
  for (size_t J = 0; J < Left.size(); ++J) {
    TuJob &Job = Jobs[Left[J]];
    const TuScan &Scan = Scans[J].Scan;
    const std::string &Old = OldPreludes[Left[J]];
    if (Old.empty() || !Job.Prelude.empty() || !Scan.Done || !Scan.MaySeeToken)
      continue;
    std::shared_ptr<const PreludeInfo> Info = readPreludeInfo(Old);
    // It may find something in another folder now.
    if (!Info || !fits(*Info, Scan) || !Cache->areUnchanged(Info->Inputs))
      continue;
    if (!Judged) {
      Judged.emplace();
      for (const TuOutcome &T : Outcomes)
        for (const std::string &File : T.Files)
          if (!T.IsSkipped && !is_contained(T.NotJudged, File))
            Judged->insert(File);
    }
    Job.Prelude = Old;
    Job.ScanInputs = Scan.Inputs;
    const FileConfig &Config = *Configs[Left[J]];
    if (Info->KnowsHolders && maySpare(Config)) {
      const TokenWords Words(*Config.Models);
      SparedTus Spare(*Info, Words);
      if (Spare.holdsNone(Scans[J]) &&
          all_of(Scans[J].Files, [&](const std::string &File) {
            return Judged->contains(File) || !Spare.needsJudge(File);
          })) {
        spare(Left[J], Scans[J], Spare, Job);
        continue;
      }
    }
    for (const std::string &File : Scans[J].Files)
      if (!Judged->contains(File))
        Job.Owned.push_back(File);
  }
}

} // namespace cancel_tidy
