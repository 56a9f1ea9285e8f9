// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads that one function starts from the same lambda, and that take turns.
#ifndef CANCEL_TIDY_CHECKS_CORE_SIBLINGS_H
#define CANCEL_TIDY_CHECKS_CORE_SIBLINGS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// F is a lambda that the function around it starts in a loop, and Wait is for
/// what the same lambda does in its siblings: the value of an atomic that it
/// notifies, the round of a barrier that it leaves by arrive_and_drop(). Who
/// left in the middle would make the others wait for ever.
bool isSiblingsTurn(const FunctionAnalysis &F, const clang::Expr &Wait);

} // namespace cancel_tidy

#endif
