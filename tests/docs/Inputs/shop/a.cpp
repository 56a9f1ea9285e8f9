// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "shop.h"
void rebuild(std::stop_token stop) { fetch(1); }
