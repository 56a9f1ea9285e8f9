// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How long a wait lasts at most, by what is written there.
#ifndef CANCEL_TIDY_CHECKS_CORE_WAITLIMIT_H
#define CANCEL_TIDY_CHECKS_CORE_WAITLIMIT_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Longest wait, in seconds, that a loop with a check may be made of.
constexpr double LongestSlice = 1.0;

struct WaitTime {
  bool Limited = false;          ///< ends by itself after some time
  std::optional<double> Seconds; ///< none: not known; negative: without end
};

/// Read from durations, and from the integers that C and Qt take, where they
/// are constants or local variables that never change.
WaitTime timeOf(const FunctionAnalysis &F, const clang::Expr &Wait);

/// How many seconds behind its making the point in time E is at most, where
/// that is written out.
std::optional<double> secondsAhead(const FunctionAnalysis &F,
                                   const clang::Expr &E);

/// A wait for one of several descriptors, one of which may be there to wake it:
/// as good as one with a limit that is not known.
bool mayBeWokenByDescriptor(const FunctionAnalysis &F, const clang::Expr &Wait);

enum class WaitLimit { None, Short, Long, Unknown };
WaitLimit limitOf(const FunctionAnalysis &F, const clang::Expr &Wait);

} // namespace cancel_tidy

#endif
