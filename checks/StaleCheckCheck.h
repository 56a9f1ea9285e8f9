// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_STALECHECKCHECK_H
#define CANCEL_TIDY_CHECKS_STALECHECKCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds loops that test a poll's answer which was asked once, before the loop,
/// and is never asked again.
///
/// Reports when
///  - a loop's condition, or a branch that may leave it, tests a local bool
///  whose value
///    came from a poll in front of the loop, and nothing in the loop writes it.
/// Stays silent when
///  - the loop assigns the variable, its address or a reference to it is taken,
///    or a lambda captures it by reference;
///  - the loop also asks the token itself, and that may end it, or it has few,
///    constant rounds;
///  - the question was whether the token can ever be cancelled.
class StaleCheckCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
