// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lines that a change touches, for --diff: findings elsewhere are left out.
#ifndef CANCEL_TIDY_TOOL_DIFFLINES_H
#define CANCEL_TIDY_TOOL_DIFFLINES_H

#include "tool/RunModel.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace cancel_tidy {

class DiffLines {
public:
  /// Reads a unified diff. Its names are relative to Folder (absolute), with or
  /// without git's "b/". The error names the line of the diff.
  static llvm::Expected<DiffLines> parse(llvm::StringRef Diff,
                                         llvm::StringRef Folder);

  /// Asks git what changed since Base in the work tree that holds Folder, files
  /// that it does not track yet included.
  static llvm::Expected<DiffLines> fromGit(llvm::StringRef Base,
                                           llvm::StringRef Folder);

  bool contains(llvm::StringRef File, unsigned Line) const;

  /// Whether F, or one of its notes, lies on a line that changed.
  bool touches(const Finding &F) const;

private:
  /// By absolute file: first and last line of each range, in order.
  std::map<std::string, std::vector<std::pair<unsigned, unsigned>>> Ranges;
};

} // namespace cancel_tidy

#endif
