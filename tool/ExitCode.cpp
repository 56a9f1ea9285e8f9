// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/ExitCode.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace cancel_tidy {

int usageError(Error E) {
  errs() << "cancel-tidy: error: " << toString(std::move(E)) << '\n';
  return ExitUsage;
}

int usageError(const Twine &Message) {
  errs() << "cancel-tidy: error: " << Message << '\n';
  return ExitUsage;
}

} // namespace cancel_tidy
