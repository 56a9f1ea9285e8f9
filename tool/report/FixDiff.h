// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a fix changes, as lines of a diff.
#ifndef CANCEL_TIDY_TOOL_REPORT_FIXDIFF_H
#define CANCEL_TIDY_TOOL_REPORT_FIXDIFF_H

#include "checks/core/Finding.h"
#include "tool/report/SourceText.h"
#include <string>
#include <vector>

namespace cancel_tidy {

struct DiffLine {
  char Sign = ' ';     ///< ' ', '-', '+'
  unsigned Number = 0; ///< in the old file; 0 for new lines
  std::string Text;
};

struct FileDiff {
  std::string File;
  std::vector<DiffLine> Lines; ///< hunks, a line with the sign '@' between them
};

/// By file, with two lines around each change. Files that cannot be read are
/// left out.
std::vector<FileDiff> diffOf(const Fix &F, SourceTexts &Texts);

} // namespace cancel_tidy

#endif
