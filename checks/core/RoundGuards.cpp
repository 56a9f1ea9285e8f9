// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guards that let a check through only every so many rounds, or every so often.
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/Unit.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// `if (batch.size() < 500) continue;`: once for each full batch.
static bool isFillLevel(const BinaryOperator &Op, const ASTContext &Context) {
  if (!Op.isRelationalOp())
    return false;
  for (auto [Size, Limit] : {std::pair(Op.getLHS(), Op.getRHS()),
                             std::pair(Op.getRHS(), Op.getLHS())}) {
    const auto *Call = dyn_cast<CXXMemberCallExpr>(stripped(Size));
    const CXXMethodDecl *M = Call ? Call->getMethodDecl() : nullptr;
    Expr::EvalResult Value;
    if (M && M->getIdentifier() &&
        (M->getName() == "size" || M->getName() == "length") &&
        !Limit->isValueDependent() && Limit->EvaluateAsInt(Value, Context) &&
        Value.Val.getInt().ugt(1))
      return true;
  }
  return false;
}

/// Whether S counts rounds or looks at a clock, if only in a function that it
/// calls: `if (every()) ...`, `if (throttle.due()) ...`.
static bool countsOrTimes(const Unit &U, const Stmt *Of, unsigned Depth) {
  return anyWithin(Of, [&](const Stmt &S) {
    if (const auto *Op = dyn_cast<BinaryOperator>(&S)) {
      if (Op->getOpcode() == BO_Rem)
        return true;
      if (Op->getOpcode() == BO_And)
        return Op->getType()->isIntegerType();
      // ++rounds >= Every, now - last > Interval
      if (Op->isRelationalOp() || Op->getOpcode() == BO_EQ)
        for (const Expr *Side : {Op->getLHS(), Op->getRHS()}) {
          const auto *Step = dyn_cast<UnaryOperator>(stripped(Side));
          if (Step && Step->isIncrementDecrementOp())
            return true;
        }
      if (Depth == 0 && isFillLevel(*Op, U.context()))
        return true;
    }
    const auto *E = dyn_cast<Expr>(&S);
    if (!E || E->getType().isNull())
      return false;
    const CXXRecordDecl *R =
        E->getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (R && R->getIdentifier() &&
        (R->getName() == "duration" || R->getName() == "time_point" ||
         R->getName() == "QElapsedTimer"))
      return true;
    const auto *Call = dyn_cast<CallExpr>(E);
    const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
    const FunctionDecl *Def =
        FD && Depth == 0 && FD->getReturnType()->isBooleanType() ? U.bodyOf(*FD)
                                                                 : nullptr;
    return Def && countsOrTimes(U, Def->getBody(), Depth + 1);
  });
}

bool FunctionAnalysis::isStrideOrTime(const Expr *Cond) const {
  return countsOrTimes(U, Cond, 0);
}

/// `part < parts - 1`, `i + 1 != n`, `attempt > 0`: true in every round but the
/// last or the first.
bool FunctionAnalysis::isAllButOneRound(const Expr *Cond) const {
  const auto *Op = dyn_cast<BinaryOperator>(stripped(Cond));
  if (!Op || !(Op->isRelationalOp() || Op->getOpcode() == BO_NE))
    return false;
  auto IsLiteral = [](const Expr *E, uint64_t Value) {
    const auto *L = dyn_cast<IntegerLiteral>(stripped(E));
    return L && L->getValue() == Value;
  };
  const Expr *Low = Op->getLHS(), *High = Op->getRHS();
  if (Op->getOpcode() == BO_GT || Op->getOpcode() == BO_GE)
    std::swap(Low, High);
  auto Shifted = [&](const Expr *Side, BinaryOperatorKind By) {
    const auto *Sum = dyn_cast<BinaryOperator>(stripped(Side));
    return Sum && Sum->getOpcode() == By && IsLiteral(Sum->getRHS(), 1);
  };
  if (Shifted(Low, BO_Add) || Shifted(High, BO_Sub))
    return true;
  const Expr *Counter = High;
  if (Op->getOpcode() == BO_NE && IsLiteral(High, 0))
    Counter = Low;
  else if (!IsLiteral(Low, 0))
    return false;
  const auto *Ref = dyn_cast<DeclRefExpr>(stripped(Counter));
  return Ref && llvm::any_of(Body.references(), [&](const DeclRefExpr *R) {
           const auto *Step = dyn_cast_or_null<UnaryOperator>(Body.parent(R));
           return R->getDecl() == Ref->getDecl() && Step &&
                  Step->isIncrementOp();
         });
}

/// `if (i >= next) { next += 100; ...`, `if (percent != shown) { shown =
/// percent;
/// ...`: taken once in so many rounds, as what it tests is moved on inside.
bool FunctionAnalysis::isMovedOnInside(const CFGBlock &B,
                                       const Expr *Cond) const {
  const auto *If = dyn_cast_or_null<IfStmt>(B.getTerminatorStmt());
  const auto *Compare = dyn_cast<BinaryOperator>(stripped(Cond));
  if (!If || !Compare || !Compare->isComparisonOp() ||
      Compare->getOpcode() == BO_EQ || !Body.isWithin(Cond, If->getCond()))
    return false;
  SmallPtrSet<const ValueDecl *, 4> Tested;
  anyWithin(Compare, [&](const Stmt &S) {
    if (const ValueDecl *D = variableOf(&S))
      Tested.insert(D);
    return false;
  });
  return anyWithin(If->getThen(), [&](const Stmt &S) {
    const ValueDecl *D = writtenBy(S);
    return D && Tested.contains(D);
  });
}

/// Whether one of the ways from node From leads to a check before it leaves
/// Within, comes to one of Ends, or comes back to Guard.
bool FunctionAnalysis::leadsToCheck(unsigned From, unsigned Guard,
                                    const FlowView &V, const BitVector &Within,
                                    const BitVector &Ends,
                                    const Stmt *Loop) const {
  BitVector Seen(V.Successors.size());
  Seen.set(Guard);
  SmallVector<unsigned, 16> Stack;
  auto Push = [&](unsigned N) {
    if (!Seen.test(N) && Within.test(N)) {
      Seen.set(N);
      Stack.push_back(N);
    }
  };
  Push(From);
  while (!Stack.empty()) {
    unsigned N = Stack.pop_back_val();
    if (V.Stops.test(N))
      return true;
    const CFGBlock *B = graph()->block(N);
    if (verdict(*B, Loop).What != BlockVerdict::Normal)
      return true;
    if (const Expr *C = FlowGraph::conditionOf(*B))
      if (answer(C, true, Loop))
        return true;
    if (Ends.test(N))
      continue;
    for (unsigned S : V.Successors[N])
      Push(S);
  }
  return false;
}

/// A check every N rounds, or every so often, is a check: the edge that goes
/// round a guarded check is left out when the guard counts rounds or time.
void FunctionAnalysis::openGuards(FlowView &V, const Stmt *Loop) const {
  const FlowGraph *G = graph();
  if (!Guards) {
    Guards.emplace();
    for (const CFGBlock *B : G->cfg()) {
      const Expr *Cond = FlowGraph::conditionOf(*B);
      const auto *Switch = dyn_cast_or_null<SwitchStmt>(B->getTerminatorStmt());
      if (Switch)
        Cond = Switch->getCond();
      if (!Cond)
        continue;
      if (isStrideOrTime(Cond) || (!Switch && isMovedOnInside(*B, Cond)))
        Guards->push_back({B, false});
      else if (!Switch && isAllButOneRound(Cond))
        Guards->push_back({B, true});
    }
  }
  if (Guards->empty())
    return;
  BitVector Within(G->size(), true);
  if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Loop))
    Within = G->nodesOf(*Loop).Nodes;
  // Two checks in turns, each with a guard of its own, are two checks.
  BitVector Others(G->size());
  for (auto [B, OnlyTrue] : *Guards)
    Others.set(B->getBlockID());
  const BitVector None(G->size());
  for (auto [B, OnlyTrue] : *Guards) {
    const unsigned Id = B->getBlockID();
    auto &Out = V.Successors[Id];
    // The loop's own condition guards nothing.
    if (Out.size() < 2 || !Within.test(Id) || B->getTerminatorStmt() == Loop)
      continue;
    SmallVector<unsigned, 2> Checked;
    auto Collect = [&](const BitVector &Ends) {
      for (unsigned S : Out)
        if (leadsToCheck(S, Id, V, Within, Ends, Loop))
          Checked.push_back(S);
    };
    Collect(Others);
    if (Checked.empty())
      Collect(None);
    // The one round that goes the other way has its own end.
    if (OnlyTrue ? !Checked.empty() && Checked.front() == Out.front()
                 : !Checked.empty() && Checked.size() < Out.size())
      Out = {Checked.begin(), OnlyTrue ? Checked.begin() + 1 : Checked.end()};
  }
}

} // namespace cancel_tidy
