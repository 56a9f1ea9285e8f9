// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Holdings.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/HandleUse.h"
#include "checks/core/Unit.h"
#include "clang/AST/Attr.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

using ObjectPath = SmallVector<const ValueDecl *, 2>;

/// `a.b.c`, `this->b` and `a->b` as the declarations that they name; empty for
/// anything else.
ObjectPath pathOf(const Expr *E) {
  ObjectPath Path;
  while (E) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Op = dyn_cast<UnaryOperator>(E);
        Op && (Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref)) {
      E = Op->getSubExpr();
    } else if (const auto *M = dyn_cast<MemberExpr>(E)) {
      const auto *Field = dyn_cast<FieldDecl>(M->getMemberDecl());
      if (!Field)
        return {};
      Path.insert(Path.begin(), Field);
      E = M->getBase();
    } else if (isa<CXXThisExpr>(E)) {
      return Path;
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
      if (!V)
        return {};
      Path.insert(Path.begin(), V);
      return Path;
    } else {
      return {};
    }
  }
  return {};
}

/// What a call of an object pair is about.
const Expr *subjectOf(const Expr &Call) {
  if (const Expr *Object = objectOf(Call))
    return Object;
  auto Args = writtenArgs(Call);
  return Args.empty() ? nullptr : Args.front();
}

class Finder {
public:
  explicit Finder(const FunctionAnalysis &F)
      : F(F), Body(F.body()), Known(F.unit().resources()) {}

  std::vector<Holding> run() {
    for (const Stmt *S : Body.allStatements()) {
      const auto *E = dyn_cast<Expr>(S);
      if (!E || !isa<CallExpr, CXXNewExpr>(E))
        continue;
      const ResourcePair *Pair = Known.acquired(*E);
      if (!Pair)
        continue;
      Holding H;
      H.Pair = Pair;
      H.Acquired = E;
      if (Pair->Handle == ResourcePair::HandleKind::Object ? findObject(H)
                                                           : findHandle(H))
        Out.push_back(std::move(H));
    }
    return std::move(Out);
  }

private:
  bool findHandle(Holding &H) {
    const Stmt *P = Body.parent(H.Acquired);
    while (isa_and_nonnull<ParenExpr, CastExpr, FullExpr>(P))
      P = Body.parent(P);
    if (const auto *D = dyn_cast_or_null<DeclStmt>(P)) {
      for (const Decl *One : D->decls())
        if (const auto *V = dyn_cast<VarDecl>(One);
            V && V->getInit() && Body.isWithin(H.Acquired, V->getInit()))
          H.Handle = V;
    } else if (const auto *A = dyn_cast_or_null<BinaryOperator>(P);
               A && A->getOpcode() == BO_Assign) {
      const auto *Ref =
          dyn_cast<DeclRefExpr>(A->getLHS()->IgnoreParenImpCasts());
      H.Handle = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    }
    const VarDecl *V = H.Handle;
    if (!V || !V->isLocalVarDecl() || !V->hasLocalStorage() ||
        V->hasAttr<CleanupAttr>() ||
        !(V->getType()->isPointerType() || V->getType()->isIntegerType()))
      return false;
    H.Name = V->getNameAsString();
    for (const DeclRefExpr *Ref : Body.references()) {
      if (Ref->getDecl() != V)
        continue;
      const Stmt *At = nullptr;
      switch (useOf(F, *H.Pair, *Ref, At)) {
      case HandleUse::Harmless:
        break;
      case HandleUse::Test:
        H.Tests.push_back(Ref);
        break;
      case HandleUse::Release:
        H.Releases.push_back(cast<Expr>(At));
        break;
      case HandleUse::Renewal:
        H.Renewals.insert(At);
        break;
      case HandleUse::PerhapsTaken:
        H.PerhapsTaken.insert(At);
        break;
      case HandleUse::Escape:
        return false;
      }
    }
    return !H.Releases.empty();
  }

  bool findObject(Holding &H) {
    const Expr *Subject = subjectOf(*H.Acquired);
    H.Object = Subject ? pathOf(Subject) : ObjectPath();
    if (H.Object.empty() || !isDropped(*H.Acquired))
      return false;
    const Expr *Named = Subject->IgnoreParenImpCasts();
    if (const auto *Op = dyn_cast<UnaryOperator>(Named);
        Op && Op->getOpcode() == UO_AddrOf)
      Named = Op->getSubExpr()->IgnoreParenImpCasts();
    H.Name = textOf(F, *Named);
    if (H.Name.empty())
      return false;
    // A pointer on the way that is moved names another object then.
    for (const BinaryOperator *A : Body.assignments())
      if (ObjectPath To = pathOf(A->getLHS());
          !To.empty() && llvm::is_contained(H.Object, To.back()))
        return false;
    SmallPtrSet<const Expr *, 8> Understood;
    for (const Expr *Call : Body.calls()) {
      const Expr *About = subjectOf(*Call);
      if (!About || pathOf(About) != H.Object)
        continue;
      if (Known.releases(*H.Pair, *Call))
        H.Releases.push_back(Call);
      else if (Known.acquired(*Call) == H.Pair)
        H.Renewals.insert(Call);
      else
        return false; // try_lock, a lock_guard that adopts it
    }
    return !H.Releases.empty() && !isUsedElsewhere(H);
  }

  bool isDropped(const Expr &Call) const {
    const Stmt *P = Body.parent(&Call);
    while (isa_and_nonnull<ParenExpr, CastExpr, FullExpr>(P))
      P = Body.parent(P);
    return isa_and_nonnull<CompoundStmt, IfStmt, LabelStmt, SwitchCase, ForStmt,
                           WhileStmt, CXXForRangeStmt>(P);
  }

  /// Whether something but the pair's own functions gets the object: a guard, a
  /// callee, a lambda.
  bool isUsedElsewhere(const Holding &H) const {
    const ValueDecl *Last = H.Object.back();
    auto Names = [&](const Stmt &S) {
      if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
        return Ref->getDecl() == Last;
      const auto *M = dyn_cast<MemberExpr>(&S);
      return M && M->getMemberDecl() == Last;
    };
    for (const Stmt *S : Body.allStatements()) {
      if (const auto *L = dyn_cast<LambdaExpr>(S)) {
        if (anyWithin(L->getBody(), Names))
          return true;
        continue;
      }
      if (!Names(*S))
        continue;
      const Stmt *P = Body.parent(S);
      while (isa_and_nonnull<ParenExpr, CastExpr, MemberExpr>(P) ||
             (isa_and_nonnull<UnaryOperator>(P) &&
              cast<UnaryOperator>(P)->getOpcode() == UO_AddrOf))
        P = Body.parent(P);
      const auto *Call = dyn_cast_or_null<CallExpr>(P);
      if (!Call ||
          !(Known.releases(*H.Pair, *Call) || Known.acquired(*Call) == H.Pair ||
            Known.borrows(*H.Pair, *Call)))
        return true;
    }
    return false;
  }

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  const Resources &Known;
  std::vector<Holding> Out;
};

} // namespace

bool Holding::isShared() const {
  if (Handle)
    return false;
  const auto *V = dyn_cast<VarDecl>(Object.front());
  return !V || !V->isLocalVarDecl() || !V->hasLocalStorage() ||
         V->getType()->isReferenceType() || V->getType()->isPointerType();
}

std::vector<Holding> holdings(const FunctionAnalysis &F) {
  return Finder(F).run();
}

} // namespace cancel_tidy
