// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/CallResolver.h"
#include "checks/core/Charges.h"
#include "checks/core/Commits.h"
#include "checks/core/Derivation.h"
#include "checks/core/ForkedChild.h"
#include "checks/core/LambdaLife.h"
#include "checks/core/Names.h"
#include "checks/core/Registrations.h"
#include "checks/core/SeenStop.h"
#include "checks/core/Undoing.h"
#include "checks/core/Unit.h"
#include "clang/AST/Attr.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

FunctionAnalysis::FunctionAnalysis(Unit &U, const FunctionDecl &FD,
                                   const FunctionAnalysis *Outer,
                                   const LambdaExpr *Lambda)
    : U(U), Outer(Outer),
      Body(FD, U.context(), Outer ? &Outer->body() : nullptr, Lambda,
           U.hasErrorIn(FD)),
      TokensInReach(Body, U.tokens(), Outer ? &Outer->reach() : nullptr,
                    Outer && Lambda &&
                        runsInPlace(Outer->body(), *Lambda, U.costs())) {}

const TokenIndex &FunctionAnalysis::tokens() const { return U.tokens(); }
const Costs &FunctionAnalysis::costs() const { return U.costs(); }

const FlowGraph *FunctionAnalysis::graph() const {
  if (!GraphTried) {
    GraphTried = true;
    Graph = FlowGraph::build(Body);
  }
  return Graph.get();
}

bool FunctionAnalysis::isJudged() const {
  if (Body.isBroken() || !Body.written())
    return false;
  for (const FunctionAnalysis *A = this; A; A = A->outer())
    if (TokenIndex::isAnnotated(A->decl(), "uncancellable"))
      return false;
  return true;
}

/// Whether Cond asks if there is an exception that a handler kept.
static bool asksKeptException(const Expr &Cond) {
  const auto *Rewritten =
      dyn_cast<CXXRewrittenBinaryOperator>(Cond.IgnoreUnlessSpelledInSource());
  if (Rewritten && Rewritten->getOpcode() == BO_NE) {
    const auto Form = Rewritten->getDecomposedForm(); // nullptr on either side
    return asksKeptException(*Form.LHS->IgnoreUnlessSpelledInSource()) ||
           asksKeptException(*Form.RHS->IgnoreUnlessSpelledInSource());
  }
  bool Denies = false;
  const bool Asks = anyWithin(&Cond, [&](const Stmt &S) {
    const auto *Not = dyn_cast<UnaryOperator>(&S);
    const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S);
    Denies |= (Not && Not->getOpcode() == UO_LNot) ||
              (Op && Op->getOperator() == OO_EqualEqual);
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    const CXXRecordDecl *R =
        Ref ? Ref->getType()->getAsCXXRecordDecl() : nullptr;
    return R && StringRef(qualifiedName(*R)).starts_with("std::") &&
           R->getName() == "exception_ptr";
  });
  return Asks && !Denies;
}

/// `if (failure) { remove(); std::rethrow_exception(failure); }`: a coroutine
/// cannot wait in the handler itself.
static bool handlesKeptException(const FunctionBody &Body, const Stmt *S) {
  const auto *If = dyn_cast_or_null<IfStmt>(Body.parent(S));
  return If && If->getThen() == S && If->getCond() &&
         asksKeptException(*If->getCond());
}

/// Tries whose handler keeps what it caught, each with the call that throws it
/// again. What stands between the two runs whatever happened, as in `finally`.
static std::vector<std::pair<const Stmt *, const Expr *>>
keptFailures(const FunctionBody &Body, const SourceManager &SM) {
  std::vector<std::pair<const Stmt *, const Expr *>> Kept;
  for (const Expr *Rethrow : Body.calls()) {
    const FunctionDecl *FD = calleeOf(*Rethrow);
    const auto Args = writtenArgs(*Rethrow);
    if (!FD || !FD->getIdentifier() || FD->getName() != "rethrow_exception" ||
        Args.size() != 1)
      continue;
    const ValueDecl *V = variableOf(bareToken(Args[0]));
    for (const Expr *Call : Body.calls()) {
      const auto *Keeps = dyn_cast<CXXOperatorCallExpr>(Call);
      if (!V || !Keeps || Keeps->getOperator() != OO_Equal ||
          variableOf(Keeps->getArg(0)->IgnoreParenImpCasts()) != V ||
          !SM.isBeforeInTranslationUnit(Keeps->getBeginLoc(),
                                        Rethrow->getBeginLoc()))
        continue;
      const auto *Handler = Body.enclosing<CXXCatchStmt>(Keeps);
      if (const Stmt *Try = Handler ? Body.parent(Handler) : nullptr)
        Kept.push_back({Try, Rethrow});
    }
  }
  return Kept;
}

bool FunctionAnalysis::isShieldedByPlace(const Stmt *S, const Stmt *But) const {
  if (isa<CXXDestructorDecl>(decl()) ||
      (Outer && Body.lambda() &&
       runsAtScopeExit(Outer->body(), *Body.lambda())))
    return true;
  for (const Stmt *P = S; P; P = Body.parent(P)) {
    if ((isa<CXXCatchStmt>(P) && P != But) || handlesKeptException(Body, P))
      return true;
    if (const auto *A = dyn_cast<AttributedStmt>(P))
      for (const Attr *At : A->getAttrs())
        if (const auto *Note = dyn_cast<AnnotateAttr>(At);
            Note && (Note->getAnnotation() == "cancel::uncancellable" ||
                     Note->getAnnotation() == "cancel::point_of_no_return"))
          return true;
  }
  if (isTestHook(*this, *S) || isBehindFailure(*this, *S) ||
      isInForkedChild(*this, *S))
    return true;
  if (!KeptFailures)
    KeptFailures = keptFailures(Body, sources());
  for (auto [Try, Rethrow] : *KeptFailures)
    if (!Body.isWithin(S, Try) && Body.isWithin(S, Body.parent(Try)) &&
        sources().isBeforeInTranslationUnit(Try->getBeginLoc(),
                                            S->getBeginLoc()) &&
        sources().isBeforeInTranslationUnit(S->getBeginLoc(),
                                            Rethrow->getBeginLoc()))
      return true;
  // After a commit point nothing may be cancelled. Source order is coarser
  // than control flow, to the side of silence.
  for (const CommitPoint &Commit : commitPoints())
    if (sources().isBeforeInTranslationUnit(Commit.Where, S->getBeginLoc()) &&
        (!Commit.Scope || Body.isWithin(S, Commit.Scope)))
      return true;
  return false;
}

/// Whether a branch around S is taken because of a local flag.
static bool isBehindFlag(const FunctionBody &Body, const Stmt *S) {
  for (const auto *If = Body.enclosing<IfStmt>(S); If;
       If = Body.enclosing<IfStmt>(If))
    if (If->getCond() && anyWithin(If->getCond(), [](const Stmt &X) {
          const auto *V = dyn_cast_or_null<VarDecl>(variableOf(&X));
          return V && V->isLocalVarDecl() && V->getType()->isBooleanType();
        }))
      return true;
  return false;
}

bool FunctionAnalysis::isShielded(const Stmt *S, const Stmt *But) const {
  if (isShieldedByPlace(S, But))
    return true;
  const SourceManager &SM = sources();
  // Whoever requested the cancellation knows of it: what follows tidies up.
  if (!Requests) {
    Requests.emplace();
    for (const Expr *Call : Body.calls())
      if (tokens().queryOf(*Call).Kind == QueryKind::Request &&
          !setsDeadline(*Call))
        Requests->push_back(Call);
  }
  for (const Expr *Call : *Requests)
    if (SM.isBeforeInTranslationUnit(Call->getBeginLoc(), S->getBeginLoc())) {
      const Stmt *P = Body.parent(Call);
      while (isa_and_nonnull<Expr>(P))
        P = Body.parent(P);
      if (isa_and_nonnull<CompoundStmt>(P) && Body.isWithin(S, P))
        return true;
    }
  // Code that only runs once the stop was seen.
  if (const FlowGraph *G = graph()) {
    if (!Running)
      Running = runningUnseen(*this, view(false).reachableFrom(G->entry()));
    if (const CFGBlock *B = G->blockOf(S))
      if (!Running->test(B->getBlockID()) ||
          (undoes(*S) && isBehindFlag(Body, S) &&
           !runningUnseen(*this, *Running, /*NothingFails=*/true)
                .test(B->getBlockID())) ||
          isReactionAsWell(*this, *S, *Running))
        return true;
  }
  if (!Outer || !Body.lambda())
    return false;
  // Asked once: lambdas may be nested deep, and each asks about two places.
  if (!LambdaShielded)
    LambdaShielded = Outer->isShielded(Body.lambda()) ||
                     isCleanupHelper(*Outer, *Body.lambda());
  return *LambdaShielded;
}

ArrayRef<CommitPoint> FunctionAnalysis::commitPoints() const {
  if (!CommitPoints)
    CommitPoints = findCommits(*this);
  return *CommitPoints;
}

Query FunctionAnalysis::queryOf(const Expr &E) const {
  Query Q = tokens().queryOf(E);
  if (!Q.looks() || !Q.Object)
    return Q;
  const auto *Ref = dyn_cast<DeclRefExpr>(stripped(Q.Object));
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!V || !V->isLocalVarDecl() || !Body.contains(Ref))
    return Q;
  // A token's source, or the source itself.
  for (int Hops = 0; Hops < 4 && V && V->isLocalVarDecl(); ++Hops) {
    if (V->getType()->isReferenceType() || V->getType()->isPointerType())
      return Q;
    const Expr *Init = V->getInit() ? stripped(V->getInit()) : nullptr;
    if (tokens().roleOf(V->getType()).Source) {
      const bool Fresh =
          !Init || (isa<CXXConstructExpr>(Init) &&
                    llvm::all_of(writtenArgs(*Init), [&](const Expr *A) {
                      return !TokensInReach.involves(A);
                    }));
      if (Fresh && !TokensInReach.isMadeFromToken(V) && !hasRegistration() &&
          !isLinked(*this, *V) &&
          llvm::any_of(decl().parameters(), [&](const ParmVarDecl *P) {
            return P->getIdentifier() && tokens().classify(P->getType()).Token;
          }))
        return {};
      return Q;
    }
    const VarDecl *Next = nullptr;
    if (Init) {
      if (const auto *New = dyn_cast<CXXConstructExpr>(Init);
          New && New->getNumArgs() == 1)
        Init = stripped(New->getArg(0));
      if (Query From = tokens().queryOf(*Init);
          From.Kind == QueryKind::GetToken && From.Object)
        if (const auto *R = dyn_cast<DeclRefExpr>(stripped(From.Object)))
          Next = dyn_cast<VarDecl>(R->getDecl());
    }
    V = Next;
  }
  return Q;
}

bool FunctionAnalysis::ignoresItsTokens(const FunctionDecl &FD) const {
  const FunctionDecl *Def = U.bodyOf(FD);
  if (!Def || Def->isDependentContext())
    return false;
  if (const auto *M = dyn_cast<CXXMethodDecl>(Def); M && M->isVirtual())
    return false;
  const FunctionAnalysis *A = nullptr;
  for (const ParmVarDecl *P : Def->parameters()) {
    if (!tokens().classify(P->getType()).Token)
      continue;
    if (!P->getIdentifier())
      continue;
    if (!A)
      A = U.analysisOf(*Def);
    if (!A || A->body().isBroken() || A->body().mentions(*P))
      return false;
  }
  // Without a token parameter, it got the token some other way.
  return llvm::any_of(Def->parameters(), [&](const ParmVarDecl *P) {
    return tokens().classify(P->getType()).Token != nullptr;
  });
}

const FunctionSummary *FunctionAnalysis::summaryOf(const Expr &Call) const {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || FD->getBuiltinID() != 0)
    return nullptr;
  if (const auto *M = dyn_cast<CXXMethodDecl>(FD);
      M && M->isVirtual() && !M->hasAttr<FinalAttr>() &&
      !M->getParent()->hasAttr<FinalAttr>())
    return nullptr; // somebody else's body may run
  if (costs().listed(*FD) != CostClass::Unknown)
    return nullptr; // the tables know better, and faster
  return U.summaryOf(*FD);
}

bool FunctionAnalysis::hasRegistration() const {
  if (!Registration)
    Registration =
        setsUpRegistration(*this) || (Outer && Outer->hasRegistration());
  return *Registration;
}

} // namespace cancel_tidy
