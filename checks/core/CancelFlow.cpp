// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CancelFlow.h"
#include "checks/core/CallResolver.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

SourceLocation CancelExit::where() const {
  if (Throws)
    return calleeLocation(*Asked);
  if (const auto *Range = dyn_cast_or_null<CXXForRangeStmt>(Branch))
    return Range->getForLoc();
  if (isa_and_nonnull<IfStmt, ForStmt, WhileStmt, DoStmt>(Branch))
    return Branch->getBeginLoc();
  return Asked->getExprLoc();
}

/// The statement or operator whose branch Cond decides, perhaps with others.
static const Stmt *branchOf(const FunctionBody &Body, const Expr &Cond) {
  const Stmt *Inner = &Cond;
  for (const Stmt *P = Body.parent(Inner); P; Inner = P, P = Body.parent(P)) {
    if (const auto *Choice = dyn_cast<ConditionalOperator>(P)) {
      if (Choice->getCond() == Inner)
        return P;
    } else if (!isa<Expr>(P)) {
      return isa<IfStmt, ForStmt, WhileStmt, DoStmt, SwitchStmt>(P) ? P
                                                                    : nullptr;
    }
  }
  return nullptr;
}

CancelFlow::CancelFlow(const FunctionAnalysis &F) : F(F) {
  const FlowGraph &G = *F.graph();
  Running.resize(G.size());
  Cancelled.resize(G.size());
  for (unsigned Node = 0; Node < G.size(); ++Node)
    if (const CFGBlock *B = G.block(Node))
      addNode(*B);
  Reached.resize(G.size());
  SmallVector<unsigned, 32> Stack{G.entry()};
  Reached.set(G.entry());
  while (!Stack.empty())
    for (unsigned Next : Running[Stack.pop_back_val()])
      if (!Reached.test(Next)) {
        Reached.set(Next);
        Stack.push_back(Next);
      }
}

void CancelFlow::addThrow(const CXXThrowExpr &Throw, Nodes &To) const {
  const FlowGraph &G = *F.graph();
  Unwinding::Way Way = G.unwinding().wayOf(Throw);
  for (const CXXCatchStmt *Handler : Way.Handlers)
    if (const CFGBlock *B = G.blockOf(Handler))
      To.push_back(B->getBlockID());
  if (Way.Leaves)
    To.push_back(G.exit());
}

/// A callee in sight that gets the token, or works for the same object, and
/// that throws once the token is cancelled. What a coroutine throws comes out
/// of co_await.
bool CancelFlow::throwsWhenCancelled(const Expr &Call) const {
  const FunctionSummary *Sum = F.summaryOf(Call);
  if (!Sum || !Sum->Looks || !Sum->ThrowsWhenCancelled)
    return false;
  const FunctionDecl *Def = F.unit().bodyOf(*calleeOf(Call));
  if (!Def || isa<CoroutineBodyStmt>(Def->getBody()))
    return false;
  const Expr *Object = objectOf(Call);
  return (Object && (isa<CXXThisExpr>(Object->IgnoreParenImpCasts()) ||
                     F.reach().involves(Object))) ||
         llvm::any_of(writtenArgs(Call),
                      [&](const Expr *A) { return F.reach().involves(A); });
}

/// The first thing in B that throws once the token is cancelled.
const Expr *CancelFlow::throwingCheck(const CFGBlock &B) const {
  for (const Stmt *S : F.graph()->elements(B)) {
    const auto *E = dyn_cast<Expr>(S);
    if (!E || !isa<CallExpr, CXXConstructExpr>(E))
      continue;
    Query Q = F.queryOf(*E);
    if (Q.Kind == QueryKind::Throw || (!Q && throwsWhenCancelled(*E)))
      return E;
  }
  return nullptr;
}

static bool isNoexcept(const FunctionDecl &FD) {
  const auto *Proto = FD.getType()->getAs<FunctionProtoType>();
  return isa<CXXDestructorDecl>(FD) ||
         (Proto && !isUnresolvedExceptionSpec(Proto->getExceptionSpecType()) &&
          Proto->isNothrow());
}

void CancelFlow::addNode(const CFGBlock &B) {
  const FlowGraph &G = *F.graph();
  const unsigned Node = B.getBlockID();
  const Expr *Check = throwingCheck(B);
  if (Check) {
    CancelExit E;
    E.Node = Node;
    E.Asked = Check;
    E.Throws = true;
    const CXXCatchStmt *Handler =
        G.unwinding().handlerOf(*E.Asked, [&](const CXXCatchStmt &C) {
          return F.tokens().catchesCancellation(C.getCaughtType());
        });
    if (const CFGBlock *H = Handler ? G.blockOf(Handler) : nullptr)
      E.Next = H->getBlockID();
    if (E.Next || !isNoexcept(F.decl()))
      Exits.push_back(E);
  }
  // Who ends the process leaves nothing behind.
  if (B.hasNoReturnElement())
    return;
  const Stmt *Last = nullptr;
  if (!B.empty())
    if (auto S = B.back().getAs<CFGStmt>())
      Last = S->getStmt();
  if (const auto *Throw = dyn_cast_or_null<CXXThrowExpr>(Last)) {
    addThrow(*Throw, Cancelled[Node]);
    return;
  }
  SmallVector<const CFGBlock *, 4> Next;
  for (unsigned Edge = 0; Edge < B.succ_size(); ++Edge)
    Next.push_back(F.graph()->next(B, Edge));
  std::optional<bool> IfRunning, IfCancelled;
  const Expr *Cond = FlowGraph::conditionOf(B);
  if (Cond) {
    IfRunning = F.answer(Cond, /*Cancelled=*/false);
    IfCancelled = F.answer(Cond, /*Cancelled=*/true);
  } else if (isa_and_nonnull<CallExpr>(Last) && !B.getTerminatorStmt() &&
             Next.size() == 2) {
    Next.pop_back(); // the edge of its exception
  }
  auto Add = [&](Nodes &To, std::optional<bool> Answer) {
    for (unsigned I = 0; I < Next.size(); ++I)
      if (Next[I] && !(Answer && I != (*Answer ? 0u : 1u)))
        To.push_back(Next[I]->getBlockID());
  };
  Add(Running[Node], IfRunning);
  Add(Cancelled[Node], IfCancelled);
  if (Check)
    Cancelled[Node].clear();
  if (!IfRunning || !IfCancelled || *IfRunning == *IfCancelled ||
      Cancelled[Node].empty())
    return;
  CancelExit E;
  E.Node = Node;
  E.Asked = Cond;
  E.Next = Cancelled[Node].front();
  E.Branch = branchOf(F.body(), *Cond);
  // `a && !stop.stop_requested()`: the last part decides as the whole does,
  // unless it is negated on the way up.
  if (const auto *If = dyn_cast_or_null<IfStmt>(E.Branch)) {
    std::optional<bool> Whole = F.answer(If->getCond(), true);
    E.TakesThen = Whole.value_or(*IfCancelled);
  }
  Exits.push_back(E);
}

const CancelExit *CancelFlow::exitAt(unsigned Node) const {
  for (const CancelExit &E : Exits)
    if (E.Node == Node)
      return &E;
  return nullptr;
}

/// Whether Visit, or AtEnd for the end of a node, finds something on a way
/// along Edges from an element of Node on.
bool CancelFlow::walk(unsigned Node, size_t Element,
                      const std::vector<Nodes> &Edges,
                      function_ref<Step(const Stmt &)> Visit,
                      function_ref<Step(unsigned)> AtEnd) const {
  const FlowGraph &G = *F.graph();
  BitVector Seen(G.size());
  SmallVector<std::pair<unsigned, size_t>, 32> Stack{{Node, Element}};
  while (!Stack.empty()) {
    auto [N, From] = Stack.pop_back_val();
    std::vector<const Stmt *> All = G.elements(*G.block(N));
    Step S = Step::On;
    for (size_t I = From; I < All.size() && S == Step::On; ++I)
      S = Visit(*All[I]);
    if (S == Step::On)
      S = AtEnd(N);
    if (S == Step::Found)
      return true;
    if (S == Step::Barred)
      continue;
    for (unsigned Next : Edges[N])
      if (!Seen.test(Next)) {
        Seen.set(Next);
        Stack.push_back({Next, 0});
      }
  }
  return false;
}

/// Behind the element that throws, or the end of the node.
size_t CancelFlow::positionOf(const CancelExit &E) const {
  std::vector<const Stmt *> All =
      F.graph()->elements(*F.graph()->block(E.Node));
  if (!E.Throws)
    return All.size();
  return std::min<size_t>(llvm::find(All, E.Asked) - All.begin() + 1,
                          All.size());
}

bool CancelFlow::reachesExit(const Stmt &From, const CancelExit &To,
                             StmtFn Bars) const {
  const CFGBlock *B = F.graph()->blockOf(&From);
  if (!B)
    return false;
  std::vector<const Stmt *> All = F.graph()->elements(*B);
  const size_t At = llvm::find(All, &From) - All.begin();
  if (At == All.size())
    return false;
  return walk(
      B->getBlockID(), At + 1, Running,
      [&](const Stmt &S) {
        return To.Throws && &S == To.Asked ? Step::Found
               : Bars(S)                   ? Step::Barred
                                           : Step::On;
      },
      [&](unsigned N) {
        return !To.Throws && N == To.Node ? Step::Found : Step::On;
      });
}

bool CancelFlow::reachesFromStart(const Stmt &To, StmtFn Bars) const {
  return walk(
      F.graph()->entry(), 0, Running,
      [&](const Stmt &S) {
        return &S == &To ? Step::Found : Bars(S) ? Step::Barred : Step::On;
      },
      [](unsigned) { return Step::On; });
}

const Stmt *CancelFlow::reachedFrom(const CancelExit &From, StmtFn Wanted,
                                    StmtFn Bars) const {
  const Stmt *Found = nullptr;
  walk(
      From.Node, positionOf(From), Running,
      [&](const Stmt &S) {
        if (Wanted(S)) {
          Found = &S;
          return Step::Found;
        }
        return Bars(S) ? Step::Barred : Step::On;
      },
      [](unsigned) { return Step::On; });
  return Found;
}

bool CancelFlow::leavesFrom(const CancelExit &E, StmtFn Bars) const {
  if (!E.Next)
    return true;
  return walk(
      *E.Next, 0, Cancelled,
      [&](const Stmt &S) { return Bars(S) ? Step::Barred : Step::On; },
      [&](unsigned N) {
        return N == F.graph()->exit() ? Step::Found : Step::On;
      });
}

std::string CancelFlow::tokenOf(const CancelExit &E,
                                const TokenModel **Model) const {
  std::string Found;
  bool Ambient = false; // what runs is asked, without a token
  anyWithin(E.Asked, [&](const Stmt &S) {
    const auto *X = dyn_cast<Expr>(&S);
    Query Q = X ? F.queryOf(*X) : Query();
    if (!Q.looks())
      return false;
    *Model = Q.Model;
    Ambient = !Q.Object;
    if (Q.Object && !isa<CXXOperatorCallExpr>(Q.Object->IgnoreParenImpCasts()))
      Found = textOf(F, *Q.Object);
    return true;
  });
  if (Ambient)
    return {};
  std::vector<ReachToken> Tokens = F.reach().at(E.Asked);
  if (Tokens.empty())
    return Found;
  if (!*Model)
    *Model = Tokens.front().Use.Model;
  return Found.empty() ? Tokens.front().Spelling : Found;
}

} // namespace cancel_tidy
