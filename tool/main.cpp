// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The executable cancel-tidy.
#include "tool/Driver.h"
#include "tool/ExitCode.h"
#include "tool/Worker.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

using namespace cancel_tidy;

/// A disk that is full, or a pipe that nobody reads, is said in one line; LLVM
/// would end the process as if it had found something.
static int finish(int Code) {
  llvm::outs().flush();
  if (!llvm::outs().has_error())
    return Code;
  llvm::errs() << "cancel-tidy: error: standard output: cannot be written: "
               << llvm::outs().error().message() << '\n';
  llvm::outs().clear_error();
  return std::max<int>(Code, ExitUsage);
}

int main(int ArgC, char **ArgV) {
  std::vector<std::string> Arguments(ArgV + 1, ArgV + ArgC);
  if (!Arguments.empty() && Arguments.front() == "--worker")
    return runWorker();

  llvm::Expected<Options> O = parseOptions(Arguments);
  if (!O)
    return usageError(O.takeError());
  static int Here;
  Invocation Self{llvm::sys::fs::getMainExecutable(ArgV[0], &Here), Arguments};
  return finish(runDriver(*O, Self));
}
