// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// userver: the task that runs is cancelled; no token is handed around.
#ifndef USERVER_H
#define USERVER_H

#include <chrono>
#include <exception>

namespace userver::engine {
class TaskCancelledException : public std::exception {};
class WaitInterruptedException : public std::exception {};

namespace current_task {
bool ShouldCancel() noexcept;
bool IsCancelRequested() noexcept;
void CancellationPoint();
} // namespace current_task

// A canceller, not something to look at.
class TaskCancellationToken {
public:
  void RequestCancel();
  bool IsValid() const noexcept;
};
class TaskCancellationBlocker {
public:
  TaskCancellationBlocker();
  ~TaskCancellationBlocker();
};

void InterruptibleSleepFor(std::chrono::milliseconds time);
void SleepFor(std::chrono::milliseconds time);
} // namespace userver::engine

#endif
