// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The executable cancel-tidy.
#include "tool/Driver.h"
#include "tool/Worker.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace cancel_tidy;

int main(int ArgC, char **ArgV) {
  std::vector<std::string> Arguments(ArgV + 1, ArgV + ArgC);
  if (!Arguments.empty() && Arguments.front() == "--worker")
    return runWorker();

  llvm::Expected<Options> O = parseOptions(Arguments);
  if (!O) {
    llvm::errs() << "cancel-tidy: error: " << llvm::toString(O.takeError())
                 << '\n';
    return ExitUsage;
  }
  static int Here;
  Invocation Self{llvm::sys::fs::getMainExecutable(ArgV[0], &Here), Arguments};
  return runDriver(*O, Self);
}
