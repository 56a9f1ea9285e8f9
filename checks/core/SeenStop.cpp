// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/SeenStop.h"
#include "checks/core/Undoing.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Values that local variables have as long as no stop was seen; of objects,
/// whether they hold something.
using Values = DenseMap<const VarDecl *, int64_t>;

class Finder {
public:
  Finder(const FunctionAnalysis &F, const BitVector &Running, bool NothingFails)
      : F(F), Body(F.body()), Running(Running), NothingFails(NothingFails) {}

  Values find() const {
    Values Found;
    for (const VarDecl *V : Body.variables())
      if (std::optional<int64_t> Value = valueUnseen(*V))
        Found[V] = *Value;
    return Found;
  }

private:
  std::optional<int64_t> constant(const Expr *E) const {
    E = stripped(E);
    // `T t(0)` of a dependent type has no type itself.
    if (!E || E->getType().isNull() || E->isTypeDependent() ||
        E->isValueDependent())
      return std::nullopt;
    if (std::optional<bool> A = F.answer(E, /*Cancelled=*/false))
      return *A;
    Expr::EvalResult Known;
    if (E->getType()->isIntegralOrEnumerationType() &&
        E->EvaluateAsInt(Known, F.context()))
      return Known.Val.getInt().tryExtValue();
    if (isa<CXXNullPtrLiteralExpr>(E))
      return 0;
    const auto *New = dyn_cast<CXXConstructExpr>(E);
    return New && New->getNumArgs() == 0 ? std::optional<int64_t>(0)
                                         : std::nullopt;
  }

  bool isUnseen(const Stmt &S) const {
    for (const Stmt *P = &S; P; P = Body.parent(P))
      if (isa<CXXCatchStmt>(P))
        return false;
    const CFGBlock *B = F.graph()->blockOf(&S);
    return !B || Running.test(B->getBlockID());
  }

  static const Expr *valueWritten(const Stmt &S) {
    if (const auto *A = dyn_cast<BinaryOperator>(&S))
      return A->getOpcode() == BO_Assign ? A->getRHS() : nullptr;
    const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S);
    return Op && Op->getOperator() == OO_Equal && Op->getNumArgs() == 2
               ? Op->getArg(1)
               : nullptr;
  }

  /// Whether S gives the flag V what a call with the token came to.
  bool isOutcome(const VarDecl &V, const Stmt &S) const {
    const auto *A = dyn_cast<BinaryOperator>(&S);
    return A && V.getType()->isBooleanType() &&
           (A->getOpcode() == BO_Assign || A->getOpcode() == BO_AndAssign) &&
           anyWithin(A->getRHS(), [&](const Stmt &X) {
             const auto *Call = dyn_cast<CallExpr>(&X);
             return Call && isGivenToken(F, *Call);
           });
  }

  /// Whether Ref reads, asks or writes the variable, and gives it to nobody.
  bool isPlainUse(const DeclRefExpr &Ref) const {
    const Stmt *P = Body.parent(&Ref);
    while (isa_and_nonnull<ParenExpr>(P))
      P = Body.parent(P);
    if (const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(P))
      return Cast->getCastKind() == CK_LValueToRValue ||
             Cast->getCastKind() == CK_NoOp;
    if (const auto *A = dyn_cast_or_null<BinaryOperator>(P))
      return A->isAssignmentOp();
    return isa_and_nonnull<MemberExpr, CXXOperatorCallExpr>(P);
  }

  std::optional<int64_t> valueUnseen(const VarDecl &V) const {
    if (!V.isLocalVarDecl() || V.getType()->isReferenceType() ||
        V.isStaticLocal() || !V.getInit())
      return std::nullopt;
    std::optional<int64_t> Value = constant(V.getInit());
    if (!Value)
      return std::nullopt;
    bool Seen = false;
    for (const Stmt *S : Body.allStatements()) {
      if (writtenBy(*S) != &V)
        continue;
      if (!isUnseen(*S)) {
        Seen = true;
        continue;
      }
      if (NothingFails && *Value == 1 && isOutcome(V, *S))
        continue; // `ok = add(item, stop)` leaves it as it is
      const Expr *Written = valueWritten(*S);
      // `stopped = stop.stop_requested()` says it in itself.
      if (Written && constant(Written) == Value &&
          (F.answer(Written, /*Cancelled=*/true) ||
           F.answer(Written, /*Cancelled=*/false)))
        Seen = true;
      else if (!Written || constant(Written) != Value)
        return std::nullopt;
    }
    if (!Seen || llvm::any_of(Body.references(), [&](const DeclRefExpr *Ref) {
          return Ref->getDecl() == &V && !isPlainUse(*Ref);
        }))
      return std::nullopt;
    for (const LambdaExpr *L : Body.lambdas())
      if (anyWithin(L->getBody(),
                    [&](const Stmt &S) { return writtenBy(S) == &V; }))
        return std::nullopt;
    return Value;
  }

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  const BitVector &Running;
  const bool NothingFails;
};

/// What Cond says where the variables have these values.
std::optional<bool> answerOf(const Expr *Cond, const Values &Known) {
  Cond = stripped(Cond);
  if (const auto *Not = dyn_cast<UnaryOperator>(Cond);
      Not && Not->getOpcode() == UO_LNot) {
    std::optional<bool> A = answerOf(Not->getSubExpr(), Known);
    return A ? std::optional<bool>(!*A) : std::nullopt;
  }
  auto ValueOf = [&](const Expr *E) -> std::optional<int64_t> {
    const auto *V = dyn_cast_or_null<VarDecl>(variableOf(stripped(E)));
    auto It = Known.find(V);
    return V && It != Known.end() ? std::optional<int64_t>(It->second)
                                  : std::nullopt;
  };
  if (const auto *Op = dyn_cast<BinaryOperator>(Cond);
      Op && Op->isEqualityOp()) {
    const auto *Zero = dyn_cast<IntegerLiteral>(stripped(Op->getRHS()));
    const bool Null = isa<CXXNullPtrLiteralExpr>(stripped(Op->getRHS()));
    std::optional<int64_t> Left = ValueOf(Op->getLHS());
    if (!Left || !(Null || (Zero && Zero->getValue().isZero())))
      return std::nullopt;
    return (*Left == 0) == (Op->getOpcode() == BO_EQ);
  }
  // `if (failure)`, `if (result.has_value())`
  if (const auto *Asks = dyn_cast<CXXMemberCallExpr>(Cond)) {
    const CXXMethodDecl *M = Asks->getMethodDecl();
    if (!isa_and_nonnull<CXXConversionDecl>(M) &&
        !(M && M->getIdentifier() && M->getName() == "has_value"))
      return std::nullopt;
    Cond = Asks->getImplicitObjectArgument();
  }
  std::optional<int64_t> Value = ValueOf(Cond);
  return Value ? std::optional<bool>(*Value != 0) : std::nullopt;
}

/// Whether one of the operands that Op joins says Wanted once the stop was
/// seen.
bool anySaysSeen(const FunctionAnalysis &F, const Expr *Cond,
                 BinaryOperatorKind Op, bool Wanted, const Values &Known) {
  Cond = stripped(Cond);
  const auto *Both = dyn_cast<BinaryOperator>(Cond);
  if (Both && Both->getOpcode() == Op)
    return anySaysSeen(F, Both->getLHS(), Op, Wanted, Known) ||
           anySaysSeen(F, Both->getRHS(), Op, Wanted, Known);
  return F.answer(Cond, /*Cancelled=*/true) == Wanted ||
         answerOf(Cond, Known) == !Wanted;
}

} // namespace

bool isReactionAsWell(const FunctionAnalysis &F, const Stmt &S,
                      const BitVector &Running) {
  const FunctionBody &Body = F.body();
  std::optional<Values> Known;
  for (const auto *If = Body.enclosing<IfStmt>(&S); If;
       If = Body.enclosing<IfStmt>(If)) {
    // `if consteval` has none.
    const auto *Cond = If->getCond()
                           ? dyn_cast<BinaryOperator>(stripped(If->getCond()))
                           : nullptr;
    if (!Cond || !Cond->isLogicalOp())
      continue;
    const bool Or = Cond->getOpcode() == BO_LOr;
    const Stmt *Taken = Or ? If->getThen() : If->getElse();
    if (!Taken || !Body.isWithin(&S, Taken))
      continue;
    if (!Known)
      Known = Finder(F, Running, /*NothingFails=*/false).find();
    if (anySaysSeen(F, Cond, Cond->getOpcode(), /*Wanted=*/Or, *Known))
      return true;
  }
  return false;
}

BitVector runningUnseen(const FunctionAnalysis &F, BitVector Running,
                        bool NothingFails) {
  const FlowGraph &G = *F.graph();
  const Values Known = Finder(F, Running, NothingFails).find();
  if (Known.empty())
    return Running;
  const FlowView V = G.view(
      [&](const Expr &E) {
        std::optional<bool> A = F.answer(&E, /*Cancelled=*/false);
        return A ? A : answerOf(&E, Known);
      },
      [](const CFGBlock &) { return BlockVerdict(); },
      [](const CXXCatchStmt &) { return false; });
  return V.reachableFrom(G.entry());
}

} // namespace cancel_tidy
