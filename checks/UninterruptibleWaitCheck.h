// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_UNINTERRUPTIBLEWAITCHECK_H
#define CANCEL_TIDY_CHECKS_UNINTERRUPTIBLEWAITCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds waits that a cancellation cannot interrupt although a token is in
/// reach.
///
/// Reports when
///  - a function that is known to wait (sleep, condition wait, future, join,
///    semaphore, blocking system call) is called with a token in reach and gets
///    none.
/// Stays silent when
///  - the token, a predicate that looks at it, or an object that was built with
///    it takes part in the wait;
///  - the wait has a time limit of at most a second, or one that is not known,
///    and the loop around it looks at the token;
///  - the limit is at most a second and no loop repeats the wait, or the
///    function also waits for the same object with a limit;
///  - a registration in the function or its class may wake it;
///  - it stands in a destructor, a handler, behind a commit point, or where the
///    stop was seen already.
class UninterruptibleWaitCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
