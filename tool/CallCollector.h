// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_TOOL_CALLCOLLECTOR_H
#define CANCEL_TIDY_TOOL_CALLCOLLECTOR_H

#include "tool/Fixer.h"
#include "tool/ProjectFiles.h"
#include "clang/AST/ASTContext.h"
#include <vector>

namespace cancel_tidy {

/// Every call in a project file with the function that it was resolved to,
/// sorted. A fix must not change those that it does not touch.
std::vector<ResolvedCall> resolvedCalls(clang::ASTContext &Context,
                                        ProjectFiles &Project);

} // namespace cancel_tidy

#endif
