// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings as JSON lines, for scripts. docs/reports.md describes the members.
#ifndef CANCEL_TIDY_TOOL_REPORT_JSONREPORT_H
#define CANCEL_TIDY_TOOL_REPORT_JSONREPORT_H

#include "tool/report/Report.h"
#include "llvm/Support/JSON.h"

namespace cancel_tidy {

/// One finding as an object; also what the page of the HTML report holds.
llvm::json::Object findingAsJson(const ReportedFinding &Finding,
                                 const ReportContext &Context);

/// A first line about the run, then a line for each finding, those that are
/// suppressed or in the baseline as well.
void writeJsonLines(llvm::raw_ostream &OS, const RunReport &Report,
                    const FileReader &ReadFile, const ReportContext &Context);

} // namespace cancel_tidy

#endif
