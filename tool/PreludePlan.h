// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which headers are worth a prelude, and for which TUs.
#ifndef CANCEL_TIDY_TOOL_PRELUDEPLAN_H
#define CANCEL_TIDY_TOOL_PRELUDEPLAN_H

#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace cancel_tidy {

struct TuScan;

/// A prelude that some of the TUs of a run share.
struct PreludePlan {
  std::string Flags;                ///< those that matter to its headers
  std::vector<std::string> Folders; ///< search folders that do
  std::string Text;                 ///< what it includes
  std::vector<size_t> Jobs;         ///< by index into the scans, ascending
};

/// Chooses preludes for TUs that were scanned and will be parsed.
std::vector<PreludePlan> planPreludes(llvm::ArrayRef<const TuScan *> Scans);

} // namespace cancel_tidy

#endif
