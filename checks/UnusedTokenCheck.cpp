// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/UnusedTokenCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/MadeInPlace.h"
#include "checks/core/Signature.h"
#include "checks/core/ValueUse.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo UnusedTokenCheck::Info = {
    "cancel-unused-token",
    "Finds cancellation token parameters that the function never reads.",
    /*DefaultOn=*/true,
    FixKind::None,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<UnusedTokenCheck>();
    },
    Guideline::PassOn,
    "C++: V1079; C#: V3167, CC016, CRR0038, OSDI'22 query 4b"};

namespace {

/// A lambda that a source runs, std::jthread's: such a class also takes one
/// without the parameter.
bool isGivenToSource(const FunctionAnalysis &F) {
  const LambdaExpr *L = F.body().lambda();
  if (!L || !F.outer())
    return false;
  const FunctionBody &Around = F.outer()->body();
  const Stmt *P = Around.parent(L);
  while (isa_and_nonnull<ImplicitCastExpr, MaterializeTemporaryExpr, ParenExpr,
                         CXXBindTemporaryExpr, ExprWithCleanups>(P))
    P = Around.parent(P);
  if (const auto *New = dyn_cast_or_null<CXXConstructExpr>(P))
    return F.tokens().roleOf(New->getType()).Source;
  // threads.emplace_back([](std::stop_token) { ... })
  const auto *Call = dyn_cast_or_null<CallExpr>(P);
  const CXXRecordDecl *Made = Call ? madeInPlace(*Call) : nullptr;
  return Made && F.tokens().roleOf(*Made).Source;
}

/// Somebody else decides which parameters the function has.
bool isDictated(const FunctionAnalysis &F) {
  return F.body().lambda() ? !isGivenToSource(F) : isSignatureDictated(F);
}

/// Nothing in the body could be cancelled: it is empty, or returns or throws at
/// once.
bool isTrivial(const FunctionAnalysis &F) {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(F.body().written());
  if (!Block)
    return false;
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(&F.decl()))
    for (const CXXCtorInitializer *Init : Ctor->inits())
      if (Init->isWritten())
        return Block->body_empty();
  bool DoesSomething = false;
  for (const Stmt *S : F.body().allStatements()) {
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, CoawaitExpr,
            CoyieldExpr>(S))
      return false;
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call)
      continue;
    // Inside of `throw Error(...)` or `return not_implemented();`
    if (F.body().enclosing<CXXThrowExpr>(Call))
      continue;
    DoesSomething = true;
  }
  if (!DoesSomething)
    return true;
  // A single return is a stub or a forwarding overload.
  return Block->size() == 1 && isa<ReturnStmt>(Block->body_front()) &&
         F.body().calls().size() <= 1;
}

} // namespace

std::vector<Finding>
UnusedTokenCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  if (!F.isJudged())
    return Out;
  for (const ParmVarDecl *P : F.decl().parameters()) {
    TokenUse Use = F.tokens().classify(P->getType());
    // A context carries more than cancellation; leaving it is no defect.
    if (!Use || !P->getIdentifier() || P->hasAttr<UnusedAttr>() ||
        Use.Token->IsContext)
      continue;
    if (F.body().mentions(*P) || isDictated(F) || isTrivial(F) ||
        timesInText(F, P->getName()) != 0u)
      continue;
    Finding Found = makeFinding(F, Info.Id, P->getLocation(), Use.Model);
    std::string Name = isa<CXXConstructorDecl>(F.decl()) ? "this constructor"
                       : F.body().lambda()
                           ? "this lambda"
                           : "'" + F.decl().getNameAsString() + "'";
    Found.Message = "parameter '" + P->getNameAsString() + "' is never used; " +
                    Name + " cannot be cancelled";
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
