// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Overloads of a callee that take a token besides what the callee takes.
#ifndef CANCEL_TIDY_CHECKS_CORE_OVERLOADS_H
#define CANCEL_TIDY_CHECKS_CORE_OVERLOADS_H

#include "checks/core/CallResolver.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace cancel_tidy {

/// The declaration that templates compare by: the pattern of an instance.
const clang::FunctionDecl &patternOf(const clang::FunctionDecl &FD);

/// What FD asks of its template's arguments behind its parameters; may be null.
const clang::Expr *trailingRequires(const clang::FunctionDecl &FD);

/// An overload that Call could call in place of Callee with a token more: with
/// the same parameters otherwise, accessible, neither deleted nor deprecated,
/// no less const, and with a result that fits. Accepts has the last word.
std::optional<Sink>
overloadWithToken(const FunctionAnalysis &F, const clang::Expr &Call,
                  const clang::FunctionDecl &Callee,
                  llvm::function_ref<bool(const Sink &)> Accepts);

} // namespace cancel_tidy

#endif
