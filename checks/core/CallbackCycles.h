// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles that library functions make which run a callable again and again.
#ifndef CANCEL_TIDY_CHECKS_CORE_CALLBACKCYCLES_H
#define CANCEL_TIDY_CHECKS_CORE_CALLBACKCYCLES_H

#include "checks/core/CycleAnalysis.h"

namespace cancel_tidy {

/// Adds those of F that can go round without a cancellation point.
void callbackCycles(const FunctionAnalysis &F,
                    std::vector<UncheckedCycle> &Out);

} // namespace cancel_tidy

#endif
