// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What conditions say once the token is cancelled.
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/SideAnswers.h"
#include "checks/core/Unit.h"
#include "clang/AST/Attr.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/Builtins.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

std::optional<bool> negate(std::optional<bool> B) {
  return B ? std::optional<bool>(!*B) : std::nullopt;
}

bool isStatusTest(StringRef Name, bool &TrueMeansGood) {
  TrueMeansGood = Name == "ok" || Name == "has_value" || Name == "OK" ||
                  Name == "isOK" || Name == "IsOK";
  return TrueMeansGood || Name == "failed" || Name == "has_error" ||
         Name == "IsCancelled" || Name == "is_error";
}

} // namespace

std::optional<bool> FunctionAnalysis::answerOfVariable(const VarDecl &V,
                                                       bool Cancelled,
                                                       const Stmt *Loop,
                                                       unsigned Depth) const {
  AskedLoop = true;
  SmallVector<std::pair<const Expr *, bool>, 4> Values; // value, fresh
  if (const Expr *Init = V.getInit())
    if (Body.contains(Init))
      // Whether it can be cancelled at all does not change.
      Values.push_back(
          {Init, !Loop || Body.isWithin(Init, Loop) ||
                     queryOf(*stripped(Init)).Kind == QueryKind::Possible});
  for (const BinaryOperator *A : Body.assignments()) {
    const auto *Ref = dyn_cast<DeclRefExpr>(A->getLHS()->IgnoreParenImpCasts());
    if (Ref && Ref->getDecl() == &V)
      Values.push_back({A->getRHS(), !Loop || Body.isWithin(A, Loop)});
  }
  std::optional<bool> Result;
  for (auto [Value, Fresh] : Values) {
    std::optional<bool> One = answer(Value, Cancelled, Loop, Depth + 1);
    if (!One) {
      // While nothing is cancelled, any other value may be there.
      if (!Cancelled && (!Loop || Fresh))
        return std::nullopt;
      continue;
    }
    if (Fresh)
      Result = One;
  }
  return Result;
}

/// `rc = stop.stop_requested() ? -ECANCELED : 0`: the last value that the token
/// decides on, fresh in Loop.
std::optional<FunctionAnalysis::Number>
FunctionAnalysis::numberOf(const VarDecl &V, bool Cancelled, const Stmt *Loop,
                           unsigned Depth) const {
  AskedLoop = true;
  std::optional<Number> Result;
  auto See = [&](const Expr *Value, const Stmt *Where) {
    if (Loop && !Body.isWithin(Where, Loop))
      return true;
    std::optional<Number> One = numberOf(Value, Cancelled, Loop, Depth + 1);
    if (One && One->FromToken)
      Result = One;
    // While nothing is cancelled, any other value may be there.
    return Cancelled || (One && One->FromToken);
  };
  if (const Expr *Init = V.getInit(); Init && Body.contains(Init))
    if (!See(Init, Init))
      return std::nullopt;
  for (const BinaryOperator *A : Body.assignments()) {
    const auto *Ref = dyn_cast<DeclRefExpr>(A->getLHS()->IgnoreParenImpCasts());
    if (Ref && Ref->getDecl() == &V && !See(A->getRHS(), A))
      return std::nullopt;
  }
  return Result;
}

std::optional<FunctionAnalysis::Number>
FunctionAnalysis::numberOf(const Expr *E, bool Cancelled, const Stmt *Loop,
                           unsigned Depth) const {
  constexpr unsigned MaxDepth = 8;
  if (!E || Depth > MaxDepth)
    return std::nullopt;
  E = stripped(E);
  if (E->getType().isNull() || E->isTypeDependent() || E->isValueDependent())
    return std::nullopt;
  if (const auto *C = dyn_cast<ConditionalOperator>(E)) {
    std::optional<bool> Cond = answer(C->getCond(), Cancelled, Loop, Depth + 1);
    auto True = numberOf(C->getTrueExpr(), Cancelled, Loop, Depth + 1);
    auto False = numberOf(C->getFalseExpr(), Cancelled, Loop, Depth + 1);
    if (Cond) {
      std::optional<Number> Taken = *Cond ? True : False;
      return Taken ? std::optional<Number>({Taken->Value, true}) : std::nullopt;
    }
    if (True && False && True->Value == False->Value)
      return Number{True->Value, True->FromToken || False->FromToken};
    return std::nullopt;
  }
  if (Expr::EvalResult Known; E->getType()->isIntegralOrEnumerationType() &&
                              E->EvaluateAsInt(Known, context()))
    if (std::optional<int64_t> Value = Known.Val.getInt().tryExtValue())
      return Number{*Value, false};
  if (E->getType()->isBooleanType()) {
    std::optional<bool> A = answer(E, Cancelled, Loop, Depth + 1);
    return A ? std::optional<Number>({*A ? 1 : 0, true}) : std::nullopt;
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (V && V->isLocalVarDecl() && !V->getType()->isReferenceType() &&
      V->getType()->isIntegralOrEnumerationType())
    return numberOf(*V, Cancelled, Loop, Depth);
  return std::nullopt;
}

/// A comparison of two numbers that are known, one of them by the token.
std::optional<bool> FunctionAnalysis::compare(const BinaryOperator &Op,
                                              bool Cancelled, const Stmt *Loop,
                                              unsigned Depth) const {
  auto L = numberOf(Op.getLHS(), Cancelled, Loop, Depth + 1);
  auto R = numberOf(Op.getRHS(), Cancelled, Loop, Depth + 1);
  if (!L || !R || !(L->FromToken || R->FromToken))
    return std::nullopt;
  switch (Op.getOpcode()) {
  case BO_EQ:
    return L->Value == R->Value;
  case BO_NE:
    return L->Value != R->Value;
  case BO_LT:
    return L->Value < R->Value;
  case BO_LE:
    return L->Value <= R->Value;
  case BO_GT:
    return L->Value > R->Value;
  case BO_GE:
    return L->Value >= R->Value;
  default:
    return std::nullopt;
  }
}

std::optional<bool> FunctionAnalysis::answer(const Expr *E, bool Cancelled,
                                             const Stmt *Loop,
                                             unsigned Depth) const {
  if (!E || Depth > 8)
    return std::nullopt;
  E = stripped(E);
  auto Sub = [&](const Expr *X) {
    return answer(X, Cancelled, Loop, Depth + 1);
  };
  switch (Query Q = queryOf(*E); Q.Kind) {
  case QueryKind::Poll:
    return Cancelled;
  case QueryKind::PollMore:
    return !Cancelled;
  case QueryKind::Possible:
    return true;
  default:
    break;
  }
  if (std::optional<bool> Side = sideAnswer(*this, *E, Cancelled))
    return Side;
  if (const auto *Not = dyn_cast<UnaryOperator>(E)) {
    if (Not->getOpcode() == UO_LNot)
      return negate(Sub(Not->getSubExpr()));
    return std::nullopt;
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
    if (Op->isLogicalOp()) {
      std::optional<bool> L = Sub(Op->getLHS()), R = Sub(Op->getRHS());
      bool Decides = Op->getOpcode() == BO_LOr;
      if ((L && *L == Decides) || (R && *R == Decides))
        return Decides;
      if (L && R)
        return !Decides;
      return std::nullopt;
    }
    if (Op->getOpcode() == BO_Comma || Op->getOpcode() == BO_Assign)
      return Sub(Op->getRHS());
    if (Op->getOpcode() == BO_OrAssign) {
      std::optional<bool> R = Sub(Op->getRHS());
      return R && *R ? R : std::nullopt;
    }
    if (Op->isEqualityOp()) {
      const Expr *L = stripped(Op->getLHS()), *R = stripped(Op->getRHS());
      const bool Equal = Op->getOpcode() == BO_EQ;
      for (auto [A, B] : {std::pair(L, R), std::pair(R, L)}) {
        if (const auto *Lit = dyn_cast<CXXBoolLiteralExpr>(B)) {
          std::optional<bool> V = Sub(A);
          return V ? std::optional<bool>((*V == Lit->getValue()) == Equal)
                   : std::nullopt;
        }
        if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(B) &&
            tokens().classify(A->getType()).mayBeNull())
          return !Equal;
      }
    }
    if (Op->isComparisonOp())
      return compare(*Op, Cancelled, Loop, Depth);
    return std::nullopt;
  }
  if (isa<ConditionalOperator>(E)) {
    std::optional<Number> N = numberOf(E, Cancelled, Loop, Depth);
    return N && N->FromToken ? std::optional<bool>(N->Value != 0)
                             : std::nullopt;
  }
  // A token that may be absent: with none, there is nothing to see.
  if (TokenUse Use = tokens().classify(E->getType());
      Use && Use.Form == TokenForm::Pointer)
    return true;
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
    const Expr *Object = Call->getImplicitObjectArgument();
    const CXXMethodDecl *M = Call->getMethodDecl();
    if (Object && M) {
      TokenUse Use = tokens().classify(Object->getType());
      const bool ToBool = isa<CXXConversionDecl>(M);
      if (Use && Use.mayBeNull() &&
          (ToBool || (M->getIdentifier() && M->getName() == "has_value")))
        return true;
      // The status that a check returned.
      bool Good = true;
      if (ToBool || (M->getIdentifier() && isStatusTest(M->getName(), Good))) {
        const Expr *Status = stripped(Object);
        AskedLoop = true;
        if (const auto *Ref = dyn_cast<DeclRefExpr>(Status))
          if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
              V && V->getInit() && (!Loop || Body.isWithin(V->getInit(), Loop)))
            Status = stripped(V->getInit());
        if (const auto *New = dyn_cast<CXXConstructExpr>(Status);
            New && New->getNumArgs() == 1)
          Status = stripped(New->getArg(0));
        // ARROW_RETURN_NOT_OK makes a status of what it gets.
        if (const auto *Made = dyn_cast<CallExpr>(Status);
            Made && Made->getNumArgs() == 1 && !tokens().queryOf(*Made)) {
          Status = stripped(Made->getArg(0));
          if (const auto *New = dyn_cast<CXXConstructExpr>(Status);
              New && New->getNumArgs() == 1)
            Status = stripped(New->getArg(0));
        }
        if (tokens().queryOf(*Status).Kind == QueryKind::Status)
          return Good ? !Cancelled : Cancelled;
      }
    }
  }
  if (const auto *Block = dyn_cast<StmtExpr>(E))
    return Block->getSubStmt()->body_empty()
               ? std::nullopt
               : Sub(dyn_cast<Expr>(Block->getSubStmt()->body_back()));
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    if (V && V->getType().getNonReferenceType()->isBooleanType())
      return answerOfVariable(*V, Cancelled, Loop, Depth);
    std::optional<Number> N = numberOf(E, Cancelled, Loop, Depth);
    return N && N->FromToken ? std::optional<bool>(N->Value != 0)
                             : std::nullopt;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (const FunctionDecl *FD = Call->getDirectCallee();
        FD && FD->getBuiltinID() == Builtin::BI__builtin_expect)
      return Sub(Call->getArg(0));
    if (const FunctionSummary *S = summaryOf(*Call))
      return Cancelled ? S->WhenCancelled : S->WhenRunning;
  }
  return std::nullopt;
}

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
