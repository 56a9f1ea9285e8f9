// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/SpawnedCallable.h"
#include "checks/core/Derivation.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace cancel_tidy {

namespace {

/// A bind expression: its first argument is what runs.
bool isBind(const Expr &E) {
  const FunctionDecl *FD = calleeOf(E);
  return FD && FD->getIdentifier() && FD->getName().starts_with("bind");
}

const CXXMethodDecl *callOperator(QualType T) {
  const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
  // std::function and its like say nothing of what they hold.
  if (!R || !R->hasDefinition() || R->isInStdNamespace())
    return nullptr;
  const CXXMethodDecl *Found = nullptr;
  for (const CXXMethodDecl *M : R->getDefinition()->methods())
    if (M->getOverloadedOperator() == OO_Call)
      Found = Found ? nullptr : M;
  return Found;
}

SpawnedCallable callableOf(const Costs &Table, const Expr *E,
                           unsigned Depth = 0) {
  E = bareToken(E);
  if (Depth > 4)
    return {};
  if (const auto *L = dyn_cast<LambdaExpr>(E))
    return {L, L->isGenericLambda() ? nullptr : L->getCallOperator()};
  // std::function<void()>(lambda)
  if (const auto *New = dyn_cast<CXXConstructExpr>(E)) {
    if (const CXXMethodDecl *Op = callOperator(New->getType()))
      return {nullptr, Op};
    return New->getNumArgs() == 1 ? callableOf(Table, New->getArg(0), Depth + 1)
                                  : SpawnedCallable();
  }
  if (isBind(*E)) {
    const auto Args = writtenArgs(*E);
    return Args.empty() ? SpawnedCallable()
                        : callableOf(Table, Args[0], Depth + 1);
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  if (!Ref)
    return {};
  if (const auto *FD = dyn_cast<FunctionDecl>(Ref->getDecl()))
    return {nullptr, FD};
  const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
  if (!V || !V->isLocalVarDecl())
    return {};
  if (const CXXMethodDecl *Op = callOperator(V->getType());
      Op && !Op->getParent()->isLambda())
    return {nullptr, Op};
  // What a packaged_task holds was judged where that was made.
  const CXXRecordDecl *R = V->getType()->getAsCXXRecordDecl();
  return V->getInit() && !(R && Table.spawns(*R))
             ? callableOf(Table, V->getInit(), Depth + 1)
             : SpawnedCallable();
}

/// A coroutine that is called for a spawner to run: co_spawn(io, session()).
const FunctionDecl *coroutineOf(const FunctionAnalysis &F, const Expr *E) {
  const Expr *Bare = bareToken(E);
  const FunctionDecl *FD = isa<CallExpr>(Bare) ? calleeOf(*Bare) : nullptr;
  const FunctionDecl *Def = FD ? F.unit().bodyOf(*FD) : nullptr;
  return Def && isa_and_nonnull<CoroutineBodyStmt>(Def->getBody()) ? FD
                                                                   : nullptr;
}

} // namespace

SpawnedCallable spawnedCallable(const FunctionAnalysis &F, const Expr &Call) {
  for (const Expr *A : writtenArgs(Call)) {
    if (SpawnedCallable Found = callableOf(F.costs(), A))
      return Found;
    if (const FunctionDecl *Coroutine = coroutineOf(F, A))
      return {nullptr, Coroutine};
  }
  return {};
}

} // namespace cancel_tidy
