// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The check that a loop lacks, written at its head.
#ifndef CANCEL_TIDY_CHECKS_CORE_LOOPFIX_H
#define CANCEL_TIDY_CHECKS_CORE_LOOPFIX_H

#include "checks/core/CycleAnalysis.h"
#include "checks/core/Finding.h"
#include <optional>

namespace cancel_tidy {

/// Writes the check that the function can express: the throwing check, or a
/// poll that leaves as the function leaves elsewhere when it was cancelled.
/// None where it does more than leave there: a callback would not be told.
std::optional<Fix> checkAtHead(const FunctionAnalysis &F,
                               const UncheckedCycle &Cycle);

} // namespace cancel_tidy

#endif
