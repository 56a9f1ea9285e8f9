// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Results that are taken once they are there.
#ifndef CANCEL_TIDY_CHECKS_CORE_READYRESULTS_H
#define CANCEL_TIDY_CHECKS_CORE_READYRESULTS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Whether F has found out before Wait that what it takes is there, or has set
/// it a time limit: `if (result.isReady()) return result.get();`.
bool isFoundReady(const FunctionAnalysis &F, const clang::Expr &Wait);

} // namespace cancel_tidy

#endif
