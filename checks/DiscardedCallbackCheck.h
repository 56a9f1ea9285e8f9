// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_DISCARDEDCALLBACKCHECK_H
#define CANCEL_TIDY_CHECKS_DISCARDEDCALLBACKCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds registrations that end as soon as they are made, so that their
/// callback never runs.
///
/// Reports when
///  - a registration is a temporary whose statement makes nothing else of it;
///  - the registration that a call returns is dropped;
///  - a named registration is the last thing in its block, or only a `return`
///    of nothing but a name or a constant follows.
/// Stays silent when
///  - the registration is kept in any way: named, moved, emplaced, returned,
///    allocated;
///  - it is cast to void, or the statement is a macro's argument;
///  - the family's registrations are numbers or handles that end nothing.
class DiscardedCallbackCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
