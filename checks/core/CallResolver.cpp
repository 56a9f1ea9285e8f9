// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CallResolver.h"
#include "checks/core/Charges.h"
#include "checks/core/MadeInPlace.h"
#include "checks/core/Names.h"
#include "checks/core/Overloads.h"
#include "checks/core/OwnWork.h"
#include "checks/core/Unit.h"
#include "checks/core/WakeUps.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// F, or a function that holds it, is D or the pattern D came from.
bool isEnclosing(const FunctionAnalysis &F, const FunctionDecl &D) {
  for (const FunctionAnalysis *A = &F; A; A = A->outer())
    if (patternOf(A->decl()).getCanonicalDecl() ==
        patternOf(D).getCanonicalDecl())
      return true;
  return false;
}

/// The call runs in the body of a library's forwarding template: what it calls
/// is decided by a template argument.
bool isForwardedCallee(const Expr &Call, const FunctionDecl &Callee) {
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&Call))
    if (Op->getOperator() == OO_Call) {
      const auto *Ref =
          dyn_cast<DeclRefExpr>(Op->getArg(0)->IgnoreParenImpCasts());
      const auto *M = dyn_cast<CXXMethodDecl>(&Callee);
      return !Ref || !M || M->getParent()->isLambda();
    }
  return false;
}

/// Whether no other body than Def's can run for the call, or none that is
/// likely to treat the token another way.
bool isDecided(const FunctionAnalysis &F, const Expr &Call,
               const CXXMethodDecl &Def) {
  if (!Def.isVirtual() || Def.hasAttr<FinalAttr>() ||
      Def.getParent()->hasAttr<FinalAttr>())
    return true;
  const Expr *Object = objectOf(Call);
  if (!Object)
    return true;
  if (const auto *Member = dyn_cast<MemberExpr>(
          cast<CallExpr>(Call).getCallee()->IgnoreParenImpCasts());
      Member && Member->hasQualifier())
    return true;
  // An implementation of an interface that calls itself. What a hook does
  // before somebody overrides it says nothing.
  return isa<CXXThisExpr>(Object->IgnoreParenImpCasts()) &&
         Def.size_overridden_methods() != 0 && F.unit().analysisOf(Def) &&
         !F.unit().analysisOf(Def)->body().calls().empty();
}

/// Whether the body that would get the token is seen to do nothing with it.
bool ignoresToken(const FunctionAnalysis &F, const Expr &Call, const Sink &S) {
  const FunctionDecl *Def = F.unit().bodyOf(*S.Callee);
  if (!Def || Def->isDependentContext() || Def->isDefaulted() ||
      S.Index >= Def->getNumParams())
    return false;
  if (const auto *M = dyn_cast<CXXMethodDecl>(Def);
      M && !isDecided(F, Call, *M))
    return false;
  const ParmVarDecl *P = Def->getParamDecl(S.Index);
  if (!P->getIdentifier())
    return true;
  const FunctionAnalysis *A = F.unit().analysisOf(*Def);
  if (!A || A->body().isBroken())
    return false;
  // `(void)token;` and the macros for it are no use.
  return llvm::all_of(A->body().references(), [&](const DeclRefExpr *R) {
    if (R->getDecl() != P)
      return true;
    const Stmt *Use = A->body().parent(R);
    while (isa_and_nonnull<ParenExpr, ImplicitCastExpr>(Use))
      Use = A->body().parent(Use);
    const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(Use);
    return Cast && Cast->getType()->isVoidType();
  });
}

} // namespace

/// Whether a member keeps what Call makes. It outlives the call: the token of
/// one operation is not for it, that of the object is.
static bool isKeptByMember(const FunctionAnalysis &F, const Expr &Call) {
  auto IsMember = [](const Expr *E) {
    return E && anyWithin(E, [](const Stmt &S) {
             const auto *M = dyn_cast<MemberExpr>(&S);
             return M && isa<FieldDecl>(M->getMemberDecl());
           });
  };
  bool Kept = IsMember(objectOf(Call));
  for (const Stmt *P = F.body().parent(&Call);
       !Kept && isa_and_nonnull<Expr>(P); P = F.body().parent(P))
    if (const auto *Set = dyn_cast<BinaryOperator>(P))
      Kept = Set->isAssignmentOp() && IsMember(Set->getLHS());
    else if (const auto *User = dyn_cast<CallExpr>(P))
      Kept = IsMember(objectOf(*User));
  return Kept && !isa<CXXConstructorDecl>(F.decl());
}

/// As findSink(), for a constructor that gets the arguments of Call.
static std::optional<Sink> sinkBehind(const FunctionAnalysis &F,
                                      const Expr &Call) {
  const CXXConstructorDecl *Ctor = constructorBehind(F, Call);
  if (!Ctor || isEnclosing(F, *Ctor) ||
      F.tokens().roleOf(*Ctor->getParent()).Token ||
      F.tokens().roleOf(*Ctor->getParent()).Source)
    return std::nullopt;
  if (isKeptByMember(F, Call)) {
    const std::vector<ReachToken> Tokens = F.reach().at(&Call);
    if (Tokens.empty() || Tokens.front().From != ReachToken::Origin::Field)
      return std::nullopt;
  }
  for (unsigned I = 0; I < Ctor->getNumParams(); ++I) {
    const TokenUse Use = F.tokens().classify(Ctor->getParamDecl(I)->getType());
    const Sink Found{Ctor, I, Use, false};
    if (Use)
      return I < writtenArgs(Call).size() || ignoresToken(F, Call, Found)
                 ? std::nullopt
                 : std::optional(Found);
  }
  return overloadWithToken(F, Call, *Ctor, [&](const Sink &S) {
    return S.Callee->getAccess() == AS_public && !isEnclosing(F, *S.Callee) &&
           !ignoresToken(F, Call, S);
  });
}

std::optional<Sink> findSink(const FunctionAnalysis &F, const Expr &Call) {
  const TokenIndex &Tokens = F.tokens();
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || FD->isImplicit() || FD->getBuiltinID() != 0 ||
      isa<CXXDestructorDecl, CXXConversionDecl>(FD))
    return std::nullopt;
  if (FD->isOverloadedOperator() && FD->getOverloadedOperator() != OO_Call)
    return std::nullopt;
  if (const auto *New = dyn_cast<CXXConstructExpr>(&Call)) {
    if (New->getConstructor()->isCopyOrMoveConstructor() ||
        Tokens.classify(New->getType()).Token ||
        Tokens.roleOf(New->getType()).Source)
      return std::nullopt;
    // The object slot of a base or a delegating constructor is fine; one made
    // by the compiler (an array's elements, a defaulted base) is not.
    if (New->getType()->isArrayType() ||
        (New->getParenOrBraceRange().isInvalid() && New->getNumArgs() == 0 &&
         New->getLocation().isInvalid()))
      return std::nullopt;
  }
  // What the token itself, or a source, is asked.
  if (Tokens.queryOf(Call))
    return std::nullopt;
  if (isForwardedCallee(Call, *FD) || isEnclosing(F, *FD))
    return std::nullopt;

  const SmallVector<const Expr *, 8> Args = writtenArgs(Call);
  for (const Expr *A : Args)
    if (F.reach().handsOn(A))
      return std::nullopt;
  if (const Expr *Object = objectOf(Call)) {
    if (Tokens.classify(Object->IgnoreParenImpCasts()->getType()).Token)
      return std::nullopt;
    if (!isa<CXXThisExpr>(Object->IgnoreParenImpCasts()) &&
        F.reach().handsOn(Object))
      return std::nullopt;
  }

  // A defaulted parameter that takes a token.
  const unsigned First =
      isa<CXXOperatorCallExpr>(&Call) && isa<CXXMethodDecl>(FD) ? 1 : 0;
  auto Defaulted = [&](unsigned I) {
    if (const auto *C = dyn_cast<CallExpr>(&Call))
      return I + First < C->getNumArgs() &&
             isa<CXXDefaultArgExpr>(C->getArg(I + First));
    if (const auto *C = dyn_cast<CXXConstructExpr>(&Call))
      return I < C->getNumArgs() && isa<CXXDefaultArgExpr>(C->getArg(I));
    return false;
  };
  for (unsigned I = 0; I < FD->getNumParams(); ++I) {
    TokenUse Use = Tokens.classify(FD->getParamDecl(I)->getType());
    if (!Use)
      continue;
    if (!Defaulted(I))
      return std::nullopt; // given, if only as an opt-out
    Sink Found{FD, I, Use, false};
    if (ignoresToken(F, Call, Found))
      return std::nullopt;
    return Found;
  }

  if (std::optional<Sink> Behind = sinkBehind(F, Call))
    return Behind;
  return overloadWithToken(F, Call, *FD, [&](const Sink &S) {
    return !isEnclosing(F, *S.Callee) && !ignoresToken(F, Call, S);
  });
}

/// A static local is made once, for all callers: the token of the first one is
/// not for it.
static bool isInStaticInitialiser(const FunctionAnalysis &F, const Expr &Call) {
  for (const Stmt *P = F.body().parent(&Call); P; P = F.body().parent(P))
    if (const auto *D = dyn_cast<DeclStmt>(P))
      return D->isSingleDecl() && isa<VarDecl>(D->getSingleDecl()) &&
             cast<VarDecl>(D->getSingleDecl())->isStaticLocal();
  return false;
}

std::vector<UnforwardedCall> unforwardedCalls(const FunctionAnalysis &F) {
  std::vector<UnforwardedCall> Out;
  if (!F.isJudged())
    return Out;
  for (const Expr *Call : F.body().calls()) {
    std::optional<Sink> S = findSink(F, *Call);
    if (!S)
      continue;
    std::vector<ReachToken> Tokens = F.reach().at(Call);
    auto Best = llvm::find_if(
        Tokens, [&](const ReachToken &T) { return handover(F, T, *S).Fits; });
    if (Best == Tokens.end())
      continue;
    if (Best->From == ReachToken::Origin::Field) {
      // `*this` already holds a member's token.
      const Expr *Object = objectOf(*Call);
      if (Object && isa<CXXThisExpr>(Object->IgnoreParenImpCasts()))
        continue;
      // Who stops the object wakes those who wait for this: `units_.broken()`.
      if ((Object && isWokenFromOutside(F, *Object)) ||
          llvm::any_of(writtenArgs(*Call), [&](const Expr *A) {
            return isWokenFromOutside(F, *A);
          }))
        continue;
    }
    const FunctionDecl *Callee = calleeOf(*Call);
    if (isInStaticInitialiser(F, *Call) || F.isShielded(Call) ||
        isFutureDropped(F, *Call) || isFutureGuarded(F, *Call) ||
        (Callee->getIdentifier() && namesCleanup(Callee->getName())))
      continue; // cleaning up has to be done, cancelled or not
    const CostClass Listed = F.costs().listed(*Call);
    Out.push_back({Call, *S, *Best,
                   Listed == CostClass::Blocking &&
                       !TokenIndex::isAnnotated(*calleeOf(*Call), "blocking")});
  }
  // Of `query(sql).rows()` the first call says it all.
  SmallPtrSet<const Stmt *, 8> All;
  for (const UnforwardedCall &U : Out)
    All.insert(U.Call);
  llvm::erase_if(Out, [&](const UnforwardedCall &U) {
    const Expr *Object = objectOf(*U.Call);
    return Object &&
           anyWithin(Object, [&](const Stmt &S) { return All.contains(&S); });
  });
  return Out;
}

SourceLocation calleeLocation(const Expr &E) {
  if (const auto *Call = dyn_cast<CallExpr>(&E)) {
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call))
      return Op->getArg(0)->getExprLoc();
    const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
    if (const auto *M = dyn_cast<MemberExpr>(Callee))
      return M->getMemberLoc();
    if (const auto *R = dyn_cast<DeclRefExpr>(Callee))
      return R->getLocation();
    return Callee->getExprLoc();
  }
  return E.getExprLoc();
}

std::string calleeName(const Expr &E) {
  const FunctionDecl *FD = calleeOf(E);
  if (!FD)
    return "callable";
  if (const auto *M = dyn_cast<CXXMethodDecl>(FD)) {
    const CXXRecordDecl *R = M->getParent();
    if (isa<CXXConstructorDecl>(M))
      return R->getNameAsString();
    if (M->isOverloadedOperator() && !R->isLambda())
      return R->getNameAsString() + "::" + M->getNameAsString();
  }
  return FD->getNameAsString();
}

std::string sinkName(const Expr &Call, const Sink &S) {
  return isBehind(S, Call) ? cast<CXXConstructorDecl>(S.Callee)
                                 ->getParent()
                                 ->getNameAsString()
                           : calleeName(Call);
}

} // namespace cancel_tidy
