// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One run of cancel-tidy from its options to its exit code.
#ifndef CANCEL_TIDY_TOOL_DRIVER_H
#define CANCEL_TIDY_TOOL_DRIVER_H

#include "tool/Options.h"
#include "tool/ProjectRun.h"

namespace cancel_tidy {

/// Does what O says; prints to standard output and standard error.
int runDriver(const Options &O, const Invocation &Self);

} // namespace cancel_tidy

#endif
