// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handles and descriptors of C, with which calls do not wait for long.
#ifndef CANCEL_TIDY_CHECKS_CORE_HANDLEGUARDS_H
#define CANCEL_TIDY_CHECKS_CORE_HANDLEGUARDS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// A C function works on a handle, or reads from a descriptor, that another
/// call was given together with the token:
/// `curl_easy_setopt(h, CURLOPT_XFERINFODATA, &token); curl_easy_perform(h);`,
/// `if (wait_readable(fd, token)) recv(fd, ...);`.
bool isGuardedHandle(const FunctionAnalysis &F, const clang::Expr &Call);

/// What is read from does not block, or not for long, by what the function
/// does with it: a helper in front that waits until it is ready, or that takes
/// the blocking away; a test for EAGAIN behind.
bool isUnblocked(const FunctionAnalysis &F, const clang::Expr &Call);

} // namespace cancel_tidy

#endif
