// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts that do not say where the project lay when they were made: the same
// project in another folder, or on another machine, gives the same bytes.
#ifndef CANCEL_TIDY_TOOL_RELATIVENAMES_H
#define CANCEL_TIDY_TOOL_RELATIVENAMES_H

#include "tool/Link.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// Text with every path below Root, which is absolute, made relative to it.
std::string withoutRoot(llvm::StringRef Text, llvm::StringRef Root);

/// Does that to all that Records say.
void makeRelative(std::vector<TuRecord> &Records, llvm::StringRef Root);

/// Puts Root before the names of files that are relative.
void makeAbsolute(std::vector<TuRecord> &Records, llvm::StringRef Root);

/// Whether a main file is named relative.
bool anyRelative(const std::vector<TuRecord> &Records);

} // namespace cancel_tidy

#endif
