// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CallbackCycles.h"
#include "checks/core/CallResolver.h"
#include "checks/core/CycleCost.h"
#include "checks/core/CycleToken.h"
#include "checks/core/Unit.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// The cycle that Call makes of the last lambda it is given, which it runs
/// again and again.
static void addCycle(const FunctionAnalysis &F, const Expr &Call,
                     const ReachToken &Token,
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
  CycleCost Cost(*WorkAnalysis, Token, Nesting::Outermost);
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

void callbackCycles(const FunctionAnalysis &F,
                    std::vector<UncheckedCycle> &Out) {
  for (const Expr *Call : F.body().calls()) {
    RunnerKind Kind = F.costs().runner(*Call);
    if (Kind != RunnerKind::Each && Kind != RunnerKind::Forever)
      continue;
    std::optional<ReachToken> Token = tokenOfCycle(F, Call);
    if (!Token || F.isShielded(Call) || F.hasRegistration())
      continue;
    addCycle(F, *Call, *Token, Out);
  }
}

} // namespace cancel_tidy
