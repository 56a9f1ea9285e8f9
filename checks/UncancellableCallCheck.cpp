// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/UncancellableCallCheck.h"
#include "checks/core/DeafCalls.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/ParameterFix.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo UncancellableCallCheck::Info = {
    "cancel-uncancellable-call",
    "Finds calls of functions that may wait or never end and that hold no "
    "cancellation token, in code that has one in reach.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<UncancellableCallCheck>();
    },
    Guideline::PassOn,
    "Go: contextcheck"};

std::vector<Finding>
UncancellableCallCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  for (const DeafCall &C : deafCalls(F)) {
    Finding Found =
        makeFinding(F, Info.Id, calleeLocation(*C.Call), C.Token.Use.Model);
    Found.CostRank = 2;
    const std::string Callee = "'" + calleeName(*C.Call) + "'";
    Found.Message = Callee + " cannot be cancelled through '" +
                    C.Token.Spelling +
                    "': " + (C.When ? "{way}" : "it may wait");
    if (C.When)
      Found.When.Clauses.push_back({*C.When});
    Found.Notes.push_back(tokenNote(F, C.Token));
    Found.Notes.push_back(makeNote(F, calleeOf(*C.Call)->getLocation(),
                                   Callee + " takes no cancellation token"));
    if (C.When)
      Found.Notes.push_back(makeNote(F, calleeLocation(*C.Call), "{steps}"));
    std::string WhyNot;
    if (auto Fixed = handDown(F, *C.Call, C.Token, WhyNot))
      Found.Fixes.push_back(std::move(*Fixed));
    else if (!WhyNot.empty())
      Found.Notes.push_back(
          makeNote(F, calleeLocation(*C.Call), "no automatic fix: " + WhyNot));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
