// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/ClosedObjects.h"
#include "checks/core/Names.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

using Closed = SmallVector<const ValueDecl *, 2>;

bool namesClose(StringRef Name) {
  return namesCleanup(Name) ||
         startsWithAny(Name, {"finish", "complete", "done", "end_of", "endof",
                              "mark", "set_done", "setdone"});
}

/// OfObject: S is in a function of the object that the work runs on, whose
/// variables are nobody else's.
void seeCall(const Stmt &S, bool OfObject, Closed &Out) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&S);
  const CXXMethodDecl *M = Call ? Call->getMethodDecl() : nullptr;
  if (!M)
    return;
  const Expr *Object = Call->getImplicitObjectArgument();
  if (isa<CXXThisExpr>(Object->IgnoreParenImpCasts())) {
    const FunctionDecl *Def = nullptr;
    if (!OfObject && M->hasBody(Def))
      anyWithin(Def->getBody(), [&](const Stmt &Inner) {
        seeCall(Inner, /*OfObject=*/true, Out);
        return false;
      });
    return;
  }
  if (M->isConst() || isOfStd(*M) || !M->getIdentifier() ||
      !namesClose(M->getName()))
    return;
  const ValueDecl *D = variableOf(Object);
  if (D && (isa<FieldDecl>(D) || !OfObject))
    Out.push_back(D);
}

} // namespace

Closed closedBy(const LambdaExpr &Work) {
  Closed Out;
  anyWithin(Work.getBody(), [&](const Stmt &S) {
    seeCall(S, /*OfObject=*/false, Out);
    return false;
  });
  return Out;
}

} // namespace cancel_tidy
