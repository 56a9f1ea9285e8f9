// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops that calculate for long without waiting for anything.
#ifndef CANCEL_TIDY_CHECKS_CORE_HEAVYLOOPS_H
#define CANCEL_TIDY_CHECKS_CORE_HEAVYLOOPS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Whether F nests three loops whose rounds the data decides, or goes through
/// the data again until nothing changes or an error is small enough. Walks over
/// text are none: texts are short.
bool calculatesLong(const FunctionAnalysis &F);

/// Whether a loop of F reads a file block by block: `while (in.read(block,
/// size))`. Lines are another matter: they are mostly those of small files.
bool readsInBlocks(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
