// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/IgnoredCheckCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/LoopShape.h"
#include "checks/core/ValueUse.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo IgnoredCheckCheck::Info = {
    "cancel-ignored-check",
    "Finds polls whose answer changes nothing, and other questions taken for a "
    "poll.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<IgnoredCheckCheck>();
    },
    Guideline::Look,
    ""};

namespace {

bool isPoll(const FunctionAnalysis &F, const Expr &E, Query &Q) {
  Q = F.tokens().queryOf(E);
  if (Q.Kind != QueryKind::Poll && Q.Kind != QueryKind::PollMore &&
      Q.Kind != QueryKind::Status)
    return false;
  // In a template's pattern a name alone says little.
  return Q.Model ||
         (Q.Object && F.tokens().classify(Q.Object->getType()).Token);
}

std::string spelling(const FunctionAnalysis &F, const Expr &Call) {
  std::string Text = textOf(F, Call);
  return Text.empty() || Text.find('\n') != std::string::npos
             ? calleeName(Call) + "()"
             : Text;
}

std::string objectName(const FunctionAnalysis &F, const Query &Q) {
  std::string Text = Q.Object ? textOf(F, *Q.Object) : "";
  return Text.empty() || Text.find('\n') != std::string::npos
             ? "the token"
             : "'" + Text + "'";
}

const char *whatToDo(const Query &Q) {
  switch (Q.Kind) {
  case QueryKind::PollMore:
    return "leave when it is false";
  case QueryKind::Status:
    return "return it when it is not ok";
  default:
    return "leave when it is true";
  }
}

const Stmt *loopAround(const FunctionAnalysis &F, const Stmt *S) {
  for (S = F.body().parent(S); S; S = F.body().parent(S))
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S) &&
        !isNoLoop(*S, F.context()))
      return S;
  return nullptr;
}

/// Neither its condition nor anything in it ends Loop, save what it calls.
bool hasNoWayOut(const FunctionAnalysis &F, const Stmt &Loop) {
  if (isa<CXXForRangeStmt>(Loop))
    return false;
  if (const Expr *Cond = conditionOfLoop(Loop)) {
    bool Value = false;
    if (Cond->isValueDependent() ||
        !Cond->EvaluateAsBooleanCondition(Value, F.context()) || !Value)
      return false;
  }
  return !anyWithin(&Loop, [](const Stmt &S) {
    if (const auto *Call = dyn_cast<CallExpr>(&S))
      return Call->getDirectCallee() && Call->getDirectCallee()->isNoReturn();
    return isa<BreakStmt, ReturnStmt, CoreturnStmt, CoroutineSuspendExpr,
               GotoStmt, IndirectGotoStmt, CXXThrowExpr, AsmStmt>(S);
  });
}

/// The poll that makes the predicate of a condition wait true:
/// `filled.wait(lock, [&] { return !empty() || stop.stop_requested(); })`.
const Expr *pollInPredicate(const FunctionAnalysis &F, const Expr &Call) {
  const auto *M = dyn_cast_or_null<CXXMethodDecl>(calleeOf(Call));
  const auto Args = writtenArgs(Call);
  if (!M || !M->getIdentifier() || !M->getName().starts_with("wait") ||
      Args.size() < 2 || !M->getParent()->getIdentifier() ||
      !M->getParent()->getName().starts_with("condition_variable"))
    return nullptr;
  const auto *L =
      dyn_cast<LambdaExpr>(Args.back()->IgnoreUnlessSpelledInSource());
  const auto *Body = L ? dyn_cast<CompoundStmt>(L->getBody()) : nullptr;
  if (!Body || Body->size() != 1)
    return nullptr;
  const auto *Returned = dyn_cast<ReturnStmt>(Body->body_front());
  // Each of `a || b || poll` is enough.
  llvm::SmallVector<const Expr *, 4> Left;
  if (Returned && Returned->getRetValue())
    Left.push_back(Returned->getRetValue());
  while (!Left.empty()) {
    const Expr *E = Left.pop_back_val()->IgnoreUnlessSpelledInSource();
    const auto *Or = dyn_cast<BinaryOperator>(E);
    if (Or && Or->getOpcode() == BO_LOr) {
      Left.push_back(Or->getRHS());
      Left.push_back(Or->getLHS());
    } else if (F.tokens().queryOf(*E).Kind == QueryKind::Poll) {
      return E;
    }
  }
  return nullptr;
}

/// Whether no exception can lead out of Loop.
bool cannotThrowOut(const FunctionAnalysis &F, const Stmt &Loop) {
  const auto *Type = F.decl().getType()->getAs<FunctionProtoType>();
  return Type && Type->isNothrow() && !F.body().enclosing<CXXTryStmt>(&Loop);
}

/// Whether a call in Loop, other than Wait and those like it, may find out
/// about the cancellation and throw.
bool othersMayLook(const FunctionAnalysis &F, const Stmt &Loop,
                   const Expr &Wait) {
  if (cannotThrowOut(F, Loop))
    return false;
  for (const Expr *Call : F.body().calls()) {
    if (!F.body().isWithin(Call, &Loop))
      continue;
    const Stmt *P = Call;
    while (P && P != &Loop && P != &Wait &&
           !(isa<Expr>(P) && F.tokens().waitReturns(*cast<Expr>(P))))
      P = F.body().parent(P);
    if (P != &Loop)
      continue; // the wait, or one of its arguments
    if (F.tokens().queryOf(*Call) || F.reach().involves(Call))
      return true;
    const FunctionDecl *FD = calleeOf(*Call);
    if (!FD)
      return true;
    if (FD->isTrivial() || FD->isDefaulted())
      continue;
    // What the standard library has knows no token; a std::function may.
    if (llvm::StringRef(qualifiedName(*FD)).starts_with("std::") &&
        FD->getOverloadedOperator() != OO_Call)
      continue;
    const FunctionSummary *S = F.summaryOf(*Call);
    if (S && S->Looks)
      return true;
    // A function that is given no token has none; an object may hold one.
    const auto *M = dyn_cast<CXXMethodDecl>(FD);
    if (M && !M->isStatic() && (!S || !S->LooksIfAny.empty()))
      return true;
  }
  return false;
}

bool looksIn(const FunctionAnalysis &F, const Stmt &Loop) {
  return llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    return F.body().isWithin(Call, &Loop) && F.tokens().queryOf(*Call).looks();
  });
}

/// The branch does nothing but leave, and with nothing that came of the token.
bool onlyLeaves(const FunctionAnalysis &F, const Stmt *Branch, bool InLoop) {
  if (const auto *Block = dyn_cast<CompoundStmt>(Branch)) {
    if (Block->size() != 1)
      return false;
    Branch = Block->body_front();
  }
  if (const auto *Full = dyn_cast<FullExpr>(Branch))
    Branch = Full->getSubExpr();
  if (const auto *Throw = dyn_cast<CXXThrowExpr>(Branch))
    return Throw->getSubExpr() &&
           F.tokens().isCancellationException(Throw->getSubExpr()->getType());
  if (isa<BreakStmt>(Branch))
    return InLoop &&
           !isa_and_nonnull<SwitchStmt>(F.body().enclosing<SwitchStmt>(Branch));
  const Expr *Value = nullptr;
  if (const auto *R = dyn_cast<ReturnStmt>(Branch))
    Value = R->getRetValue();
  else if (const auto *R = dyn_cast<CoreturnStmt>(Branch))
    Value = R->getOperand();
  else
    return false;
  return InLoop && (!Value || !anyWithin(Value, [](const Stmt &S) {
           return isa<CallExpr>(S);
         }));
}

/// Whether E is about something that each round of Loop has anew: one of
/// several tokens is asked whether it can be cancelled.
bool isOfOneRound(const FunctionAnalysis &F, const Expr &E, const Stmt &Loop) {
  return anyWithin(&E, [&](const Stmt &S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    return Ref && isa<VarDecl>(Ref->getDecl()) &&
           F.sources().isBeforeInTranslationUnit(Loop.getBeginLoc(),
                                                 Ref->getDecl()->getLocation());
  });
}

/// Where `stop_possible()` stands for a poll: it ends a loop, or leads out of
/// one, or is the answer of a function that is named like a poll.
bool isTakenForPoll(const FunctionAnalysis &F, const Expr &Asked) {
  bool Negated = false;
  const Stmt *Child = &Asked;
  // `stop_possible() && stop_requested()` saves the second question.
  const auto Polls = [&](const Expr *Side) {
    return anyWithin(Side, [&](const Stmt &S) {
      const auto *E = dyn_cast<Expr>(&S);
      return E && F.queryOf(*E).looks();
    });
  };
  for (const Stmt *P = F.body().parent(Child); P;
       Child = P, P = F.body().parent(P)) {
    if (isa<ParenExpr, ImplicitCastExpr, FullExpr>(P))
      continue;
    if (const auto *Not = dyn_cast<UnaryOperator>(P);
        Not && Not->getOpcode() == UO_LNot) {
      Negated = !Negated;
      continue;
    }
    if (const auto *Op = dyn_cast<BinaryOperator>(P);
        Op && Op->isLogicalOp() && Op->getOpcode() == BO_LAnd) {
      if (Polls(Op->getLHS() == Child ? Op->getRHS() : Op->getLHS()))
        return false;
      continue;
    }
    if (const auto *R = dyn_cast<ReturnStmt>(P))
      return !Negated && R->getRetValue() == Child &&
             F.decl().getIdentifier() && Child == &Asked &&
             isTokenPollName(F.decl().getName());
    if (const auto *If = dyn_cast<IfStmt>(P)) {
      const Stmt *Loop = loopAround(F, If);
      return !Negated && Child == If->getCond() && !If->getElse() &&
             !(Loop && isOfOneRound(F, Asked, *Loop)) &&
             onlyLeaves(F, If->getThen(), Loop != nullptr) &&
             !(Loop && looksIn(F, *Loop));
    }
    if (isa<WhileStmt, DoStmt, ForStmt>(P))
      return Negated && Child == conditionOfLoop(*P) && !looksIn(F, *P);
    return false;
  }
  return false;
}

std::optional<Fix> askInstead(const FunctionAnalysis &F, const Expr &Asked,
                              const std::string &Poll) {
  auto Edit = replaceText(F,
                          CharSourceRange::getTokenRange(calleeLocation(Asked),
                                                         calleeLocation(Asked)),
                          Poll);
  if (!Edit)
    return std::nullopt;
  return Fix{"ask '" + Poll + "'", {std::move(*Edit)}};
}

class Finder {
public:
  explicit Finder(const FunctionAnalysis &F) : F(F) {}

  std::vector<Finding> find() {
    for (const Stmt *S : F.body().allStatements()) {
      if (const auto *If = dyn_cast<IfStmt>(S))
        judgeBranch(*If);
      else if (const auto *E = dyn_cast<Expr>(S); E && isa<CallExpr>(E))
        judgeCall(*E);
    }
    return std::move(Out);
  }

private:
  Finding &add(SourceLocation Where, const TokenModel *Model,
               std::string Message) {
    Out.push_back(makeFinding(F, IgnoredCheckCheck::Info.Id, Where, Model));
    Out.back().Message = std::move(Message);
    return Out.back();
  }

  void judgeCall(const Expr &Call) {
    Query Q;
    if (isPoll(F, Call, Q)) {
      if (F.isShielded(&Call))
        return;
      const std::string Text = "'" + spelling(F, Call) + "'";
      // With arguments it may do more than ask: report progress, say.
      if (useOf(F, Call) == ValueUse::Dropped && writtenArgs(Call).empty())
        add(calleeLocation(Call), Q.Model,
            "the answer of " + Text + " is dropped; " + whatToDo(Q));
      else if (const VarDecl *V = unreadVariable(F, Call);
               V && !asksElsewhere(Call) && Unread.insert(V).second)
        add(calleeLocation(Call), Q.Model,
            "nothing reads '" + V->getNameAsString() +
                "', which keeps the answer of " + Text + "; " + whatToDo(Q));
      return;
    }
    if (Q.Kind == QueryKind::Possible && Q.Object) {
      const TokenType *T = F.tokens().classify(Q.Object->getType()).Token;
      if (!T || T->Poll.empty() || !isTakenForPoll(F, Call) ||
          F.isShielded(&Call))
        return;
      const std::string &Poll = T->Poll.front();
      Finding &Found =
          add(calleeLocation(Call), Q.Model,
              "'" + calleeName(Call) + "' tells whether " + objectName(F, Q) +
                  " can be cancelled at all, not whether it was; ask '" + Poll +
                  "'");
      if (auto Fixed = askInstead(F, Call, Poll))
        Found.Fixes.push_back(std::move(*Fixed));
      return;
    }
    if ((!Q || Q.Kind == QueryKind::Wait) &&
        useOf(F, Call) == ValueUse::Dropped)
      judgeWait(Call);
  }

  /// A wait that returns once the token is cancelled, in a loop that goes on.
  void judgeWait(const Expr &Call) {
    const Expr *Poll = pollInPredicate(F, Call);
    if (!Poll && !F.tokens().waitReturns(Call))
      return;
    const Stmt *Loop = loopAround(F, &Call);
    if (!Loop || !hasNoWayOut(F, *Loop) || F.isShielded(&Call) ||
        othersMayLook(F, *Loop, Call))
      return;
    std::string Token = "the token";
    const TokenModel *Model = nullptr;
    if (Poll) {
      const Query Q = F.tokens().queryOf(*Poll);
      Model = Q.Model;
      Token = objectName(F, Q);
    }
    for (const Expr *A : writtenArgs(Call))
      if (TokenUse Use =
              F.tokens().classify(A->IgnoreParenImpCasts()->getType());
          Use && !Model) {
        Model = Use.Model;
        if (std::string Text = textOf(F, *A); !Text.empty())
          Token = "'" + Text + "'";
      }
    Finding &Found =
        add(calleeLocation(Call), Model,
            "'" + calleeName(Call) + "' returns at once when " + Token +
                " is cancelled, and nothing ends the loop around it; leave " +
                (Poll ? "after it" : "when its result is false"));
    Found.CostRank = 2;
    Found.Notes.push_back(makeNote(
        F, Loop->getBeginLoc(), "this loop then goes round without waiting"));
  }

  /// What is kept for nobody is a leftover where the function asks anyway.
  bool asksElsewhere(const Expr &Poll) const {
    return llvm::any_of(F.body().calls(), [&](const Expr *Other) {
      return Other != &Poll && F.tokens().queryOf(*Other).looks() &&
             useOf(F, *Other) == ValueUse::Used && !unreadVariable(F, *Other);
    });
  }

  void judgeBranch(const IfStmt &If) {
    const Stmt *Then = If.getThen();
    const auto *Block = dyn_cast<CompoundStmt>(Then);
    if (If.getElse() || !If.getCond() || If.isConstexpr() ||
        !(isa<NullStmt>(Then) || (Block && Block->body_empty())))
      return;
    const auto Cancelled = F.answer(If.getCond(), true),
               Running = F.answer(If.getCond(), false);
    if (!Cancelled || !Running || *Cancelled == *Running)
      return;
    Query Q;
    const Expr *Poll = nullptr;
    anyWithin(If.getCond(), [&](const Stmt &S) {
      const auto *E = dyn_cast<Expr>(&S);
      if (E && isPoll(F, *E, Q) && Q.Kind != QueryKind::Status)
        Poll = E;
      return Poll != nullptr;
    });
    if (!Poll || !isBlankText(F, {If.getRParenLoc(), Then->getEndLoc()}) ||
        F.isShielded(&If))
      return;
    add(If.getIfLoc(), Q.Model,
        "this branch on '" + spelling(F, *Poll) + "' is empty; leave in it");
  }

  const FunctionAnalysis &F;
  std::vector<Finding> Out;
  llvm::SmallPtrSet<const VarDecl *, 4> Unread;
};

} // namespace

std::vector<Finding>
IgnoredCheckCheck::checkFunction(const FunctionAnalysis &F) {
  if (!F.isJudged())
    return {};
  return Finder(F).find();
}

} // namespace cancel_tidy
