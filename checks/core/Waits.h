// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls that wait where no cancellation can wake them.
#ifndef CANCEL_TIDY_CHECKS_CORE_WAITS_H
#define CANCEL_TIDY_CHECKS_CORE_WAITS_H

#include "checks/core/CallResolver.h"
#include "checks/core/Finding.h"
#include "checks/core/WaitLimit.h"

namespace cancel_tidy {

struct UninterruptibleWait {
  const clang::Expr *Call = nullptr;
  ReachToken Token;
  /// An overload of the same function that takes the token.
  std::optional<UnforwardedCall> Overload;
  /// What the token's family, or another one in sight, offers instead.
  const WaitReplacement *Replacement = nullptr;
  /// The predicate asks the token, but nothing notifies this at the stop.
  const clang::FieldDecl *Unnotified = nullptr;
};

/// All of F, in source order.
std::vector<UninterruptibleWait>
uninterruptibleWaits(const FunctionAnalysis &F);

/// Whether the result that Wait asks for is there: the function has run the
/// task, fulfilled the promise, or killed the child, before; or the function
/// has started the work itself, and is judged there.
bool isReadyResult(const FunctionAnalysis &F, const clang::Expr &Wait);

/// Whether a blocking call does not wait after all, or something that the
/// function or its class shows ends the wait.
bool isWokenOrReady(const FunctionAnalysis &F, const clang::Expr &Wait);

/// What the token's family offers in place of the wait; null: nothing.
const WaitReplacement *replacementFor(const clang::Expr &Wait,
                                      const ReachToken &Token);

/// The call rewritten to W.Replacement; none where that has no text, is not
/// declared in this TU, or a macro is in the way.
std::optional<Fix> useReplacement(const FunctionAnalysis &F,
                                  const UninterruptibleWait &W);

} // namespace cancel_tidy

#endif
