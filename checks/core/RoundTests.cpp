// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/RoundTests.h"
#include "checks/core/LoopShape.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// `Var == Value`, or `Var != Value`.
struct Test {
  const VarDecl *Var = nullptr;
  APSInt Value;
  bool Equal = true;

  /// Whether both cannot hold.
  bool contradicts(const Test &Other) const {
    if (Var != Other.Var || (!Equal && !Other.Equal))
      return false;
    const bool Same = APSInt::isSameValue(Value, Other.Value);
    return Equal && Other.Equal ? !Same : Same;
  }
};

const VarDecl *localVariable(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return V && V->hasLocalStorage() && !V->getType()->isReferenceType() &&
                 V->getType()->isIntegralOrEnumerationType() &&
                 !V->getType().isVolatileQualified()
             ? V
             : nullptr;
}

std::optional<APSInt> constant(const Expr *E, const ASTContext &Context) {
  Expr::EvalResult Result;
  if (E->isValueDependent() || !E->EvaluateAsInt(Result, Context))
    return std::nullopt;
  return Result.Val.getInt();
}

std::optional<Test> testOf(const Expr *Cond, const ASTContext &Context) {
  Cond = Cond->IgnoreParenImpCasts();
  if (const auto *Not = dyn_cast<UnaryOperator>(Cond);
      Not && Not->getOpcode() == UO_LNot) {
    std::optional<Test> T = testOf(Not->getSubExpr(), Context);
    if (T)
      T->Equal = !T->Equal;
    return T;
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(Cond)) {
    if (!Op->isEqualityOp())
      return std::nullopt;
    for (auto [Side, Other] : {std::pair(Op->getLHS(), Op->getRHS()),
                               std::pair(Op->getRHS(), Op->getLHS())})
      if (const VarDecl *V = localVariable(Side))
        if (std::optional<APSInt> Value = constant(Other, Context))
          return Test{V, std::move(*Value), Op->getOpcode() == BO_EQ};
    return std::nullopt;
  }
  if (const VarDecl *V = localVariable(Cond))
    return Test{V, APSInt::get(0), /*Equal=*/false};
  return std::nullopt;
}

/// What must hold for another round.
void collectTests(const Expr *Cond, const ASTContext &Context,
                  SmallVectorImpl<Test> &Out) {
  Cond = Cond->IgnoreParenImpCasts();
  if (const auto *Op = dyn_cast<BinaryOperator>(Cond);
      Op && Op->getOpcode() == BO_LAnd) {
    collectTests(Op->getLHS(), Context, Out);
    collectTests(Op->getRHS(), Context, Out);
  } else if (std::optional<Test> T = testOf(Cond, Context)) {
    Out.push_back(std::move(*T));
  }
}

class RoundTests {
public:
  RoundTests(const FunctionAnalysis &F, const Stmt &Loop) : F(F), Loop(Loop) {
    if (const Expr *Cond = conditionOfLoop(Loop))
      collectTests(Cond, F.context(), Needed);
  }

  bool empty() const { return Needed.empty(); }

  /// Whether no way on from At, where Known holds, goes round.
  bool ends(const Test &Known, const Stmt &At) {
    return llvm::any_of(Needed, [&](const Test &N) {
      return N.contradicts(Known) && isKept(*N.Var, At);
    });
  }

private:
  /// Whether what follows At in the round leaves Var as it is.
  bool isKept(const VarDecl &Var, const Stmt &At) const {
    // A loop inside may come back to what is in front of it.
    for (const Stmt *P = F.body().parent(&At); P != &Loop;
         P = F.body().parent(P))
      if (!P || isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
        return false;
    if (!F.body().labels().empty())
      return false;
    for (const LambdaExpr *L : F.body().lambdas())
      for (const LambdaCapture &C : L->captures())
        if (C.capturesVariable() && C.getCapturedVar() == &Var &&
            C.getCaptureKind() == LCK_ByRef)
          return false;
    const Stmt *Body = bodyOfLoop(Loop);
    return llvm::all_of(F.body().references(), [&](const DeclRefExpr *R) {
      // The loop's condition and its step come after the body.
      if (R->getDecl() != &Var || !F.body().isWithin(R, &Loop) ||
          (F.body().isWithin(R, Body) &&
           !F.sources().isBeforeInTranslationUnit(At.getBeginLoc(),
                                                  R->getBeginLoc())))
        return true;
      const Stmt *P = F.body().parent(R);
      while (isa_and_nonnull<ParenExpr>(P))
        P = F.body().parent(P);
      const auto *Init = dyn_cast<ForStmt>(&Loop);
      if (Init && Init->getInit() && F.body().isWithin(R, Init->getInit()))
        return true;
      const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(P);
      return Cast && Cast->getCastKind() == CK_LValueToRValue;
    });
  }

  const FunctionAnalysis &F;
  const Stmt &Loop;
  SmallVector<Test, 2> Needed;
};

/// The edges of Switch in block B that end the loop.
void addEndingCases(const FunctionAnalysis &F, const CFGBlock &B,
                    const SwitchStmt &Switch, RoundTests &Tests,
                    SmallVectorImpl<unsigned> &Out) {
  const VarDecl *Var = localVariable(Switch.getCond());
  if (!Var)
    return;
  for (const auto &S : B.succs()) {
    const CFGBlock *To = S.getReachableBlock();
    if (!To)
      continue;
    if (const auto *Case = dyn_cast_or_null<CaseStmt>(To->getLabel());
        Case && !Case->getRHS()) {
      std::optional<APSInt> Value = constant(Case->getLHS(), F.context());
      if (Value && Tests.ends({Var, std::move(*Value), true}, Switch))
        Out.push_back(To->getBlockID());
      continue;
    }
    // No case of the switch holds there, by which the loop may go on.
    const bool Ends = [&] {
      for (const SwitchCase *C = Switch.getSwitchCaseList(); C;
           C = C->getNextSwitchCase())
        if (const auto *Case = dyn_cast<CaseStmt>(C); Case && !Case->getRHS())
          if (auto Value = constant(Case->getLHS(), F.context()))
            if (Tests.ends({Var, std::move(*Value), false}, Switch))
              return true;
      return false;
    }();
    if (Ends)
      Out.push_back(To->getBlockID());
  }
}

} // namespace

void cutRoundsThatEnd(const FunctionAnalysis &F, const Stmt &Loop,
                      const BitVector &Nodes, FlowView &V) {
  RoundTests Tests(F, Loop);
  if (Tests.empty())
    return;
  const Expr *Own = conditionOfLoop(Loop);
  for (unsigned N : Nodes.set_bits()) {
    const CFGBlock &B = *F.graph()->block(N);
    const Stmt *Last = B.getTerminatorStmt();
    if (!Last || Last == &Loop || F.body().isWithin(Last, Own))
      continue;
    SmallVector<unsigned, 4> Ending;
    if (const auto *Switch = dyn_cast<SwitchStmt>(Last)) {
      addEndingCases(F, B, *Switch, Tests, Ending);
    } else if (const Expr *Cond = FlowGraph::conditionOf(B);
               Cond && B.succ_size() == 2) {
      std::optional<Test> Known = testOf(Cond, F.context());
      if (!Known)
        continue;
      for (const auto &S : B.succs()) {
        if (const CFGBlock *To = S.getReachableBlock();
            To && Tests.ends(*Known, *Cond))
          Ending.push_back(To->getBlockID());
        Known->Equal = !Known->Equal;
      }
    }
    llvm::erase_if(V.Successors[N],
                   [&](unsigned To) { return is_contained(Ending, To); });
  }
}

} // namespace cancel_tidy
