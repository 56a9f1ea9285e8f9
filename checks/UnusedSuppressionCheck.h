// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_UNUSEDSUPPRESSIONCHECK_H
#define CANCEL_TIDY_CHECKS_UNUSEDSUPPRESSIONCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds NOLINT comments and annotations for cancellation that have no effect.
///
/// Reports when
///  - a NOLINT comment names a `cancel-` check that ran, and suppresses none of
///    its findings in any TU that includes the line. That is decided when all
///    TUs are linked (tool/UnusedSuppression), not here;
///  - an annotation says `cancel::` and something that does not exist, or what
///    only a class can have.
/// Stays silent when
///  - the run is open, a TU could not be read, or the check was off in a TU;
///  - the comment also names this check.
class UnusedSuppressionCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
