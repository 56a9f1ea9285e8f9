// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The link step: joins what each TU knows and settles its findings. It never
// parses; records come from this run's analyses or from facts files.
#ifndef CANCEL_TIDY_TOOL_LINK_H
#define CANCEL_TIDY_TOOL_LINK_H

#include "tool/RunModel.h"
#include "tool/Suppression.h"
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace cancel_tidy {

/// What one TU brings to the link.
struct TuRecord {
  /// Its findings are moved to Findings.
  TuResult Result;
  bool HasFatalError = false; ///< the parse ended early
  /// Those that the run shows, with their conditions not settled; marked for
  /// NOLINT where the sources were at hand.
  std::vector<ReportedFinding> Findings;
  /// What markSuppressed() returned, for the files of Findings.
  std::vector<ReportedFinding> BadMarks;
};

enum class LinkMode {
  Closed,   ///< what nobody defines is defined nowhere
  Open,     ///< what nobody defines may be defined elsewhere
  EachAlone ///< open, and a TU knows its own facts only
};

/// Marks Record's findings for NOLINT.
void markRecord(TuRecord &Record, const FileReader &ReadFile);

/// Closed, unless what is missing may define what the rest calls.
LinkMode modeFor(const std::vector<TuRecord> &Records, bool AllowIncomplete);

/// The facts of Records, joined.
FactTable tableOf(llvm::ArrayRef<TuRecord> Records);

/// Those of one TU's findings whose conditions hold.
std::vector<ReportedFinding> settle(std::vector<ReportedFinding> Findings,
                                    TuState State, const FactTable &Facts,
                                    LinkMode Mode);

/// Settles all findings. The order of Records does not matter.
RunReport link(std::vector<TuRecord> Records, LinkMode Mode);

/// Sorts by file, offset and check, and drops duplicates.
void sortFindings(std::vector<ReportedFinding> &Findings);

} // namespace cancel_tidy

#endif
