// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "../../shop.h"
void convert(int n) { sleep(n); }
void fetch(int n, std::stop_token stop) {
  if (!stop.stop_requested())
    convert(n);
}
