// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/AllChecks.h"
#include "checks/AfterCommitCheck.h"
#include "checks/CheckInLoopCheck.h"
#include "checks/ForwardTokenCheck.h"
#include "checks/StaleCheckCheck.h"
#include "checks/SwallowedExceptionCheck.h"
#include "checks/UninterruptibleWaitCheck.h"
#include "checks/UnusedTokenCheck.h"

namespace cancel_tidy {

llvm::ArrayRef<CheckInfo> allChecks() {
  // Sorted by id; checks/new_check.py keeps it so.
  // clang-format off
  static const CheckInfo List[] = {
      AfterCommitCheck::Info,
      CheckInLoopCheck::Info,
      ForwardTokenCheck::Info,
      StaleCheckCheck::Info,
      SwallowedExceptionCheck::Info,
      UninterruptibleWaitCheck::Info,
      UnusedTokenCheck::Info,
  };
  // clang-format on
  return List;
}

const CheckInfo *findCheck(llvm::StringRef Id) {
  for (const CheckInfo &I : allChecks())
    if (I.Id == Id)
      return &I;
  return nullptr;
}

} // namespace cancel_tidy
