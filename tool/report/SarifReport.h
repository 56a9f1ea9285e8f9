// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings as SARIF 2.1.0, for code scanning services and viewers.
#ifndef CANCEL_TIDY_TOOL_REPORT_SARIFREPORT_H
#define CANCEL_TIDY_TOOL_REPORT_SARIFREPORT_H

#include "tool/report/Report.h"

namespace cancel_tidy {

void writeSarif(llvm::raw_ostream &OS, const RunReport &Report,
                const FileReader &ReadFile, const ReportContext &Context);

} // namespace cancel_tidy

#endif
