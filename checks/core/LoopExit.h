// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a function leaves a loop once its token is cancelled.
#ifndef CANCEL_TIDY_CHECKS_CORE_LOOPEXIT_H
#define CANCEL_TIDY_CHECKS_CORE_LOOPEXIT_H

#include "checks/core/FunctionAnalysis.h"
#include <optional>
#include <string>

namespace cancel_tidy {

/// What a function does when a poll says that it was cancelled.
struct Reaction {
  bool DoesMore = false; ///< than leave
  bool GoesOn = false;   ///< does one thing, and does not leave
  bool JustReturns = false;
  std::string Leave; ///< `return Status::Cancelled();`; empty: `break;`
};

/// How F reacts to a poll of the same token elsewhere: at the last one in front
/// of Loop, or else at the first one.
std::optional<Reaction> reactionElsewhere(const FunctionAnalysis &F,
                                          const ReachToken &Token,
                                          const clang::Stmt &Loop);

/// How the enclosing function leaves Loop: "return", "co_return", "break"; or
/// nothing, where none of them would do.
std::string wayOut(const FunctionAnalysis &F, const clang::Stmt &Loop);

} // namespace cancel_tidy

#endif
