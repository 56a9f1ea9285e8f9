// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the callable is that a thread, a task or a job runs.
#ifndef CANCEL_TIDY_CHECKS_CORE_SPAWNEDCALLABLE_H
#define CANCEL_TIDY_CHECKS_CORE_SPAWNEDCALLABLE_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// What a spawner runs.
struct SpawnedCallable {
  const clang::LambdaExpr *Lambda = nullptr;
  const clang::FunctionDecl *Function = nullptr; ///< the lambda's operator, too
  explicit operator bool() const { return Function; }
};

/// The callable among the arguments of a call that starts work, found by type;
/// none where that is not seen.
SpawnedCallable spawnedCallable(const FunctionAnalysis &F,
                                const clang::Expr &Call);

} // namespace cancel_tidy

#endif
