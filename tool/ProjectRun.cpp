// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/ProjectRun.h"
#include "tool/AtomicFile.h"
#include "tool/CacheKey.h"
#include "tool/Definitions.h"
#include "tool/OpenFunctions.h"
#include "tool/Prelude.h"
#include "tool/ResultCache.h"
#include "tool/SparedTus.h"
#include "tool/Suppression.h"
#include "tool/UnusedSuppression.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include <algorithm>
#include <numeric>
#include <set>
#include <thread>

using namespace llvm;

namespace cancel_tidy {

/// What --header-filter and its like leave.
struct ProjectRun::Filters {
  StringSet<> MainFiles;
  std::optional<Regex> Header, ExcludedHeader;
  std::vector<LineFilter> Lines;

  static Expected<std::optional<Regex>> regex(StringRef Option,
                                              const std::string &Text) {
    Regex R(Text);
    std::string Why;
    if (!R.isValid(Why))
      return createStringError(inconvertibleErrorCode(),
                               Option + ": '" + Text +
                                   "' is no regular expression: " + Why);
    return std::optional<Regex>(std::move(R));
  }
};

ProjectRun::ProjectRun(const Options &O, RunInput Input, const Invocation &Self,
                       cancel::cancellation_token Token)
    : O(O), Input(std::move(Input)), Self(Self), Token(std::move(Token)),
      Shown(std::make_unique<Filters>()) {}

ProjectRun::~ProjectRun() {
  if (!PreludeFolder.empty())
    sys::fs::remove_directories(PreludeFolder);
}

Expected<std::unique_ptr<ProjectRun>>
ProjectRun::create(const Options &O, RunInput Input, const Invocation &Self,
                   cancel::cancellation_token Token) {
  std::unique_ptr<ProjectRun> Run(
      new ProjectRun(O, std::move(Input), Self, std::move(Token)));
  if (Error E = Run->readConfigs())
    return std::move(E);
  Run->dropEqualCommands();
  Run->openFacts();
  return std::move(Run);
}

Error ProjectRun::readConfigs() {
  Expected<std::unique_ptr<ConfigProvider>> P =
      ConfigProvider::create(O.Config);
  if (!P)
    return P.takeError();
  Provider = std::move(*P);
  if (auto Files = makeFileSystem(absolutePath("."), {}, O.VfsOverlay); !Files)
    return Files.takeError();
  PathGlobs Exclude;
  for (const std::string &Glob : O.Exclude)
    if (Error E = Exclude.add(Glob, absolutePath(".")))
      return createStringError(inconvertibleErrorCode(),
                               "--exclude: " + toString(std::move(E)));

  // Files of one folder share their configuration.
  std::map<std::string, std::shared_ptr<const FileConfig>> ByFolder;
  for (const TuCommand &C : Input.Commands) {
    std::string Path = configuredAs(Input.Layout, C.MainFile);
    auto &Config = ByFolder[sys::path::parent_path(Path).str()];
    if (!Config) {
      Expected<FileConfig> Read = Provider->forFile(Path);
      if (!Read)
        return Read.takeError();
      Config = std::make_shared<FileConfig>(std::move(*Read));
    }
    Configs.push_back(Config);
  }
  Warnings = Provider->takeWarnings();

  if (!Configs.empty()) {
    const FileConfig &First = *Configs.front();
    if (!First.Root.empty())
      Input.Layout.Root = First.Root;
    // A filter of .clang-tidy is made for the checks of other modules, whose
    // default shows too much; only the command line narrows what we judge.
  }
  if (O.HeaderFilter) {
    auto R = Filters::regex("--header-filter", *O.HeaderFilter);
    if (!R)
      return R.takeError();
    Shown->Header = std::move(*R);
  }
  if (O.ExcludeHeaderFilter) {
    auto R = Filters::regex("--exclude-header-filter", *O.ExcludeHeaderFilter);
    if (!R)
      return R.takeError();
    Shown->ExcludedHeader = std::move(*R);
  }
  Shown->Lines = O.LineFilters;
  return Error::success();
}

void ProjectRun::openFacts() {
  std::set<std::string> Files;
  for (const std::string &File : O.FactsFiles)
    Files.insert(absolutePath(File));
  for (const auto &Config : Configs)
    Files.insert(Config->Facts.begin(), Config->Facts.end());
  Known =
      KnownFacts::open(std::vector<std::string>(Files.begin(), Files.end()));
  Known.ArePart = O.Open;
}

void ProjectRun::dropEqualCommands() {
  std::set<std::tuple<std::string, std::string, std::vector<std::string>>> Seen;
  std::vector<TuCommand> Commands;
  std::vector<std::shared_ptr<const FileConfig>> Kept;
  for (size_t I = 0; I < Input.Commands.size(); ++I) {
    TuCommand &C = Input.Commands[I];
    // Commands often differ in their output file only.
    if (!Seen.insert({C.MainFile, C.Directory, prepareArguments(C, {})}).second)
      continue;
    Shown->MainFiles.insert(C.MainFile);
    Commands.push_back(std::move(C));
    Kept.push_back(Configs[I]);
  }
  Input.Commands = std::move(Commands);
  Configs = std::move(Kept);
}

bool ProjectRun::anyCheckEnabled() const {
  return any_of(Configs, [](const std::shared_ptr<const FileConfig> &C) {
    return !C->EnabledChecks.empty();
  });
}

PoolOptions ProjectRun::poolOptions() const {
  PoolOptions P;
  P.Program = Self.Program;
  P.Setup.Arguments = Self.Arguments;
  P.Setup.Layout = Input.Layout;
  P.Workers =
      O.Jobs ? O.Jobs : std::max(1u, std::thread::hardware_concurrency());
  P.TimeoutSeconds = O.TimeoutSeconds;
  P.MemoryLimitMb = O.MemoryLimitMb;
  return P;
}

Error ProjectRun::run(ArrayRef<TuJob> Jobs, bool BiggestFirst,
                      function_ref<void(size_t, TuOutcome)> Done) {
  std::vector<size_t> Order(Jobs.size());
  std::iota(Order.begin(), Order.end(), 0);
  if (BiggestFirst) {
    std::vector<uint64_t> Sizes(Jobs.size(), 0);
    for (size_t I = 0; I < Jobs.size(); ++I)
      if (sys::fs::file_size(Jobs[I].Command.MainFile, Sizes[I]))
        Sizes[I] = 0;
    llvm::stable_sort(Order,
                      [&](size_t A, size_t B) { return Sizes[A] > Sizes[B]; });
  }
  return runJobs(Jobs, Order, poolOptions(), Token, Done);
}

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

/// Gives TUs (by index into Scans) their prelude, spares those that it shows to
/// hold no token, and gives each header to one of the others.
void ProjectRun::shareOut(ArrayRef<size_t> Tus, const std::string &Stem,
                          std::vector<TuJob> &Jobs, ArrayRef<size_t> Left,
                          ArrayRef<TuOutcome> Scans) {
  const FileConfig &MadeFor = *Configs[Left[Tus.front()]];
  std::optional<TokenWords> Words;
  std::optional<SparedTus> Spare;
  if (maySpare(MadeFor))
    if (auto Info = readPreludeInfo(Stem); Info && Info->KnowsHolders) {
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
    // What is parsed for its facts alone needs its own.
    if (!Scans[I].Scan.MaySeeToken)
      continue;
    Jobs[Left[I]].Prelude = Stem;
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

/// Whether a TU with that scan would read the headers of a prelude as those do
/// that it was made for.
static bool fits(const PreludeInfo &Info, const TuScan &Scan) {
  return Info.Flags == Scan.Flags &&
         all_of(Scan.Used, [&](const std::string &Folder) {
           return is_contained(Info.Folders, Folder);
         });
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
        if (Infos[P] && fits(*Infos[P], It->second))
          Job.Prelude = Preludes[P];
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

Expected<TuOutcome> ProjectRun::explain(size_t I, StringRef File,
                                        unsigned Line) {
  TuJob Job;
  Job.Command = Input.Commands[I];
  Job.ExplainFile = File.str();
  Job.ExplainLine = Line;
  TuOutcome Result;
  Result.Result.MainFile = Job.Command.MainFile;
  if (Error E = run(Job, false, [&](size_t, TuOutcome Outcome) {
        Result = std::move(Outcome);
      }))
    return std::move(E);
  return Result;
}

bool ProjectRun::isClosed() const {
  if (!Input.Closed)
    return Known.isWhole();
  if (O.AllowIncomplete)
    return true;
  // What is missing may define what the rest calls.
  return Known.Errors.empty() && none_of(Outcomes, [](const TuOutcome &T) {
           return T.HasFatalError || T.Result.State == TuState::NotRun;
         });
}

bool ProjectRun::isShown(const Finding &F) const {
  StringRef File = F.Where.File;
  bool IsMain =
      Shown->MainFiles.contains(File) || is_contained(Input.Layout.Given, File);
  // A source that another includes (a unity build) is no header.
  StringRef Extension = sys::path::extension(File);
  IsMain |= Extension == ".cpp" || Extension == ".cc" || Extension == ".cxx" ||
            Extension == ".c" || Extension == ".C";
  if (!IsMain && Shown->Header && !Shown->Header->match(File))
    return false;
  if (!IsMain && Shown->ExcludedHeader && Shown->ExcludedHeader->match(File))
    return false;
  if (Shown->Lines.empty())
    return true;
  return any_of(Shown->Lines, [&](const LineFilter &L) {
    if (!File.ends_with(L.Name))
      return false;
    return L.Lines.empty() || any_of(L.Lines, [&](auto Range) {
             return Range.first <= F.Where.Line && F.Where.Line <= Range.second;
           });
  });
}

TuRecord ProjectRun::recordOf(size_t I, TuOutcome Outcome) const {
  TuRecord Record;
  Record.HasFatalError = Outcome.HasFatalError;
  std::vector<SuppressionMark> &Marks = Outcome.Result.Marks;
  for (SuppressionMark &M : Marks)
    M.IsError = configOf(I).isError(UnusedSuppressionId);
  // What is not shown may need a mark all the same.
  llvm::erase_if(Marks, [&](const SuppressionMark &M) {
    Finding AtMark;
    AtMark.Where = M.Where;
    return !Shown->Lines.empty() || !isShown(AtMark);
  });
  for (Finding &F : Outcome.Result.Findings) {
    if (!isShown(F)) {
      llvm::erase_if(Marks, [&](const SuppressionMark &M) {
        return any_of(F.Spelled,
                      [&](const Place &P) { return P.File == M.Where.File; });
      });
      continue;
    }
    ReportedFinding R;
    R.IsError = configOf(I).isError(F.CheckId);
    R.F = std::move(F);
    Record.Findings.push_back(std::move(R));
  }
  Outcome.Result.Findings.clear();
  Record.Result = std::move(Outcome.Result);
  return Record;
}

std::vector<TuRecord> ProjectRun::records() const {
  std::vector<TuRecord> Records;
  FileReader ReadFile = diskFileReader();
  for (size_t I = 0; I < Outcomes.size(); ++I) {
    Records.push_back(recordOf(I, Outcomes[I]));
    markRecord(Records.back(), ReadFile);
  }
  return Records;
}

LinkMode ProjectRun::mode() const {
  // With facts of the program, what they do not name stays open.
  if (!Input.Closed)
    return Known.isWhole() ? LinkMode::Open : LinkMode::EachAlone;
  return isClosed() ? LinkMode::Closed : LinkMode::Open;
}

RunReport ProjectRun::report() const {
  RunReport Report = link(records(), mode(), Known);
  Report.Summary.Cached = Cached;
  for (const TuOutcome &T : Outcomes)
    Report.Summary.WithPrelude +=
        !T.Prelude.empty() && !T.IsCached && !T.IsSkipped;
  return Report;
}

std::vector<std::string> ProjectRun::tusIncluding(ArrayRef<std::string> Files) {
  std::set<std::string> Found;
  for (const TuOutcome &T : Outcomes)
    if (T.Files.empty() || any_of(Files, [&](const std::string &F) {
          return is_contained(T.Files, F);
        }))
      Found.insert(T.Result.MainFile);
  return {Found.begin(), Found.end()};
}

bool ProjectRun::interrupted() { return Token.is_cancellation_requested(); }

std::vector<FixedTu> ProjectRun::analyse(ArrayRef<std::string> MainFiles,
                                         const Overlay &Contents) {
  // A main file may have several commands: each is a job.
  std::vector<TuJob> Jobs;
  std::vector<size_t> TuOf;
  for (size_t I = 0; I < Input.Commands.size(); ++I) {
    if (!is_contained(MainFiles, Input.Commands[I].MainFile))
      continue;
    TuJob Job;
    Job.Command = Input.Commands[I];
    Job.Contents = Contents;
    Job.WantCalls = true;
    Jobs.push_back(std::move(Job));
    TuOf.push_back(I);
  }
  std::map<size_t, TuOutcome> New;
  for (size_t I : TuOf)
    New[I].Result.MainFile = Input.Commands[I].MainFile;
  Error E = run(Jobs, true, [&](size_t Job, TuOutcome Outcome) {
    New[TuOf[Job]] = std::move(Outcome);
  });
  bool Failed = bool(E);
  consumeError(std::move(E));
  // Facts of the rest are those of the first analysis.
  const LinkMode Mode = mode();
  std::vector<TuRecord> Records;
  for (size_t I = 0; I < Outcomes.size(); ++I) {
    auto It = New.find(I);
    Records.push_back(recordOf(I, It == New.end() ? Outcomes[I] : It->second));
  }
  SettlingFacts Facts(Records, Mode, Known);

  std::vector<FixedTu> Result;
  for (const std::string &MainFile : MainFiles) {
    FixedTu Fixed;
    Fixed.MainFile = MainFile;
    for (size_t I : TuOf) {
      if (Input.Commands[I].MainFile != MainFile)
        continue;
      const TuOutcome &T = New[I];
      Fixed.ErrorCount += T.ErrorCount;
      Fixed.Errors.insert(Fixed.Errors.end(), T.Result.Errors.begin(),
                          T.Result.Errors.end());
      // What could not be analysed proves nothing.
      if (Failed || T.Result.State == TuState::NotRun)
        ++Fixed.ErrorCount;
      const TuRecord &Record = Records[I];
      std::vector<ReportedFinding> Findings =
          settle(Record.Findings, T.Result.State, Facts.of(Record), Mode);
      for (ReportedFinding &R : Findings)
        Fixed.Findings.push_back(std::move(R));
      Fixed.Files.insert(Fixed.Files.end(), T.Files.begin(), T.Files.end());
      Fixed.Calls.insert(Fixed.Calls.end(), T.Calls.begin(), T.Calls.end());
    }
    sortFindings(Fixed.Findings);
    llvm::sort(Fixed.Files);
    Fixed.Files.erase(std::unique(Fixed.Files.begin(), Fixed.Files.end()),
                      Fixed.Files.end());
    llvm::sort(Fixed.Calls);
    Fixed.Calls.erase(std::unique(Fixed.Calls.begin(), Fixed.Calls.end()),
                      Fixed.Calls.end());
    Result.push_back(std::move(Fixed));
  }
  return Result;
}

} // namespace cancel_tidy
