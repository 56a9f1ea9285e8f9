// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_CHECKGRANULARITYCHECK_H
#define CANCEL_TIDY_CHECKS_CHECKGRANULARITYCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds polls in the innermost, cheap loop of a nest, where asking costs more
/// than the work between.
///
/// Reports when
///  - a poll or a throwing check runs in each round of a loop over a counter or
///    over memory that holds no other loop;
///  - all else in that loop is arithmetic, access to elements, and functions
///    that are known to be cheap; and
///  - a loop around it could ask instead.
/// Stays silent when
///  - the check is made every N rounds or after some time;
///  - the loop waits for something, has no bound, or calls what is not known;
///  - no loop is around it, or the inner one has few, constant rounds.
class CheckGranularityCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
