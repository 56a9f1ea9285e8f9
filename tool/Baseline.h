// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A baseline: the findings that a code base had when it began to be checked.
// They are shown in reports, and fail nothing. Written and updated by the tool.
#ifndef CANCEL_TIDY_TOOL_BASELINE_H
#define CANCEL_TIDY_TOOL_BASELINE_H

#include "tool/RunModel.h"
#include "tool/Suppression.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace cancel_tidy {

class Baseline {
public:
  /// Root: absolute folder that the file names of the entries are relative to.
  /// The error is one line that names the file, the line and the mend.
  static llvm::Expected<Baseline> read(llvm::StringRef Path,
                                       llvm::StringRef Root);
  /// Without entries, for a file that is written first.
  explicit Baseline(llvm::StringRef Root) : Root(Root) {}

  /// Sets InBaseline of findings, whose fingerprints are set.
  void mark(std::vector<ReportedFinding> &Findings) const;

  struct Change {
    size_t Added = 0, Fixed = 0;
  };
  /// Takes in the findings, and drops entries that match none of them and lie
  /// in a file that IsJudged names: they are fixed. IsJudged gets absolute
  /// names.
  Change update(llvm::ArrayRef<ReportedFinding> Findings,
                llvm::function_ref<bool(llvm::StringRef File)> IsJudged);
  /// How many entries update() would drop.
  size_t fixed(llvm::ArrayRef<ReportedFinding> Findings,
               llvm::function_ref<bool(llvm::StringRef File)> IsJudged) const;

  size_t size() const { return Entries.size(); }

  /// The file's text: an entry a line, sorted, so that edits of two people
  /// merge.
  std::string text() const;

private:
  struct Entry {
    std::string Check, Function, Message;
  };
  /// (file, fingerprint)
  using Key = std::pair<std::string, std::string>;
  Key keyOf(const ReportedFinding &R) const;
  std::string absolute(llvm::StringRef File) const;

  std::string Root;
  std::map<Key, Entry> Entries;
};

} // namespace cancel_tidy

#endif
