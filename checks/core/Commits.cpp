// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Commits.h"
#include "checks/core/CallResolver.h"
#include "checks/core/CancellationThrows.h"
#include "clang/AST/Attr.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

static bool isAnnotatedStatement(const Stmt &S, StringRef Text) {
  const auto *A = dyn_cast<AttributedStmt>(&S);
  return A && llvm::any_of(A->getAttrs(), [&](const Attr *At) {
           const auto *Note = dyn_cast<AnnotateAttr>(At);
           return Note && Note->getAnnotation() == Text;
         });
}

static const Stmt *loopAround(const FunctionAnalysis &F, const Stmt *S) {
  for (S = F.body().parent(S); S; S = F.body().parent(S))
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S) &&
        !isNoLoop(*S, F.context()))
      return S;
  return nullptr;
}

/// Whether Call looks as if it began another transaction.
static bool begins(const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || !isa<CallExpr>(Call))
    return false;
  if (llvm::any_of(writtenArgs(Call), [](const Expr *A) {
        const auto *Text =
            dyn_cast<clang::StringLiteral>(A->IgnoreParenImpCasts());
        return Text && Text->getCharByteWidth() == 1 &&
               StringRef(Text->getString().ltrim().lower())
                   .starts_with("begin");
      }))
    return true;
  if (!FD->getIdentifier())
    return false;
  StringRef Name = FD->getName();
  const std::string First = takeWord(Name);
  // Not the iterator of a range.
  return First == "transaction" ||
         ((First == "begin" || First == "start") &&
          StringRef(FD->getName()).contains_insensitive("transaction"));
}

std::vector<CommitPoint> findCommits(const FunctionAnalysis &F) {
  const FunctionBody &Body = F.body();
  const SourceManager &SM = F.sources();
  std::vector<CommitPoint> Out, Known;
  for (const Expr *Call : Body.calls()) {
    const FunctionDecl *FD = calleeOf(*Call);
    if (!FD)
      continue;
    CommitPoint C;
    C.At = Call;
    C.Where = Call->getBeginLoc();
    C.Name = FD->getNameAsString();
    if (TokenIndex::isAnnotated(*FD, "point_of_no_return")) {
      C.Annotated = true;
      Out.push_back(std::move(C));
    } else if (F.costs().commits(*Call)) {
      C.Scope = Body.enclosing<CompoundStmt>(Call);
      Known.push_back(std::move(C));
    }
  }
  for (const Stmt *S : Body.allStatements())
    if (isAnnotatedStatement(*S, "cancel::point_of_no_return")) {
      CommitPoint C;
      C.At = S;
      C.Where = S->getBeginLoc();
      C.Annotated = true;
      Out.push_back(std::move(C));
    }
  if (Known.size() != 1 || !Known.front().Scope ||
      loopAround(F, Known.front().At))
    return Out;
  const SourceLocation Where = Known.front().Where;
  if (llvm::none_of(Body.calls(), [&](const Expr *Call) {
        return begins(*Call) &&
               SM.isBeforeInTranslationUnit(Where, Call->getBeginLoc());
      }))
    Out.push_back(std::move(Known.front()));
  return Out;
}

namespace {

class Finder {
public:
  explicit Finder(const FunctionAnalysis &F)
      : F(F), Body(F.body()), Commits(findCommits(F)) {}

  std::vector<LateCancellation> run() {
    if (Commits.empty() || !F.graph())
      return {};
    for (const CancellationThrow &T : cancellationThrows(F, Body.written())) {
      LateCancellation L;
      L.Kind = T.IsCertain ? LateCancellation::How::Throws
                           : LateCancellation::How::Given;
      L.At = T.At;
      L.Model = T.Model;
      L.Token = T.TokenName;
      if (!T.IsCertain)
        L.Argument = argumentOf(*T.At, T.Token);
      if (!T.IsCertain && !L.Argument)
        continue; // what is awaited may have nothing to do with it
      add(std::move(L));
    }
    for (const Expr *Call : Body.calls())
      given(*Call);
    for (const Stmt *S : Body.allStatements())
      if (const auto *If = dyn_cast<IfStmt>(S))
        poll(*If);
      else if (const auto *Return = dyn_cast<ReturnStmt>(S))
        poll(*Return);
    llvm::stable_sort(
        Out, [&](const LateCancellation &A, const LateCancellation &B) {
          return F.sources().isBeforeInTranslationUnit(A.At->getExprLoc(),
                                                       B.At->getExprLoc());
        });
    return std::move(Out);
  }

private:
  /// The argument of Call that is Token itself, as a variable.
  const Expr *argumentOf(const Expr &Call, const ValueDecl *Token) const {
    for (const Expr *A : writtenArgs(Call))
      if (Token && F.tokens().classify(A->getType()).Token &&
          anyWithin(A, [&](const Stmt &S) { return variableOf(&S) == Token; }))
        return A;
    return nullptr;
  }

  /// Calls of families without an exception: they may return early.
  void given(const Expr &Call) {
    const FunctionDecl *FD = calleeOf(Call);
    if (!FD || !isa<CallExpr>(Call) || F.tokens().queryOf(Call) ||
        isOfStd(*FD) || FD->isOverloadedOperator() ||
        llvm::any_of(Out,
                     [&](const LateCancellation &L) { return L.At == &Call; }))
      return;
    // Its body may show that it does not care.
    if (const FunctionSummary *S = F.summaryOf(Call);
        (S && !S->Looks && S->LooksIfAny.empty()) || F.ignoresItsTokens(*FD))
      return;
    for (const ReachToken &R : F.reach().at(&Call)) {
      const Expr *Argument =
          R.NeedsCapture.empty() ? argumentOf(Call, R.Root) : nullptr;
      if (!Argument || anyWithin(Argument, [](const Stmt &S) {
            return isa<CallExpr, LambdaExpr>(S);
          }))
        continue;
      LateCancellation L;
      L.Kind = LateCancellation::How::Given;
      L.At = &Call;
      L.Model = R.Use.Model;
      L.Token = R.Spelling;
      L.Argument = Argument;
      add(std::move(L), /*OnlyAnnotated=*/true);
      return;
    }
  }

  /// A look at the token, and the variable that keeps the status it gave.
  struct Asked {
    const Expr *Poll = nullptr;
    const VarDecl *Kept = nullptr;
  };

  bool asks(const Stmt &S, QueryKind Kind) const {
    const auto *E = dyn_cast<Expr>(&S);
    return E && F.queryOf(*E).Kind == Kind;
  }

  bool isAssigned(const VarDecl &V) const {
    return llvm::any_of(Body.calls(), [&](const Expr *Call) {
      const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call);
      return Op && Op->isAssignmentOp() && variableOf(Op->getArg(0)) == &V;
    });
  }

  /// What Cond asks: `stop.stop_requested()`, or a status that is kept.
  Asked askedBy(const Expr &Cond) const {
    Asked A;
    anyWithin(&Cond, [&](const Stmt &S) {
      if (asks(S, QueryKind::Poll) || asks(S, QueryKind::PollMore) ||
          asks(S, QueryKind::Status)) {
        A.Poll = cast<Expr>(&S);
        return true;
      }
      const auto *V = dyn_cast_or_null<VarDecl>(variableOf(&S));
      if (!V || !V->getInit() || !Body.contains(V->getInit()) || isAssigned(*V))
        return false;
      return anyWithin(V->getInit(), [&](const Stmt &Part) {
        if (!asks(Part, QueryKind::Status))
          return false;
        A = {cast<Expr>(&Part), V};
        return true;
      });
    });
    return A;
  }

  /// Whether what is returned says that the work was cancelled: false, the
  /// status that the poll gave, or one that speaks of it.
  static bool tellsFailure(const Expr &Value, const Asked &A) {
    if (const auto *Literal =
            dyn_cast<CXXBoolLiteralExpr>(Value.IgnoreParenImpCasts()))
      return !Literal->getValue();
    return anyWithin(&Value, [&](const Stmt &S) {
      if (A.Kept && variableOf(&S) == A.Kept)
        return true;
      const auto *Call = dyn_cast<CallExpr>(&S);
      const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
      return FD && FD->getIdentifier() && namesCancellation(FD->getName()) &&
             Call->getType()->isRecordType();
    });
  }

  /// `if (stop.stop_requested()) return false;`, and the same of a status, as
  /// macros write it.
  void poll(const IfStmt &If) {
    const Asked A = If.getCond() ? askedBy(*If.getCond()) : Asked();
    std::optional<bool> Answer =
        A.Poll ? F.answer(If.getCond(), /*Cancelled=*/true) : std::nullopt;
    if (!Answer)
      return;
    const Stmt *Taken = *Answer ? If.getThen() : If.getElse();
    bool Fails = false, Leaves = false;
    if (Taken)
      anyWithin(Taken, [&](const Stmt &S) {
        Leaves |= isa<ReturnStmt, CoreturnStmt>(S);
        const auto *R = dyn_cast<ReturnStmt>(&S);
        if (const Expr *Value = R ? R->getRetValue() : nullptr) {
          const bool Tells = tellsFailure(*Value, A);
          Fails |= Tells;
          if (isa<CXXBoolLiteralExpr>(Value->IgnoreParenImpCasts()))
            Leaves &= Tells; // `return true`: it is done
        }
        return false;
      });
    if (Leaves)
      leaves(*A.Poll, Fails, If);
  }

  /// `return token.Poll();`
  void poll(const ReturnStmt &Return) {
    const Expr *Value = Return.getRetValue();
    while (Value) {
      Value = stripped(Value);
      const auto *New = dyn_cast<CXXConstructExpr>(Value);
      if (!New || New->getNumArgs() != 1)
        break;
      Value = New->getArg(0);
    }
    if (Value && asks(*Value, QueryKind::Status))
      leaves(*Value, /*Fails=*/true, Return);
  }

  void leaves(const Expr &Poll, bool Fails, const Stmt &At) {
    Query Q = F.queryOf(Poll);
    LateCancellation L;
    L.Kind = LateCancellation::How::Leaves;
    L.At = &Poll;
    L.Model = Q.Model;
    if (Q.Object)
      for (const ReachToken &R : F.reach().at(&At))
        if (L.Token.empty() && anyWithin(Q.Object, [&](const Stmt &S) {
              return variableOf(&S) == R.Root;
            }))
          L.Token = R.Spelling;
    if (!L.Token.empty() && (Fails || workFollows(At, L.Model)))
      add(std::move(L), /*OnlyAnnotated=*/!Fails);
  }

  /// Whether Call does more than write a log, or ask what a look at the token
  /// of Model gave.
  bool isWork(const Expr &Call, const TokenModel *Model) const {
    const FunctionDecl *FD = calleeOf(Call);
    const Expr *Object = objectOf(Call);
    return FD && isa<CallExpr>(Call) && FD->getIdentifier() &&
           FD->getBuiltinID() == 0 && !namesLogging(FD->getName()) &&
           !(Object && Model &&
             F.tokens().statusType(stripped(Object)->getType(), *Model));
  }

  /// Whether the function calls anything behind At.
  bool workFollows(const Stmt &At, const TokenModel *Model) const {
    return llvm::any_of(Body.calls(), [&](const Expr *Call) {
      // A container that notes what was committed is work, std::move is none.
      return isWork(*Call, Model) && !calleeOf(*Call)->isInStdNamespace() &&
             F.sources().isBeforeInTranslationUnit(At.getEndLoc(),
                                                   Call->getBeginLoc());
    });
  }

  void add(LateCancellation L, bool OnlyAnnotated = false) {
    if (isTidyingUp(*L.At))
      return;
    for (const CommitPoint &C : Commits)
      if ((C.Annotated || !OnlyAnnotated) && isBehind(L, C)) {
        L.Commit = C;
        Out.push_back(std::move(L));
        return;
      }
  }

  /// In a handler, in a lambda that runs some other time, or annotated.
  bool isTidyingUp(const Stmt &At) const {
    for (const Stmt *P = &At; P; P = Body.parent(P))
      if (isa<CXXCatchStmt>(P) ||
          isAnnotatedStatement(*P, "cancel::uncancellable"))
        return true;
    return false;
  }

  bool isBehind(const LateCancellation &L, const CommitPoint &C) const {
    const SourceManager &SM = F.sources();
    const auto *Annotated = dyn_cast<AttributedStmt>(C.At);
    const bool IsScope =
        Annotated && isa<CompoundStmt>(Annotated->getSubStmt());
    if (IsScope ? !SM.isBeforeInTranslationUnit(C.Where, L.At->getBeginLoc())
                : !SM.isBeforeInTranslationUnit(C.At->getEndLoc(),
                                                L.At->getExprLoc()) ||
                      Body.isWithin(L.At, C.At))
      return false;
    if (hangsOnResult(L.At, C))
      return false;
    // A part of the work in each round: whether there is a next one may well
    // hang on the token.
    const Stmt *Loop = loopAround(F, C.At);
    if (Loop && (!Body.isWithin(L.At, Loop) || !isInTheMiddle(L, *Loop)))
      return false;
    return comesAfter(L, C, Loop, IsScope);
  }

  /// `if (!tx.commit()) ...`: it may have failed.
  bool hangsOnResult(const Stmt *At, const CommitPoint &C) const {
    const VarDecl *Result = nullptr;
    for (const VarDecl *V : Body.variables())
      if (V->getInit() && Body.contains(V->getInit()) &&
          Body.isWithin(C.At, V->getInit()))
        Result = V;
    for (const Stmt *P = Body.parent(At), *Child = At; P;
         Child = P, P = Body.parent(P)) {
      const Expr *Cond = nullptr;
      if (const auto *If = dyn_cast<IfStmt>(P))
        Cond = Child == If->getCond() ? nullptr : If->getCond();
      else if (const auto *While = dyn_cast<WhileStmt>(P))
        Cond = While->getCond();
      else if (const auto *Do = dyn_cast<DoStmt>(P))
        Cond = Do->getCond();
      if (Cond && anyWithin(Cond, [&](const Stmt &S) {
            return &S == C.At || (Result && variableOf(&S) == Result);
          }))
        return true;
    }
    return false;
  }

  /// A call that is given the token belongs to this round, if it is no pause;
  /// a look at the token does where something else of the round follows.
  bool isInTheMiddle(const LateCancellation &L, const Stmt &Loop) const {
    if (L.Kind == LateCancellation::How::Given && !F.tokens().queryOf(*L.At))
      return true;
    return llvm::any_of(Body.calls(), [&](const Expr *Call) {
      return isWork(*Call, L.Model) && !F.tokens().queryOf(*Call) &&
             Body.isWithin(Call, &Loop) &&
             F.sources().isBeforeInTranslationUnit(L.At->getEndLoc(),
                                                   Call->getBeginLoc());
    });
  }

  /// Whether a way leads from the commit to the point in the same round; for
  /// commits that only a table knows, whether every way to the point does.
  bool comesAfter(const LateCancellation &L, const CommitPoint &C,
                  const Stmt *Loop, bool IsScope) const {
    const FlowGraph &G = *F.graph();
    const CFGBlock *To = G.blockOf(L.At);
    const Stmt *First = C.At;
    // The statement that is annotated has no block of its own.
    if (const auto *Annotated = dyn_cast<AttributedStmt>(First))
      First = Annotated->getSubStmt();
    if (IsScope && Body.isWithin(L.At, First))
      return true;
    const CFGBlock *From = isa<Expr>(First) ? G.blockOf(First) : nullptr;
    SmallVector<unsigned, 4> Starts;
    if (From)
      Starts.push_back(From->getBlockID());
    else
      for (const Stmt *S : Body.allStatements())
        if (isa<Expr>(S) && Body.isWithin(S, First))
          if (const CFGBlock *B = G.blockOf(S))
            Starts.push_back(B->getBlockID());
    if (!To || Starts.empty())
      return false;
    FlowView V = G.plain();
    if (Loop)
      for (const CFGBlock *B : G.cfg())
        if (B->getLoopTarget() == Loop)
          V.Successors[B->getBlockID()].clear();
    if (llvm::none_of(Starts, [&](unsigned S) {
          return V.reachableFrom(S).test(To->getBlockID());
        }))
      return false;
    if (C.Annotated)
      return true;
    if (llvm::is_contained(Starts, To->getBlockID()))
      return true;
    for (unsigned S : Starts)
      V.Stops.set(S);
    return !V.reachableFrom(G.entry()).test(To->getBlockID());
  }

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  const std::vector<CommitPoint> Commits;
  std::vector<LateCancellation> Out;
};

} // namespace

std::vector<LateCancellation> lateCancellations(const FunctionAnalysis &F) {
  const FunctionDecl &FD = F.decl();
  if (!F.isJudged() || isa<CXXDestructorDecl>(FD) || FD.isDependentContext() ||
      !F.tokens().anyVisible() ||
      (FD.getIdentifier() && namesCleanup(FD.getName())))
    return {};
  return Finder(F).run();
}

} // namespace cancel_tidy
