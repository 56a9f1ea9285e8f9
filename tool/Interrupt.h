// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns Ctrl-C and a polite kill into a cancellation of the run.
#ifndef CANCEL_TIDY_TOOL_INTERRUPT_H
#define CANCEL_TIDY_TOOL_INTERRUPT_H

#include "cancel/cancellation_source.hpp"
#include <thread>

namespace cancel_tidy {

/// While one lives, the first SIGINT, SIGTERM or SIGHUP requests cancellation
/// of token(); a second one ends the process at once. At most one lives.
class InterruptWatch {
public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch &) = delete;
  InterruptWatch &operator=(const InterruptWatch &) = delete;

  cancel::cancellation_token token() const { return Source.get_token(); }

private:
  cancel::cancellation_source Source;
  int Pipe[2] = {-1, -1};
  std::thread Watcher;
};

} // namespace cancel_tidy

#endif
