// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One finding for a nest of loops, also where link decides what the calls in it
// come to.
#ifndef CANCEL_TIDY_CHECKS_CORE_CYCLENESTS_H
#define CANCEL_TIDY_CHECKS_CORE_CYCLENESTS_H

#include "checks/core/CycleAnalysis.h"
#include "checks/core/FunctionBody.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace cancel_tidy {

/// Of a nest in which no loop looks, leaves one cycle that asks what a call
/// comes to: the inner loop says it for those that it makes itself, unless the
/// outer one has more reason to go by its call. InJudgedLoop says whether a
/// loop around has to look itself.
void mergeNests(std::vector<UncheckedCycle> &Cycles, const FunctionBody &Body,
                llvm::function_ref<bool(const clang::Stmt &Loop)> InJudgedLoop);

} // namespace cancel_tidy

#endif
