// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_IGNOREDCHECKCHECK_H
#define CANCEL_TIDY_CHECKS_IGNOREDCHECKCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds polls whose answer changes nothing, and other questions taken for a
/// poll.
///
/// Reports when
///  - a poll's answer, or the status that a check returned, is dropped, or goes
///    to a local variable that nothing reads;
///  - an `if` on the answer has an empty branch and no `else`;
///  - an endless loop that nothing leaves drops what an interruptible wait
///    returned, or waits until a predicate that asks the token is true: after a
///    stop it goes round without waiting;
///  - `stop_possible()` ends a loop, leads to the cancellation exception, or is
///    the answer of a function named like a poll.
/// Stays silent when
///  - the answer is cast to void, the statement is a macro's argument, or the
///    branch holds a comment or something that the preprocessor left out;
///  - the variable is `[[maybe_unused]]`, static, or named in text that was
///    left out, or the function asks at another place;
///  - the loop has any way out, looks at the token at another place, or calls
///    what may look there unseen;
///  - `stop_possible()` picks another way of working, or the loop polls, too;
///  - it stands in a destructor, a handler, behind a commit point, or where the
///    stop was seen already.
class IgnoredCheckCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
