// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The manual page cancel-tidy(1), with the options from their table.
#ifndef CANCEL_TIDY_TOOL_MANUAL_H
#define CANCEL_TIDY_TOOL_MANUAL_H

#include "llvm/Support/raw_ostream.h"

namespace cancel_tidy {

/// Prints the page in roff with the macros of man(7).
void printManual(llvm::raw_ostream &OS);

} // namespace cancel_tidy

#endif
