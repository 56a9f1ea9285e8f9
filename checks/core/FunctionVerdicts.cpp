// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What blocks do once the token is cancelled, and the views of the graph that
// follow from it.
#include "checks/core/CallResolver.h"
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/LoopShape.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

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

} // namespace cancel_tidy
