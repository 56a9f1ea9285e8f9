// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/StatusHandling.h"
#include "checks/core/CallResolver.h"
#include "checks/core/LoopShape.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Parentheses, implicit conversions, temporaries and copies.
const Expr *bare(const Expr *E) {
  while (E) {
    const Expr *Next = E->IgnoreUnlessSpelledInSource();
    if (const auto *Full = dyn_cast<FullExpr>(Next))
      Next = Full->getSubExpr();
    else if (const auto *Temp = dyn_cast<MaterializeTemporaryExpr>(Next))
      Next = Temp->getSubExpr();
    else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Next))
      Next = Bind->getSubExpr();
    else if (const auto *New = dyn_cast<CXXConstructExpr>(Next);
             New && New->getNumArgs() == 1 &&
             New->getConstructor()->isCopyOrMoveConstructor())
      Next = New->getArg(0);
    if (Next == E)
      return E;
    E = Next;
  }
  return E;
}

bool has(const std::vector<std::string> &Names, const FunctionDecl &FD) {
  return FD.getIdentifier() && llvm::is_contained(Names, FD.getName());
}

/// A call that is given the token, and where its status goes.
struct StatusCall {
  const Expr *Call;
  ReachToken Token;
  const StatusType *Type;
  const VarDecl *Kept; ///< null: tested on the spot
};

class Finder {
public:
  explicit Finder(const FunctionAnalysis &F) : F(F), Body(F.body()) {}

  std::vector<SwallowedStatus> run() {
    for (const Expr *Call : Body.calls())
      if (const auto *C = dyn_cast<CallExpr>(Call))
        judge(*C);
    return std::move(Out);
  }

private:
  void judge(const CallExpr &Call) {
    const FunctionDecl *FD = calleeOf(Call);
    if (!FD || F.tokens().queryOf(Call) || F.isShielded(&Call) ||
        F.sources().isMacroBodyExpansion(Call.getExprLoc()))
      return;
    StatusCall S;
    S.Call = &Call;
    if (!Call.getType()->isRecordType() || !isGivenToken(S))
      return;
    S.Type = F.tokens().statusType(Call.getType(), *S.Token.Use.Model);
    if (!S.Type || !findKept(S))
      return;
    if (const FunctionSummary *Sum = F.summaryOf(Call);
        (Sum && !Sum->Looks && Sum->LooksIfAny.empty()) ||
        F.ignoresItsTokens(*FD))
      return;
    for (const Stmt *L = Body.parent(&Call); L; L = Body.parent(L)) {
      if (!isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(L) ||
          isNoLoop(*L, F.context()))
        continue;
      if (isOfRound(S.Token, *L))
        return;
      SwallowedStatus Found;
      if (!goesRound(S, *L, Found.Test))
        continue;
      Found.Call = &Call;
      Found.Token = S.Token;
      Found.Type = S.Type;
      Found.Loop = L;
      Out.push_back(std::move(Found));
      return;
    }
  }

  bool isGivenToken(StatusCall &S) const {
    for (const Expr *A : writtenArgs(*S.Call)) {
      if (!F.reach().handsOn(A) || anyWithin(A, [&](const Stmt &X) {
            const auto *E = dyn_cast<Expr>(&X);
            Query Q = E ? F.tokens().queryOf(*E) : Query();
            return Q.Kind == QueryKind::Derive || Q.Kind == QueryKind::Combine;
          }))
        continue;
      for (const ReachToken &R : F.reach().at(S.Call))
        if (R.NeedsCapture.empty() && anyWithin(A, [&](const Stmt &X) {
              return variableOf(&X) == R.Root;
            })) {
          S.Token = R;
          return true;
        }
    }
    return false;
  }

  /// What stands around the call: a test, or a variable that keeps it.
  bool findKept(StatusCall &S) const {
    S.Kept = nullptr;
    for (const Stmt *P = Body.parent(S.Call); P; P = Body.parent(P)) {
      if (const auto *D = dyn_cast<DeclStmt>(P)) {
        S.Kept =
            D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl()) : nullptr;
        return S.Kept && S.Kept->getInit() && bare(S.Kept->getInit()) == S.Call;
      }
      if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(P)) {
        if (Op->getOperator() != OO_Equal || bare(Op->getArg(1)) != S.Call)
          return false;
        S.Kept = dyn_cast_or_null<VarDecl>(variableOf(Op->getArg(0)));
        return S.Kept != nullptr;
      }
      if (const auto *M = dyn_cast<MemberExpr>(P)) {
        const auto *FD = dyn_cast<FunctionDecl>(M->getMemberDecl());
        return FD && (has(S.Type->Ok, *FD) || has(S.Type->Failed, *FD));
      }
      if (!isa<Expr>(P) || isa<CallExpr>(P))
        return false;
    }
    return false;
  }

  /// Whether one of its uses tells kinds of statuses apart, or hands it on.
  bool isToldApart(const StatusCall &S, const Stmt &Loop) const {
    if (!S.Kept)
      return false;
    if (!S.Kept->isLocalVarDecl() || S.Kept->getType()->isReferenceType())
      return true;
    if (llvm::any_of(Body.lambdas(), [&](const LambdaExpr *L) {
          return captureOf(*L, *S.Kept);
        }))
      return true;
    return llvm::any_of(Body.references(), [&](const DeclRefExpr *Ref) {
      return Ref->getDecl() == S.Kept && Body.isWithin(Ref, &Loop) &&
             !isPlainUse(*Ref, S);
    });
  }

  /// Assigned, asked whether it is good, written to a log, or returned.
  bool isPlainUse(const DeclRefExpr &Ref, const StatusCall &S) const {
    const Stmt *Child = &Ref;
    for (const Stmt *P = Body.parent(&Ref); P; Child = P, P = Body.parent(P)) {
      if (isa<ReturnStmt, CoreturnStmt>(P))
        return true;
      if (const auto *M = dyn_cast<MemberExpr>(P)) {
        const auto *FD = dyn_cast<FunctionDecl>(M->getMemberDecl());
        if (FD && (has(S.Type->Ok, *FD) || has(S.Type->Failed, *FD)))
          return true;
        continue; // ToString(), if a log follows
      }
      if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(P)) {
        if (Op->getOperator() == OO_Equal && Op->getArg(0) == Child)
          return true;
        if (Op->getOperator() == OO_LessLess)
          return true;
      }
      if (const auto *Call = dyn_cast<CallExpr>(P))
        if (const FunctionDecl *FD = calleeOf(*Call);
            FD && FD->getIdentifier() && namesLogging(FD->getName()))
          return true;
      if (!isa<Expr>(P))
        return false;
    }
    return false;
  }

  bool isOfRound(const ReachToken &T, const Stmt &Loop) const {
    const SourceManager &SM = F.sources();
    const SourceLocation Where = T.Root->getLocation();
    const auto *V = dyn_cast<VarDecl>(T.Root);
    if ((isa<BindingDecl>(T.Root) || (V && V->isLocalVarDecl())) &&
        SM.isBeforeInTranslationUnit(Loop.getBeginLoc(), Where) &&
        SM.isBeforeInTranslationUnit(Where, Loop.getEndLoc()))
      return true;
    return anyWithin(&Loop, [&](const Stmt &S) {
      return !isa<CXXMemberCallExpr>(S) && writtenBy(S) == T.Root;
    });
  }

  /// The value of E when the status is bad and the token is cancelled.
  std::optional<bool> answer(const Expr *E, const StatusCall &S,
                             const Stmt *&Test) const {
    E = bare(E);
    auto Negated = [](std::optional<bool> A) {
      return A ? std::optional<bool>(!*A) : A;
    };
    if (const auto *Not = dyn_cast<UnaryOperator>(E);
        Not && Not->getOpcode() == UO_LNot)
      return Negated(answer(Not->getSubExpr(), S, Test));
    if (const auto *Op = dyn_cast<BinaryOperator>(E); Op && Op->isLogicalOp()) {
      const bool Decides = Op->getOpcode() == BO_LOr;
      std::optional<bool> L = answer(Op->getLHS(), S, Test),
                          R = answer(Op->getRHS(), S, Test);
      if ((L && *L == Decides) || (R && *R == Decides))
        return Decides;
      return L && R ? std::optional<bool>(!Decides) : std::nullopt;
    }
    if (const auto *Call = dyn_cast<CallExpr>(E)) {
      const FunctionDecl *FD = calleeOf(*Call);
      if (FD && FD->getBuiltinID() == Builtin::BI__builtin_expect)
        return answer(Call->getArg(0), S, Test);
      if (const Expr *Object = objectOf(*Call); Object && FD) {
        Object = bare(Object);
        if (S.Kept ? variableOf(Object) == S.Kept : Object == S.Call) {
          const bool Good = has(S.Type->Ok, *FD);
          if (Good || has(S.Type->Failed, *FD)) {
            Test = Call;
            return !Good;
          }
        }
      }
    }
    return F.answer(E, /*Cancelled=*/true);
  }

  /// The call that would end the way gets no token, only what came out of a
  /// call with one: `status.ok()`, `log(status)`, `load(token).ok()`.
  bool onlyUsesResult(const BlockVerdict &What, const StatusCall &S) const {
    if (What.At && Body.isWithin(S.Call, What.At))
      return true;
    auto HandsOn = [&](const Expr &E) {
      return !(S.Kept && variableOf(bare(&E)) == S.Kept) &&
             F.reach().handsOn(&E);
    };
    const auto *Call = dyn_cast_or_null<CallExpr>(What.At);
    const Expr *Object = Call ? objectOf(*Call) : nullptr;
    return What.What == BlockVerdict::Stops && Call &&
           !F.tokens().queryOf(*Call) && !(Object && HandsOn(*Object)) &&
           llvm::none_of(writtenArgs(*Call),
                         [&](const Expr *A) { return HandsOn(*A); });
  }

  bool goesRound(const StatusCall &S, const Stmt &Loop,
                 const Stmt *&Test) const {
    const FlowGraph *G = F.graph();
    const CFGBlock *At = G ? G->blockOf(S.Call) : nullptr;
    if (!At || isToldApart(S, Loop) || F.hasRegistration())
      return false;
    const FlowGraph::LoopNodes Nodes = G->nodesOf(Loop);
    if (!Nodes.Head)
      return false;
    for (unsigned N : Nodes.Nodes.set_bits())
      if (const auto *Cond =
              dyn_cast_or_null<Expr>(G->block(N)->getTerminatorCondition()))
        if (asksOthers(F, *Cond))
          return false;
    FlowView V =
        G->view([&](const Expr &E) { return answer(&E, S, Test); },
                [&](const CFGBlock &B) {
                  BlockVerdict What = F.verdict(B, nullptr);
                  return onlyUsesResult(What, S) ? BlockVerdict() : What;
                },
                [&](const CXXCatchStmt &C) {
                  return F.tokens().catchesCancellation(C.getCaughtType());
                });
    // Only what asks whether the status is good can be told that it is not
    // enough.
    return Test &&
           V.cycleThrough(At->getBlockID(), Nodes.Nodes).test(At->getBlockID());
  }

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  std::vector<SwallowedStatus> Out;
};

} // namespace

std::vector<SwallowedStatus> swallowedStatuses(const FunctionAnalysis &F) {
  const FunctionDecl &FD = F.decl();
  if (!F.tokens().knowsStatuses() || !F.isJudged() ||
      F.body().loops().empty() || FD.isMain() || FD.isDependentContext() ||
      (FD.getIdentifier() && namesCleanup(FD.getName())))
    return {};
  return Finder(F).run();
}

} // namespace cancel_tidy
