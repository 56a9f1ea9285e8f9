// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CyclePath.h"
#include "checks/core/LoopShape.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include <deque>

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

std::vector<unsigned> shortestWay(unsigned From, unsigned To,
                                  const BitVector &Within, const FlowView &V) {
  std::vector<int> Before(V.Successors.size(), -1);
  std::deque<unsigned> Queue{From};
  bool Arrived = false;
  while (!Queue.empty() && !Arrived) {
    unsigned N = Queue.front();
    Queue.pop_front();
    V.forEachNext(N, [&](unsigned S) {
      if (Arrived || !Within.test(S) || Before[S] >= 0)
        return;
      Before[S] = N;
      Arrived = S == To;
      Queue.push_back(S);
    });
  }
  std::vector<unsigned> Way;
  if (!Arrived)
    return Way;
  for (unsigned N = To;;) {
    Way.push_back(N);
    N = Before[N];
    if (N == From) {
      Way.push_back(From);
      break;
    }
    if (Way.size() > V.Successors.size())
      break;
  }
  std::reverse(Way.begin(), Way.end());
  return Way;
}

void describePath(const FunctionAnalysis &F, UncheckedCycle &Found,
                  const BitVector &Cycle, const FlowView &V, unsigned Head) {
  unsigned Via = Head;
  if (const Expr *Call =
          Found.CostliestCall ? Found.CostliestCall : Found.OpenCall)
    if (const CFGBlock *B = F.graph()->blockOf(Call);
        B && Cycle.test(B->getBlockID()))
      Via = B->getBlockID();
  std::vector<unsigned> Way = shortestWay(Head, Via, Cycle, V);
  std::vector<unsigned> Rest = shortestWay(Via, Head, Cycle, V);
  if (Via != Head && !Rest.empty())
    Way.insert(Way.end(), Rest.begin() + 1, Rest.end());
  else if (Via == Head)
    Way = Rest;
  constexpr unsigned MaxSteps = 6;
  for (size_t I = 0; I + 1 < Way.size(); ++I) {
    const CFGBlock *B = F.graph()->block(Way[I]);
    if (!is_contained(V.Successors[Way[I]], Way[I + 1])) {
      if (const Stmt *S = F.graph()->thrower(Way[I], Way[I + 1]);
          S && Found.Path.size() < MaxSteps)
        Found.Path.push_back({S->getBeginLoc(), "when this throws ..."});
      continue;
    }
    const Expr *Cond = FlowGraph::conditionOf(*B);
    if (Cond && Found.Path.size() < MaxSteps &&
        Cond != conditionOfLoop(*Found.Loop) &&
        !isa_and_nonnull<CXXForRangeStmt>(B->getTerminatorStmt())) {
      const CFGBlock *True = F.graph()->next(*B, 0);
      bool Taken = True && True->getBlockID() == Way[I + 1];
      if (Cond->getExprLoc().isValid())
        Found.Path.push_back(
            {Cond->getExprLoc(),
             Taken ? "when this is true ..." : "when this is false ..."});
    }
    if (const Stmt *T = B->getTerminatorStmt();
        isa_and_nonnull<ContinueStmt>(T))
      Found.Path.push_back(
          {T->getBeginLoc(), "... 'continue' starts the next round"});
  }
}

} // namespace cancel_tidy
