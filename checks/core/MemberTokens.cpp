// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/MemberTokens.h"
#include "checks/core/Endings.h"
#include "checks/core/Unit.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

static bool namesField(const Expr *E, const FieldDecl &Field) {
  return E && anyWithin(E, [&](const Stmt &S) {
           const auto *M = dyn_cast<MemberExpr>(&S);
           return M && M->getMemberDecl() == &Field &&
                  isa<CXXThisExpr>(M->getBase()->IgnoreParenImpCasts());
         });
}

/// A copy, or another name, of the token is no use of it.
static bool takesToken(const FunctionAnalysis &F, const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || isForwarder(FD) || F.tokens().classify(Call.getType()) ||
      isa<CXXOperatorCallExpr>(Call))
    return false;
  const QueryKind Kind = F.tokens().queryOf(Call).Kind;
  return Kind == QueryKind::None || Kind == QueryKind::Wait;
}

bool isGovernedBy(const FunctionAnalysis &F, const ReachToken &T) {
  const auto *Field = dyn_cast<FieldDecl>(T.Root);
  const auto *Method = dyn_cast<CXXMethodDecl>(&F.decl());
  if (!Field || !Method || F.outer() ||
      (Method->getIdentifier() && namesEnding(Method->getName())) ||
      F.unit().isUnsetIn(*Field, *Method))
    return false;
  return llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    const Query Q = F.tokens().queryOf(*Call);
    if (Q.looks() && namesField(Q.Object, *Field))
      return true;
    return takesToken(F, *Call) &&
           llvm::any_of(writtenArgs(*Call), [&](const Expr *A) {
             return F.tokens().classify(A->IgnoreParenImpCasts()->getType()) &&
                    namesField(A, *Field);
           });
  });
}

/// Numbers, times and texts: what is copied says nothing of the object later.
static bool isPlainValue(QualType T) {
  T = T.getNonReferenceType();
  if (T->isArithmeticType() || T->isEnumeralType())
    return true;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && R->getIdentifier() &&
         StringSwitch<bool>(R->getName())
             .Cases("basic_string", "basic_string_view", "duration", true)
             .Cases("time_point", "path", "QString", true)
             .Default(false);
}

/// A number that stands for something that can be closed.
static bool namesHandle(StringRef Name) {
  return llvm::any_of(
      ArrayRef{"fd", "sock", "descriptor", "handle", "pipe"},
      [&](StringRef Word) { return Name.contains_insensitive(Word); });
}

/// Whether This is only there to name, or ask for, a plain value that Root is
/// made of.
static bool givesPlainValue(const FunctionAnalysis &F, const Stmt &This,
                            const Expr &Root) {
  StringRef Name;
  const Stmt *P = &This;
  while (P != &Root) {
    P = F.body().parent(P);
    if (!isa_and_nonnull<MemberExpr, ImplicitCastExpr, ParenExpr,
                         CXXMemberCallExpr>(P))
      return false;
    if (const auto *M = dyn_cast<MemberExpr>(P);
        M && M->getMemberDecl()->getIdentifier())
      Name = M->getMemberDecl()->getName();
    if (isPlainValue(cast<Expr>(P)->getType()))
      return !namesHandle(Name);
  }
  return false;
}

static bool isOwnState(const FunctionAnalysis &F, const Expr *E,
                       unsigned Depth = 0) {
  if (!E)
    return false;
  return anyWithin(E, [&](const Stmt &S) {
    if (isa<CXXThisExpr>(S))
      return !givesPlainValue(F, S, *E);
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return V && V->isLocalVarDecl() && Depth < 3 &&
           isOwnState(F, V->getInit(), Depth + 1);
  });
}

bool getsOwnState(const FunctionAnalysis &F, const Expr &Call) {
  return isOwnState(F, objectOf(Call)) ||
         llvm::any_of(writtenArgs(Call),
                      [&](const Expr *A) { return isOwnState(F, A); });
}

} // namespace cancel_tidy
