// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <exception>

namespace cppcoro {
class operation_cancelled : public std::exception {};
class cancellation_token {
public:
  bool is_cancellation_requested() const;
  void throw_if_cancellation_requested() const;
};
} // namespace cppcoro

void step(int item);

void all(int end, cppcoro::cancellation_token token) {
  for (int item = 0; item < end; ++item) {
    token.throw_if_cancellation_requested();
    step(item);
  }
}
