// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The parse of a TU with a prelude. It sees more than it includes. What it
// might notice of that (macros, and headers that it includes under other
// macros) is watched, and such a TU is parsed plainly; so is one with findings
// whose code names what it does not include.
#ifndef CANCEL_TIDY_TOOL_PRELUDEUSE_H
#define CANCEL_TIDY_TOOL_PRELUDEUSE_H

#include "tool/Prelude.h"
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
} // namespace clang

namespace cancel_tidy {

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
