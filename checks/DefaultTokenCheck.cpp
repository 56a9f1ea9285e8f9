// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/DefaultTokenCheck.h"
#include "checks/core/CallResolver.h"
#include "checks/core/FixBuilder.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo DefaultTokenCheck::Info = {
    "cancel-default-token",
    "Finds calls that are given a token which never cancels although a token "
    "is in reach.",
    /*DefaultOn=*/false,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<DefaultTokenCheck>();
    },
    Guideline::PassOn,
    "C#: CC012, S8949, xUnit1051; Go: SA1012"};

namespace {

/// The parameter of Call that is given a token which never cancels.
std::optional<unsigned> noneArgument(const FunctionAnalysis &F,
                                     const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || FD->isOverloadedOperator() || F.tokens().queryOf(Call))
    return std::nullopt;
  if (const auto *New = dyn_cast<CXXConstructExpr>(&Call);
      New && (New->getConstructor()->isCopyOrMoveConstructor() ||
              F.tokens().classify(New->getType()) ||
              F.tokens().roleOf(New->getType()).Source))
    return std::nullopt;
  const auto Args = writtenArgs(Call);
  std::optional<unsigned> Found;
  for (unsigned I = 0; I < Args.size() && I < FD->getNumParams(); ++I) {
    if (F.tokens().classify(FD->getParamDecl(I)->getType()) &&
        F.tokens().isNoneValue(*Args[I]))
      Found = Found ? Found : I;
    else if (F.reach().handsOn(Args[I]))
      return std::nullopt;
  }
  return Found;
}

} // namespace

std::vector<Finding>
DefaultTokenCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  if (!F.isJudged())
    return Out;
  for (const Expr *Call : F.body().calls()) {
    std::optional<unsigned> Index = noneArgument(F, *Call);
    if (!Index)
      continue;
    const FunctionDecl *FD = calleeOf(*Call);
    const Sink Where{FD, *Index,
                     F.tokens().classify(FD->getParamDecl(*Index)->getType()),
                     false};
    const std::vector<ReachToken> Tokens = F.reach().at(Call);
    auto Best = llvm::find_if(Tokens, [&](const ReachToken &T) {
      return handover(F, T, Where).Fits;
    });
    if (Best == Tokens.end())
      continue;
    const Expr *Object = objectOf(*Call);
    if (Best->From == ReachToken::Origin::Field && Object &&
        isa<CXXThisExpr>(Object->IgnoreParenImpCasts()))
      continue;
    if (F.isShielded(Call))
      continue;
    Finding Found =
        makeFinding(F, Info.Id, calleeLocation(*Call), Best->Use.Model);
    Found.Message = "'" + calleeName(*Call) +
                    "' is given a token that never cancels, but '" +
                    Best->Spelling + "' is in reach; pass it, or say why not";
    Found.Notes.push_back(tokenNote(F, *Best));
    const Handover H = handover(F, *Best, Where, Call);
    std::optional<TextEdit> Edit;
    if (!H.Text.empty() && Best->NeedsCapture.empty())
      Edit = replaceText(F,
                         CharSourceRange::getTokenRange(
                             writtenArgs(*Call)[*Index]->getSourceRange()),
                         H.Text);
    if (Edit)
      Found.Fixes.push_back({"pass '" + H.Text + "'", {*Edit}});
    else if (!H.WhyNot.empty() || !Best->NeedsCapture.empty())
      Found.Notes.push_back(makeNote(
          F, calleeLocation(*Call),
          "no automatic fix: " +
              (H.WhyNot.empty()
                   ? "the lambda does not capture '" + Best->Spelling + "'"
                   : H.WhyNot)));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
