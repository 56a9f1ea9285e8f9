// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/ProjectRun.h"
#include "tool/CacheKey.h"
#include "tool/ResultCache.h"
#include "tool/Suppression.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
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

ProjectRun::~ProjectRun() = default;

Expected<std::unique_ptr<ProjectRun>>
ProjectRun::create(const Options &O, RunInput Input, const Invocation &Self,
                   cancel::cancellation_token Token) {
  std::unique_ptr<ProjectRun> Run(
      new ProjectRun(O, std::move(Input), Self, std::move(Token)));
  if (Error E = Run->readConfigs())
    return std::move(E);
  Run->dropEqualCommands();
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
  std::vector<size_t> Left = takeCached(Jobs);
  Count = Jobs.size() - Left.size();
  Cached = Count;
  if (Count)
    Ended(Count, Jobs.size(), "");
  std::vector<TuJob> ToRun;
  for (size_t I : Left)
    ToRun.push_back(std::move(Jobs[I]));
  Error E = run(ToRun, /*BiggestFirst=*/true, [&](size_t I, TuOutcome Outcome) {
    Ended(++Count, Jobs.size(), Outcome.Result.MainFile);
    Outcomes[Left[I]] = std::move(Outcome);
  });
  if (Cache && !ToRun.empty() && O.CacheLimitMb)
    Cache->prune(uint64_t(O.CacheLimitMb) << 20);
  return E;
}

/// Fills the outcomes that the cache has and gives the other jobs their keys.
std::vector<size_t> ProjectRun::takeCached(std::vector<TuJob> &Jobs) {
  std::vector<size_t> Left;
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
  std::optional<CacheKeys> Keys;
  if (Cache)
    Keys.emplace(O, Input.Layout, Self.Program);
  for (size_t I = 0; I < Jobs.size(); ++I) {
    if (Cache) {
      Jobs[I].CacheKey = Keys->keyOf(Jobs[I].Command, *Configs[I]);
      if (std::optional<TuOutcome> Found = Cache->find(Jobs[I].CacheKey)) {
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
    return false;
  if (O.AllowIncomplete)
    return true;
  // What is missing may define what the rest calls.
  return none_of(Outcomes, [](const TuOutcome &T) {
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
  for (Finding &F : Outcome.Result.Findings) {
    if (!isShown(F))
      continue;
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
  if (!Input.Closed)
    return LinkMode::EachAlone;
  return isClosed() ? LinkMode::Closed : LinkMode::Open;
}

RunReport ProjectRun::report() const {
  RunReport Report = link(records(), mode());
  Report.Summary.Cached = Cached;
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
  FactTable All;
  if (Mode != LinkMode::EachAlone)
    All = tableOf(Records);

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
          settle(Record.Findings, T.Result.State,
                 Mode == LinkMode::EachAlone ? tableOf(Record) : All, Mode);
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
