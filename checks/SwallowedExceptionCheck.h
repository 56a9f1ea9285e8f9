// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_SWALLOWEDEXCEPTIONCHECK_H
#define CANCEL_TIDY_CHECKS_SWALLOWEDEXCEPTIONCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds handlers that swallow a cancellation and go on.
///
/// Reports when
///  - what a try block holds throws once the token is cancelled (throwing
///    check, poll and throw, wait that throws, a function that does one of
///    these), or may throw then (call that is given the token, awaited task
///    that takes it by itself), a handler takes that, and the loop around goes
///    on with its next round; or
///  - a call that is given the token returns a status (`Statuses` of its
///    family), and the loop around goes on with its next round whenever that is
///    not good; or
///  - it throws for certain, a handler for all that derives from some base
///    takes it, and then a wait or something that runs long follows without a
///    cancellation point, or a function that returns false elsewhere returns
///    true; or
///  - such a handler stands in front of one for the cancellation.
/// Stays silent when
///  - the handler throws, leaves the loop, keeps the exception or tells kinds
///    of exceptions apart, calls what may do so, or writes what the loop or the
///    code behind looks at;
///  - a handler for the cancellation stands in front;
///  - a poll or a throwing check follows before the next round or other work,
///    or the loop looks at a flag for stopping that no model knows;
///  - nothing that matters follows: the function or thread is at its end;
///  - the handler is for the cancellation and does more than to log;
///  - the token is one of this round's, or made from the one in reach
///    (deadlines), or its source is the function's own;
///  - it stands in a destructor, another handler, behind a commit point or
///    behind the request, in `main`, or in a function that tidies up by name;
///  - a macro made the handler, or a registration is in reach.
class SwallowedExceptionCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
