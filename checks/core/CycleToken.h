// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The token that a cycle should look at.
#ifndef CANCEL_TIDY_CHECKS_CORE_CYCLETOKEN_H
#define CANCEL_TIDY_CHECKS_CORE_CYCLETOKEN_H

#include "checks/core/FunctionAnalysis.h"
#include <optional>

namespace cancel_tidy {

/// `(void)stop;`, and no other word of the parameter: left unread on purpose.
bool isLeftUnread(const FunctionAnalysis &F, const clang::ValueDecl &Token);

/// The nearest token in reach at Inside, but for members that the class only
/// hands on, has not set yet, or holds for others; those that need a capture
/// come last. Without any, what F asks of the source that it runs under.
std::optional<ReachToken> tokenOfCycle(const FunctionAnalysis &F,
                                       const clang::Stmt *Inside);

} // namespace cancel_tidy

#endif
