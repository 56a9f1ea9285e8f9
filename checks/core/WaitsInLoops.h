// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop that is too long only because of a wait in it, and that wait, are one
// defect: what mends both is what is reported.
#ifndef CANCEL_TIDY_CHECKS_CORE_WAITSINLOOPS_H
#define CANCEL_TIDY_CHECKS_CORE_WAITSINLOOPS_H

#include "checks/core/CycleAnalysis.h"
#include "checks/core/Waits.h"

namespace cancel_tidy {

/// Those of uncheckedCycles() that are F's own to mend, but for loops that cost
/// nothing but waits which a look in each round would not end: with an
/// interruptible wait, or one in slices, the loop looks.
std::vector<UncheckedCycle> cyclesToReport(const FunctionAnalysis &F);

/// uninterruptibleWaits() but for short ones in a loop that cyclesToReport()
/// holds: once it looks, they are slices.
std::vector<UninterruptibleWait> waitsToReport(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
