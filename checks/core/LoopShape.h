// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the statement of a loop says about its rounds.
#ifndef CANCEL_TIDY_CHECKS_CORE_LOOPSHAPE_H
#define CANCEL_TIDY_CHECKS_CORE_LOOPSHAPE_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// The condition as written; null where there is none, and in a range-for.
const clang::Expr *conditionOfLoop(const clang::Stmt &Loop);

/// Null for what is no loop.
const clang::Stmt *bodyOfLoop(const clang::Stmt &Loop);

/// Where findings about Loop point: its first keyword.
clang::SourceLocation keywordOfLoop(const clang::Stmt &Loop);

/// Whether the condition is left out, or always true.
bool isEndlessCondition(const clang::Stmt &Loop, const clang::ASTContext &Ctx);

/// Whether a constant ends Loop after some hundred rounds, if nothing else
/// does: a batch of a loop around. `n < 256 && pop(x)`, `j < std::min(n, i +
/// 64)`.
bool isBatch(const clang::Stmt &Loop, const FunctionAnalysis &F);

/// Whether the first round surely comes: constants say so, a time that begins
/// now, or the loop is a pause in slices that somebody may end.
bool runsAtLeastOnce(const clang::Stmt &Loop, const FunctionAnalysis &F);

/// `result = result.unite(part);` of a loop over the parts of something: what
/// is left out when the loop ends early is missed by all that follows.
bool folds(const clang::Stmt &Loop, const FunctionAnalysis &F);

/// Whether Cond asks a flag or a function that is not modelled, and whose name
/// says that it is about stopping: `quit_`, `isCancelled()`.
bool asksOthers(const FunctionAnalysis &F, const clang::Expr &Cond);

} // namespace cancel_tidy

#endif
