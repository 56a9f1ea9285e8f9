// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/SpawnWithoutTokenCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/SpawnedWork.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo SpawnWithoutTokenCheck::Info = {
    "cancel-spawn-without-token",
    "Finds threads, tasks and jobs that are started without the token in reach "
    "although they may wait, run long or call what takes one.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<SpawnWithoutTokenCheck>();
    },
    Guideline::PassOn,
    "Go: goroutinectx, gosec G118"};

static std::string message(const UnstoppableWork &W) {
  std::string Text = "work that '" + calleeName(*W.Call) +
                     "' starts never sees '" + W.Token.Spelling + "'";
  if (!W.Sinks.empty())
    return Text + ", but '" +
           sinkName(*W.Sinks.front().Call, W.Sinks.front().Where) +
           "' in it takes a token; hand it on";
  if (W.Endless)
    return Text + ", and is an endless loop; hand it on";
  return Text + "; '" + (W.Costliest.empty() ? "{costliest}" : W.Costliest) +
         "' in it may run long";
}

std::vector<Finding>
SpawnWithoutTokenCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  for (const UnstoppableWork &W : unstoppableWork(F)) {
    Finding Found =
        makeFinding(F, Info.Id, calleeLocation(*W.Call), W.Token.Use.Model);
    Found.Message = message(W);
    Found.CostRank = W.Endless ? 2 : 1;
    Found.When = W.When;
    Found.Notes.push_back(tokenNote(F, W.Token));
    for (const UnforwardedCall &U : W.Sinks)
      Found.Notes.push_back(makeNote(F, calleeLocation(*U.Call),
                                     "'" + sinkName(*U.Call, U.Where) +
                                         "' is called here without it"));
    if (W.Sinks.empty() && W.Costliest.empty())
      Found.Notes.push_back({Found.Where, "{chain}"});
    std::string WhyNot;
    if (auto Fixed = captureToken(F, W, WhyNot))
      Found.Fixes.push_back(std::move(*Fixed));
    else if (!WhyNot.empty())
      Found.Notes.push_back(
          makeNote(F, calleeLocation(*W.Call), "no automatic fix: " + WhyNot));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
