// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Work inside of an algorithm that was given a token to which it is bound.
#ifndef CANCEL_TIDY_CHECKS_CORE_BOUNDWORK_H
#define CANCEL_TIDY_CHECKS_CORE_BOUNDWORK_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// F is the body that an algorithm runs, and the algorithm was given a token
/// of a family whose tokens are linked to what runs around them: it asks the
/// token between the parts, and whatever algorithm the body runs is bound to
/// it. `parallel_for(range, [&](const blocked_range<int> &part) {...},
/// context)`
bool isBoundBody(const FunctionAnalysis &F);

/// Work is a loop in such a body over the part that it was handed, or another
/// algorithm.
bool isBoundWork(const FunctionAnalysis &F, const clang::Stmt &Work);

} // namespace cancel_tidy

#endif
