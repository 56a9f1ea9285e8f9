// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program that knows the library only as a package.
#include <cancel/token.hpp>

#include <chrono>

int main() {
  cancel::cancellation_source source;
  source.cancel_after(std::chrono::milliseconds(1));
  try {
    cancel::sleep_for(std::chrono::hours(1), source.get_token());
  } catch (const cancel::operation_canceled &reason) {
    return reason.token() == source.get_token() ? 0 : 1;
  }
  return 1;
}
