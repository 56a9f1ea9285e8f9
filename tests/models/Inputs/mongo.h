// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MongoDB has two ways: tokens for asynchronous work, and the context of an
// operation, which can be interrupted.
#ifndef MONGO_H
#define MONGO_H

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

namespace mongo {
using Milliseconds = std::chrono::milliseconds;
class Status {
public:
  bool isOK() const;
};
template <typename T> class SemiFuture {
public:
  T get();
};

class CancellationToken {
public:
  static CancellationToken uncancelable();
  CancellationToken(const CancellationToken &) = default;
  CancellationToken &operator=(const CancellationToken &) = default;
  bool isCanceled() const;
  SemiFuture<void> onCancel() const;
  bool isCancelable() const;

private:
  CancellationToken();
};

class CancellationSource {
public:
  CancellationSource() = default;
  explicit CancellationSource(const CancellationToken &parent);
  void cancel();
  CancellationToken token() const;
};

class Interruptible {
public:
  static Interruptible *notInterruptible();
  void checkForInterrupt();
  Status checkForInterruptNoAssert() noexcept;
  void sleepFor(Milliseconds time);
  template <typename Lock, typename Predicate>
  void waitForConditionOrInterrupt(std::condition_variable &ready, Lock &lock,
                                   Predicate ended) {
    (void)ended();
  }

protected:
  Interruptible() = default;
  ~Interruptible() = default;
};

class OperationContext : public Interruptible {
public:
  virtual ~OperationContext();
  unsigned getOpID() const;
  CancellationToken getCancellationToken();
  void markKilled(int code = 1);
};

template <typename T> class Future {
public:
  T get(Interruptible *interruptible = Interruptible::notInterruptible());
  void wait(Interruptible *interruptible = Interruptible::notInterruptible());
};

namespace executor {
class TaskExecutor {
public:
  Future<int> scheduleRemoteCommand(const std::string &request,
                                    const CancellationToken &token);
  Future<int> sleepUntil(Milliseconds when, const CancellationToken &token);
};
} // namespace executor
} // namespace mongo

#endif
