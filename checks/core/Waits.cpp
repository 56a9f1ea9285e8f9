// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Waits.h"
#include "checks/core/AskedSource.h"
#include "checks/core/CycleToken.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/HandleGuards.h"
#include "checks/core/LostWakes.h"
#include "checks/core/Names.h"
#include "checks/core/OwnWork.h"
#include "checks/core/ReadyResults.h"
#include "checks/core/ReadyWaits.h"
#include "checks/core/RoundCount.h"
#include "checks/core/Siblings.h"
#include "checks/core/WakeUps.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// The innermost loop around the call looks at the token each round; Itself:
/// by a poll or throwing check of its own, as loops of sliced waits do. The
/// few rounds of a short loop are one slice if all of them last no longer.
bool isInCheckedLoop(const FunctionAnalysis &F, const Expr &Call, bool Itself,
                     double Seconds = LongestSlice) {
  const FlowGraph *G = F.graph();
  if (!G)
    return true;
  for (const Stmt *P = F.body().parent(&Call); P; P = F.body().parent(P)) {
    if (!isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P) ||
        isNoLoop(*P, F.context()))
      continue;
    FlowGraph::LoopNodes Nodes = G->nodesOf(*P);
    if (!Nodes.Head)
      continue;
    const bool MayLook =
        !Itself || llvm::any_of(F.body().calls(), [&](const Expr *Other) {
          return F.body().isWithin(Other, P) && F.queryOf(*Other).looks();
        });
    if (MayLook && F.view(/*Cancelled=*/true, P)
                       .cycleThrough(*Nodes.Head, Nodes.Nodes)
                       .none())
      return true;
    constexpr double MostRounds = 16;
    if (Seconds * MostRounds > LongestSlice || !isShortLoop(*P, F))
      return false;
  }
  return false;
}

/// Whether the function also waits for Object with a limit: what follows takes
/// a result that is there.
bool isWaitedForByTime(const FunctionAnalysis &F, const Expr &Call) {
  const Expr *Object = objectOf(Call);
  std::string Text = Object ? textOf(F, *Object) : "";
  if (Text.empty() || timeOf(F, Call).Limited)
    return false;
  auto Waits = [&](const Stmt &S) {
    const auto *Other = dyn_cast<Expr>(&S);
    const Expr *Same =
        Other && isa<CallExpr>(Other) && timeOf(F, *Other).Limited
            ? objectOf(*Other)
            : nullptr;
    return Same && textOf(F, *Same) == Text;
  };
  return llvm::any_of(F.body().calls(),
                      [&](const Expr *Other) { return Waits(*Other); }) ||
         llvm::any_of(F.body().lambdas(), [&](const LambdaExpr *L) {
           return anyWithin(L->getBody(), Waits); // auto ready = [&] { ... };
         });
}

bool isInLoop(const FunctionAnalysis &F, const Expr &Call) {
  for (const Stmt *P = F.body().parent(&Call); P; P = F.body().parent(P))
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P) &&
        !isNoLoop(*P, F.context()))
      return true;
  return !F.body().labels().empty();
}

/// Whether the innermost loop around Call has few rounds.
bool isInShortLoop(const FunctionAnalysis &F, const Expr &Call) {
  for (const Stmt *P = F.body().parent(&Call); P; P = F.body().parent(P))
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P) &&
        !isNoLoop(*P, F.context()))
      return isShortLoop(*P, F);
  return false;
}

/// std::counting_semaphore slots(3); slots.acquire(): there is one.
bool hasSlots(const FunctionAnalysis &F, const Expr &Call) {
  const Expr *Object = objectOf(Call);
  const auto *Ref =
      Object ? dyn_cast<DeclRefExpr>(Object->IgnoreParenImpCasts()) : nullptr;
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  const Expr *Init = V && V->isLocalVarDecl() ? V->getInit() : nullptr;
  const auto *New = dyn_cast_or_null<CXXConstructExpr>(
      Init ? Init->IgnoreImplicit() : nullptr);
  Expr::EvalResult Slots;
  return New && New->getNumArgs() >= 1 && !isInLoop(F, Call) &&
         New->getArg(0)->getType()->isIntegerType() &&
         !New->getArg(0)->isValueDependent() &&
         New->getArg(0)->EvaluateAsInt(Slots, F.context()) &&
         Slots.Val.getInt().isStrictlyPositive();
}

/// The object of a member call as an argument: `*p` for `p->wait()`.
std::string objectText(const FunctionAnalysis &F, const Expr &Call) {
  const Expr *Object = objectOf(Call);
  if (!Object || isa<CXXThisExpr>(Object->IgnoreParenImpCasts()))
    return {};
  Object = Object->IgnoreImpCasts();
  bool Arrow = Object->getType()->isPointerType();
  // The text of a smart pointer's operator-> ends in the arrow.
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Object);
      Op && Op->getOperator() == OO_Arrow) {
    Object = Op->getArg(0)->IgnoreImpCasts();
    Arrow = true;
  }
  std::string Text = textOf(F, *Object);
  return Arrow && !Text.empty() ? "*" + Text : Text;
}

} // namespace

/// kill(pid, SIGKILL); waitpid(pid, &status, 0): the child is about to end. A
/// helper may do it: terminateProcess(pid).
static bool reapsKilled(const FunctionAnalysis &F, const Expr &Wait) {
  auto CFunction = [](const Expr &Call, StringRef Name, StringRef Other) {
    const FunctionDecl *FD = calleeOf(Call);
    return FD && FD->getIdentifier() && !isa<CXXMethodDecl>(FD) &&
           (FD->getName() == Name || FD->getName() == Other);
  };
  const auto Args = writtenArgs(Wait);
  if (!CFunction(Wait, "waitpid", "wait4") || Args.empty())
    return false;
  const auto *Child = dyn_cast<DeclRefExpr>(Args[0]->IgnoreParenImpCasts());
  return Child && llvm::any_of(F.body().calls(), [&](const Expr *Call) {
           const FunctionDecl *FD = calleeOf(*Call);
           StringRef Name =
               FD && FD->getIdentifier() ? FD->getName() : StringRef();
           return (Name.contains_insensitive("kill") ||
                   Name.contains_insensitive("terminate")) &&
                  F.sources().isBeforeInTranslationUnit(Call->getBeginLoc(),
                                                        Wait.getBeginLoc()) &&
                  anyWithin(Call, [&](const Stmt &S) {
                    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
                    return Ref && Ref->getDecl() == Child->getDecl();
                  });
         });
}

bool isReadyResult(const FunctionAnalysis &F, const Expr &Wait) {
  if (isFoundReady(F, Wait) || reapsKilled(F, Wait) || joinsOwnWork(F, Wait) ||
      wasToldToEnd(F, Wait) || isSiblingsTurn(F, Wait))
    return true;
  const Expr *Future = objectOf(Wait);
  if (!Future)
    return false;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Future->IgnoreParenImpCasts())) {
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    Future = V && V->isLocalVarDecl() ? V->getInit() : nullptr;
    if (!Future)
      return false;
  }
  const auto *Get = dyn_cast<CXXMemberCallExpr>(
      Future->IgnoreUnlessSpelledInSource()->IgnoreParenImpCasts());
  const FunctionDecl *Method = Get ? calleeOf(*Get) : nullptr;
  if (!Method || !Method->getIdentifier() || Method->getName() != "get_future")
    return false;
  const std::string Task = textOf(F, *objectOf(*Get));
  return !Task.empty() && llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    if (!F.sources().isBeforeInTranslationUnit(Call->getBeginLoc(),
                                               Wait.getBeginLoc()))
      return false;
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call))
      return Op->getOperator() == OO_Call && textOf(F, *Op->getArg(0)) == Task;
    const FunctionDecl *FD = calleeOf(*Call);
    const Expr *Object = objectOf(*Call);
    return FD && FD->getIdentifier() && FD->getName().starts_with("set_") &&
           Object && textOf(F, *Object) == Task;
  });
}

bool isWokenOrReady(const FunctionAnalysis &F, const Expr &Wait) {
  return isReadyResult(F, Wait) || isWaitedForByTime(F, Wait) ||
         hasSlots(F, Wait) || isToldNotToWait(F, Wait) ||
         isReadyDescriptor(F, Wait) || isGuardedHandle(F, Wait) ||
         isUnblocked(F, Wait) || isWoken(F, Wait);
}

const WaitReplacement *replacementFor(const Expr &Call,
                                      const ReachToken &Token) {
  auto Names = callNames(Call);
  auto In = [&](const TokenModel &M) -> const WaitReplacement * {
    for (const WaitReplacement &W : M.Waits)
      if (llvm::is_contained(Names, W.Call))
        return &W;
    return nullptr;
  };
  if (Token.Use.Model)
    return In(*Token.Use.Model);
  return nullptr;
}

/// Whether an object has to do with a token in reach. That a QThread could be
/// asked to stop ties one that is somebody else's to no other token.
static bool isTiedToToken(const FunctionAnalysis &F, const Expr &Object) {
  if (!F.reach().involves(&Object))
    return false;
  const RecordRole Role = F.tokens().roleOf(Object.getType());
  if (!Role.Source || Role.Token || !Role.Source->Token.empty())
    return true;
  const FieldDecl *Field = nullptr;
  const auto *V = dyn_cast_or_null<ParmVarDecl>(rootOf(&Object, Field));
  return !V || Field || F.reach().isMadeFromToken(V);
}

/// The handler around a pause before the next attempt: it handles a failure,
/// and the loop around its `try` goes on.
static const CXXCatchStmt *retryHandler(const FunctionAnalysis &F,
                                        const Expr &Wait) {
  const FunctionDecl *FD = calleeOf(Wait);
  if (!FD || !FD->getNameAsString().starts_with("sleep"))
    return nullptr;
  const Stmt *Handler = F.body().parent(&Wait);
  while (Handler && !isa<CXXCatchStmt>(Handler))
    Handler = F.body().parent(Handler);
  const FlowGraph *G = Handler ? F.graph() : nullptr;
  const CFGBlock *B = G ? G->blockOf(&Wait) : nullptr;
  if (!B)
    return nullptr;
  const FlowView View = F.view(false);
  BitVector All(G->size(), true);
  return View.cycleThrough(B->getBlockID(), All).any()
             ? cast<CXXCatchStmt>(Handler)
             : nullptr;
}

/// Whether no callback can end the wait: std::this_thread::sleep_for(). What
/// waits for a signal or can be interrupted is another thing.
static bool isDeafSleep(const FunctionDecl &FD) {
  return FD.getIdentifier() && FD.getName().starts_with("sleep_") &&
         StringRef(qualifiedName(FD)).starts_with("std::this_thread::");
}

std::vector<UninterruptibleWait>
uninterruptibleWaits(const FunctionAnalysis &F) {
  std::vector<UninterruptibleWait> Out;
  if (!F.isJudged())
    return Out;
  for (const Expr *Call : F.body().calls()) {
    const FunctionDecl *FD = calleeOf(*Call);
    if (!FD || isa<CXXConstructExpr>(Call) ||
        F.costs().listed(*Call) != CostClass::Blocking ||
        TokenIndex::isAnnotated(*FD, "blocking") || F.tokens().queryOf(*Call) ||
        (F.hasRegistration() && !isDeafSleep(*FD)))
      continue;
    bool Takes = llvm::any_of(writtenArgs(*Call), [&](const Expr *A) {
      return F.reach().involves(A);
    });
    const FieldDecl *Unnotified = neverNotified(F, *Call);
    if (Unnotified) {
      Takes = false; // its predicate only
    } else if (const Expr *Object = objectOf(*Call)) {
      Takes |= isTiedToToken(F, *Object) || wasHandedOver(F, *Object);
      // A continuation gets the finished task as its argument.
      if (const auto *Ref =
              dyn_cast<DeclRefExpr>(Object->IgnoreParenImpCasts()))
        if (const auto *P = dyn_cast<ParmVarDecl>(Ref->getDecl()))
          Takes |= F.body().lambda() && !P->getType()->isReferenceType() &&
                   llvm::is_contained(F.decl().parameters(), P);
    }
    if (Takes || F.isShielded(Call, retryHandler(F, *Call)) ||
        (!F.hasRegistration() && isWokenOrReady(F, *Call)))
      continue;
    std::vector<ReachToken> Tokens = F.reach().at(Call);
    // A member's token is there for what the object runs; that the object
    // waits for that to end is how it should be. A pause is not.
    if (!FD->getNameAsString().starts_with("sleep"))
      llvm::erase_if(Tokens, [](const ReachToken &T) {
        return T.From == ReachToken::Origin::Field;
      });
    llvm::erase_if(
        Tokens, [&](const ReachToken &T) { return isLeftUnread(F, *T.Root); });
    if (Tokens.empty())
      if (std::optional<ReachToken> Asked = askedSource(F))
        Tokens.push_back(std::move(*Asked));
    if (Tokens.empty())
      continue;
    WaitTime Time = timeOf(F, *Call);
    if (Time.Seconds && (*Time.Seconds < 0 || *Time.Seconds > LongestSlice) &&
        mayBeWokenByDescriptor(F, *Call))
      Time.Seconds.reset();
    // The callback may set what is looked at after a short one.
    if (F.hasRegistration() && !(Time.Seconds && *Time.Seconds > LongestSlice))
      continue;
    if (Time.Limited && !(Time.Seconds && *Time.Seconds < 0)) {
      // Whoever pauses shortly, again and again, is asked about his loop; a few
      // times are one pause, unless each is but a moment.
      constexpr double Moment = 0.01;
      if (Time.Seconds &&
          (*Time.Seconds <= Moment ||
           (*Time.Seconds <= LongestSlice && !isInShortLoop(F, *Call))))
        continue;
      if ((!Time.Seconds || *Time.Seconds <= LongestSlice) &&
          isInCheckedLoop(F, *Call, /*Itself=*/!Time.Seconds,
                          Time.Seconds.value_or(LongestSlice)))
        continue;
    }
    UninterruptibleWait W;
    W.Call = Call;
    W.Token = Tokens.front();
    W.Unnotified = Unnotified;
    if (std::optional<Sink> S = findSink(F, *Call))
      for (const ReachToken &T : Tokens)
        if (handover(F, T, *S).Fits) {
          W.Token = T;
          W.Overload = UnforwardedCall{Call, *S, T, true};
          break;
        }
    if (!W.Overload)
      for (const ReachToken &T : Tokens)
        if ((W.Replacement = replacementFor(*Call, T))) {
          W.Token = T;
          break;
        }
    Out.push_back(std::move(W));
  }
  return Out;
}

std::optional<Fix> useReplacement(const FunctionAnalysis &F,
                                  const UninterruptibleWait &W) {
  const WaitReplacement &R = *W.Replacement;
  if (R.Use.empty() || !W.Token.NeedsCapture.empty() || W.Token.Use.mayBeNull())
    return std::nullopt;
  if (!R.Needs.empty() && !F.tokens().isDeclared(R.Needs))
    return std::nullopt;
  const auto *Call = dyn_cast<CallExpr>(W.Call);
  if (!Call)
    return std::nullopt;
  // sleep<Clock>(...): the other form may take other template arguments.
  const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Callee);
      Ref && Ref->hasExplicitTemplateArgs())
    return std::nullopt;
  if (const auto *M = dyn_cast<MemberExpr>(Callee);
      M && M->hasExplicitTemplateArgs())
    return std::nullopt;
  SmallVector<std::string, 4> Args;
  for (const Expr *A : writtenArgs(*Call)) {
    Args.push_back(textOf(F, *A));
    if (Args.back().empty())
      return std::nullopt;
  }
  std::string Text;
  StringRef Use = R.Use;
  while (!Use.empty()) {
    size_t At = Use.find('$');
    Text += Use.take_front(At == StringRef::npos ? Use.size() : At).str();
    if (At == StringRef::npos)
      break;
    Use = Use.drop_front(At + 1);
    if (Use.consume_front("args")) {
      Text += llvm::join(Args, ", ");
    } else if (Use.consume_front("token")) {
      Text += W.Token.Spelling;
    } else if (Use.consume_front("object")) {
      std::string O = objectText(F, *Call);
      if (O.empty())
        return std::nullopt;
      Text += O;
    } else if (!Use.empty() && isDigit(Use.front())) {
      unsigned N = Use.front() - '0';
      Use = Use.drop_front();
      if (N >= Args.size())
        return std::nullopt;
      Text += Args[N];
    } else {
      return std::nullopt;
    }
  }
  auto Edit = replaceText(
      F, CharSourceRange::getTokenRange(Call->getSourceRange()), Text);
  if (!Edit)
    return std::nullopt;
  Fix Result;
  Result.Description = "use '" + R.Name + "'";
  Result.Edits.push_back(*Edit);
  return Result;
}

} // namespace cancel_tidy
