// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NOLINT comments that name checks of ours: which of them a TU has seen, and
// which suppress nothing once all findings are settled.
#ifndef CANCEL_TIDY_TOOL_UNUSEDSUPPRESSION_H
#define CANCEL_TIDY_TOOL_UNUSEDSUPPRESSION_H

#include "tool/RunModel.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace clang {
class LangOptions;
}

namespace cancel_tidy {

/// The check that reports them.
constexpr llvm::StringLiteral UnusedSuppressionId = "cancel-unused-suppression";

/// The marks of Text, in comments, that name checks of ours; IsOn says which of
/// all checks are on. Marks that silence this check are left out.
std::vector<SuppressionMark>
suppressionMarks(llvm::StringRef File, llvm::StringRef Text,
                 const clang::LangOptions &Lang,
                 llvm::function_ref<bool(llvm::StringRef Id)> IsOn);

/// Which marks were used by which checks.
class SuppressionUses {
public:
  /// A settled finding.
  void add(const ReportedFinding &R);
  /// Marks that a TU has seen; its checks have looked at all that they cover,
  /// or (not IsWhole) perhaps not.
  void add(llvm::ArrayRef<SuppressionMark> Marks, bool IsWhole);

  /// A finding for each mark with names that are of no use.
  std::vector<ReportedFinding> unused() const;

private:
  struct Seen {
    SuppressionMark Mark;
    bool Whole = true;
    std::vector<std::string> Open; ///< names whose checks did not all run
  };
  std::map<std::pair<std::string, unsigned>, Seen> Marks;
  std::map<std::pair<std::string, unsigned>, std::vector<std::string>> Used;
};

} // namespace cancel_tidy

#endif
