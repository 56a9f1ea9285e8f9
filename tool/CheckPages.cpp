// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/CheckPages.h"

using namespace llvm;

namespace cancel_tidy {

StringRef checkPage(StringRef Id) {
  struct Page {
    StringRef Name, Text;
  };
  static const Page Pages[] = {
#include "CheckPages.inc"
  };
  for (const Page &P : Pages) {
    StringRef Name = P.Name;
    if (Name.consume_back(".md") && Name == Id)
      return P.Text.ltrim('\n');
  }
  return "";
}

} // namespace cancel_tidy
