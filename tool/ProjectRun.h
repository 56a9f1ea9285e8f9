// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The analysis of all TUs of a run: sends them to workers, keeps what comes
// back, and settles findings with the facts of all.
#ifndef CANCEL_TIDY_TOOL_PROJECTRUN_H
#define CANCEL_TIDY_TOOL_PROJECTRUN_H

#include "cancel/cancellation_token.hpp"
#include "tool/CompileCommands.h"
#include "tool/Config.h"
#include "tool/Fixer.h"
#include "tool/Link.h"
#include "tool/Options.h"
#include "tool/RunModel.h"
#include "tool/Worker.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cancel_tidy {

class CacheKeys;
class SparedTus;

/// What the driver is called and with what; workers get the same.
struct Invocation {
  std::string Program;
  std::vector<std::string> Arguments;
};

class ProjectRun : public FixHost {
public:
  /// Reads the configuration of every TU; fails on what is wrong with it.
  static llvm::Expected<std::unique_ptr<ProjectRun>>
  create(const Options &O, RunInput Input, const Invocation &Self,
         cancel::cancellation_token Token);
  ~ProjectRun() override;

  const RunInput &input() const { return Input; }
  /// Configuration of the I-th TU.
  const FileConfig &configOf(size_t I) const { return *Configs[I]; }
  const std::vector<TuOutcome> &outcomes() const { return Outcomes; }
  bool anyCheckEnabled() const;
  /// Remarks about configuration and cache since the last call.
  std::vector<std::string> takeWarnings() {
    return std::exchange(Warnings, {});
  }

  /// Analyses every TU, until cancelled. Ended(done, all, main file) is called
  /// after each.
  llvm::Error
  analyseAll(llvm::function_ref<void(size_t, size_t, llvm::StringRef)> Ended);

  /// Analyses the I-th TU alone and explains a place in it.
  llvm::Expected<TuOutcome> explain(size_t I, llvm::StringRef File,
                                    unsigned Line);

  /// What analyseAll() found, settled, filtered, without duplicates, marked
  /// for NOLINT.
  RunReport report() const;

  /// What each TU brings to the link, marked for NOLINT.
  std::vector<TuRecord> records() const;

  /// Whether the whole program is known: undefined functions, or those that
  /// linked facts of it name, count as defined nowhere.
  bool isClosed() const;

  /// What is wrong with linked facts files that were named, a line each.
  const std::vector<std::string> &factsErrors() const { return Known.Errors; }

  // FixHost
  std::vector<std::string>
  tusIncluding(llvm::ArrayRef<std::string> Files) override;
  std::vector<FixedTu> analyse(llvm::ArrayRef<std::string> MainFiles,
                               const Overlay &Contents) override;
  bool interrupted() override;

private:
  ProjectRun(const Options &O, RunInput Input, const Invocation &Self,
             cancel::cancellation_token Token);
  llvm::Error readConfigs();
  void openFacts();
  void dropEqualCommands();
  PoolOptions poolOptions() const;
  llvm::Error run(llvm::ArrayRef<TuJob> Jobs, bool BiggestFirst,
                  llvm::function_ref<void(size_t, TuOutcome)> Done);
  std::vector<size_t> takeCached(std::vector<TuJob> &Jobs);
  llvm::Error scan(std::vector<TuJob> &Jobs, std::vector<size_t> &Left,
                   llvm::function_ref<void(llvm::StringRef)> Ended);
  llvm::Error makePreludes(std::vector<TuJob> &Jobs,
                           llvm::ArrayRef<size_t> Left,
                           llvm::ArrayRef<TuOutcome> Scans);
  void shareOut(llvm::ArrayRef<size_t> Tus, const std::string &Stem,
                std::vector<TuJob> &Jobs, llvm::ArrayRef<size_t> Left,
                llvm::ArrayRef<TuOutcome> Scans);
  void giveOtherPreludes(std::vector<TuJob> &Jobs, llvm::ArrayRef<size_t> Tus);
  bool maySpare(const FileConfig &Config) const;
  void spare(size_t I, const TuOutcome &Scan, SparedTus &By, const TuJob &Job);
  std::vector<size_t> neededTus();
  const llvm::StringSet<> &definedIn(llvm::StringRef File);
  /// Files and offsets.
  using HeaderFindings = std::set<std::pair<std::string, unsigned>>;
  std::map<size_t, std::vector<ReportedFinding>>
  settled(llvm::ArrayRef<size_t> Tus) const;
  std::map<size_t, HeaderFindings> unconfirmed() const;
  std::vector<size_t>
  tusThatMayFind(const std::map<size_t, HeaderFindings> &Doubtful) const;
  void useOldPreludes(std::vector<TuJob> &Jobs, llvm::ArrayRef<size_t> Left,
                      llvm::ArrayRef<TuOutcome> Scans);
  void judgeOrphans(std::vector<size_t> &Left, llvm::ArrayRef<TuOutcome> Scans);
  TuRecord recordOf(size_t I, TuOutcome Outcome) const;
  LinkMode mode() const;
  bool isShown(const Finding &F) const;

  struct Filters;

  const Options &O;
  RunInput Input;
  Invocation Self;
  cancel::cancellation_token Token;
  std::unique_ptr<ConfigProvider> Provider;
  std::vector<std::shared_ptr<const FileConfig>> Configs;
  std::vector<std::string> Warnings;
  KnownFacts Known;
  std::unique_ptr<ResultCache> Cache;
  std::unique_ptr<CacheKeys> Keys;      ///< with the cache
  std::string PreludeFolder;            ///< without it: removed at the end
  std::vector<std::string> OldPreludes; ///< by job: stems, or empty
  std::vector<std::string> Preludes;    ///< stems of those of this run
  std::map<size_t, TuScan> PutAside;    ///< by job: of TUs that see no token
  /// Names of functions that files may define, which are read once.
  llvm::StringMap<llvm::StringSet<>> DefinedNames;
  size_t Cached = 0; ///< TUs that it knew
  std::vector<TuOutcome> Outcomes;
  std::unique_ptr<Filters> Shown;
};

} // namespace cancel_tidy

#endif
