// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/BoundWork.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// The call that Lambda is an argument of.
static const CallExpr *callGiven(const FunctionBody &Body,
                                 const LambdaExpr &Lambda) {
  const Stmt *P = Body.parent(&Lambda);
  while (isa_and_nonnull<ImplicitCastExpr, MaterializeTemporaryExpr, ParenExpr,
                         CXXBindTemporaryExpr, CXXConstructExpr>(P))
    P = Body.parent(P);
  return dyn_cast_or_null<CallExpr>(P);
}

bool isBoundBody(const FunctionAnalysis &F) {
  const FunctionAnalysis *Outer = F.outer();
  if (!Outer || !F.body().lambda())
    return false;
  const CallExpr *Runner = callGiven(Outer->body(), *F.body().lambda());
  if (!Runner || F.costs().runner(*Runner) == RunnerKind::None)
    return false;
  return isBoundBody(*Outer) ||
         any_of(writtenArgs(*Runner), [&](const Expr *A) {
           const TokenUse Use =
               F.tokens().classify(A->IgnoreParenImpCasts()->getType());
           return Use && Use.Token->LinkedByDefault;
         });
}

bool isBoundWork(const FunctionAnalysis &F, const Stmt &Work) {
  if (!isBoundBody(F))
    return false;
  if (const auto *Call = dyn_cast<CallExpr>(&Work))
    return F.costs().runner(*Call) != RunnerKind::None;
  const Stmt *Over[3] = {};
  if (const auto *For = dyn_cast<ForStmt>(&Work)) {
    Over[0] = For->getInit();
    Over[1] = For->getCond();
  } else if (const auto *While = dyn_cast<WhileStmt>(&Work)) {
    Over[0] = While->getCond();
  } else if (const auto *Range = dyn_cast<CXXForRangeStmt>(&Work)) {
    Over[0] = Range->getRangeInit();
  }
  return any_of(Over, [&](const Stmt *Part) {
    return Part && anyWithin(Part, [&](const Stmt &S) {
             const auto *Ref = dyn_cast<DeclRefExpr>(&S);
             const auto *P =
                 Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
             const CXXRecordDecl *R =
                 P ? P->getType().getNonReferenceType()->getAsCXXRecordDecl()
                   : nullptr;
             return R && R->getIdentifier() && R->getName().contains("range") &&
                    is_contained(F.decl().parameters(), P);
           });
  });
}

} // namespace cancel_tidy
