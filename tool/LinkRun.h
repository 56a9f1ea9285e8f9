// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `cancel-tidy link`: facts files in, reports out.
#ifndef CANCEL_TIDY_TOOL_LINKRUN_H
#define CANCEL_TIDY_TOOL_LINKRUN_H

#include "tool/Options.h"
#include "tool/ProjectRun.h"

namespace cancel_tidy {

/// Links the facts files O.Files and reports; returns the exit code.
int runLink(const Options &O, const Invocation &Self);

} // namespace cancel_tidy

#endif
