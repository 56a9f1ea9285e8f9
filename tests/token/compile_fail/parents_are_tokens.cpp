// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// error: parents are cancellation tokens
#include "cancel/token.hpp"
void test() {
  cancel::cancellation_source source;
#ifdef CONTROL
  auto child = cancel::cancellation_source::linked(source.get_token());
#else
  auto child = cancel::cancellation_source::linked(source);
#endif
  child.request_cancellation();
}
