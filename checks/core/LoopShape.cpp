// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/LoopShape.h"
#include "checks/core/Names.h"
#include "checks/core/RoundCount.h"
#include "checks/core/Unit.h"
#include "checks/core/WaitLimit.h"
#include "checks/core/WakeUps.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

const Expr *conditionOfLoop(const Stmt &Loop) {
  if (const auto *L = dyn_cast<WhileStmt>(&Loop))
    return L->getCond();
  if (const auto *L = dyn_cast<DoStmt>(&Loop))
    return L->getCond();
  if (const auto *L = dyn_cast<ForStmt>(&Loop))
    return L->getCond();
  return nullptr;
}

SourceLocation keywordOfLoop(const Stmt &Loop) {
  if (const auto *L = dyn_cast<CXXForRangeStmt>(&Loop))
    return L->getForLoc();
  return Loop.getBeginLoc();
}

const Stmt *bodyOfLoop(const Stmt &Loop) {
  if (const auto *L = dyn_cast<WhileStmt>(&Loop))
    return L->getBody();
  if (const auto *L = dyn_cast<DoStmt>(&Loop))
    return L->getBody();
  if (const auto *L = dyn_cast<ForStmt>(&Loop))
    return L->getBody();
  if (const auto *L = dyn_cast<CXXForRangeStmt>(&Loop))
    return L->getBody();
  return nullptr;
}
bool isEndlessCondition(const Stmt &Loop, const ASTContext &Ctx) {
  if (isa<CXXForRangeStmt>(Loop))
    return false;
  const Expr *Cond = conditionOfLoop(Loop);
  if (!Cond)
    return true;
  bool Value = false;
  return !Cond->isValueDependent() &&
         Cond->EvaluateAsBooleanCondition(Value, Ctx) && Value;
}

namespace {

/// Whether Compare holds for the number that the counter begins with.
bool holdsAtFirst(const CounterRange &R, BinaryOperatorKind Compare) {
  switch (Compare) {
  case BO_LT:
    return R.First < R.Last;
  case BO_LE:
    return R.First <= R.Last;
  case BO_GT:
    return R.First > R.Last;
  case BO_GE:
    return R.First >= R.Last;
  case BO_NE:
    return R.First != R.Last;
  default:
    return false;
  }
}

bool callsNow(const Expr &E) {
  return anyWithin(&E, [](const Stmt &S) {
    const auto *Call = dyn_cast<CallExpr>(&S);
    const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
    return FD && FD->getIdentifier() && FD->getName() == "now";
  });
}

/// `auto end = Clock::now() + 2s; while (Clock::now() < end)`
bool beginsNow(const Expr &Cond) {
  auto IsDeadline = [](const Stmt &S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return V && V->isLocalVarDecl() && V->getInit() && callsNow(*V->getInit());
  };
  return callsNow(Cond) && anyWithin(&Cond, IsDeadline);
}

/// `for (...) { if (stop.stop_requested()) return; sleep_for(100ms); }`
bool isSlicedPause(const Stmt &Loop, const FunctionAnalysis &F) {
  const Stmt *Body = bodyOfLoop(Loop);
  bool Sleeps = false, Looks = false;
  for (const Expr *Call : F.body().calls()) {
    if (!Body || !F.body().isWithin(Call, Body))
      continue;
    const FunctionDecl *FD = calleeOf(*Call);
    Sleeps |= FD && FD->getIdentifier() &&
              FD->getName().contains_insensitive("sleep") &&
              F.costs().listed(*Call) == CostClass::Blocking;
    Looks |= F.queryOf(*Call).looks();
  }
  return Sleeps && Looks;
}

/// Whether E is a number of rounds that a batch may have.
bool isBatchSize(const Expr *E, const FunctionAnalysis &F) {
  constexpr int64_t Largest = 4096;
  std::optional<int64_t> N = constantOf(E, F);
  return N && *N > 0 && *N <= Largest;
}

/// `slot = Clock::now() + 50ms; while (Clock::now() < slot)`
bool isTimeSlice(const Expr &Cond, const FunctionAnalysis &F) {
  return beginsNow(Cond) && anyWithin(&Cond, [&](const Stmt &S) {
           const auto *Ref = dyn_cast<DeclRefExpr>(&S);
           const std::optional<double> Seconds =
               Ref ? secondsAhead(F, *Ref) : std::nullopt;
           return Seconds && *Seconds <= LongestSlice;
         });
}

/// The local variable that Range-for goes over; null for others.
const VarDecl *localRange(const Stmt &Loop) {
  const auto *For = dyn_cast<CXXForRangeStmt>(&Loop);
  const Expr *Range = For ? For->getRangeInit() : nullptr;
  const auto *V = dyn_cast_or_null<VarDecl>(
      Range && !Range->isTypeDependent()
          ? variableOf(Range->IgnoreUnlessSpelledInSource())
          : nullptr);
  return V && V->isLocalVarDecl() && V->getType()->isRecordType() ? V : nullptr;
}

/// Whether S is a look at how many elements V has: `batch.size()`.
bool asksSize(const Stmt &S, const VarDecl &V) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&S);
  const CXXMethodDecl *M = Call ? Call->getMethodDecl() : nullptr;
  return M && M->getIdentifier() && M->getName() == "size" &&
         variableOf(Call->getImplicitObjectArgument()
                        ->IgnoreUnlessSpelledInSource()) == &V;
}

/// `while (!queue.empty() && batch.size() < 16) batch.push_back(...);`, and
/// nothing else puts anything into V, which is empty at first.
bool isFilledToSize(const VarDecl &V, const FunctionAnalysis &F) {
  const auto *Made = dyn_cast_or_null<CXXConstructExpr>(
      V.getInit() ? V.getInit()->IgnoreUnlessSpelledInSource() : nullptr);
  if (!Made || Made->getNumArgs() != 0 || F.body().isLentToLambda(V))
    return false;
  const auto IsLimited = [&](const Stmt *Fills) {
    for (const Stmt *L = F.body().parent(Fills); L; L = F.body().parent(L)) {
      const Expr *Cond = conditionOfLoop(*L);
      if (Cond && anyWithin(Cond, [&](const Stmt &S) {
            const auto *Compare = dyn_cast<BinaryOperator>(&S);
            return Compare && Compare->getOpcode() == BO_LT &&
                   asksSize(*Compare->getLHS()->IgnoreParenImpCasts(), V) &&
                   isBatchSize(Compare->getRHS(), F);
          }))
        return true;
    }
    return false;
  };
  bool Any = false;
  for (const DeclRefExpr *Ref : F.body().references()) {
    if (Ref->getDecl() != &V)
      continue;
    const auto *M = dyn_cast_or_null<MemberExpr>(F.body().parent(Ref));
    const auto *Method =
        dyn_cast_or_null<CXXMethodDecl>(M ? M->getMemberDecl() : nullptr);
    if (!Method || Method->isConst() || !Method->getIdentifier())
      continue;
    StringRef Name = Method->getName();
    if (!Name.starts_with("push_") && !Name.starts_with("emplace"))
      continue;
    if (!IsLimited(Ref))
      return false;
    Any = true;
  }
  return Any;
}

} // namespace

bool isBatch(const Stmt &Loop, const FunctionAnalysis &F) {
  if (const VarDecl *Range = localRange(Loop))
    return isFilledToSize(*Range, F);
  const Expr *Cond = conditionOfLoop(Loop);
  if (!Cond || Cond->isTypeDependent())
    return false;
  const auto IsSize = [&](const Expr *E) { return isBatchSize(E, F); };
  // `||` would go on without the constant.
  const auto *Either = dyn_cast<BinaryOperator>(Cond->IgnoreParenImpCasts());
  if (Either && Either->getOpcode() == BO_LOr)
    return false;
  if (isTimeSlice(*Cond, F))
    return true;
  return anyWithin(Cond, [&](const Stmt &S) {
    const auto *Compare = dyn_cast<BinaryOperator>(&S);
    if (!Compare ||
        !(Compare->isRelationalOp() || Compare->getOpcode() == BO_NE))
      return false;
    if (Compare->isRelationalOp() && IsSize(Compare->getRHS()))
      return true;
    // `const int end = std::min(i + 16, n)`
    const Expr *Bound = Compare->getRHS();
    if (const auto *V = dyn_cast_or_null<VarDecl>(variableOf(stripped(Bound)));
        V && V->isLocalVarDecl() && V->getInit() &&
        isNeverWritten(*V, F.body()))
      Bound = V->getInit();
    return anyWithin(Bound, [&](const Stmt &Part) {
      const auto *Call = dyn_cast<CallExpr>(&Part);
      const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
      return FD && FD->getIdentifier() && FD->getName() == "min" &&
             anyWithin(Call, [&](const Stmt &X) {
               const auto *Sum = dyn_cast<BinaryOperator>(&X);
               return Sum && Sum->getOpcode() == BO_Add &&
                      (IsSize(Sum->getLHS()) || IsSize(Sum->getRHS()));
             });
    });
  });
}

bool runsAtLeastOnce(const Stmt &Loop, const FunctionAnalysis &F) {
  const Expr *Cond = conditionOfLoop(Loop);
  if (!Cond || isa<DoStmt>(Loop) || Cond->isTypeDependent())
    return false;
  const auto *For = dyn_cast<ForStmt>(&Loop);
  const auto *Compare = dyn_cast<BinaryOperator>(Cond->IgnoreParenImpCasts());
  if (For && Compare)
    if (std::optional<CounterRange> R = counterRange(*For, *Compare, F);
        R && holdsAtFirst(*R, Compare->getOpcode()))
      return true;
  return beginsNow(*Cond) || isSlicedPause(Loop, F);
}

/// `while (!gate_.is_closed())`: whoever shuts down closes it.
static bool endsWhenClosed(StringRef Name) {
  return Name == "is_closed" || Name == "isClosed" || Name == "IsClosed";
}

/// `while (keep_running)`, of a flag: whoever stops it takes that away.
static bool namesRunning(StringRef Name) {
  const std::string Lower = Name.trim('_').lower();
  return StringRef(Lower).ends_with("running");
}

/// `state_ == State::Cancelled`: a member that says whether somebody stopped
/// it.
static bool asksState(const Stmt &S) {
  const auto *Compared = dyn_cast<BinaryOperator>(&S);
  if (!Compared || !Compared->isEqualityOp())
    return false;
  const Expr *Sides[] = {Compared->getLHS()->IgnoreParenImpCasts(),
                         Compared->getRHS()->IgnoreParenImpCasts()};
  for (unsigned I : {0, 1}) {
    const auto *Ref = dyn_cast<DeclRefExpr>(Sides[I]);
    if (Ref && isa<EnumConstantDecl>(Ref->getDecl()) &&
        namesCancellation(Ref->getDecl()->getName()) &&
        isa_and_nonnull<FieldDecl>(variableOf(Sides[1 - I])))
      return true;
  }
  return false;
}

bool asksOthers(const FunctionAnalysis &F, const Expr &Cond) {
  return anyWithin(&Cond, [&](const Stmt &S) {
    if (const auto *Call = dyn_cast<CallExpr>(&S)) {
      const FunctionDecl *FD = calleeOf(*Call);
      if (!FD || !FD->getIdentifier() || F.tokens().queryOf(*Call) ||
          !FD->getReturnType()->isBooleanType())
        return false;
      if (namesCancellation(FD->getName()) || endsWhenClosed(FD->getName()))
        return true;
      const Expr *Object = objectOf(*Call);
      // `while (!shutdown_.wait_until(next))`: whoever stops it sets the event.
      const ValueDecl *Asked = Object ? variableOf(Object) : nullptr;
      if (isa_and_nonnull<FieldDecl>(Asked) && Asked->getIdentifier() &&
          startsWithAny(FD->getName(), {"is", "test", "try", "wait"}) &&
          !F.tokens().classify(Asked->getType()) &&
          (namesCancellation(Asked->getName()) ||
           namesCleanup(Asked->getName())))
        return true;
      // `while (next(item))` of an object that can be told to stop.
      const FunctionDecl *Def = F.unit().bodyOf(*FD);
      return Object && isa<CXXThisExpr>(Object->IgnoreParenImpCasts()) && Def &&
             anyWithin(Def->getBody(), asksState);
    }
    if (asksState(S) || isWrittenOnStop(F, S))
      return true;
    // A flag that somebody else sets, not a local answer.
    const ValueDecl *D = variableOf(&S);
    if (!D || !D->getIdentifier() ||
        (!namesCancellation(D->getName()) && !namesRunning(D->getName())))
      return false;
    QualType T = D->getType().getNonReferenceType();
    const CXXRecordDecl *R = T->getAsCXXRecordDecl();
    return (isa<FieldDecl>(D) && T->isBooleanType()) ||
           (R && R->getIdentifier() && R->getName().starts_with("atomic"));
  });
}

bool folds(const Stmt &Loop, const FunctionAnalysis &F) {
  return anyWithin(bodyOfLoop(Loop), [&](const Stmt &S) {
    const ValueDecl *Into = writtenBy(S);
    const auto *V = dyn_cast_or_null<VarDecl>(Into);
    if (!V || !V->isLocalVarDecl() || !V->getType()->isRecordType() ||
        F.sources().isBeforeInTranslationUnit(Loop.getBeginLoc(),
                                              V->getBeginLoc()))
      return false;
    const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S);
    return Op && Op->getNumArgs() == 2 &&
           anyWithin(Op->getArg(1), [&](const Stmt &Part) {
             return variableOf(&Part) == Into;
           });
  });
}

} // namespace cancel_tidy
