// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/AfterCommitCheck.h"
#include "checks/core/Commits.h"
#include "checks/core/FixBuilder.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo AfterCommitCheck::Info = {
    "cancel-after-commit",
    "Finds cancellation points behind a point of no return.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<AfterCommitCheck>();
    },
    Guideline::NoReturn,
    "Python: ASYNC102, ASYNC120; Kotlin: detekt SuspendFunInFinallySection"};

namespace {

using How = LateCancellation::How;

/// The family's token that is never cancelled, as an argument for Param.
std::string noneFor(const FunctionAnalysis &F, const ParmVarDecl &Param) {
  const TokenUse Use = F.tokens().classify(Param.getType());
  if (!Use || !Use.Model || !Use.Record)
    return {};
  if (Use.Form == TokenForm::Pointer)
    return "nullptr";
  // Only what can be made on the spot.
  if (Use.Form != TokenForm::Value ||
      (Use.IsReference &&
       !Param.getType()->getPointeeType().isConstQualified()))
    return {};
  const std::string Class = qualifiedName(*Use.Record);
  for (const std::string &None : Use.Model->Functions.None)
    if (StringRef(None).starts_with(Class + "::") &&
        F.tokens().isDeclared(None))
      return None + "()";
  return Use.Token->DefaultIsNone && Class == Use.Token->Type ? Class + "()"
                                                              : "";
}

std::optional<Fix> passNone(const FunctionAnalysis &F,
                            const LateCancellation &L, std::string &None) {
  const FunctionDecl *FD = calleeOf(*L.At);
  if (!L.Argument || !FD || F.tokens().queryOf(*L.At))
    return std::nullopt;
  const auto Args = writtenArgs(*L.At);
  const auto *It = llvm::find(Args, L.Argument);
  const unsigned Index = It - Args.begin();
  if (It == Args.end() || Index >= FD->getNumParams())
    return std::nullopt;
  None = noneFor(F, *FD->getParamDecl(Index));
  if (None.empty())
    return std::nullopt;
  auto Edit = replaceText(
      F, CharSourceRange::getTokenRange(L.Argument->getSourceRange()), None);
  if (!Edit)
    return std::nullopt;
  Fix Result;
  Result.Description = "pass '" + None + "'";
  Result.Edits.push_back(*Edit);
  return Result;
}

} // namespace

std::vector<Finding>
AfterCommitCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  for (const LateCancellation &L : lateCancellations(F)) {
    SourceLocation Where = L.At->getExprLoc();
    if (isa<CallExpr>(L.At))
      Where = calleeLocation(*L.At);
    Finding Found = makeFinding(F, Info.Id, Where, L.Model);
    Found.CostRank = 1;
    std::string None;
    std::optional<Fix> Fixed = passNone(F, L, None);
    const std::string Token = L.Token.empty() ? "" : "'" + L.Token + "' ";
    const std::string Commit =
        L.Commit.Name.empty() ? "" : " '" + L.Commit.Name + "'";
    if (L.Kind == How::Given)
      Found.Message =
          "'" + calleeName(*L.At) + "' is given " + Token +
          "behind the point of no return" + Commit + "; pass " +
          (None.empty() ? std::string("no token") : "'" + None + "'");
    else
      Found.Message =
          (L.Token.empty() ? "the task" : Token.substr(0, Token.size() - 1)) +
          " can still be cancelled here, behind the point of no "
          "return" +
          Commit + "; look before it, or not at all";
    Found.Notes.push_back(makeNote(
        F,
        isa<CallExpr>(L.Commit.At) ? calleeLocation(*cast<Expr>(L.Commit.At))
                                   : L.Commit.Where,
        "the point of no return is here"));
    if (Fixed)
      Found.Fixes.push_back(std::move(*Fixed));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
