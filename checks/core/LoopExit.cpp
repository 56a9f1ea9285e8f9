// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/LoopExit.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/LoopShape.h"
#include "checks/core/ReturnedValue.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Whether nothing is left of the function once Loop is left by `break`.
bool endsWith(const FunctionAnalysis &F, const Stmt &Loop) {
  const Stmt *Child = &Loop;
  for (const Stmt *P = F.body().parent(Child); P;
       Child = P, P = F.body().parent(P)) {
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
      return false; // the next round
    if (const auto *C = dyn_cast<CompoundStmt>(P))
      if (C->body_back() != Child)
        return false;
  }
  return true;
}

/// Whether S can be evaluated at Loop just as well: it names no local variable
/// that is not known there.
bool isKnownAt(const FunctionAnalysis &F, const Stmt &S, const Stmt &Loop) {
  return !anyWithin(&S, [&](const Stmt &Part) {
    if (isa<LambdaExpr, CoawaitExpr>(Part))
      return true;
    const auto *Ref = dyn_cast<DeclRefExpr>(&Part);
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!V || !V->isLocalVarDecl())
      return false;
    for (const Stmt *P = &Loop; P; P = F.body().parent(P))
      if (const auto *Block =
              dyn_cast_or_null<CompoundStmt>(F.body().parent(P)))
        for (const Stmt *Before : Block->body()) {
          if (Before == P)
            break;
          if (const auto *D = dyn_cast<DeclStmt>(Before);
              D && llvm::is_contained(D->decls(), V))
            return false;
        }
    return true;
  });
}

Reaction reactionOf(const FunctionAnalysis &F, const Stmt &Taken,
                    const Stmt &Loop) {
  Reaction Found;
  const Stmt *Only = &Taken;
  while (const auto *Block = dyn_cast<CompoundStmt>(Only)) {
    if (Block->size() != 1) {
      Found.DoesMore = Block->size() > 1;
      return Found;
    }
    Only = Block->body_front();
  }
  Found.GoesOn = isa<Expr>(Only) && !isa<CXXThrowExpr>(Only);
  const auto *Return = dyn_cast<ReturnStmt>(Only);
  const auto *CoReturn = dyn_cast<CoreturnStmt>(Only);
  const Expr *Value = Return     ? Return->getRetValue()
                      : CoReturn ? CoReturn->getOperand()
                                 : nullptr;
  Found.JustReturns = Return && !Value;
  if (Value && isKnownAt(F, *Value, Loop))
    if (std::string Text = textOf(F, *Only); !Text.empty())
      Found.Leave = Text + ";";
  return Found;
}

/// What the function does behind Loop, outermost last; nothing where a loop
/// around it goes on.
SmallVector<const Stmt *, 8> statementsBehind(const FunctionAnalysis &F,
                                              const Stmt &Loop) {
  SmallVector<const Stmt *, 8> Behind;
  const Stmt *Child = &Loop;
  for (const Stmt *P = F.body().parent(Child); P;
       Child = P, P = F.body().parent(P)) {
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
      return {};
    if (const auto *Block = dyn_cast<CompoundStmt>(P)) {
      const auto *Here = llvm::find(Block->body(), Child);
      if (Here != Block->body_end())
        Behind.append(Here + 1, Block->body_end());
    }
  }
  return Behind;
}

/// Whether S changes something that was changed in front of Loop, too: the flag
/// that is set back, `view.endUpdate();`.
bool undoes(const FunctionAnalysis &F, const Stmt &S, const Stmt &Loop) {
  auto Changed = [](const Stmt &Part) -> const ValueDecl * {
    if (const ValueDecl *D = writtenBy(Part))
      return D;
    const auto *Call = dyn_cast<CXXMemberCallExpr>(&Part);
    const CXXMethodDecl *M = Call ? Call->getMethodDecl() : nullptr;
    return M && !M->isConst() ? variableOf(Call->getImplicitObjectArgument())
                              : nullptr;
  };
  return anyWithin(&S, [&](const Stmt &Part) {
    const ValueDecl *D = Changed(Part);
    return D && llvm::any_of(F.body().allStatements(), [&](const Stmt *Any) {
             return Changed(*Any) == D &&
                    F.sources().isBeforeInTranslationUnit(Any->getBeginLoc(),
                                                          Loop.getBeginLoc());
           });
  });
}

/// Whether S calls what the caller gave the function to call at its end.
bool callsBack(const FunctionAnalysis &F, const Stmt &S) {
  return anyWithin(&S, [&](const Stmt &Part) {
    const auto *Call = dyn_cast<CallExpr>(&Part);
    if (!Call)
      return false;
    const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call);
    const ValueDecl *D = variableOf(
        Op && Op->getOperator() == OO_Call ? Op->getArg(0) : Call->getCallee());
    return isa_and_nonnull<ParmVarDecl>(D) &&
           llvm::is_contained(F.decl().parameters(), D);
  });
}

/// What the first return statement behind Loop gives; null for none.
const Expr *valueBehind(ArrayRef<const Stmt *> Behind) {
  for (const Stmt *S : Behind)
    if (const auto *R = dyn_cast<ReturnStmt>(S))
      return asWritten(R->getRetValue());
  return nullptr;
}

/// The failure that every other way out of Loop returns: `return false;`.
/// Behind: what the function gives behind it, if that is known.
std::string failureOf(const FunctionAnalysis &F, const Stmt &Loop,
                      const Expr *Behind) {
  std::string Text;
  for (const Stmt *S : F.body().allStatements()) {
    const auto *R = dyn_cast<ReturnStmt>(S);
    if (!R || !R->getRetValue() || !F.body().isWithin(R, bodyOfLoop(Loop)))
      continue;
    if (!saysFailure(*asWritten(R->getRetValue()), Behind))
      return {};
    std::string One = textOf(F, *R);
    if (One.empty() || (!Text.empty() && One != Text) ||
        (Behind && One == "return " + textOf(F, *Behind)))
      return {};
    Text = std::move(One);
  }
  return Text.empty() ? Text : Text + ";";
}

} // namespace

std::optional<Reaction> reactionElsewhere(const FunctionAnalysis &F,
                                          const ReachToken &Token,
                                          const Stmt &Loop) {
  std::optional<Reaction> Found;
  for (const Stmt *S : F.body().allStatements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    if (!If || !If->getCond())
      continue;
    if (Found && !F.sources().isBeforeInTranslationUnit(If->getIfLoc(),
                                                        Loop.getBeginLoc()))
      break;
    // Of a source that is asked itself the root is the function.
    const bool Asks = Token.Root == &F.decl() ||
                      anyWithin(If->getCond(), [&](const Stmt &Part) {
                        return variableOf(&Part) == Token.Root;
                      });
    std::optional<bool> A =
        Asks ? F.answer(If->getCond(), /*Cancelled=*/true) : std::nullopt;
    const Stmt *Taken = !A ? nullptr : *A ? If->getThen() : If->getElse();
    if (!Taken)
      continue;
    Found = reactionOf(F, *Taken, Loop);
    // What it does behind Loop is done after a `break`, too.
    if (F.sources().isBeforeInTranslationUnit(Loop.getEndLoc(),
                                              If->getIfLoc())) {
      if (Found->GoesOn)
        Found->Leave = "break;";
      if (Found->JustReturns)
        Found->Leave = "return;";
    }
  }
  return Found;
}

std::string wayOut(const FunctionAnalysis &F, const Stmt &Loop) {
  const FunctionDecl &FD = F.decl();
  if (FD.isNoReturn())
    return {};
  const auto Behind = statementsBehind(F, Loop);
  if (llvm::any_of(Behind, [&](const Stmt *S) { return callsBack(F, *S); }))
    return {};
  const Expr *ValueBehind = valueBehind(Behind);
  if (std::string Failure = failureOf(F, Loop, ValueBehind); !Failure.empty())
    return Failure;
  // Half the work would be taken for all of it.
  if (ValueBehind && saysSuccess(*ValueBehind))
    return {};
  if (llvm::any_of(Behind, [&](const Stmt *S) { return undoes(F, *S, Loop); }))
    return "break;";
  bool ReturnsValue = !FD.getReturnType()->isVoidType() && !FD.isMain();
  if (F.body().isCoroutine()) {
    ReturnsValue = anyWithin(F.body().written(), [](const Stmt &S) {
      const auto *R = dyn_cast<CoreturnStmt>(&S);
      return R && R->getOperand();
    });
    if (!ReturnsValue)
      return "co_return;";
  } else if (!isa<CXXConstructorDecl>(FD) && FD.getReturnType()->isVoidType()) {
    return "return;";
  }
  if (ReturnsValue && !isa<CXXConstructorDecl>(FD) && endsWith(F, Loop))
    return {};
  return "break;";
}

} // namespace cancel_tidy
