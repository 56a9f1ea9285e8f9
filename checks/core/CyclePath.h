// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The way round a cycle, as the notes of a finding walk it.
#ifndef CANCEL_TIDY_CHECKS_CORE_CYCLEPATH_H
#define CANCEL_TIDY_CHECKS_CORE_CYCLEPATH_H

#include "checks/core/CycleAnalysis.h"
#include <vector>

namespace cancel_tidy {

/// The nodes from From to To, both included, that stay in Within; empty where
/// there is no such way. From itself may be To: then it is a way round.
std::vector<unsigned> shortestWay(unsigned From, unsigned To,
                                  const llvm::BitVector &Within,
                                  const FlowView &V);

/// Fills Found's path: the shortest way round from Head that its costly call
/// stands on, or just round.
void describePath(const FunctionAnalysis &F, UncheckedCycle &Found,
                  const llvm::BitVector &Cycle, const FlowView &V,
                  unsigned Head);

} // namespace cancel_tidy

#endif
