// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// error: request_cancellation
#include "cancel/token.hpp"
void test(cancel::cancellation_source &source) {
#ifdef CONTROL
  source.request_cancellation();
#else
  source.get_token().request_cancellation();
#endif
}
