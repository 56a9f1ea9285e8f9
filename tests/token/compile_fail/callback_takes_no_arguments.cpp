// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// error: the callback is called without arguments
#include "cancel/token.hpp"
void test(const cancel::cancellation_token &token) {
#ifdef CONTROL
  auto fn = [] {};
#else
  auto fn = [](int) {};
#endif
  cancel::cancellation_registration registration(token, fn);
}
