// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a ProjectRun shows of its findings.
#ifndef CANCEL_TIDY_TOOL_PROJECTRUNFILTERS_H
#define CANCEL_TIDY_TOOL_PROJECTRUNFILTERS_H

#include "tool/ProjectRun.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Regex.h"
#include <optional>
#include <vector>

namespace cancel_tidy {

/// What --header-filter and its like leave.
struct ProjectRun::Filters {
  llvm::StringSet<> MainFiles;
  std::optional<llvm::Regex> Header, ExcludedHeader;
  std::vector<LineFilter> Lines;
};

} // namespace cancel_tidy

#endif
