// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Dangling.h"
#include "checks/core/Escape.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

bool isBefore(const FunctionAnalysis &F, SourceLocation A, SourceLocation B) {
  return F.sources().isBeforeInTranslationUnit(A, B);
}

bool isTokenOrSource(const TokenIndex &Tokens, QualType T) {
  return Tokens.classify(T).Token || Tokens.roleOf(T).Source;
}

/// The local of F that C refers to; null for references, whose objects may live
/// longer.
const VarDecl *referredLocal(const FunctionAnalysis &F,
                             const LambdaCapture &C) {
  if (!C.capturesVariable() || C.getCaptureKind() != LCK_ByRef)
    return nullptr;
  const auto *V = dyn_cast<VarDecl>(C.getCapturedVar());
  if (V && V->isInitCapture()) {
    const Expr *Init = V->getInit();
    const auto *Ref =
        Init ? dyn_cast<DeclRefExpr>(Init->IgnoreParenImpCasts()) : nullptr;
    V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  }
  return V && V->hasLocalStorage() && !V->getType()->isReferenceType() &&
                 V->getDeclContext() == &F.decl()
             ? V
             : nullptr;
}

/// Whether F may wait, behind At, until others are done.
bool waitsAfter(const FunctionAnalysis &F, const Stmt &At) {
  auto Later = [&](const Stmt &S) {
    return isBefore(F, At.getEndLoc(), S.getBeginLoc());
  };
  return llvm::any_of(
             F.body().calls(),
             [&](const Expr *Call) {
               return Later(*Call) &&
                      (F.costs().listed(*Call) == CostClass::Blocking ||
                       F.tokens().queryOf(*Call).Kind == QueryKind::Wait);
             }) ||
         llvm::any_of(F.body().allStatements(), [&](const Stmt *S) {
           return isa<CoroutineSuspendExpr>(S) && Later(*S);
         });
}

/// Whether F goes on with something else that L refers to: both may then be
/// done with it before F returns.
bool sharesOthers(const FunctionAnalysis &F, const LambdaExpr &L,
                  const VarDecl &V, const Stmt &At) {
  return llvm::any_of(L.captures(), [&](const LambdaCapture &C) {
    const VarDecl *Other = referredLocal(F, C);
    return Other && Other != &V && isNamedAfter(F, *Other, At);
  });
}

const Stmt *scopeOf(const FunctionAnalysis &F, const VarDecl &V) {
  for (const Stmt *S : F.body().allStatements())
    if (const auto *D = dyn_cast<DeclStmt>(S);
        D && llvm::is_contained(D->decls(), &V))
      return F.body().parent(D);
  return nullptr;
}

/// Whether V is destroyed before the local Holder.
bool diesBefore(const FunctionAnalysis &F, const VarDecl &V,
                const VarDecl &Holder) {
  if (isa<ParmVarDecl>(V))
    return false;
  if (isa<ParmVarDecl>(Holder))
    return true;
  const Stmt *Inner = scopeOf(F, V), *Outer = scopeOf(F, Holder);
  if (!Inner || !Outer)
    return false;
  if (Inner == Outer)
    return isBefore(F, Holder.getLocation(), V.getLocation());
  return F.body().isWithin(Inner, Outer);
}

/// Whether a call of that name ends what its object keeps, or waits for it.
bool namesRelease(StringRef Name) {
  return namesCleanup(Name) ||
         StringSwitch<bool>(Name)
             .Cases("clear", "erase", "exchange", "get", "join", true)
             .Cases("pop_back", "pop_front", "reset", "swap", "wait", true)
             .Default(false);
}

bool releases(const Stmt &S) {
  const auto *Call = dyn_cast<CallExpr>(&S);
  const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
  return FD && FD->getIdentifier() && namesRelease(FD->getName());
}

/// Whether FD, or a member function that it calls (Depth 1), gives Field
/// another value, empties it, or waits for what it holds.
bool letsGoOf(const FunctionAnalysis &F, const FunctionDecl *FD,
              const ValueDecl &Field, unsigned Depth) {
  const FunctionDecl *Def = FD ? F.unit().bodyOf(*FD) : nullptr;
  const FunctionAnalysis *A = Def ? F.unit().analysisOf(*Def) : nullptr;
  if (!A || A == &F)
    return false;
  const FunctionBody &Body = A->body();
  for (const MemberExpr *M : Body.memberUses()) {
    if (M->getMemberDecl() != &Field)
      continue;
    const ObjectUse U = nextUse(*A, *M);
    if (U.What == ObjectUse::Kind::Assigned ||
        ((U.What == ObjectUse::Kind::Member ||
          U.What == ObjectUse::Kind::Passed) &&
         releases(*U.At)))
      return true;
    // for (auto &thread : threads_) thread.join();
    if (const auto *Range = Body.enclosing<CXXForRangeStmt>(M);
        Range && !Body.isWithin(M, Range->getBody()) &&
        anyWithin(Range->getBody(), [](const Stmt &S) { return releases(S); }))
      return true;
  }
  return Depth > 0 && llvm::any_of(Body.calls(), [&](const Expr *Call) {
           return isa<CXXMemberCallExpr>(Call) &&
                  letsGoOf(F, calleeOf(*Call), Field, Depth - 1);
         });
}

/// Whether the destructor of the local V may let go of Field: its body does, or
/// V was made with the field or with a lambda that names it.
bool isGuardOf(const FunctionAnalysis &F, const VarDecl &V,
               const ValueDecl &Field) {
  const CXXRecordDecl *R = V.getType()->getAsCXXRecordDecl();
  if (!V.hasLocalStorage() || !R || !R->hasDefinition() ||
      R->hasTrivialDestructor())
    return false;
  const CXXDestructorDecl *Dtor = R->getDefinition()->getDestructor();
  if (letsGoOf(F, Dtor, Field, /*Depth=*/1))
    return true;
  auto Names = [&](const Stmt &S) {
    const auto *M = dyn_cast<MemberExpr>(&S);
    return M && M->getMemberDecl() == &Field;
  };
  // What the standard library makes of the field is a copy.
  return V.getInit() && anyWithin(V.getInit(), [&](const Stmt &S) {
           if (const auto *L = dyn_cast<LambdaExpr>(&S))
             return anyWithin(L->getBody(), Names);
           return !R->isInStdNamespace() && Dtor && Dtor->isUserProvided() &&
                  Names(S);
         });
}

/// Whether F lets go of the member Field once more behind At: by a member
/// function that it calls, or by a guard's destructor.
bool isLetGoOf(const FunctionAnalysis &F, const ValueDecl &Field,
               const Stmt &At) {
  return isa<FieldDecl>(Field) &&
         (llvm::any_of(F.body().calls(),
                       [&](const Expr *Call) {
                         return isa<CXXMemberCallExpr>(Call) &&
                                isBefore(F, At.getEndLoc(),
                                         Call->getBeginLoc()) &&
                                letsGoOf(F, calleeOf(*Call), Field, 0);
                       }) ||
          llvm::any_of(F.body().variables(), [&](const VarDecl *V) {
            return isGuardOf(F, *V, Field);
          }));
}

bool isKeptTooLong(const FunctionAnalysis &F, const DanglingCapture &D) {
  const LambdaLife &Life = D.Life;
  if (Life.What == LambdaLife::Kind::Local)
    return D.OfRegistration && diesBefore(F, *D.Var, *Life.Holder) &&
           !isNamedAfter(F, *Life.Holder, *Life.At);
  if (Life.What == LambdaLife::Kind::Returned)
    return true;
  if (F.decl().isMain() || waitsAfter(F, *Life.At) ||
      sharesOthers(F, *D.Lambda, *D.Var, *Life.At))
    return false;
  const ValueDecl *Keeper = Life.Field;
  if (!Keeper)
    Keeper = Life.Holder;
  return !Keeper || !(isNamedAfter(F, *Keeper, *Life.At) ||
                      isLetGoOf(F, *Keeper, *Life.At));
}

bool suspends(const Stmt &S) { return isa<CoawaitExpr, CoyieldExpr>(S); }

/// The first use of V in the coroutine F, or in a lambda in it, that may be
/// evaluated after a suspension; Lazy: each may.
const Expr *useAfterSuspension(const FunctionAnalysis &F, const VarDecl &V,
                               bool Lazy) {
  const Stmt *First = nullptr;
  for (const Stmt *S : F.body().allStatements())
    if (suspends(*S) &&
        (!First || isBefore(F, S->getEndLoc(), First->getEndLoc())))
      First = S;
  if (!First && !Lazy)
    return nullptr;
  auto InLoopWith = [&](const Stmt *Use) {
    for (const Stmt *P = F.body().parent(Use); P; P = F.body().parent(P))
      if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
        for (const Stmt *S : F.body().allStatements())
          if (suspends(*S) && F.body().isWithin(S, P))
            return true;
    return false;
  };
  for (const DeclRefExpr *R : F.body().references())
    if (R->getDecl() == &V &&
        (Lazy || isBefore(F, First->getEndLoc(), R->getBeginLoc()) ||
         InLoopWith(R)))
      return R;
  for (const LambdaExpr *L : F.body().lambdas()) {
    const CXXMethodDecl *Op = L->getCallOperator();
    const FunctionAnalysis *A = Op ? F.unit().analysisOf(*Op) : nullptr;
    if (!A || !(Lazy || isBefore(F, First->getEndLoc(), L->getBeginLoc()) ||
                InLoopWith(L)))
      continue;
    for (const DeclRefExpr *R : A->body().references())
      if (R->getDecl() == &V)
        return R;
  }
  return nullptr;
}

/// Whether the coroutine runs nothing before somebody awaits it.
bool isLazy(const FunctionDecl &FD) {
  const auto *Body = dyn_cast_or_null<CoroutineBodyStmt>(FD.getBody());
  const VarDecl *Promise = Body ? Body->getPromiseDecl() : nullptr;
  const CXXRecordDecl *R =
      Promise ? Promise->getType()->getAsCXXRecordDecl() : nullptr;
  if (!R || !R->hasDefinition())
    return false;
  for (const CXXMethodDecl *M : R->getDefinition()->methods())
    if (M->getIdentifier() && M->getName() == "initial_suspend") {
      const CXXRecordDecl *Result = M->getReturnType()->getAsCXXRecordDecl();
      return Result && Result->getIdentifier() &&
             Result->getName() == "suspend_always";
    }
  return false;
}

/// The call, where L is called where it is made.
const Expr *immediateCall(const FunctionAnalysis &F, const LambdaExpr &L) {
  const ObjectUse U = nextUse(F, L);
  const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(U.At);
  return U.What == ObjectUse::Kind::Member && Op && Op->getOperator() == OO_Call
             ? Op
             : nullptr;
}

/// Whether what the call gives outlives the statement, which no await in it
/// keeps from ending.
bool isKept(const FunctionAnalysis &F, const Expr &Call) {
  for (const Stmt *P = F.body().parent(&Call); isa_and_nonnull<Expr>(P);
       P = F.body().parent(P))
    if (suspends(*P))
      return false;
  const ObjectUse U = nextUse(F, Call);
  return U.What == ObjectUse::Kind::Local ||
         U.What == ObjectUse::Kind::Stored ||
         (U.What == ObjectUse::Kind::Returned && isa<ReturnStmt>(U.At));
}

/// Whether F may give Field, which got a reference or pointer at At, another
/// value.
bool isSetAgain(const FunctionAnalysis &F, const FieldDecl &Field,
                const Stmt &At) {
  if (Field.getType()->isReferenceType())
    return false;
  if (F.body().parent(&At))
    return isNamedAfter(F, Field, At) || isLetGoOf(F, Field, At);
  // Initialised by a constructor, whose body may use it.
  return llvm::any_of(F.body().memberUses(), [&](const MemberExpr *M) {
    return M->getMemberDecl() == &Field &&
           nextUse(F, *M).What == ObjectUse::Kind::Assigned;
  });
}

} // namespace

std::vector<DanglingCapture> danglingCaptures(const FunctionAnalysis &F) {
  std::vector<DanglingCapture> Out;
  for (const LambdaExpr *L : F.body().lambdas()) {
    if (llvm::none_of(L->captures(), [&](const LambdaCapture &C) {
          return referredLocal(F, C);
        }))
      continue;
    DanglingCapture D;
    D.Lambda = L;
    D.Life = lifeOf(F, *L);
    const bool IsLocal = D.Life.What == LambdaLife::Kind::Local;
    if (!D.Life.outlivesFunction() && !IsLocal)
      continue;
    const ValueDecl *Keeper = D.Life.Field;
    if (!Keeper)
      Keeper = D.Life.Holder;
    D.OfRegistration = Keeper && F.tokens().registrationIn(Keeper->getType());
    for (const LambdaCapture &C : L->captures()) {
      D.Var = referredLocal(F, C);
      D.Capture = &C;
      if (D.Var &&
          (D.OfRegistration || isTokenOrSource(F.tokens(), D.Var->getType())) &&
          isKeptTooLong(F, D))
        Out.push_back(D);
    }
  }
  return Out;
}

std::vector<DanglingClosure> danglingClosures(const FunctionAnalysis &F) {
  std::vector<DanglingClosure> Out;
  for (const LambdaExpr *L : F.body().lambdas()) {
    const CXXMethodDecl *Op = L->getCallOperator();
    const FunctionAnalysis *A = Op ? F.unit().analysisOf(*Op) : nullptr;
    const Expr *Call =
        A && A->body().isCoroutine() ? immediateCall(F, *L) : nullptr;
    if (!Call || !isKept(F, *Call))
      continue;
    for (const LambdaCapture &C : L->captures())
      if (C.capturesVariable() &&
          isTokenOrSource(F.tokens(), C.getCapturedVar()->getType()))
        if (const Expr *Use = useAfterSuspension(
                *A, *cast<VarDecl>(C.getCapturedVar()), isLazy(*Op)))
          Out.push_back({&C, Use});
  }
  return Out;
}

std::vector<DanglingParameter> danglingParameters(const FunctionAnalysis &F) {
  std::vector<DanglingParameter> Out;
  const FunctionDecl &FD = F.decl();
  if (!F.body().isCoroutine())
    return Out;
  // Somebody else says what the parameters are.
  if (const auto *M = dyn_cast<CXXMethodDecl>(&FD);
      M && M->size_overridden_methods() > 0)
    return Out;
  for (const ParmVarDecl *P : FD.parameters()) {
    const TokenUse Use = F.tokens().classify(P->getType());
    // What can be copied for little, and bound to a temporary.
    if (!Use || !Use.IsReference || Use.Form != TokenForm::Value ||
        Use.Token->IsSource || Use.Token->IsContext || Use.Token->SingleUse ||
        !Use.Token->DefaultIsNone || !P->getIdentifier() ||
        !(Use.IsConst || P->getType()->isRValueReferenceType()))
      continue;
    const Expr *Behind = useAfterSuspension(F, *P, /*Lazy=*/false);
    if (Behind && !F.unit().isAwaitedInPlace(FD))
      Out.push_back({P, Behind});
  }
  return Out;
}

std::vector<DanglingMember> danglingMembers(const FunctionAnalysis &F) {
  std::vector<DanglingMember> Out;
  for (const DeclRefExpr *R : F.body().references()) {
    const auto *V = dyn_cast<VarDecl>(R->getDecl());
    if (!V || !V->hasLocalStorage() || V->getType()->isReferenceType() ||
        V->getType()->isPointerType() || V->getDeclContext() != &F.decl() ||
        !isTokenOrSource(F.tokens(), V->getType()))
      continue;
    const ObjectUse U = nextUse(F, *R);
    if (U.What != ObjectUse::Kind::Stored || !U.Field || !U.ByAddress)
      continue;
    const Expr *Target = nullptr;
    if (const auto *Op = dyn_cast<BinaryOperator>(U.At))
      Target = Op->getLHS();
    else if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(U.At))
      Target = Op->getArg(0);
    if (Target) {
      const auto *M = dyn_cast<MemberExpr>(Target->IgnoreParenImpCasts());
      if (!M || !isa<CXXThisExpr>(M->getBase()->IgnoreParenImpCasts()) ||
          F.body().isCoroutine())
        continue;
    }
    if (!isSetAgain(F, *U.Field, *U.At))
      Out.push_back({V, U.Field, U.At});
  }
  return Out;
}

} // namespace cancel_tidy
