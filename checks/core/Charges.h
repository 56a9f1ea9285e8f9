// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls whose cost is not held against the function that makes them.
#ifndef CANCEL_TIDY_CHECKS_CORE_CHARGES_H
#define CANCEL_TIDY_CHECKS_CORE_CHARGES_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// A callee that nobody would look at a token for, whatever its body comes to:
/// one that logs, or that closes and tidies up, or an observer that is told of
/// something: half of them told is worse.
bool isNeverCharged(const clang::FunctionDecl &Callee);

/// A call of a hook that tests inject faults by, or one that is only made for
/// it: in its arguments, or behind `if (injector.enabled("name"))`.
bool isTestHook(const FunctionAnalysis &F, const clang::Stmt &S);

/// The future that Call gives, or what is chained to it, is cast to void:
/// nobody waits for it.
bool isFutureDropped(const FunctionAnalysis &F, const clang::Expr &Call);

/// The future that Call gives goes to a call that gets a token as well:
/// `with_abort(get(1), token)`.
bool isFutureGuarded(const FunctionAnalysis &F, const clang::Expr &Call);

/// The future or task that Call gives is put into a container: who waits for it
/// does so later.
bool isFutureCollected(const FunctionAnalysis &F, const clang::Expr &Call);

/// A call that is made once, whoever calls F how often: for the initialiser of
/// a static variable, or behind `if (!p) p = ...;` of what outlives F.
bool isMadeOnce(const FunctionAnalysis &F, const clang::Expr &Call);

/// A wait for a member of the object that the constructor F makes: nobody else
/// can hold it yet.
bool isUncontended(const FunctionAnalysis &F, const clang::Expr &Call);

} // namespace cancel_tidy

#endif
