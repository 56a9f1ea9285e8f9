// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// error: nodiscard
#include "cancel/token.hpp"
void test(const cancel::cancellation_token &token) {
#ifdef CONTROL
  (void)
#endif
      cancel::try_sleep_for(std::chrono::seconds(1), token);
}
