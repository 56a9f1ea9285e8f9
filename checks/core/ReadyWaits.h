// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocking calls that do not wait after all.
#ifndef CANCEL_TIDY_CHECKS_CORE_READYWAITS_H
#define CANCEL_TIDY_CHECKS_CORE_READYWAITS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// A flag among the arguments says not to wait: WNOHANG, MSG_DONTWAIT.
bool isToldNotToWait(const FunctionAnalysis &F, const clang::Expr &Call);

/// What is read from is ready or has a time limit: accept() behind poll(), a
/// descriptor made non-blocking or given SO_RCVTIMEO in the same function.
bool isReadyDescriptor(const FunctionAnalysis &F, const clang::Expr &Call);

/// What is read from, accepted or connected is ready in each round that comes
/// here: the branch asks what a readiness call told of the descriptor (`events
/// & EPOLLIN`, `FD_ISSET(...)`), or which one it told of; or it never blocks.
bool isReadyInRound(const FunctionAnalysis &F, const clang::Expr &Call);

} // namespace cancel_tidy

#endif
