// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds a TU that includes a file, by reading #include lines. Textual: it knows
// no conditions and no macros, and needs no parse.
#ifndef CANCEL_TIDY_TOOL_INCLUDESCAN_H
#define CANCEL_TIDY_TOOL_INCLUDESCAN_H

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace cancel_tidy {

class IncludeScan {
public:
  explicit IncludeScan(llvm::ArrayRef<clang::tooling::CompileCommand> Commands);

  /// The command of a TU that includes File, directly or not, or null. Of
  /// several the one whose path is most like File's.
  const clang::tooling::CompileCommand *includerOf(llvm::StringRef File);

private:
  struct Include {
    std::string Spelling;
    bool Quoted = false;
  };
  const std::vector<Include> &includesOf(llvm::StringRef File);
  bool reaches(const clang::tooling::CompileCommand &Command,
               llvm::StringRef File);

  llvm::ArrayRef<clang::tooling::CompileCommand> Commands;
  llvm::StringMap<std::vector<Include>> Includes;
  llvm::StringMap<bool> Existing;
};

} // namespace cancel_tidy

#endif
