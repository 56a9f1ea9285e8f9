// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Siblings.h"
#include "checks/core/CallResolver.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// The variable of another function on which a member is called.
static const VarDecl *sharedVariable(const FunctionAnalysis &F,
                                     const Expr &Call) {
  const Expr *Object = objectOf(Call);
  const auto *Ref =
      Object ? dyn_cast<DeclRefExpr>(Object->IgnoreParenImpCasts()) : nullptr;
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return V && V->isLocalVarDecl() && V->getDeclContext() != &F.decl() ? V
                                                                      : nullptr;
}

bool isSiblingsTurn(const FunctionAnalysis &F, const Expr &Wait) {
  const LambdaExpr *L = F.body().lambda();
  const FunctionAnalysis *Around = F.outer();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(calleeOf(Wait));
  if (!L || !Around || !Method || !Method->getIdentifier() ||
      !Method->getParent()->getIdentifier())
    return false;
  const StringRef Class = Method->getParent()->getName();
  const bool Barrier = Class == "barrier";
  const VarDecl *Shared = sharedVariable(F, Wait);
  if (!Shared || (!Barrier && !Class.contains("atomic")) ||
      (!Around->body().enclosing<ForStmt>(L) &&
       !Around->body().enclosing<CXXForRangeStmt>(L) &&
       !Around->body().enclosing<WhileStmt>(L)))
    return false;
  return any_of(F.body().calls(), [&](const Expr *Call) {
    const FunctionDecl *FD = calleeOf(*Call);
    if (!FD || !FD->getIdentifier() || sharedVariable(F, *Call) != Shared)
      return false;
    return Barrier ? FD->getName() == "arrive_and_drop"
                   : FD->getName().starts_with("notify_");
  });
}

} // namespace cancel_tidy
