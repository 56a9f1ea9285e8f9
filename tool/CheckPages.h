// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pages of the checks (docs/checks/*.md), as the program carries them.
#ifndef CANCEL_TIDY_TOOL_CHECKPAGES_H
#define CANCEL_TIDY_TOOL_CHECKPAGES_H

#include "llvm/ADT/StringRef.h"

namespace cancel_tidy {

/// Markdown; empty where there is no such check.
llvm::StringRef checkPage(llvm::StringRef Id);

/// What stands below "## Heading" of a page, without it; empty: no such
/// heading.
llvm::StringRef section(llvm::StringRef Page, llvm::StringRef Heading);

} // namespace cancel_tidy

#endif
