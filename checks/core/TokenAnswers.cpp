// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What conditions say once the token is cancelled.
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/SideAnswers.h"
#include "checks/core/Unit.h"
#include "clang/AST/Attr.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/Builtins.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Whether V is given another value in Loop, or somewhere that cannot be seen.
bool mayBeRefreshed(const FunctionBody &Body, const VarDecl &V,
                    const Stmt &Loop) {
  const SourceManager &SM = Body.context().getSourceManager();
  for (const DeclRefExpr *Ref : Body.references()) {
    if (Ref->getDecl() != &V)
      continue;
    const Stmt *P = Body.parent(Ref);
    while (isa_and_nonnull<ParenExpr>(P))
      P = Body.parent(P);
    if (const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(P);
        Cast && Cast->getCastKind() == CK_LValueToRValue)
      continue; // only read
    if (const auto *A = dyn_cast_or_null<BinaryOperator>(P);
        A && A->isAssignmentOp() && !Body.isWithin(A, &Loop) &&
        SM.isBeforeInTranslationUnit(A->getBeginLoc(), Loop.getBeginLoc()))
      continue;
    return true;
  }
  return Body.isLentToLambda(V);
}

/// Whether no argument of Wait is a time.
bool isUnlimited(const Expr &Wait) {
  return llvm::none_of(writtenArgs(Wait), [](const Expr *A) {
    const CXXRecordDecl *R =
        A->IgnoreParenImpCasts()->getType()->getAsCXXRecordDecl();
    return R && R->getIdentifier() &&
           (R->getName() == "duration" || R->getName() == "time_point");
  });
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
  // `state.cancelled() != cancellation_type::none`: of what kind it is, once
  // there is one, nothing tells.
  if (Op.isEqualityOp())
    for (auto [Asked, Other] : {std::pair(Op.getLHS(), Op.getRHS()),
                                std::pair(Op.getRHS(), Op.getLHS())})
      if (queryOf(*stripped(Asked)).Kind == QueryKind::Poll &&
          Asked->getType()->isEnumeralType()) {
        auto N = numberOf(Other, Cancelled, Loop, Depth + 1);
        if (!N || N->Value != 0)
          return std::nullopt;
        return Cancelled == (Op.getOpcode() == BO_NE);
      }
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
      return negated(Sub(Not->getSubExpr()));
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
        if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(B))
          if (TokenUse Use = tokens().classify(A->getType());
              Use && Use.mayBeNull())
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
  // `!state.cancelled()` of an enumeration.
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(E);
      Op && Op->getOperator() == OO_Exclaim && Op->getNumArgs() == 1 &&
      queryOf(*stripped(Op->getArg(0))).Kind == QueryKind::Poll)
    return !Cancelled;
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
      const std::optional<bool> Good = ToBool ? std::optional<bool>(true)
                                       : M->getIdentifier()
                                           ? trueMeansGood(M->getName())
                                           : std::nullopt;
      if (Good) {
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
          return *Good ? !Cancelled : Cancelled;
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
  // `cv.wait(lock, stop, isReady)` without a limit says no for a stop alone.
  if (!Cancelled && E->getType()->isBooleanType() && tokens().waitReturns(*E) &&
      isUnlimited(*E))
    return true;
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (const FunctionDecl *FD = Call->getDirectCallee();
        FD && FD->getBuiltinID() == Builtin::BI__builtin_expect)
      return Sub(Call->getArg(0));
    if (const FunctionSummary *S = summaryOf(*Call))
      return Cancelled ? S->WhenCancelled : S->WhenRunning;
  }
  return std::nullopt;
}

std::optional<FunctionAnalysis::KeptAnswer>
FunctionAnalysis::staleAnswer(const Expr *E, const Stmt *Loop) const {
  const VarDecl *Var = nullptr;
  anyWithin(E, [&](const Stmt &S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    if (!Ref)
      return false;
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    if (!V || !V->isLocalVarDecl() || V->getType()->isReferenceType() ||
        !V->getType()->isBooleanType() || !V->getInit() ||
        Body.isWithin(V->getInit(), Loop))
      return false;
    if (!answer(V->getInit(), true))
      return false;
    // Whether a token can ever be cancelled does not change.
    if (anyWithin(V->getInit(), [&](const Stmt &X) {
          const auto *Asks = dyn_cast<Expr>(&X);
          return Asks && tokens().queryOf(*Asks).Kind == QueryKind::Possible;
        }))
      return false;
    Var = V;
    return true;
  });
  if (!Var || mayBeRefreshed(Body, *Var, *Loop))
    return std::nullopt;
  const Expr *Poll = nullptr;
  anyWithin(Var->getInit(), [&](const Stmt &S) {
    const auto *X = dyn_cast<Expr>(&S);
    if (X && (tokens().queryOf(*X).Kind == QueryKind::Poll ||
              tokens().queryOf(*X).Kind == QueryKind::PollMore)) {
      Poll = X;
      return true;
    }
    return false;
  });
  return KeptAnswer{Var, Poll ? Poll : Var->getInit()};
}

} // namespace cancel_tidy
