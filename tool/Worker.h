// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Worker processes: each serves many TUs, may crash or be killed without harm
// to the rest, and cannot write to the driver's output.
#ifndef CANCEL_TIDY_TOOL_WORKER_H
#define CANCEL_TIDY_TOOL_WORKER_H

#include "cancel/cancellation_token.hpp"
#include "tool/Wire.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <string>

namespace cancel_tidy {

struct PoolOptions {
  std::string Program; ///< the executable to start as a worker
  WorkerSetup Setup;
  unsigned Workers = 1;
  unsigned TimeoutSeconds = 0;
  unsigned MemoryLimitMb = 0;
};

/// Runs the jobs in Order on worker processes and calls Done(index, outcome)
/// once for each that ended, crashed or timed out, in no particular order, in
/// the caller's thread. Jobs that cancellation kept from ending are not
/// reported; all workers are dead on return. The error is about starting one.
llvm::Error runJobs(llvm::ArrayRef<TuJob> Jobs, llvm::ArrayRef<size_t> Order,
                    const PoolOptions &Options,
                    const cancel::cancellation_token &Token,
                    llvm::function_ref<void(size_t, TuOutcome)> Done);

/// The worker's side: serves jobs from standard input until it ends.
int runWorker();

} // namespace cancel_tidy

#endif
