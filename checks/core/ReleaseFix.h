// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes a release that a poll's branch skips.
#ifndef CANCEL_TIDY_CHECKS_CORE_RELEASEFIX_H
#define CANCEL_TIDY_CHECKS_CORE_RELEASEFIX_H

#include "checks/core/Finding.h"
#include "checks/core/HeldResources.h"

namespace cancel_tidy {

/// The release written in front of S.Leaves. Without a fix, WhyNot says what is
/// in the way, in words that fit behind "no fix: ".
std::optional<Fix> releaseBefore(const FunctionAnalysis &F,
                                 const SkippedRelease &S, std::string &WhyNot);

} // namespace cancel_tidy

#endif
