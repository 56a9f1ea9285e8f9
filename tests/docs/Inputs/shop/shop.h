// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <stop_token>
void fetch(int n, std::stop_token stop = {});
void convert(int n);
extern "C" unsigned sleep(unsigned);
