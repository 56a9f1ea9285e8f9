// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/WakeUps.h"
#include "checks/core/LoopShape.h"
#include "checks/core/Names.h"
#include "checks/core/Unit.h"
#include "checks/core/Wakers.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

bool isConditionWait(const FunctionDecl &Wait) {
  if (const auto *M = dyn_cast<CXXMethodDecl>(&Wait))
    return M->getParent()->getIdentifier() &&
           M->getParent()->getName().starts_with("condition_variable");
  return Wait.getIdentifier() && Wait.getName().contains("cond");
}

/// Whether S, or a function or lambda that it names, reads what W touches.
bool reads(const FunctionAnalysis &F, const Stmt &S, const Waker &W,
           unsigned Depth = 0) {
  return anyWithin(&S, [&](const Stmt &X) {
    if (const auto *L = dyn_cast<LambdaExpr>(&X))
      return Depth < 3 && reads(F, *L->getBody(), W, Depth + 1);
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&X)) {
      const FunctionDecl *FD = calleeOf(*Call);
      const FunctionDecl *Def = FD ? F.unit().bodyOf(*FD) : nullptr;
      if (Def && Depth < 3 && reads(F, *Def->getBody(), W, Depth + 1))
        return true;
    }
    const auto *E = dyn_cast<Expr>(&X);
    const ValueDecl *D =
        E && isa<MemberExpr, DeclRefExpr>(E) ? thingOf(*E) : nullptr;
    return D && (W.touch(D) & (Written | Signalled));
  });
}

/// What a condition wait goes on asking: its predicate, or the condition of
/// the loop around it. Null: it takes the signal's word.
const Stmt *questionOf(const FunctionAnalysis &F, const Expr &Wait) {
  const auto Args = writtenArgs(Wait);
  if (isa<CXXMethodDecl>(calleeOf(Wait)) && Args.size() > 1)
    return Args.back();
  for (const Stmt *P = F.body().parent(&Wait); P; P = F.body().parent(P))
    if (const Expr *Cond = conditionOfLoop(*P))
      return Cond;
  return nullptr;
}

/// Whether W is of a class or function that F is written in.
bool isNear(const FunctionAnalysis &F, const Waker &W) {
  for (const DeclContext *In = &F.decl(); In; In = In->getParent())
    if (In == W.home())
      return true;
  return false;
}

/// Whether what is written in S, lambdas included, names FD.
bool names(const Stmt *S, const FunctionDecl &FD) {
  return anyWithin(S, [&](const Stmt &X) {
    if (const auto *L = dyn_cast<LambdaExpr>(&X))
      return names(L->getBody(), FD);
    const auto *Ref = dyn_cast<DeclRefExpr>(&X);
    const auto *M = dyn_cast<MemberExpr>(&X);
    const ValueDecl *D = Ref ? Ref->getDecl()
                         : M ? M->getMemberDecl()
                             : nullptr;
    return D && D->getCanonicalDecl() == FD.getCanonicalDecl();
  });
}

/// Whether W can run while F does: a callback that a local registration keeps
/// is there for what its function does and calls.
bool isThere(const FunctionAnalysis &F, const Waker &W) {
  if (!W.During)
    return true;
  for (const FunctionAnalysis *A = &F; A; A = A->outer())
    if (&A->decl() == W.During || names(W.During->getBody(), A->decl()))
      return true;
  return false;
}

bool wakes(const FunctionAnalysis &F, const Waker &W, const Expr &Wait,
           const ValueDecl &Thing) {
  if ((!W.Requests && !W.EndsOwner) || !isThere(F, W))
    return false;
  const FunctionDecl *Callee = calleeOf(Wait);
  const bool IsCondition = isConditionWait(*Callee);
  // recv() and its like end with EINTR.
  if (W.Interrupts && Callee->isExternC() && !IsCondition && isNear(F, W))
    return true;
  const bool IsSignalled = W.touch(&Thing) & Signalled;
  // A descriptor stays closed, a semaphore is taken once.
  if (!IsCondition)
    return IsSignalled &&
           (W.Requests || Thing.getType()->isIntegralOrEnumerationType());
  const Stmt *Question = questionOf(F, Wait);
  if (!Question)
    return false;
  if (W.Requests && IsSignalled)
    return true;
  // A stop that was not requested yet is seen by a flag only.
  return (IsSignalled || (W.Requests && W.CallsUnseen)) &&
         reads(F, *Question, W);
}

const CXXRecordDecl *recordOf(const ValueDecl &D) {
  QualType T = D.getType().getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R ? R->getCanonicalDecl() : nullptr;
}

/// Whether the function or class that W is one of names FD, as who starts it
/// does.
bool namesFunction(const Unit &U, const Waker &W, const FunctionDecl &FD) {
  auto Names = [&](const FunctionDecl &In) {
    const FunctionDecl *Def = U.bodyOf(In);
    const auto *Ctor = dyn_cast_or_null<CXXConstructorDecl>(Def);
    return Def && (names(Def->getBody(), FD) ||
                   (Ctor && any_of(Ctor->inits(), [&](const auto *Init) {
                      return names(Init->getInit(), FD);
                    })));
  };
  const DeclContext *Home = W.home();
  const auto *Class = dyn_cast<CXXRecordDecl>(Home);
  if (!Class)
    return isa<FunctionDecl>(Home) && Names(*cast<FunctionDecl>(Home));
  return any_of(Class->methods(),
                [&](const CXXMethodDecl *Other) { return Names(*Other); }) ||
         any_of(Class->fields(), [&](const FieldDecl *Field) {
           return names(Field->getInClassInitializer(), FD);
         });
}

/// Whether W fits Thing, or Thing is a parameter, and W fits something of its
/// class that somebody near W may have handed over.
bool fits(const FunctionAnalysis &F, const Waker &W, const ValueDecl &Thing,
          function_ref<bool(const ValueDecl &)> Fit) {
  if (Fit(Thing))
    return true;
  const auto *P = dyn_cast<ParmVarDecl>(&Thing);
  const CXXRecordDecl *R = P && W.Requests ? recordOf(*P) : nullptr;
  const auto *FD = P ? dyn_cast<FunctionDecl>(P->getDeclContext()) : nullptr;
  return R && FD &&
         any_of(W.Touched,
                [&](const auto &Touched) {
                  return (Touched.second & Signalled) &&
                         recordOf(*Touched.first) == R && Fit(*Touched.first);
                }) &&
         namesFunction(F.unit(), W, *FD);
}

/// Who has no token says nothing of what others do in this file.
bool asksWide(const FunctionAnalysis &F, const Stmt &At) {
  return !F.reach().at(&At).empty();
}

} // namespace

/// Whether a function that is defined elsewhere may end the work, and wake
/// Thing, a member of its class: `void stop();`
static bool isStoppedElsewhere(const FunctionAnalysis &F,
                               const ValueDecl &Thing) {
  const auto *Field = dyn_cast<FieldDecl>(&Thing);
  const auto *Class =
      Field ? dyn_cast<CXXRecordDecl>(Field->getParent()) : nullptr;
  return Class && any_of(Class->methods(), [&](const CXXMethodDecl *M) {
           return M->getIdentifier() && namesCleanup(M->getName()) &&
                  !M->isPureVirtual() && !M->isDeleted() &&
                  !F.unit().bodyOf(*M);
         });
}

/// The member of another object that Thing, a pointer or reference, is bound to
/// by all constructors of its class: `ready_(&owner->ready_)`.
static const ValueDecl *boundTo(const FunctionAnalysis &F,
                                const ValueDecl &Thing) {
  const auto *Field = dyn_cast<FieldDecl>(&Thing);
  const auto *Class =
      Field ? dyn_cast<CXXRecordDecl>(Field->getParent()) : nullptr;
  if (!Class || !(Field->getType()->isPointerType() ||
                  Field->getType()->isReferenceType()))
    return nullptr;
  const ValueDecl *Bound = nullptr;
  for (const CXXConstructorDecl *C : Class->ctors()) {
    const auto *Def = dyn_cast_or_null<CXXConstructorDecl>(F.unit().bodyOf(*C));
    if (!Def || Def->isImplicit())
      continue;
    for (const CXXCtorInitializer *Init : Def->inits()) {
      if (Init->getMember() != Field)
        continue;
      const ValueDecl *Other = thingOf(*Init->getInit());
      if (!isa_and_nonnull<FieldDecl>(Other) || (Bound && Bound != Other))
        return nullptr;
      Bound = Other;
    }
  }
  return Bound;
}

bool isWoken(const FunctionAnalysis &F, const Expr &Wait) {
  const ValueDecl *Named = waitedFor(Wait);
  if (!Named || !calleeOf(Wait))
    return false;
  // To join a thread is to wait for what it does.
  const IdentifierInfo *Name = calleeOf(Wait)->getIdentifier();
  const bool IsResult =
      Name && (Name->getName() == "join" || Name->getName() == "get");
  auto Wakes = [&](const ValueDecl &Thing) {
    return F.unit().wakers().any(
        F, &Thing, asksWide(F, Wait), [&](const Waker &W) {
          return fits(F, W, Thing,
                      [&](const ValueDecl &D) { return wakes(F, W, Wait, D); });
        });
  };
  if ((!IsResult && isStoppedElsewhere(F, *Named)) || Wakes(*Named))
    return true;
  const ValueDecl *Bound = boundTo(F, *Named);
  return Bound && Wakes(*Bound);
}

bool isWokenFromOutside(const FunctionAnalysis &F, const Expr &Object) {
  const ValueDecl *Thing = thingOf(Object);
  return Thing &&
         F.unit().wakers().any(
             F, Thing, asksWide(F, Object), [&](const Waker &W) {
               return W.Decl != &F.decl() && isThere(F, W) &&
                      (W.Requests || W.IsNamedSo) &&
                      fits(F, W, *Thing, [&](const ValueDecl &D) {
                        return (W.touch(&D) & (Called | Signalled)) != 0;
                      });
             });
}

bool isWrittenOnStop(const FunctionAnalysis &F, const Stmt &Part) {
  const auto *E = dyn_cast<Expr>(&Part);
  const ValueDecl *Flag =
      E && isa<MemberExpr, DeclRefExpr>(E) ? thingOf(*E) : nullptr;
  if (!Flag)
    return false;
  const QualType T = Flag->getType().getNonReferenceType();
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!T->isBooleanType() && !T->isEnumeralType() &&
      !(R && R->getIdentifier() && R->getName().starts_with("atomic")))
    return false;
  // Nobody else writes what only this function knows.
  if (const auto *V = dyn_cast<VarDecl>(Flag);
      V && V->getDeclContext() == &F.decl())
    return false;
  return F.unit().wakers().any(F, Flag, true, [&](const Waker &W) {
    return W.Decl != &F.decl() && isThere(F, W) &&
           (W.Requests || W.EndsOwner) && (W.touch(Flag) & Written);
  });
}

} // namespace cancel_tidy
