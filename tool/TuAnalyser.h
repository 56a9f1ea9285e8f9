// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses one TU and runs the checks over it, in this process.
#ifndef CANCEL_TIDY_TOOL_TUANALYSER_H
#define CANCEL_TIDY_TOOL_TUANALYSER_H

#include "tool/ClangArguments.h"
#include "tool/CompileCommands.h"
#include "tool/Config.h"
#include "tool/Fixer.h"
#include "tool/ProjectFiles.h"
#include "tool/RunModel.h"
#include "tool/TuScan.h"
#include "llvm/ADT/IntrusiveRefCntPtr.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <map>
#include <string>
#include <vector>

namespace clang {
class SourceManager;
}

namespace cancel_tidy {

/// What a worker is to do.
enum class JobKind {
  Analyse,
  Scan,    ///< fill TuOutcome::Scan
  Prelude, ///< make the prelude, with the flags of this TU
};

/// One TU to analyse.
struct TuJob {
  JobKind Kind = JobKind::Analyse;
  std::string Prelude; ///< stem of the prelude to use or to make; empty: none
  /// With a prelude: project headers in it that this TU judges for all.
  std::vector<std::string> Owned;
  /// To make a prelude: of the TUs that will use it.
  std::string PreludeFlags;
  std::vector<std::string> Folders; ///< search folders to keep
  /// With a prelude, which was made without folders where nothing is found: the
  /// TU's TuScan::Inputs. A file that comes there may be found instead.
  std::string ScanInputs;
  TuCommand Command;
  Overlay Contents;        ///< stands in for what is on disk
  bool WantCalls = false;  ///< collect TuOutcome::Calls
  std::string ExplainFile; ///< with ExplainLine: also explain this place
  unsigned ExplainLine = 0;
  std::string CacheKey; ///< store the outcome under it; empty: do not
};

/// What the run needs of a TU besides its result.
struct TuOutcome {
  TuResult Result;
  unsigned ErrorCount = 0;         ///< of the compiler
  bool HasFatalError = false;      ///< the parse ended early
  std::vector<std::string> Files;  ///< project files read, absolute, sorted
  std::vector<std::string> Inputs; ///< all files read, where somebody asks
  std::vector<ResolvedCall> Calls; ///< in project files, sorted
  std::vector<std::string> Explanation;
  std::map<std::string, double> Seconds; ///< by check id
  TuScan Scan;
  /// Not parsed, as no token can be seen: its facts are not known.
  bool IsSkipped = false;
  /// Project files that the TU includes and leaves to others to judge.
  std::vector<std::string> NotJudged;
  bool IsCached = false; ///< taken from an earlier run
  std::string Prelude;   ///< name of the one that was used; empty: none
  /// With a prelude: what was found would be found without it.
  bool IsConfirmed = false;
};

class ResultCache;

/// What is the same for many TUs.
struct TuSettings {
  const FileConfig *Config = nullptr;
  CommandEdits Edits;
  ProjectFiles *Project = nullptr;
  std::string VfsOverlay; ///< path of --vfsoverlay
  /// Leave out what findings do not need: function bodies in system headers.
  bool Fast = true;
  ResultCache *Cache = nullptr; ///< for jobs with a CacheKey
  bool WantInputs = false;      ///< fill TuOutcome::Inputs
};

/// Never fails: what goes wrong is in the result's state and errors.
TuOutcome analyseTu(const TuJob &Job, const TuSettings &Settings);

/// Why the main file cannot be source text; empty: it can.
std::string whatIsWrongWith(llvm::StringRef File, llvm::vfs::FileSystem &Files);

/// The project files among those that were read, absolute, sorted.
std::vector<std::string> filesRead(clang::SourceManager &SM,
                                   ProjectFiles &Project);

/// The file system that a parse sees. Errors name the overlay file.
llvm::Expected<llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>>
makeFileSystem(llvm::StringRef Directory, const Overlay &Contents,
               llvm::StringRef VfsOverlay);

} // namespace cancel_tidy

#endif
