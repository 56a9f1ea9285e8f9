// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_DEFAULTTOKENCHECK_H
#define CANCEL_TIDY_CHECKS_DEFAULTTOKENCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds calls that are given a token which never cancels although a token is
/// in reach.
///
/// Reports when
///  - a default-constructed token, `{}`, a null pointer or the family's none
///  value
///    is written where a parameter takes a token, and one in reach would fit.
/// Stays silent when
///  - the argument is left out (cancel-forward-token);
///  - the call also gets a token, or the only one in reach is a member of the
///    object that is called;
///  - it stands in a destructor, a handler, behind a commit point or where the
///    stop was seen, or in a function annotated `cancel::uncancellable`.
class DefaultTokenCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
