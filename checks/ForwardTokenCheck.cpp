// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/ForwardTokenCheck.h"
#include "checks/core/BoundWork.h"
#include "checks/core/CallResolver.h"
#include "checks/core/FixBuilder.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo ForwardTokenCheck::Info = {
    "cancel-forward-token",
    "Finds calls whose callee accepts a cancellation token and gets none while "
    "a token is in reach.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<ForwardTokenCheck>();
    },
    Guideline::PassOn,
    "C#: CA2016, MA0040, MA0079, S8949, CC002, NSB0002, MCA2016, xUnit1051, "
    "MSTEST0049, TUnit0015, CRR0039, ReSharper MethodSupportsCancellation, "
    "OSDI'22 query 5; Go: noctx, goroutinectx"};

/// Whether what Call is handed gets a token anyway: from a source of the same
/// family that it is a member of, or from the algorithm that it runs in.
static bool isGivenByItself(const FunctionAnalysis &F,
                            const UnforwardedCall &U) {
  if (U.Where.Param.Token && U.Where.Param.Token->LinkedByDefault &&
      isBoundWork(F, *U.Call))
    return true;
  const Expr *Object = objectOf(*U.Call);
  const RecordRole Role =
      Object ? F.tokens().roleOf(Object->getType()) : RecordRole();
  return Role.Source && Role.Model == U.Where.Param.Model;
}

std::vector<Finding>
ForwardTokenCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  for (const UnforwardedCall &U : unforwardedCalls(F)) {
    if (U.IsWait || isGivenByItself(F, U))
      continue;
    Finding Found =
        makeFinding(F, Info.Id, calleeLocation(*U.Call), U.Token.Use.Model);
    const std::string Callee = sinkName(*U.Call, U.Where);
    Found.Message = U.Where.IsOverload
                        ? "'" + Callee +
                              "' has an overload that takes a cancellation "
                              "token, but '" +
                              U.Token.Spelling + "' is not passed on"
                        : "'" + Callee + "' takes a cancellation token, but '" +
                              U.Token.Spelling + "' is not passed on";
    Found.Notes.push_back(tokenNote(F, U.Token));
    Found.Notes.push_back(makeNote(F, U.Where.Callee->getLocation(),
                                   U.Where.IsOverload
                                       ? "this overload takes a token"
                                       : "'" + Callee + "' is declared here"));
    if (std::optional<Atom> Demand = demandOf(U.Where))
      Found.When.Clauses.push_back({std::move(*Demand)});
    std::string WhyNot;
    if (auto Fixed = passToken(F, U, WhyNot))
      Found.Fixes.push_back(std::move(*Fixed));
    else if (!WhyNot.empty())
      Found.Notes.push_back(
          makeNote(F, calleeLocation(*U.Call), "no automatic fix: " + WhyNot));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
