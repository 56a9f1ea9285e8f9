// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arrow's stop tokens, the Status that a poll gives, and who takes a token.
#ifndef ARROW_H
#define ARROW_H

#include <memory>
#include <string>

namespace arrow {
class [[nodiscard]] Status {
public:
  Status() noexcept = default;
  static Status OK();
  static Status Cancelled(const std::string &why);
  bool ok() const;
  bool IsCancelled() const;
};
inline Status ToStatus(Status s) { return s; }

#define ARROW_RETURN_IF(condition, status)                                     \
  do {                                                                         \
    if (__builtin_expect(!!(condition), 0))                                    \
      return (status);                                                         \
  } while (0)
#define ARROW_RETURN_NOT_OK(expression)                                        \
  do {                                                                         \
    ::arrow::Status _st = ::arrow::ToStatus(expression);                       \
    ARROW_RETURN_IF(!_st.ok(), _st);                                           \
  } while (false)
#define RETURN_NOT_OK(expression) ARROW_RETURN_NOT_OK(expression)

struct StopSourceImpl;
class StopToken {
public:
  StopToken() {}
  explicit StopToken(std::shared_ptr<StopSourceImpl> impl);
  static StopToken Unstoppable() { return StopToken(); }
  Status Poll() const;
  bool IsStopRequested() const;

private:
  std::shared_ptr<StopSourceImpl> impl_;
};

class StopSource {
public:
  StopSource();
  ~StopSource();
  void RequestStop();
  void RequestStop(Status error);
  StopToken token();
  void Reset();
};

class MemoryPool;
MemoryPool *default_memory_pool();

namespace io {
struct IOContext {
  IOContext();
  explicit IOContext(StopToken stop_token);
  explicit IOContext(MemoryPool *pool,
                     StopToken stop_token = StopToken::Unstoppable());
  MemoryPool *pool() const;
  StopToken stop_token() const;
};
} // namespace io

namespace internal {
class Executor {
public:
  template <typename Function> Status Spawn(Function &&) { return Status(); }
  template <typename Function> Status Spawn(Function &&, StopToken) {
    return Status();
  }
};
class TaskGroup {
public:
  static std::shared_ptr<TaskGroup>
  MakeSerial(StopToken stop_token = StopToken::Unstoppable());
  static std::shared_ptr<TaskGroup>
  MakeThreaded(Executor *executor,
               StopToken stop_token = StopToken::Unstoppable());
  Status Finish();
};
} // namespace internal
} // namespace arrow

#endif
