// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signs, in names, that somebody can end what a function or an object does by
// other means than a token. Taking one for such a sign costs a missed alarm.
#ifndef CANCEL_TIDY_CHECKS_CORE_ENDINGS_H
#define CANCEL_TIDY_CHECKS_CORE_ENDINGS_H

#include "checks/core/FunctionBody.h"
#include "llvm/ADT/StringRef.h"

namespace cancel_tidy {

/// Whether a function of that name ends what others wait for, or is there to
/// tidy up: nobody wants its waits cancelled.
bool namesEnding(llvm::StringRef Name);

/// Whether the body, or a lambda in it, names a flag or calls a function that
/// speaks of stopping.
bool speaksOfStopping(const FunctionBody &Body);

/// Whether the class, or one of its bases, has a function that ends what it
/// does, or a flag for it.
bool canBeEnded(const clang::CXXRecordDecl &Class, unsigned Depth = 0);

} // namespace cancel_tidy

#endif
