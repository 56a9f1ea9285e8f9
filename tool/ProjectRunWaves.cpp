// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ProjectRun from the first parse to the last: what one wave leaves open the
// next one parses.
#include "tool/CacheKey.h"
#include "tool/Definitions.h"
#include "tool/OpenFunctions.h"
#include "tool/ProjectRun.h"
#include "tool/ResultCache.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"
#include <set>

using namespace llvm;

namespace cancel_tidy {

Error ProjectRun::analyseAll(
    function_ref<void(size_t, size_t, StringRef)> Ended) {
  std::vector<TuJob> Jobs(Input.Commands.size());
  Outcomes.assign(Jobs.size(), {});
  for (size_t I = 0; I < Jobs.size(); ++I) {
    Jobs[I].Command = Input.Commands[I];
    Outcomes[I].Result.MainFile = Input.Commands[I].MainFile;
  }
  size_t Count = 0;
  auto OneEnded = [&](StringRef MainFile) {
    Ended(++Count, Jobs.size(), MainFile);
  };
  std::vector<size_t> Left = takeCached(Jobs);
  Count = Jobs.size() - Left.size();
  Cached = Count;
  if (Count)
    Ended(Count, Jobs.size(), "");
  const bool AnyLeft = !Left.empty();
  const size_t Known = Cached;
  // Facts for others need every body.
  if (!O.NoFast && O.EmitFacts.empty())
    if (Error E = scan(Jobs, Left, OneEnded))
      return E;
  Count -= Known - Cached; // what the cache gave and must be parsed again
  auto Analyse = [&](ArrayRef<size_t> Tus, bool Counts) {
    std::vector<TuJob> ToRun;
    for (size_t I : Tus)
      ToRun.push_back(Jobs[I]);
    return run(ToRun, /*BiggestFirst=*/true, [&](size_t I, TuOutcome Outcome) {
      if (Counts)
        OneEnded(Outcome.Result.MainFile);
      Outcomes[Tus[I]] = std::move(Outcome);
    });
  };
  // A prelude that is damaged may bring Clang down.
  auto AnalyseFallen = [&](ArrayRef<size_t> Tus) {
    std::vector<size_t> Fallen;
    for (size_t I : Tus)
      if (Outcomes[I].Result.State == TuState::Crashed &&
          !Jobs[I].Prelude.empty()) {
        Jobs[I].Prelude.clear();
        Fallen.push_back(I);
      }
    return Analyse(Fallen, false);
  };
  if (Error E = Analyse(Left, true))
    return E;
  if (Error E = AnalyseFallen(Left))
    return E;
  // TUs without a token may define what the others call.
  for (std::vector<size_t> Needed = neededTus();
       !Needed.empty() && !Token.is_cancellation_requested();
       Needed = neededTus()) {
    giveOtherPreludes(Jobs, Needed);
    if (Error E = Analyse(Needed, false))
      return E;
    if (Error E = AnalyseFallen(Needed))
      return E;
  }
  // What was found with a prelude must hold without it.
  auto AnalysePlainly = [&](ArrayRef<size_t> Tus) {
    for (size_t I : Tus)
      Jobs[I].Prelude.clear();
    return Analyse(Tus, false);
  };
  const std::map<size_t, HeaderFindings> Doubtful = unconfirmed();
  std::vector<size_t> Tus;
  for (const auto &[I, Findings] : Doubtful)
    Tus.push_back(I);
  if (Error E = AnalysePlainly(Tus))
    return E;
  if (Error E = AnalysePlainly(tusThatMayFind(Doubtful)))
    return E;
  if (Cache && AnyLeft && O.CacheLimitMb)
    Cache->prune(uint64_t(O.CacheLimitMb) << 20);
  return Error::success();
}

/// What each of Tus reports as it stands.
std::map<size_t, std::vector<ReportedFinding>>
ProjectRun::settled(ArrayRef<size_t> Tus) const {
  std::map<size_t, std::vector<ReportedFinding>> Result;
  if (Tus.empty())
    return Result;
  std::vector<TuRecord> Records;
  for (size_t I = 0; I < Outcomes.size(); ++I)
    Records.push_back(recordOf(I, Outcomes[I]));
  const LinkMode Mode = mode();
  SettlingFacts Facts(Records, Mode, Known);
  for (size_t I : Tus)
    Result[I] = settle(Records[I].Findings, Outcomes[I].Result.State,
                       Facts.of(Records[I]), Mode);
  return Result;
}

static std::set<std::pair<std::string, unsigned>>
placesInHeaders(ArrayRef<ReportedFinding> Findings, StringRef MainFile) {
  std::set<std::pair<std::string, unsigned>> Places;
  for (const ReportedFinding &R : Findings)
    if (R.F.Where.File != MainFile)
      Places.insert({R.F.Where.File, R.F.Where.Offset});
  return Places;
}

/// TUs that used a prelude and have something to report, with what they report
/// in headers.
std::map<size_t, ProjectRun::HeaderFindings> ProjectRun::unconfirmed() const {
  std::vector<size_t> Tus;
  for (size_t I = 0; I < Outcomes.size(); ++I)
    if (!Outcomes[I].Prelude.empty() && !Outcomes[I].IsConfirmed &&
        !Outcomes[I].Result.Findings.empty())
      Tus.push_back(I);
  std::map<size_t, HeaderFindings> Result;
  for (const auto &[I, Findings] : settled(Tus))
    if (!Findings.empty())
      Result[I] = placesInHeaders(Findings, Outcomes[I].Result.MainFile);
  return Result;
}

/// A template in a header is judged by one TU, on any instance. Where that TU
/// does not see the instance without the prelude, those that include the header
/// and have not been parsed plainly yet may.
std::vector<size_t> ProjectRun::tusThatMayFind(
    const std::map<size_t, HeaderFindings> &Doubtful) const {
  std::vector<size_t> Tus;
  for (const auto &[I, Before] : Doubtful)
    if (!Before.empty())
      Tus.push_back(I);
  StringSet<> Files;
  for (const auto &[I, Now] : settled(Tus)) {
    HeaderFindings Left = placesInHeaders(Now, Outcomes[I].Result.MainFile);
    for (const auto &Place : Doubtful.at(I))
      if (!Left.count(Place))
        Files.insert(Place.first);
  }
  std::vector<size_t> Result;
  for (size_t I = 0; I < Outcomes.size() && !Files.empty(); ++I)
    if (!Outcomes[I].Prelude.empty() && !Outcomes[I].IsSkipped &&
        any_of(Outcomes[I].Files,
               [&](StringRef F) { return Files.contains(F); }))
      Result.push_back(I);
  return Result;
}

const StringSet<> &ProjectRun::definedIn(StringRef File) {
  auto [It, New] = DefinedNames.try_emplace(File);
  if (New)
    if (auto Buffer = MemoryBuffer::getFile(File))
      It->second = namesDefinedIn((*Buffer)->getBuffer());
  return It->second;
}

/// Skipped TUs that may define functions which open conditions name.
std::vector<size_t> ProjectRun::neededTus() {
  std::vector<size_t> Needed;
  if (!Input.Closed)
    return Needed;
  OpenFunctions Open;
  bool AnyAsked = false;
  StringSet<> Parsed; // files whose facts are known
  for (const TuOutcome &T : Outcomes) {
    if (T.IsSkipped)
      continue;
    AnyAsked |= any_of(T.Result.Findings,
                       [](const Finding &F) { return !F.When.isTrue(); });
    Open.add(ArrayRef(T.Result.Findings));
    Open.add(ArrayRef(T.Result.Facts));
    Parsed.insert(T.Result.MainFile);
    for (const std::string &File : T.Files)
      Parsed.insert(File);
  }
  if (!AnyAsked)
    return Needed;
  // What the TUs that were left out may define, each file asked once.
  StringSet<> Files, MayBeDefined;
  auto Take = [&](StringRef File) {
    if (!Parsed.contains(File) && Files.insert(File).second)
      for (const auto &Name : definedIn(File))
        MayBeDefined.insert(Name.getKey());
  };
  for (const TuOutcome &T : Outcomes)
    if (T.IsSkipped) {
      Take(T.Result.MainFile);
      for (const std::string &File : T.Files)
        Take(File);
    }
  const StringSet<> Names =
      Open.names([&](StringRef Name) { return MayBeDefined.contains(Name); });
  if (Names.empty())
    return Needed;
  StringMap<bool> Defines;
  auto MayDefine = [&](StringRef File) {
    auto [It, New] = Defines.try_emplace(File, false);
    if (New && !Parsed.contains(File)) {
      const StringSet<> &Defined = definedIn(File);
      It->second = any_of(Names, [&](const auto &Name) {
        return Defined.contains(Name.getKey());
      });
    }
    return It->second;
  };
  for (size_t I = 0; I < Outcomes.size(); ++I)
    if (Outcomes[I].IsSkipped && (MayDefine(Outcomes[I].Result.MainFile) ||
                                  any_of(Outcomes[I].Files, MayDefine)))
      Needed.push_back(I);
  return Needed;
}

} // namespace cancel_tidy
