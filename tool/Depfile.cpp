// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Depfile.h"

using namespace llvm;

namespace cancel_tidy {

static std::string escaped(StringRef Path) {
  std::string Result;
  for (char C : Path) {
    if (C == ' ' || C == '#')
      Result += '\\';
    else if (C == '$')
      Result += '$';
    Result += C;
  }
  return Result;
}

std::string depfileText(StringRef Target, const std::set<std::string> &Inputs) {
  std::string Text = escaped(Target) + ":";
  for (const std::string &Input : Inputs)
    Text += " \\\n  " + escaped(Input);
  return Text + "\n";
}

} // namespace cancel_tidy
