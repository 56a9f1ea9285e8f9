// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// HERE's data SDK: contexts that share their state by copy. What it calls a
// token is what a caller gets back, to cancel with.
#ifndef HERE_H
#define HERE_H

#include <chrono>
#include <functional>

namespace olp::client {
class CancellationToken {
public:
  CancellationToken();
  explicit CancellationToken(std::function<void()> cancel);
  void Cancel() const;
};

class CancellationContext {
public:
  CancellationContext();
  bool ExecuteOrCancelled(const std::function<CancellationToken()> &execute,
                          const std::function<void()> &cancel = nullptr);
  void CancelOperation();
  bool IsCancelled() const;
};

class Condition {
public:
  void Notify();
  bool Wait(std::chrono::milliseconds timeout);
};

class HttpResponse {};
class OlpClient {
public:
  HttpResponse CallApi(const char *path, CancellationContext context) const;
  CancellationToken CallApi(const char *path, std::function<void(HttpResponse)> done) const;
};
} // namespace olp::client

#endif
