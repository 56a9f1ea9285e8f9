// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Statuses that may tell of a cancellation, and loops that go on all the same:
// what a handler that swallows is for exceptions.
#ifndef CANCEL_TIDY_CHECKS_CORE_STATUSHANDLING_H
#define CANCEL_TIDY_CHECKS_CORE_STATUSHANDLING_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

struct SwallowedStatus {
  const clang::Expr *Call = nullptr; ///< is given the token
  ReachToken Token;
  const StatusType *Type = nullptr;
  const clang::Stmt *Loop = nullptr; ///< goes on with its next round
  const clang::Stmt *Test = nullptr; ///< branches on the status being good
};

/// Those of F, in source order.
std::vector<SwallowedStatus> swallowedStatuses(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
