// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls whose cost is not held against the function that makes them.
#ifndef CANCEL_TIDY_CHECKS_CORE_CHARGES_H
#define CANCEL_TIDY_CHECKS_CORE_CHARGES_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// A callee that nobody would look at a token for, whatever its body comes to:
/// one that logs, or that closes and tidies up.
bool isNeverCharged(const clang::FunctionDecl &Callee);

/// A call that is made once, whoever calls F how often: for the initialiser of
/// a static variable, or behind `if (!p) p = ...;` of what outlives F.
bool isMadeOnce(const FunctionAnalysis &F, const clang::Expr &Call);

/// A wait for a member of the object that the constructor F makes: nobody else
/// can hold it yet.
bool isUncontended(const FunctionAnalysis &F, const clang::Expr &Call);

} // namespace cancel_tidy

#endif
