// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The flow of a loop after the token was cancelled.
#ifndef CANCEL_TIDY_CHECKS_CORE_LOOPVIEW_H
#define CANCEL_TIDY_CHECKS_CORE_LOOPVIEW_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// The ways through F with its token cancelled, cut at the cancellation points
/// of Loop; also where the loop asks something that no model knows, where an
/// answer sets what an exit reads, and where an assertion has failed. Of the
/// rest what is on a way round. Round: the loop's nodes, with a head.
FlowView viewOfLoop(const FunctionAnalysis &F, const clang::Stmt &Loop,
                    const FlowGraph::LoopNodes &Round);

} // namespace cancel_tidy

#endif
