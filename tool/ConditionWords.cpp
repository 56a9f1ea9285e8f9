// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/ConditionWords.h"
#include "clang/Basic/CharInfo.h"

using namespace llvm;

namespace cancel_tidy {

/// The rest of a line and of those that a backslash joins to it.
static StringRef logicalLine(StringRef Text) {
  size_t End = 0;
  while ((End = Text.find('\n', End)) != StringRef::npos) {
    if (!Text.take_front(End).rtrim('\r').ends_with("\\"))
      return Text.take_front(End);
    ++End;
  }
  return Text;
}

void forEachConditionWord(StringRef Text, function_ref<void(StringRef)> Take) {
  for (size_t Hash = Text.find('#'); Hash != StringRef::npos;
       Hash = Text.find('#', Hash + 1)) {
    StringRef Rest = Text.drop_front(Hash + 1).ltrim(" \t");
    if (!Rest.consume_front("if") && !Rest.consume_front("elif"))
      continue;
    const StringRef Line = logicalLine(Rest);
    for (const char *At = Line.begin(); At != Line.end();) {
      const char *Begin = At;
      while (At != Line.end() && clang::isAsciiIdentifierContinue(*At))
        ++At;
      // What is left of ifdef and the like is no word of the condition.
      if (At != Begin && Begin != Line.begin() &&
          clang::isAsciiIdentifierStart(*Begin))
        Take(StringRef(Begin, At - Begin));
      if (At == Begin)
        ++At;
    }
  }
}

} // namespace cancel_tidy
