// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a build engine must know to make facts again when they are old: a rule
// of make, as compilers write it with -MF.
#ifndef CANCEL_TIDY_TOOL_DEPFILE_H
#define CANCEL_TIDY_TOOL_DEPFILE_H

#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>

namespace cancel_tidy {

/// "TARGET: INPUT..." with what make and ninja read otherwise escaped.
std::string depfileText(llvm::StringRef Target,
                        const std::set<std::string> &Inputs);

} // namespace cancel_tidy

#endif
