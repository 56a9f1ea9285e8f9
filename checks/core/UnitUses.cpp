// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How members and functions are used all over a TU.
#include "checks/core/Unit.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <functional>

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

bool Unit::isOnlyHandedOn(const FieldDecl &Field) {
  auto [It, New] = HandedOn.try_emplace(&Field, false);
  if (!New)
    return It->second;
  bool Handed = false, Looked = false;
  auto Names = [&](const Stmt *S) {
    return anyWithin(S, [&](const Stmt &X) {
      const auto *M = dyn_cast<MemberExpr>(&X);
      return M && M->getMemberDecl() == &Field;
    });
  };
  std::function<void(const Stmt *)> Walk = [&](const Stmt *Root) {
    anyWithin(Root, [&](const Stmt &S) {
      if (const auto *L = dyn_cast<LambdaExpr>(&S))
        Walk(L->getBody());
      const auto *E = dyn_cast<Expr>(&S);
      if (!E || !isa<CallExpr, CXXConstructExpr>(E))
        return false;
      Query Q = Tokens.queryOf(*E);
      if (Q.looks() && Q.Object && Names(Q.Object))
        Looked = true;
      for (const Expr *A : writtenArgs(*E))
        Handed |= Names(A);
      return Looked;
    });
  };
  if (const auto *Class = dyn_cast<CXXRecordDecl>(Field.getParent()))
    for (const CXXMethodDecl *M : Class->methods())
      if (const FunctionDecl *Def = bodyOf(*M); Def && !Looked)
        Walk(Def->getBody());
  return HandedOn[&Field] = Handed && !Looked;
}

namespace {

/// What a body does to members of *this, with all that is written in it.
struct MemberUse {
  bool Names = false; ///< the field
  bool Leaks = false; ///< another constructor runs
  SmallVector<std::pair<const CXXMethodDecl *, bool>, 8> Calls; ///< in a lambda

  MemberUse(const FunctionDecl &Def, const FieldDecl &Field) {
    if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(&Def))
      for (const CXXCtorInitializer *Init : Ctor->inits()) {
        Names |= Init->getMember() == &Field && Init->isWritten();
        Leaks |= Init->isDelegatingInitializer();
        walk(Init->getInit(), Field, false);
      }
    walk(Def.getBody(), Field, false);
  }

private:
  void walk(const Stmt *Root, const FieldDecl &Field, bool InLambda) {
    anyWithin(Root, [&](const Stmt &S) {
      if (const auto *L = dyn_cast<LambdaExpr>(&S))
        walk(L->getBody(), Field, true);
      if (const auto *M = dyn_cast<MemberExpr>(&S)) {
        Names |= M->getMemberDecl() == &Field;
        if (const auto *To = dyn_cast<CXXMethodDecl>(M->getMemberDecl()))
          Calls.push_back({To->getCanonicalDecl(), InLambda});
      }
      return false;
    });
  }
};

} // namespace

bool Unit::isUnsetIn(const FieldDecl &Field, const CXXMethodDecl &Method) {
  const auto *Class = dyn_cast<CXXRecordDecl>(Field.getParent());
  // Somebody else may call what is not private.
  if (!Class || Class->isDependentContext() || Method.getParent() != Class ||
      Method.isVirtual() || Method.getAccess() != AS_private ||
      Class->hasFriends() || !Tokens.classify(Field.getType()).mayBeNull())
    return false;
  if (const Expr *Init = Field.getInClassInitializer();
      Init &&
      !isa<CXXNullPtrLiteralExpr, GNUNullExpr>(Init->IgnoreParenImpCasts()))
    return false;
  auto [It, New] =
      Unset.try_emplace({&Field, Method.getCanonicalDecl()}, false);
  if (!New)
    return It->second;
  if (isAddressTaken(Method))
    return false;
  // Who calls whom, and who names the field.
  DenseMap<const CXXMethodDecl *, MemberUse> Uses;
  for (const CXXMethodDecl *M : Class->methods()) {
    if (M->isImplicit() || M->isDefaulted() || M->isDeleted())
      continue;
    if (const FunctionDecl *Def = bodyOf(*M))
      Uses.try_emplace(M->getCanonicalDecl(), *Def, Field);
    else if (isa<CXXConstructorDecl>(M))
      return false;
  }
  // Methods that run under a constructor and nowhere else, Method among them.
  SmallPtrSet<const CXXMethodDecl *, 8> Under{Method.getCanonicalDecl()};
  SmallPtrSet<const CXXMethodDecl *, 8> Constructors;
  SmallVector<const CXXMethodDecl *, 8> Todo{Method.getCanonicalDecl()};
  while (!Todo.empty()) {
    const CXXMethodDecl *To = Todo.pop_back_val();
    if (To->isVirtual() || To->getAccess() != AS_private || isAddressTaken(*To))
      return false;
    bool Called = false;
    for (const auto &[From, Use] : Uses)
      for (auto [Callee, InLambda] : Use.Calls) {
        if (Callee != To)
          continue;
        if (InLambda || Use.Names)
          return false;
        Called = true;
        if (isa<CXXConstructorDecl>(From))
          Constructors.insert(From);
        else if (Under.insert(From).second)
          Todo.push_back(From);
      }
    if (!Called)
      return false;
  }
  // What else those constructors call must leave the field alone, too.
  SmallPtrSet<const CXXMethodDecl *, 16> Seen;
  Todo.assign(Constructors.begin(), Constructors.end());
  while (!Todo.empty()) {
    const CXXMethodDecl *M = Todo.pop_back_val();
    if (!Seen.insert(M).second || M->getParent() != Class)
      continue;
    auto Use = Uses.find(M);
    if (Use == Uses.end() || Use->second.Names || Use->second.Leaks)
      return false;
    for (auto [Callee, InLambda] : Use->second.Calls)
      Todo.push_back(Callee);
  }
  return Unset[{&Field, Method.getCanonicalDecl()}] = true;
}

namespace {

/// Collects functions that are named other than as the callee of a call.
class AddressFinder : public RecursiveASTVisitor<AddressFinder> {
public:
  explicit AddressFinder(DenseSet<const FunctionDecl *> &Found)
      : Found(Found) {}

  bool TraverseCallExpr(CallExpr *Call) { return traverseCall(Call); }
  bool TraverseCXXMemberCallExpr(CXXMemberCallExpr *C) {
    return traverseCall(C);
  }

  bool VisitDeclRefExpr(DeclRefExpr *R) {
    note(R->getDecl());
    return true;
  }
  bool VisitOverloadExpr(OverloadExpr *E) {
    for (const NamedDecl *D : E->decls())
      note(D);
    return true;
  }

private:
  bool traverseCall(CallExpr *Call) {
    const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
    if (!isa<DeclRefExpr, OverloadExpr>(Callee) &&
        !TraverseStmt(Call->getCallee()))
      return false;
    for (Expr *A : Call->arguments())
      if (!TraverseStmt(A))
        return false;
    return true;
  }
  void note(const NamedDecl *D) {
    if (const auto *T = dyn_cast<FunctionTemplateDecl>(D))
      D = T->getTemplatedDecl();
    if (const auto *FD = dyn_cast<FunctionDecl>(D)) {
      if (const FunctionDecl *P = FD->getTemplateInstantiationPattern(false))
        FD = P;
      Found.insert(FD->getCanonicalDecl());
    }
  }

  DenseSet<const FunctionDecl *> &Found;
};

} // namespace

namespace {

/// Notes for each function that is called whether all calls of it stand in an
/// expression that waits for what they give.
class AwaitFinder : public RecursiveASTVisitor<AwaitFinder> {
public:
  explicit AwaitFinder(DenseMap<const FunctionDecl *, bool> &Found)
      : Found(Found) {}

  bool TraverseCoawaitExpr(CoawaitExpr *E) {
    return within(true, [&] { return TraverseStmt(E->getOperand()); });
  }
  bool TraverseCallExpr(CallExpr *E) {
    return within(waits(*E),
                  [&] { return RecursiveASTVisitor::TraverseCallExpr(E); });
  }
  bool TraverseCXXOperatorCallExpr(CXXOperatorCallExpr *E) {
    return within(waits(*E), [&] {
      return RecursiveASTVisitor::TraverseCXXOperatorCallExpr(E);
    });
  }
  bool TraverseVarDecl(VarDecl *V) {
    return within(Vars.contains(V),
                  [&] { return RecursiveASTVisitor::TraverseVarDecl(V); });
  }
  bool TraverseCXXMemberCallExpr(CXXMemberCallExpr *E) {
    return within(waits(*E) || addsToAwaited(*E), [&] {
      return RecursiveASTVisitor::TraverseCXXMemberCallExpr(E);
    });
  }
  bool TraverseLambdaExpr(LambdaExpr *E) {
    const bool Outside = std::exchange(Waiting, false);
    const bool GoOn = RecursiveASTVisitor::TraverseLambdaExpr(E);
    Waiting = Outside;
    return GoOn;
  }
  bool VisitDeclRefExpr(DeclRefExpr *E) {
    if (Waiting)
      if (const auto *V = dyn_cast<VarDecl>(E->getDecl());
          V && V->isLocalVarDecl())
        Vars.insert(V);
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    if (const FunctionDecl *FD = E->getDirectCallee()) {
      if (const FunctionDecl *P = FD->getTemplateInstantiationPattern(false))
        FD = P;
      auto [It, New] = Found.try_emplace(FD->getCanonicalDecl(), true);
      It->second &= Waiting;
    }
    return true;
  }

private:
  bool within(bool Waits, function_ref<bool()> Traverse) {
    const bool Outside = Waiting;
    Waiting |= Waits;
    const bool GoOn = Traverse();
    Waiting = Outside;
    return GoOn;
  }
  /// sync_wait(f(token)), f(token).get()
  static bool waits(const CallExpr &E) {
    const NamedDecl *FD = E.getDirectCallee();
    // A function object: folly::coro::blockingWait.
    if (isa<CXXOperatorCallExpr>(E))
      FD = variableOf(E.getArg(0));
    return FD && FD->getIdentifier() &&
           (FD->getName().contains_insensitive("wait") ||
            FD->getName() == "get" || FD->getName() == "join");
  }

  /// tasks.push_back(f(token)); ... co_await all(std::move(tasks))
  bool addsToAwaited(const CXXMemberCallExpr &E) const {
    const FunctionDecl *FD = E.getDirectCallee();
    const auto *Ref = dyn_cast<DeclRefExpr>(
        E.getImplicitObjectArgument()->IgnoreParenImpCasts());
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return V && FD && FD->getIdentifier() && Vars.contains(V) &&
           (FD->getName() == "push_back" || FD->getName() == "emplace_back");
  }

  DenseMap<const FunctionDecl *, bool> &Found;
  DenseSet<const VarDecl *> Vars; ///< locals that somebody waits for
  bool Waiting = false;
};

} // namespace

bool Unit::isAwaitedInPlace(const FunctionDecl &FD) {
  if (!Awaited) {
    Awaited.emplace();
    AwaitFinder Finder(*Awaited);
    const SourceManager &SM = Context.getSourceManager();
    // The second time it is known which variables are waited for.
    for (int Round = 0; Round < 2; ++Round) {
      Awaited->clear();
      for (Decl *D : Context.getTranslationUnitDecl()->decls())
        if (!SM.isInSystemHeader(D->getLocation()))
          Finder.TraverseDecl(D);
    }
  }
  const FunctionDecl *Pattern = FD.getTemplateInstantiationPattern(false);
  return Awaited->lookup((Pattern ? Pattern : &FD)->getCanonicalDecl());
}

bool Unit::isAddressTaken(const FunctionDecl &FD) {
  if (!AddressTaken) {
    AddressTaken.emplace();
    AddressFinder Finder(*AddressTaken);
    const SourceManager &SM = Context.getSourceManager();
    for (Decl *D : Context.getTranslationUnitDecl()->decls())
      if (!SM.isInSystemHeader(D->getLocation()))
        Finder.TraverseDecl(D);
  }
  const FunctionDecl *Pattern = FD.getTemplateInstantiationPattern(false);
  return AddressTaken->count((Pattern ? Pattern : &FD)->getCanonicalDecl());
}

} // namespace cancel_tidy
