// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a run knows once its TUs were analysed: the model that text, SARIF and
// fixes render. Free of Clang.
#ifndef CANCEL_TIDY_TOOL_RUNMODEL_H
#define CANCEL_TIDY_TOOL_RUNMODEL_H

#include "checks/core/Condition.h"
#include "checks/core/Finding.h"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cancel_tidy {

/// How the analysis of one TU ended.
enum class TuState {
  Analysed,
  NoToken,    ///< parsed; no modelled token type is declared in it
  Incomplete, ///< compile errors or an unreadable module: findings partial
  Crashed,    ///< the worker died
  TimedOut,   ///< killed
  NotRun,     ///< the run was interrupted before it began
};

/// A NOLINT comment that names checks of ours, as one TU saw it.
struct SuppressionMark {
  Place Where;                    ///< what ReportedFinding::SuppressedBy says
  std::string Word;               ///< "NOLINTNEXTLINE"
  std::vector<std::string> Names; ///< all that it names, globs among them
  /// Of Names, ours: those whose checks were all on, and the others.
  std::vector<std::string> Ran, Open;
  std::vector<TextEdit> Lists;   ///< where the names stand, also at the end
  std::vector<TextEdit> Removal; ///< cuts the comment out; empty: nobody can
  bool IsWanted = false;         ///< cancel-unused-suppression was on
  bool IsError = false;          ///< ... and its findings are errors
};

/// What a worker process sends back for one TU.
struct TuResult {
  std::string MainFile; ///< absolute
  TuState State = TuState::NotRun;
  std::vector<Finding> Findings; ///< unsettled conditions kept
  std::vector<FunctionFacts> Facts;
  /// Hashes of the USRs of templates in headers of which it judged an instance.
  std::vector<uint64_t> Instances;
  std::vector<std::string> Families;
  /// Entries of `Tokens:` in YAML, for classes that no model covers.
  std::vector<std::string> UnmodelledTokens;
  std::vector<std::string> Errors;    ///< compile errors, rendered, first few
  std::vector<SuppressionMark> Marks; ///< in the files that the TU judged
};

/// A settled finding as the reports show it.
struct ReportedFinding {
  Finding F;
  bool IsError = false;    ///< --warnings-as-errors names its check
  bool Suppressed = false; ///< by a NOLINT comment
  Place SuppressedBy;      ///< the comment, where Suppressed
  bool InBaseline = false; ///< known before; shown in reports, fails nothing
  std::string LineKey;     ///< hash of the line it is in, see Fingerprint.h
  std::string Fingerprint; ///< the same as long as the code there is; set last

  /// Whether it is shown as a finding and can fail the run.
  bool counts() const { return !Suppressed && !InBaseline; }
};

/// "new", "baseline" or "suppressed".
inline const char *stateName(const ReportedFinding &R) {
  return R.Suppressed ? "suppressed" : R.InBaseline ? "baseline" : "new";
}

struct RunSummary {
  unsigned Analysed = 0, WithoutToken = 0, Incomplete = 0, Crashed = 0,
           NotRun = 0;
  std::vector<std::string> Families;
  std::vector<std::string> UnmodelledTokens; ///< as in TuResult, sorted
  std::map<std::string, unsigned> FindingsPerCheck;
  unsigned Suppressed = 0;
  unsigned InBaseline = 0;
  unsigned Cached = 0;      ///< TUs whose result was kept from an earlier run
  unsigned WithPrelude = 0; ///< TUs that were parsed now with shared headers
};

/// Everything to report; findings are sorted by file, offset, check id and
/// hold no duplicates.
struct RunReport {
  std::vector<ReportedFinding> Findings;
  RunSummary Summary;
  std::vector<std::string> Errors;
};

} // namespace cancel_tidy

#endif
