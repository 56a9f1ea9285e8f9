// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which checks run on a file, with which options and models: command line,
// `.clang-tidy` and `.cancel-tidy` put together. docs/usage.md has the rules.
#ifndef CANCEL_TIDY_TOOL_CONFIG_H
#define CANCEL_TIDY_TOOL_CONFIG_H

#include "checks/core/Check.h"
#include "tool/CancelConfig.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cancel_tidy {

/// What the command line says about configuration.
struct CommandLineConfig {
  std::string Preset;                 ///< --preset; what a run starts from
  std::string Checks;                 ///< --checks; its globs count fully
  std::string WarningsAsErrors;       ///< --warnings-as-errors; likewise
  std::string ConfigText;             ///< --config; its globs count fully
  std::string ConfigFile;             ///< --config-file
  std::string CancelConfigFile;       ///< --cancel-config
  std::vector<std::string> ModelDirs; ///< --models
};

/// The configuration of one source file.
struct FileConfig {
  std::string Preset;                     ///< empty: the default set
  std::vector<std::string> EnabledChecks; ///< ids, sorted
  std::vector<std::string> ErrorChecks;   ///< ids that fail the run, sorted
  /// Given options by check id; checks without any are absent.
  std::map<std::string, OptionValues> Options;

  std::shared_ptr<const TokenModels> Models; ///< never null
  PathGlobs Exclude;
  bool GuessTokens = false;
  std::string Root; ///< absolute; empty: not given
  /// Linked facts files, absolute: `Facts:` and the option CancelFacts.
  std::vector<std::string> Facts;

  /// Keys of `.clang-tidy` that decide how a file is parsed and shown.
  std::vector<std::string> ExtraArgs;
  std::vector<std::string> ExtraArgsBefore;
  std::vector<std::string> RemovedArgs;
  std::optional<std::string> HeaderFilterRegex;
  std::optional<std::string> ExcludeHeaderFilterRegex;
  std::optional<bool> SystemHeaders;
  std::optional<bool> UseColor;
  std::optional<std::string> FormatStyle;

  /// Every file that was read for this; for caches.
  std::vector<std::string> ReadFiles;

  bool isEnabled(llvm::StringRef CheckId) const;
  bool isError(llvm::StringRef CheckId) const;
  /// The options given for one check.
  const OptionValues &optionsOf(llvm::StringRef CheckId) const;
};

/// Reads configuration, each file once. Not thread-safe.
class ConfigProvider {
public:
  /// Fails on what is wrong with the command line itself: an unknown
  /// `cancel-` check or preset, both --config and --config-file, unreadable
  /// files.
  static llvm::Expected<std::unique_ptr<ConfigProvider>>
  create(const CommandLineConfig &CommandLine);
  ~ConfigProvider();

  /// The configuration of a source file. Errors are one line each and begin
  /// with "FILE:LINE:COL: " where they are about a file.
  llvm::Expected<FileConfig> forFile(llvm::StringRef AbsolutePath);

  /// Remarks that stop nothing (a `.clang-tidy` key that this LLVM does not
  /// know), each once; the call empties the list.
  std::vector<std::string> takeWarnings();

  /// The effective configuration in clang-tidy's YAML, for --dump-config.
  llvm::Expected<std::string> dump(llvm::StringRef AbsolutePath);

  /// One line "'id' is enabled in the SOURCE." for each check, for
  /// --explain-config.
  llvm::Expected<std::string> explain(llvm::StringRef AbsolutePath);

private:
  ConfigProvider();
  class Impl;
  std::unique_ptr<Impl> P;
};

} // namespace cancel_tidy

#endif
