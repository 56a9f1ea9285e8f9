// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Charges.h"
#include "checks/core/Names.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// FmtLogMessage, write_log; not readLog.
static bool beginsWithLog(StringRef Name) {
  const std::string First = takeWord(Name), Second = takeWord(Name),
                    Third = takeWord(Name);
  return Second == "log" && Name.empty() &&
         StringSwitch<bool>(First)
             .Cases("add", "append", "do", "dump", "emit", "fmt", true)
             .Cases("print", "put", "write", true)
             .Default(false) &&
         StringSwitch<bool>(Third)
             .Cases("", "entry", "event", "impl", "line", "message", true)
             .Case("msg", true)
             .Default(false);
}

/// ... `QtAddLogEntry`: of a library without a namespace.
static bool writesLog(StringRef Name) {
  StringRef Rest = Name;
  takeWord(Rest);
  return beginsWithLog(Name) || beginsWithLog(Rest);
}

/// `status.ToString()`, `to_string(status)`, `error.what()`: a value as a text.
/// One that takes more may fetch what it shows.
static bool makesText(const FunctionDecl &FD) {
  return FD.getNumParams() == (isa<CXXMethodDecl>(FD) ? 0u : 1u) &&
         !FD.getReturnType()->isVoidType() &&
         StringSwitch<bool>(FD.getName())
             .Cases("ToString", "toString", "to_string", "toStdString", true)
             .Cases("str", "what", true)
             .Default(false);
}

bool isNeverCharged(const FunctionDecl &Callee) {
  if (!Callee.getIdentifier())
    return false;
  StringRef Name = Callee.getName();
  if (namesCleanup(Name) || writesLog(Name) || makesText(Callee))
    return true;
  // Narrower than namesLogging(): processMessage() works.
  return StringSwitch<bool>(takeWord(Name))
      .Cases("debug", "log", "trace", "warn", true)
      .Cases("notify", "on", true)
      .Default(false);
}

/// `inject`, `fault_injector`, `failpoint`.
static bool namesTestHook(const NamedDecl *D) {
  return D && D->getIdentifier() &&
         (D->getName().contains_insensitive("inject") ||
          D->getName().contains_insensitive("failpoint"));
}

static bool callsTestHook(const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  const auto *M = dyn_cast_or_null<CXXMethodDecl>(FD);
  return FD && (namesTestHook(FD) || (M && namesTestHook(M->getParent())));
}

bool isTestHook(const FunctionAnalysis &F, const Stmt &S) {
  const Stmt *Below = nullptr;
  for (const Stmt *P = &S; P; Below = P, P = F.body().parent(P)) {
    if (const auto *E = dyn_cast<Expr>(P);
        E && isa<CallExpr, CXXConstructExpr>(E) && callsTestHook(*E))
      return true;
    const auto *If = dyn_cast<IfStmt>(P);
    if (If && Below == If->getThen() &&
        anyWithin(If->getCond(), [](const Stmt &Part) {
          const auto *E = dyn_cast<CallExpr>(&Part);
          return E && callsTestHook(*E);
        }))
      return true;
  }
  return F.outer() && F.body().lambda() &&
         isTestHook(*F.outer(), *F.body().lambda());
}

static bool givesFuture(const Expr &Call) {
  const CXXRecordDecl *R = Call.getType()->getAsCXXRecordDecl();
  return R && R->getIdentifier() &&
         (R->getName().contains_insensitive("future") ||
          R->getName().contains_insensitive("task"));
}

bool isFutureCollected(const FunctionAnalysis &F, const Expr &Call) {
  if (!givesFuture(Call))
    return false;
  const Stmt *P = F.body().parent(&Call);
  while (isa_and_nonnull<CXXConstructExpr, MaterializeTemporaryExpr,
                         CXXBindTemporaryExpr, ImplicitCastExpr>(P))
    P = F.body().parent(P);
  const auto *Add = dyn_cast_or_null<CXXMemberCallExpr>(P);
  const CXXMethodDecl *M = Add ? Add->getMethodDecl() : nullptr;
  return M && M->getIdentifier() &&
         StringSwitch<bool>(M->getName())
             .Cases("append", "emplace_back", "insert", "push_back", true)
             .Default(false);
}

bool isFutureGuarded(const FunctionAnalysis &F, const Expr &Call) {
  if (!givesFuture(Call))
    return false;
  const Stmt *Below = &Call;
  for (const Stmt *P = F.body().parent(Below); isa_and_nonnull<Expr>(P);
       Below = P, P = F.body().parent(P)) {
    const auto *Around = dyn_cast<CallExpr>(P);
    if (Around && llvm::is_contained(Around->arguments(), Below))
      return llvm::any_of(Around->arguments(), [&](const Expr *A) {
        return A != Below && F.reach().handsOn(A);
      });
  }
  return false;
}

bool isFutureDropped(const FunctionAnalysis &F, const Expr &Call) {
  if (!givesFuture(Call))
    return false;
  const Stmt *Below = &Call;
  for (const Stmt *P = F.body().parent(Below); isa_and_nonnull<Expr>(P);
       Below = P, P = F.body().parent(P)) {
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(P))
      return Cast->getType()->isVoidType();
    // `trigger().then(f)`: what follows goes the same way.
    if (const auto *Next = dyn_cast<CallExpr>(P);
        Next && Next->getCallee() != Below)
      return false;
  }
  return false;
}

/// `!p`, `p == nullptr`: p, if others than this call of the function keep it.
static const ValueDecl *testedForNull(const Expr *Cond) {
  Cond = Cond->IgnoreParenImpCasts();
  const Expr *Tested = nullptr;
  if (const auto *Not = dyn_cast<UnaryOperator>(Cond);
      Not && Not->getOpcode() == UO_LNot)
    Tested = Not->getSubExpr();
  else if (const auto *Is = dyn_cast<BinaryOperator>(Cond);
           Is && Is->getOpcode() == BO_EQ)
    Tested = Is->getLHS();
  if (!Tested)
    return nullptr;
  // A smart pointer's conversion to bool.
  Tested = Tested->IgnoreParenImpCasts();
  if (const auto *Asks = dyn_cast<CXXMemberCallExpr>(Tested);
      Asks && isa_and_nonnull<CXXConversionDecl>(Asks->getMethodDecl()))
    Tested = Asks->getImplicitObjectArgument()->IgnoreParenImpCasts();
  const ValueDecl *D = variableOf(Tested);
  const auto *V = dyn_cast_or_null<VarDecl>(D);
  return V && V->hasLocalStorage() ? nullptr : D;
}

bool isMadeOnce(const FunctionAnalysis &F, const Expr &Call) {
  for (const Stmt *P = F.body().parent(&Call); P; P = F.body().parent(P)) {
    if (const auto *D = dyn_cast<DeclStmt>(P)) {
      const auto *V =
          D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl()) : nullptr;
      if (V && V->isStaticLocal())
        return true;
    }
    const auto *If = dyn_cast<IfStmt>(P);
    // `if consteval` has no condition.
    if (!If || !If->getCond() || !F.body().isWithin(&Call, If->getThen()))
      continue;
    const ValueDecl *Kept = testedForNull(If->getCond());
    if (Kept && anyWithin(If->getThen(),
                          [&](const Stmt &S) { return writtenBy(S) == Kept; }))
      return true;
  }
  return false;
}

bool isUncontended(const FunctionAnalysis &F, const Expr &Call) {
  const Expr *Object = objectOf(Call);
  if (!isa<CXXConstructorDecl>(F.decl()) || !Object ||
      F.costs().listed(Call) != CostClass::Blocking)
    return false;
  const auto *Member = dyn_cast<MemberExpr>(Object->IgnoreParenImpCasts());
  const auto *Field =
      Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
  return Field && isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts()) &&
         !Field->getType()->isReferenceType() &&
         !Field->getType()->isPointerType();
}

} // namespace cancel_tidy
