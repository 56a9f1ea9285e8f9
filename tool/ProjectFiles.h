// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which files are judged: those under the project root that are not in the
// build folder, not excluded and not marked generated. See docs/usage.md.
#ifndef CANCEL_TIDY_TOOL_PROJECTFILES_H
#define CANCEL_TIDY_TOOL_PROJECTFILES_H

#include "tool/GlobSet.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// Path made absolute against Directory, without "." and "..".
std::string absolutePath(llvm::StringRef Path, llvm::StringRef Directory);
/// The same against the working directory.
std::string absolutePath(llvm::StringRef Path);

/// Whether Path is Folder or below it; both absolute and normalised.
bool isUnder(llvm::StringRef Path, llvm::StringRef Folder);

/// The longest folder that all files are below; empty for no files.
std::string commonFolder(llvm::ArrayRef<std::string> Files);

/// The nearest folder, from Folder upwards, that holds .git, .cancel-tidy or
/// .clang-tidy; Folder itself where there is none.
std::string projectRoot(llvm::StringRef Folder);

/// Whether a comment in the first lines says that a program wrote the text.
bool isMarkedGenerated(llvm::StringRef Text);

/// What decides, as data: it travels to the workers.
struct ProjectLayout {
  std::string Root;
  std::vector<std::string> BuildFolders;
  std::vector<std::string> Given; ///< files given by name: always judged
};

/// The path whose configuration a main file has: its own, but for generated
/// sources of a build folder outside of the project one in the root.
std::string configuredAs(const ProjectLayout &Layout, llvm::StringRef MainFile);

/// Answers for one configuration; remembers its answers. Not thread-safe.
class ProjectFiles {
public:
  ProjectFiles(ProjectLayout Layout, PathGlobs Exclude);

  /// Whether findings may lie in the file.
  bool contains(llvm::StringRef AbsolutePath);

  const ProjectLayout &layout() const { return Layout; }

private:
  bool decide(llvm::StringRef Path) const;

  ProjectLayout Layout;
  PathGlobs Exclude;
  llvm::StringMap<bool> Answers;
};

} // namespace cancel_tidy

#endif
