// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --baseline and --diff: which findings of a run count, and which were there
// before.
#ifndef CANCEL_TIDY_TOOL_TRIAGE_H
#define CANCEL_TIDY_TOOL_TRIAGE_H

#include "tool/Baseline.h"
#include "tool/DiffLines.h"
#include "tool/Options.h"
#include "tool/RunModel.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace cancel_tidy {

class Triage {
public:
  /// Reads what the options name; Root is the project folder. The error is one
  /// line with the mend in it.
  static llvm::Expected<Triage> create(const Options &O, llvm::StringRef Root);

  /// Marks findings of Report that the baseline holds, drops those that the
  /// change does not touch, and counts anew. With --update-baseline writes the
  /// file. IsJudged says of which files (absolute) the run knows all findings.
  llvm::Error apply(RunReport &Report,
                    llvm::function_ref<bool(llvm::StringRef File)> IsJudged);

  /// The same for findings that were found again after fixes; their NOLINT
  /// marks are set.
  void mark(std::vector<ReportedFinding> &Findings,
            const FileReader &ReadFile) const;

  /// What apply() did to the baseline, for the summary; empty: nothing to say.
  const std::string &remark() const { return Remark; }
  bool hasDiff() const { return Diff.has_value(); }

private:
  std::string File; ///< of the baseline
  bool Update = false;
  std::optional<Baseline> Known;
  std::optional<DiffLines> Diff;
  std::string Remark;
};

} // namespace cancel_tidy

#endif
