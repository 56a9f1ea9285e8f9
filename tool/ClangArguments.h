// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns the command of any compiler into one that Clang parses with.
#ifndef CANCEL_TIDY_TOOL_CLANGARGUMENTS_H
#define CANCEL_TIDY_TOOL_CLANGARGUMENTS_H

#include "tool/CompileCommands.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// Flags to add and to remove, from the command line and from .clang-tidy.
struct CommandEdits {
  std::vector<std::string> Before, After, Removed;
};

/// The command line for Clang: without output, dependency and warning flags,
/// without what Clang does not know, with foreign precompiled headers replaced
/// by the headers they were made from, and with warnings off.
std::vector<std::string> prepareArguments(const TuCommand &Command,
                                          const CommandEdits &Edits);

/// The macros that Arguments define ("X" or "X=1") and undefine ("-UX").
std::vector<std::string> macrosOf(const std::vector<std::string> &Arguments);

/// The name in one of these.
llvm::StringRef macroName(llvm::StringRef Macro);

/// The search folders that -I, -isystem and -iquote name, each with its option
/// and without slashes at the end: "-Iinclude".
std::vector<std::string>
searchFoldersOf(const std::vector<std::string> &Arguments);

/// Arguments without those search folders that IsKept denies.
std::vector<std::string>
withoutFolders(const std::vector<std::string> &Arguments,
               llvm::function_ref<bool(llvm::StringRef)> IsKept);

/// Takes the argument that a driver's error message quotes out of Arguments:
/// flags that Clang knows, but not for this target or not with this value.
/// False where the message names none.
bool removeRefusedArgument(std::vector<std::string> &Arguments,
                           llvm::StringRef ErrorMessage);

} // namespace cancel_tidy

#endif
