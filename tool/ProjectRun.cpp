// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/ProjectRun.h"
#include "tool/CacheKey.h"
#include "tool/ProjectRunFilters.h"
#include "tool/ResultCache.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <numeric>
#include <set>
#include <thread>

using namespace llvm;

namespace cancel_tidy {

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
    auto R = regex("--header-filter", *O.HeaderFilter);
    if (!R)
      return R.takeError();
    Shown->Header = std::move(*R);
  }
  if (O.ExcludeHeaderFilter) {
    auto R = regex("--exclude-header-filter", *O.ExcludeHeaderFilter);
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

} // namespace cancel_tidy
