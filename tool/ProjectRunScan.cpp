// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ProjectRun before the parse: what the cache knows and what need not be
// parsed.
#include "tool/CacheKey.h"
#include "tool/ProjectRun.h"
#include "tool/ResultCache.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;

namespace cancel_tidy {

/// Fills the outcomes that the cache has and gives the other jobs their keys.
std::vector<size_t> ProjectRun::takeCached(std::vector<TuJob> &Jobs) {
  std::vector<size_t> Left;
  OldPreludes.assign(Jobs.size(), {});
  // A profile is about work that is done now.
  std::string Folder = O.EnableCheckProfile || O.StoreCheckProfile
                           ? std::string()
                           : cacheFolder(O);
  if (!Folder.empty()) {
    Expected<std::unique_ptr<ResultCache>> Opened = ResultCache::open(Folder);
    if (Opened)
      Cache = std::move(*Opened);
    else
      Warnings.push_back("no cache: " + Folder + ": " +
                         toString(Opened.takeError()) +
                         "; --cache names another folder");
  }
  if (Cache)
    Keys = std::make_unique<CacheKeys>(O, Input.Layout, Self.Program);
  for (size_t I = 0; I < Jobs.size(); ++I) {
    if (Cache) {
      Jobs[I].CacheKey = Keys->keyOf(Jobs[I].Command, *Configs[I]);
      std::optional<TuOutcome> Found =
          Cache->find(Jobs[I].CacheKey, !O.Depfile.empty(), OldPreludes[I]);
      // Others may have judged a part of it, or nobody asked for its facts.
      if (Found && !O.EmitFacts.empty() &&
          (Found->IsSkipped || !Found->Prelude.empty()))
        Found.reset();
      if (Found && Found->IsSkipped && Jobs[I].Command.Given)
        Found.reset();
      if (Found) {
        Outcomes[I] = std::move(*Found);
        continue;
      }
    }
    Left.push_back(I);
  }
  if (Cache && Cache->damaged())
    Warnings.push_back("cache: " + Folder + ": " +
                       std::to_string(Cache->damaged()) +
                       " damaged entries were dropped");
  return Left;
}

/// Leaves in Left what must be parsed; the others see no token.
Error ProjectRun::scan(std::vector<TuJob> &Jobs, std::vector<size_t> &Left,
                       function_ref<void(StringRef)> Ended) {
  // Who names a file wants to hear of its compile errors, too.
  std::vector<TuJob> ToScan;
  std::vector<size_t> Place;
  for (size_t I = 0; I < Left.size(); ++I) {
    if (Jobs[Left[I]].Command.Given)
      continue;
    ToScan.push_back(Jobs[Left[I]]);
    ToScan.back().Kind = JobKind::Scan;
    Place.push_back(I);
  }
  std::vector<TuOutcome> Scans(Left.size());
  if (Error E = run(ToScan, /*BiggestFirst=*/false, [&](size_t I, TuOutcome S) {
        Scans[Place[I]] = std::move(S);
      }))
    return E;
  // Classes that look like tokens are named in the summary: each file with one
  // is read in one TU at least.
  StringSet<> Read;
  for (size_t I = 0; I < Left.size(); ++I)
    if (!Scans[I].IsSkipped)
      for (const std::string &File : Scans[I].Scan.ShapeFiles)
        Read.insert(File);
  std::vector<size_t> ToParse;
  for (size_t I = 0; I < Left.size(); ++I) {
    bool IsNew = false;
    if (Scans[I].IsSkipped)
      for (const std::string &File : Scans[I].Scan.ShapeFiles)
        IsNew |= Read.insert(File).second;
    if (!Scans[I].IsSkipped || IsNew) {
      ToParse.push_back(Left[I]);
      continue;
    }
    TuScan &Kept = PutAside[Left[I]]; // what fits() asks
    Kept.Done = Scans[I].Scan.Done;
    Kept.Flags = std::move(Scans[I].Scan.Flags);
    Kept.Used = std::move(Scans[I].Scan.Used);
    Kept.Own = std::move(Scans[I].Scan.Own);
    Kept.Inputs = std::move(Scans[I].Scan.Inputs);
    Scans[I].Scan = {};
    Outcomes[Left[I]] = std::move(Scans[I]);
    Ended(Input.Commands[Left[I]].MainFile);
  }
  std::vector<TuOutcome> Kept;
  for (size_t I = 0, J = 0; I < Left.size() && J < ToParse.size(); ++I)
    if (Left[I] == ToParse[J]) {
      Kept.push_back(std::move(Scans[I]));
      ++J;
    }
  Left = std::move(ToParse);
  if (Error E = makePreludes(Jobs, Left, Kept))
    return E;
  size_t Parsed = 0;
  for (size_t I = 0; I < Left.size(); ++I) {
    if (Outcomes[Left[I]].IsSkipped) {
      Ended(Input.Commands[Left[I]].MainFile);
      continue;
    }
    if (Parsed != I) {
      Left[Parsed] = Left[I];
      Kept[Parsed] = std::move(Kept[I]);
    }
    ++Parsed;
  }
  Left.resize(Parsed);
  Kept.resize(Parsed);
  judgeOrphans(Left, Kept);
  return Error::success();
}

/// Adds TUs from the cache that include a project file which nobody judges any
/// more.
void ProjectRun::judgeOrphans(std::vector<size_t> &Left,
                              ArrayRef<TuOutcome> Scans) {
  StringSet<> Judged;
  for (const TuOutcome &S : Scans)
    for (const std::string &File : S.Files)
      Judged.insert(File);
  for (const TuOutcome &T : Outcomes) {
    StringSet<> Not;
    for (const std::string &File : T.NotJudged)
      Not.insert(File);
    if (!T.IsSkipped)
      for (const std::string &File : T.Files)
        if (!Not.contains(File))
          Judged.insert(File);
  }
  for (size_t I = 0; I < Outcomes.size(); ++I)
    if (any_of(Outcomes[I].NotJudged, [&](const std::string &File) {
          return !Judged.contains(File);
        })) {
      for (const std::string &File : Outcomes[I].Files)
        Judged.insert(File);
      Cached -= Outcomes[I].IsCached;
      Outcomes[I] = {};
      Outcomes[I].Result.MainFile = Input.Commands[I].MainFile;
      Left.push_back(I);
    }
}

} // namespace cancel_tidy
