// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The code behind fork() that another process runs.
#ifndef CANCEL_TIDY_CHECKS_CORE_FORKEDCHILD_H
#define CANCEL_TIDY_CHECKS_CORE_FORKEDCHILD_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// `if (pid == 0) { ... }` where fork() gave pid: no request of this process
/// reaches what stands there, and the caller does not wait for it.
bool isInForkedChild(const FunctionAnalysis &F, const clang::Stmt &S);

} // namespace cancel_tidy

#endif
