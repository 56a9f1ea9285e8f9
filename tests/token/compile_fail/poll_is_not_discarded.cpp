// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// error: nodiscard
#include "cancel/token.hpp"
void test(const cancel::cancellation_token &token) {
#ifdef CONTROL
  (void)
#endif
      token.is_cancellation_requested();
}
