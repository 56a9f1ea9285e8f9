// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What calling a function costs, and what its body makes known to its callers.
#include "checks/core/Charges.h"
#include "checks/core/Deafness.h"
#include "checks/core/ForkedChild.h"
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/HeavyLoops.h"
#include "checks/core/LoopShape.h"
#include "checks/core/Names.h"
#include "checks/core/ReadyWaits.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Whether the name says that FD gets something ready, or makes an object: the
/// work comes after it, so that it is not taken for long by guess.
bool namesPreparation(const FunctionDecl &FD) {
  if (!FD.getIdentifier())
    return false;
  StringRef Name = FD.getName();
  const std::string First = takeWord(Name);
  // A factory. What creates and gives back nothing, or whether it went well,
  // has done the work: `bool createIndex(...)`.
  if (First == "create") {
    QualType Result = FD.getReturnType().getNonReferenceType();
    return Result->isAnyPointerType() || Result->getAsCXXRecordDecl();
  }
  return StringSwitch<bool>(First)
      .Cases("configure", "init", "initialise", "initialize", true)
      .Cases("prepare", "register", "setup", true)
      .Default(false);
}

} // namespace

CallCost FunctionAnalysis::costOf(const Expr &Call) const {
  CallCost Cost;
  if (tokens().queryOf(Call))
    return Cost;
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD)
    return Cost; // function pointers are unknown; pseudo-destructors are cheap
  Cost.Name = FD->getIdentifier() ? FD->getName().str() : FD->getNameAsString();
  Cost.Class = costs().listed(Call);
  if (Cost.Class == CostClass::Blocking && isToldNotToWait(*this, Call))
    Cost.Class = CostClass::Cheap; // waitpid(pid, &status, WNOHANG)
  if (Cost.Class != CostClass::Unknown)
    return Cost;
  Cost.Class = CostClass::Cheap;
  // A token that also takes messages or progress.
  if (const Expr *Object = objectOf(Call);
      Object &&
      tokens().classify(Object->IgnoreParenImpCasts()->getType()).Token)
    return Cost;
  if (FD->isImplicit() || FD->isDefaulted() || FD->isTrivial() ||
      FD->isConstexpr() || FD->isDependentContext())
    return Cost;
  // A lazy task does nothing before it is awaited, and it passes the token on.
  if (tokens().isAmbientTask(Call.getType()))
    return Cost;
  if (FD->getCanonicalDecl() == decl().getCanonicalDecl() ||
      isNeverCharged(*FD) || isMadeOnce(*this, Call) ||
      isFutureCollected(*this, Call))
    return Cost;
  const auto *M = dyn_cast<CXXMethodDecl>(FD);
  const bool Virtual = M && M->isVirtual();
  auto LeaveOpen = [&](bool WhenUndefined) {
    std::string USR = usrOf(*FD->getCanonicalDecl());
    if (USR.empty())
      return;
    Cost.Class = CostClass::Unknown;
    Cost.Open = Atom{std::move(USR), FactKind::Long, WhenUndefined, Cost.Name};
  };
  if (!Virtual && U.bodyOf(*FD)) {
    const FunctionSummary *S = U.summaryOf(*FD);
    if (!S)
      return Cost; // recursion or too deep: counts as nothing
    if (S->Long) {
      Cost.Class = CostClass::Long;
      Cost.Waits = S->Waits;
      if (!S->Waits && (!S->LongIfAny.empty() || !S->WaitsIfAny.empty()))
        if (std::string USR = usrOf(*FD->getCanonicalDecl()); !USR.empty())
          Cost.OpenWait =
              Atom{std::move(USR), FactKind::Waits, false, Cost.Name};
      return Cost;
    }
    if (!S->LongIfAny.empty() || !S->LooksIfAny.empty())
      LeaveOpen(false);
    return Cost;
  }
  const bool Library = sources().isInSystemHeader(FD->getLocation());
  if (Library && FD->isExternC())
    return Cost;
  bool LooksCheap = Costs::looksCheap(*FD) || Costs::calculates(*FD) ||
                    namesPreparation(*FD) ||
                    (Library && !Costs::soundsLong(*FD));
  // A builder: what is done to a value that lives in this function only, if it
  // is not the work that the object was made for: `Solver s(a); s.perform();`.
  if (const Expr *Object = objectOf(Call);
      Object && !Virtual && !Costs::namesOperation(*FD))
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Object->IgnoreParenImpCasts()))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
          V && V->isLocalVarDecl() && !V->getType()->isReferenceType() &&
          !V->getType()->isPointerType())
        LooksCheap = true;
  LeaveOpen(!LooksCheap);
  return Cost;
}

bool FunctionAnalysis::isInLoop(const Stmt &S) const {
  return llvm::any_of(Body.loops(), [&](const Stmt *L) {
    return L != &S && Body.isWithin(&S, L) && !isNoLoop(*L, context());
  });
}

/// Adds that calling Callee may run long, if others say so.
static void addOpenCost(FunctionSummary &S, const Atom &Open, bool Counts) {
  auto It = llvm::find_if(S.LongIfAny,
                          [&](const Atom &A) { return A.USR == Open.USR; });
  if (It != S.LongIfAny.end()) {
    It->WhenUndefined |= Counts;
    return;
  }
  S.LooksIfAny.push_back(Open.USR);
  S.LongIfAny.push_back(Open);
  S.LongIfAny.back().WhenUndefined = Counts;
}

void FunctionAnalysis::summariseCall(const Expr &Call,
                                     FunctionSummary &S) const {
  const bool AnyToken = tokens().anyVisible();
  if (AnyToken) {
    Query Q = queryOf(Call);
    if (Q.looks() || Q.Kind == QueryKind::Register)
      S.Looks = true;
    if (Q)
      return;
    if (!S.Looks && evaluatesToken(Call))
      S.Looks = true;
  }
  if (isInForkedChild(*this, Call))
    return;
  CallCost Cost = costOf(Call);
  const FunctionSummary *Callee = summaryOf(Call);
  if ((Cost.Class == CostClass::Long || Cost.Class == CostClass::Blocking) &&
      !isMadeOnce(*this, Call) && !isUncontended(*this, Call) &&
      !(costs().isStep(Call) && !isInLoop(Call))) {
    // A wait is the better reason.
    if (!S.Long || (Cost.Waits && !S.Waits)) {
      S.LongBecause = Cost.Name;
      // A callee with a body here says more by its own facts.
      S.LongVia = Callee && Callee->Long
                      ? usrOf(*calleeOf(Call)->getCanonicalDecl())
                      : "";
    }
    S.Long = true;
    S.Waits |= Cost.Waits;
    if (Cost.OpenWait && llvm::none_of(S.WaitsIfAny, [&](const Atom &A) {
          return A.USR == Cost.OpenWait->USR;
        }))
      S.WaitsIfAny.push_back(*Cost.OpenWait);
  }
  if (Cost.Open) {
    // What a library's inline code calls that nobody here defines is taken for
    // cheap: how it is built says nothing about what it costs.
    const bool Own =
        sources().isInMainFile(sources().getFileLoc(decl().getLocation())) &&
        !decl().isTemplateInstantiation();
    // One guess on top of another one is too many: what nobody defines makes
    // the caller long only if it sounds so, or in a loop.
    addOpenCost(S, *Cost.Open,
                Own && Cost.Open->WhenUndefined &&
                    (Costs::soundsLong(*calleeOf(Call)) || isInLoop(Call)));
  }
  if (Callee && AnyToken)
    S.Looks |= Callee->Looks;
}

/// The bool that is returned once the token is cancelled, or while it is not,
/// if it is always the same.
std::optional<bool> FunctionAnalysis::returned(bool Cancelled) const {
  const FlowGraph *G = graph();
  BitVector Live = view(Cancelled).reachableFrom(G->entry());
  std::optional<bool> Result;
  for (const Stmt *Any : Body.allStatements()) {
    const auto *R = dyn_cast<ReturnStmt>(Any);
    const CFGBlock *B = R ? G->blockOf(R) : nullptr;
    if (!B || !Live.test(B->getBlockID()))
      continue;
    std::optional<bool> One;
    if (R->getRetValue()) {
      One = answer(R->getRetValue(), Cancelled);
      if (const auto *Lit =
              dyn_cast<CXXBoolLiteralExpr>(stripped(R->getRetValue())))
        One = Lit->getValue();
    }
    if (!One || (Result && *Result != *One))
      return std::nullopt;
    Result = One;
  }
  return Result;
}

/// Whether the block goes to the exit other than by an exception.
static bool returns(const CFGBlock &B, const FlowGraph &G) {
  // Exception edges lead to the exit, too: count returns and falls.
  unsigned ToExit = 0;
  for (const auto &N : B.succs())
    ToExit += N.getReachableBlock() == &G.cfg().getExit();
  if (B.succ_size() > 1 && ToExit < 2 && !FlowGraph::conditionOf(B))
    return false;
  return llvm::none_of(G.elements(B),
                       [](const Stmt *E) { return isa<CXXThrowExpr>(E); });
}

/// Waits and callees with the token end a way, but they do return; only checks
/// that throw keep the exit from being reached.
bool FunctionAnalysis::throwsWhenCancelled() const {
  const FlowGraph *G = graph();
  FlowView V =
      G->view([&](const Expr &E) { return answer(&E, true); },
              [&](const CFGBlock &B) {
                BlockVerdict W = verdict(B, nullptr);
                return W.What == BlockVerdict::Throws ? W : BlockVerdict();
              },
              [&](const CXXCatchStmt &C) {
                return tokens().catchesCancellation(C.getCaughtType());
              });
  BitVector Live = V.reachableFrom(G->entry());
  return llvm::none_of(G->cfg().getExit().preds(), [&](const auto &P) {
    const CFGBlock *B = P.getReachableBlock();
    return B && Live.test(B->getBlockID()) && !V.Stops.test(B->getBlockID()) &&
           llvm::is_contained(V.Successors[B->getBlockID()], G->exit()) &&
           returns(*B, *G);
  });
}

FunctionSummary FunctionAnalysis::summarise() const {
  FunctionSummary S;
  if (Body.isBroken()) {
    S.Looks = true; // it may, in what Clang left out
    return S;
  }
  for (const Expr *Call : Body.calls())
    summariseCall(*Call, S);
  if (tokens().anyVisible())
    for (const LambdaExpr *L : Body.lambdas())
      if (L->getCallOperator() && !L->isGenericLambda())
        if (const FunctionSummary *Inner = U.summaryOf(*L->getCallOperator()))
          S.Looks |= Inner->Looks;
  // The step of a range-for is written nowhere.
  for (const Stmt *L : Body.loops())
    if (const auto *Range = dyn_cast<CXXForRangeStmt>(L))
      if (const auto *Step = dyn_cast_or_null<CallExpr>(Range->getInc()))
        summariseCall(*Step, S);
  for (const Stmt *L : Body.loops())
    if (neverEnds(*L, context()) && !isInForkedChild(*this, *L)) {
      S.Long = S.Waits = true;
      S.LongBecause = "an endless loop";
      S.LongVia.clear();
    }
  if (!S.Waits && readsInBlocks(*this)) {
    S.Long = S.Waits = true;
    S.LongBecause = "a loop over a file";
    S.LongVia.clear();
  }
  if (!S.Long && calculatesLong(*this)) {
    S.Long = true;
    S.LongBecause = "a nest of loops";
  }
  if (!S.Looks) {
    Deafness Deaf = deafnessOf(*this);
    S.DeafEnds = std::move(Deaf.Ends);
    S.DeafIfAny = std::move(Deaf.IfAny);
  }
  if (!S.Looks || decl().isDependentContext() || !graph())
    return S;
  if (decl().getReturnType()->isBooleanType()) {
    S.WhenCancelled = returned(true);
    S.WhenRunning = returned(false);
    if (S.WhenCancelled && S.WhenRunning && *S.WhenCancelled == *S.WhenRunning)
      S.WhenCancelled = S.WhenRunning = std::nullopt;
  }
  S.ThrowsWhenCancelled = throwsWhenCancelled();
  return S;
}

} // namespace cancel_tidy
