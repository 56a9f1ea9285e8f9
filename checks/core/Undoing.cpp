// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Undoing.h"
#include "checks/core/Names.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

bool namesUndo(StringRef Name) {
  if (namesCleanup(Name))
    return true;
  for (unsigned I = 0; I < 2 && !Name.empty(); ++I)
    if (StringSwitch<bool>(takeWord(Name))
            .Cases("delete", "discard", "drop", "erase", "remove", true)
            .Cases("revert", "roll", "unlink", true)
            .Default(false))
      return true;
  return false;
}

bool undoes(const Stmt &S) {
  auto Takes = [](const Stmt &X) {
    const auto *Call = dyn_cast<CallExpr>(&X);
    const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
    return FD && FD->getIdentifier() && namesUndo(FD->getName());
  };
  return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S)
             ? anyWithin(&S, Takes)
             : Takes(S);
}

bool isGivenToken(const FunctionAnalysis &F, const Expr &Call) {
  if (F.tokens().queryOf(Call))
    return false;
  const Expr *Object = objectOf(Call);
  return llvm::any_of(writtenArgs(Call),
                      [&](const Expr *A) { return F.reach().handsOn(A); }) ||
         (Object && !isa<CXXThisExpr>(Object->IgnoreParenImpCasts()) &&
          F.reach().handsOn(Object));
}

namespace {

/// Of results: Cancelled, kCanceled, operation_aborted; not the button Cancel.
bool namesCancelled(const Expr &E) {
  const Expr *Named = &E;
  // An error_code, or an error_condition, is made of it.
  while (const auto *New = dyn_cast<CXXConstructExpr>(Named)) {
    if (writtenArgs(*New).size() != 1)
      return false;
    Named = stripped(New->getArg(0));
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(Named);
  if (!Ref || !isa<EnumConstantDecl>(Ref->getDecl()))
    return false;
  const std::string Name = Ref->getDecl()->getName().lower();
  return StringRef(Name).contains("cancelled") ||
         StringRef(Name).contains("canceled") || Name == "operation_aborted";
}

bool isSuccess(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Ref && isa<EnumConstantDecl>(Ref->getDecl()) &&
         namesSuccess(Ref->getDecl()->getName());
}

bool namesFailure(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  if (!Ref || !isa<EnumConstantDecl>(Ref->getDecl()))
    return false;
  const StringRef Name = Ref->getDecl()->getName();
  return Name.contains_insensitive("fail") ||
         Name.contains_insensitive("error");
}

/// An operator, its sides, and whether it asks for equality.
struct Comparison {
  const Expr *Left, *Right;
  bool Equal;
};

std::optional<Comparison> comparison(const Expr *E) {
  if (const auto *Op = dyn_cast<BinaryOperator>(E); Op && Op->isEqualityOp())
    return Comparison{stripped(Op->getLHS()), stripped(Op->getRHS()),
                      Op->getOpcode() == BO_EQ};
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(E);
      Op && Op->getNumArgs() == 2 &&
      (Op->getOperator() == OO_EqualEqual ||
       Op->getOperator() == OO_ExclaimEqual))
    return Comparison{stripped(Op->getArg(0)), stripped(Op->getArg(1)),
                      Op->getOperator() == OO_EqualEqual};
  if (const auto *Op = dyn_cast<CXXRewrittenBinaryOperator>(E);
      Op && BinaryOperator::isEqualityOp(Op->getOpcode())) {
    const auto Form = Op->getDecomposedForm();
    return Comparison{stripped(Form.LHS), stripped(Form.RHS),
                      Op->getOpcode() == BO_EQ};
  }
  return std::nullopt;
}

class Asker {
public:
  explicit Asker(const FunctionAnalysis &F) : F(F) {}

  /// The value of Cond where a result in it says that something was cancelled.
  std::optional<bool> whenCancelled(const Expr *Cond) const {
    return eachPart(Cond, [](const Expr *E) -> std::optional<bool> {
      std::optional<Comparison> C = comparison(E);
      if (C && (namesCancelled(*C->Left) || namesCancelled(*C->Right)))
        return C->Equal;
      return std::nullopt;
    });
  }

  /// The value of Cond where a call that was given the token failed.
  std::optional<bool> whenFailed(const Expr *Cond) const {
    return eachPart(Cond, [&](const Expr *E) { return partFails(E); });
  }

private:
  static std::optional<bool>
  eachPart(const Expr *Cond,
           function_ref<std::optional<bool>(const Expr *)> Part) {
    if (!Cond)
      return std::nullopt;
    Cond = stripped(Cond);
    if (const auto *Not = dyn_cast<UnaryOperator>(Cond);
        Not && Not->getOpcode() == UO_LNot)
      return negated(eachPart(Not->getSubExpr(), Part));
    if (const auto *Op = dyn_cast<BinaryOperator>(Cond);
        Op && Op->isLogicalOp()) {
      std::optional<bool> Left = eachPart(Op->getLHS(), Part);
      return Left ? Left : eachPart(Op->getRHS(), Part);
    }
    return Part(Cond);
  }

  std::optional<bool> partFails(const Expr *E) const {
    if (std::optional<Comparison> C = comparison(E)) {
      if (!isResult(C->Left))
        return std::nullopt;
      if (isSuccess(C->Right) || isZero(C->Right))
        return C->Left->getType()->isPointerType() ? C->Equal : !C->Equal;
      if (namesFailure(C->Right))
        return C->Equal;
      return std::nullopt;
    }
    if (const auto *Op = dyn_cast<BinaryOperator>(E))
      return Op->getOpcode() == BO_LT && isResult(stripped(Op->getLHS())) &&
                     isZero(stripped(Op->getRHS()))
                 ? std::optional<bool>(true)
                 : std::nullopt;
    // result.ok(), `if (result)`
    if (const auto *Asks = dyn_cast<CXXMemberCallExpr>(E);
        Asks && Asks->getNumArgs() == 0 && !isResult(E)) {
      const CXXMethodDecl *M = Asks->getMethodDecl();
      const Expr *Object = Asks->getImplicitObjectArgument();
      if (!M || !Object || !isResult(stripped(Object)))
        return std::nullopt;
      if (isa<CXXConversionDecl>(M))
        return isError(Object->getType());
      if (!M->getIdentifier() || !M->getReturnType()->isBooleanType())
        return std::nullopt;
      return negated(trueMeansGood(M->getName()));
    }
    if (!isResult(E))
      return std::nullopt;
    QualType T = E->getType().getNonReferenceType();
    // Numbers are codes of errors.
    return T->isIntegerType() && !T->isBooleanType();
  }

  static bool isError(QualType T) {
    T = T.getNonReferenceType();
    if (T->isPointerType())
      T = T->getPointeeType();
    const CXXRecordDecl *R = T->getAsCXXRecordDecl();
    return R && R->getIdentifier() && R->getName().contains_insensitive("err");
  }

  bool isZero(const Expr *E) const {
    const auto *Number = dyn_cast<IntegerLiteral>(E);
    return (Number && Number->getValue().isZero()) ||
           isa<CXXNullPtrLiteralExpr, GNUNullExpr>(E);
  }

  /// A call that was given the token, or a local variable that has the result
  /// of one.
  bool isResult(const Expr *E) const {
    E = resultOf(E);
    if (isa<CallExpr>(E))
      return isGivenToken(F, *E);
    const auto *V = dyn_cast_or_null<VarDecl>(variableOf(E));
    if (!V || !V->isLocalVarDecl())
      return false;
    auto Gives = [&](const Expr *Value) {
      return Value && isa<CallExpr>(resultOf(Value)) &&
             isGivenToken(F, *resultOf(Value));
    };
    if (V->getInit() && F.body().contains(V->getInit()) && Gives(V->getInit()))
      return true;
    return llvm::any_of(F.body().allStatements(), [&](const Stmt *S) {
      const auto *A = dyn_cast<BinaryOperator>(S);
      if (A && A->getOpcode() == BO_Assign)
        return variableOf(A->getLHS()) == V && Gives(A->getRHS());
      const auto *Op = dyn_cast<CXXOperatorCallExpr>(S);
      return Op && Op->getOperator() == OO_Equal &&
             variableOf(Op->getArg(0)) == V && Gives(Op->getArg(1));
    });
  }

  /// Without what awaits, copies and converts.
  static const Expr *resultOf(const Expr *E) {
    while (true) {
      const Expr *Next = stripped(E);
      if (const auto *Await = dyn_cast<CoawaitExpr>(Next))
        Next = Await->getOperand();
      else if (const auto *New = dyn_cast<CXXConstructExpr>(Next);
               New && New->getNumArgs() == 1)
        Next = New->getArg(0);
      if (Next == E)
        return E;
      E = Next;
    }
  }

  const FunctionAnalysis &F;
};

/// Whether Branch ends by leaving the function.
bool leavesFunction(const Stmt *Branch) {
  while (const auto *Block = dyn_cast_or_null<CompoundStmt>(Branch))
    Branch = Block->body_empty() ? nullptr : Block->body_back();
  if (const auto *E = dyn_cast_or_null<Expr>(Branch))
    return isa<CXXThrowExpr>(stripped(E));
  return isa_and_nonnull<ReturnStmt, CoreturnStmt>(Branch);
}

/// Whether S, a statement in the body of a switch, belongs to cases that say
/// cancelled and to no other.
bool isInCancelledCase(const FunctionBody &Body, const Stmt *S) {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Body.parent(S));
  if (!Block || !isa_and_nonnull<SwitchStmt>(Body.parent(Block)))
    return false;
  const Stmt *Label = nullptr;
  bool FallsIn = true;
  for (const Stmt *One : Block->body()) {
    if (isa<SwitchCase>(One)) {
      // What comes from the case before is not said to be cancelled.
      if (Label && FallsIn)
        return false;
      Label = One;
      FallsIn = true;
    }
    if (One == S)
      break;
    const Stmt *Last = One;
    while (const auto *Case = dyn_cast<SwitchCase>(Last))
      Last = Case->getSubStmt();
    if (isa<BreakStmt, ContinueStmt>(Last) || leavesFunction(Last))
      FallsIn = false;
  }
  if (!Label)
    return false;
  for (; const auto *Case = dyn_cast_or_null<SwitchCase>(Label);
       Label = Case->getSubStmt()) {
    const auto *Value = dyn_cast<CaseStmt>(Case);
    if (!Value || !namesCancelled(*stripped(Value->getLHS())))
      return false;
  }
  return true;
}

} // namespace

bool isBehindFailure(const FunctionAnalysis &F, const Stmt &S) {
  const FunctionBody &Body = F.body();
  const Asker A(F);
  std::optional<bool> Undoes;
  for (const Stmt *P = &S; P; P = Body.parent(P)) {
    if (isInCancelledCase(Body, P))
      return true;
    const auto *If = dyn_cast_or_null<IfStmt>(Body.parent(P));
    if (!If || !If->getCond() || If->getCond()->isTypeDependent() ||
        (P != If->getThen() && P != If->getElse()))
      continue;
    const bool Taken = P == If->getThen();
    if (A.whenCancelled(If->getCond()) == Taken)
      return true;
    if (!Undoes)
      Undoes = undoes(S);
    if (*Undoes && leavesFunction(P) && A.whenFailed(If->getCond()) == Taken)
      return true;
  }
  return false;
}

} // namespace cancel_tidy
