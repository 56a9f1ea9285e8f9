// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_AFTERCOMMITCHECK_H
#define CANCEL_TIDY_CHECKS_AFTERCOMMITCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds cancellation points behind a point of no return.
///
/// Reports when
///  - a throwing check, a call that is given the token, or a poll that leaves
///  - comes behind a call of a function annotated `cancel::point_of_no_return`,
///    or behind or in a statement annotated so; or
///  - a throwing check, a call that may throw on cancellation, or a poll that
///    returns false comes behind the only commit call of the function that a
///    cost table knows (`Commits`), on every way.
/// Stays silent when
///  - the commit stands in a loop, and what comes behind it is the end of the
///    round, the next round or what follows the loop;
///  - another transaction begins or is committed behind a known commit;
///  - it hangs on the result of the commit, which may have failed;
///  - the poll returns true, or nothing that matters follows;
///  - a none value is passed, or a token of another source;
///  - it stands in a destructor, a handler, a function that tidies up by name,
///    or is annotated `cancel::uncancellable`.
class AfterCommitCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
