// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Callbacks that are tied to a token: where they are set up, and by what.
#ifndef CANCEL_TIDY_CHECKS_CORE_REGISTRATIONS_H
#define CANCEL_TIDY_CHECKS_CORE_REGISTRATIONS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Whether F's own body sets up a registration, or its class or a base has one
/// as a member. Guards count: objects made with the token that do nothing but
/// hold one.
bool setsUpRegistration(const FunctionAnalysis &F);

/// Whether Call makes a registration, or a guard, of its arguments.
bool isRegistration(const FunctionAnalysis &F, const clang::Expr &Call);

/// Whether a registration of F does nothing but cancel Source, a local variable:
/// who asks that one asks the token that the registration is on.
bool isLinked(const FunctionAnalysis &F, const clang::VarDecl &Source);

/// The lambda that A, an argument, is or names; null for others.
const clang::LambdaExpr *lambdaOf(const clang::Expr &A);

} // namespace cancel_tidy

#endif
