// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the preprocessor alone tells of a TU: its files, and whether a token can
// be seen in them. Costs a few percent of a parse.
#ifndef CANCEL_TIDY_TOOL_TUSCAN_H
#define CANCEL_TIDY_TOOL_TUSCAN_H

#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>
#include <vector>

namespace cancel_tidy {

/// A header that a file outside of the system's headers includes.
struct HeaderUse {
  std::string Spelling;     ///< as any file may include it: <a/b.h>, "/x/b.h"
  std::string Path;         ///< absolute
  bool IsSensitive = false; ///< looks at a macro that the main file defines
};

/// A search folder in which only the main file, and what lies there, found
/// something: nothing to those who share other headers.
struct OwnFolder {
  std::string Folder;             ///< one of TuScan::Used
  std::vector<std::string> Files; ///< absolute paths of what was found
};

struct TuScan {
  bool Done = false; ///< the scan succeeded
  bool MaySeeToken = true;
  /// Headers in the order of their first inclusion; those without an include
  /// guard are left out.
  std::vector<HeaderUse> Headers;
  /// Project files with a class that may be a token nobody models.
  std::vector<std::string> ShapeFiles;
  /// Equal for TUs whose flags, folder and language are, but for macros and
  /// search folders.
  std::string Flags;
  std::vector<std::string> Macros;  ///< of the command line: macrosOf()
  std::vector<std::string> Tested;  ///< names of them that a header looks at
  std::vector<std::string> Folders; ///< searchFoldersOf() the command line
  std::vector<std::string> Used;    ///< those in which something was found
  std::vector<OwnFolder> Own;       ///< some of these
  /// Those read that are neither project files nor system headers.
  std::vector<std::string> OtherFiles;
  /// System headers, but the standard library's, that name a token's class.
  std::vector<std::string> TokenFiles;
  std::string Inputs; ///< ResultCache::packedStampsOf(), if there is a cache
};

struct TuJob;
struct TuSettings;
struct TuOutcome;

/// Scans many TUs, and each file once. Not thread-safe.
class TuScanner {
public:
  TuScanner();
  ~TuScanner();
  TuScanner(TuScanner &&) = delete;

  /// Fills Outcome's Scan and Files. Where no token can be seen, Outcome is all
  /// there is to know of the TU's findings, and is stored in the cache.
  TuOutcome scan(const TuJob &Job, const TuSettings &Settings);

private:
  class Texts;
  std::unique_ptr<Texts> Known;
};

} // namespace cancel_tidy

#endif
