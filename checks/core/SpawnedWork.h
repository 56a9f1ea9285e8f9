// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads, tasks and jobs that a function starts, and whether the token in
// reach goes with them.
#ifndef CANCEL_TIDY_CHECKS_CORE_SPAWNEDWORK_H
#define CANCEL_TIDY_CHECKS_CORE_SPAWNEDWORK_H

#include "checks/core/CallResolver.h"
#include "checks/core/Finding.h"
#include "checks/core/SpawnedCallable.h"

namespace cancel_tidy {

/// Work that cannot be cancelled although a token was in reach.
struct UnstoppableWork {
  const clang::Expr *Call = nullptr;
  SpawnedCallable Work;
  ReachToken Token;
  /// Calls in the lambda that would take the token. Not empty: reason enough.
  std::vector<UnforwardedCall> Sinks;
  bool Endless = false;
  std::string Costliest; ///< callee, or empty where link decides
  Condition When;
};

/// All of F, in source order.
std::vector<UnstoppableWork> unstoppableWork(const FunctionAnalysis &F);

/// Captures the token and passes it to what would take it in the lambda.
/// Without a fix, WhyNot says what is missing.
std::optional<Fix> captureToken(const FunctionAnalysis &F,
                                const UnstoppableWork &W, std::string &WhyNot);

} // namespace cancel_tidy

#endif
