// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_DANGLINGTOKENCHECK_H
#define CANCEL_TIDY_CHECKS_DANGLINGTOKENCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds tokens, and what callbacks of registrations use, that are referred to
/// when they may be gone.
///
/// Reports when
///  - a lambda that captures a local token or source by reference is returned,
///    kept in a member or a global, or runs on a detached thread;
///  - a registration that lives longer keeps a callback which captures any
///    local by reference;
///  - a coroutine uses a token parameter of reference type behind a suspension;
///  - a lambda that is a coroutine is called where it is made, what the call
///    gives is kept, and a captured token is used behind a suspension;
///  - a member of reference or pointer type gets a local token.
/// Stays silent when
///  - the variable is itself a reference, or static;
///  - the function names the member again behind, or waits for others;
///  - the family's tokens are handed around by reference
///    (seastar::abort_source, contexts), for parameters of coroutines;
///  - this TU calls the coroutine, and awaits it where it calls it; or an
///    overridden function says what the parameters are;
///  - it is not certain what becomes of the lambda.
class DanglingTokenCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
