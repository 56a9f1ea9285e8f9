// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conditions that a loop asks more than once, with the same answer.
#ifndef CANCEL_TIDY_CHECKS_CORE_REPEATEDTESTS_H
#define CANCEL_TIDY_CHECKS_CORE_REPEATEDTESTS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Leaves out edges of V between nodes of a loop that are on no way round on
/// which a condition on local variables keeps its answer until these are
/// written. Of `if (!cached && stop.stop_requested()) return; if (!cached)
/// load();` the way past the look to load(). Nodes are the loop's, Head is
/// where its rounds begin.
void cutContradictions(const FunctionAnalysis &F, const llvm::BitVector &Nodes,
                       unsigned Head, FlowView &V);

} // namespace cancel_tidy

#endif
