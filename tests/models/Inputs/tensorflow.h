// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TensorFlow's manager of cancellation. What it calls a token is the number of
// a registration.
#ifndef TENSORFLOW_H
#define TENSORFLOW_H

#include <cstdint>
#include <functional>

namespace absl {
class Status {
public:
  Status();
  bool ok() const;
};
} // namespace absl

namespace tsl {
typedef std::int64_t CancellationToken;
typedef std::function<void()> CancelCallback;

class CancellationManager {
public:
  static const CancellationToken kInvalidToken;
  CancellationManager();
  explicit CancellationManager(CancellationManager *parent);
  ~CancellationManager();
  void StartCancel();
  bool IsCancelled();
  bool IsCancelling();
  CancellationToken get_cancellation_token();
  bool RegisterCallback(CancellationToken token, CancelCallback callback);
  bool DeregisterCallback(CancellationToken token);
  bool TryDeregisterCallback(CancellationToken token);
};
} // namespace tsl

namespace tensorflow {
using tsl::CancellationManager;
using tsl::CancellationToken;

class OpKernelContext {
public:
  CancellationManager *cancellation_manager() const;
  int num_inputs() const;
};
namespace errors {
bool IsCancelled(int status);
}
} // namespace tensorflow

#endif
