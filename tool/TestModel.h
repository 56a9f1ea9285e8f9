// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --test-model FILE HEADER: does a token model match what a library declares?
#ifndef CANCEL_TIDY_TOOL_TESTMODEL_H
#define CANCEL_TIDY_TOOL_TESTMODEL_H

#include "tool/Options.h"
#include "llvm/Support/Error.h"

namespace cancel_tidy {

/// Prints the declarations that the model's keys match in the header and the
/// keys that match nothing. Returns 0 where every key matched, 1 otherwise, 3
/// where the header does not compile.
llvm::Expected<int> testModel(const Options &O);

} // namespace cancel_tidy

#endif
