// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocking calls that do not wait after all, or that somebody wakes.
#ifndef CANCEL_TIDY_CHECKS_CORE_WAKEUPS_H
#define CANCEL_TIDY_CHECKS_CORE_WAKEUPS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// A flag among the arguments says not to wait: WNOHANG, MSG_DONTWAIT.
bool isToldNotToWait(const FunctionAnalysis &F, const clang::Expr &Call);

/// What is read from is ready or has a time limit: accept() behind poll(), a
/// descriptor made non-blocking or given SO_RCVTIMEO in the same function.
bool isReadyDescriptor(const FunctionAnalysis &F, const clang::Expr &Call);

/// A member function of the class that the waited member belongs to requests
/// cancellation and signals that member, and the wait looks at more than the
/// signal: a wake-up cannot be lost.
bool isWokenByOwnClass(const FunctionAnalysis &F, const clang::Expr &Call);

} // namespace cancel_tidy

#endif
