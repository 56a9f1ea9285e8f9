// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Headers that many TUs include, parsed once and kept as a precompiled header.
// A TU that uses it sees more than it includes. What it might notice of that
// (macros, and headers that it includes under other macros) is watched, and
// such a TU is parsed plainly; so is one with findings whose code names what it
// does not include.
#ifndef CANCEL_TIDY_TOOL_PRELUDE_H
#define CANCEL_TIDY_TOOL_PRELUDE_H

#include "tool/ResultCache.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <memory>
#include <string>
#include <vector>

namespace clang {
class CompilerInstance;
class Decl;
class FileEntryRef;
class FrontendAction;
} // namespace clang

namespace cancel_tidy {

struct TuJob;
struct TuOutcome;
struct TuScan;
struct TuSettings;

/// A prelude that some of the TUs of a run share.
struct PreludePlan {
  std::string Flags;                ///< those that matter to its headers
  std::vector<std::string> Folders; ///< search folders that do
  std::string Text;                 ///< what it includes
  std::vector<size_t> Jobs;         ///< by index into the scans, ascending
};

/// Chooses preludes for TUs that were scanned and will be parsed.
std::vector<PreludePlan> planPreludes(llvm::ArrayRef<const TuScan *> Scans);

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

/// Makes the prelude Job.Prelude, whose text is there, with the flags of Job,
/// unless what is there already is still right. Headers that do not compile are
/// left out. False, with nothing left behind, where that was no use.
bool buildPrelude(const TuJob &Job, const TuSettings &Settings);

/// Null where it cannot be read.
std::shared_ptr<const PreludeInfo> readPreludeInfo(llvm::StringRef Stem);

/// One TU that is parsed with a prelude.
class PreludeUse {
public:
  PreludeUse(std::string Stem, std::shared_ptr<const PreludeInfo> Info);
  ~PreludeUse();

  /// Before the parse.
  void begin(clang::CompilerInstance &Compiler);
  /// Once there is a preprocessor. Given: macrosOf() the TU's command line.
  void watch(clang::CompilerInstance &Compiler,
             const std::vector<std::string> &Given);

  /// After the parse: whether it went as it would have without the prelude.
  bool isTrusted() const;
  /// Whether the TU itself includes D, or some other declaration of it.
  bool isVisible(const clang::Decl &D) const;
  /// Whether the TU's own code and Owned name nothing else. What is found in
  /// such code would be found without the prelude.
  bool namesOnlyVisible(clang::CompilerInstance &Compiler,
                        llvm::ArrayRef<clang::Decl *> Owned) const;
  bool holds(llvm::StringRef AbsolutePath) const {
    return Index.count(AbsolutePath);
  }
  /// Absolute paths of the prelude's headers that the TU includes.
  std::vector<std::string> includedFiles() const;
  /// Adds what the prelude's headers were made from, as far as the TU includes
  /// them, and what was looked for in vain.
  void addInputs(InputLog &Log) const;
  /// What is declared at namespace level in the prelude's headers with these
  /// absolute paths.
  std::vector<clang::Decl *> declsIn(clang::CompilerInstance &Compiler,
                                     llvm::ArrayRef<std::string> Paths) const;

  const PreludeInfo &info() const { return *Info; }

private:
  class Watcher;
  void include(unsigned File);

  std::string Stem;
  std::shared_ptr<const PreludeInfo> Info;
  llvm::StringMap<unsigned> Index; ///< of files, by path
  llvm::StringMap<unsigned> Macros;
  llvm::DenseSet<unsigned> Constant; ///< of these
  llvm::StringSet<> OtherMacros;     ///< on one of the two command lines only
  /// What the watcher saw.
  llvm::DenseSet<unsigned> Included;            ///< headers the TU includes
  llvm::DenseMap<unsigned, unsigned> ChangedBy; ///< macros, by file index + 1
  llvm::DenseSet<unsigned> SurelyChanged;       ///< by headers read to the end
  /// Macros that the TU changed outside of the prelude's headers.
  llvm::DenseSet<unsigned> Changed, ChangedBySystem;
  bool IsSpoilt = false; ///< the prelude may have shown
};

} // namespace cancel_tidy

#endif
