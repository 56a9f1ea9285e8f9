// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CancellationThrows.h"
#include "checks/core/CallResolver.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Config/llvm-config.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

bool isCaughtBelow(const FunctionAnalysis &F, const Stmt *At, const Stmt *Outer,
                   QualType Thrown) {
  const Stmt *Inner = At;
  for (const Stmt *P = F.body().parent(At); P && P != Outer;
       Inner = P, P = F.body().parent(P)) {
    const auto *Try = dyn_cast<CXXTryStmt>(P);
    if (!Try || Inner != Try->getTryBlock())
      continue;
    for (unsigned I = 0; I < Try->getNumHandlers(); ++I) {
      const CXXCatchStmt *H = Try->getHandler(I);
      if (!takes(*H, Thrown).value_or(true))
        continue;
      if (!anyWithin(H->getHandlerBlock(),
                     [](const Stmt &S) { return isa<CXXThrowExpr>(S); }))
        return true;
      break; // what it throws goes on
    }
  }
  return false;
}

namespace {

/// Whether values of T are results that are not there yet: what failed shows
/// when somebody waits for them.
bool isDeferred(QualType T) {
  const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!R || !R->getIdentifier())
    return false;
  const std::string Name = R->getName().lower();
  for (StringRef Part : {"future", "task", "await", "sender", "promise"})
    if (StringRef(Name).contains(Part))
      return true;
  if (!R->hasDefinition())
    return false;
  return llvm::any_of(R->getDefinition()->methods(), [](const auto *M) {
    return M->getOverloadedOperator() == OO_Coawait ||
           (M->getIdentifier() &&
            (M->getName() == "await_ready" || M->getName() == "then"));
  });
}

class Finder {
public:
  Finder(const FunctionAnalysis &F, unsigned Depth)
      : F(F), Body(F.body()), Depth(Depth) {}

  std::vector<CancellationThrow> run(const Stmt *Within) {
    for (const Stmt *S : Body.allStatements()) {
      if (!isa<CXXThrowExpr, CoawaitExpr, CallExpr>(S) ||
          !Body.isWithin(S, Within))
        continue;
      CancellationThrow T;
      T.At = cast<Expr>(S);
      const bool Throws = isa<CXXThrowExpr>(S)  ? throwing(T)
                          : isa<CoawaitExpr>(S) ? awaiting(T)
                                                : calling(T);
      if (Throws && !T.Types.empty())
        Out.push_back(std::move(T));
    }
    return std::move(Out);
  }

private:
  /// `if (stop.stop_requested()) throw Cancelled();`
  bool throwing(CancellationThrow &T) {
    const Expr *Operand = cast<CXXThrowExpr>(T.At)->getSubExpr();
    if (!Operand || Operand->isTypeDependent() || !F.graph() ||
        Body.enclosing<CXXCatchStmt>(T.At))
      return false;
    const CFGBlock *B = F.graph()->blockOf(T.At);
    if (!B)
      return false;
    if (!Running)
      Running = F.view(/*Cancelled=*/false).reachableFrom(F.graph()->entry());
    if (Running->test(B->getBlockID()))
      return false;
    const Expr *Poll = nullptr;
    for (const IfStmt *If = Body.enclosing<IfStmt>(T.At); If && !Poll;
         If = Body.enclosing<IfStmt>(If))
      anyWithin(If->getCond(), [&](const Stmt &S) {
        const auto *E = dyn_cast<Expr>(&S);
        if (!E || !F.queryOf(*E).looks())
          return false;
        Poll = E;
        return true;
      });
    if (Poll) {
      Query Q = F.queryOf(*Poll);
      T.Model = Q.Model;
      if (Q.Object && !nameToken(T, *Q.Object))
        return false;
    }
    T.IsCertain = true;
    T.Types.push_back(Operand->getType());
    return true;
  }

  /// co_await of a task that takes the token of who awaits it.
  bool awaiting(CancellationThrow &T) {
    const Expr *Operand = cast<CoawaitExpr>(T.At)->getOperand();
    const TokenModel *Model =
        Operand ? F.tokens().ambientModel(Operand->getType()) : nullptr;
    if (!Model)
      return false;
    // co_withCancellation(token, task()): under that token.
    for (const ReachToken &R : F.reach().at(T.At))
      if (isHanded(R, *Operand)) {
        T.Token = R.Root;
        T.TokenName = R.Spelling;
      }
    if (!T.Token && anyWithin(Operand, [&](const Stmt &S) {
          const auto *E = dyn_cast<Expr>(&S);
          return E && F.tokens().classify(E->getType()).Token;
        }))
      return false; // another one
    T.Model = Model;
    addFamily(T);
    return true;
  }

  bool calling(CancellationThrow &T) {
    const Expr &Call = *T.At;
    const FunctionDecl *FD = calleeOf(Call);
    if (!FD || FD->isDependentContext())
      return false;
    T.Callee =
        FD->getIdentifier() ? FD->getName().str() : FD->getNameAsString();
    const Query Plain = F.tokens().queryOf(Call);
    if (Query Q = F.queryOf(Call); Q.Kind == QueryKind::Throw) {
      if (Q.Object && !nameToken(T, *Q.Object))
        return false;
      T.IsCertain = true;
      T.Model = Q.Model;
      addFamily(T);
      return true;
    }
    const bool Waits = Plain.Kind == QueryKind::Wait;
    if ((Plain && !Waits) || isNothrow(*FD) || isUnawaited(Call))
      return false;
    if (Waits) {
      if (!F.tokens().isThrowingWait(Call) || !Plain.Model ||
          !isGivenToken(T, Call))
        return false;
      T.IsCertain = true;
      T.Model = Plain.Model;
      addFamily(T);
      return true;
    }
    if (FD->getCanonicalDecl() == F.decl().getCanonicalDecl() ||
        !FD->getIdentifier() || isOfStd(*FD))
      return false;
    const bool Given = isGivenToken(T, Call);
    if (const FunctionSummary *S = F.summaryOf(Call)) {
      // Its body tells. One of an object that holds the token needs none.
      if (!S->Looks || (!Given && (!S->ThrowsWhenCancelled || !isOurs(Call))))
        return false;
      T.IsCertain = S->ThrowsWhenCancelled;
      return addThrowsOf(T, *FD);
    }
    if (!Given || !T.Model)
      return false;
    addFamily(T);
    return true;
  }

  /// A member of our own object, or a free function: what it asks is the token
  /// of what runs here.
  bool isOurs(const Expr &Call) const {
    const Expr *Object = objectOf(Call);
    return !Object || isa<CXXThisExpr>(Object->IgnoreParenImpCasts());
  }

  bool addThrowsOf(CancellationThrow &T, const FunctionDecl &FD) {
    constexpr unsigned MaxDepth = 3;
    if (Depth >= MaxDepth)
      return false;
    const FunctionAnalysis *A = F.unit().analysisOf(FD);
    if (!A || !A->body().written() || A->body().isBroken())
      return false;
    for (const CancellationThrow &Inner :
         cancellationThrows(*A, A->body().written(), Depth + 1))
      for (QualType Type : Inner.Types)
        if (!isCaughtBelow(*A, Inner.At, nullptr, Type)) {
          if (!llvm::is_contained(T.Types, Type))
            T.Types.push_back(Type);
          T.Model = Inner.Model;
        }
    return true;
  }

  void addFamily(CancellationThrow &T) {
    if (!T.Model)
      return;
    for (const CXXRecordDecl *R : F.tokens().exceptionsOf(*T.Model))
#if LLVM_VERSION_MAJOR >= 22
      T.Types.push_back(F.context().getCanonicalTagType(R));
#else
      T.Types.push_back(F.context().getRecordType(R));
#endif
  }

  static bool isNothrow(const FunctionDecl &FD) {
    const auto *Proto = FD.getType()->getAs<FunctionProtoType>();
    return Proto && !isUnresolvedExceptionSpec(Proto->getExceptionSpecType()) &&
           Proto->isNothrow();
  }

  /// Gives a result that is not there yet, and nobody waits for it here.
  bool isUnawaited(const Expr &Call) const {
    if (!isDeferred(Call.getType()))
      return false;
    const Stmt *P = Body.parent(&Call);
    while (isa_and_nonnull<ImplicitCastExpr, ParenExpr, FullExpr,
                           MaterializeTemporaryExpr, CXXBindTemporaryExpr>(P))
      P = Body.parent(P);
    if (isa_and_nonnull<CoawaitExpr>(P))
      return false;
    const auto *Member = dyn_cast_or_null<MemberExpr>(P);
    const auto *M =
        Member ? dyn_cast<CXXMethodDecl>(Member->getMemberDecl()) : nullptr;
    return !M || !M->getIdentifier() ||
           !StringSwitch<bool>(M->getName())
                .Cases("get", "get0", "wait", "value", "result", true)
                .Default(false);
  }

  /// Whether E hands on R, and not one that was made from it: a deadline of its
  /// own ends without the operation being cancelled.
  bool isHanded(const ReachToken &R, const Expr &E) const {
    if (!F.reach().handsOn(&E) || anyWithin(&E, [&](const Stmt &S) {
          const auto *X = dyn_cast<Expr>(&S);
          Query Q = X ? F.tokens().queryOf(*X) : Query();
          return Q.Kind == QueryKind::Derive || Q.Kind == QueryKind::Combine ||
                 isa<LambdaExpr>(S);
        }))
      return false;
    return anyWithin(&E, [&](const Stmt &S) {
      if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
        return Ref->getDecl() == R.Root;
      const auto *M = dyn_cast<MemberExpr>(&S);
      return M && M->getMemberDecl() == R.Root &&
             isa<CXXThisExpr>(M->getBase()->IgnoreParenImpCasts());
    });
  }

  bool isGivenToken(CancellationThrow &T, const Expr &Call) const {
    std::optional<std::vector<ReachToken>> InReach;
    for (const Expr *Arg : writtenArgs(Call)) {
      if (!F.reach().handsOn(Arg))
        continue;
      if (!InReach)
        InReach = F.reach().at(&Call);
      for (const ReachToken &R : *InReach)
        if (R.NeedsCapture.empty() && isHanded(R, *Arg)) {
          T.Token = R.Root;
          T.TokenName = R.Spelling;
          T.Model = R.Use.Model;
          return true;
        }
    }
    return false;
  }

  bool nameToken(CancellationThrow &T, const Expr &Object) const {
    for (const ReachToken &R : F.reach().at(T.At))
      if (R.NeedsCapture.empty() && isHanded(R, Object)) {
        T.Token = R.Root;
        T.TokenName = R.Spelling;
        return true;
      }
    return false;
  }

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  unsigned Depth;
  std::optional<BitVector> Running;
  std::vector<CancellationThrow> Out;
};

} // namespace

std::vector<CancellationThrow> cancellationThrows(const FunctionAnalysis &F,
                                                  const Stmt *Within,
                                                  unsigned Depth) {
  if (!F.tokens().anyVisible() || F.body().isBroken())
    return {};
  return Finder(F, Depth).run(Within);
}

} // namespace cancel_tidy
