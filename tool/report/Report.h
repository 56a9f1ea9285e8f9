// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The report formats of --report=FORMAT:FILE. Each renders a RunReport; none
// knows another.
#ifndef CANCEL_TIDY_TOOL_REPORT_REPORT_H
#define CANCEL_TIDY_TOOL_REPORT_REPORT_H

#include "tool/RunModel.h"
#include "tool/Suppression.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// What a report says of the run besides its findings.
struct ReportContext {
  std::string ToolVersion; ///< "0.1.0"
  /// Absolute folder that names are given relative to; empty: only files that
  /// are named relative already get such names.
  std::string Root;
  std::vector<std::string> Arguments; ///< the command line, with the program
  int ExitCode = 0;
  bool ExecutionSuccessful = true; ///< every TU was analysed
};

struct ReportFormat {
  llvm::StringRef Name; ///< as in --report=NAME:FILE
  llvm::StringRef Help; ///< a few words
  /// The bytes depend on the arguments alone.
  void (*Write)(llvm::raw_ostream &OS, const RunReport &Report,
                const FileReader &ReadFile, const ReportContext &Context);
};

/// All formats, in the order in which help shows them.
llvm::ArrayRef<ReportFormat> reportFormats();
/// Null where there is none of that name.
const ReportFormat *findReportFormat(llvm::StringRef Name);

struct ReportTarget {
  const ReportFormat *Format = nullptr;
  std::string File; ///< "-": standard output
};

/// Writes the report to its file, whole or not at all. The error is one line
/// that names the file.
llvm::Error writeReport(const ReportTarget &Target, const RunReport &Report,
                        const FileReader &ReadFile,
                        const ReportContext &Context);

} // namespace cancel_tidy

#endif
