// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/HandleUse.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

bool isNullOrInvalid(const Expr &E, const ASTContext &Context) {
  if (E.isValueDependent())
    return false;
  if (E.isNullPointerConstant(const_cast<ASTContext &>(Context),
                              Expr::NPC_ValueDependentIsNotNull))
    return true;
  Expr::EvalResult Value;
  return E.getType()->isIntegerType() && E.EvaluateAsInt(Value, Context) &&
         Value.Val.getInt().isNegative();
}

/// `(void *)-1`: MAP_FAILED, INVALID_HANDLE_VALUE.
bool isFailureConstant(const Expr &E, const ASTContext &Context) {
  if (isNullOrInvalid(E, Context))
    return true;
  const auto *Cast = dyn_cast<ExplicitCastExpr>(E.IgnoreParenImpCasts());
  Expr::EvalResult Value;
  return Cast && Cast->getType()->isPointerType() &&
         Cast->getSubExpr()->getType()->isIntegerType() &&
         !Cast->isValueDependent() &&
         Cast->getSubExpr()->EvaluateAsInt(Value, Context);
}

/// E without parentheses, casts and temporaries.
const Expr *bare(const Expr *E) {
  while (true) {
    const Expr *Next = E->IgnoreParenCasts();
    if (const auto *Full = dyn_cast<FullExpr>(Next))
      Next = Full->getSubExpr();
    if (Next == E)
      return E;
    E = Next;
  }
}

/// Whether E is the handle, or an assignment to it.
bool isHandle(const Expr *E, const VarDecl &V) {
  E = bare(E);
  if (const auto *A = dyn_cast<BinaryOperator>(E);
      A && A->getOpcode() == BO_Assign)
    E = bare(A->getLHS());
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Ref && Ref->getDecl() == &V;
}

class UseOfHandle {
public:
  UseOfHandle(const FunctionAnalysis &F, const ResourcePair &Pair,
              unsigned Depth)
      : F(F), Pair(Pair), Depth(Depth) {}

  /// What the use is; At is set to the statement that makes it so.
  HandleUse of(const DeclRefExpr &Ref, const Stmt *&At) const {
    const Stmt *Child = &Ref;
    for (const Stmt *P = F.body().parent(Child); P;
         Child = P, P = F.body().parent(P)) {
      At = P;
      if (isa<ParenExpr, FullExpr, MaterializeTemporaryExpr>(P))
        continue;
      if (const auto *Cast = dyn_cast<CastExpr>(P)) {
        if (Cast->getCastKind() == CK_ToVoid)
          return HandleUse::Harmless;
        continue;
      }
      if (const auto *Op = dyn_cast<UnaryOperator>(P))
        return Op->getOpcode() == UO_LNot    ? HandleUse::Test
               : Op->getOpcode() == UO_Deref ? HandleUse::Harmless
                                             : HandleUse::Escape;
      if (const auto *Op = dyn_cast<BinaryOperator>(P)) {
        if (Op->isComparisonOp() || Op->isLogicalOp())
          return HandleUse::Test;
        if (Op->isAdditiveOp())
          return HandleUse::Harmless; // a place inside; nobody frees that
        if (Op->getOpcode() == BO_Assign && Op->getLHS() == Child)
          return ofAssignment(*Op);
        return HandleUse::Escape;
      }
      // `p->run()`, `p->field`, `p[i]`; but `clients[fd]` keeps it.
      if (const auto *At = dyn_cast<ArraySubscriptExpr>(P))
        return At->getIdx() == Child ? HandleUse::Escape : HandleUse::Harmless;
      if (isa<MemberExpr, CXXDependentScopeMemberExpr, UnresolvedMemberExpr>(P))
        return HandleUse::Harmless;
      if (const auto *New = dyn_cast<CXXConstructExpr>(P))
        return copies(*New) ? HandleUse::Harmless : HandleUse::Escape;
      if (isa<CXXDeleteExpr>(P))
        return F.unit().resources().releases(Pair, *cast<Expr>(P))
                   ? HandleUse::Release
                   : HandleUse::Escape;
      if (const auto *Call = dyn_cast<CallExpr>(P))
        return ofArgument(*Call, Child);
      if (isa<IfStmt, WhileStmt, DoStmt, ForStmt, SwitchStmt>(P))
        return HandleUse::Test;
      if (const auto *Choice = dyn_cast<ConditionalOperator>(P))
        return Choice->getCond() == Child ? HandleUse::Test : HandleUse::Escape;
      return isa<CompoundStmt>(P) ? HandleUse::Harmless : HandleUse::Escape;
    }
    return HandleUse::Escape;
  }

private:
  HandleUse ofAssignment(const BinaryOperator &Op) const {
    const Expr *Value = bare(Op.getRHS());
    return isNullOrInvalid(*Op.getRHS(), F.context()) ||
                   F.unit().resources().acquired(*Value) == &Pair
               ? HandleUse::Renewal
               : HandleUse::Escape;
  }

  HandleUse ofArgument(const CallExpr &Call, const Stmt *Arg) const {
    const Resources &R = F.unit().resources();
    if (R.releases(Pair, Call))
      return HandleUse::Release;
    if (R.borrows(Pair, Call))
      return HandleUse::Harmless;
    const FunctionDecl *FD = calleeOf(Call);
    if (!FD || FD->isDependentContext() || Call.getCallee() == Arg)
      return HandleUse::Escape;
    const auto *M = dyn_cast<CXXMethodDecl>(FD);
    unsigned Index = 0;
    while (Index < Call.getNumArgs() && Call.getArg(Index) != Arg)
      ++Index;
    if (M && isa<CXXOperatorCallExpr>(Call) && !M->isStatic() && Index-- == 0)
      return HandleUse::Escape;
    // `out << fd` prints it.
    if (FD->getOverloadedOperator() == OO_LessLess)
      return HandleUse::Harmless;
    if (Index < FD->getNumParams()) {
      QualType T = FD->getParamDecl(Index)->getType();
      if (T->isReferenceType() && !T.getNonReferenceType().isConstQualified())
        return HandleUse::Escape;
      // std::copy(p, p + n, ...)
      if (FD->isInStdNamespace() && !M)
        return FD->getReturnType()->isRecordType() ? HandleUse::Escape
                                                   : HandleUse::Harmless;
      const bool Virtual = M && M->isVirtual();
      if (const FunctionDecl *Def = Virtual ? nullptr : F.unit().bodyOf(*FD))
        return inBody(*Def, Index);
    }
    // A member may keep it, and what is given back may hold it.
    QualType Result = FD->getReturnType();
    const bool Plain = Result->isVoidType() || Result->isArithmeticType() ||
                       Result->isEnumeralType();
    return Plain && (!M || M->isStatic()) ? HandleUse::PerhapsTaken
                                          : HandleUse::Escape;
  }

  /// std::string(text): a value of its own.
  static bool copies(const CXXConstructExpr &New) {
    const CXXRecordDecl *R = New.getConstructor()->getParent();
    return R->isInStdNamespace() && R->getIdentifier() &&
           (R->getName() == "basic_string" || R->getName() == "vector" ||
            R->getName() == "basic_string_view");
  }

  HandleUse inBody(const FunctionDecl &Def, unsigned Index) const {
    constexpr unsigned MaxDepth = 2;
    const FunctionAnalysis *Callee =
        Depth < MaxDepth && !Def.isDependentContext() ? F.unit().analysisOf(Def)
                                                      : nullptr;
    if (!Callee || Callee->body().isBroken() || Index >= Def.getNumParams())
      return HandleUse::Escape;
    const ParmVarDecl &P = *Def.getParamDecl(Index);
    UseOfHandle Inner(*Callee, Pair, Depth + 1);
    for (const DeclRefExpr *Ref : Callee->body().references()) {
      if (Ref->getDecl() != &P)
        continue;
      const Stmt *At = nullptr;
      HandleUse U = Inner.of(*Ref, At);
      if (U != HandleUse::Harmless && U != HandleUse::Test)
        return U == HandleUse::PerhapsTaken ? U : HandleUse::Escape;
    }
    return HandleUse::Harmless;
  }

  const FunctionAnalysis &F;
  const ResourcePair &Pair;
  unsigned Depth;
};

} // namespace

HandleUse useOf(const FunctionAnalysis &F, const ResourcePair &Pair,
                const DeclRefExpr &Ref, const Stmt *&At) {
  return UseOfHandle(F, Pair, 0).of(Ref, At);
}

std::optional<bool> whenNotHeld(const VarDecl &Handle, const Expr &Cond,
                                const ASTContext &Context) {
  const Expr *E = bare(&Cond);
  if (const auto *Not = dyn_cast<UnaryOperator>(E);
      Not && Not->getOpcode() == UO_LNot) {
    std::optional<bool> Inner =
        whenNotHeld(Handle, *Not->getSubExpr(), Context);
    return Inner ? std::optional<bool>(!*Inner) : std::nullopt;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    const FunctionDecl *FD = Call->getDirectCallee();
    return FD && FD->getBuiltinID() == Builtin::BI__builtin_expect
               ? whenNotHeld(Handle, *Call->getArg(0), Context)
               : std::nullopt;
  }
  // `if (file)`; a descriptor may be 0.
  if (isHandle(E, Handle))
    return Handle.getType()->isPointerType() ? std::optional<bool>(false)
                                             : std::nullopt;
  const auto *Op = dyn_cast<BinaryOperator>(E);
  if (!Op || !Op->isComparisonOp())
    return std::nullopt;
  const Expr *L = Op->getLHS(), *R = Op->getRHS();
  BinaryOperatorKind Kind = Op->getOpcode();
  if (!isHandle(L, Handle)) {
    std::swap(L, R);
    Kind = BinaryOperator::reverseComparisonOp(Kind);
  }
  if (!isHandle(L, Handle))
    return std::nullopt;
  if (Op->isEqualityOp())
    return isFailureConstant(*R, Context) ? std::optional<bool>(Kind == BO_EQ)
                                          : std::nullopt;
  Expr::EvalResult Value;
  if (!Op->isRelationalOp() || R->isValueDependent() ||
      !R->getType()->isIntegerType() || !R->EvaluateAsInt(Value, Context))
    return std::nullopt;
  const std::optional<int64_t> Than = Value.Val.getInt().tryExtValue();
  if (!Than || *Than < -1 || *Than > 0)
    return std::nullopt;
  return Kind == BO_LT || Kind == BO_LE;
}

} // namespace cancel_tidy
