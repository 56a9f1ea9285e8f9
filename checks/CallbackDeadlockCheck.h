// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_CALLBACKDEADLOCKCHECK_H
#define CANCEL_TIDY_CHECKS_CALLBACKDEADLOCKCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds registrations whose callback waits for a mutex that is held where the
/// registration is made or ends, or where its source is requested.
///
/// Reports when
///  - the callback, a lambda, or a member function of *this that it calls,
///    locks a mutex; and
///  - the same mutex of the same object is certainly held where a function
///    makes the registration (a callback runs at once if the stop was
///    requested), destroys or resets it (that waits for a callback that runs),
///    or requests the source that its token comes from (that runs callbacks).
/// Stays silent when
///  - the lock is given back in front of that place, is shared, or only tried;
///  - the mutex is recursive and the thread is the same;
///  - it is not certain that mutex and object are the same.
class CallbackDeadlockCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
