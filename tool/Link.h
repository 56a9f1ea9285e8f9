// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The link step: joins what each TU knows and settles its findings. It never
// parses; records come from this run's analyses or from facts files.
#ifndef CANCEL_TIDY_TOOL_LINK_H
#define CANCEL_TIDY_TOOL_LINK_H

#include "checks/core/FactTable.h"
#include "tool/LinkedFacts.h"
#include "tool/RunModel.h"
#include "tool/Suppression.h"
#include "llvm/ADT/ArrayRef.h"
#include <memory>
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

/// Drops what was found by the pattern of a template of which another TU judged
/// an instance: that TU's findings are those of the template. In an open link
/// such a TU may be missing, so that nothing is said of the patterns of
/// headers, unless KnowsWhole: other facts are those of the whole program.
void dropPatterns(std::vector<TuRecord> &Records, LinkMode Mode,
                  bool KnowsWhole);

/// The facts of Records, joined, and what else their findings ask of Known.
FactTable tableOf(llvm::ArrayRef<TuRecord> Records,
                  const KnownFacts &Known = {});

/// The facts that settle findings in a mode: one table, or one for each record.
class SettlingFacts {
public:
  /// Known must outlive this.
  SettlingFacts(llvm::ArrayRef<TuRecord> Records, LinkMode Mode,
                const KnownFacts &Known);
  /// Valid until the next call.
  const FactTable &of(const TuRecord &Record);

private:
  const KnownFacts &Known;
  const bool EachAlone;
  FactTable Table;
};

/// Those of one TU's findings whose conditions hold.
std::vector<ReportedFinding> settle(std::vector<ReportedFinding> Findings,
                                    TuState State, const FactTable &Facts,
                                    LinkMode Mode);

/// Links records one by one, so that the facts of all are never in memory as
/// they were written. The order in which things are added does not matter.
class Linker {
public:
  explicit Linker(const KnownFacts &Known = {});

  void add(TuRecord Record);
  /// Facts that count like those of a record.
  void add(const LinkedFacts &Facts);

  size_t records() const { return Records.size(); }
  /// As modeFor() of what was added.
  LinkMode modeFor(bool AllowIncomplete) const;
  /// Settles all findings, Closed or Open. Call once, last.
  RunReport report(LinkMode Mode);
  /// After report(): all facts.
  const FactTable &facts() const { return Facts; }

private:
  FactTable Facts;
  std::vector<TuRecord> Records; ///< without their facts
  const bool KnowsWhole;
  bool AreAll = true; ///< no TU is known by its facts only
};

/// Settles all findings. The order of Records does not matter.
RunReport link(std::vector<TuRecord> Records, LinkMode Mode,
               const KnownFacts &Known = {});

/// Counts the findings anew, after some were marked or dropped.
void countFindings(RunReport &Report);

/// Sorts by file, offset and check, and drops duplicates.
void sortFindings(std::vector<ReportedFinding> &Findings);

} // namespace cancel_tidy

#endif
