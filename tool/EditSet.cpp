// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/EditSet.h"
#include "tool/Fixer.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <tuple>

using namespace llvm;

namespace cancel_tidy {
namespace {

bool sameEdit(const TextEdit &A, const TextEdit &B) {
  return A.File == B.File && A.Offset == B.Offset && A.Length == B.Length &&
         A.Text == B.Text;
}

bool conflict(const TextEdit &A, const TextEdit &B) {
  if (A.File != B.File || sameEdit(A, B))
    return false;
  return A.Offset == B.Offset ||
         (A.Offset < B.Offset ? A.Offset + A.Length > B.Offset
                              : B.Offset + B.Length > A.Offset);
}

bool editBefore(const TextEdit &A, const TextEdit &B) {
  return std::tie(A.File, A.Offset, A.Length, A.Text) <
         std::tie(B.File, B.Offset, B.Length, B.Text);
}

} // namespace

bool EditSet::conflicts(const Fix &F) const {
  return any_of(F.Edits, [&](const TextEdit &New) {
    auto It = ByFile.find(New.File);
    return It != ByFile.end() && any_of(It->second, [&](const TextEdit &Old) {
             return conflict(Old, New);
           });
  });
}

void EditSet::add(const Fix &F) {
  for (const TextEdit &New : F.Edits) {
    std::vector<TextEdit> &Edits = ByFile[New.File];
    auto It = std::lower_bound(Edits.begin(), Edits.end(), New, editBefore);
    if (It == Edits.end() || !sameEdit(*It, New))
      Edits.insert(It, New);
  }
}

unsigned EditSet::mapped(const std::string &File, unsigned Offset) const {
  auto It = ByFile.find(File);
  if (It == ByFile.end())
    return Offset;
  int64_t Shift = 0;
  for (const TextEdit &E : It->second) {
    if (E.Offset > Offset)
      break;
    if (E.Offset == Offset && E.Length > 0)
      break; // the text that is replaced begins where it began
    int64_t Grown = static_cast<int64_t>(E.Text.size()) - E.Length;
    if (Offset < E.Offset + E.Length)
      return E.Offset + Shift + E.Text.size();
    Shift += Grown;
  }
  return Offset + Shift;
}

bool EditSet::touches(const std::string &File, unsigned Offset) const {
  auto It = ByFile.find(File);
  return It != ByFile.end() && any_of(It->second, [&](const TextEdit &E) {
           return E.Offset <= Offset && Offset <= E.Offset + E.Length;
         });
}

Expected<std::string> applyEdits(StringRef Text, ArrayRef<TextEdit> Edits) {
  std::vector<TextEdit> Sorted(Edits.begin(), Edits.end());
  llvm::stable_sort(Sorted, editBefore);
  std::string New;
  size_t Pos = 0;
  for (const TextEdit &E : Sorted) {
    if (E.Offset < Pos || size_t(E.Offset) + E.Length > Text.size())
      return createStringError(std::errc::invalid_argument,
                               "%s: edits overlap or lie outside the file",
                               E.File.c_str());
    New += Text.slice(Pos, E.Offset);
    New += E.Text;
    Pos = E.Offset + E.Length;
  }
  New += Text.substr(Pos);
  return New;
}

} // namespace cancel_tidy
