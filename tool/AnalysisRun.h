// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An analysis of a project with its reports, fixes and questions about it.
#ifndef CANCEL_TIDY_TOOL_ANALYSISRUN_H
#define CANCEL_TIDY_TOOL_ANALYSISRUN_H

#include "tool/Options.h"
#include "tool/ProjectRun.h"

namespace cancel_tidy {

/// Analyses what O names and prints or writes what O asks for; returns the exit
/// code.
int runAnalysis(const Options &O, const Invocation &Self);

} // namespace cancel_tidy

#endif
