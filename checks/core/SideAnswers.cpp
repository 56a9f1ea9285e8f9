// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/SideAnswers.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// Whether a model lists the member function that Call runs.
static bool isListed(const FunctionAnalysis &F, const CXXMemberCallExpr &Call,
                     std::vector<std::string> FunctionNames::*List) {
  const CXXMethodDecl *M = Call.getMethodDecl();
  if (!M || !M->getIdentifier())
    return false;
  const std::string Member = "::" + M->getName().str();
  return any_of(F.tokens().models().models(), [&](const TokenModel &Model) {
    return any_of(Model.Functions.*List, [&](StringRef Name) {
      return Name.ends_with(Member) && is_contained(callNames(Call), Name);
    });
  });
}

/// `a == b` as `a != b` of C++20, written with either.
static const CXXOperatorCallExpr *equality(const Expr &E, bool &Equal) {
  Equal = true;
  const auto *Op = dyn_cast<CXXOperatorCallExpr>(&E);
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(&E)) {
    Equal = Rewritten->getOperator() == BO_EQ;
    anyWithin(Rewritten->getSemanticForm(), [&](const Stmt &S) {
      Op = dyn_cast<CXXOperatorCallExpr>(&S);
      return Op != nullptr;
    });
    return Op && Op->getOperator() == OO_EqualEqual ? Op : nullptr;
  }
  if (!Op || (Op->getOperator() != OO_EqualEqual &&
              Op->getOperator() != OO_ExclaimEqual))
    return nullptr;
  Equal = Op->getOperator() == OO_EqualEqual;
  return Op;
}

/// Whether `token == none()` in E says that the token can be cancelled.
static std::optional<bool> possibleByComparison(const FunctionAnalysis &F,
                                                const Expr &E) {
  bool Equal = false;
  const CXXOperatorCallExpr *Op = equality(E, Equal);
  if (!Op || Op->getNumArgs() != 2)
    return std::nullopt;
  const Expr *L = Op->getArg(0), *R = Op->getArg(1);
  if (!F.tokens().classify(L->getType()).Token ||
      !F.tokens().classify(R->getType()).Token ||
      F.tokens().isNoneValue(*L) == F.tokens().isNoneValue(*R))
    return std::nullopt;
  return !Equal;
}

std::optional<bool> sideAnswer(const FunctionAnalysis &F, const Expr &E,
                               bool Cancelled) {
  if (std::optional<bool> Possible = possibleByComparison(F, E))
    return Possible;
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&E);
  // While nothing is cancelled, it may have failed, or come to the end.
  if (!Call || !Cancelled || !E.getType()->isBooleanType())
    return std::nullopt;
  if (isListed(F, *Call, &FunctionNames::PollMore))
    return false;
  if (isListed(F, *Call, &FunctionNames::Poll))
    return true;
  return std::nullopt;
}

} // namespace cancel_tidy
