// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// error: nodiscard
#include "cancel/token.hpp"
void test() {
  cancel::cancellation_source source;
  auto noop = [] {};
#ifdef CONTROL
  auto keep =
#endif
      cancel::cancellation_registration{source.get_token(), noop};
#ifdef CONTROL
  (void)keep;
#endif
}
