// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/PartialUpdateCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/PartialUpdates.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo PartialUpdateCheck::Info = {
    "cancel-partial-update",
    "Finds members of an object that are written on both sides of a way out on "
    "cancellation, which leaves the object half updated.",
    /*DefaultOn=*/false,
    FixKind::None,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<PartialUpdateCheck>();
    },
    Guideline::LeaveValid,
    ""};

std::vector<Finding>
PartialUpdateCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  std::optional<PartialUpdate> U = partialUpdate(F);
  if (!U)
    return Out;
  const std::string Object =
      U->Object ? "'" + U->Object->getNameAsString() + "'" : "the object";
  const std::string First = "'" + U->First->getNameAsString() + "'";
  const std::string Second = "'" + U->Second->getNameAsString() + "'";
  Finding Found = makeFinding(F, Info.Id, U->Exit.where(), U->Model);
  Found.Message =
      "cancelling " + (U->Token.empty() ? "the work" : "'" + U->Token + "'") +
      " here leaves " + Object + " half updated: " + First + " is new, " +
      Second + " is not; write both behind this, or put " + First + " back";
  Found.CostRank = 1;
  Found.Notes.push_back(
      makeNote(F, U->FirstWrite->getBeginLoc(), First + " is written here"));
  Found.Notes.push_back(makeNote(F, U->SecondWrite->getBeginLoc(),
                                 Second + " is not written before here"));
  Out.push_back(std::move(Found));
  return Out;
}

} // namespace cancel_tidy
