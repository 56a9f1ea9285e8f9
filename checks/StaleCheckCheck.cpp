// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/StaleCheckCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/LoopShape.h"
#include "checks/core/LoopView.h"
#include "checks/core/RoundCount.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo StaleCheckCheck::Info = {
    "cancel-stale-check",
    "Finds loops that test a poll's answer which was asked once, before the "
    "loop, and is never asked again.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<StaleCheckCheck>();
    },
    Guideline::Look,
    ""};

namespace {

/// The innermost loop around S.
const Stmt *loopAround(const FunctionBody &Body, const Stmt *S) {
  for (S = Body.parent(S); S; S = Body.parent(S))
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S))
      return S;
  return nullptr;
}

/// Whether Loop asks the token itself, too, and that may end it. Handing it on
/// does not count: the test of the old answer is there to end the loop, and
/// never will. Nor does a look that only ends an inner loop.
bool looksInLoop(const FunctionAnalysis &F, const Stmt *Loop) {
  llvm::SmallVector<const Expr *, 4> Looks;
  for (const Expr *Call : F.body().calls())
    if (F.body().isWithin(Call, Loop) && F.queryOf(*Call).looks())
      Looks.push_back(Call);
  if (Looks.empty() || !F.graph())
    return !Looks.empty();
  const FlowGraph::LoopNodes Nodes = F.graph()->nodesOf(*Loop);
  if (!Nodes.Head)
    return true;
  // What goes round once the token is cancelled.
  const llvm::BitVector Cycle =
      viewOfLoop(F, *Loop, Nodes).cycleThrough(*Nodes.Head, Nodes.Nodes);
  return llvm::any_of(Looks, [&](const Expr *Look) {
    const CFGBlock *B = F.graph()->blockOf(Look);
    return !B || !Cycle.test(B->getBlockID());
  });
}

std::optional<Fix> askAgain(const FunctionAnalysis &F, const Stmt *Loop,
                            const FunctionAnalysis::KeptAnswer &Kept) {
  // Only an answer that is nothing but the poll can be asked in its place.
  if (Kept.Var->getInit()->IgnoreUnlessSpelledInSource() != Kept.Poll)
    return std::nullopt;
  std::string Poll = textOf(F, *Kept.Poll);
  if (Poll.empty())
    return std::nullopt;
  Fix Result;
  Result.Description = "ask in each round";
  for (const DeclRefExpr *R : F.body().references()) {
    if (R->getDecl() != Kept.Var || !F.body().isWithin(R, Loop))
      continue;
    auto Edit = replaceText(
        F, CharSourceRange::getTokenRange(R->getSourceRange()), Poll);
    if (!Edit)
      return std::nullopt;
    Result.Edits.push_back(*Edit);
  }
  llvm::sort(Result.Edits, [](const TextEdit &A, const TextEdit &B) {
    return A.Offset < B.Offset;
  });
  return Result;
}

/// Whether Cond becomes Leaves, as far as it depends on the kept answer, when
/// that says cancelled: `if (!stopped && failed()) break;` does not.
bool leavesWhenCancelled(const FunctionAnalysis &F, const Expr &Cond,
                         const VarDecl &Kept, bool Leaves) {
  std::optional<bool> Cancelled = F.answer(Kept.getInit(), /*Cancelled=*/true);
  return !Cancelled ||
         llvm::any_of(F.body().references(), [&](const DeclRefExpr *Ref) {
           if (Ref->getDecl() != &Kept || !F.body().isWithin(Ref, &Cond))
             return false;
           bool Value = *Cancelled;
           for (const Stmt *P = Ref; P != &Cond; P = F.body().parent(P))
             if (const auto *Not =
                     dyn_cast_or_null<UnaryOperator>(F.body().parent(P));
                 Not && Not->getOpcode() == UO_LNot)
               Value = !Value;
           return Value == Leaves;
         });
}

/// Whether Loop costs little and is a part of a round that asks anew:
/// `for (row) { const bool stop = stop_requested(); for (pixel) ...`. A loop
/// that only the answer ends may last.
bool isPartOfRound(const FunctionAnalysis &F, const Stmt &Loop,
                   const VarDecl &Kept) {
  const Stmt *Around = loopAround(F.body(), &Loop);
  while (Around && isNoLoop(*Around, F.context()))
    Around = loopAround(F.body(), Around);
  if (!Around || !F.body().isWithin(Kept.getInit(), Around))
    return false;
  if (!isa<CXXForRangeStmt>(Loop)) {
    const Expr *Cond = conditionOfLoop(Loop);
    const bool AsksMore = Cond && !isEndlessCondition(Loop, F.context()) &&
                          anyWithin(Cond, [&](const Stmt &S) {
                            const ValueDecl *D = variableOf(&S);
                            return D && D != &Kept;
                          });
    if (!AsksMore)
      return false;
  }
  return llvm::none_of(F.body().allStatements(), [&](const Stmt *S) {
    if (!F.body().isWithin(S, &Loop))
      return false;
    if (isa<CoawaitExpr>(S))
      return true;
    const auto *E = dyn_cast<Expr>(S);
    if (!E || !isa<CallExpr, CXXConstructExpr>(E))
      return false;
    const CallCost Cost = F.costOf(*E);
    return Cost.Class != CostClass::Cheap || Cost.Open || !calleeOf(*E);
  });
}

/// Whether only one branch of If leaves, and which.
std::optional<bool> leavingBranch(const IfStmt &If) {
  auto Leaves = [](const Stmt *Branch) {
    return Branch && anyWithin(Branch, [](const Stmt &S) {
             return isa<BreakStmt, ReturnStmt, CoreturnStmt, GotoStmt,
                        CXXThrowExpr>(S);
           });
  };
  const bool Then = Leaves(If.getThen()), Else = Leaves(If.getElse());
  return Then != Else ? std::optional<bool>(Then) : std::nullopt;
}

} // namespace

std::vector<Finding> StaleCheckCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  if (!F.isJudged())
    return Out;
  for (const Stmt *Loop : F.body().loops()) {
    if (isNoLoop(*Loop, F.context()) || isShortLoop(*Loop, F) ||
        F.hasRegistration() || F.isShielded(Loop))
      continue;
    std::optional<FunctionAnalysis::KeptAnswer> Kept;
    if (const Expr *Cond = conditionOfLoop(*Loop))
      if (Kept = F.staleAnswer(Cond, Loop);
          Kept && !leavesWhenCancelled(F, *Cond, *Kept->Var, /*Leaves=*/false))
        Kept.reset();
    if (!Kept)
      for (const Stmt *S : F.body().allStatements())
        if (const auto *If = dyn_cast<IfStmt>(S);
            If && loopAround(F.body(), If) == Loop && If->getCond() &&
            mayLeave(*If))
          if ((Kept = F.staleAnswer(If->getCond(), Loop))) {
            std::optional<bool> Branch = leavingBranch(*If);
            if (!Branch ||
                leavesWhenCancelled(F, *If->getCond(), *Kept->Var, *Branch))
              break;
            Kept.reset();
          }
    if (!Kept || looksInLoop(F, Loop) || isPartOfRound(F, *Loop, *Kept->Var))
      continue;
    // In nested loops the answer is stale in the outermost one that only
    // reads it: one finding.
    const Stmt *Around = loopAround(F.body(), Loop);
    if (Around && !F.body().isWithin(Kept->Var->getInit(), Around)) {
      const Expr *Outer = conditionOfLoop(*Around);
      if (Outer && F.staleAnswer(Outer, Around))
        continue;
    }
    SourceLocation Where = Loop->getBeginLoc();
    if (const auto *Range = dyn_cast<CXXForRangeStmt>(Loop))
      Where = Range->getForLoc();
    Query Q = F.tokens().queryOf(*Kept->Poll);
    Finding Found = makeFinding(F, Info.Id, Where, Q.Model);
    Found.Message = "loop tests '" + Kept->Var->getNameAsString() +
                    "', which was asked once and never sees a later "
                    "cancellation";
    Found.CostRank = 1;
    Found.Notes.push_back(
        makeNote(F, Kept->Poll->getExprLoc(), "the answer is from here"));
    if (auto Fixed = askAgain(F, Loop, *Kept))
      Found.Fixes.push_back(std::move(*Fixed));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
