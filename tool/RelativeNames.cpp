// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/RelativeNames.h"
#include "tool/Members.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

/// Reaches every string of our structs, whatever members are added to them.
class StringVisitor {
public:
  explicit StringVisitor(function_ref<void(std::string &)> Do) : Do(Do) {}

  template <typename... Ts> bool operator()(Ts &...Members) {
    (put(Members), ...);
    return true;
  }
  void put(std::string &S) { Do(S); }
  template <typename T> void put(std::vector<T> &Items) {
    for (T &Item : Items)
      put(Item);
  }
  template <typename T, IfStruct<T> = 0> void put(T &X) { visit(*this, X); }
  template <
      typename T,
      std::enable_if_t<std::is_arithmetic_v<T> || std::is_enum_v<T>, int> = 0>
  void put(T &) {}

private:
  function_ref<void(std::string &)> Do;
};

/// Reaches the names of files.
class FileVisitor {
public:
  explicit FileVisitor(function_ref<void(std::string &)> Do) : Do(Do) {}

  void put(Place &P) { Do(P.File); }
  void put(Finding &F) {
    put(F.Where);
    for (Place &P : F.Spelled)
      put(P);
    for (Note &N : F.Notes)
      put(N.Where);
    for (Fix &X : F.Fixes)
      for (TextEdit &E : X.Edits)
        Do(E.File);
  }
  void put(std::vector<ReportedFinding> &Findings) {
    for (ReportedFinding &R : Findings) {
      put(R.F);
      put(R.SuppressedBy);
    }
  }
  void put(TuRecord &R) {
    Do(R.Result.MainFile);
    // "FILE:LINE:COL: error: text"
    for (std::string &E : R.Result.Errors)
      Do(E);
    for (FunctionFacts &F : R.Result.Facts)
      put(F.Defined);
    put(R.Findings);
    put(R.BadMarks);
    for (SuppressionMark &M : R.Result.Marks) {
      put(M.Where);
      for (TextEdit &E : M.Lists)
        Do(E.File);
      for (TextEdit &E : M.Removal)
        Do(E.File);
    }
  }

private:
  function_ref<void(std::string &)> Do;
};

bool isPartOfName(char C) {
  return isAlnum(C) || StringRef("_-.+~/").contains(C);
}

} // namespace

std::string withoutRoot(StringRef Text, StringRef Root) {
  std::string Result;
  for (size_t At = 0;;) {
    size_t Found = Text.find(Root, At);
    if (Found == StringRef::npos || Root == "/")
      return Result + Text.substr(At).str();
    size_t End = Found + Root.size();
    bool IsWhole = End < Text.size() && Text[End] == '/' &&
                   (Found == 0 || !isPartOfName(Text[Found - 1]));
    Result += Text.slice(At, IsWhole ? Found : End);
    At = IsWhole ? End + 1 : End;
  }
}

void makeRelative(std::vector<TuRecord> &Records, StringRef Root) {
  StringVisitor([&](std::string &S) { S = withoutRoot(S, Root); }).put(Records);
}

void makeAbsolute(std::vector<TuRecord> &Records, StringRef Root) {
  auto Join = [&](std::string &S) {
    if (S.empty() || sys::path::is_absolute(S))
      return;
    SmallString<256> Path(Root);
    sys::path::append(Path, S);
    S = std::string(Path);
  };
  for (TuRecord &R : Records)
    FileVisitor(Join).put(R);
}

bool anyRelative(const std::vector<TuRecord> &Records) {
  return any_of(Records, [](const TuRecord &R) {
    return !sys::path::is_absolute(R.Result.MainFile);
  });
}

} // namespace cancel_tidy
