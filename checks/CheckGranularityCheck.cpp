// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/CheckGranularityCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/RoundCount.h"
#include "clang/AST/Attr.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/StringSet.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo CheckGranularityCheck::Info = {
    "cancel-check-granularity",
    "Finds polls in the innermost, cheap loop of a nest, where asking costs "
    "more than the work between.",
    /*DefaultOn=*/false,
    FixKind::None,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<CheckGranularityCheck>();
    },
    Guideline::Balance,
    ""};

namespace {

const Stmt *bodyOf(const Stmt &Loop) {
  if (const auto *For = dyn_cast<ForStmt>(&Loop))
    return For->getBody();
  if (const auto *Range = dyn_cast<CXXForRangeStmt>(&Loop))
    return Range->getBody();
  return nullptr;
}

const Stmt *loopAround(const FunctionAnalysis &F, const Stmt *S) {
  for (S = F.body().parent(S); S; S = F.body().parent(S))
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S) &&
        !isNoLoop(*S, F.context()))
      return S;
  return nullptr;
}

/// `i < n`, `i != end`, alone or beside other conditions.
bool comparesCounter(const Expr *Cond) {
  Cond = Cond->IgnoreParenImpCasts();
  const auto *Op = dyn_cast<BinaryOperator>(Cond);
  if (!Op)
    return false;
  if (Op->getOpcode() == BO_LAnd)
    return comparesCounter(Op->getLHS()) || comparesCounter(Op->getRHS());
  return (Op->isRelationalOp() || Op->getOpcode() == BO_NE) &&
         Op->getLHS()->getType()->isScalarType();
}

/// Over a counter or a pointer, or over what lies in memory.
bool isBounded(const Stmt &Loop) {
  if (const auto *For = dyn_cast<ForStmt>(&Loop)) {
    if (!For->getCond() || !For->getInc() || !comparesCounter(For->getCond()))
      return false;
    const Expr *Inc = For->getInc()->IgnoreParenImpCasts();
    if (const auto *Step = dyn_cast<UnaryOperator>(Inc))
      return Step->isIncrementDecrementOp();
    return isa<CompoundAssignOperator>(Inc);
  }
  const auto *Range = dyn_cast<CXXForRangeStmt>(&Loop);
  if (!Range || !Range->getRangeInit() ||
      Range->getRangeInit()->isTypeDependent())
    return false;
  QualType T = Range->getRangeInit()->getType().getNonReferenceType();
  if (T->isArrayType())
    return true;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  static const llvm::StringSet<> Containers = {
      "array",   "vector", "deque", "basic_string", "span", "basic_string_view",
      "valarray"};
  return R && R->isInStdNamespace() && R->getIdentifier() &&
         Containers.contains(R->getName());
}

/// Access to what is in memory, or arithmetic.
bool isTrifle(const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD)
    return false;
  if (isa<CXXConstructExpr>(Call))
    return FD->isTrivial();
  if (FD->getBuiltinID() != 0)
    return FD->hasAttr<ConstAttr>() || FD->hasAttr<PureAttr>();
  const std::string Name = qualifiedName(*FD);
  if (!llvm::StringRef(Name).starts_with("std::") &&
      !llvm::StringRef(Name).starts_with("__gnu_cxx::"))
    return false;
  const auto *M = dyn_cast<CXXMethodDecl>(FD);
  if (M && M->getParent()->getIdentifier() &&
      M->getParent()->getName().contains("atomic"))
    return false; // may be what the loop waits for
  switch (FD->getOverloadedOperator()) {
  case OO_Subscript:
  case OO_Star:
  case OO_Arrow:
  case OO_PlusPlus:
  case OO_MinusMinus:
  case OO_EqualEqual:
  case OO_ExclaimEqual:
    return true;
  default:
    break;
  }
  static const llvm::StringSet<> Names = {
      "at",    "data", "size",    "length", "empty", "front", "back",
      "begin", "end",  "min",     "max",    "abs",   "fabs",  "sqrt",
      "get",   "move", "forward", "swap",   "clamp"};
  return FD->getIdentifier() && Names.contains(FD->getName());
}

/// Whether Poll is evaluated in each round of Loop: in its condition, or first
/// in a statement of its body.
bool isAskedEachRound(const FunctionAnalysis &F, const Expr &Poll,
                      const Stmt &Loop) {
  const Stmt *Child = &Poll;
  for (const Stmt *P = F.body().parent(Child); P;
       Child = P, P = F.body().parent(P)) {
    if (isa<ParenExpr, ImplicitCastExpr, FullExpr, UnaryOperator>(P))
      continue;
    if (const auto *Op = dyn_cast<BinaryOperator>(P); Op && Op->isLogicalOp()) {
      if (Child == Op->getLHS() || isa<ForStmt>(F.body().parent(P)))
        continue;
      // token && token->isCanceled()
      if (Op->getOpcode() == BO_LAnd &&
          F.tokens().classify(Op->getLHS()->IgnoreParenImpCasts()->getType()))
        continue;
      return false;
    }
    if (P == &Loop) {
      const auto *For = dyn_cast<ForStmt>(&Loop);
      return Child == bodyOf(Loop) || (For && Child == For->getCond());
    }
    if (const auto *If = dyn_cast<IfStmt>(P)) {
      if (Child != If->getCond())
        return false;
      continue;
    }
    if (isa<CompoundStmt>(P) && F.body().parent(P) == &Loop)
      return true;
    return false;
  }
  return false;
}

/// Whether nothing in Loop takes longer than looking does.
bool isCheap(const FunctionAnalysis &F, const Stmt &Loop,
             llvm::ArrayRef<const Expr *> Polls) {
  for (const Expr *Call : F.body().calls())
    if (F.body().isWithin(Call, &Loop) && !llvm::is_contained(Polls, Call)) {
      // What is thrown is thrown once.
      if (F.body().enclosing<CXXThrowExpr>(Call) ||
          F.body().enclosing<ReturnStmt>(Call))
        continue;
      if (!isTrifle(*Call))
        return false;
    }
  return !anyWithin(bodyOf(Loop), [](const Stmt &S) {
    return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt,
               CoroutineSuspendExpr, CXXNewExpr, CXXDeleteExpr, LambdaExpr,
               GotoStmt, AsmStmt, AtomicExpr, CXXTryStmt>(S);
  });
}

} // namespace

std::vector<Finding>
CheckGranularityCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  if (!F.isJudged())
    return Out;
  for (const Stmt *Loop : F.body().loops()) {
    const Stmt *Around = loopAround(F, Loop);
    if (!Around || !isBounded(*Loop) || isShortLoop(*Loop, F) ||
        isShortLoop(*Around, F))
      continue;
    std::vector<const Expr *> Polls;
    Query First;
    bool OuterAsks = false;
    for (const Expr *Call : F.body().calls()) {
      Query Q = F.queryOf(*Call);
      if (Q.Kind != QueryKind::Poll && Q.Kind != QueryKind::PollMore &&
          Q.Kind != QueryKind::Throw)
        continue;
      if (F.body().isWithin(Call, Loop)) {
        if (Polls.empty())
          First = Q;
        Polls.push_back(Call);
      } else if (F.body().isWithin(Call, Around)) {
        OuterAsks = true;
      }
    }
    if (Polls.size() != 1 || !isAskedEachRound(F, *Polls[0], *Loop) ||
        !isCheap(F, *Loop, Polls) || F.isShielded(Loop))
      continue;
    Finding Found =
        makeFinding(F, Info.Id, calleeLocation(*Polls[0]), First.Model);
    std::string Token = First.Object ? textOf(F, *First.Object) : "";
    Found.Message =
        (Token.empty() || Token == "this" ? "the token" : "'" + Token + "'") +
        " is asked in each round of a loop that only calculates; " +
        (OuterAsks ? "the loop around it asks, too"
                   : "ask in the loop around it, or every few thousand rounds");
    Found.Notes.push_back(
        makeNote(F, Around->getBeginLoc(), "this loop is around it"));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
