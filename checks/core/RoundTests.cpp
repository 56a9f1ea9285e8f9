// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/RoundTests.h"
#include "checks/core/LoopShape.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/ConstantRange.h"
#include "llvm/IR/InstrTypes.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// `Var == 1`, `Var > 0`: the numbers for which it holds.
struct Test {
  const VarDecl *Var = nullptr;
  ConstantRange Holds;

  /// Compare is a signed one; what is unsigned fits as well.
  Test(const VarDecl *Var, CmpInst::Predicate Compare, const APSInt &Value)
      : Var(Var), Holds(ConstantRange::makeExactICmpRegion(
                      Compare, Value.extOrTrunc(Width))) {}

  void negate() { Holds = Holds.inverse(); }
  /// Whether both cannot hold.
  bool contradicts(const Test &Other) const {
    return Var == Other.Var && Holds.intersectWith(Other.Holds).isEmptySet();
  }

private:
  static constexpr unsigned Width = 72; // any number of C++ with its sign
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

/// What Op asks of its left side; of the other one, if Turned.
CmpInst::Predicate predicateOf(BinaryOperatorKind Op, bool Turned) {
  switch (Op) {
  case BO_EQ:
    return CmpInst::ICMP_EQ;
  case BO_NE:
    return CmpInst::ICMP_NE;
  case BO_LT:
    return Turned ? CmpInst::ICMP_SGT : CmpInst::ICMP_SLT;
  case BO_LE:
    return Turned ? CmpInst::ICMP_SGE : CmpInst::ICMP_SLE;
  case BO_GT:
    return Turned ? CmpInst::ICMP_SLT : CmpInst::ICMP_SGT;
  case BO_GE:
    return Turned ? CmpInst::ICMP_SLE : CmpInst::ICMP_SGE;
  default:
    llvm_unreachable("no comparison of numbers");
  }
}

/// Whether a comparison leaves the number of a variable what it is: none with
/// a sign is taken for one without.
bool keepsNumber(const Expr &Side, const VarDecl &V) {
  return Side.getType()->isSignedIntegerOrEnumerationType() ||
         !V.getType()->isSignedIntegerOrEnumerationType();
}

std::optional<Test> testOf(const Expr *Cond, const ASTContext &Context) {
  Cond = Cond->IgnoreParenImpCasts();
  if (const auto *Not = dyn_cast<clang::UnaryOperator>(Cond);
      Not && Not->getOpcode() == UO_LNot) {
    std::optional<Test> T = testOf(Not->getSubExpr(), Context);
    if (T)
      T->negate();
    return T;
  }
  if (const auto *Op = dyn_cast<clang::BinaryOperator>(Cond)) {
    if (!Op->isEqualityOp() && !Op->isRelationalOp())
      return std::nullopt;
    for (bool Turned : {false, true}) {
      const Expr *Side = Turned ? Op->getRHS() : Op->getLHS();
      const Expr *Other = Turned ? Op->getLHS() : Op->getRHS();
      if (const VarDecl *V = localVariable(Side); V && keepsNumber(*Side, *V))
        if (std::optional<APSInt> Value = constant(Other, Context))
          return Test(V, predicateOf(Op->getOpcode(), Turned), *Value);
    }
    return std::nullopt;
  }
  if (const VarDecl *V = localVariable(Cond))
    return Test(V, CmpInst::ICMP_NE, APSInt::get(0));
  return std::nullopt;
}

/// What must hold for another round.
void collectTests(const Expr *Cond, const ASTContext &Context,
                  SmallVectorImpl<Test> &Out) {
  Cond = Cond->IgnoreParenImpCasts();
  if (const auto *Op = dyn_cast<clang::BinaryOperator>(Cond);
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
    if (F.body().isLentToLambda(Var))
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
      if (Value && Tests.ends({Var, CmpInst::ICMP_EQ, *Value}, Switch))
        Out.push_back(To->getBlockID());
      continue;
    }
    // No case of the switch holds there, by which the loop may go on.
    const bool Ends = [&] {
      for (const SwitchCase *C = Switch.getSwitchCaseList(); C;
           C = C->getNextSwitchCase())
        if (const auto *Case = dyn_cast<CaseStmt>(C); Case && !Case->getRHS())
          if (auto Value = constant(Case->getLHS(), F.context()))
            if (Tests.ends({Var, CmpInst::ICMP_NE, *Value}, Switch))
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
      for (unsigned Edge : {0u, 1u}) {
        if (const CFGBlock *To = F.graph()->next(B, Edge);
            To && Tests.ends(*Known, *Cond))
          Ending.push_back(To->getBlockID());
        Known->negate();
      }
    }
    llvm::erase_if(V.Successors[N],
                   [&](unsigned To) { return is_contained(Ending, To); });
  }
}

} // namespace cancel_tidy
