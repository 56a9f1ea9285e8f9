// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the token of an object surely governs what one function of it does.
#ifndef CANCEL_TIDY_CHECKS_CORE_MEMBERTOKENS_H
#define CANCEL_TIDY_CHECKS_CORE_MEMBERTOKENS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Whether F itself, and no lambda in it, looks at its member token T or gives
/// it to a call, and is not there to end what others do.
bool isGovernedBy(const FunctionAnalysis &F, const ReachToken &T);

/// Whether Call is made on a part of *this, or is given one that is more than a
/// value: what stops the object may then reach the callee in another way.
bool getsOwnState(const FunctionAnalysis &F, const clang::Expr &Call);

} // namespace cancel_tidy

#endif
