// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/ResourceLeakCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/ReleaseFix.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo ResourceLeakCheck::Info = {
    "cancel-resource-leak",
    "Finds ways out on cancellation that skip the release of something that "
    "the function holds by hand.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<ResourceLeakCheck>();
    },
    Guideline::LeaveValid,
    ""};

std::vector<Finding>
ResourceLeakCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  for (const SkippedRelease &S : skippedReleases(F)) {
    const std::string Held = "'" + S.What.Name + "'";
    Finding Found = makeFinding(F, Info.Id, S.Exit.where(), S.Model);
    Found.Message = Held + " is not " + S.What.Pair->Done + " when " +
                    (S.Token.empty() ? "the work" : "'" + S.Token + "'") +
                    " is cancelled here: '" + S.releaseName() + "' is skipped";
    Found.CostRank = 1;
    Found.Notes.push_back(
        makeNote(F, S.What.Acquired->getExprLoc(), Held + " is acquired here"));
    Found.Notes.push_back(makeNote(F, S.Release->getExprLoc(),
                                   "'" + S.releaseName() + "' is here"));
    if (S.Exit.Throws) {
      Found.Notes.push_back(
          {Found.Where,
           "no fix: an object that owns " + Held +
               " would give it back on each way out, exceptions included"});
    } else {
      std::string WhyNot;
      if (auto Fixed = releaseBefore(F, S, WhyNot))
        Found.Fixes.push_back(std::move(*Fixed));
      else
        Found.Notes.push_back({Found.Where, "no fix: " + WhyNot});
    }
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
