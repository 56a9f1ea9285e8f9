// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/ForkedChild.h"
#include "checks/core/CallResolver.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace cancel_tidy {

static bool isFork(const Expr *E) {
  const auto *Call =
      dyn_cast_or_null<CallExpr>(E ? E->IgnoreParenImpCasts() : nullptr);
  const FunctionDecl *FD = Call ? Call->getDirectCallee() : nullptr;
  return FD && FD->getIdentifier() && FD->isExternC() &&
         (FD->getName() == "fork" || FD->getName() == "vfork");
}

/// What fork() gave: the call, or a variable that was given its result.
static bool isChildId(const FunctionAnalysis &F, const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *A = dyn_cast<BinaryOperator>(E);
      A && A->getOpcode() == BO_Assign)
    E = A->getRHS();
  if (isFork(E))
    return true;
  const auto *V = dyn_cast_or_null<VarDecl>(variableOf(E));
  return V && (isFork(V->getInit()) ||
               llvm::any_of(F.body().assignments(), [&](const auto *A) {
                 return isFork(A->getRHS()) && variableOf(A->getLHS()) == V;
               }));
}

bool isInForkedChild(const FunctionAnalysis &F, const Stmt &S) {
  auto IsZero = [&](const Expr *E) {
    const auto *Number = dyn_cast<IntegerLiteral>(E->IgnoreParenImpCasts());
    return Number && Number->getValue() == 0;
  };
  const Stmt *Child = &S;
  for (const Stmt *P = F.body().parent(Child); P;
       Child = P, P = F.body().parent(P)) {
    const auto *If = dyn_cast<IfStmt>(P);
    if (!If || Child != If->getThen() || !If->getCond())
      continue;
    const Expr *Cond = If->getCond()->IgnoreParenImpCasts();
    if (const auto *Is = dyn_cast<BinaryOperator>(Cond);
        Is && Is->getOpcode() == BO_EQ &&
        ((IsZero(Is->getRHS()) && isChildId(F, Is->getLHS())) ||
         (IsZero(Is->getLHS()) && isChildId(F, Is->getRHS()))))
      return true;
    if (const auto *Not = dyn_cast<UnaryOperator>(Cond);
        Not && Not->getOpcode() == UO_LNot && isChildId(F, Not->getSubExpr()))
      return true;
  }
  return false;
}

} // namespace cancel_tidy
