// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_FORWARDTOKENCHECK_H
#define CANCEL_TIDY_CHECKS_FORWARDTOKENCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds calls whose callee accepts a cancellation token and gets none while a
/// token is in reach.
///
/// Reports when
///  - a defaulted token parameter is left out, or
///  - an overload takes the same parameters and one token more, at any
///  position,
///  - in functions, members, constructors and `operator()`.
/// Stays silent when
///  - a token, a carrier, an object built from one, or a written-out none value
///    is passed, or the object of the call holds the token;
///  - the overload is deleted, deprecated, inaccessible, less const, unrelated
///  in
///    return type, or a function around the call;
///  - the call stands in a destructor, a handler, behind a commit point or
///  where
///    the stop was seen already, or is not evaluated;
///  - the token is the variable being initialised, was moved from, or belongs
///  to
///    a function around a lambda that does not run in place;
///  - the callee waits (cancel-uninterruptible-wait).
class ForwardTokenCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
