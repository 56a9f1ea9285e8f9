// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Jobs and outcomes as JSON, for the pipes between driver and workers. Both
// ends are the same program: no version, no tolerance.
#ifndef CANCEL_TIDY_TOOL_WIRE_H
#define CANCEL_TIDY_TOOL_WIRE_H

#include "tool/TuAnalyser.h"
#include "llvm/Support/JSON.h"

namespace cancel_tidy {

/// What a worker is told once.
struct WorkerSetup {
  std::vector<std::string> Arguments; ///< command line of the driver
  ProjectLayout Layout;
};

llvm::json::Value toWire(const WorkerSetup &Setup);
llvm::json::Value toWire(const TuJob &Job);
llvm::json::Value toWire(const TuOutcome &Outcome);

/// False where Value is not what toWire made.
bool fromWire(const llvm::json::Value &Value, WorkerSetup &Setup);
bool fromWire(const llvm::json::Value &Value, TuJob &Job);
bool fromWire(const llvm::json::Value &Value, TuOutcome &Outcome);

} // namespace cancel_tidy

#endif
