// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_UNCANCELLABLECALLCHECK_H
#define CANCEL_TIDY_CHECKS_UNCANCELLABLECALLCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds calls of functions that may wait or never end and that hold no
/// cancellation token, in code that has one in reach.
///
/// Reports when
///  - a function with a token (a parameter, a local, a capture) calls one that
///    takes none, and
///  - that one, or what it calls through a few functions without a token,
///    waits, never leaves a loop, or leaves out the token that a callee takes,
///    as far as their bodies (in all TUs that are known) and the tables say.
/// Stays silent when
///  - a token, a source, a registration or a carrier is near one of them, or
///    one of them tests a flag that speaks of stopping;
///  - the wait is short, is for threads and tasks of its own, or something in
///    sight wakes it;
///  - a function on the way is virtual and one of its overriders is not deaf,
///    tidies up, or is annotated `cancel::uncancellable`;
///  - the call stands in a destructor, a handler, behind a commit point or
///    where the stop was seen already;
///  - cancel-check-in-loop, cancel-forward-token, cancel-uninterruptible-wait
///    or cancel-unused-token says it.
class UncancellableCallCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
