// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Code that only runs once something was cancelled or failed, and that takes
// back what was done before.
#ifndef CANCEL_TIDY_CHECKS_CORE_UNDOING_H
#define CANCEL_TIDY_CHECKS_CORE_UNDOING_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Whether a callee of that name takes back what was done: `remove`,
/// `doRollback`.
bool namesUndo(llvm::StringRef Name);

/// Whether S is a call that takes back by its name, or a loop of such calls.
bool undoes(const clang::Stmt &S);

/// Whether Call is given a token, as argument or by its object.
bool isGivenToken(const FunctionAnalysis &F, const clang::Expr &Call);

/// S stands where a result says that something was cancelled
/// (`if (code == Code::Cancelled)`), or takes back where a call that was given
/// the token failed: `if (!add(1, stop)) { remove(1); return false; }`.
bool isBehindFailure(const FunctionAnalysis &F, const clang::Stmt &S);

} // namespace cancel_tidy

#endif
