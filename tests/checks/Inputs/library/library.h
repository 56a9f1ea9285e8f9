// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A library of which only the header is known.
#pragma GCC system_header
namespace library {
void normalise(int item);
void download(int item);
} // namespace library
