// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the values that a function returns say of how it went.
#ifndef CANCEL_TIDY_CHECKS_CORE_RETURNEDVALUE_H
#define CANCEL_TIDY_CHECKS_CORE_RETURNEDVALUE_H

#include "clang/AST/Expr.h"

namespace cancel_tidy {

/// What E is without what a return statement makes of it: `{}` and `nullopt` of
/// an optional are what is written.
const clang::Expr *asWritten(const clang::Expr *E);

/// Whether E says that all went well: `true`, `Result::Ok`.
bool saysSuccess(const clang::Expr &E);

/// Whether E stands for none, or for a failure. Some do only if Behind, what
/// follows, is another: a negative number, nothing, an enumerator where the
/// other is a success. Behind may be null.
bool saysFailure(const clang::Expr &E, const clang::Expr *Behind);

} // namespace cancel_tidy

#endif
