// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/CallResolver.h"
#include "checks/core/Charges.h"
#include "checks/core/Commits.h"
#include "checks/core/Deafness.h"
#include "checks/core/Derivation.h"
#include "checks/core/LambdaLife.h"
#include "checks/core/LoopShape.h"
#include "checks/core/Names.h"
#include "checks/core/Registrations.h"
#include "checks/core/SeenStop.h"
#include "checks/core/Unit.h"
#include "clang/AST/Attr.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <algorithm>

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Whether the name says that FD gets something ready, or makes an object: the
/// work comes after it, so that it is not taken for long by guess.
bool namesPreparation(const FunctionDecl &FD) {
  if (!FD.getIdentifier())
    return false;
  StringRef Name = FD.getName();
  const std::string First = takeWord(Name);
  // A factory. What creates and gives back nothing, or whether it went well,
  // has done the work: `bool createIndex(...)`.
  if (First == "create") {
    QualType Result = FD.getReturnType().getNonReferenceType();
    return Result->isAnyPointerType() || Result->getAsCXXRecordDecl();
  }
  return StringSwitch<bool>(First)
      .Cases("configure", "init", "initialise", "initialize", true)
      .Cases("prepare", "register", "setup", true)
      .Default(false);
}

} // namespace

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

bool FunctionAnalysis::isShieldedByPlace(const Stmt *S, const Stmt *But) const {
  if (isa<CXXDestructorDecl>(decl()) ||
      (Outer && Body.lambda() &&
       runsAtScopeExit(Outer->body(), *Body.lambda())))
    return true;
  for (const Stmt *P = S; P; P = Body.parent(P)) {
    if (isa<CXXCatchStmt>(P) && P != But)
      return true;
    if (const auto *A = dyn_cast<AttributedStmt>(P))
      for (const Attr *At : A->getAttrs())
        if (const auto *Note = dyn_cast<AnnotateAttr>(At);
            Note && (Note->getAnnotation() == "cancel::uncancellable" ||
                     Note->getAnnotation() == "cancel::point_of_no_return"))
          return true;
  }
  if (isTestHook(*this, *S))
    return true;
  // After a commit point nothing may be cancelled. Source order is coarser
  // than control flow, to the side of silence.
  for (const CommitPoint &Commit : commitPoints())
    if (sources().isBeforeInTranslationUnit(Commit.Where, S->getBeginLoc()) &&
        (!Commit.Scope || Body.isWithin(S, Commit.Scope)))
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
      if (!Running->test(B->getBlockID()))
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

bool FunctionAnalysis::decidesByItself(const Expr *Poll) const {
  // Climbs to the place where the answer is used: a branch or a kept bool is
  // followed through the graph, anything else is taken for a use that works.
  const Stmt *Child = Poll;
  for (const Stmt *P = Body.parent(Poll); P; Child = P, P = Body.parent(P)) {
    if (isa<ParenExpr, ImplicitCastExpr, ExprWithCleanups, CXXBindTemporaryExpr,
            MaterializeTemporaryExpr>(P))
      continue;
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(P)) {
      if (Cast->getType()->isVoidType())
        return false;
      continue;
    }
    if (const auto *U = dyn_cast<UnaryOperator>(P);
        U && U->getOpcode() == UO_LNot)
      continue;
    if (const auto *Op = dyn_cast<BinaryOperator>(P)) {
      // Asio's answer is a set of flags, compared with one of them.
      if (Op->isEqualityOp() &&
          !cast<Expr>(Child)->IgnoreParenImpCasts()->getType()->isBooleanType())
        return true;
      if (Op->isLogicalOp() || Op->isEqualityOp() ||
          Op->getOpcode() == BO_Comma)
        continue;
      if (Op->isAssignmentOp()) {
        const auto *Ref =
            dyn_cast<DeclRefExpr>(Op->getLHS()->IgnoreParenImpCasts());
        return !(Ref && isa<VarDecl>(Ref->getDecl()) &&
                 cast<VarDecl>(Ref->getDecl())->isLocalVarDecl());
      }
      return true;
    }
    if (isa<IfStmt, WhileStmt, DoStmt, ForStmt, CompoundStmt, CXXForRangeStmt,
            LabelStmt, CaseStmt, DefaultStmt, AttributedStmt, DeclStmt,
            ReturnStmt, CoreturnStmt, CXXTryStmt>(P))
      return false;
    if (const auto *C = dyn_cast<ConditionalOperator>(P))
      return C->getCond() != Child;
    return true;
  }
  return false;
}

bool FunctionAnalysis::evaluatesToken(const Expr &Call) const {
  if (Query Q = tokens().queryOf(Call))
    return Q.Kind == QueryKind::Wait;
  // Copies and casts of tokens evaluate nothing.
  if (isa<CXXConstructExpr>(Call)) {
    if (tokens().classify(Call.getType()).Token)
      return false;
    RecordRole Role = tokens().roleOf(Call.getType());
    if (Role.Source || Role.Registration || Role.Carrier)
      return false;
  }
  const FunctionDecl *FD = calleeOf(Call);
  if (isForwarder(FD))
    return false;
  bool Handed = llvm::any_of(writtenArgs(Call), [&](const Expr *A) {
    return TokensInReach.involves(A);
  });
  if (!Handed)
    if (const Expr *Object = objectOf(Call))
      Handed =
          !tokens().classify(Object->IgnoreParenImpCasts()->getType()).Token &&
          TokensInReach.involves(Object);
  if (!Handed)
    return false;
  // A callee that takes the token and never looks at it does not count.
  if (FD && FD->getCanonicalDecl() == decl().getCanonicalDecl())
    return false; // judged as recursion
  if (FD && !FD->isDependentContext() && isa<CallExpr>(Call))
    if (const FunctionSummary *S = summaryOf(Call);
        (S && !S->Looks && S->LooksIfAny.empty()) || ignoresItsTokens(*FD))
      return false;
  return true;
}

bool FunctionAnalysis::takesTokenInReach(const Expr &Call) const {
  auto [It, New] = TakesToken.try_emplace(&Call, false);
  if (New) {
    bool Takes = false;
    if (std::optional<Sink> S = findSink(*this, Call))
      Takes = llvm::any_of(TokensInReach.at(&Call), [&](const ReachToken &T) {
        return T.From != ReachToken::Origin::Field &&
               handover(*this, T, *S).Fits;
      });
    TakesToken[&Call] = Takes;
    return Takes;
  }
  return It->second;
}

BlockVerdict FunctionAnalysis::verdict(const CFGBlock &B,
                                       const Stmt *Loop) const {
  auto &Known = Verdicts[Loop != nullptr];
  Known.resize(graph()->size());
  if (Known[B.getBlockID()])
    return *Known[B.getBlockID()];
  BlockVerdict V = judgeBlock(B, Loop != nullptr);
  if (!U.isSummarising())
    Known[B.getBlockID()] = V;
  return V;
}

BlockVerdict FunctionAnalysis::judgeBlock(const CFGBlock &B,
                                          bool InLoop) const {
  for (const Stmt *S : Graph->elements(B)) {
    if (isa<CoyieldExpr>(S))
      return {BlockVerdict::Stops, S}; // the consumer decides
    const auto *E = dyn_cast<Expr>(S);
    if (!E)
      continue;
    if (const auto *Await = dyn_cast<CoawaitExpr>(E)) {
      if (tokens().isAmbientTask(Await->getOperand()->getType()))
        return {BlockVerdict::Stops, S};
      continue;
    }
    if (!isa<CallExpr, CXXConstructExpr>(E))
      continue;
    Query Q = queryOf(*E);
    switch (Q.Kind) {
    case QueryKind::Throw:
      return {BlockVerdict::Throws, S};
    case QueryKind::Wait:
      return {BlockVerdict::Stops, S};
    case QueryKind::Status: {
      const Stmt *P = Body.parent(S);
      while (isa_and_nonnull<ExprWithCleanups, CXXBindTemporaryExpr,
                             MaterializeTemporaryExpr>(P))
        P = Body.parent(P);
      bool Discarded = !P || isa<CompoundStmt>(P);
      if (const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(P))
        Discarded = Cast->getType()->isVoidType();
      if (!Discarded)
        return {BlockVerdict::Stops, S};
      continue;
    }
    case QueryKind::Poll:
    case QueryKind::PollMore:
      if (decidesByItself(E))
        return {BlockVerdict::Stops, S};
      continue;
    case QueryKind::None:
      break;
    default:
      continue;
    }
    if (evaluatesToken(*E))
      return {BlockVerdict::Stops, S};
    // Once the token is passed on, as cancel-forward-token asks, the call is a
    // cancellation point: one defect, one finding.
    if (InLoop && takesTokenInReach(*E))
      return {BlockVerdict::Stops, S};
    if (const FunctionSummary *Sum = summaryOf(*E); Sum && Sum->Looks) {
      if (Sum->ThrowsWhenCancelled)
        return {BlockVerdict::Throws, S};
      if (!Sum->WhenCancelled)
        return {BlockVerdict::Stops, S};
      if (decidesByItself(E))
        return {BlockVerdict::Stops, S};
    }
  }
  return {};
}

FlowView FunctionAnalysis::view(bool Cancelled, const Stmt *Loop) const {
  const FlowGraph *G = graph();
  // A function with thousands of loops asks this for each of them: most
  // conditions have nothing to do with a token, whatever the loop.
  auto Answer = [&](const Expr &E) {
    const std::pair<const Expr *, unsigned> Key(&E, Cancelled);
    if (auto It = Answers.find(Key); It != Answers.end())
      return It->second;
    AskedLoop = false;
    std::optional<bool> A = answer(&E, Cancelled, Loop);
    if (!AskedLoop && !U.isSummarising())
      Answers[Key] = A;
    return A;
  };
  FlowView V = G->view(
      Answer,
      [&](const CFGBlock &B) {
        return Cancelled ? verdict(B, Loop) : BlockVerdict();
      },
      [&](const CXXCatchStmt &C) {
        return tokens().catchesCancellation(C.getCaughtType());
      });
  enterSurely(V);
  if (Cancelled && Loop)
    openGuards(V, Loop);
  return V;
}

/// Leads the ways into a loop that runs at least once right into its body.
void FunctionAnalysis::enterSurely(FlowView &V) const {
  const FlowGraph *G = graph();
  if (!SureLoops) {
    SureLoops.emplace();
    for (const Stmt *Loop : Body.loops()) {
      if (!runsAtLeastOnce(*Loop, *this))
        continue;
      FlowGraph::LoopNodes Nodes = G->nodesOf(*Loop);
      const CFGBlock *Head = Nodes.Head ? G->block(*Nodes.Head) : nullptr;
      if (!Head || Head->getTerminatorStmt() != Loop || Head->succ_size() != 2)
        continue;
      if (const CFGBlock *First = Head->succ_begin()->getReachableBlock())
        SureLoops->push_back(
            {*Nodes.Head, First->getBlockID(), std::move(Nodes.Nodes)});
    }
  }
  for (const SureLoop &L : *SureLoops) {
    if (V.Stops.test(L.Head) || !is_contained(V.Successors[L.Head], L.First))
      continue;
    for (unsigned N = 0; N < V.Successors.size(); ++N)
      if (!L.Nodes.test(N))
        std::replace(V.Successors[N].begin(), V.Successors[N].end(), L.Head,
                     L.First);
  }
}

CallCost FunctionAnalysis::costOf(const Expr &Call) const {
  CallCost Cost;
  if (tokens().queryOf(Call))
    return Cost;
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD)
    return Cost; // function pointers are unknown; pseudo-destructors are cheap
  Cost.Name = FD->getIdentifier() ? FD->getName().str() : FD->getNameAsString();
  Cost.Class = costs().listed(Call);
  if (Cost.Class != CostClass::Unknown)
    return Cost;
  Cost.Class = CostClass::Cheap;
  // A token that also takes messages or progress.
  if (const Expr *Object = objectOf(Call);
      Object &&
      tokens().classify(Object->IgnoreParenImpCasts()->getType()).Token)
    return Cost;
  if (FD->isImplicit() || FD->isDefaulted() || FD->isTrivial() ||
      FD->isConstexpr() || FD->isDependentContext())
    return Cost;
  if (FD->getCanonicalDecl() == decl().getCanonicalDecl() ||
      isNeverCharged(*FD) || isMadeOnce(*this, Call))
    return Cost;
  const auto *M = dyn_cast<CXXMethodDecl>(FD);
  const bool Virtual = M && M->isVirtual();
  auto LeaveOpen = [&](bool WhenUndefined) {
    std::string USR = usrOf(*FD->getCanonicalDecl());
    if (USR.empty())
      return;
    Cost.Class = CostClass::Unknown;
    Cost.Open = Atom{std::move(USR), FactKind::Long, WhenUndefined, Cost.Name};
  };
  if (!Virtual && U.bodyOf(*FD)) {
    const FunctionSummary *S = U.summaryOf(*FD);
    if (!S)
      return Cost; // recursion or too deep: counts as nothing
    if (S->Long) {
      Cost.Class = CostClass::Long;
      return Cost;
    }
    if (!S->LongIfAny.empty() || !S->LooksIfAny.empty())
      LeaveOpen(false);
    return Cost;
  }
  const bool Library = sources().isInSystemHeader(FD->getLocation());
  if (Library && FD->isExternC())
    return Cost;
  bool LooksCheap = Costs::looksCheap(*FD) || Costs::calculates(*FD) ||
                    namesPreparation(*FD) ||
                    (Library && !Costs::soundsLong(*FD));
  // A builder: what is done to a value that lives in this function only.
  if (const Expr *Object = objectOf(Call); Object && !Virtual)
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Object->IgnoreParenImpCasts()))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
          V && V->isLocalVarDecl() && !V->getType()->isReferenceType() &&
          !V->getType()->isPointerType())
        LooksCheap = true;
  LeaveOpen(!LooksCheap);
  return Cost;
}

bool FunctionAnalysis::hasRegistration() const {
  if (!Registration)
    Registration =
        setsUpRegistration(*this) || (Outer && Outer->hasRegistration());
  return *Registration;
}

std::optional<FunctionAnalysis::KeptAnswer>
FunctionAnalysis::staleAnswer(const Expr *E, const Stmt *Loop) const {
  const VarDecl *Var = nullptr;
  anyWithin(E, [&](const Stmt &S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    if (!Ref)
      return false;
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    if (!V || !V->isLocalVarDecl() || V->getType()->isReferenceType() ||
        !V->getType()->isBooleanType() || !V->getInit() ||
        Body.isWithin(V->getInit(), Loop))
      return false;
    if (!answer(V->getInit(), true))
      return false;
    // Whether a token can ever be cancelled does not change.
    if (anyWithin(V->getInit(), [&](const Stmt &X) {
          const auto *Asks = dyn_cast<Expr>(&X);
          return Asks && tokens().queryOf(*Asks).Kind == QueryKind::Possible;
        }))
      return false;
    Var = V;
    return true;
  });
  if (!Var)
    return std::nullopt;
  // Refreshed in the loop, or somewhere that cannot be seen?
  const SourceManager &SM = sources();
  for (const DeclRefExpr *Ref : Body.references()) {
    if (Ref->getDecl() != Var)
      continue;
    const Stmt *P = Body.parent(Ref);
    while (isa_and_nonnull<ParenExpr>(P))
      P = Body.parent(P);
    if (const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(P);
        Cast && Cast->getCastKind() == CK_LValueToRValue)
      continue; // only read
    if (const auto *A = dyn_cast_or_null<BinaryOperator>(P);
        A && A->isAssignmentOp() && !Body.isWithin(A, Loop) &&
        SM.isBeforeInTranslationUnit(A->getBeginLoc(), Loop->getBeginLoc()))
      continue;
    return std::nullopt;
  }
  for (const LambdaExpr *L : Body.lambdas())
    for (const LambdaCapture &C : L->captures())
      if (C.capturesVariable() && C.getCapturedVar() == Var &&
          C.getCaptureKind() == LCK_ByRef)
        return std::nullopt;
  const Expr *Poll = nullptr;
  anyWithin(Var->getInit(), [&](const Stmt &S) {
    const auto *X = dyn_cast<Expr>(&S);
    if (X && (tokens().queryOf(*X).Kind == QueryKind::Poll ||
              tokens().queryOf(*X).Kind == QueryKind::PollMore)) {
      Poll = X;
      return true;
    }
    return false;
  });
  return KeptAnswer{Var, Poll ? Poll : Var->getInit()};
}

bool FunctionAnalysis::isInLoop(const Stmt &S) const {
  return llvm::any_of(Body.loops(), [&](const Stmt *L) {
    return L != &S && Body.isWithin(&S, L) && !isNoLoop(*L, context());
  });
}

FunctionSummary FunctionAnalysis::summarise() const {
  FunctionSummary S;
  if (Body.isBroken()) {
    S.Looks = true; // it may, in what Clang left out
    return S;
  }
  // What a library's inline code calls that nobody here defines is taken for
  // cheap: how it is built says nothing about what it costs.
  const bool Own =
      sources().isInMainFile(sources().getFileLoc(decl().getLocation())) &&
      !decl().isTemplateInstantiation();
  const bool AnyToken = tokens().anyVisible();
  for (const Expr *Call : Body.calls()) {
    if (AnyToken) {
      Query Q = queryOf(*Call);
      if (Q.looks() || Q.Kind == QueryKind::Register)
        S.Looks = true;
      if (Q)
        continue;
      if (!S.Looks && evaluatesToken(*Call))
        S.Looks = true;
    }
    CallCost Cost = costOf(*Call);
    if ((Cost.Class == CostClass::Long || Cost.Class == CostClass::Blocking) &&
        !isMadeOnce(*this, *Call) && !isUncontended(*this, *Call) &&
        !(costs().isStep(*Call) && !isInLoop(*Call))) {
      if (!S.Long) {
        S.LongBecause = Cost.Name;
        // A callee with a body here says more by its own facts.
        const FunctionSummary *Callee = summaryOf(*Call);
        if (Callee && Callee->Long)
          S.LongVia = usrOf(*calleeOf(*Call)->getCanonicalDecl());
      }
      S.Long = true;
    }
    if (Cost.Open) {
      auto It = llvm::find_if(
          S.LongIfAny, [&](const Atom &A) { return A.USR == Cost.Open->USR; });
      // One guess on top of another one is too many: what nobody defines makes
      // the caller long only if it sounds so, or in a loop.
      const bool Counts =
          Own && Cost.Open->WhenUndefined &&
          (Costs::soundsLong(*calleeOf(*Call)) || isInLoop(*Call));
      if (It == S.LongIfAny.end()) {
        S.LooksIfAny.push_back(Cost.Open->USR);
        S.LongIfAny.push_back(*Cost.Open);
        S.LongIfAny.back().WhenUndefined = Counts;
      } else {
        It->WhenUndefined |= Counts;
      }
    }
    if (const FunctionSummary *Callee = summaryOf(*Call); Callee && AnyToken)
      S.Looks |= Callee->Looks;
  }
  if (AnyToken)
    for (const LambdaExpr *L : Body.lambdas())
      if (L->getCallOperator() && !L->isGenericLambda())
        if (const FunctionSummary *Inner = U.summaryOf(*L->getCallOperator()))
          S.Looks |= Inner->Looks;
  for (const Stmt *L : Body.loops())
    if (neverEnds(*L, context())) {
      S.Long = true;
      S.LongBecause = "an endless loop";
      S.LongVia.clear();
    }
  if (!S.Looks) {
    Deafness Deaf = deafnessOf(*this);
    S.DeafEnds = std::move(Deaf.Ends);
    S.DeafIfAny = std::move(Deaf.IfAny);
  }
  if (!S.Looks || decl().isDependentContext())
    return S;
  const FlowGraph *G = graph();
  if (!G)
    return S;
  // What it returns, and whether it returns, once the token is cancelled.
  auto Returned = [&](bool Cancelled) -> std::optional<bool> {
    FlowView V = view(Cancelled);
    BitVector Live = V.reachableFrom(G->entry());
    std::optional<bool> Result;
    for (const Stmt *Any : Body.allStatements()) {
      const auto *R = dyn_cast<ReturnStmt>(Any);
      if (!R)
        continue;
      const CFGBlock *B = G->blockOf(R);
      if (!B || !Live.test(B->getBlockID()))
        continue;
      std::optional<bool> One;
      if (R->getRetValue()) {
        One = answer(R->getRetValue(), Cancelled);
        if (const auto *Lit =
                dyn_cast<CXXBoolLiteralExpr>(stripped(R->getRetValue())))
          One = Lit->getValue();
      }
      if (!One || (Result && *Result != *One))
        return std::nullopt;
      Result = One;
    }
    return Result;
  };
  if (decl().getReturnType()->isBooleanType()) {
    S.WhenCancelled = Returned(true);
    S.WhenRunning = Returned(false);
    if (S.WhenCancelled && S.WhenRunning && *S.WhenCancelled == *S.WhenRunning)
      S.WhenCancelled = S.WhenRunning = std::nullopt;
  }
  // Waits and callees with the token end a way, but they do return; only
  // checks that throw keep the exit from being reached.
  FlowView V =
      G->view([&](const Expr &E) { return answer(&E, true); },
              [&](const CFGBlock &B) {
                BlockVerdict W = verdict(B, nullptr);
                return W.What == BlockVerdict::Throws ? W : BlockVerdict();
              },
              [&](const CXXCatchStmt &C) {
                return tokens().catchesCancellation(C.getCaughtType());
              });
  BitVector Live = V.reachableFrom(G->entry());
  bool ExitLive = false;
  for (const auto &P : G->cfg().getExit().preds())
    if (const CFGBlock *B = P.getReachableBlock())
      if (Live.test(B->getBlockID()) && !V.Stops.test(B->getBlockID()) &&
          llvm::is_contained(V.Successors[B->getBlockID()], G->exit())) {
        // Exception edges lead to the exit, too: count returns and falls.
        unsigned ToExit = 0;
        for (const auto &N : B->succs())
          ToExit += N.getReachableBlock() == &G->cfg().getExit();
        bool ByThrow =
            B->succ_size() > 1 && ToExit < 2 && !FlowGraph::conditionOf(*B);
        for (const Stmt *E : G->elements(*B))
          ByThrow |= isa<CXXThrowExpr>(E);
        ExitLive |= !ByThrow;
      }
  S.ThrowsWhenCancelled = !ExitLive;
  return S;
}

} // namespace cancel_tidy
