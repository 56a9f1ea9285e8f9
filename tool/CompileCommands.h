// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which TUs a run has: reads the compile database and finds commands for files
// that have none in it.
#ifndef CANCEL_TIDY_TOOL_COMPILECOMMANDS_H
#define CANCEL_TIDY_TOOL_COMPILECOMMANDS_H

#include "tool/Options.h"
#include "tool/ProjectFiles.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// One TU of a run, with the command as the database has it.
struct TuCommand {
  std::string MainFile; ///< absolute, normalised
  std::string Directory;
  std::vector<std::string> Arguments; ///< with the compiler in front
  bool Given = false;                 ///< named on the command line
};

/// What a run is about.
struct RunInput {
  std::vector<TuCommand> Commands; ///< sorted by main file
  bool Closed = false;             ///< the facts of the program will be known
  ProjectLayout Layout;
  std::string BuildFolder; ///< of the database, or the working directory
  /// Lines to print: files that borrow a command and the like.
  std::vector<std::string> Notices;
};

/// Finds the TUs. Errors are for one line on standard error and exit code 2.
llvm::Expected<RunInput> collectCommands(const Options &O);

/// Reads FILE as a compile database. Errors name file, line and mend.
llvm::Expected<std::vector<clang::tooling::CompileCommand>>
readCompileDatabase(llvm::StringRef File);

} // namespace cancel_tidy

#endif
