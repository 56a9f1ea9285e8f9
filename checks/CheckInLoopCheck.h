// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_CHECKINLOOPCHECK_H
#define CANCEL_TIDY_CHECKS_CHECKINLOOPCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds loops that can go round without looking at the cancellation token in
/// reach while they wait, run long or never end.
///
/// Reports when
///  - a cycle (any loop, goto, recursion, a callable that a library runs again
///    and again) is left once the token is taken for cancelled: no poll whose
///    answer leaves it, no throwing check, no call with the token on some way
///    round; and
///  - that way waits, calls something that may run long, or has no end.
/// Stays silent when
///  - each way round has a cancellation point; a check every N rounds or after
///    some time is one, and so is a range whose iterator holds the token;
///  - the way costs little, or the loop has few, constant rounds;
///  - a registration ends what the loop waits for;
///  - the loop drains after the stop was seen, or stands in a destructor, a
///    handler or behind a commit point;
///  - the loop tests an answer that it never refreshes (cancel-stale-check), or
///    a handler in it swallows the cancellation (cancel-swallowed-exception).
class CheckInLoopCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
