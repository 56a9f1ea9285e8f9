// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What stands around a loop: how much of its cost is its own business.
#ifndef CANCEL_TIDY_CHECKS_CORE_LOOPNESTING_H
#define CANCEL_TIDY_CHECKS_CORE_LOOPNESTING_H

#include "checks/core/CycleCost.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>
#include <vector>

namespace cancel_tidy {

/// Answers for the loops of one function; remembers what it found out.
class LoopNesting {
public:
  explicit LoopNesting(const FunctionAnalysis &F) : F(F), Body(F.body()) {}

  /// Depth: of helpers within helpers, as lambdas.
  Nesting of(const clang::Stmt &Loop, unsigned Depth = 0);

private:
  /// Whether nothing goes round Loop without a cancellation point.
  bool looksInEachRound(const clang::Stmt &Loop);

  /// Whether another loop of the function, neither around nor inside this one,
  /// looks in each of its rounds: whoever wrote it knows where the time goes.
  bool isBesideCheckedLoop(const clang::Stmt &Loop);
  bool areAlternatives(const clang::Stmt &A, const clang::Stmt &B) const;

  /// Loops that hold a poll or a throwing check, found once: functions may have
  /// thousands of loops and calls.
  llvm::ArrayRef<const clang::Stmt *> askingLoops();

  /// Whether this is the body of a lambda that a local variable names, and that
  /// is only ever called, each time in a loop that looks: it is a part of that
  /// loop's rounds.
  bool isCalledInCheckedLoops(unsigned Depth);

  /// The local variable that L, and nothing else, is given to.
  static const clang::VarDecl *helperOf(const clang::LambdaExpr &L,
                                        const FunctionBody &In);

  static bool isEmptyBefore(const clang::VarDecl &V);

  /// Whether In, and the lambdas in it, only call Helper, and do that in loops
  /// that look. What the helper calls itself is a part of the same rounds.
  bool callsStandInCheckedLoops(const clang::VarDecl &Helper,
                                const FunctionAnalysis &In, bool &Called,
                                unsigned Depth);

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  llvm::DenseMap<const clang::Stmt *, bool> Checked;
  std::optional<bool> CalledInCheckedLoops;
  std::optional<std::vector<const clang::Stmt *>> Asking;
};

} // namespace cancel_tidy

#endif
