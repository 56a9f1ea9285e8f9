// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles that go round without a cancellation point: found by asking which
// cycles are left once the token is cancelled, and what they cost.
#ifndef CANCEL_TIDY_CHECKS_CORE_CYCLEANALYSIS_H
#define CANCEL_TIDY_CHECKS_CORE_CYCLEANALYSIS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

struct UncheckedCycle {
  enum class Shape { Loop, Goto, Recursion, Callback } Kind = Shape::Loop;
  const clang::Stmt *Loop = nullptr; ///< loop, label, or call
  clang::SourceLocation Where;
  ReachToken Token; ///< the one that should be looked at
  /// Some way round has a cancellation point, this one has none.
  bool OthersChecked = false;
  /// A poll is on the way, but its answer does not leave the cycle.
  const clang::Expr *IdlePoll = nullptr;
  bool Endless = false;  ///< only cancellation could end it
  bool Waits = false;    ///< the cost is a wait
  std::string Costliest; ///< callee, or empty where link decides
  const clang::Expr *CostliestCall = nullptr;
  const clang::Expr *OpenCall = nullptr; ///< may cost; link decides
  Condition When;
  struct Step {
    clang::SourceLocation Where;
    std::string What;
  };
  std::vector<Step> Path; ///< the way round, in order
};

/// The cycles of F, innermost first; a loop whose inner loop is reported is
/// judged as if that one were mended.
std::vector<UncheckedCycle> uncheckedCycles(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
