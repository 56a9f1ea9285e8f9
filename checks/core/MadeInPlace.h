// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects that a function makes of the arguments that it is handed:
// std::make_unique<Client>(1), clients.emplace_back(1).
#ifndef CANCEL_TIDY_CHECKS_CORE_MADEINPLACE_H
#define CANCEL_TIDY_CHECKS_CORE_MADEINPLACE_H

#include "checks/core/CallResolver.h"

namespace cancel_tidy {

/// The class that a container of it, or a factory for it, makes.
const clang::CXXRecordDecl *madeInPlace(const clang::Expr &Call);

/// The constructor to which Call hands all its arguments, one by one, where
/// they leave no doubt which one that is. Only of classes that have one that
/// takes a token; null for others.
const clang::CXXConstructorDecl *constructorBehind(const FunctionAnalysis &F,
                                                   const clang::Expr &Call);

/// Whether S is such a constructor, or an overload of it, and not the callee.
bool isBehind(const Sink &S, const clang::Expr &Call);

} // namespace cancel_tidy

#endif
