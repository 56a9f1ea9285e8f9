// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NOLINT, NOLINTNEXTLINE and NOLINTBEGIN/NOLINTEND, read as clang-tidy reads
// them. Suppressed findings are marked and kept, so that reports can say so.
#ifndef CANCEL_TIDY_TOOL_SUPPRESSION_H
#define CANCEL_TIDY_TOOL_SUPPRESSION_H

#include "tool/GlobSet.h"
#include "tool/RunModel.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cancel_tidy {

/// Gives the content of a file by absolute path, or nothing where it cannot be
/// read.
using FileReader =
    std::function<std::optional<std::string>(llvm::StringRef File)>;

/// Reads files from disk, each once.
FileReader diskFileReader();

enum class NoLintKind { Line, NextLine, Begin, End };

/// One NOLINT mark of a file, in a comment or not: clang-tidy does not look.
struct NoLintMark {
  NoLintKind Kind = NoLintKind::Line;
  size_t Offset = 0; ///< of the N
  size_t Length = 0; ///< with the list in parentheses
  /// The names in parentheses without white space; nothing: all checks.
  std::optional<std::string> Names;
  GlobSet Checks;
};

/// The marks of Text in order.
std::vector<NoLintMark> findNoLintMarks(llvm::StringRef Text);

/// The marks of one file, and the blocks they form.
class MarkedText {
public:
  MarkedText(llvm::StringRef File, std::string Content);

  llvm::ArrayRef<NoLintMark> marks() const { return Marks; }
  /// The marks that cover a finding of CheckId at Offset, the one that counts
  /// first.
  std::vector<const NoLintMark *> covering(llvm::StringRef CheckId,
                                           size_t Offset) const;
  /// What ends the block that Begin begins; null if nothing does.
  const NoLintMark *endOf(const NoLintMark &Begin) const;
  Place placeOf(const NoLintMark &M) const;
  /// Errors about marks that begin or end no block.
  void reportUnmatched(std::vector<ReportedFinding> &To) const;

private:
  size_t lineOf(size_t Offset) const;
  void addOnLine(size_t Line, NoLintKind Kind, llvm::StringRef CheckId,
                 std::vector<const NoLintMark *> &To) const;
  void formBlocks();

  std::string File;
  std::string Text;
  std::vector<NoLintMark> Marks;
  std::vector<size_t> LineStarts;
  std::vector<std::pair<size_t, size_t>> Blocks; ///< indices into Marks
  std::vector<size_t> Unmatched;
};

/// Sets Suppressed and SuppressedBy where a mark covers the finding. Returns
/// what clang-tidy reports as [clang-tidy-nolint]: marks that begin or end no
/// block, as errors, sorted by file and offset.
std::vector<ReportedFinding>
markSuppressed(std::vector<ReportedFinding> &Findings,
               const FileReader &ReadFile);

} // namespace cancel_tidy

#endif
