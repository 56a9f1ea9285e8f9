// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/FlowGraph.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

void FlowView::forEachNext(unsigned Node,
                           function_ref<void(unsigned)> Each) const {
  if (Stops.test(Node))
    return;
  for (unsigned S : Successors[Node])
    Each(S);
  if (!Thrown.empty())
    for (unsigned S : Thrown[Node])
      Each(S);
}

BitVector FlowView::reachableFrom(unsigned Node) const {
  BitVector Seen(Successors.size());
  SmallVector<unsigned, 32> Stack{Node};
  Seen.set(Node);
  while (!Stack.empty())
    forEachNext(Stack.pop_back_val(), [&](unsigned S) {
      if (!Seen.test(S)) {
        Seen.set(S);
        Stack.push_back(S);
      }
    });
  return Seen;
}

BitVector FlowView::cycleThrough(unsigned Head,
                                 const BitVector &Allowed) const {
  const unsigned N = Successors.size();
  BitVector Empty(N);
  if (!Allowed.test(Head) || Stops.test(Head))
    return Empty;
  auto Edges = [&](unsigned Node, auto Each) {
    forEachNext(Node, [&](unsigned S) {
      if (Allowed.test(S) && !Stops.test(S))
        Each(S);
    });
  };
  std::vector<SmallVector<unsigned, 2>> Back(N);
  BitVector Forward(N);
  SmallVector<unsigned, 32> Stack{Head};
  bool Closed = false;
  Forward.set(Head);
  while (!Stack.empty()) {
    unsigned Node = Stack.pop_back_val();
    Edges(Node, [&](unsigned S) {
      Back[S].push_back(Node);
      Closed |= S == Head;
      if (!Forward.test(S)) {
        Forward.set(S);
        Stack.push_back(S);
      }
    });
  }
  if (!Closed)
    return Empty;
  BitVector Cycle(N);
  Cycle.set(Head);
  Stack.push_back(Head);
  while (!Stack.empty())
    for (unsigned P : Back[Stack.pop_back_val()])
      if (!Cycle.test(P)) {
        Cycle.set(P);
        Stack.push_back(P);
      }
  return Cycle;
}

std::unique_ptr<FlowGraph> FlowGraph::build(const FunctionBody &Body) {
  if (Body.isBroken() || !Body.written())
    return nullptr;
  // Clang cannot build these: the parts of a range-for are not known before
  // the range's type is.
  for (const Stmt *L : Body.loops())
    if (const auto *Range = dyn_cast<CXXForRangeStmt>(L))
      if (!Range->getBeginStmt() || !Range->getCond() || !Range->getInc())
        return nullptr;
  if (Body.isCoroutine() && Body.decl().isDependentContext())
    return nullptr;
  CFG::BuildOptions Options;
  Options.AddEHEdges = true;
  Options.AddInitializers = true;
  Options.PruneTriviallyFalseEdges = true;
  Options.setAllAlwaysAdd();
  std::unique_ptr<FlowGraph> G(new FlowGraph(Body));
  G->Graph = CFG::buildCFG(&Body.decl(), const_cast<Stmt *>(Body.written()),
                           &Body.context(), Options);
  if (!G->Graph)
    return nullptr;
  G->Blocks.resize(G->size(), nullptr);
  for (const CFGBlock *B : *G->Graph) {
    G->Blocks[B->getBlockID()] = B;
    for (const Stmt *S : G->elements(*B))
      G->BlockOf.try_emplace(S, B);
    if (const Stmt *Label = B->getLabel())
      G->BlockOf.try_emplace(Label, B);
  }
  for (const CFGBlock *B : *G->Graph)
    if (const Stmt *T = B->getTerminatorStmt())
      G->BlockOf.try_emplace(T, B);
  G->findThrown();
  return G;
}

std::vector<const Stmt *> FlowGraph::elements(const CFGBlock &B) const {
  std::vector<const Stmt *> Out;
  for (const CFGElement &E : B) {
    if (auto S = E.getAs<CFGStmt>())
      Out.push_back(S->getStmt());
    else if (auto I = E.getAs<CFGInitializer>())
      if (const Expr *Init = I->getInitializer()->getInit())
        Out.push_back(Init);
  }
  return Out;
}

const CFGBlock *FlowGraph::blockOf(const Stmt *S) const {
  for (; S; S = Body.parent(S))
    if (const CFGBlock *B = BlockOf.lookup(S))
      return B;
  return nullptr;
}

const Expr *FlowGraph::conditionOf(const CFGBlock &B) {
  const Stmt *T = B.getTerminatorStmt();
  if (!T || B.succ_size() != 2 ||
      isa<SwitchStmt, CXXTryStmt, IndirectGotoStmt, GotoStmt>(T))
    return nullptr;
  if (const Expr *Last = B.getLastCondition())
    return Last;
  // The block is empty where an exception edge split it behind a call: then it
  // branches on the part of the condition that is evaluated last.
  const auto *Cond = dyn_cast_or_null<Expr>(B.getTerminatorCondition());
  while (Cond) {
    Cond = Cond->IgnoreParens();
    const auto *Op = dyn_cast<BinaryOperator>(Cond);
    if (!Op || !Op->isLogicalOp())
      break;
    Cond = Op->getRHS();
  }
  return Cond;
}

FlowView FlowGraph::plain() const {
  return view([](const Expr &) { return std::nullopt; },
              [](const CFGBlock &) { return BlockVerdict(); },
              [](const CXXCatchStmt &) { return false; });
}

std::optional<bool> takes(const CXXCatchStmt &Handler, QualType Thrown) {
  QualType Caught = Handler.getCaughtType();
  if (Caught.isNull())
    return true;
  Caught = Caught.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  Thrown = Thrown.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  if (Caught->isDependentType() || Thrown->isDependentType())
    return std::nullopt;
  if (Caught == Thrown)
    return true;
  if (Caught->isAnyPointerType())
    return Thrown->isAnyPointerType() || Thrown->isArrayType() ||
           Thrown->isNullPtrType();
  const CXXRecordDecl *Base = Caught->getAsCXXRecordDecl();
  const CXXRecordDecl *Derived = Thrown->getAsCXXRecordDecl();
  if (!Base || !Derived || !Derived->hasDefinition())
    return false;
  return Derived->isDerivedFrom(Base);
}

bool FlowGraph::isNothrow(const Expr &E) {
  const auto *Call = dyn_cast<CallExpr>(&E);
  const FunctionDecl *FD = Call ? Call->getDirectCallee() : nullptr;
  // Literals (1s) are constants, whatever their operators promise.
  if (FD && FD->getLiteralIdentifier())
    return true;
  const auto *Proto = FD ? FD->getType()->getAs<FunctionProtoType>() : nullptr;
  return Proto && !isUnresolvedExceptionSpec(Proto->getExceptionSpecType()) &&
         Proto->isNothrow();
}

/// Constructors, and what stands in the initialisers of a constructor whose
/// body is a try block.
void FlowGraph::findThrown() {
  if (!Unwind.hasHandlers())
    return;
  for (const CFGBlock *B : *Graph) {
    std::vector<const Stmt *> All = elements(*B);
    for (unsigned I = 0; I < All.size(); ++I) {
      if (isa<CallExpr, CXXThrowExpr>(All[I]) &&
          Body.isWithin(All[I], Body.written()))
        continue; // Clang knows of these
      if (Unwinding::throws(*All[I]) != Unwinding::Throws::Yes)
        continue;
      for (const CXXCatchStmt *Handler : Unwind.wayOf(*All[I]).Handlers)
        if (const CFGBlock *H = BlockOf.lookup(Handler))
          ThrownEdges[B->getBlockID()].push_back({All[I], I, H->getBlockID()});
    }
  }
}

void FlowGraph::addThrown(FlowView &V, unsigned Id, const Stmt *Before) const {
  auto It = ThrownEdges.find(Id);
  if (It == ThrownEdges.end())
    return;
  std::vector<const Stmt *> All = elements(*block(Id));
  const size_t End = llvm::find(All, Before) - All.begin();
  V.Thrown.resize(size());
  for (const ThrownEdge &E : It->second)
    if (E.Element < End && !is_contained(V.Thrown[Id], E.Handler))
      V.Thrown[Id].push_back(E.Handler);
}

const Stmt *FlowGraph::thrower(unsigned From, unsigned To) const {
  auto It = ThrownEdges.find(From);
  if (It != ThrownEdges.end())
    for (const ThrownEdge &E : It->second)
      if (E.Handler == To)
        return E.From;
  return nullptr;
}

/// What is around S and says the same as S, or, with an odd number of `!`, the
/// contrary.
static const Stmt *wholeAround(const FunctionBody &Body, const Stmt *S,
                               bool &Value) {
  const Stmt *P = Body.parent(S);
  for (; P; P = Body.parent(P)) {
    if (isa<ParenExpr, ImplicitCastExpr, ExprWithCleanups>(P))
      continue;
    const auto *Not = dyn_cast<UnaryOperator>(P);
    if (!Not || Not->getOpcode() != UO_LNot)
      break;
    Value = !Value;
  }
  return P;
}

const CFGBlock *FlowGraph::next(const CFGBlock &B, unsigned Index) const {
  const CFGBlock *To = (B.succ_begin() + Index)->getReachableBlock();
  const auto *Term = dyn_cast_or_null<BinaryOperator>(B.getTerminatorStmt());
  const Stmt *At = conditionOf(B);
  if (!To || !Term || !Term->isLogicalOp() || !At)
    return To;
  bool Value = Index == 0;
  while (true) {
    const Stmt *Part = At;
    At = wholeAround(Body, At, Value);
    const auto *Op = dyn_cast_or_null<BinaryOperator>(At);
    if (!Op || !Op->isLogicalOp())
      return To;
    // On the left one that decides nothing leads on to the right.
    if (Body.isWithin(Part, Op->getLHS()) &&
        Value == (Op->getOpcode() == BO_LAnd))
      return To;
    if (BlockOf.lookup(Op) == To)
      break;
  }
  const CFGBlock *Behind = behindJoin(*To, *At, Value);
  return Behind ? Behind : To;
}

/// Where Join leads if Whole, which it evaluates, is Value; null where it does
/// more than to branch on that, or to keep it in a variable which it asks next.
const CFGBlock *FlowGraph::behindJoin(const CFGBlock &Join, const Stmt &Whole,
                                      bool Value) const {
  const VarDecl *Kept = nullptr;
  const auto Says = [&](const Expr *E) -> std::optional<bool> {
    bool Same = true;
    for (;;) {
      E = E->IgnoreParenImpCasts();
      if (const auto *Full = dyn_cast<ExprWithCleanups>(E)) {
        E = Full->getSubExpr();
      } else if (const auto *Not = dyn_cast<UnaryOperator>(E);
                 Not && Not->getOpcode() == UO_LNot) {
        Same = !Same;
        E = Not->getSubExpr();
      } else {
        break;
      }
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    if (E != &Whole && !(Ref && Kept && Ref->getDecl() == Kept))
      return std::nullopt;
    return Value == Same;
  };
  const CFGBlock *B = &Join;
  for (unsigned Hops = 0; B && Hops < 4; ++Hops) {
    for (const Stmt *S : elements(*B)) {
      if (isa<CallExpr, CXXConstructExpr, CXXNewExpr, CXXDeleteExpr,
              CXXThrowExpr, CoroutineSuspendExpr, ReturnStmt>(S))
        return nullptr;
      if (const auto *D = dyn_cast<DeclStmt>(S)) {
        const auto *V =
            D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl()) : nullptr;
        if (!V || !V->getInit() || V->isStaticLocal() || Kept ||
            Says(V->getInit()) != Value)
          return nullptr;
        Kept = V;
      } else if (const ValueDecl *Written = writtenBy(*S)) {
        const auto *V = dyn_cast<VarDecl>(Written);
        const auto *A = dyn_cast<BinaryOperator>(S);
        if (!V || !V->hasLocalStorage() || !A || A->getOpcode() != BO_Assign ||
            Kept || Says(A->getRHS()) != Value)
          return nullptr;
        Kept = V;
      }
    }
    const Expr *Cond = conditionOf(*B);
    if (Cond) {
      const std::optional<bool> Taken = Says(Cond);
      if (!Taken ||
          // The head of a loop is where its rounds begin.
          (B != &Join && *Taken &&
           isa<WhileStmt, ForStmt, DoStmt>(B->getTerminatorStmt())))
        return nullptr;
      return (B->succ_begin() + (*Taken ? 0 : 1))->getReachableBlock();
    }
    if (!Kept || B->succ_size() != 1)
      return nullptr;
    B = B->succ_begin()->getReachableBlock();
  }
  return nullptr;
}

FlowView FlowGraph::view(AnswerFn Answer, VerdictFn Verdict,
                         CatchFn Catches) const {
  FlowView V;
  V.Successors.resize(size());
  V.Stops.resize(size());
  for (const CFGBlock *B : *Graph) {
    const unsigned Id = B->getBlockID();
    auto &Out = V.Successors[Id];
    BlockVerdict What = Verdict(*B);
    addThrown(V, Id, What.At);
    if (What.What != BlockVerdict::Normal) {
      // What throws goes straight to the handler that takes it, or out of the
      // function.
      if (What.What == BlockVerdict::Throws)
        if (const CXXCatchStmt *Handler = Unwind.handlerOf(*What.At, Catches))
          if (const CFGBlock *H = BlockOf.lookup(Handler))
            Out.push_back(H->getBlockID());
      // A constructor in front of the stop may have thrown before.
      if (Out.empty() && (V.Thrown.empty() || V.Thrown[Id].empty()))
        V.Stops.set(Id);
      continue;
    }
    const Stmt *Last = nullptr;
    if (!B->empty())
      if (auto S = B->back().getAs<CFGStmt>())
        Last = S->getStmt();
    if (const auto *Throw = dyn_cast_or_null<CXXThrowExpr>(Last)) {
      // Clang leads it to every handler of the innermost try.
      for (const CXXCatchStmt *Handler : Unwind.wayOf(*Throw).Handlers)
        if (const CFGBlock *H = BlockOf.lookup(Handler))
          Out.push_back(H->getBlockID());
      if (Out.empty())
        Out.push_back(exit());
      continue;
    }
    std::optional<bool> Known;
    if (const Expr *Cond = conditionOf(*B))
      Known = Answer(*Cond);
    // Clang gives every call of a member an exception edge, behind the other.
    // Who asked a token has the answer.
    else if (const auto *Call = dyn_cast_or_null<CallExpr>(Last);
             Call && !B->getTerminatorStmt() && B->succ_size() == 2 &&
             (isNothrow(*Call) || Answer(*Call)))
      Known = true;
    for (unsigned Index = 0; Index < B->succ_size(); ++Index)
      if (!Known || Index == (*Known ? 0u : 1u))
        if (const CFGBlock *S = next(*B, Index))
          Out.push_back(S->getBlockID());
  }
  return V;
}

/// Everything below S, what the compiler added included.
static DenseSet<const Stmt *> allBelow(const Stmt *S) {
  DenseSet<const Stmt *> All;
  SmallVector<const Stmt *, 16> Stack{S};
  while (!Stack.empty())
    if (const Stmt *One = Stack.pop_back_val(); One && All.insert(One).second)
      llvm::append_range(Stack, One->children());
  return All;
}

FlowGraph::LoopNodes FlowGraph::nodesOf(const Stmt &Loop) const {
  LoopNodes Result;
  Result.Nodes.resize(size());
  const Stmt *Inc = nullptr, *Cond = nullptr;
  if (const auto *For = dyn_cast<ForStmt>(&Loop)) {
    Inc = For->getInc();
    Cond = For->getCond();
  } else if (const auto *Range = dyn_cast<CXXForRangeStmt>(&Loop)) {
    Inc = Range->getInc();
    Cond = Range->getCond();
  }
  const DenseSet<const Stmt *> InInc = allBelow(Inc), InCond = allBelow(Cond);
  auto Holds = [&](const CFGBlock &B, const DenseSet<const Stmt *> &Some) {
    return llvm::any_of(elements(B),
                        [&](const Stmt *S) { return Some.contains(S); });
  };
  SmallVector<unsigned, 8> Stack;
  for (const CFGBlock *B : *Graph) {
    if (B->getLoopTarget() != &Loop)
      continue;
    // An increment that may throw is more than one block: from the one that
    // starts the next round, follow it to the head.
    SmallVector<const CFGBlock *, 4> Way{B};
    for (size_t I = 0; I < Way.size(); ++I)
      for (const auto &S : Way[I]->succs())
        if (const CFGBlock *Next = S.getReachableBlock()) {
          if (Inc && Next->getTerminatorStmt() != &Loop &&
              !Holds(*Next, InCond)) {
            if (Holds(*Next, InInc) && !is_contained(Way, Next))
              Way.push_back(Next);
            continue;
          }
          Result.Head = Next->getBlockID();
          Stack.push_back(Way[I]->getBlockID());
        }
  }
  if (!Result.Head)
    return Result;
  Result.Nodes.set(*Result.Head);
  while (!Stack.empty()) {
    unsigned N = Stack.pop_back_val();
    if (Result.Nodes.test(N))
      continue;
    Result.Nodes.set(N);
    for (const auto &P : block(N)->preds())
      if (const CFGBlock *Pred = P.getReachableBlock())
        Stack.push_back(Pred->getBlockID());
  }
  return Result;
}

} // namespace cancel_tidy
