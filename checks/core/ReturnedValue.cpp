// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/ReturnedValue.h"
#include "checks/core/Names.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// The literal of an enumeration that E names.
StringRef enumeratorOf(const Expr &E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(&E);
  return Ref && isa<EnumConstantDecl>(Ref->getDecl())
             ? Ref->getDecl()->getName()
             : StringRef();
}

/// Whether New, an empty one, holds nothing. Of a status it would say that all
/// went well.
bool isNothing(const CXXConstructExpr &New) {
  const CXXRecordDecl *R = New.getType()->getAsCXXRecordDecl();
  return R && R->isInStdNamespace() && R->getIdentifier() &&
         llvm::is_contained(ArrayRef<StringRef>{"optional", "unique_ptr",
                                                "shared_ptr", "vector",
                                                "basic_string", "map", "list"},
                            R->getName());
}

} // namespace

const Expr *asWritten(const Expr *E) {
  while (E) {
    E = E->IgnoreUnlessSpelledInSource();
    const auto *New = dyn_cast<CXXConstructExpr>(E);
    const Expr *Only = New && New->getNumArgs() == 1 ? New->getArg(0) : nullptr;
    if (!Only || isa<CXXDefaultArgExpr>(Only))
      break;
    const Expr *Named = Only->IgnoreUnlessSpelledInSource();
    if (!isa<DeclRefExpr>(Named))
      break;
    E = Named;
  }
  return E;
}

bool saysSuccess(const Expr &E) {
  if (const auto *Bool = dyn_cast<CXXBoolLiteralExpr>(&E))
    return Bool->getValue();
  return namesSuccess(enumeratorOf(E));
}

bool saysFailure(const Expr &E, const Expr *Behind) {
  if (const auto *Bool = dyn_cast<CXXBoolLiteralExpr>(&E))
    return !Bool->getValue();
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(E))
    return true;
  if (!enumeratorOf(E).empty())
    return Behind && !saysSuccess(E) && saysSuccess(*Behind);
  if (const auto *Minus = dyn_cast<UnaryOperator>(&E))
    return Behind && Minus->getOpcode() == UO_Minus &&
           isa<IntegerLiteral>(Minus->getSubExpr());
  if (const auto *New = dyn_cast<CXXConstructExpr>(&E))
    return Behind && New->getNumArgs() == 0 && New->isListInitialization() &&
           isNothing(*New);
  const auto *Ref = dyn_cast<DeclRefExpr>(&E);
  return Behind && Ref && Ref->getDecl()->isInStdNamespace() &&
         Ref->getDecl()->getIdentifier() &&
         Ref->getDecl()->getName() == "nullopt";
}

} // namespace cancel_tidy
