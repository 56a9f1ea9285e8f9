// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The context of a gRPC call, on the server and on the client.
#ifndef GRPC_H
#define GRPC_H

#include <chrono>
#include <string>

namespace grpc {
class Status {
public:
  static const Status &OK;
  static const Status &CANCELLED;
  bool ok() const;
};

class ServerContextBase {
public:
  virtual ~ServerContextBase();
  bool IsCancelled() const;
  void TryCancel() const;
  std::chrono::system_clock::time_point deadline() const;
  void AddInitialMetadata(const std::string &key, const std::string &value);

protected:
  ServerContextBase();
};
class ServerContext : public ServerContextBase {
public:
  ServerContext();
};
class CallbackServerContext : public ServerContextBase {
public:
  CallbackServerContext();
};

class ClientContext {
public:
  ClientContext();
  static ClientContext FromServerContext(const ServerContextBase &context);
  void TryCancel();
};

template <class Message> class ServerReader {
public:
  bool Read(Message *message);
};
template <class Message> class ServerWriter {
public:
  bool Write(const Message &message);
};
template <class Message> class ClientWriter {
public:
  bool Write(const Message &message);
};
class CompletionQueue {
public:
  bool Next(void **tag, bool *ok);
};
} // namespace grpc

#endif
