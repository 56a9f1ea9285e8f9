// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Condition waits whose predicate asks the token, and which nobody wakes to ask
// it again.
#ifndef CANCEL_TIDY_CHECKS_CORE_LOSTWAKES_H
#define CANCEL_TIDY_CHECKS_CORE_LOSTWAKES_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// The condition, a member beside the thread that requests the stop by itself,
/// that Wait waits for although all of its class is seen and nothing of it
/// notifies at the stop; null where that is not sure, or there is no predicate.
/// Whether a function that requests the stop also signals is isWoken()'s.
const clang::FieldDecl *neverNotified(const FunctionAnalysis &F,
                                      const clang::Expr &Wait);

} // namespace cancel_tidy

#endif
