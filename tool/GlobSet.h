// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lists of globs as clang-tidy writes them, for check names, and globs of paths
// as `.cancel-tidy` and --exclude write them.
#ifndef CANCEL_TIDY_TOOL_GLOBSET_H
#define CANCEL_TIDY_TOOL_GLOBSET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// A list "a-*,-a-b" of names. Separated by comma or line end; `*` is the only
/// wildcard; a leading `-` takes away; the last glob that matches decides.
class GlobSet {
public:
  struct Item {
    bool Positive = true;
    std::string Text; ///< without the minus, trimmed
  };

  GlobSet() = default;
  /// With KeepNegative false, items with a minus are dropped, as NOLINT does.
  explicit GlobSet(llvm::StringRef Globs, bool KeepNegative = true);

  /// Appends the items of Globs.
  void append(llvm::StringRef Globs);

  /// Whether Name is in the set, Default where no item matches.
  bool contains(llvm::StringRef Name, bool Default = false) const;

  llvm::ArrayRef<Item> items() const { return Items; }

private:
  std::vector<Item> Items;
};

/// Whether Text matches Glob, in which `*` stands for any text.
bool matchesGlob(llvm::StringRef Glob, llvm::StringRef Text);

/// Folders and files, each given as a path or as a glob (`*`, `?`, `[abc]`,
/// `{a,b}`; `*` crosses folders). A path or glob that matches a folder covers
/// everything below it.
class PathGlobs {
public:
  /// Adds Glob. A relative one is below BaseDirectory; one that begins with
  /// `*` is matched against whole paths. The error names what is wrong.
  llvm::Error add(llvm::StringRef Glob, llvm::StringRef BaseDirectory);

  bool matches(llvm::StringRef AbsolutePath) const;
  bool empty() const { return Globs.empty(); }

  /// The globs as absolute ones, in the order of their adding.
  llvm::ArrayRef<std::string> globs() const { return Globs; }

private:
  std::vector<std::string> Globs;
};

} // namespace cancel_tidy

#endif
