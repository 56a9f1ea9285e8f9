// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The context of the Azure SDK: token, deadline and a bag of values in one.
#ifndef AZURE_H
#define AZURE_H

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

namespace Azure {
class DateTime {};

namespace Core {
class OperationCancelledException final : public std::runtime_error {
public:
  explicit OperationCancelledException(const std::string &what);
};

class Context final {
public:
  class Key final {
  public:
    Key();
  };
  Context() = default;
  Context &operator=(const Context &) = default;
  [[nodiscard]] Context WithDeadline(const DateTime &deadline) const;
  template <class T> [[nodiscard]] Context WithValue(const Key &, T &&) const {
    return *this;
  }
  DateTime GetDeadline() const;
  template <class T> bool TryGetValue(const Key &key, T &value) const;
  void Cancel();
  bool IsCancelled() const;
  void ThrowIfCancelled() const;
  [[deprecated]] static const Context ApplicationContext;

private:
  std::shared_ptr<int> State;
};

namespace Http {
struct Request {};
struct RawResponse {};
namespace Policies {
class NextPolicy {};
class Policy {
public:
  virtual ~Policy() = default;
  virtual std::unique_ptr<RawResponse> Send(Request &request, NextPolicy next,
                                            const Context &context) const = 0;
};
} // namespace Policies
} // namespace Http
} // namespace Core

namespace Storage {
struct DownloadOptions {
  int Range = 0;
};
class BlobClient {
public:
  explicit BlobClient(const std::string &url);
  int DownloadTo(const std::string &file, const DownloadOptions &options = {},
                 const Core::Context &context = Core::Context()) const;
  int GetProperties(const Core::Context &context = {}) const;
};
} // namespace Storage
} // namespace Azure

#endif
