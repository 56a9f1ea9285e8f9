// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "shop.h"
void reload(std::stop_token stop) { fetch(2, stop); }
