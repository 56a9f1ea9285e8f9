// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// error: deleted
#include "cancel/token.hpp"
void test() {
  cancel::inplace_cancellation_source source;
#ifndef CONTROL
  cancel::inplace_cancellation_source copy(source);
#endif
}
