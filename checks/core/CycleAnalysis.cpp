// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CycleAnalysis.h"
#include "checks/core/CallResolver.h"
#include "checks/core/CallbackCycles.h"
#include "checks/core/CycleCost.h"
#include "checks/core/CycleNests.h"
#include "checks/core/CyclePath.h"
#include "checks/core/CycleToken.h"
#include "checks/core/Handlers.h"
#include "checks/core/LoopNesting.h"
#include "checks/core/LoopShape.h"
#include "checks/core/LoopView.h"
#include "checks/core/OwnWork.h"
#include "checks/core/PlainData.h"
#include "checks/core/RoundCount.h"
#include "checks/core/Unit.h"
#include "checks/core/WorkLists.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

unsigned depthOf(const FunctionBody &Body, const Stmt *S) {
  unsigned D = 0;
  for (; S; S = Body.parent(S))
    ++D;
  return D;
}

class CycleFinder {
public:
  explicit CycleFinder(const FunctionAnalysis &F)
      : F(F), Body(F.body()), Around(F) {}

  std::vector<UncheckedCycle> run() {
    callbackCycles(F, Out);
    if (!F.graph())
      return std::move(Out);
    Cut.resize(F.graph()->size());
    std::vector<const Stmt *> Loops(Body.loops().begin(), Body.loops().end());
    llvm::stable_sort(Loops, [&](const Stmt *A, const Stmt *B) {
      return depthOf(Body, A) > depthOf(Body, B);
    });
    for (const Stmt *L : Loops)
      loop(*L);
    mergeNests(Out, Body, [&](const Stmt &Loop) {
      return nestingOf(Loop) == Nesting::InJudgedLoop;
    });
    gotos();
    recursion();
    llvm::stable_sort(
        Out, [&](const UncheckedCycle &A, const UncheckedCycle &B) {
          return F.sources().isBeforeInTranslationUnit(A.Where, B.Where);
        });
    return std::move(Out);
  }

private:
  /// Judges a cycle's nodes; fills Cycle and says whether to report it.
  /// Likely: and that the loops around need no check of their own then.
  bool judge(UncheckedCycle &Cycle, const BitVector &Nodes, const FlowView &V,
             const Stmt *Loop, bool EndlessCondition, bool &Likely) {
    CycleCost Cost(F, Cycle.Token, Loop ? nestingOf(*Loop) : Nesting::Outermost,
                   &Covered);
    bool Leaves = false;
    for (unsigned N : Nodes.set_bits()) {
      Cost.add(*F.graph()->block(N), Loop);
      for (unsigned S : V.Successors[N])
        Leaves |= !Nodes.test(S) && !isExceptionEdge(N, S);
    }
    Cycle.Endless = EndlessCondition && !Leaves;
    if (!Cost.possible() && !Cycle.Endless)
      return false;
    Cycle.When = Cost.condition();
    // An endless cycle is worth a report whatever its callees cost.
    if (Cycle.Endless && !Cost.certain() && !Cycle.When.Clauses.empty() &&
        !Cost.Open.empty())
      Cycle.When.Clauses.pop_back();
    if (Cycle.When.size() > Condition::MaxAtoms)
      return false;
    Cycle.Waits = Cost.Waits;
    Cycle.Costliest = Cost.Name;
    Cycle.CostliestCall = Cost.Call;
    Cycle.OpenCall = Cost.OpenCall;
    Likely = Cost.likely() || Cycle.Endless;
    if (Likely)
      Covered.insert(Cost.Counted.begin(), Cost.Counted.end());
    return true;
  }

  bool isExceptionEdge(unsigned From, unsigned To) const {
    const CFGBlock *B = F.graph()->block(From);
    return To == F.graph()->exit() && B->succ_size() > 1 &&
           !FlowGraph::conditionOf(*B);
  }

  /// A way round a loop on which nothing looks.
  struct WayRound {
    ReachToken Token;
    FlowGraph::LoopNodes Nodes;
    FlowView View;
    BitVector Cycle;
  };

  /// That of Loop, if it is one of those that have to look.
  std::optional<WayRound> wayRound(const Stmt &Loop) {
    if (isNoLoop(Loop, F.context()) || isShortLoop(Loop, F))
      return std::nullopt;
    const Stmt *LoopBody = bodyOfLoop(Loop);
    if (!LoopBody)
      return std::nullopt;
    std::optional<ReachToken> Token = tokenOfCycle(F, LoopBody);
    if (!Token || F.isShielded(&Loop) || F.hasRegistration())
      return std::nullopt;
    // Who holds a carrier, and no token, is not asked to end half done.
    if (Token->From == ReachToken::Origin::Carrier &&
        (folds(Loop, F) || stepsGivenCursor(Loop, *Token->Root)))
      return std::nullopt;
    if (const auto *Range = dyn_cast<CXXForRangeStmt>(&Loop))
      if (Range->getRangeInit() && F.reach().involves(Range->getRangeInit()) &&
          !isCarriedData(*Range->getRangeInit()))
        return std::nullopt; // the range's iterator holds the token
    if (hasStaleAnswer(Loop))
      return std::nullopt; // cancel-stale-check's
    if (isBatch(Loop, F) && Around.of(Loop) == Nesting::InCheckedLoop)
      return std::nullopt;
    FlowGraph::LoopNodes Nodes = F.graph()->nodesOf(Loop);
    if (!Nodes.Head)
      return std::nullopt;
    FlowView V = viewOfLoop(F, Loop, Nodes);
    V.Stops |= Cut;
    BitVector Cycle = V.cycleThrough(*Nodes.Head, Nodes.Nodes);
    if (Cycle.none()) {
      leaveCondition(Loop);
      return std::nullopt;
    }
    if (isSwallowedOn(Cycle) || // cancel-swallowed-exception's
        drains(F, Loop, queueTests()))
      return std::nullopt;
    return WayRound{*Token, std::move(Nodes), std::move(V), std::move(Cycle)};
  }

  /// What stands around Loop. Of a nest in which no loop looks, the outermost
  /// one has to that is judged at all.
  Nesting nestingOf(const Stmt &Loop) {
    const Nesting Found = Around.of(Loop);
    if (Found != Nesting::InLoop)
      return Found;
    for (const Stmt *P = Body.parent(&Loop); P; P = Body.parent(P)) {
      if (!isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
        continue;
      auto [It, New] = HasToLook.try_emplace(P, false);
      if (New)
        It->second = wayRound(*P).has_value();
      if (It->second)
        return Nesting::InJudgedLoop;
    }
    return Found;
  }

  void loop(const Stmt &Loop) {
    std::optional<WayRound> Way = wayRound(Loop);
    if (!Way)
      return;
    UncheckedCycle Found;
    Found.Loop = &Loop;
    Found.Where = keywordOfLoop(Loop);
    Found.Token = Way->Token;
    bool Likely = false;
    if (!judge(Found, Way->Cycle, Way->View, &Loop,
               isEndlessCondition(Loop, F.context()), Likely))
      return;
    describe(Found, Way->Cycle, Way->Nodes.Nodes, Way->View, *Way->Nodes.Head);
    if (Found.IdlePoll && endsLater(*Found.IdlePoll, Loop))
      return;
    Out.push_back(std::move(Found));
    // Judge the loops around as if this one were mended.
    if (const CFGBlock *B = Likely ? firstBlockOf(*bodyOfLoop(Loop)) : nullptr)
      Cut.set(B->getBlockID());
  }

  /// `while (rows.next(row))` of a parameter: who made it had the carrier, too,
  /// and may have given it the token.
  static bool stepsGivenCursor(const Stmt &Loop, const ValueDecl &Carrier) {
    const Expr *Cond = conditionOfLoop(Loop);
    const auto *Step = dyn_cast_or_null<CXXMemberCallExpr>(
        Cond ? Cond->IgnoreParenImpCasts() : nullptr);
    const FieldDecl *Field = nullptr;
    const auto *Cursor = dyn_cast_or_null<ParmVarDecl>(
        Step ? rootOf(Step->getImplicitObjectArgument(), Field) : nullptr);
    return Cursor && !Field && Cursor != &Carrier;
  }

  /// Whether a handler on the cycle keeps it going, once it is mended nothing
  /// else does.
  bool isSwallowedOn(const BitVector &Cycle) {
    if (!Swallowed)
      Swallowed = swallowedCancellations(F);
    return llvm::any_of(*Swallowed, [&](const SwallowedCancellation &S) {
      const CFGBlock *B = F.graph()->blockOf(S.Handler);
      return S.Kind == SwallowedCancellation::How::Loop && B &&
             Cycle.test(B->getBlockID());
    });
  }

  ArrayRef<const Expr *> queueTests() {
    if (!QueueTests)
      QueueTests = emptinessTests(F);
    return *QueueTests;
  }

  /// What the condition of a loop that looks calls is covered by that look,
  /// although a loop around may go round with no round of this one.
  void leaveCondition(const Stmt &Loop) {
    const Expr *Cond = conditionOfLoop(Loop);
    if (!Cond)
      return;
    for (const Expr *Call : Body.calls())
      if (Body.isWithin(Call, Cond) &&
          F.costOf(*Call).Class != CostClass::Blocking)
        Covered.insert(Call);
  }

  /// `for (auto &x : request.items)` of a request that also has a token reads
  /// data, it does not iterate under the token; nor does `listItems(stop)`.
  bool isCarriedData(const Expr &Range) const {
    return isa<MemberExpr>(Range.IgnoreParenImpCasts()) ||
           isPlainContainer(Range.getType());
  }

  bool hasStaleAnswer(const Stmt &Loop) const {
    const Expr *Cond = conditionOfLoop(Loop);
    if (Cond && F.staleAnswer(Cond, &Loop))
      return true;
    return anyWithin(bodyOfLoop(Loop), [&](const Stmt &S) {
      const auto *If = dyn_cast<IfStmt>(&S);
      return If && If->getCond() && mayLeave(*If) &&
             F.staleAnswer(If->getCond(), &Loop);
    });
  }

  const CFGBlock *firstBlockOf(const Stmt &S) const {
    const Stmt *First = &S;
    while (const auto *Block = dyn_cast<CompoundStmt>(First)) {
      if (Block->body_empty())
        return nullptr;
      First = Block->body_front();
    }
    // The innermost statement evaluated first.
    const CFGBlock *Found = nullptr;
    while (true) {
      if (const CFGBlock *B = F.graph()->blockOf(First);
          B && Body.contains(First))
        Found = B;
      const Stmt *Child = nullptr;
      for (const Stmt *C : First->children())
        if (C && Body.parent(C) == First) {
          Child = C;
          break;
        }
      if (!Child)
        return Found;
      First = Child;
    }
  }

  /// Whether the loop goes on after a stop for as long as it means to: `if
  /// (stop.stop_requested() && isIdle()) break;`, or the answer is kept where a
  /// later condition asks: `if (stop.stop_requested()) state_ = Stopping;`.
  bool endsLater(const Expr &Poll, const Stmt &Loop) const {
    if (anyWithin(&Poll, [&](const Stmt &S) {
          const auto *E = dyn_cast<Expr>(&S);
          return E && F.tokens().queryOf(*E).Kind == QueryKind::Possible;
        }))
      return false;
    const Stmt *P = Body.parent(&Poll);
    bool AndMore = false, OrMore = false;
    for (; isa_and_nonnull<Expr>(P); P = Body.parent(P))
      if (const auto *Op = dyn_cast<BinaryOperator>(P);
          Op && Op->isLogicalOp() && Body.isWithin(&Poll, Op->getLHS()))
        (Op->getOpcode() == BO_LAnd ? AndMore : OrMore) = true;
    const auto *If = dyn_cast_or_null<IfStmt>(P);
    if (!If)
      return OrMore && P == &Loop;
    if (mayLeave(*If))
      return AndMore;
    const auto AsksBehind = [&](const ValueDecl *Kept) {
      return Kept && anyWithin(&Loop, [&](const Stmt &S) {
               const auto *Later = dyn_cast<IfStmt>(&S);
               return Later && Later != If && Later->getCond() &&
                      anyWithin(Later->getCond(), [&](const Stmt &X) {
                        return variableOf(&X) == Kept;
                      });
             });
    };
    return anyWithin(If->getThen(),
                     [&](const Stmt &S) { return AsksBehind(writtenBy(S)); });
  }

  /// `if (feedback)` asks nothing of the token.
  bool isNullTest(const Expr &Cond) const {
    const Expr *E = Cond.IgnoreParenImpCasts();
    return isa<DeclRefExpr, MemberExpr>(E) &&
           F.tokens().classify(E->getType()).Token;
  }

  void describe(UncheckedCycle &Found, const BitVector &Cycle,
                const BitVector &LoopNodes, const FlowView &V, unsigned Head) {
    for (unsigned N : LoopNodes.set_bits()) {
      const CFGBlock *B = F.graph()->block(N);
      if (F.verdict(*B, Found.Loop).What != BlockVerdict::Normal)
        Found.OthersChecked = true;
      const Expr *Cond = FlowGraph::conditionOf(*B);
      if (!Cond || !F.answer(Cond, true, Found.Loop) || isNullTest(*Cond))
        continue;
      if (Cycle.test(N))
        Found.IdlePoll = Cond;
      else
        Found.OthersChecked = true;
    }
    describePath(F, Found, Cycle, V, Head);
  }

  /// Cycles that no loop statement makes.
  void gotos() {
    if (Body.labels().empty())
      return;
    FlowView V = F.view(/*Cancelled=*/true, Body.written());
    V.Stops |= Cut;
    for (const CFGBlock *B : F.graph()->cfg())
      if (B->getLoopTarget())
        V.Successors[B->getBlockID()].clear();
    BitVector All(F.graph()->size(), true);
    for (const LabelStmt *L : Body.labels()) {
      const CFGBlock *B = F.graph()->blockOf(L);
      if (!B || F.isShielded(L) || F.hasRegistration())
        continue;
      BitVector Cycle = V.cycleThrough(B->getBlockID(), All);
      if (Cycle.none())
        continue;
      std::optional<ReachToken> Token = tokenOfCycle(F, L);
      if (!Token)
        continue;
      UncheckedCycle Found;
      Found.Kind = UncheckedCycle::Shape::Goto;
      Found.Loop = L;
      Found.Where = L->getIdentLoc();
      Found.Token = *Token;
      bool Likely = false;
      if (!judge(Found, Cycle, V, Body.written(), /*EndlessCondition=*/true,
                 Likely))
        continue;
      Out.push_back(std::move(Found));
      Cut |= Cycle;
      V.Stops |= Cycle;
    }
  }

  /// The function calls itself on a way without a cancellation point.
  void recursion() {
    if (F.decl().isDependentContext())
      return;
    const FlowGraph &G = *F.graph();
    std::optional<FlowView> V;
    for (const Expr *Call : Body.calls()) {
      const FunctionDecl *FD = calleeOf(*Call);
      if (!FD || FD->getCanonicalDecl() != F.decl().getCanonicalDecl() ||
          !isa<CallExpr>(Call))
        continue;
      std::optional<ReachToken> Token = tokenOfCycle(F, Call);
      const CFGBlock *B = G.blockOf(Call);
      // A member that calls itself once more ("peek again") is common; without
      // the token among its parameters nothing says that it walks anything.
      if (!Token || Token->From == ReachToken::Origin::Field || !B ||
          F.isShielded(Call) || F.hasRegistration())
        continue;
      if (!V) {
        V = F.view(/*Cancelled=*/true);
        V->Stops |= Cut;
      }
      BitVector Reached = V->reachableFrom(G.entry());
      if (!Reached.test(B->getBlockID()) || V->Stops.test(B->getBlockID()))
        continue;
      // The way from the entry to the call, and what it costs.
      std::vector<unsigned> Way =
          shortestWay(G.entry(), B->getBlockID(), Reached, *V);
      BitVector Nodes(G.size());
      for (unsigned N : Way)
        Nodes.set(N);
      // Everything between them counts: the cheapest way says little.
      for (unsigned N : Reached.set_bits())
        if (V->reachableFrom(N).test(B->getBlockID()))
          Nodes.set(N);
      CycleCost Cost(F, *Token, Nesting::Outermost);
      for (unsigned N : Nodes.set_bits())
        Cost.add(*G.block(N), nullptr);
      if (!Cost.possible())
        continue; // a walk over memory, as far as one can tell
      UncheckedCycle Found;
      Found.Kind = UncheckedCycle::Shape::Recursion;
      Found.Loop = Call;
      Found.Where = calleeLocation(*Call);
      Found.Token = *Token;
      Found.When = Cost.condition();
      Found.Waits = Cost.Waits;
      Found.Costliest = Cost.Name;
      Found.CostliestCall = Cost.Call;
      if (Found.When.size() > Condition::MaxAtoms)
        continue;
      Out.push_back(std::move(Found));
      return; // one finding for a function that recurses
    }
  }

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  LoopNesting Around;
  BitVector Cut;
  /// Loops around others: whether they are judged themselves.
  DenseMap<const Stmt *, bool> HasToLook;
  std::optional<std::vector<SwallowedCancellation>> Swallowed;
  std::optional<std::vector<const Expr *>> QueueTests;
  /// Calls that a finding or a look inside takes care of.
  SmallPtrSet<const Expr *, 8> Covered;
  std::vector<UncheckedCycle> Out;
};

} // namespace

std::vector<UncheckedCycle> uncheckedCycles(const FunctionAnalysis &F) {
  if (!F.isJudged())
    return {};
  return CycleFinder(F).run();
}

} // namespace cancel_tidy
