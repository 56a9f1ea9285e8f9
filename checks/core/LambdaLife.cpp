// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/LambdaLife.h"
#include "checks/core/Escape.h"
#include "checks/core/Names.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// std::function and its like: an object that is called in the lambda's place.
bool isCallable(QualType T) {
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition())
    return false;
  if (R->isInStdNamespace() && R->getIdentifier() && R->getName() == "any")
    return true;
  return !R->getDefinition()
              ->lookup(R->getASTContext().DeclarationNames.getCXXOperatorName(
                  OO_Call))
              .empty();
}

bool isThread(QualType T) {
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && R->getIdentifier() &&
         StringSwitch<bool>(qualifiedName(*R))
             .Cases("std::thread", "std::jthread", "boost::thread", true)
             .Default(false);
}

/// A member that puts its argument into a container or an optional.
bool isInsertion(const FunctionDecl &FD) {
  if (!FD.getIdentifier() || !StringRef(qualifiedName(FD)).starts_with("std::"))
    return false;
  return StringSwitch<bool>(FD.getName())
      .Cases("push_back", "emplace_back", "push_front", "emplace_front", "push",
             true)
      .Cases("emplace", "insert", "try_emplace", "insert_or_assign", true)
      .Default(false);
}

/// A call whose result holds the lambda that it was given.
bool givesHolder(const CallExpr &Call, const TokenIndex &Tokens) {
  const FunctionDecl *FD = Call.getDirectCallee();
  if (!FD || !FD->isInStdNamespace() || !FD->getIdentifier())
    return false;
  const StringRef Name = FD->getName();
  // The future of std::async waits where it dies, as a std::jthread does.
  if (Name == "bind" || Name == "make_optional" || Name == "async")
    return true;
  return (Name == "make_unique" || Name == "make_shared") &&
         Tokens.roleOf(Call.getType()).Registration;
}

bool isDetach(const Stmt &Call) {
  const auto *C = dyn_cast<CXXMemberCallExpr>(&Call);
  const CXXMethodDecl *M = C ? C->getMethodDecl() : nullptr;
  return M && M->getIdentifier() && M->getName() == "detach" &&
         isThread(C->getImplicitObjectArgument()->getType());
}

class LifeFinder {
public:
  explicit LifeFinder(const FunctionAnalysis &F) : F(F) {}

  LambdaLife follow(const Expr &E) {
    const ObjectUse U = nextUse(F, E);
    switch (U.What) {
    case ObjectUse::Kind::Member:
      if (isDetach(*U.At))
        return {LambdaLife::Kind::Detached, U.At};
      return {};
    case ObjectUse::Kind::Passed:
      return passed(*cast<Expr>(U.At));
    case ObjectUse::Kind::Returned:
      if (isa<ReturnStmt, CoreturnStmt>(U.At))
        return {LambdaLife::Kind::Returned, U.At};
      return {};
    case ObjectUse::Kind::Stored:
      return stored(U);
    case ObjectUse::Kind::Local:
      if (U.ByAddress)
        return {};
      if (isa<DeclStmt>(U.At))
        return inVariable(*U.Alias, *U.At);
      return {LambdaLife::Kind::Local, U.At, nullptr, U.Alias};
    default:
      return {};
    }
  }

private:
  static constexpr unsigned MaxHolders = 4;

  LambdaLife passed(const Expr &To) {
    if (const auto *New = dyn_cast<CXXConstructExpr>(&To)) {
      QualType T = New->getType();
      return isCallable(T) || isThread(T) || F.tokens().registrationIn(T)
                 ? follow(To)
                 : LambdaLife();
    }
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&To)) {
      const FunctionDecl *FD = Call->getDirectCallee();
      const Expr *Object = Call->getImplicitObjectArgument();
      if (F.tokens().queryOf(*Call).Kind == QueryKind::Register)
        return follow(To);
      return FD && Object && isInsertion(*FD) ? in(*Object, To) : LambdaLife();
    }
    const auto *Call = dyn_cast<CallExpr>(&To);
    return Call && givesHolder(*Call, F.tokens()) ? follow(To) : LambdaLife();
  }

  LambdaLife stored(const ObjectUse &U) {
    if (const auto *New = dyn_cast<CXXNewExpr>(U.At))
      return follow(*New);
    if (const auto *Op = dyn_cast<BinaryOperator>(U.At))
      return in(*Op->getLHS(), *U.At);
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(U.At))
      return in(*Op->getArg(0), *U.At);
    if (U.Alias) // static or global
      return {LambdaLife::Kind::Stored, U.At, nullptr, U.Alias};
    // A constructor's initialiser.
    if (U.Field && !U.ByAddress && isa<CXXConstructorDecl>(F.decl()))
      return {LambdaLife::Kind::Stored, U.At, U.Field};
    return {};
  }

  /// The object that Target names gets it.
  LambdaLife in(const Expr &Target, const Stmt &At) {
    const Expr *T = Target.IgnoreParenImpCasts();
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(T);
        Op && Op->getOperator() == OO_Subscript && Op->getNumArgs() == 2)
      T = Op->getArg(0)->IgnoreParenImpCasts(); // callbacks_[id] = ...
    if (const auto *M = dyn_cast<MemberExpr>(T)) {
      const auto *Field = dyn_cast<FieldDecl>(M->getMemberDecl());
      // An object that is certainly there when the function has returned.
      if (Field && !Field->getType()->isReferenceType() &&
          isa<CXXThisExpr>(M->getBase()->IgnoreParenImpCasts()) &&
          !F.body().lambda())
        return {LambdaLife::Kind::Stored, &At, Field};
      return {};
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(T);
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (V && V->hasGlobalStorage())
      return {LambdaLife::Kind::Stored, &At, nullptr, V};
    if (V && !V->getType()->isReferenceType() &&
        V->getDeclContext() == &F.decl())
      return {LambdaLife::Kind::Local, &At, nullptr, V};
    return {};
  }

  /// Where V's value goes from here.
  LambdaLife inVariable(const VarDecl &V, const Stmt &At) {
    if (V.getType()->isReferenceType() || ++Holders > MaxHolders)
      return {};
    for (const DeclRefExpr *R : F.body().references())
      if (R->getDecl() == &V && !nextUse(F, *R).ByAddress)
        if (LambdaLife Life = follow(*R); Life.outlivesFunction())
          return Life;
    return {LambdaLife::Kind::Local, &At, nullptr, &V};
  }

  const FunctionAnalysis &F;
  unsigned Holders = 0;
};

} // namespace

LambdaLife lifeOf(const FunctionAnalysis &F, const LambdaExpr &L) {
  const CXXMethodDecl *Op = L.getCallOperator();
  const FunctionAnalysis *A = Op ? F.unit().analysisOf(*Op) : nullptr;
  // A call of a coroutine ends where it is suspended.
  if (!(A && A->body().isCoroutine()) && runsInPlace(F.body(), L, F.costs()))
    return {LambdaLife::Kind::InPlace, &L};
  return LifeFinder(F).follow(L);
}

bool isNamedAfter(const FunctionAnalysis &F, const ValueDecl &D,
                  const Stmt &After) {
  const SourceManager &SM = F.sources();
  const Stmt *Loop = nullptr;
  for (const Stmt *P = &After; P; P = F.body().parent(P))
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
      Loop = P;
  auto Later = [&](const Expr &E) {
    if (F.body().isWithin(&E, &After))
      return false;
    return SM.isBeforeInTranslationUnit(After.getEndLoc(), E.getBeginLoc()) ||
           (Loop && F.body().isWithin(&E, Loop));
  };
  return llvm::any_of(F.body().references(),
                      [&](const DeclRefExpr *R) {
                        return R->getDecl() == &D && Later(*R);
                      }) ||
         llvm::any_of(F.body().memberUses(),
                      [&](const MemberExpr *M) {
                        return M->getMemberDecl() == &D && Later(*M);
                      }) ||
         llvm::any_of(F.body().lambdas(), [&](const LambdaExpr *L) {
           if (F.body().isWithin(L, &After))
             return false;
           const CXXMethodDecl *Op = L->getCallOperator();
           const FunctionAnalysis *A = Op ? F.unit().analysisOf(*Op) : nullptr;
           return !A || A->body().mentions(D) ||
                  llvm::any_of(A->body().memberUses(),
                               [&](const MemberExpr *M) {
                                 return M->getMemberDecl() == &D;
                               });
         });
}

/// ScopeGuard, scope_exit, Finally, Defer, Cleanup; not lock_guard.
static bool namesScopeExit(StringRef Name) {
  const std::string Plain = Name.lower();
  static constexpr llvm::StringLiteral Parts[] = {
      "scopeguard",  "scope_guard", "scopeexit", "scope_exit",
      "scopefail",   "scope_fail",  "finally",   "final_action",
      "finalaction", "defer",       "cleanup",   "onexit",
      "on_exit",     "onscopeexit", "makeguard", "exitguard"};
  return llvm::any_of(
      Parts, [&](StringRef Part) { return StringRef(Plain).contains(Part); });
}

bool runsAtScopeExit(const FunctionBody &Around, const LambdaExpr &L) {
  auto Named = [](const NamedDecl *D) {
    return D && D->getIdentifier() && namesScopeExit(D->getName());
  };
  for (const Stmt *P = Around.parent(&L); isa_and_nonnull<Expr>(P);
       P = Around.parent(P)) {
    if (const auto *New = dyn_cast<CXXConstructExpr>(P);
        New && Named(New->getConstructor()->getParent()))
      return true;
    const auto *Call = dyn_cast<CallExpr>(P);
    if (!Call)
      continue;
    // `detail::ScopeGuardOnExit() + [&] { ... }`
    return Named(calleeOf(*Call)) ||
           Named(Call->getType()->getAsCXXRecordDecl()) ||
           llvm::any_of(Call->arguments(), [&](const Expr *A) {
             return !isa<LambdaExpr>(A->IgnoreImplicit()) &&
                    Named(A->getType()->getAsCXXRecordDecl());
           });
  }
  return false;
}

bool isCleanupHelper(const FunctionAnalysis &F, const LambdaExpr &L) {
  const FunctionBody &Body = F.body();
  const Stmt *P = Body.parent(&L);
  while (isa_and_nonnull<Expr>(P) && !isa<CallExpr>(P))
    P = Body.parent(P);
  const auto *D = dyn_cast_or_null<DeclStmt>(P);
  const auto *V =
      D && D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl()) : nullptr;
  if (!V || !V->isLocalVarDecl() || !V->getIdentifier())
    return false;
  if (namesCleanup(V->getName()))
    return true;
  bool Called = false;
  for (const DeclRefExpr *Ref : Body.references()) {
    if (Ref->getDecl() != V)
      continue;
    const Stmt *Use = Body.parent(Ref);
    while (isa_and_nonnull<ImplicitCastExpr, ParenExpr>(Use))
      Use = Body.parent(Use);
    const auto *Call = dyn_cast_or_null<CXXOperatorCallExpr>(Use);
    if (!Call || Call->getOperator() != OO_Call || !F.isShielded(Call))
      return false;
    Called = true;
  }
  return Called && llvm::none_of(Body.lambdas(), [&](const LambdaExpr *Other) {
           return captureOf(*Other, *V);
         });
}

} // namespace cancel_tidy
