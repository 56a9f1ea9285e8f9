// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which files a parse asked for, the absent ones too.
#ifndef CANCEL_TIDY_TOOL_INPUTLOG_H
#define CANCEL_TIDY_TOOL_INPUTLOG_H

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <cstdint>
#include <string>

namespace cancel_tidy {

/// Absolute paths as they were asked for. Not thread-safe.
struct InputLog {
  llvm::StringSet<> Read;   ///< files whose content was opened
  llvm::StringSet<> Seen;   ///< files and folders whose status was asked
  llvm::StringSet<> Absent; ///< what was not there
};

/// A view of Base that writes down in Log what it is asked. Log must outlive
/// it.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>
logged(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Base, InputLog &Log);

/// A file or folder as a parse found it.
struct InputStamp {
  std::string Path;
  /// Of a file that was read; of others only that they are there counts.
  bool IsRead = false;
  bool IsAbsent = false;
  uint64_t Size = 0;
  uint64_t Modified = 0; ///< nanoseconds; 0: too young to go by
  uint64_t Hash = 0;     ///< of the content
};

} // namespace cancel_tidy

#endif
