// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops that take their work from a list.
#ifndef CANCEL_TIDY_CHECKS_CORE_WORKLISTS_H
#define CANCEL_TIDY_CHECKS_CORE_WORKLISTS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// `while (!todo.empty())`, `if (next.empty()) break;` with a local list that
/// the loop fills and empties: it goes once through what it finds, however it
/// nests.
bool worksOff(const FunctionAnalysis &F, const clang::Stmt &Loop);

/// The calls in conditions of `if` that ask whether a list is empty.
std::vector<const clang::Expr *> emptinessTests(const FunctionAnalysis &F);

/// `if (queue.empty()) { if (stop requested) break; ... } take(queue);`: asks
/// only once all that was queued is done, and that is meant so. Tests: the
/// emptinessTests() of F.
bool drains(const FunctionAnalysis &F, const clang::Stmt &Loop,
            llvm::ArrayRef<const clang::Expr *> Tests);

} // namespace cancel_tidy

#endif
