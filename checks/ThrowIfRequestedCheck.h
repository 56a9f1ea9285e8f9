// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_THROWIFREQUESTEDCHECK_H
#define CANCEL_TIDY_CHECKS_THROWIFREQUESTEDCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds a poll that only throws the cancellation exception, where the token
/// has a member that does both.
///
/// Reports when
///  - the condition of an `if` without `else` is a poll of one token, perhaps
///    behind the test that there is one; and
///  - its branch is nothing but a `throw` of what the token's own throwing
///    check throws, made from nothing or from that token.
/// Stays silent when
///  - the exception is another one, or gets a message or anything else;
///  - the branch or the condition does more;
///  - it is the helper itself, or a macro.
class ThrowIfRequestedCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
