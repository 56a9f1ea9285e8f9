// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a run ends with.
#ifndef CANCEL_TIDY_TOOL_EXITCODE_H
#define CANCEL_TIDY_TOOL_EXITCODE_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace cancel_tidy {

/// The highest that applies wins.
enum ExitCode {
  ExitClean = 0,
  ExitFindings = 1,
  ExitUsage = 2,
  ExitIncomplete = 3,
  ExitInterrupted = 130,
};

/// Prints what is wrong to standard error; returns ExitUsage.
int usageError(llvm::Error E);
int usageError(const llvm::Twine &Message);

} // namespace cancel_tidy

#endif
