// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CycleCost.h"
#include "checks/core/CallResolver.h"
#include "checks/core/Charges.h"
#include "checks/core/HandleGuards.h"
#include "checks/core/Names.h"
#include "checks/core/OwnWork.h"
#include "checks/core/ReadyWaits.h"
#include "checks/core/Unit.h"
#include "checks/core/Waits.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// `Q_EMIT progress(i)`: tells whoever listens. The macro is gone from the
/// tree.
static bool isEmitted(const FunctionAnalysis &F, const Expr &Call) {
  const SourceLocation Begin = Call.getBeginLoc();
  const FunctionDecl *FD = calleeOf(Call);
  if (!isa<CXXMemberCallExpr>(Call) || !FD ||
      !FD->getReturnType()->isVoidType() || !Begin.isFileID())
    return false;
  const auto [File, Offset] = F.sources().getDecomposedLoc(Begin);
  StringRef Before = F.sources().getBufferData(File).take_front(Offset).rtrim();
  return Before.consume_back("Q_EMIT") ||
         (Before.consume_back("emit") &&
          (Before.empty() || !isAlnum(Before.back())));
}

/// `reportProgress(i)`, `checkpoint()`: a place where the object itself may
/// look at its token.
static bool reportsProgress(const Expr &Call) {
  const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
  const FunctionDecl *FD = Member ? calleeOf(*Member) : nullptr;
  if (!FD || !FD->getIdentifier() ||
      !isa<CXXThisExpr>(
          Member->getImplicitObjectArgument()->IgnoreParenImpCasts()))
    return false;
  for (StringRef Name = FD->getName(); !Name.empty();)
    if (StringSwitch<bool>(takeWord(Name))
            .Cases("check", "checkpoint", "heartbeat", "poll", true)
            .Cases("progress", "tick", "yield", true)
            .Default(false))
      return true;
  return false;
}

void CycleCost::add(const CFGBlock &B, const Stmt *Loop) {
  BlockVerdict Verdict = F.verdict(B, Loop);
  for (const Stmt *S : F.graph()->elements(B)) {
    if (S == Verdict.At)
      return; // what follows is not run
    const auto *E = dyn_cast<Expr>(S);
    if (!E)
      continue;
    if (const auto *Await = dyn_cast<CoawaitExpr>(E)) {
      if (Awaits)
        addAwait(*Await);
      continue;
    }
    if (!isa<CallExpr, CXXConstructExpr>(E) || (!Awaits && isAwaited(*E)))
      continue;
    addCall(*E);
  }
}

void CycleCost::addCall(const Expr &E) {
  CallCost C = F.costOf(E);
  // result.wait_for(0s) only asks.
  if (C.Class == CostClass::Blocking && isa<CXXMemberCallExpr>(E) &&
      timeOf(F, E).Seconds == 0.0)
    return;
  if ((C.Class == CostClass::Blocking &&
       (isReadyResult(F, E) || (OfObject && joinsObjectsWork(F, E)))) ||
      ((C.Class == CostClass::Blocking || C.Class == CostClass::Long) &&
       isGuardedHandle(F, E)) ||
      (C.Class != CostClass::Cheap &&
       (isReadyInRound(F, E) || isTestHook(F, E))))
    return;
  if (onlyWaits() && C.Class == CostClass::Long && !C.Waits) {
    C.Class = CostClass::Unknown;
    C.Open = std::move(C.OpenWait);
  }
  if (C.Class == CostClass::Blocking ||
      (C.Class == CostClass::Long && !isLongestOfMany(E))) {
    if (Covered && Covered->contains(&E))
      return;
    Counted.push_back(&E);
    const bool Wait = C.Class == CostClass::Blocking;
    if (!Call || (Wait && !Waits)) {
      Call = &E;
      Name = C.Name;
      Waits = Wait;
    }
  } else if (C.Open) {
    if (isEmitted(F, E))
      return;
    if (llvm::any_of(MayLook,
                     [&](const Looker &L) { return L.USR == C.Open->USR; }))
      return;
    MayLook.push_back({C.Open->USR, OfObject && reportsProgress(E)});
    if (!Guess || isLongestOfMany(E) || isCheapInterface(E) ||
        (Covered && Covered->contains(&E)))
      return;
    Counted.push_back(&E);
    Open.push_back(*C.Open);
    // In a loop that is judged itself that one asks the same; see mergeNests().
    if (Where == Nesting::InCheckedLoop)
      Open.back().Fact = FactKind::Waits;
    Open.back().WhenUndefined &= Guess && (Where == Nesting::Outermost ||
                                           Costs::soundsLong(*calleeOf(E)));
    if (!OpenCall || (Open.back().WhenUndefined && !OpenCounts)) {
      OpenCall = &E;
      OpenCounts = Open.back().WhenUndefined;
    }
  }
}

Condition CycleCost::condition() const {
  Condition When;
  for (const Looker &L : MayLook)
    When.Clauses.push_back({{L.USR, FactKind::NeverLooks, !L.IfUndefined, {}}});
  if (!Call && !Open.empty())
    When.Clauses.push_back(Open);
  return When;
}

bool CycleCost::isAwaited(const Expr &Call) const {
  const Stmt *P = F.body().parent(&Call);
  while (isa_and_nonnull<Expr>(P) && !isa<CoawaitExpr, CallExpr>(P))
    P = F.body().parent(P);
  return isa_and_nonnull<CoawaitExpr>(P);
}

bool CycleCost::yields(const Expr &Awaited) {
  const FunctionDecl *FD = calleeOf(Awaited);
  const CXXRecordDecl *R = Awaited.getType()->getAsCXXRecordDecl();
  auto Named = [](const NamedDecl *D) {
    return D && D->getIdentifier() && D->getName().contains("yield");
  };
  return Named(FD) || Named(R);
}

void CycleCost::addAwait(const CoawaitExpr &Await) {
  const Expr *Operand = Await.getOperand()->IgnoreParenImpCasts();
  while (const auto *Temp = dyn_cast<FullExpr>(Operand))
    Operand = Temp->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *Temp = dyn_cast<MaterializeTemporaryExpr>(Operand))
    Operand = Temp->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Operand))
    Operand = Bind->getSubExpr()->IgnoreParenImpCasts();
  std::string Callee = "co_await";
  if (isTestHook(F, Await) || yields(*Operand))
    return;
  if (isa<CallExpr>(Operand)) {
    if (F.costs().listed(*Operand) == CostClass::Cheap)
      return;
    Callee = calleeName(*Operand);
  }
  if (!Call) {
    Call = &Await;
    Name = Callee;
    Waits = true;
  }
}

bool CycleCost::isLongestOfMany(const Expr &E) const {
  const auto *M = dyn_cast_or_null<CXXMethodDecl>(calleeOf(E));
  return Where == Nesting::InCheckedLoop && M && M->isVirtual() &&
         !Costs::soundsLong(*M) && F.costs().listed(E) == CostClass::Unknown;
}

bool CycleCost::isCheapInterface(const Expr &E) {
  const auto *M = dyn_cast_or_null<CXXMethodDecl>(calleeOf(E));
  return M && M->isVirtual() && Costs::looksCheap(*M);
}

} // namespace cancel_tidy
