// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one list of checks.
#ifndef CANCEL_TIDY_CHECKS_ALLCHECKS_H
#define CANCEL_TIDY_CHECKS_ALLCHECKS_H

#include "checks/core/Check.h"
#include "llvm/ADT/ArrayRef.h"

namespace cancel_tidy {

/// All checks, sorted by id.
llvm::ArrayRef<CheckInfo> allChecks();

/// The check called Id, or null.
const CheckInfo *findCheck(llvm::StringRef Id);

} // namespace cancel_tidy

#endif
