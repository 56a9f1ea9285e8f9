// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_SPAWNWITHOUTTOKENCHECK_H
#define CANCEL_TIDY_CHECKS_SPAWNWITHOUTTOKENCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds threads, tasks and jobs that are started without the token in reach
/// although they may wait, run long or call what takes one.
///
/// Reports when
///  - a function that starts work (a thread, a task, a job for a pool) gets a
///    callable whose body is seen, and neither its captures nor the other
///    arguments hold the token in reach, something made with it, or an object
///    that has one; and
///  - the callable calls what would take the token, may run long or wait, or
///    never ends.
/// Stays silent when
///  - the callable looks at some token or has one as parameter, or the spawner
///    itself would take one (cancel-forward-token);
///  - there is another way to end it: a registration, a flag or function named
///    after stopping, a captured variable that the function changes later;
///  - the result is waited for with the token, or asked in a function that
///  looks
///    at it;
///  - the work uses `this` and is kept by a member, or the only token in reach
///  is
///    a member;
///  - it costs little, or runs before the spawner returns (parallel algorithms:
///    cancel-check-in-loop);
///  - it is started in a destructor, a handler, behind a commit point or where
///  the
///    stop was seen.
class SpawnWithoutTokenCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
