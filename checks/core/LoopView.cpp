// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/LoopView.h"
#include "checks/core/LoopShape.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// `if (isCancelled()) return;`, `while (!quit_)`: the loop looks at
/// something that no model knows. Whether it is the right thing cannot be
/// told.
static void stopWhereOthersAreAsked(const FunctionAnalysis &F, FlowView &V,
                                    const BitVector &Nodes) {
  for (unsigned N : Nodes.set_bits()) {
    const CFGBlock *B = F.graph()->block(N);
    const Expr *Cond = FlowGraph::conditionOf(*B);
    if (Cond && asksOthers(F, *Cond) &&
        llvm::any_of(B->succs(), [&](const auto &S) {
          return S.getReachableBlock() &&
                 !Nodes.test(S.getReachableBlock()->getBlockID());
        }))
      V.Stops.set(N);
  }
}

/// `ASSERT(item, continue);`: what goes on there has failed already.
static void stopWhereAssertionsFail(const FunctionAnalysis &F, FlowView &V,
                                    const BitVector &Nodes) {
  for (unsigned N : Nodes.set_bits()) {
    const Stmt *Last = F.graph()->block(N)->getTerminatorStmt();
    if (isa_and_nonnull<ContinueStmt>(Last) && Last->getBeginLoc().isMacroID())
      V.Stops.set(N);
  }
}

/// `if (stop.stop_requested()) state = Stopping;` leaves the loop when the
/// condition of an exit reads what is written there.
static void stopWhereExitsAreSet(const FunctionAnalysis &F, FlowView &V,
                                 const BitVector &Nodes, const Stmt &Loop) {
  SmallVector<std::pair<unsigned, const Stmt *>, 2> Branches;
  for (unsigned N : Nodes.set_bits()) {
    const CFGBlock *B = F.graph()->block(N);
    const Expr *Cond = FlowGraph::conditionOf(*B);
    std::optional<bool> A =
        Cond ? F.answer(Cond, /*Cancelled=*/true, &Loop) : std::nullopt;
    if (!A)
      continue;
    const Stmt *T = B->getTerminatorStmt();
    if (const auto *If = dyn_cast_or_null<IfStmt>(T)) {
      if (const Stmt *Taken = *A ? If->getThen() : If->getElse())
        Branches.push_back({N, Taken});
    } else if (isa_and_nonnull<ConditionalOperator>(T)) {
      const Stmt *P = T;
      while (isa_and_nonnull<Expr>(P) && !isa<BinaryOperator>(P))
        P = F.body().parent(P);
      if (P)
        Branches.push_back({N, P});
    }
  }
  if (Branches.empty())
    return;
  SmallPtrSet<const ValueDecl *, 8> Read;
  for (unsigned N : Nodes.set_bits()) {
    const CFGBlock *B = F.graph()->block(N);
    const Stmt *Cond = B->getTerminatorCondition();
    if (Cond && llvm::any_of(B->succs(), [&](const auto &S) {
          return S.getReachableBlock() &&
                 !Nodes.test(S.getReachableBlock()->getBlockID());
        }))
      anyWithin(Cond, [&](const Stmt &S) {
        if (const ValueDecl *D = variableOf(&S))
          Read.insert(D);
        return false;
      });
  }
  for (auto [N, Taken] : Branches)
    if (anyWithin(Taken, [&](const Stmt &S) {
          const ValueDecl *D = writtenBy(S);
          return D && Read.contains(D);
        }))
      V.Stops.set(N);
}

FlowView viewOfLoop(const FunctionAnalysis &F, const Stmt &Loop,
                    const BitVector &Nodes) {
  FlowView V = F.view(/*Cancelled=*/true, &Loop);
  stopWhereExitsAreSet(F, V, Nodes, Loop);
  stopWhereOthersAreAsked(F, V, Nodes);
  stopWhereAssertionsFail(F, V, Nodes);
  return V;
}

} // namespace cancel_tidy
