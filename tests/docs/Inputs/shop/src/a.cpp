// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "../shop.h"
void sync(std::stop_token stop, int n) {
  for (int i = 0; i < n; ++i)
    convert(i);
  (void)stop.stop_requested();
}
