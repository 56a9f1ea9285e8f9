// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Waker.h"
#include "checks/core/Names.h"
#include "checks/core/Unit.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// How far calls are followed.
constexpr unsigned MaxDepth = 3;

bool requests(const Unit &U, const Expr &Call) {
  return U.tokens().queryOf(Call).Kind == QueryKind::Request;
}

const FunctionAnalysis *runInPlace(Unit &U, const FunctionAnalysis &A,
                                   const LambdaExpr &L) {
  return L.getCallOperator() && runsInPlace(A.body(), L, U.costs())
             ? U.analysisOf(*L.getCallOperator())
             : nullptr;
}

/// Where A itself requests a stop first; invalid if nowhere.
SourceLocation firstRequest(Unit &U, const FunctionAnalysis &A) {
  for (const Expr *Call : A.body().calls())
    if (requests(U, *Call))
      return Call->getBeginLoc();
  for (const LambdaExpr *L : A.body().lambdas())
    if (const FunctionAnalysis *In = runInPlace(U, A, *L))
      if (firstRequest(U, *In).isValid())
        return L->getBeginLoc();
  return {};
}

bool namesStop(StringRef Name) {
  if (namesCancellation(Name))
    return true;
  return StringSwitch<bool>(takeWord(Name))
      .Cases("close", "exit", "halt", "quit", "shut", "stop", true)
      .Default(false);
}

/// Collects what one function, with what it calls, does.
class Tracer {
public:
  /// As: the class that *this belongs to; null where that is not known.
  Tracer(Unit &U, const CXXRecordDecl *As,
         ArrayRef<const FunctionAnalysis *> Others, TraceMemo &Memo)
      : U(U), As(As), Others(Others), Memo(Memo) {}

  Waker trace(const FunctionAnalysis &A) {
    Waker W;
    W.Decl = &A.decl();
    // Programs and tests do a lot before they stop something.
    SourceLocation From;
    if (!isa<CXXMethodDecl>(W.Decl) ||
        W.Decl->getNameAsString() == "TestBody") {
      From = firstRequest(U, A);
      if (From.isInvalid())
        return W;
    }
    walk(A, W, 0, From);
    return W;
  }

private:
  /// `client_->request(remove)`, which takes a token: tells the object what to
  /// do, and wakes nobody who waits for what it was told before.
  bool isMereWork(const CallExpr &Call) const {
    const FunctionDecl *FD = calleeOf(Call);
    if (!FD || !FD->getIdentifier() || namesStop(FD->getName()) ||
        !worksUnderToken(U, *FD))
      return false;
    // What is put into a queue may be what the other side waits for.
    for (StringRef Name = FD->getName(); !Name.empty();)
      if (StringSwitch<bool>(takeWord(Name))
              .Cases("broadcast", "disconnect", "emplace", "enqueue", true)
              .Cases("finish", "kick", "notify", "push", "release", true)
              .Cases("signal", "trigger", "unblock", "wake", true)
              .Default(false))
        return false;
    return true;
  }

  void walk(const FunctionAnalysis &A, Waker &W, unsigned Depth,
            SourceLocation From) {
    const SourceManager &SM = A.sources();
    for (const Stmt *S : A.body().allStatements()) {
      if (From.isValid() &&
          SM.isBeforeInTranslationUnit(S->getBeginLoc(), From))
        continue;
      const auto *Call = dyn_cast<CallExpr>(S);
      if (!Call || !isMereWork(*Call))
        touchesOf(*S, [&](const ValueDecl &D, unsigned Kinds) {
          W.Touched[&D] |= Kinds;
        });
      if (Call) {
        W.Requests |= requests(U, *Call);
        W.Interrupts |= interruptsThread(*Call);
        follow(*Call, W, Depth);
      }
    }
    for (const LambdaExpr *L : A.body().lambdas())
      if (const FunctionAnalysis *In = runInPlace(U, A, *L))
        walk(*In, W, Depth, From);
  }

  /// The bodies that Call may run.
  SmallVector<const FunctionDecl *, 2> bodiesOf(const CallExpr &Call) const {
    SmallVector<const FunctionDecl *, 2> Out;
    const FunctionDecl *FD = calleeOf(Call);
    if (!FD)
      return Out;
    const auto *M = dyn_cast<CXXMethodDecl>(FD);
    const Expr *Object = objectOf(Call);
    if (M && M->isVirtual() && Object &&
        isa<CXXThisExpr>(Object->IgnoreParenImpCasts())) {
      if (const CXXMethodDecl *Own =
              As ? M->getCorrespondingMethodInClass(As, true) : nullptr)
        FD = Own;
      for (const FunctionAnalysis *O : Others)
        if (const auto *Over = dyn_cast<CXXMethodDecl>(&O->decl());
            Over && llvm::any_of(Over->overridden_methods(), [&](auto *Base) {
              return Base->getCanonicalDecl() == M->getCanonicalDecl();
            }))
          Out.push_back(Over);
    }
    if (const FunctionDecl *Def = U.bodyOf(*FD);
        Def && !llvm::is_contained(Out, Def))
      Out.push_back(Def);
    return Out;
  }

  void follow(const CallExpr &Call, Waker &W, unsigned Depth) {
    const FunctionDecl *FD = calleeOf(Call);
    if (U.tokens().queryOf(Call))
      return;
    const bool Library = FD && U.context().getSourceManager().isInSystemHeader(
                                   FD->getCanonicalDecl()->getLocation());
    const auto Bodies = bodiesOf(Call);
    const auto *Op = dyn_cast<CXXOperatorCallExpr>(&Call);
    const bool Anything = Op && Op->getOperator() == OO_Call; // std::function
    const bool TooDeep = Depth >= MaxDepth && !Bodies.empty();
    W.CallsUnseen |= TooDeep || (Bodies.empty() && (!Library || Anything));
    W.StopsUnseen |= Bodies.empty() && !Library && FD && FD->getIdentifier() &&
                     objectOf(Call) && namesStop(FD->getName());
    if (TooDeep)
      return;
    for (const FunctionDecl *Def : Bodies) {
      if (worksUnderToken(U, *Def))
        continue;
      merge(Call, *Def, below(*Def, Depth + 1), W);
    }
  }

  const Waker &below(const FunctionDecl &Def, unsigned Depth) {
    if (auto It = Memo.find({&Def, Depth}); It != Memo.end())
      return *It->second;
    auto Inner = std::make_unique<Waker>();
    if (const FunctionAnalysis *A = U.analysisOf(Def))
      walk(*A, *Inner, Depth, {});
    return *(Memo[{&Def, Depth}] = std::move(Inner));
  }

  /// What Inner did to parameters, it did to arguments.
  static void merge(const CallExpr &Call, const FunctionDecl &Def,
                    const Waker &Inner, Waker &W) {
    W.Requests |= Inner.Requests;
    W.CallsUnseen |= Inner.CallsUnseen;
    W.StopsUnseen |= Inner.StopsUnseen;
    W.Interrupts |= Inner.Interrupts;
    bool Signals = false;
    for (const auto &[D, Kinds] : Inner.Touched) {
      Signals |= Kinds & Signalled;
      const auto *P = dyn_cast<ParmVarDecl>(D);
      if (!P || P->getDeclContext() != &Def) {
        W.Touched[D] |= Kinds;
        continue;
      }
      const unsigned I = P->getFunctionScopeIndex();
      const auto Args = writtenArgs(Call);
      if (const ValueDecl *Thing =
              I < Args.size() ? thingOf(*Args[I]) : nullptr)
        W.Touched[Thing] |= Kinds;
    }
    // event_.kick() signals what is in the event.
    const Expr *Object = objectOf(Call);
    if (const ValueDecl *Thing = Signals && Object ? thingOf(*Object) : nullptr)
      W.Touched[Thing] |= Called | Signalled;
  }

  Unit &U;
  const CXXRecordDecl *As;
  ArrayRef<const FunctionAnalysis *> Others;
  TraceMemo &Memo;
};

/// The name of a member function; empty for others, and for lambdas.
StringRef memberName(const FunctionDecl &FD) {
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  return M && !M->getParent()->isLambda() && M->getIdentifier() ? M->getName()
                                                                : StringRef();
}

} // namespace

bool worksUnderToken(const Unit &U, const FunctionDecl &FD) {
  return llvm::any_of(FD.parameters(), [&](const ParmVarDecl *P) {
    return U.tokens().classify(P->getType()).Token;
  });
}

const DeclContext *Waker::home() const {
  const DeclContext *In = Decl;
  while (In) {
    const auto *M = dyn_cast<CXXMethodDecl>(In);
    if (!M || !M->getParent()->isLambda())
      return M ? M->getParent() : In;
    In = M->getParent()->getParent();
  }
  return nullptr;
}

bool mayWake(Unit &U, const FunctionAnalysis &A) {
  const StringRef Name = memberName(A.decl());
  if (isa<CXXDestructorDecl>(A.decl()) || namesStop(Name) ||
      firstRequest(U, A).isValid())
    return true;
  return llvm::any_of(A.body().calls(), [&](const Expr *Call) {
    const Expr *Object = objectOf(*Call);
    const FunctionDecl *FD = calleeOf(*Call);
    if (!FD || !Object || !isa<CXXThisExpr>(Object->IgnoreParenImpCasts()))
      return false;
    const FunctionAnalysis *Callee = U.analysisOf(*FD);
    return Callee && firstRequest(U, *Callee).isValid();
  });
}

Waker traceWaker(Unit &U, const FunctionAnalysis &A, const CXXRecordDecl *As,
                 ArrayRef<const FunctionAnalysis *> Others, TraceMemo &Memo) {
  Waker W = Tracer(U, As, Others, Memo).trace(A);
  const StringRef Name = memberName(A.decl());
  const auto *Dies = dyn_cast<CXXDestructorDecl>(&A.decl());
  W.IsNamedSo = Dies || namesCancellation(Name);
  W.EndsOwner = (Dies || namesStop(Name)) &&
                (W.StopsUnseen ||
                 U.holdsToken(*cast<CXXMethodDecl>(A.decl()).getParent()));
  return W;
}

} // namespace cancel_tidy
