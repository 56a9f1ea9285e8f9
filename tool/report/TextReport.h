// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings as clang-tidy prints them.
#ifndef CANCEL_TIDY_TOOL_REPORT_TEXTREPORT_H
#define CANCEL_TIDY_TOOL_REPORT_TEXTREPORT_H

#include "tool/RunModel.h"
#include "tool/Suppression.h"
#include "llvm/Support/raw_ostream.h"

namespace cancel_tidy {

struct TextOptions {
  bool Color = false;
  unsigned Max = 0; ///< print so many findings at most; 0: all
};

/// Prints one finding: the line "file:line:col: warning: message [id]", the
/// source line with a caret and the first fix below it, and the notes.
void printFinding(llvm::raw_ostream &OS, const ReportedFinding &Finding,
                  const FileReader &ReadFile, const TextOptions &Options = {});

/// Prints the findings that count, in order; returns how many.
unsigned printFindings(llvm::raw_ostream &OS, const RunReport &Report,
                       const FileReader &ReadFile,
                       const TextOptions &Options = {});

} // namespace cancel_tidy

#endif
