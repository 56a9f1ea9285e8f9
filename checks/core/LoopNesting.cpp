// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/LoopNesting.h"
#include "checks/core/CallResolver.h"
#include "checks/core/LoopView.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

Nesting LoopNesting::of(const Stmt &Loop, unsigned Depth) {
  Nesting Found = Nesting::Outermost;
  for (const Stmt *P = Body.parent(&Loop); P; P = Body.parent(P)) {
    if (!isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P) ||
        isNoLoop(*P, F.context()))
      continue;
    if (looksInEachRound(*P))
      return Nesting::InCheckedLoop;
    Found = Nesting::InLoop;
  }
  if (isCalledInCheckedLoops(Depth))
    return Nesting::InCheckedLoop;
  return Found == Nesting::Outermost && isBesideCheckedLoop(Loop)
             ? Nesting::BesideCheckedLoop
             : Found;
}

/// Whether A and B stand in different branches of an `if`: neither prepares
/// what the other one works on.
bool LoopNesting::areAlternatives(const Stmt &A, const Stmt &B) const {
  for (const auto *If = Body.enclosing<IfStmt>(&A); If;
       If = Body.enclosing<IfStmt>(If)) {
    const Stmt *Then = If->getThen(), *Else = If->getElse();
    if (Else && ((Body.isWithin(&A, Then) && Body.isWithin(&B, Else)) ||
                 (Body.isWithin(&A, Else) && Body.isWithin(&B, Then))))
      return true;
  }
  return false;
}

bool LoopNesting::isBesideCheckedLoop(const Stmt &Loop) {
  return llvm::any_of(askingLoops(), [&](const Stmt *Other) {
    return Other != &Loop && !Body.isWithin(Other, &Loop) &&
           !Body.isWithin(&Loop, Other) && !areAlternatives(Loop, *Other) &&
           looksInEachRound(*Other);
  });
}

llvm::ArrayRef<const Stmt *> LoopNesting::askingLoops() {
  if (!Asking) {
    Asking.emplace();
    llvm::SmallPtrSet<const Stmt *, 16> Seen;
    for (const Expr *Call : Body.calls())
      if (F.queryOf(*Call).looks())
        for (const Stmt *P = Body.parent(Call); P; P = Body.parent(P))
          if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P) &&
              Seen.insert(P).second && !isNoLoop(*P, F.context()))
            Asking->push_back(P);
  }
  return *Asking;
}

bool LoopNesting::isCalledInCheckedLoops(unsigned Depth) {
  constexpr unsigned MaxDepth = 4; // helpers of helpers
  if (!Body.lambda() || !F.outer() || Depth > MaxDepth)
    return false;
  if (!CalledInCheckedLoops) {
    CalledInCheckedLoops = false; // while it is being found out
    const VarDecl *Helper = helperOf(*Body.lambda(), F.outer()->body());
    bool Called = false;
    CalledInCheckedLoops =
        Helper &&
        callsStandInCheckedLoops(*Helper, *F.outer(), Called, Depth) && Called;
  }
  return *CalledInCheckedLoops;
}

const VarDecl *LoopNesting::helperOf(const LambdaExpr &L,
                                     const FunctionBody &In) {
  const Stmt *P = In.parent(&L);
  // std::function<void()> f = [] {}; f = [] {};
  while (
      isa_and_nonnull<CastExpr, MaterializeTemporaryExpr, ParenExpr,
                      CXXBindTemporaryExpr, ExprWithCleanups, CXXConstructExpr>(
          P))
    P = In.parent(P);
  if (const auto *D = dyn_cast_or_null<DeclStmt>(P)) {
    const auto *V =
        D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl()) : nullptr;
    return V && V->isLocalVarDecl() && V->hasLocalStorage() ? V : nullptr;
  }
  const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(P);
  if (!Op || Op->getOperator() != OO_Equal || Op->getNumArgs() != 2)
    return nullptr;
  const auto *Ref = dyn_cast<DeclRefExpr>(Op->getArg(0)->IgnoreParenImpCasts());
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return V && V->isLocalVarDecl() && V->hasLocalStorage() && isEmptyBefore(*V)
             ? V
             : nullptr;
}

bool LoopNesting::isEmptyBefore(const VarDecl &V) {
  const Expr *Init = V.getInit();
  const auto *New =
      dyn_cast_or_null<CXXConstructExpr>(Init ? Init->IgnoreImplicit() : Init);
  return !Init || (New && writtenArgs(*New).empty());
}

bool LoopNesting::callsStandInCheckedLoops(const VarDecl &Helper,
                                           const FunctionAnalysis &In,
                                           bool &Called, unsigned Depth) {
  if (In.body().isBroken() || !In.graph())
    return false;
  bool Given = Helper.getInit() && !isEmptyBefore(Helper);
  LoopNesting Around(In);
  for (const DeclRefExpr *Ref : In.body().references()) {
    if (Ref->getDecl() != &Helper)
      continue;
    const Expr *Named = Ref;
    const Stmt *Use = In.body().parent(Ref);
    while (isa_and_nonnull<ImplicitCastExpr, ParenExpr>(Use)) {
      Named = cast<Expr>(Use);
      Use = In.body().parent(Use);
    }
    if (const auto *L = dyn_cast_or_null<LambdaExpr>(Use)) {
      // A copy could be another one.
      if (const LambdaCapture *C = captureOf(*L, Helper);
          C && C->getCaptureKind() == LCK_ByRef)
        continue;
      return false;
    }
    const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(Use);
    if (!Op || Op->getArg(0) != Named)
      return false;
    if (Op->getOperator() == OO_Equal && &In == F.outer() && !Given) {
      Given = true;
      continue;
    }
    if (Op->getOperator() != OO_Call)
      return false;
    if (&In == &F)
      continue;
    Called = true;
    if (Around.of(*Op, Depth + 1) != Nesting::InCheckedLoop)
      return false;
  }
  for (const LambdaExpr *L : In.body().lambdas()) {
    if (!L->getCallOperator() || L->isGenericLambda())
      return false;
    const FunctionAnalysis *Inner = F.unit().analysisOf(*L->getCallOperator());
    if (!Inner || !callsStandInCheckedLoops(Helper, *Inner, Called, Depth))
      return false;
  }
  return true;
}

bool LoopNesting::looksInEachRound(const Stmt &Loop) {
  auto [It, New] = Checked.try_emplace(&Loop, false);
  if (!New)
    return It->second;
  FlowGraph::LoopNodes Nodes = F.graph()->nodesOf(Loop);
  if (!Nodes.Head)
    return false;
  FlowView V = viewOfLoop(F, Loop, Nodes);
  return It->second = V.cycleThrough(*Nodes.Head, Nodes.Nodes).none();
}

} // namespace cancel_tidy
