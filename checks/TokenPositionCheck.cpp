// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/TokenPositionCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/Signature.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo TokenPositionCheck::Info = {
    "cancel-token-position",
    "Finds functions that take the cancellation token at another place than "
    "its family does.",
    /*DefaultOn=*/false,
    FixKind::None,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<TokenPositionCheck>();
    },
    Guideline::PassOn,
    "C#: CA1068, CC006; Go: revive context-as-argument"};

/// A base's constructor takes the token in an order that this one repeats.
static bool handsTokenToBase(const FunctionAnalysis &F, const ParmVarDecl &P) {
  const auto *Ctor = dyn_cast<CXXConstructorDecl>(&F.decl());
  if (!Ctor)
    return false;
  return llvm::any_of(Ctor->inits(), [&](const CXXCtorInitializer *Init) {
    return (Init->isBaseInitializer() || Init->isDelegatingInitializer()) &&
           Init->isWritten() && anyWithin(Init->getInit(), [&](const Stmt &S) {
             const auto *Ref = dyn_cast<DeclRefExpr>(&S);
             return Ref && Ref->getDecl() == &P;
           });
  });
}

std::vector<Finding>
TokenPositionCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  if (!F.isJudged() || F.decl().isDefaulted())
    return Out;
  std::optional<MisplacedToken> M = misplacedToken(F.decl(), F.tokens());
  if (!M || M->Param->getLocation().isMacroID() || !M->Param->getIdentifier())
    return Out;
  const ParmVarDecl *Own =
      F.decl().getParamDecl(M->Param->getFunctionScopeIndex());
  if (isSignatureDictated(F) || handsTokenToBase(F, *Own))
    return Out;
  Finding Found =
      makeFinding(F, Info.Id, M->Param->getLocation(), M->Use.Model);
  const std::string Token = "'" + M->Param->getNameAsString() + "'";
  const bool Ends = M->Use.Token->Position == TokenPosition::Ends;
  if (!M->Behind)
    Found.Message = "token " + Token + " is not the first parameter, where '" +
                    M->Use.Model->Family + "' has it";
  else
    Found.Message =
        "token " + Token + " stands between the parameters; '" +
        M->Use.Model->Family + "' has it " + (Ends ? "first or last" : "last") +
        ", behind '" +
        (M->Behind->getIdentifier() ? M->Behind->getNameAsString()
                                    : M->Behind->getType().getAsString()) +
        "'";
  Out.push_back(std::move(Found));
  return Out;
}

} // namespace cancel_tidy
