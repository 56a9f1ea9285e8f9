// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/LoopView.h"
#include "checks/core/LoopShape.h"
#include "checks/core/RepeatedTests.h"
#include "checks/core/RoundTests.h"
#include "checks/core/Unit.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// Whether an edge of B leads out of the loop.
static bool leadsOut(const FlowGraph &G, const CFGBlock &B,
                     const BitVector &Nodes) {
  for (unsigned Edge = 0; Edge < B.succ_size(); ++Edge)
    if (const CFGBlock *To = G.next(B, Edge);
        To && !Nodes.test(To->getBlockID()))
      return true;
  return false;
}

/// `if (isCancelled()) return;`, `while (!quit_)`: the loop looks at
/// something that no model knows. Whether it is the right thing cannot be
/// told.
static void stopWhereOthersAreAsked(const FunctionAnalysis &F, FlowView &V,
                                    const BitVector &Nodes) {
  for (unsigned N : Nodes.set_bits()) {
    const CFGBlock *B = F.graph()->block(N);
    const Expr *Cond = FlowGraph::conditionOf(*B);
    if (Cond && asksOthers(F, *Cond) && leadsOut(*F.graph(), *B, Nodes)) {
      V.Stops.set(N);
      // That the question itself may throw, into a handler that goes on, is
      // nothing to go by.
      anyWithin(Cond, [&](const Stmt &S) {
        const CFGBlock *Asks =
            isa<CallExpr>(S) ? F.graph()->blockOf(&S) : nullptr;
        if (Asks && Nodes.test(Asks->getBlockID()))
          V.Stops.set(Asks->getBlockID());
        return false;
      });
    }
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

/// The branches of Nodes that are taken once the token is cancelled, by the
/// node that asks. Of `done = stop.stop_requested() ? true : more()` the
/// assignment.
static SmallVector<std::pair<unsigned, const Stmt *>, 2>
branchesTaken(const FunctionAnalysis &F, const BitVector &Nodes,
              const Stmt &Loop) {
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
  return Branches;
}

namespace {

/// What the exits of a loop depend on.
struct ExitReads {
  SmallPtrSet<const ValueDecl *, 8> Variables;
  /// A member function of the object that cannot be seen into: any member.
  bool AnyMember = false;
};

/// Whether S writes what Reads names, itself or in a function that it calls on
/// the same object.
bool writesOneOf(const FunctionAnalysis &F, const Stmt &S,
                 const ExitReads &Reads, unsigned Depth = 0) {
  constexpr unsigned MaxDepth = 3;
  const bool OfObject =
      Reads.AnyMember || llvm::any_of(Reads.Variables, [](const auto *D) {
        return isa<FieldDecl>(D);
      });
  return anyWithin(&S, [&](const Stmt &Part) {
    if (const ValueDecl *D = writtenBy(Part))
      if (Reads.Variables.contains(D) || (Reads.AnyMember && isa<FieldDecl>(D)))
        return true;
    const auto *Call = dyn_cast<CXXMemberCallExpr>(&Part);
    const Expr *Object = Call ? Call->getImplicitObjectArgument() : nullptr;
    const CXXMethodDecl *M = Call ? Call->getMethodDecl() : nullptr;
    if (!OfObject || !M || M->isConst() || !Object ||
        !isa<CXXThisExpr>(Object->IgnoreParenImpCasts()))
      return false;
    const FunctionDecl *Def = M->isVirtual() ? nullptr : F.unit().bodyOf(*M);
    return !Def || (Depth < MaxDepth &&
                    writesOneOf(F, *Def->getBody(), Reads, Depth + 1));
  });
}

} // namespace

static ExitReads readsOfExits(const FunctionAnalysis &F,
                              const BitVector &Nodes) {
  ExitReads Reads;
  auto Collect = [&](const Stmt &S, bool Inside) {
    anyWithin(&S, [&](const Stmt &Part) {
      const ValueDecl *D = variableOf(&Part);
      if (D && (!Inside || isa<FieldDecl>(D)))
        Reads.Variables.insert(D);
      return false;
    });
  };
  for (unsigned N : Nodes.set_bits()) {
    const CFGBlock *B = F.graph()->block(N);
    const Stmt *Cond = B->getTerminatorCondition();
    if (!Cond || !leadsOut(*F.graph(), *B, Nodes))
      continue;
    Collect(*Cond, /*Inside=*/false);
    anyWithin(Cond, [&](const Stmt &Part) {
      const auto *Call = dyn_cast<CXXMemberCallExpr>(&Part);
      const Expr *Object = Call ? Call->getImplicitObjectArgument() : nullptr;
      if (!Object || !isa<CXXThisExpr>(Object->IgnoreParenImpCasts()) ||
          !Call->getMethodDecl())
        return false;
      if (const FunctionDecl *Def = F.unit().bodyOf(*Call->getMethodDecl()))
        Collect(*Def->getBody(), /*Inside=*/true);
      else
        Reads.AnyMember = true;
      return false;
    });
  }
  return Reads;
}

/// `if (stop.stop_requested()) state = Stopping;` leaves the loop when the
/// condition of an exit reads what is written there. So does a helper that asks
/// and writes.
static void stopWhereExitsAreSet(const FunctionAnalysis &F, FlowView &V,
                                 const BitVector &Nodes, const Stmt &Loop) {
  std::optional<ExitReads> Reads;
  auto SetsExit = [&](const Stmt &S) {
    if (!Reads)
      Reads = readsOfExits(F, Nodes);
    return writesOneOf(F, S, *Reads);
  };
  for (auto [N, Taken] : branchesTaken(F, Nodes, Loop))
    if (SetsExit(*Taken))
      V.Stops.set(N);
  for (unsigned N : Nodes.set_bits())
    for (const Stmt *S : F.graph()->elements(*F.graph()->block(N)))
      if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S))
        if (const FunctionSummary *Sum = F.summaryOf(*Call);
            Sum && Sum->Looks && SetsExit(*Call))
          V.Stops.set(N);
}

/// Whoever has seen the cancellation leaves: that a call on the way out may
/// throw, into a handler that goes on, is nothing to go by.
static void leaveWithoutThrowing(const FunctionAnalysis &F, FlowView &V,
                                 const BitVector &Nodes, const Stmt &Loop) {
  SmallPtrSet<const Stmt *, 8> Branches;
  for (auto [N, Taken] : branchesTaken(F, Nodes, Loop))
    Branches.insert(Taken);
  if (Branches.empty())
    return;
  auto IsInBranch = [&](const Stmt *S) {
    for (; S && S != &Loop; S = F.body().parent(S))
      if (Branches.contains(S))
        return true;
    return false;
  };
  for (unsigned N : Nodes.set_bits()) {
    const CFGBlock *B = F.graph()->block(N);
    const bool MayThrow =
        !B->getTerminatorStmt() && V.Successors[N].size() == 2;
    if (!MayThrow && (V.Thrown.empty() || V.Thrown[N].empty()))
      continue;
    const auto Elements = F.graph()->elements(*B);
    // What an await calls is nowhere in the body.
    if (llvm::none_of(Elements, IsInBranch) ||
        F.verdict(*B, &Loop).What != BlockVerdict::Normal)
      continue;
    if (!V.Thrown.empty())
      V.Thrown[N].clear();
    if (MayThrow && !isa<CXXThrowExpr>(Elements.back()))
      V.Successors[N].pop_back();
  }
}

/// `while (state != End) switch (state) { ... }` where some state looks: one
/// that writes the state hands the next round to another one.
static void stopWhereStatesChange(const FunctionAnalysis &F, FlowView &V,
                                  const BitVector &Nodes) {
  for (unsigned N : Nodes.set_bits()) {
    const auto *Switch =
        dyn_cast_or_null<SwitchStmt>(F.graph()->block(N)->getTerminatorStmt());
    const ValueDecl *State =
        Switch ? variableOf(Switch->getCond()->IgnoreParenImpCasts()) : nullptr;
    if (!State || !anyWithin(Switch->getBody(), [&](const Stmt &S) {
          const auto *Call = dyn_cast<CallExpr>(&S);
          return Call && F.tokens().queryOf(*Call).looks();
        }))
      continue;
    anyWithin(Switch->getBody(), [&](const Stmt &S) {
      const CFGBlock *B =
          writtenBy(S) == State ? F.graph()->blockOf(&S) : nullptr;
      if (B && Nodes.test(B->getBlockID()))
        V.Stops.set(B->getBlockID());
      return false;
    });
  }
}

FlowView viewOfLoop(const FunctionAnalysis &F, const Stmt &Loop,
                    const FlowGraph::LoopNodes &Round) {
  const BitVector &Nodes = Round.Nodes;
  FlowView V = F.view(/*Cancelled=*/true, &Loop);
  stopWhereExitsAreSet(F, V, Nodes, Loop);
  stopWhereOthersAreAsked(F, V, Nodes);
  stopWhereAssertionsFail(F, V, Nodes);
  stopWhereStatesChange(F, V, Nodes);
  leaveWithoutThrowing(F, V, Nodes, Loop);
  cutRoundsThatEnd(F, Loop, Nodes, V);
  cutContradictions(F, Nodes, *Round.Head, V);
  return V;
}

} // namespace cancel_tidy
