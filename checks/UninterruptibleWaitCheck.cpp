// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/UninterruptibleWaitCheck.h"
#include "checks/core/CallResolver.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/Waits.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo UninterruptibleWaitCheck::Info = {
    "cancel-uninterruptible-wait",
    "Finds waits that a cancellation cannot interrupt although a token is in "
    "reach.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<UninterruptibleWaitCheck>();
    },
    Guideline::PassOn,
    "C++: mongo-uninterruptible-lock-guard-check; C#: CA2016, MA0040"};

std::vector<Finding>
UninterruptibleWaitCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  for (const UninterruptibleWait &W : uninterruptibleWaits(F)) {
    Finding Found =
        makeFinding(F, Info.Id, calleeLocation(*W.Call), W.Token.Use.Model);
    Found.CostRank = 2;
    const std::string Callee = calleeName(*W.Call);
    Found.Message =
        "'" + Callee + "' waits, and " +
        (isa<FunctionDecl>(W.Token.Root) ? "what '" : "cancelling '") +
        W.Token.Spelling +
        (isa<FunctionDecl>(W.Token.Root) ? "' asks about" : "'") +
        " cannot interrupt it";
    if (W.Overload)
      Found.Message += "; pass the token";
    else if (W.Replacement && !W.Replacement->Name.empty())
      Found.Message += "; use '" + W.Replacement->Name + "'";
    Found.Notes.push_back(tokenNote(F, W.Token));
    if (W.Unnotified)
      Found.Notes.push_back(
          makeNote(F, W.Unnotified->getLocation(),
                   "nothing notifies '" + W.Unnotified->getNameAsString() +
                       "' when the stop is requested, so that the predicate is "
                       "not asked again"));
    std::string WhyNot;
    std::optional<Fix> Fixed;
    if (W.Overload)
      Fixed = passToken(F, *W.Overload, WhyNot);
    else if (W.Replacement)
      Fixed = useReplacement(F, W);
    if (Fixed)
      Found.Fixes.push_back(std::move(*Fixed));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
