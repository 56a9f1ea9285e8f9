// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The words that the conditions of a text ask about. Textual: it knows nothing
// of which conditions hold, and takes words of comments and strings behind them
// as well.
#ifndef CANCEL_TIDY_TOOL_CONDITIONWORDS_H
#define CANCEL_TIDY_TOOL_CONDITIONWORDS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace cancel_tidy {

/// Calls Take for each word of an #if, #ifdef, #ifndef, #elif, #elifdef or
/// #elifndef in Text, once for each time that it is there.
void forEachConditionWord(llvm::StringRef Text,
                          llvm::function_ref<void(llvm::StringRef)> Take);

} // namespace cancel_tidy

#endif
