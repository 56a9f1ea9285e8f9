// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/GivenMembers.h"
#include "checks/core/FunctionBody.h"
#include "checks/core/Names.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

bool isClassLike(QualType T) {
  T = T.getNonReferenceType();
  while (const auto *Array = dyn_cast<clang::ArrayType>(T.getTypePtr()))
    T = Array->getElementType();
  if (T->isPointerType())
    T = T->getPointeeType();
  return T->isRecordType() || T->isDependentType();
}

const FieldDecl *ownMember(const Expr *E) {
  const FieldDecl *Field = nullptr;
  while (E) {
    E = E->IgnoreParenImpCasts();
    if (const auto *M = dyn_cast<MemberExpr>(E)) {
      Field = dyn_cast<FieldDecl>(M->getMemberDecl());
      E = M->getBase();
    } else if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(E);
               Op && Op->getNumArgs() > 0) {
      E = Op->getArg(0);
    } else if (const auto *Sub = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Sub->getBase();
    } else {
      return isa<CXXThisExpr>(E) ? Field : nullptr;
    }
  }
  return nullptr;
}

namespace {

/// A class template's functions may have no instance here.
const FunctionDecl *definitionOf(const CXXMethodDecl &M) {
  const FunctionDecl *Def = nullptr;
  if (M.hasBody(Def))
    return Def;
  const FunctionDecl *Pattern = M.getTemplateInstantiationPattern();
  return Pattern && Pattern->hasBody(Def) ? Def : nullptr;
}

/// Only those that get an object ready: what others do may not have been
/// done, and all of a big class would be read again and again.
bool mayGive(const CXXMethodDecl &M) {
  if (const auto *C = dyn_cast<CXXConstructorDecl>(&M))
    return !C->isCopyOrMoveConstructor();
  return M.getIdentifier() &&
         startsWithAny(M.getName(),
                       {"attach", "bind", "configure", "connect", "create",
                        "ensure", "init", "make", "open", "prepare", "reset",
                        "set", "start", "use", "with"});
}

} // namespace

bool GivenMembers::include(const FieldDecl &Field) {
  const auto *Class = dyn_cast<CXXRecordDecl>(Field.getParent());
  if (!Class || !Field.getIdentifier() || !isClassLike(Field.getType()))
    return false;
  const RecordRole Role = Tokens.roleOf(Field.getType());
  if (Tokens.classify(Field.getType()) || Role.Source || Role.Registration ||
      Role.Carrier)
    return false;
  if (Seen.insert(Class).second)
    lookAt(*Class);
  return Given.contains(Field.getIdentifier());
}

void GivenMembers::lookAt(const CXXRecordDecl &Class) {
  for (const FieldDecl *F : Class.fields())
    if (F->hasInClassInitializer() && F->getInClassInitializer() &&
        handsTokenOn(F->getInClassInitializer()))
      Given.insert(F->getIdentifier());
  for (const CXXMethodDecl *M : Class.methods()) {
    const FunctionDecl *Def = definitionOf(*M);
    if (!Def || Def == &User || !mayGive(*M))
      continue;
    if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(Def))
      for (const CXXCtorInitializer *Init : Ctor->inits())
        if (Init->isMemberInitializer() && handsTokenOn(Init->getInit()))
          Given.insert(Init->getMember()->getIdentifier());
    anyWithin(Def->getBody(), [&](const Stmt &S) {
      seeStatement(S);
      return false;
    });
  }
}

void GivenMembers::seeStatement(const Stmt &S) {
  const Expr *Target = nullptr, *Value = nullptr;
  if (const auto *A = dyn_cast<BinaryOperator>(&S)) {
    if (A->getOpcode() == BO_Assign)
      Target = A->getLHS(), Value = A->getRHS();
  } else if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S)) {
    if (Op->getOperator() == OO_Equal && Op->getNumArgs() == 2)
      Target = Op->getArg(0), Value = Op->getArg(1);
  } else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&S)) {
    const FunctionDecl *FD = calleeOf(*Call);
    if (!FD || !FD->getIdentifier() ||
        !startsWithAny(FD->getName(), {"attach", "bind", "emplace", "init",
                                       "push", "reset", "set", "use", "with"}))
      return;
    Target = objectOf(*Call);
    for (const Expr *A : writtenArgs(*Call))
      if (handsTokenOn(A))
        Value = A;
  }
  const FieldDecl *Field = Target && Value ? ownMember(Target) : nullptr;
  if (Field && handsTokenOn(Value))
    Given.insert(Field->getIdentifier());
}

bool GivenMembers::handsTokenOn(const Expr *E) const {
  auto IsToken = [&](const Stmt &S) {
    const auto *X = dyn_cast<Expr>(&S);
    return X && isa<DeclRefExpr, MemberExpr, CallExpr>(X) &&
           Tokens.classify(X->getType()) && !Tokens.isNoneValue(*X);
  };
  return anyWithin(E, [&](const Stmt &S) {
    const auto *L = dyn_cast<LambdaExpr>(&S);
    return IsToken(S) || (L && anyWithin(L->getBody(), IsToken));
  });
}

} // namespace cancel_tidy
