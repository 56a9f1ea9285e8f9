// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings as CI services read them beside SARIF. Both show what counts in this
// run: neither what is suppressed nor what is in the baseline.
#ifndef CANCEL_TIDY_TOOL_REPORT_CIREPORT_H
#define CANCEL_TIDY_TOOL_REPORT_CIREPORT_H

#include "tool/report/Report.h"

namespace cancel_tidy {

/// GitLab's code quality report: a JSON array.
void writeGitLab(llvm::raw_ostream &OS, const RunReport &Report,
                 const FileReader &ReadFile, const ReportContext &Context);

/// Workflow commands of GitHub Actions, one line a finding; printed in a step
/// of a job they become annotations.
void writeGitHub(llvm::raw_ostream &OS, const RunReport &Report,
                 const FileReader &ReadFile, const ReportContext &Context);

} // namespace cancel_tidy

#endif
