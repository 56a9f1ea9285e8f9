// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `.cancel-tidy`: what a project says about its tokens. Read alike by the tool,
// the clang-tidy plugin and the language server; knows nothing of clang-tidy.
#ifndef CANCEL_TIDY_TOOL_CANCELCONFIG_H
#define CANCEL_TIDY_TOOL_CANCELCONFIG_H

#include "checks/core/TokenModel.h"
#include "tool/GlobSet.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace cancel_tidy {

/// The content of one `.cancel-tidy`, or the defaults where there is none.
struct CancelConfig {
  std::string File;   ///< absolute path; empty: defaults
  std::string Root;   ///< `Root:`, absolute; empty: not given
  std::string Preset; ///< `Preset:`, any name; empty: not given
  /// "FILE:LINE:COL: " of that name, for whoever does not know it.
  std::string PresetPlace;
  bool GuessTokens = false;
  PathGlobs Exclude;
  std::vector<std::string> Facts; ///< `Facts:`, linked facts files, absolute
  /// Built-in models, those of --models, and those this file adds.
  std::shared_ptr<const TokenModels> Models;
  /// Every file that was read for this, itself first; for caches. Facts are
  /// not: what is said of a TU does not depend on them.
  std::vector<std::string> ReadFiles;
};

/// Finds and reads `.cancel-tidy` files; each is read once. Not thread-safe.
class CancelConfigReader {
public:
  /// ModelDirs: folders whose *.yaml files are models (--models DIR), relative
  /// to the working directory.
  explicit CancelConfigReader(std::vector<std::string> ModelDirs = {});
  ~CancelConfigReader();

  /// The configuration for a source file: its nearest parent folder that holds
  /// a `.cancel-tidy`. Place, when not empty, names the file instead (option
  /// CancelConfig): absolute, or below the nearest parent folder of
  /// AbsolutePath in which it exists; a folder stands for the `.cancel-tidy` in
  /// it. Errors say "FILE:LINE:COL: what".
  llvm::Expected<std::shared_ptr<const CancelConfig>>
  forFile(llvm::StringRef AbsolutePath, llvm::StringRef Place = "");

  /// Reads the file Path, which must exist (--cancel-config).
  llvm::Expected<std::shared_ptr<const CancelConfig>>
  read(llvm::StringRef Path);

private:
  class Impl;
  std::unique_ptr<Impl> P;
};

/// "LINE:COL" of Offset in Text, both from 1, columns in bytes.
std::string lineAndColumn(llvm::StringRef Text, size_t Offset);

/// The name of Known nearest to Given, or empty where none is near.
std::string nearestName(llvm::StringRef Given,
                        llvm::ArrayRef<llvm::StringRef> Known);

/// Reads a text file; the error names File and says why, also for files that
/// are no UTF-8 text.
llvm::Expected<std::string> readTextFile(llvm::StringRef File);

} // namespace cancel_tidy

#endif
