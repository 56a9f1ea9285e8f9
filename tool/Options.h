// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line. One table describes every option, ours and clang-tidy's, so
// that parsing, --help and the list of ignored options cannot drift apart.
#ifndef CANCEL_TIDY_TOOL_OPTIONS_H
#define CANCEL_TIDY_TOOL_OPTIONS_H

#include "tool/Config.h"
#include "tool/report/Report.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cancel_tidy {

/// Lines of one file that findings may lie in; none: the whole file.
struct LineFilter {
  std::string Name; ///< matches at the end of a path
  std::vector<std::pair<unsigned, unsigned>> Lines; ///< inclusive
};

struct Options {
  // What to do instead of an analysis.
  bool Help = false;
  bool Version = false;
  bool ListChecks = false;
  bool DumpConfig = false;
  bool ExplainConfig = false;
  bool VerifyConfig = false;
  std::string ExplainAt;                ///< FILE:LINE
  std::string ExplainCheck;             ///< print this check's page
  std::string ExplainFinding;           ///< fingerprint, or how it begins
  std::optional<std::string> TestModel; ///< model file; its header is Files[0]
  /// --init: write a `.cancel-tidy` to this file, "-" is standard output; an
  /// empty name stands for the one in the root of the code base.
  std::optional<std::string> Init;
  std::string Completion; ///< print the completion for this shell
  bool Manual = false;    ///< hidden: print the manual page
  std::string EmitFacts;  ///< write facts here, report nothing
  std::string Depfile;    ///< with EmitFacts: write what was read, for make
  bool Link = false;      ///< `link`: Files are facts files
  std::vector<std::string> FactsFiles; ///< --facts: linked facts to use

  // What to analyse.
  std::vector<std::string> Files; ///< as given
  /// What follows `--`; nothing: there was no `--`.
  std::optional<std::vector<std::string>> Flags;
  std::string BuildPath; ///< -p
  /// Project folder where no `.cancel-tidy` has a `Root:`; facts name what lies
  /// below it relative to it. Empty: found out.
  std::string Root;
  std::vector<std::string> ExtraArgs;
  std::vector<std::string> ExtraArgsBefore;
  std::vector<std::string> RemovedArgs;
  std::string VfsOverlay;
  bool Open = false;

  // What to report.
  CommandLineConfig Config;
  bool AllowNoChecks = false;
  std::vector<std::string> Exclude;
  std::optional<std::string> HeaderFilter;
  std::optional<std::string> ExcludeHeaderFilter;
  std::vector<LineFilter> LineFilters;
  std::vector<ReportTarget> Reports;
  std::string Baseline; ///< file; empty: none
  bool UpdateBaseline = false;
  std::string Diff; ///< commit, or "-": a diff on standard input; empty: none
  unsigned MaxFindings = 0; ///< print so many; 0: all
  std::optional<bool> UseColor;
  bool Quiet = false;
  bool EnableCheckProfile = false;
  std::optional<std::string> StoreCheckProfile; ///< a folder

  // Fixes.
  bool Fix = false;
  bool FixErrors = false;
  std::string ExportFixes;

  // How the run goes, and how it ends.
  bool FailOnFinding = false;
  bool AllowIncomplete = false;
  bool NoFast = false;
  bool NoCache = false;
  std::string CacheFolder;       ///< empty: the user's cache folder
  unsigned CacheLimitMb = 1024;  ///< 0: none
  unsigned Jobs = 0;             ///< 0: one for each core
  unsigned TimeoutSeconds = 600; ///< for one TU; 0: none
  unsigned MemoryLimitMb = 0;    ///< for one worker; 0: none

  bool Worker = false; ///< hidden: serve jobs on standard input

  /// Lines that say which given options were ignored and why.
  std::vector<std::string> Notices;
};

/// Parses Arguments (without the program's name). `@file` arguments before
/// `--` are expanded. The error is one line with the mend in it.
llvm::Expected<Options> parseOptions(llvm::ArrayRef<std::string> Arguments);

/// One option as --help shows it.
struct OptionText {
  std::string Spelled;   ///< "--checks", "-p"
  llvm::StringRef Value; ///< "<globs>", "[=<file>]", empty for a flag
  std::string Help;      ///< a sentence or more
};

/// The options below one title of --help, in its order.
struct OptionSection {
  llvm::StringRef Title;
  std::vector<OptionText> Options;
};

/// All options that --help shows.
std::vector<OptionSection> optionSections();

/// "--checks=<globs>", "-p <folder>", "--init[=<file>]".
std::string withValue(const OptionText &T);

void printHelp(llvm::raw_ostream &OS);
void printVersion(llvm::raw_ostream &OS);

} // namespace cancel_tidy

#endif
