// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Headers that many TUs include, parsed once and kept as a precompiled header,
// and what is kept with it. PreludePlan chooses them, PreludeBuild makes them,
// PreludeUse parses TUs with them.
#ifndef CANCEL_TIDY_TOOL_PRELUDE_H
#define CANCEL_TIDY_TOOL_PRELUDE_H

#include "tool/ResultCache.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace clang {
class FileEntryRef;
class SourceManager;
} // namespace clang

namespace cancel_tidy {

/// A header of a prelude looks at a macro.
struct PreludeMacroUse {
  unsigned Macro = 0;     ///< by index
  unsigned DefinedIn = 0; ///< index + 1 of the header that had, or 0
  bool BySystem = false;  ///< the code that looks is a system header's
};

/// One header in a prelude.
struct PreludeFile {
  std::string Path;   ///< absolute
  unsigned Start = 0; ///< where it begins in the prelude's locations
  bool IsSystem = false;
  std::vector<unsigned> Includes;    ///< by index, in their order
  std::vector<PreludeMacroUse> Uses; ///< macros that it tests or expands
  std::vector<unsigned> Changes;     ///< macros that it defines, by index
};

/// What is kept with the precompiled header.
struct PreludeInfo {
  std::string Flags;                ///< TuScan::Flags of its TUs
  std::vector<std::string> Folders; ///< search folders that it was made with
  std::vector<PreludeFile> Files;
  std::vector<std::string> Macros; ///< names that its headers look at
  /// Those of them, by index, that are the same whoever defines them, and that
  /// nobody undefines: whether they are there says all.
  std::vector<unsigned> Constant;
  std::vector<std::string> Given; ///< macros of the command line: macrosOf()
  bool KnowsHolders = false;
  std::vector<std::string> Holders; ///< holderNames(), where it knows them
  std::vector<InputStamp> Inputs;
  uint64_t PchSize = 0, PchModified = 0; ///< of the file that belongs to it
};

/// The files of a prelude whose path begins with Stem.
std::string preludeText(llvm::StringRef Stem);
std::string preludePch(llvm::StringRef Stem);
std::string preludeInfo(llvm::StringRef Stem);

/// Null where it cannot be read.
std::shared_ptr<const PreludeInfo> readPreludeInfo(llvm::StringRef Stem);

/// Writes what is kept with the precompiled header, which is there; false where
/// that failed.
bool writePreludeInfo(llvm::StringRef Stem, PreludeInfo Info);

/// The absolute path by which a prelude knows a header.
std::string preludePathOf(clang::FileEntryRef File, clang::SourceManager &SM);

} // namespace cancel_tidy

#endif
