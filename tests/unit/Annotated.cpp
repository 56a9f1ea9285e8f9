// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Annotated.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace cancel_tidy::test {

[[noreturn]] static void wrong(llvm::StringRef What, llvm::StringRef Name) {
  llvm::report_fatal_error(llvm::Twine("annotated snippet: ") + What + " '" +
                               Name + "'",
                           /*gen_crash_diag=*/false);
}

Annotated::Annotated(llvm::StringRef Text) {
  struct Open {
    bool IsMark;
    std::string Name;
    unsigned Begin;
  };
  std::vector<Open> Stack;

  while (!Text.empty()) {
    llvm::StringRef Rest = Text;
    llvm::StringRef Name;
    bool Dollar = Rest.consume_front("$");
    if (Dollar) {
      Name =
          Rest.take_while([](char C) { return llvm::isAlnum(C) || C == '_'; });
      Rest = Rest.drop_front(Name.size());
    }
    unsigned Offset = Code.size();
    if (Rest.consume_front("^")) {
      Points[Name].push_back(Offset);
      Text = Rest;
    } else if (Dollar && Rest.consume_front("[[")) {
      Stack.push_back({true, Name.str(), Offset});
      Text = Rest;
    } else if (!Dollar && Rest.consume_front("[[")) {
      Stack.push_back({false, "", Offset});
      Code += "[[";
      Text = Rest;
    } else if (!Dollar && !Stack.empty() && Rest.consume_front("]]")) {
      Open Last = std::move(Stack.back());
      Stack.pop_back();
      if (Last.IsMark)
        Ranges[Last.Name].push_back({Last.Begin, Offset});
      else
        Code += "]]";
      Text = Rest;
    } else {
      Code += Text.front();
      Text = Text.drop_front();
    }
  }
  for (const Open &Left : Stack)
    if (Left.IsMark)
      wrong("range not closed:", Left.Name);
}

unsigned Annotated::point(llvm::StringRef Name) const {
  std::vector<unsigned> All = points(Name);
  if (All.size() != 1)
    wrong(All.empty() ? "no point" : "several points", Name);
  return All.front();
}

Annotated::Range Annotated::range(llvm::StringRef Name) const {
  std::vector<Range> All = ranges(Name);
  if (All.size() != 1)
    wrong(All.empty() ? "no range" : "several ranges", Name);
  return All.front();
}

std::vector<unsigned> Annotated::points(llvm::StringRef Name) const {
  return Points.lookup(Name);
}

std::vector<Annotated::Range> Annotated::ranges(llvm::StringRef Name) const {
  return Ranges.lookup(Name);
}

Annotated::Position Annotated::position(unsigned Offset) const {
  llvm::StringRef Before = llvm::StringRef(Code).take_front(Offset);
  size_t LineStart = Before.rfind('\n');
  LineStart = LineStart == llvm::StringRef::npos ? 0 : LineStart + 1;
  return {unsigned(Before.count('\n') + 1), unsigned(Offset - LineStart + 1)};
}

std::string Annotated::pointAt(unsigned Offset) const {
  Position P = position(Offset);
  llvm::StringRef Line = llvm::StringRef(Code)
                             .drop_front(Offset - (P.Column - 1))
                             .take_until([](char C) { return C == '\n'; });
  return (llvm::Twine(P.Line) + ":" + llvm::Twine(P.Column) + ":\n" + Line +
          "\n" + std::string(P.Column - 1, ' ') + "^\n")
      .str();
}

} // namespace cancel_tidy::test
