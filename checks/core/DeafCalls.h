// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls of deaf functions (see Deafness.h) where a token is in reach, and calls
// that no token in reach could be handed to.
#ifndef CANCEL_TIDY_CHECKS_CORE_DEAFCALLS_H
#define CANCEL_TIDY_CHECKS_CORE_DEAFCALLS_H

#include "checks/core/CallResolver.h"
#include <optional>
#include <vector>

namespace cancel_tidy {

/// A call that stays where the token of the caller does not reach.
struct DeafCall {
  const clang::Expr *Call = nullptr;
  ReachToken Token;
  std::optional<Atom> When; ///< none: the callee's annotation says so
};

/// The first such call of F for each callee, in source order. Silent where the
/// loops of F, their waits, or the tokens that it leaves out are reported.
std::vector<DeafCall> deafCalls(const FunctionAnalysis &F);

/// A call that would take a token, in a function that has none.
struct TokenlessCall {
  const clang::Expr *Call = nullptr;
  std::optional<Sink> Where;                    ///< it takes one
  const WaitReplacement *Replacement = nullptr; ///< it has a form that does
  const TokenModel *Model = nullptr;
};

/// The first such call of F; none where F could not have a parameter more, or
/// has its own source.
std::optional<TokenlessCall> tokenlessCall(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
