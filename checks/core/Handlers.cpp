// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Handlers.h"
#include "checks/core/LoopShape.h"
#include "checks/core/RoundCount.h"
#include "checks/core/Unit.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Whether a callee of that name may see to the exception itself, by throwing
/// it once more or by telling somebody.
bool namesHandling(StringRef Name) {
  if (namesCancellation(Name))
    return true;
  while (!Name.empty())
    if (StringSwitch<bool>(takeWord(Name))
            .Cases("handle", "handler", "on", "rethrow", "throw", true)
            .Cases("throws", "translate", "fail", "failed", "abort", true)
            .Cases("cancel", "stop", "terminate", "exit", "exception", true)
            .Cases("set", "convert", "die", "panic", "fatal", true)
            .Default(false))
      return true;
  return false;
}

/// What a handler does with what it took, beyond where control flow leads.
class HandlerBody {
public:
  HandlerBody(const FunctionAnalysis &F, const CXXCatchStmt &H)
      : F(F), Body(F.body()), Handler(H) {
    anyWithin(H.getHandlerBlock(), [&](const Stmt &S) {
      look(S);
      return false;
    });
  }

  /// It tells cancellation from other failures, keeps the exception, or leaves
  /// it to a function that may.
  bool SeesToIt = false;
  /// It only logs, or does nothing: not what somebody writes who has thought
  /// of the case.
  bool IsIdle = true;
  /// Variables and fields that it gives a value, steps of counters aside.
  SmallPtrSet<const ValueDecl *, 4> Written;

private:
  void look(const Stmt &S) {
    if (isa<CXXThrowExpr>(S)) {
      IsIdle = false;
      SeesToIt |= !isGuardedByCounter(S);
      return;
    }
    if (isa<ReturnStmt, CoreturnStmt, BreakStmt, GotoStmt, CXXTryStmt,
            LambdaExpr>(S))
      IsIdle = false;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
      if (Handler.getExceptionDecl() &&
          Ref->getDecl() == Handler.getExceptionDecl())
        SeesToIt |= !isForTheLog(*Ref);
    if (const ValueDecl *D = writtenBy(S)) {
      const auto *U = dyn_cast<UnaryOperator>(&S);
      if (!U)
        Written.insert(D);
      IsIdle = false;
    }
    if (const auto *Call = dyn_cast<CallExpr>(&S))
      call(*Call);
  }

  void call(const CallExpr &Call) {
    const FunctionDecl *FD = calleeOf(Call);
    if (!FD) {
      SeesToIt = true; // a callback
      return;
    }
    // std::function; what is done to a token was looked at elsewhere.
    if (FD->getOverloadedOperator() == OO_Call)
      SeesToIt = true;
    if (!FD->getIdentifier() || F.tokens().queryOf(Call))
      return;
    if (FD->isInStdNamespace()) {
      if (FD->getName() == "current_exception")
        SeesToIt |= !isForTheLog(Call);
      else if (FD->getName() == "rethrow_exception" ||
               FD->getName() == "throw_with_nested")
        SeesToIt = true;
      return;
    }
    if (isInLogCall(Call))
      return;
    SeesToIt |= namesHandling(FD->getName());
  }

  /// `if (++tries > 3) throw;` lets the last failure out, not a cancellation.
  bool isGuardedByCounter(const Stmt &Throw) const {
    const auto *If = Body.enclosing<IfStmt>(&Throw);
    if (!If || !Body.isWithin(If, &Handler))
      return false;
    bool Number = false;
    const bool Other = anyWithin(If->getCond(), [&](const Stmt &S) {
      if (const auto *Call = dyn_cast<CallExpr>(&S)) {
        Number |= isCount(*Call);
        return !isCount(*Call);
      }
      if (!isa<DeclRefExpr, MemberExpr>(S) || isOnlyBase(S))
        return false;
      QualType T = cast<Expr>(S).getType().getNonReferenceType();
      Number |= T->isIntegerType() && !T->isBooleanType();
      return !T->isIntegerType() || T->isBooleanType();
    });
    return Number && !Other;
  }

  /// `options` of `options.max`, and the member that a call names.
  bool isOnlyBase(const Stmt &S) const {
    const Stmt *P = Body.parent(&S);
    while (isa_and_nonnull<ImplicitCastExpr, ParenExpr>(P))
      P = Body.parent(P);
    return isa_and_nonnull<MemberExpr, CXXMemberCallExpr>(P);
  }

  /// `options.maxTries()`
  static bool isCount(const CallExpr &Call) {
    const auto *M = dyn_cast_or_null<CXXMethodDecl>(calleeOf(Call));
    return isa<CXXMemberCallExpr>(Call) && M && M->isConst() &&
           M->getNumParams() == 0 && M->getReturnType()->isIntegerType() &&
           !M->getReturnType()->isBooleanType();
  }

  /// `e.what()`, or a part of what a log is given.
  bool isForTheLog(const Expr &E) const {
    const Stmt *P = Body.parent(&E);
    while (isa_and_nonnull<ImplicitCastExpr, ParenExpr>(P))
      P = Body.parent(P);
    if (const auto *M = dyn_cast_or_null<MemberExpr>(P))
      return M->getMemberDecl()->getIdentifier() &&
             M->getMemberDecl()->getName() == "what";
    return isInLogCall(E);
  }

  bool isInLogCall(const Expr &E) const {
    for (const Stmt *P = &E; P && P != &Handler; P = Body.parent(P)) {
      const auto *Call = dyn_cast<CallExpr>(P);
      const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
      if (!FD)
        continue;
      if (FD->getIdentifier() ? namesLogging(FD->getName())
                              : FD->getOverloadedOperator() == OO_LessLess)
        return true;
    }
    return false;
  }

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  const CXXCatchStmt &Handler;
};

class Finder {
public:
  explicit Finder(const FunctionAnalysis &F) : F(F), Body(F.body()) {}

  std::vector<SwallowedCancellation> run() {
    for (const Stmt *S : Body.allStatements())
      if (const auto *Try = dyn_cast<CXXTryStmt>(S);
          Try && !F.isShielded(Try) && !isInMacroBody(*Try))
        judge(*Try);
    return std::move(Out);
  }

private:
  /// Of assertions in tests, say: who wrote the macro decided.
  bool isInMacroBody(const CXXTryStmt &Try) const {
    return F.sources().isMacroBodyExpansion(Try.getTryLoc()) ||
           F.sources().isMacroBodyExpansion(Try.getHandler(0)->getCatchLoc());
  }

  bool isForCancellation(const CXXCatchStmt &H) const {
    return !H.getCaughtType().isNull() &&
           F.tokens().isCancellationException(H.getCaughtType());
  }

  /// ... or for an exception of the program that says so here.
  bool isMeantFor(const CXXCatchStmt &H,
                  ArrayRef<SwallowedCancellation> Taken) const {
    return isForCancellation(H) ||
           llvm::any_of(Taken, [&](const SwallowedCancellation &S) {
             return !H.getCaughtType().isNull() &&
                    isOwnClass(H.getCaughtType()) &&
                    F.context().hasSameUnqualifiedType(
                        H.getCaughtType().getNonReferenceType(),
                        S.Exception.getNonReferenceType());
           });
  }

  void judge(const CXXTryStmt &Try) {
    std::vector<CancellationThrow> Throws =
        cancellationThrows(F, Try.getTryBlock());
    llvm::erase_if(Throws, [&](const CancellationThrow &T) {
      return llvm::all_of(T.Types, [&](QualType Type) {
        return isCaughtBelow(F, T.At, &Try, Type);
      });
    });
    if (Throws.empty())
      return;
    for (unsigned I = 0; I < Try.getNumHandlers(); ++I) {
      const CXXCatchStmt &H = *Try.getHandler(I);
      std::vector<SwallowedCancellation> Taken;
      bool Exact = isForCancellation(H);
      for (const CancellationThrow &T : Throws)
        for (QualType Type : T.Types)
          if (takes(H, Type).value_or(false)) {
            SwallowedCancellation S;
            S.Handler = &H;
            S.Throw = T;
            S.Exception = Type;
            // Of no family: made for this purpose, unless the standard
            // library made it.
            Exact |= !T.Model && !H.getCaughtType().isNull() &&
                     isOwnClass(H.getCaughtType());
            Taken.push_back(std::move(S));
            break;
          }
      if (Taken.empty() && !Exact)
        continue;
      // Whoever comes behind a handler for cancellation gets none.
      if (!Taken.empty())
        judge(H, Try, Taken, Exact);
      return;
    }
  }

  bool isOwnClass(QualType T) const {
    const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
    return R && !R->isInStdNamespace();
  }

  void judge(const CXXCatchStmt &H, const CXXTryStmt &Try,
             ArrayRef<SwallowedCancellation> Taken, bool Exact) {
    const HandlerBody Does(F, H);
    if (Does.SeesToIt)
      return;
    if (!Exact)
      for (unsigned I = 0; I < Try.getNumHandlers(); ++I)
        if (const CXXCatchStmt *Later = Try.getHandler(I);
            F.sources().isBeforeInTranslationUnit(H.getCatchLoc(),
                                                  Later->getCatchLoc()) &&
            isMeantFor(*Later, Taken) &&
            takes(H, Later->getCaughtType()).value_or(false)) {
          SwallowedCancellation S = Taken.front();
          S.Kind = SwallowedCancellation::How::Hidden;
          S.Intended = Later;
          Out.push_back(std::move(S));
          return;
        }
    const CFGBlock *Start = F.graph() ? F.graph()->blockOf(&H) : nullptr;
    if (!Start || F.hasRegistration() || (Exact && !Does.IsIdle))
      return;
    const FlowView V = after(Try, H);
    for (SwallowedCancellation S : Taken) {
      S.MeansCancellation = Exact;
      if (goesRound(S, Try, V, *Start, Does)) {
        Out.push_back(std::move(S));
        return;
      }
    }
    if (Exact)
      return;
    for (SwallowedCancellation S : Taken)
      if (S.Throw.IsCertain &&
          (goesOn(S, Try, V, *Start, Does) || saysSuccess(S, H))) {
        Out.push_back(std::move(S));
        return;
      }
  }

  /// The graph of what runs once the token is cancelled. A call in Try that is
  /// given the token may throw to H, or return.
  FlowView after(const CXXTryStmt &Try, const CXXCatchStmt &H) const {
    const std::vector<CancellationThrow> All =
        cancellationThrows(F, Body.written());
    auto Answer = [&](const Expr &E) { return F.answer(&E, true); };
    auto Verdict = [&](const CFGBlock &B) {
      BlockVerdict What = F.verdict(B, nullptr);
      if (What.What != BlockVerdict::Stops)
        return What;
      if (Body.isWithin(What.At, Try.getTryBlock()))
        return BlockVerdict();
      if (llvm::any_of(
              All, [&](const CancellationThrow &T) { return T.At == What.At; }))
        What.What = BlockVerdict::Throws; // a handler around it may take it
      return What;
    };
    auto Catches = [&](const CXXCatchStmt &C) {
      return &C == &H || F.tokens().catchesCancellation(C.getCaughtType());
    };
    FlowView V = F.graph()->view(Answer, Verdict, Catches);
    F.enterSurely(V);
    return V;
  }

  static BitVector reachableWithin(const FlowView &V, unsigned From,
                                   const BitVector &Allowed) {
    BitVector Seen(V.Successors.size());
    SmallVector<unsigned, 32> Stack{From};
    Seen.set(From);
    while (!Stack.empty()) {
      unsigned N = Stack.pop_back_val();
      if (V.Stops.test(N))
        continue;
      for (unsigned S : V.Successors[N])
        if (!Seen.test(S) && Allowed.test(S)) {
          Seen.set(S);
          Stack.push_back(S);
        }
    }
    return Seen;
  }

  bool goesRound(SwallowedCancellation &S, const CXXTryStmt &Try,
                 const FlowView &V, const CFGBlock &Start,
                 const HandlerBody &Does) const {
    const CFGBlock *At = F.graph()->blockOf(S.Throw.At);
    if (!At)
      return false;
    for (const Stmt *L = Body.parent(&Try); L; L = Body.parent(L)) {
      if (!isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(L) ||
          isNoLoop(*L, F.context()))
        continue;
      // The next round has a token of its own.
      if (S.Throw.Token && belongsTo(*S.Throw.Token, *L))
        return false;
      const FlowGraph::LoopNodes Nodes = F.graph()->nodesOf(*L);
      if (!Nodes.Head || !Nodes.Nodes.test(Start.getBlockID()))
        continue;
      if (!reachableWithin(V, Start.getBlockID(), Nodes.Nodes)
               .test(At->getBlockID()))
        continue;
      if (asksOtherwise(Nodes.Nodes, Does) || iteratesToken(*L))
        return false;
      // A few rounds over this and that; a few tries are another matter.
      if (isShortLoop(*L, F) &&
          !anyWithin(Try.getTryBlock(), [](const Stmt &X) {
            return isa<ReturnStmt, CoreturnStmt, BreakStmt>(X);
          }))
        return false;
      S.Kind = SwallowedCancellation::How::Loop;
      S.Loop = L;
      return true;
    }
    return false;
  }

  /// Declared in Loop, or given another value there.
  bool belongsTo(const ValueDecl &Token, const Stmt &Loop) const {
    const SourceManager &SM = F.sources();
    const auto *V = dyn_cast<VarDecl>(&Token);
    SourceLocation Where = Token.getLocation();
    if ((isa<BindingDecl>(Token) || (V && V->isLocalVarDecl())) &&
        SM.isBeforeInTranslationUnit(Loop.getBeginLoc(), Where) &&
        SM.isBeforeInTranslationUnit(Where, Loop.getEndLoc()))
      return true;
    return anyWithin(&Loop, [&](const Stmt &S) {
      const auto *M = dyn_cast<CXXMemberCallExpr>(&S);
      return !M && writtenBy(S) == &Token;
    });
  }

  /// A branch of the loop looks at what the handler wrote, or at a flag for
  /// stopping that no model knows.
  bool asksOtherwise(const BitVector &Nodes, const HandlerBody &Does) const {
    for (unsigned N : Nodes.set_bits()) {
      const CFGBlock *B = F.graph()->block(N);
      const Stmt *Cond = B->getTerminatorCondition();
      const auto *E = dyn_cast_or_null<Expr>(Cond);
      if (E && (asksOthers(F, *E) || reads(*E, Does)))
        return true;
    }
    return false;
  }

  static bool reads(const Stmt &S, const HandlerBody &Does) {
    return !Does.Written.empty() && anyWithin(&S, [&](const Stmt &X) {
      const ValueDecl *D = variableOf(&X);
      return D && Does.Written.contains(D);
    });
  }

  bool iteratesToken(const Stmt &Loop) const {
    const auto *Range = dyn_cast<CXXForRangeStmt>(&Loop);
    return Range && Range->getRangeInit() &&
           !isa<MemberExpr>(Range->getRangeInit()->IgnoreParenImpCasts()) &&
           F.reach().involves(Range->getRangeInit());
  }

  bool goesOn(SwallowedCancellation &S, const CXXTryStmt &Try,
              const FlowView &V, const CFGBlock &Start,
              const HandlerBody &Does) const {
    const BitVector Live = V.reachableFrom(Start.getBlockID());
    // Whoever reads what the handler wrote knows.
    for (const Stmt *Any : Body.allStatements())
      if (isa<IfStmt, ReturnStmt, CoreturnStmt>(Any) &&
          !Body.isWithin(Any, S.Handler) && reads(*Any, Does))
        return false;
    for (const Expr *Call : Body.calls()) {
      if (!isa<CallExpr>(Call) || Body.isWithin(Call, &Try) ||
          !F.sources().isBeforeInTranslationUnit(Try.getEndLoc(),
                                                 Call->getBeginLoc()))
        continue;
      const CFGBlock *B = F.graph()->blockOf(Call);
      const FunctionDecl *FD = calleeOf(*Call);
      if (!B || !FD || !Live.test(B->getBlockID()) || F.isShielded(Call) ||
          (FD->getIdentifier() && namesCleanup(FD->getName())))
        continue;
      // Not where the block looks at the token first, or does so here.
      if (F.verdict(*B, Try.getTryBlock()).What != BlockVerdict::Normal)
        continue;
      const CostClass Cost = F.costOf(*Call).Class;
      if (Cost != CostClass::Long && Cost != CostClass::Blocking)
        continue;
      S.Kind = SwallowedCancellation::How::Work;
      S.Work = Call;
      return true;
    }
    return false;
  }

  /// `catch (...) { return true; }` where the function also returns false.
  bool saysSuccess(SwallowedCancellation &S, const CXXCatchStmt &H) const {
    if (!F.decl().getReturnType()->isBooleanType())
      return false;
    auto Gives = [&](const Stmt *In, bool Value) {
      return anyWithin(In, [&](const Stmt &X) {
        const auto *R = dyn_cast<ReturnStmt>(&X);
        const auto *Literal = R && R->getRetValue()
                                  ? dyn_cast<CXXBoolLiteralExpr>(
                                        R->getRetValue()->IgnoreParenImpCasts())
                                  : nullptr;
        return Literal && Literal->getValue() == Value &&
               (In == H.getHandlerBlock() || !Body.isWithin(R, &H));
      });
    };
    if (!Gives(H.getHandlerBlock(), true) ||
        Gives(H.getHandlerBlock(), false) || !Gives(Body.written(), false) ||
        !Gives(Body.written(), true))
      return false;
    S.Kind = SwallowedCancellation::How::Success;
    return true;
  }

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  std::vector<SwallowedCancellation> Out;
};

} // namespace

std::vector<SwallowedCancellation>
swallowedCancellations(const FunctionAnalysis &F) {
  if (!F.isJudged() || F.decl().isMain() || F.decl().isDependentContext() ||
      (F.decl().getIdentifier() && namesCleanup(F.decl().getName())) ||
      llvm::none_of(F.body().allStatements(),
                    [](const Stmt *S) { return isa<CXXTryStmt>(S); }))
    return {};
  return Finder(F).run();
}

} // namespace cancel_tidy
