// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/ReadyResults.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/LoopShape.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// if (f.wait_for(0s) == ready) f.get(): what is taken is there. A loop between
/// the two would ask for more than the one that was ready.
static bool isFoundBefore(const FunctionAnalysis &F, const Expr &Wait) {
  const Expr *Object = objectOf(Wait);
  const std::string Text = Object ? textOf(F, *Object) : "";
  const Stmt *Child = &Wait;
  for (const Stmt *P = F.body().parent(Child); P && !Text.empty();
       Child = P, P = F.body().parent(P)) {
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
      return false;
    const auto *If = dyn_cast<IfStmt>(P);
    if (If && Child == If->getThen() &&
        anyWithin(If->getCond(), [&](const Stmt &S) {
          const auto *Is = dyn_cast<BinaryOperator>(&S);
          if (!Is || Is->getOpcode() != BO_EQ)
            return false;
          const auto *Asked =
              dyn_cast<CallExpr>(Is->getLHS()->IgnoreImplicit());
          const auto *State =
              dyn_cast<DeclRefExpr>(Is->getRHS()->IgnoreImplicit());
          const Expr *Same = Asked ? objectOf(*Asked) : nullptr;
          return Same && State && State->getDecl()->getIdentifier() &&
                 State->getDecl()->getName() == "ready" &&
                 textOf(F, *Same) == Text;
        }))
      return true;
  }
  return false;
}

/// The object of a member call as it is written, without `std::move()`.
static std::string movedObjectText(const FunctionAnalysis &F,
                                   const Expr &Call) {
  const Expr *Object = objectOf(Call);
  if (!Object)
    return {};
  if (const auto *Move = dyn_cast<CallExpr>(Object->IgnoreParenImpCasts());
      Move && Move->isCallToStdMove())
    Object = Move->getArg(0);
  return textOf(F, *Object->IgnoreParenImpCasts());
}

static bool leaves(const Stmt *Branch) {
  return Branch && anyWithin(Branch, [](const Stmt &S) {
           return isa<ContinueStmt, ReturnStmt, BreakStmt, CXXThrowExpr>(S);
         });
}

/// Whether Wait is only reached once Ask has said yes: `if (ask) wait;`,
/// `if (!ask) return; wait;`, `while (!ask) ...; wait;`, and a `break` that
/// leads there.
static bool isBehindYes(const FunctionBody &Body, const Expr &Ask,
                        const Expr &Wait) {
  bool No = false;
  for (const Stmt *S = &Ask, *P = Body.parent(S); P;
       S = P, P = Body.parent(P)) {
    if (const auto *Not = dyn_cast<UnaryOperator>(P))
      No ^= Not->getOpcode() == UO_LNot;
    if (isa<WhileStmt, ForStmt, DoStmt>(P))
      return No && S != bodyOfLoop(*P) && !Body.isWithin(&Wait, P);
    const auto *If = dyn_cast<IfStmt>(P);
    if (!If)
      continue;
    if (S != If->getCond())
      return false;
    if (Body.isWithin(&Wait, If->getThen()))
      return !No;
    if (If->getElse() && Body.isWithin(&Wait, If->getElse()))
      return No;
    if (No)
      return leaves(If->getThen());
    for (P = Body.parent(P); P; P = Body.parent(P))
      if (isa<WhileStmt, ForStmt, DoStmt>(P))
        return leaves(If->getThen()) && !Body.isWithin(&Wait, P);
    return false;
  }
  return false;
}

/// `while (!isReady(result)) ...; result.get()`: a helper asks, or waits with a
/// limit; or the result itself: `if (result.isReady())`, `!task.is_done()`.
static bool isAskedReady(const FunctionAnalysis &F, const Expr &Wait) {
  const std::string Text = movedObjectText(F, Wait);
  return !Text.empty() && llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    const FunctionDecl *FD = calleeOf(*Call);
    if (!FD || !FD->getIdentifier() ||
        !F.sources().isBeforeInTranslationUnit(Call->getBeginLoc(),
                                               Wait.getBeginLoc()))
      return false;
    const bool Asks = FD->getName().contains_insensitive("ready");
    if (objectOf(*Call) && movedObjectText(F, *Call) == Text)
      return (Asks || FD->getName() == "is_done" || FD->getName() == "isDone" ||
              FD->getName() == "isFinished") &&
             isBehindYes(F.body(), *Call, Wait);
    return Asks && llvm::any_of(writtenArgs(*Call), [&](const Expr *A) {
             return textOf(F, *A->IgnoreImpCasts()) == Text;
           });
  });
}

/// `std::move(result).within(500ms).get()`
static bool isGivenLimit(const Expr &Wait) {
  const Expr *Object = objectOf(Wait);
  const auto *Limit = dyn_cast_or_null<CXXMemberCallExpr>(
      Object ? Object->IgnoreUnlessSpelledInSource() : nullptr);
  const FunctionDecl *FD = Limit ? calleeOf(*Limit) : nullptr;
  return FD && FD->getIdentifier() && FD->getName() == "within";
}

bool isFoundReady(const FunctionAnalysis &F, const Expr &Wait) {
  return isFoundBefore(F, Wait) || isAskedReady(F, Wait) || isGivenLimit(Wait);
}

} // namespace cancel_tidy
