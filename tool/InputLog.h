// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which files a parse asked for, the absent ones too.
#ifndef CANCEL_TIDY_TOOL_INPUTLOG_H
#define CANCEL_TIDY_TOOL_INPUTLOG_H

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/VirtualFileSystem.h"

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

} // namespace cancel_tidy

#endif
