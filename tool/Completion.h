// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shell completion of the command line, made from the table of the options.
#ifndef CANCEL_TIDY_TOOL_COMPLETION_H
#define CANCEL_TIDY_TOOL_COMPLETION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace cancel_tidy {

/// The shells that printCompletion() knows.
llvm::ArrayRef<llvm::StringRef> completionShells();

/// Prints the script that the shell reads; Shell is one of completionShells().
void printCompletion(llvm::raw_ostream &OS, llvm::StringRef Shell);

} // namespace cancel_tidy

#endif
