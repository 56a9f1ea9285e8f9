// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_RESOURCELEAKCHECK_H
#define CANCEL_TIDY_CHECKS_RESOURCELEAKCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds ways out on cancellation that skip the release of something that the
/// function holds by hand.
///
/// Reports when
///  - a local variable holds what `new`, `fopen`, `open`, `malloc` or another
///    function of the tables gave (or a lock is taken by hand), every normal
///    way from there gives it back in the same function, and the branch of a
///    poll or a throwing check (or a callee that throws once the token is
///    cancelled) leaves without that.
/// Stays silent when
///  - some way that is not cancelled keeps it, too;
///  - it is stored, returned, captured, wrapped, aliased, given another value,
///    or handed to a function that may take it over: one that keeps it in an
///    object, or that gives an object back;
///  - a handler, the branch itself or something that it calls may release it;
///  - the acquisition failed on that way;
///  - the way out ends the process, or main();
///  - the code there must not be cancelled.
class ResourceLeakCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
