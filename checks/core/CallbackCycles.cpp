// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CallbackCycles.h"
#include "checks/core/CallResolver.h"
#include "checks/core/CycleCost.h"
#include "checks/core/CycleToken.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// Whether Loop does nothing but call Callable for each element.
static bool onlyCalls(const CXXForRangeStmt &Loop,
                      const ParmVarDecl &Callable) {
  bool Calls = false;
  const bool Leaves = anyWithin(Loop.getBody(), [&](const Stmt &S) {
    if (const auto *Call = dyn_cast<CallExpr>(&S)) {
      const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call);
      const Expr *Called = Op && Op->getOperator() == OO_Call
                               ? Op->getArg(0)
                               : Call->getCallee();
      Calls |= variableOf(Called->IgnoreParenImpCasts()) == &Callable;
    }
    return isa<BreakStmt, ReturnStmt, GotoStmt, CXXThrowExpr, IfStmt>(S);
  });
  return Calls && !Leaves;
}

/// Whether Call is one of a free function of the program that calls the lambda
/// it is given for each element: `for (auto &item : items) f(item);`.
static bool callsForEach(const FunctionAnalysis &F, const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!isa<CallExpr>(Call) || !FD || isa<CXXMethodDecl>(FD) || FD->isVariadic())
    return false;
  if (const FunctionDecl *Pattern = FD->getTemplateInstantiationPattern())
    FD = Pattern;
  const FunctionDecl *Def = nullptr;
  if (!FD->hasBody(Def) || F.sources().isInSystemHeader(Def->getLocation()))
    return false;
  const auto Args = writtenArgs(Call);
  for (unsigned I = 0; I < Args.size() && I < Def->getNumParams(); ++I) {
    if (!isa<LambdaExpr>(Args[I]->IgnoreUnlessSpelledInSource()))
      continue;
    const ParmVarDecl &P = *Def->getParamDecl(I);
    if (!P.isParameterPack() && anyWithin(Def->getBody(), [&](const Stmt &S) {
          const auto *Loop = dyn_cast<CXXForRangeStmt>(&S);
          return Loop && onlyCalls(*Loop, P);
        }))
      return true;
  }
  return false;
}

/// The cycle that Call makes of the last lambda it is given, which it runs
/// again and again.
static void addCycle(const FunctionAnalysis &F, const Expr &Call,
                     const ReachToken &Token, Nesting Where,
                     std::vector<UncheckedCycle> &Out) {
  const LambdaExpr *Work = nullptr;
  const FunctionAnalysis *WorkAnalysis = nullptr;
  for (const Expr *Arg : writtenArgs(Call)) {
    const Expr *Bare = Arg->IgnoreUnlessSpelledInSource();
    const auto *L = dyn_cast<LambdaExpr>(Bare);
    if (!L) {
      // A token, a policy made from one, or a callable made elsewhere: it
      // may look.
      if (F.reach().involves(Arg))
        return;
      continue;
    }
    if (L->isGenericLambda() || !L->getCallOperator())
      return;
    const FunctionAnalysis *A = F.unit().analysisOf(*L->getCallOperator());
    if (!A || !A->graph())
      return;
    Work = L;
    WorkAnalysis = A;
    const FunctionSummary *S = F.unit().summaryOf(*L->getCallOperator());
    if (!S)
      return;
    if (S->Looks && writtenArgs(Call).size() > 1 &&
        Arg != writtenArgs(Call).back())
      return; // the stop condition of do_until
  }
  if (!Work)
    return;
  const FlowGraph &G = *WorkAnalysis->graph();
  FlowView V = WorkAnalysis->view(/*Cancelled=*/true, Work->getBody());
  BitVector Live = V.reachableFrom(G.entry());
  if (!Live.test(G.exit()))
    return;
  CycleCost Cost(*WorkAnalysis, Token, Where);
  for (unsigned N : Live.set_bits())
    if (!V.Stops.test(N) && V.reachableFrom(N).test(G.exit()))
      Cost.add(*G.block(N), nullptr);
  if (!Cost.possible())
    return;
  UncheckedCycle Found;
  Found.Kind = UncheckedCycle::Shape::Callback;
  Found.Loop = &Call;
  Found.Where = calleeLocation(Call);
  Found.Token = Token;
  Found.When = Cost.condition();
  if (Found.When.size() > Condition::MaxAtoms)
    return;
  Found.Waits = Cost.Waits;
  Found.Costliest = Cost.Name;
  Found.CostliestCall = Cost.Call;
  const FunctionSummary *S = F.unit().summaryOf(*Work->getCallOperator());
  Found.OthersChecked = S && S->Looks;
  Out.push_back(std::move(Found));
}

static bool isInLoop(const FunctionAnalysis &F, const Expr &Call) {
  return llvm::any_of(F.body().loops(), [&](const Stmt *L) {
    return F.body().isWithin(&Call, L);
  });
}

void callbackCycles(const FunctionAnalysis &F,
                    std::vector<UncheckedCycle> &Out) {
  for (const Expr *Call : F.body().calls()) {
    const RunnerKind Kind = F.costs().runner(*Call);
    const bool Known = Kind == RunnerKind::Each || Kind == RunnerKind::Forever;
    if (!Known && (Kind != RunnerKind::None || isInLoop(F, *Call) ||
                   !callsForEach(F, *Call)))
      continue;
    std::optional<ReachToken> Token = tokenOfCycle(F, Call);
    if (!Token || F.isShielded(Call) || F.hasRegistration())
      continue;
    addCycle(F, *Call, *Token, Known ? Nesting::Outermost : Nesting::InLoop,
             Out);
  }
}

} // namespace cancel_tidy
