// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/WorkLists.h"
#include "checks/core/LoopShape.h"
#include "checks/core/Names.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// The list whose emptiness Call asks; null for other calls.
static const ValueDecl *askedForEmptiness(const Expr &Call) {
  const Expr *Object = objectOf(Call);
  const FunctionDecl *FD = calleeOf(Call);
  return Object && FD && FD->getIdentifier() &&
                 StringSwitch<bool>(FD->getName())
                     .Cases("empty", "isEmpty", "is_empty", "IsEmpty", true)
                     .Cases("Extent", "Length", "Size", "count", "size", true)
                     .Default(false)
             ? variableOf(Object)
             : nullptr;
}

/// `level.clear()`, `todo.pop_back()`, `level = next`: List is emptied, or
/// filled anew.
static bool empties(const Stmt &S, const ValueDecl &List) {
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S))
    return Op->getOperator() == OO_Equal && variableOf(Op->getArg(0)) == &List;
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&S);
  const CXXMethodDecl *M = Call ? Call->getMethodDecl() : nullptr;
  if (!M || !M->getIdentifier())
    return false;
  StringRef Name = M->getName();
  return variableOf(Call->getImplicitObjectArgument()) == &List &&
         StringSwitch<bool>(takeWord(Name))
             .Cases("clear", "dequeue", "erase", "pop", "remove", true)
             .Cases("resize", "swap", "take", true)
             .Default(false);
}

/// The local variable that Call's value goes to: `n = list.size();`
static const ValueDecl *keeperOf(const FunctionAnalysis &F, const Expr &Call) {
  const Stmt *P = F.body().parent(&Call);
  while (isa_and_nonnull<CastExpr, ParenExpr, ExprWithCleanups>(P))
    P = F.body().parent(P);
  if (const auto *Set = dyn_cast_or_null<BinaryOperator>(P);
      Set && Set->getOpcode() == BO_Assign)
    return dyn_cast_or_null<VarDecl>(variableOf(Set->getLHS()));
  const auto *D = dyn_cast_or_null<DeclStmt>(P);
  return D && D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl())
                                : nullptr;
}

bool worksOff(const FunctionAnalysis &F, const Stmt &Loop) {
  const Stmt *Body = bodyOfLoop(Loop);
  const Expr *Cond = conditionOfLoop(Loop);
  return llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    const auto *List = dyn_cast_or_null<VarDecl>(askedForEmptiness(*Call));
    if (!List || !List->isLocalVarDecl())
      return false;
    const ValueDecl *Kept = keeperOf(F, *Call);
    auto Asks = [&](const Expr &In) {
      return F.body().isWithin(Call, &In) ||
             (Kept && anyWithin(&In, [&](const Stmt &S) {
                return variableOf(&S) == Kept;
              }));
    };
    const bool Ends =
        (Cond && F.body().isWithin(Call, Cond)) ||
        (F.body().isWithin(Call, Body) && anyWithin(Body, [&](const Stmt &S) {
           const auto *If = dyn_cast<IfStmt>(&S);
           return If && If->getCond() && mayLeave(*If) && Asks(*If->getCond());
         }));
    return Ends &&
           anyWithin(Body, [&](const Stmt &S) { return empties(S, *List); });
  });
}

std::vector<const Expr *> emptinessTests(const FunctionAnalysis &F) {
  std::vector<const Expr *> Out;
  for (const Expr *Call : F.body().calls())
    if (askedForEmptiness(*Call))
      if (const auto *If = F.body().enclosing<IfStmt>(Call);
          If && F.body().isWithin(Call, If->getCond()))
        Out.push_back(Call);
  return Out;
}

bool drains(const FunctionAnalysis &F, const Stmt &Loop,
            ArrayRef<const Expr *> Tests) {
  const Stmt *Body = bodyOfLoop(Loop);
  if (Tests.empty())
    return false;
  SmallVector<const Expr *, 4> Looks;
  for (const Expr *Call : F.body().calls())
    if (F.body().isWithin(Call, &Loop) && F.queryOf(*Call).looks())
      Looks.push_back(Call);
  if (Looks.empty())
    return false;
  return llvm::any_of(Tests, [&](const Expr *Call) {
    const ValueDecl *List = askedForEmptiness(*Call);
    const auto *If = F.body().enclosing<IfStmt>(Call);
    if (!F.body().isWithin(If, Body))
      return false;
    return llvm::all_of(Looks,
                        [&](const Expr *Look) {
                          return F.body().isWithin(Look, If->getThen());
                        }) &&
           llvm::any_of(F.body().allStatements(), [&](const Stmt *S) {
             return empties(*S, *List) && F.body().isWithin(S, Body) &&
                    !F.body().isWithin(S, If);
           });
  });
}

} // namespace cancel_tidy
