// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/FunctionBody.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Calls Visit for the children of S that are evaluated when S is, and that
/// somebody wrote.
void forEachChild(const Stmt &S, const ASTContext *Ctx,
                  function_ref<void(const Stmt *)> Visit) {
  auto One = [&](const Stmt *Child) {
    if (Child)
      Visit(Child);
  };
  switch (S.getStmtClass()) {
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::CXXNoexceptExprClass:
  case Stmt::RequiresExprClass:
  case Stmt::ConceptSpecializationExprClass:
  case Stmt::CXXDefaultArgExprClass:
  case Stmt::CXXDefaultInitExprClass:
    return;
  case Stmt::CXXTypeidExprClass:
    if (!cast<CXXTypeidExpr>(S).isPotentiallyEvaluated())
      return;
    break;
  case Stmt::CoroutineBodyStmtClass:
    One(cast<CoroutineBodyStmt>(S).getBody());
    return;
  case Stmt::CoawaitExprClass:
  case Stmt::CoyieldExprClass:
    One(cast<CoroutineSuspendExpr>(S).getOperand());
    return;
  case Stmt::CoreturnStmtClass:
    One(cast<CoreturnStmt>(S).getOperand());
    return;
  case Stmt::LambdaExprClass:
    for (const Expr *Init : cast<LambdaExpr>(S).capture_inits())
      One(Init);
    return;
  case Stmt::CXXForRangeStmtClass: {
    const auto &For = cast<CXXForRangeStmt>(S);
    One(For.getInit());
    if (const auto *Range = For.getRangeStmt())
      One(Range);
    One(For.getLoopVarStmt());
    One(For.getBody());
    return;
  }
  case Stmt::IfStmtClass: {
    const auto &If = cast<IfStmt>(S);
    if (!If.isConstexpr() || !Ctx)
      break;
    auto Live = If.getNondiscardedCase(*Ctx);
    if (!Live)
      break;
    One(If.getInit());
    One(*Live);
    return;
  }
  case Stmt::GenericSelectionExprClass:
    One(cast<GenericSelectionExpr>(S).getResultExpr());
    return;
  case Stmt::PseudoObjectExprClass:
    One(cast<PseudoObjectExpr>(S).getSyntacticForm());
    return;
  case Stmt::InitListExprClass: {
    const auto &List = cast<InitListExpr>(S);
    const InitListExpr *Use = List.isSemanticForm()    ? &List
                              : List.getSemanticForm() ? List.getSemanticForm()
                                                       : &List;
    for (const Expr *Init : Use->inits())
      One(Init);
    return;
  }
  default:
    break;
  }
  for (const Stmt *Child : S.children())
    One(Child);
}

} // namespace

/// Fills a FunctionBody in one pass, without recursion on the call stack for
/// statement lists (a 50,000-line function is wide, not deep).
class BodyWalker {
public:
  explicit BodyWalker(FunctionBody &B) : B(B) {}

  void walk(const Stmt *Root, const Stmt *Parent) {
    SmallVector<std::pair<const Stmt *, const Stmt *>, 64> Stack;
    Stack.push_back({Root, Parent});
    while (!Stack.empty()) {
      auto [S, P] = Stack.pop_back_val();
      if (!B.Parents.try_emplace(S, P).second)
        continue; // shared between a syntactic and a semantic form
      B.All.push_back(S);
      record(*S);
      size_t Mark = Stack.size();
      forEachChild(*S, &B.Context, [&, Self = S](const Stmt *Child) {
        Stack.push_back({Child, Self});
      });
      std::reverse(Stack.begin() + Mark, Stack.end());
    }
  }

private:
  void record(const Stmt &S) {
    if (isa<RecoveryExpr>(S))
      B.Broken = true;
    if (const auto *E = dyn_cast<Expr>(&S); E && E->containsErrors())
      B.Broken = true;
    if (isa<CallExpr, CXXConstructExpr, CXXUnresolvedConstructExpr>(S))
      B.Calls.push_back(cast<Expr>(&S));
    else if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S))
      B.Loops.push_back(&S);
    else if (const auto *L = dyn_cast<LambdaExpr>(&S))
      B.Lambdas.push_back(L);
    else if (const auto *R = dyn_cast<DeclRefExpr>(&S))
      B.References.push_back(R);
    else if (const auto *M = dyn_cast<MemberExpr>(&S))
      B.MemberUses.push_back(M);
    else if (const auto *L = dyn_cast<LabelStmt>(&S))
      B.Labels.push_back(L);
    else if (const auto *Op = dyn_cast<BinaryOperator>(&S);
             Op && Op->isAssignmentOp())
      B.Assignments.push_back(Op);
    else if (const auto *D = dyn_cast<DeclStmt>(&S)) {
      for (const Decl *One : D->decls())
        if (const auto *V = dyn_cast<VarDecl>(One)) {
          B.Variables.push_back(V);
          if (V->isInvalidDecl())
            B.Broken = true;
        }
    } else if (const auto *C = dyn_cast<CXXCatchStmt>(&S)) {
      if (C->getExceptionDecl())
        B.Variables.push_back(C->getExceptionDecl());
    }
    if (isa<CoreturnStmt, CoawaitExpr, CoyieldExpr>(S))
      B.Coroutine = true;
  }

  FunctionBody &B;
};

FunctionBody::FunctionBody(const FunctionDecl &FD, ASTContext &Context,
                           const FunctionBody *Outer, const LambdaExpr *Lambda,
                           bool HasError)
    : FD(FD), Context(Context), Outer(Outer), Lambda(Lambda) {
  const Stmt *Body = FD.getBody();
  if (const auto *Co = dyn_cast_or_null<CoroutineBodyStmt>(Body)) {
    Coroutine = true;
    Body = Co->getBody();
  }
  Written = Body;
  Broken = HasError || FD.isInvalidDecl();
  BodyWalker Walker(*this);
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(&FD))
    for (const CXXCtorInitializer *Init : Ctor->inits())
      if (Init->isWritten() && Init->getInit())
        Walker.walk(Init->getInit(), nullptr);
  if (Body)
    Walker.walk(Body, nullptr);
}

bool FunctionBody::isWithin(const Stmt *S, const Stmt *Ancestor) const {
  for (; S; S = parent(S))
    if (S == Ancestor)
      return true;
  return false;
}

bool FunctionBody::mentions(const ValueDecl &D) const {
  return llvm::any_of(References,
                      [&](const DeclRefExpr *R) { return R->getDecl() == &D; });
}

bool FunctionBody::isLentToLambda(const ValueDecl &V) const {
  return llvm::any_of(Lambdas, [&](const LambdaExpr *L) {
    const LambdaCapture *C = captureOf(*L, V);
    return C && C->getCaptureKind() == LCK_ByRef;
  });
}

bool FunctionBody::namesMember(const ValueDecl &D) const {
  auto Names = [&](const Stmt &S) {
    const auto *M = dyn_cast<MemberExpr>(&S);
    return M && M->getMemberDecl() == &D;
  };
  return llvm::any_of(MemberUses,
                      [&](const MemberExpr *M) { return Names(*M); }) ||
         llvm::any_of(Lambdas, [&](const LambdaExpr *L) {
           return anyWithin(L->getBody(), Names);
         });
}

const FunctionDecl *calleeOf(const Expr &E) {
  if (const auto *Call = dyn_cast<CallExpr>(&E)) {
    if (const FunctionDecl *FD = Call->getDirectCallee())
      return FD;
    return nullptr;
  }
  if (const auto *New = dyn_cast<CXXConstructExpr>(&E))
    return New->getConstructor();
  return nullptr;
}

SmallVector<const Expr *, 8> writtenArgs(const Expr &E) {
  SmallVector<const Expr *, 8> Args;
  if (const auto *Call = dyn_cast<CallExpr>(&E)) {
    unsigned First =
        isa<CXXOperatorCallExpr>(Call) &&
                isa_and_nonnull<CXXMethodDecl>(Call->getCalleeDecl())
            ? 1
            : 0;
    for (unsigned I = First; I < Call->getNumArgs(); ++I)
      if (!isa<CXXDefaultArgExpr>(Call->getArg(I)))
        Args.push_back(Call->getArg(I));
  } else if (const auto *New = dyn_cast<CXXConstructExpr>(&E)) {
    for (const Expr *A : New->arguments())
      if (!isa<CXXDefaultArgExpr>(A))
        Args.push_back(A);
  } else if (const auto *Dep = dyn_cast<CXXUnresolvedConstructExpr>(&E)) {
    for (const Expr *A : Dep->arguments())
      Args.push_back(A);
  }
  return Args;
}

bool isOfStd(const FunctionDecl &FD) {
  for (const DeclContext *DC = FD.getDeclContext(); DC; DC = DC->getParent())
    if (DC->isStdNamespace())
      return true;
  return false;
}

const LambdaCapture *captureOf(const LambdaExpr &L, const ValueDecl &V) {
  for (const LambdaCapture &C : L.captures())
    if (C.capturesVariable() && C.getCapturedVar() == &V)
      return &C;
  return nullptr;
}

bool isForwarder(const FunctionDecl *FD) {
  return FD && FD->isInStdNamespace() && FD->getIdentifier() &&
         (FD->getName() == "move" || FD->getName() == "forward" ||
          FD->getName() == "ref" || FD->getName() == "cref" ||
          FD->getName() == "addressof" || FD->getName() == "as_const");
}

const Expr *objectOf(const Expr &E) {
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&E))
    return Call->getImplicitObjectArgument();
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&E))
    if (isa_and_nonnull<CXXMethodDecl>(Op->getCalleeDecl()) &&
        Op->getNumArgs() > 0)
      return Op->getArg(0);
  return nullptr;
}

bool anyWithin(const Stmt *Root, function_ref<bool(const Stmt &)> P) {
  SmallVector<const Stmt *, 32> Stack;
  if (Root)
    Stack.push_back(Root);
  while (!Stack.empty()) {
    const Stmt *S = Stack.pop_back_val();
    if (P(*S))
      return true;
    forEachChild(*S, nullptr, [&](const Stmt *C) { Stack.push_back(C); });
  }
  return false;
}

const Expr *stripped(const Expr *E) {
  while (E) {
    const Expr *Next = E->IgnoreParenImpCasts();
    if (const auto *Full = dyn_cast<FullExpr>(Next))
      Next = Full->getSubExpr();
    else if (const auto *Temp = dyn_cast<MaterializeTemporaryExpr>(Next))
      Next = Temp->getSubExpr();
    else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Next))
      Next = Bind->getSubExpr();
    else if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Next);
             Cast && Cast->getType()->isBooleanType())
      Next = Cast->getSubExpr();
    if (Next == E)
      return E;
    E = Next;
  }
  return E;
}

const ValueDecl *variableOf(const Stmt *E) {
  if (const auto *X = dyn_cast_or_null<Expr>(E))
    E = X->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E))
    return dyn_cast<VarDecl>(Ref->getDecl());
  if (const auto *M = dyn_cast_or_null<MemberExpr>(E))
    return dyn_cast<FieldDecl>(M->getMemberDecl());
  return nullptr;
}

const ValueDecl *writtenBy(const Stmt &S) {
  if (const auto *A = dyn_cast<BinaryOperator>(&S))
    return A->isAssignmentOp() ? variableOf(A->getLHS()) : nullptr;
  if (const auto *U = dyn_cast<UnaryOperator>(&S))
    return U->isIncrementDecrementOp() ? variableOf(U->getSubExpr()) : nullptr;
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S))
    return Op->getNumArgs() && Op->isAssignmentOp() ? variableOf(Op->getArg(0))
                                                    : nullptr;
  if (const auto *M = dyn_cast<CXXMemberCallExpr>(&S))
    if (const CXXMethodDecl *D = M->getMethodDecl(); D && !D->isConst())
      return variableOf(M->getImplicitObjectArgument());
  return nullptr;
}

bool mayLeave(const IfStmt &If) {
  auto Leaves = [](const Stmt &S) {
    if (const auto *Call = dyn_cast<CallExpr>(&S))
      return Call->getDirectCallee() && Call->getDirectCallee()->isNoReturn();
    return isa<BreakStmt, ReturnStmt, CoreturnStmt, GotoStmt, CXXThrowExpr>(S);
  };
  return anyWithin(If.getThen(), Leaves) ||
         (If.getElse() && anyWithin(If.getElse(), Leaves));
}

bool neverEnds(const Stmt &Loop, const ASTContext &Context) {
  const Expr *Cond = nullptr;
  bool Endless = false;
  if (const auto *For = dyn_cast<ForStmt>(&Loop)) {
    Cond = For->getCond();
    Endless = !Cond;
  } else if (const auto *While = dyn_cast<WhileStmt>(&Loop)) {
    Cond = While->getCond();
  }
  bool Value = false;
  if (Cond && !Cond->isValueDependent() &&
      Cond->EvaluateAsBooleanCondition(Value, Context))
    Endless = Value;
  return Endless && !anyWithin(&Loop, [](const Stmt &X) {
           return isa<BreakStmt, ReturnStmt, CoreturnStmt, GotoStmt,
                      CXXThrowExpr>(X);
         });
}

bool isNoLoop(const Stmt &Loop, const ASTContext &Context) {
  const Expr *Cond = nullptr;
  if (const auto *Do = dyn_cast<DoStmt>(&Loop))
    Cond = Do->getCond();
  else if (const auto *While = dyn_cast<WhileStmt>(&Loop))
    Cond = While->getCond();
  if (!Cond || Cond->isValueDependent())
    return false;
  bool Value = false;
  return Cond->EvaluateAsBooleanCondition(Value, Context) && !Value;
}

} // namespace cancel_tidy
