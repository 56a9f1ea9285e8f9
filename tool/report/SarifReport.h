// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings as SARIF 2.1.0, for code scanning services and viewers.
#ifndef CANCEL_TIDY_TOOL_REPORT_SARIFREPORT_H
#define CANCEL_TIDY_TOOL_REPORT_SARIFREPORT_H

#include "tool/RunModel.h"
#include "tool/Suppression.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace cancel_tidy {

struct SarifOptions {
  std::string ToolVersion; ///< "0.1.0"
  /// Absolute folder that relative URIs start from; empty: none is said, and
  /// only files that are named relative get one.
  std::string Root;
  std::vector<std::string> Arguments; ///< the command line, with the program
  int ExitCode = 0;
  bool ExecutionSuccessful = true; ///< every TU was analysed
};

/// Writes the report. The bytes depend on the arguments alone.
void writeSarif(llvm::raw_ostream &OS, const RunReport &Report,
                const FileReader &ReadFile, const SarifOptions &Options);

/// Writes the report to a file, whole or not at all ("-": standard output).
/// The error is one line that names the file.
llvm::Error writeSarifFile(llvm::StringRef Path, const RunReport &Report,
                           const FileReader &ReadFile,
                           const SarifOptions &Options);

/// A hash of the check, the enclosing function, the text of the line without
/// white space and Ordinal (how many findings with the same three come before):
/// the same when lines move. For SARIF and baselines.
std::string fingerprint(const Finding &F, llvm::StringRef LineText,
                        unsigned Ordinal);

} // namespace cancel_tidy

#endif
