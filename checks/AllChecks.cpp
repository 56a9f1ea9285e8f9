// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/AllChecks.h"
#include "checks/CallbackDeadlockCheck.h"
#include "checks/AfterCommitCheck.h"
#include "checks/CheckInLoopCheck.h"
#include "checks/DanglingTokenCheck.h"
#include "checks/DefaultTokenCheck.h"
#include "checks/ForwardTokenCheck.h"
#include "checks/FreshSourceCheck.h"
#include "checks/LostSourceCheck.h"
#include "checks/MissingParameterCheck.h"
#include "checks/ResourceLeakCheck.h"
#include "checks/SpawnWithoutTokenCheck.h"
#include "checks/StaleCheckCheck.h"
#include "checks/UncancellableCallCheck.h"
#include "checks/SwallowedExceptionCheck.h"
#include "checks/UninterruptibleWaitCheck.h"
#include "checks/UnusedSuppressionCheck.h"
#include "checks/UnusedTokenCheck.h"
#include "checks/WrongTokenCheck.h"

namespace cancel_tidy {

llvm::ArrayRef<CheckInfo> allChecks() {
  // Sorted by id; checks/new_check.py keeps it so.
  // clang-format off
  static const CheckInfo List[] = {
      CallbackDeadlockCheck::Info,
      AfterCommitCheck::Info,
      CheckInLoopCheck::Info,
      DanglingTokenCheck::Info,
      DefaultTokenCheck::Info,
      ForwardTokenCheck::Info,
      FreshSourceCheck::Info,
      LostSourceCheck::Info,
      MissingParameterCheck::Info,
      ResourceLeakCheck::Info,
      SpawnWithoutTokenCheck::Info,
      StaleCheckCheck::Info,
      UncancellableCallCheck::Info,
      SwallowedExceptionCheck::Info,
      UninterruptibleWaitCheck::Info,
      UnusedSuppressionCheck::Info,
      UnusedTokenCheck::Info,
      WrongTokenCheck::Info,
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
