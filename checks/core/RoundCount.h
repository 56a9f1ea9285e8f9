// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How many rounds of a loop constants allow.
#ifndef CANCEL_TIDY_CHECKS_CORE_ROUNDCOUNT_H
#define CANCEL_TIDY_CHECKS_CORE_ROUNDCOUNT_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Whether only its initialiser ever gives V a value.
bool isNeverWritten(const clang::VarDecl &V, const FunctionBody &Body);

/// The number that E always has: a constant, the size of a std::array, or a
/// local variable that only its initialiser gives such a value.
std::optional<int64_t> constantOf(const clang::Expr *E,
                                  const FunctionAnalysis &F);

/// The constants that For's counter, the left side of Compare, begins and ends
/// with.
struct CounterRange {
  int64_t First, Last;
};
std::optional<CounterRange> counterRange(const clang::ForStmt &For,
                                         const clang::BinaryOperator &Compare,
                                         const FunctionAnalysis &F);

/// Whether Loop has few rounds, and a constant says so: over a list that is
/// written there, or with a counter.
bool isShortLoop(const clang::Stmt &Loop, const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
