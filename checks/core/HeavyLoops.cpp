// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/HeavyLoops.h"
#include "checks/core/LoopShape.h"
#include "checks/core/RoundCount.h"
#include "checks/core/WorkLists.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

bool isText(QualType T) {
  T = T.getNonReferenceType();
  if (T->isPointerType() || T->isArrayType())
    return QualType(T->getPointeeOrArrayElementType(), 0)->isAnyCharacterType();
  if (T->isAnyCharacterType())
    return true;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && R->getIdentifier() &&
         (R->getName().contains_insensitive("string") ||
          R->getName().contains_insensitive("bytearray"));
}

/// `for (char c : text)`, `while (i < text.size())`, `while (*p == ' ')`.
bool walksText(const Stmt &Loop) {
  const Expr *Over = conditionOfLoop(Loop);
  if (const auto *Range = dyn_cast<CXXForRangeStmt>(&Loop))
    Over = Range->getRangeInit();
  return Over && anyWithin(Over, [](const Stmt &S) {
           const auto *E = dyn_cast<Expr>(&S);
           return E && !E->getType().isNull() && isText(E->getType());
         });
}

bool isDataLoop(const FunctionAnalysis &F, const Stmt &Loop) {
  return !isNoLoop(Loop, F.context()) && !isShortLoop(Loop, F) &&
         !isBatch(Loop, F) && !walksText(Loop) && !worksOff(F, Loop);
}

/// `bool changed = true; while (changed) { changed = false; ...`: another way
/// through the data as long as the last one changed something.
bool repeatsWhileChanging(const FunctionAnalysis &F, const Stmt &Loop,
                          const Expr &Cond) {
  const Expr *Asked = Cond.IgnoreParenImpCasts();
  if (const auto *Not = dyn_cast<UnaryOperator>(Asked);
      Not && Not->getOpcode() == UO_LNot)
    Asked = Not->getSubExpr()->IgnoreParenImpCasts();
  const ValueDecl *Flag = variableOf(Asked);
  if (!Flag || !isa<VarDecl>(Flag) || !Flag->getType()->isBooleanType())
    return false;
  bool True = false, False = false;
  for (const BinaryOperator *A : F.body().assignments()) {
    const auto *Value = dyn_cast<CXXBoolLiteralExpr>(stripped(A->getRHS()));
    if (!Value || variableOf(A->getLHS()) != Flag ||
        !F.body().isWithin(A, bodyOfLoop(Loop)))
      continue;
    (Value->getValue() ? True : False) = true;
  }
  return True && False;
}

/// `while (error > tolerance)`
bool comparesErrors(const Expr &Cond) {
  return anyWithin(&Cond, [](const Stmt &S) {
    const auto *Op = dyn_cast<BinaryOperator>(&S);
    return Op && Op->isRelationalOp() &&
           Op->getLHS()->getType()->isRealFloatingType();
  });
}

bool converges(const FunctionAnalysis &F, const Stmt &Loop) {
  if (isa<ForStmt>(Loop))
    return false;
  const Expr *Cond = conditionOfLoop(Loop);
  return Cond && !Cond->isTypeDependent() &&
         (repeatsWhileChanging(F, Loop, *Cond) || comparesErrors(*Cond));
}

} // namespace

bool calculatesLong(const FunctionAnalysis &F) {
  constexpr unsigned Deep = 3;
  if (F.body().loops().size() < 2)
    return false;
  SmallVector<const Stmt *, 8> Loops;
  for (const Stmt *L : F.body().loops())
    if (isDataLoop(F, *L))
      Loops.push_back(L);
  return llvm::any_of(Loops, [&](const Stmt *Inner) {
    unsigned Depth = 1;
    for (const Stmt *Around : Loops) {
      if (Around == Inner || !F.body().isWithin(Inner, Around))
        continue;
      if (++Depth == Deep || converges(F, *Around))
        return true;
    }
    return false;
  });
}

bool readsInBlocks(const FunctionAnalysis &F) {
  if (F.body().loops().empty())
    return false;
  return llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    const FunctionDecl *FD = calleeOf(*Call);
    if (!FD || !FD->getIdentifier() ||
        (FD->getName() != "read" && FD->getName() != "fread"))
      return false;
    const std::string Name = qualifiedName(*FD);
    return (Name == "fread" || Name == "std::fread" ||
            Name == "std::basic_istream::read") &&
           llvm::any_of(F.body().loops(), [&](const Stmt *L) {
             return F.body().isWithin(Call, L) && !isNoLoop(*L, F.context()) &&
                    !isShortLoop(*L, F);
           });
  });
}

} // namespace cancel_tidy
