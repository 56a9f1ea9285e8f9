// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a function holds by hand and gives back on its normal ways, and where a
// cancellation leaves without that.
#ifndef CANCEL_TIDY_CHECKS_CORE_HELDRESOURCES_H
#define CANCEL_TIDY_CHECKS_CORE_HELDRESOURCES_H

#include "checks/core/CancelFlow.h"
#include "checks/core/Holdings.h"

namespace cancel_tidy {

struct SkippedRelease {
  Holding What;
  const clang::Expr *Release = nullptr; ///< one that a normal way passes
  CancelExit Exit;
  /// The statement before which a release is missing: the return or break that
  /// ends the poll's branch; null where it is not that simple.
  const clang::Stmt *Leaves = nullptr;
  std::string Token; ///< as spelled; empty where that is not known
  const TokenModel *Model = nullptr;

  std::string releaseName() const; ///< "fclose", "delete"
};

/// All of F, by exit in source order. Each way from the acquisition that is
/// neither cancelled nor thrown out of gives the thing back; the way from Exit
/// does not. Of throwing checks only the first for each acquisition counts: one
/// owner would mend all of them.
std::vector<SkippedRelease> skippedReleases(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
