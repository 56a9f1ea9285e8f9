// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits that somebody wakes when the work is to stop.
#ifndef CANCEL_TIDY_CHECKS_CORE_WAKEUPS_H
#define CANCEL_TIDY_CHECKS_CORE_WAKEUPS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Who ends the work also wakes this wait: a function that requests the stop,
/// with what it calls, or a registration's callback signals what is waited for,
/// and the wait looks at more than the signal, so that none can be lost.
bool isWoken(const FunctionAnalysis &F, const clang::Expr &Wait);

/// The same of a call that waits inside: who ends the work does something to
/// the object, or the argument, Object: `request_stop(); queue_.push({});`.
bool isWokenFromOutside(const FunctionAnalysis &F, const clang::Expr &Object);

/// Whether who ends the work writes the flag that Part, of a condition, reads.
bool isWrittenOnStop(const FunctionAnalysis &F, const clang::Stmt &Part);

} // namespace cancel_tidy

#endif
