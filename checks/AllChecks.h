// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one list of checks.
#ifndef CANCEL_TIDY_CHECKS_ALLCHECKS_H
#define CANCEL_TIDY_CHECKS_ALLCHECKS_H

#include "checks/core/Check.h"
#include "llvm/ADT/ArrayRef.h"
#include <string>

namespace cancel_tidy {

/// All checks, sorted by id.
llvm::ArrayRef<CheckInfo> allChecks();

/// The check called Id, or null.
const CheckInfo *findCheck(llvm::StringRef Id);

/// A named set of checks that a run may start from in place of the default
/// set.
struct PresetInfo {
  llvm::StringRef Name;
  llvm::StringRef Summary; ///< one sentence
};

/// From the smallest to the largest.
llvm::ArrayRef<PresetInfo> allPresets();

/// The preset called Name, or null.
const PresetInfo *findPreset(llvm::StringRef Name);

/// What to say of a name that no preset has.
std::string unknownPreset(llvm::StringRef Given);

/// Whether a run that starts from Preset starts with Check. An empty name is
/// the default set.
bool isInPreset(const CheckInfo &Check, llvm::StringRef Preset);

} // namespace cancel_tidy

#endif
