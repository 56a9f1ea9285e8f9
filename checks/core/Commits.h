// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Points of no return, and cancellation points that stand behind them.
#ifndef CANCEL_TIDY_CHECKS_CORE_COMMITS_H
#define CANCEL_TIDY_CHECKS_CORE_COMMITS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// The commit points of F: calls of annotated functions, annotated statements,
/// and the one call of F that a table knows as a commit. Where there are more
/// of these, in a loop, or where another transaction begins behind it, it ends
/// a part of the work only.
std::vector<CommitPoint> findCommits(const FunctionAnalysis &F);

struct LateCancellation {
  enum class How {
    Throws, ///< a throwing check, or what does one
    Leaves, ///< a poll whose answer leaves
    Given,  ///< a call that is given the token
  } Kind = How::Throws;
  const clang::Expr *At = nullptr;
  CommitPoint Commit;
  const TokenModel *Model = nullptr;
  std::string Token; ///< as it is spelled; may be empty
  /// Of Given: the argument.
  const clang::Expr *Argument = nullptr;
};

/// Those of F, in source order.
std::vector<LateCancellation> lateCancellations(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
