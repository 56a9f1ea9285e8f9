// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// error: deleted
#include "cancel/token.hpp"
void test() {
  cancel::cancellation_source source;
  auto noop = [] {};
  cancel::cancellation_registration first(source.get_token(), noop);
#ifndef CONTROL
  auto second = std::move(first);
#endif
}
