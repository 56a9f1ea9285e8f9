// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes files whole or not at all, and says in one line when it cannot.
#ifndef CANCEL_TIDY_TOOL_ATOMICFILE_H
#define CANCEL_TIDY_TOOL_ATOMICFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// A number of files that are written together. Contents go to temporary files
/// beside their targets first; commit() only renames. What was not committed is
/// removed by the destructor.
class FileBatch {
public:
  FileBatch() = default;
  FileBatch(const FileBatch &) = delete;
  FileBatch &operator=(const FileBatch &) = delete;
  ~FileBatch();

  /// Writes Content beside Path. Follows symbolic links and keeps the
  /// permissions of an existing file.
  llvm::Error add(llvm::StringRef Path, llvm::StringRef Content);

  /// Puts all files in place.
  llvm::Error commit();

private:
  struct Pending {
    std::string Target;
    llvm::sys::fs::TempFile Temp;
  };
  std::vector<Pending> Files;
};

/// Writes one file. "-" is standard output; what is no regular file (a pipe, a
/// device) is written in place.
llvm::Error writeFile(llvm::StringRef Path, llvm::StringRef Content);

} // namespace cancel_tidy

#endif
