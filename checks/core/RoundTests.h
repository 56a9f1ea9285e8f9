// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ways through a loop's body that its own condition lets go round no more.
#ifndef CANCEL_TIDY_CHECKS_CORE_ROUNDTESTS_H
#define CANCEL_TIDY_CHECKS_CORE_ROUNDTESTS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Leaves out branches of V that contradict the condition of Loop, as of
/// `do { rc = receive(); if (rc == Again && !wait(stop)) return; } while (rc ==
/// Again);` the way past wait(). Nodes are the loop's.
void cutRoundsThatEnd(const FunctionAnalysis &F, const clang::Stmt &Loop,
                      const llvm::BitVector &Nodes, FlowView &V);

} // namespace cancel_tidy

#endif
