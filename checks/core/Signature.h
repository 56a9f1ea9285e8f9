// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who decides about a function's parameters, and where among them a family
// takes its token.
#ifndef CANCEL_TIDY_CHECKS_CORE_SIGNATURE_H
#define CANCEL_TIDY_CHECKS_CORE_SIGNATURE_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Somebody else decides which parameters F has: it overrides, is an operator,
/// has C linkage, its address is taken in this TU, or a base that is a template
/// parameter may call it by name. Lambdas always are.
bool isSignatureDictated(const FunctionAnalysis &F);

/// A token parameter that does not stand where its family has it.
struct MisplacedToken {
  const clang::ParmVarDecl *Param = nullptr;
  TokenUse Use;
  /// The first parameter behind it that should be in front; null: it should be
  /// the first itself.
  const clang::ParmVarDecl *Behind = nullptr;
};

/// The only token among the parameters of FD, where it is misplaced by
/// TokenType::Position. What may stand behind a last one: parameters with a
/// default, packs, callables, out parameters, and source locations.
std::optional<MisplacedToken> misplacedToken(const clang::FunctionDecl &FD,
                                             const TokenIndex &Tokens);

} // namespace cancel_tidy

#endif
