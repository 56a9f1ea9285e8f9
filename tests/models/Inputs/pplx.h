// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tasks of the C++ REST SDK, and the token of the Windows runtime beside it.
#ifndef PPLX_H
#define PPLX_H

#include <exception>
#include <functional>
#include <string>

namespace pplx {
class task_canceled : public std::exception {};
[[noreturn]] void cancel_current_task();
bool is_task_cancellation_requested();

class cancellation_token_registration {
public:
  cancellation_token_registration();
};

class cancellation_token {
public:
  static cancellation_token none();
  cancellation_token(const cancellation_token &other);
  cancellation_token &operator=(const cancellation_token &other);
  ~cancellation_token();
  bool operator==(const cancellation_token &other) const;
  bool operator!=(const cancellation_token &other) const;
  bool is_cancelable() const;
  bool is_canceled() const;
  template <typename Function>
  cancellation_token_registration register_callback(const Function &) const {
    return {};
  }
  void deregister_callback(const cancellation_token_registration &which) const;
};

class cancellation_token_source {
public:
  cancellation_token_source();
  cancellation_token get_token() const;
  static cancellation_token_source create_linked_source(cancellation_token &parent);
  template <class It> static cancellation_token_source create_linked_source(It begin, It end);
  void cancel() const;
};

class task_options {
public:
  task_options();
  task_options(cancellation_token token);
  bool has_cancellation_token() const;
  cancellation_token get_cancellation_token() const;
};

enum task_status { not_complete, completed, canceled };
template <typename Result> class task {
public:
  task();
  template <typename Function>
  task<Result> then(const Function &,
                    task_options options = task_options()) const {
    return *this;
  }
  task_status wait() const;
  Result get() const;
  bool is_done() const;
};
template <typename Function>
task<int> create_task(Function, task_options options = task_options()) {
  return {};
}
} // namespace pplx

namespace web::http {
class http_response;
namespace client {
class http_client {
public:
  pplx::task<int> request(
      const std::string &path,
      const pplx::cancellation_token &token = pplx::cancellation_token::none());
};
} // namespace client
} // namespace web::http

namespace Concurrency {
bool is_task_cancellation_requested();
class cancellation_token {
public:
  static cancellation_token none();
  bool is_cancelable() const;
  bool is_canceled() const;
};
class cancellation_token_source {
public:
  cancellation_token get_token() const;
  void cancel() const;
  static cancellation_token_source create_linked_source(cancellation_token &src);
};
} // namespace Concurrency
namespace concurrency = Concurrency;

#endif
