// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names for findings that stay the same when lines move, for baselines and for
// services that follow a finding through the history of its file.
#ifndef CANCEL_TIDY_TOOL_FINGERPRINT_H
#define CANCEL_TIDY_TOOL_FINGERPRINT_H

#include "tool/RunModel.h"
#include "tool/Suppression.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// A hash of the text of a line without its white space.
std::string lineKey(llvm::StringRef LineText);

/// Sets LineKey of findings, from the sources as they are now.
void setLineKeys(std::vector<ReportedFinding> &Findings,
                 const FileReader &ReadFile);

/// Sets Fingerprint of findings, which are sorted and whose LineKey is set: a
/// hash of the check, the enclosing function, the line, and how many findings
/// of the same three come before it in the file.
void setFingerprints(std::vector<ReportedFinding> &Findings);

} // namespace cancel_tidy

#endif
