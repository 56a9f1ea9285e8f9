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

StringRef section(StringRef Page, StringRef Heading) {
  size_t At = Page.find(("\n## " + Heading + "\n").str());
  if (At == StringRef::npos)
    return "";
  StringRef Rest = Page.substr(At + Heading.size() + 5);
  return Rest.take_front(Rest.find("\n## ")).trim('\n');
}

} // namespace cancel_tidy
