// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What runs once the stop was seen, also by variables that say so.
#ifndef CANCEL_TIDY_CHECKS_CORE_SEENSTOP_H
#define CANCEL_TIDY_CHECKS_CORE_SEENSTOP_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// The nodes that run while nobody has seen a cancellation. Running: those that
/// the polls alone leave; here also without what stands behind a variable that
/// only a seen stop, or a handler, has written: `if (stop) { gone = true;
/// break; } ... if (gone) tidyUp();`. NothingFails: and while each call that is
/// given the token succeeds, so that a flag for what it came to stays true.
llvm::BitVector runningUnseen(const FunctionAnalysis &F,
                              llvm::BitVector Running,
                              bool NothingFails = false);

/// Whether S stands in a branch that a seen stop takes as well, among other
/// reasons: `if (timedOut || stopped) { kill(child); ... }`. What runs there is
/// how the function reacts to a stop. Running: as above.
bool isReactionAsWell(const FunctionAnalysis &F, const clang::Stmt &S,
                      const llvm::BitVector &Running);

} // namespace cancel_tidy

#endif
