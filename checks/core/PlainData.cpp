// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/PlainData.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// Whether objects of that type are values alone, which can ask nobody:
/// numbers, strings, structures and containers of these.
static bool isPlainData(QualType T, unsigned Depth = 0) {
  constexpr unsigned MaxDepth = 4;
  if (T.isNull() || T->isDependentType() || Depth > MaxDepth)
    return false;
  T = T.getNonReferenceType();
  if (T->isArithmeticType() || T->isEnumeralType())
    return true;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->getIdentifier())
    return false;
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R);
      Spec && R->isInStdNamespace()) {
    const auto Elements = Spec->getTemplateArgs().asArray();
    if (Elements.empty() || Elements[0].getKind() != TemplateArgument::Type)
      return false;
    const unsigned Held = StringSwitch<unsigned>(R->getName())
                              .Cases("vector", "deque", "list", "array", 1)
                              .Cases("set", "unordered_set", "basic_string", 1)
                              .Cases("map", "unordered_map", "pair", 2)
                              .Default(0);
    return Held && all_of(Elements.take_front(Held), [&](const auto &A) {
             return A.getKind() == TemplateArgument::Type &&
                    isPlainData(A.getAsType(), Depth + 1);
           });
  }
  R = R->getDefinition();
  return R && R->isAggregate() && !R->isUnion() && R->getNumBases() == 0 &&
         !R->field_empty() && all_of(R->fields(), [&](const FieldDecl *Field) {
           return isPlainData(Field->getType(), Depth + 1);
         });
}

bool isPlainContainer(QualType T) {
  const CXXRecordDecl *R =
      T.isNull() ? nullptr : T.getNonReferenceType()->getAsCXXRecordDecl();
  return R && R->isInStdNamespace() && isPlainData(T);
}

} // namespace cancel_tidy
