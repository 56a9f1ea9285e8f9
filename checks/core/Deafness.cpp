// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Deafness.h"
#include "checks/core/Charges.h"
#include "checks/core/Endings.h"
#include "checks/core/OwnWork.h"
#include "checks/core/Unit.h"
#include "checks/core/Waits.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

bool isTidyingUp(const FunctionDecl &FD) {
  return isa<CXXDestructorDecl>(FD) ||
         (FD.getIdentifier() && namesEnding(FD.getName()));
}

bool takesToken(Unit &U, const FunctionDecl &FD) {
  return llvm::any_of(FD.parameters(), [&](const ParmVarDecl *P) {
    return U.holdsToken(P->getType());
  });
}

/// Whether a callee has a body here that says so, or none and a shape that is
/// not cheap.
bool mayBeDeaf(const FunctionAnalysis &F, const FunctionDecl &FD) {
  if (FD.isImplicit() || FD.isDefaulted() || FD.isTrivial() ||
      FD.isConstexpr() || FD.isDependentContext() || FD.isNoReturn() ||
      FD.getBuiltinID() != 0 ||
      FD.getCanonicalDecl() == F.decl().getCanonicalDecl() ||
      F.sources().isInSystemHeader(FD.getLocation()) || isTidyingUp(FD) ||
      isNeverCharged(FD) || TokenIndex::isAnnotated(FD, "uncancellable"))
    return false;
  if (const auto *C = dyn_cast<CXXConstructorDecl>(&FD);
      C && C->isCopyOrMoveConstructor())
    return false;
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  const bool Virtual = M && M->isVirtual();
  if (!Virtual && F.unit().bodyOf(FD)) {
    const FunctionSummary *S = F.unit().summaryOf(FD);
    return S && !(S->DeafEnds.empty() && S->DeafIfAny.empty());
  }
  if (Costs::looksCheap(FD) || Costs::calculates(FD))
    return false;
  return !takesToken(F.unit(), FD);
}

std::optional<Atom> atomFor(const FunctionDecl &FD) {
  std::string USR = usrOf(*FD.getCanonicalDecl());
  if (USR.empty())
    return std::nullopt;
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  return Atom{std::move(USR), FactKind::Deaf, M && M->isPureVirtual(),
              isa<CXXConstructorDecl>(FD) ? M->getParent()->getNameAsString()
                                          : FD.getNameAsString()};
}

/// Whether F starts a thread: what it waits for then is its own work.
bool startsThread(const FunctionAnalysis &F) {
  return llvm::any_of(F.body().calls(), [](const Expr *Call) {
    const FunctionDecl *FD = calleeOf(*Call);
    if (const auto *C = dyn_cast_or_null<CXXConstructorDecl>(FD))
      return StringSwitch<bool>(C->getParent()->getName())
          .Cases("thread", "jthread", true)
          .Default(false);
    return FD && FD->getIdentifier() &&
           StringSwitch<bool>(FD->getName())
               .Cases("async", "pthread_create", "CreateThread", true)
               .Default(false);
  });
}

/// A transfer that has a time limit, or a callback that may end it.
bool isLimitedTransfer(const FunctionAnalysis &F, const FunctionDecl &Wait) {
  return Wait.getName().starts_with("curl_") &&
         llvm::any_of(F.body().references(), [](const DeclRefExpr *R) {
           if (!R->getDecl()->getIdentifier())
             return false;
           StringRef Option = R->getDecl()->getName();
           return Option.contains("TIMEOUT") || Option.contains("XFERINFO") ||
                  Option.contains("PROGRESS");
         });
}

/// Whether the rounds of a loop around S end only by what functions say: no
/// counter, no flag that others set, no lock that others hold.
bool isInOpenLoop(const FunctionAnalysis &F, const Stmt &S) {
  const auto Asks = [](const Expr *Cond) {
    const auto AsksHere = [](const auto &AsksHere, const Expr *E) -> bool {
      // `!done(part) && waited < limit` ends by the limit, too.
      if (const auto *Op = dyn_cast<BinaryOperator>(E->IgnoreParenImpCasts());
          Op && Op->getOpcode() == BO_LAnd)
        return AsksHere(AsksHere, Op->getLHS()) &&
               AsksHere(AsksHere, Op->getRHS());
      return anyWithin(E, [](const Stmt &X) {
        const auto *Call = dyn_cast<CallExpr>(&X);
        const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
        return FD && !isOfStd(*FD) &&
               !(FD->getIdentifier() && FD->getName().starts_with("try_lock"));
      });
    };
    return AsksHere(AsksHere, Cond);
  };
  for (const Stmt *L = F.body().parent(&S); L; L = F.body().parent(L)) {
    if (isNoLoop(*L, F.context()))
      continue;
    const Expr *Cond = nullptr;
    if (const auto *While = dyn_cast<WhileStmt>(L))
      Cond = While->getCond();
    else if (const auto *Do = dyn_cast<DoStmt>(L))
      Cond = Do->getCond();
    else if (const auto *For = dyn_cast<ForStmt>(L); For && !For->getInc())
      Cond = For->getCond();
    else
      continue;
    bool Value = false;
    const bool Always =
        !Cond ||
        (!Cond->isValueDependent() &&
         Cond->EvaluateAsBooleanCondition(Value, F.context()) && Value);
    if (!Always && !Asks(Cond))
      continue;
    if (!anyWithin(L, [&](const Stmt &X) {
          const auto *If = dyn_cast<IfStmt>(&X);
          return If && mayLeave(*If) && !Asks(If->getCond());
        }))
      return true;
  }
  return false;
}

void addEnd(Deafness &D, std::string Because, std::string Family = "",
            bool UnlessLooks = false) {
  // One of a kind says it.
  if (llvm::none_of(D.Ends, [&](const DeafEnd &E) {
        return E.Family == Family && E.UnlessLooks == UnlessLooks;
      }))
    D.Ends.push_back({std::move(Because), std::move(Family), UnlessLooks});
}

/// Whether M has an object of its class. A static one may get it from somewhere
/// else, and then says something of it.
bool mayHaveObject(const FunctionAnalysis &F, const CXXMethodDecl &M) {
  return !M.isStatic() ||
         llvm::any_of(F.body().allStatements(), [&](const Stmt *S) {
           const auto *E = dyn_cast<Expr>(S);
           if (!E)
             return false;
           QualType T = E->getType();
           if (T->isPointerType())
             T = T->getPointeeType();
           const CXXRecordDecl *R = T->getAsCXXRecordDecl();
           return R &&
                  R->getCanonicalDecl() == M.getParent()->getCanonicalDecl();
         });
}

} // namespace

bool isTokenless(const FunctionAnalysis &F) {
  const FunctionDecl &FD = F.decl();
  const TokenIndex &Tokens = F.tokens();
  if (!Tokens.anyVisible())
    return true;
  if (takesToken(F.unit(), FD) || F.hasRegistration() ||
      !F.reach().at(nullptr).empty())
    return false;
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  if (M && !M->getParent()->isLambda() && mayHaveObject(F, *M) &&
      F.unit().holdsToken(*M->getParent()))
    return false;
  return llvm::none_of(F.body().variables(), [&](const VarDecl *V) {
    return F.unit().holdsToken(V->getType());
  });
}

std::optional<Sink> forgottenSink(const FunctionAnalysis &F, const Expr &Call) {
  std::optional<Sink> S = findSink(F, Call);
  if (!S || S->IsOverload)
    return S;
  const ParmVarDecl *P = S->Callee->getParamDecl(S->Index);
  if (P->hasUninstantiatedDefaultArg() || P->hasUnparsedDefaultArg() ||
      !P->hasDefaultArg() || !F.tokens().isNoneValue(*P->getDefaultArg()))
    return std::nullopt;
  return S;
}

bool isForeignWait(const FunctionAnalysis &F, const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || !FD->getIdentifier() || isa<CXXConstructExpr>(Call) ||
      F.costs().listed(Call) != CostClass::Blocking ||
      TokenIndex::isAnnotated(*FD, "blocking") || isWokenOrReady(F, Call))
    return false;
  StringRef Name = FD->getName();
  if (Name == "join" || Name == "pthread_join" || isLimitedTransfer(F, *FD))
    return false;
  auto CanEnd = [](const DeclContext *Class) {
    const auto *R = dyn_cast<CXXRecordDecl>(Class);
    return R && !R->isLambda() && canBeEnded(*R);
  };
  if (!Name.contains_insensitive("sleep") && CanEnd(F.decl().getDeclContext()))
    return false;
  const auto *M = dyn_cast<CXXMethodDecl>(FD);
  if (!M || M->isStatic())
    return true;
  if (startsThread(F))
    return false;
  const FieldDecl *Field = nullptr;
  const ValueDecl *Root = nullptr;
  if (const Expr *Object = objectOf(Call))
    Root = rootOf(Object, Field);
  if (Field && CanEnd(Field->getParent()))
    return false;
  // Tasks that the function or its class started.
  const bool IsCondition =
      StringSwitch<bool>(M->getParent()->getName())
          .Cases("future", "shared_future", "thread", "latch", "barrier", false)
          .Cases("task", "QFuture", "QThread", false)
          .Default(true);
  if (!IsCondition && !isa_and_nonnull<ParmVarDecl>(Root))
    return false;
  if (const auto *V = dyn_cast_or_null<VarDecl>(Root);
      V && V->isLocalVarDecl() && !V->getType()->isReferenceType() &&
      !V->getType()->isPointerType())
    return false;
  return Root || Field || isa<CXXThisExpr>(objectOf(Call)->IgnoreImpCasts());
}

std::optional<Atom> deafCallee(const FunctionAnalysis &F, const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || F.tokens().queryOf(Call) ||
      F.costs().listed(Call) != CostClass::Unknown || !mayBeDeaf(F, *FD))
    return std::nullopt;
  return atomFor(*FD);
}

Deafness deafnessOf(const FunctionAnalysis &F) {
  Deafness D;
  const FunctionDecl &FD = F.decl();
  if (!F.isJudged() || F.body().isCoroutine() || FD.isMain() ||
      FD.isConstexpr() || FD.isNoReturn() || isTidyingUp(FD))
    return D;
  const bool AnyToken = F.tokens().anyVisible();
  for (const Expr *Call : F.body().calls()) {
    const FunctionDecl *Callee = calleeOf(*Call);
    if (!Callee || F.isShieldedByPlace(Call))
      continue;
    const std::string Name = "'" + calleeName(*Call) + "'";
    if (F.costs().listed(*Call) == CostClass::Blocking) {
      if (TokenIndex::isAnnotated(*Callee, "blocking")) {
        if (!takesToken(F.unit(), *Callee))
          addEnd(D, "calls " + Name + ", which may wait");
        continue;
      }
      if (!isForeignWait(F, *Call))
        continue;
      const WaitLimit Limit = limitOf(F, *Call);
      if (Limit == WaitLimit::None || Limit == WaitLimit::Long)
        addEnd(D, "waits in " + Name);
      else if (isInOpenLoop(F, *Call))
        addEnd(D, "waits in " + Name + " again and again", "", true);
      continue;
    }
    if (AnyToken)
      if (std::optional<Sink> S = forgottenSink(F, *Call)) {
        // A context may be wanted for something else.
        if (S->Param.Model && !S->Param.Token->IsContext)
          addEnd(D, "calls '" + sinkName(*Call, *S) + "' without a token",
                 S->Param.Model->Family);
        continue;
      }
    if (std::optional<Atom> A = deafCallee(F, *Call);
        A && llvm::none_of(D.IfAny, [&](const Atom &Known) {
          return Known.USR == A->USR;
        }))
      D.IfAny.push_back(std::move(*A));
  }
  for (const Stmt *L : F.body().loops())
    if (neverEnds(*L, F.context()) && !F.isShieldedByPlace(L) &&
        !anyWithin(L, [](const Stmt &S) {
          const auto *Call = dyn_cast<CallExpr>(&S);
          const FunctionDecl *To = Call ? calleeOf(*Call) : nullptr;
          return To && To->isNoReturn();
        }))
      addEnd(D, "holds an endless loop", "", true);
  // What costs more to find out than there usually is to say comes last.
  if ((!D.Ends.empty() || !D.IfAny.empty()) &&
      (!isTokenless(F) || speaksOfStopping(F.body())))
    return {};
  return D;
}

} // namespace cancel_tidy
