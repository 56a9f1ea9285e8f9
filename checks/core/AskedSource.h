// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What runs under a source that hands out no token, as Qt's threads, asks the
// source itself. A function that does so has shown that it is to end when
// asked: what it asks counts as its token.
#ifndef CANCEL_TIDY_CHECKS_CORE_ASKEDSOURCE_H
#define CANCEL_TIDY_CHECKS_CORE_ASKEDSOURCE_H

#include "checks/core/TokenModel.h"
#include <optional>

namespace cancel_tidy {

class FunctionAnalysis;
struct ReachToken;

/// Whether S is asked in place of a token.
inline bool isAskedItself(const SourceType &S) {
  return !S.Poll.empty() && S.Token.empty();
}

/// What F asks of the object that it is a member of, or of what runs, spelled
/// as there: "isInterruptionRequested()". Its root is F's declaration. None
/// where F requests the cancellation itself, or ends the object.
std::optional<ReachToken> askedSource(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
