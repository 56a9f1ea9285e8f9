// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/AllChecks.h"
#include "checks/AfterCommitCheck.h"
#include "checks/CallbackDeadlockCheck.h"
#include "checks/CheckGranularityCheck.h"
#include "checks/CheckInLoopCheck.h"
#include "checks/DanglingTokenCheck.h"
#include "checks/DefaultTokenCheck.h"
#include "checks/DiscardedCallbackCheck.h"
#include "checks/ForwardTokenCheck.h"
#include "checks/FreshSourceCheck.h"
#include "checks/IgnoredCheckCheck.h"
#include "checks/LostSourceCheck.h"
#include "checks/MissingParameterCheck.h"
#include "checks/PartialUpdateCheck.h"
#include "checks/ResourceLeakCheck.h"
#include "checks/SpawnWithoutTokenCheck.h"
#include "checks/StaleCheckCheck.h"
#include "checks/SwallowedExceptionCheck.h"
#include "checks/ThrowIfRequestedCheck.h"
#include "checks/TokenPositionCheck.h"
#include "checks/UncancellableCallCheck.h"
#include "checks/UninterruptibleWaitCheck.h"
#include "checks/UnusedSuppressionCheck.h"
#include "checks/UnusedTokenCheck.h"
#include "checks/WrongTokenCheck.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace cancel_tidy {

llvm::ArrayRef<CheckInfo> allChecks() {
  // Sorted by id; checks/new_check.py keeps it so.
  // clang-format off
  static const CheckInfo List[] = {
      AfterCommitCheck::Info,
      CallbackDeadlockCheck::Info,
      CheckGranularityCheck::Info,
      CheckInLoopCheck::Info,
      DanglingTokenCheck::Info,
      DefaultTokenCheck::Info,
      DiscardedCallbackCheck::Info,
      ForwardTokenCheck::Info,
      FreshSourceCheck::Info,
      IgnoredCheckCheck::Info,
      LostSourceCheck::Info,
      MissingParameterCheck::Info,
      PartialUpdateCheck::Info,
      ResourceLeakCheck::Info,
      SpawnWithoutTokenCheck::Info,
      StaleCheckCheck::Info,
      SwallowedExceptionCheck::Info,
      ThrowIfRequestedCheck::Info,
      TokenPositionCheck::Info,
      UncancellableCallCheck::Info,
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

llvm::ArrayRef<PresetInfo> allPresets() {
  static const PresetInfo List[] = {
      {"gentle", "The few checks of which nearly every finding is a defect."},
      {"library", "The default set, and what is said of signatures."},
      {"strict", "Every check there is."},
  };
  return List;
}

const PresetInfo *findPreset(llvm::StringRef Name) {
  for (const PresetInfo &P : allPresets())
    if (P.Name == Name)
      return &P;
  return nullptr;
}

std::string unknownPreset(llvm::StringRef Given) {
  std::vector<llvm::StringRef> Names;
  for (const PresetInfo &P : allPresets())
    Names.push_back(P.Name);
  return ("unknown preset '" + Given + "'; there are " +
          llvm::join(Names, ", "))
      .str();
}

// What tests/meta_test.py reads, too: docs/checks/list.md prints the sets.
static const llvm::StringRef Gentle[] = {
    "cancel-check-in-loop",        "cancel-forward-token",
    "cancel-ignored-check",        "cancel-stale-check",
    "cancel-uninterruptible-wait",
};
static const llvm::StringRef LibraryToo[] = {
    "cancel-missing-parameter",
    "cancel-token-position",
};

bool isInPreset(const CheckInfo &Check, llvm::StringRef Preset) {
  if (Preset == "gentle")
    return llvm::is_contained(Gentle, Check.Id);
  if (Preset == "library")
    return Check.DefaultOn || llvm::is_contained(LibraryToo, Check.Id);
  return Check.DefaultOn || Preset == "strict";
}

} // namespace cancel_tidy
