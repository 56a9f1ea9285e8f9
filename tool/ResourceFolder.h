// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_TOOL_RESOURCEFOLDER_H
#define CANCEL_TIDY_TOOL_RESOURCEFOLDER_H

#include <string>

namespace cancel_tidy {

/// The folder of Clang's own headers, which must be those of the Clang that
/// parses: what the archive of the program brought along, else that of the LLVM
/// it was built with. Empty where neither is there. Thread-safe.
const std::string &clangResourceFolder();

} // namespace cancel_tidy

#endif
