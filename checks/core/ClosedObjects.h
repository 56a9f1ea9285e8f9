// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects that work closes when it ends: a channel's consumer ends with its
// producer.
#ifndef CANCEL_TIDY_CHECKS_CORE_CLOSEDOBJECTS_H
#define CANCEL_TIDY_CHECKS_CORE_CLOSEDOBJECTS_H

#include "checks/core/FunctionBody.h"
#include "llvm/ADT/SmallVector.h"

namespace cancel_tidy {

/// The variables that Work, or a function of the object that it calls, closes,
/// and the members of the object: `channel.close()`. Not those of std.
llvm::SmallVector<const clang::ValueDecl *, 2>
closedBy(const clang::LambdaExpr &Work);

} // namespace cancel_tidy

#endif
