// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings as one page for review in a browser: it holds all that it shows, and
// asks no network. The page itself is in html/.
#ifndef CANCEL_TIDY_TOOL_REPORT_HTMLREPORT_H
#define CANCEL_TIDY_TOOL_REPORT_HTMLREPORT_H

#include "tool/report/Report.h"

namespace cancel_tidy {

void writeHtml(llvm::raw_ostream &OS, const RunReport &Report,
               const FileReader &ReadFile, const ReportContext &Context);

} // namespace cancel_tidy

#endif
