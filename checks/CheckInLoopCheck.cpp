// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/CheckInLoopCheck.h"
#include "checks/core/BoundWork.h"
#include "checks/core/CycleAnalysis.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/LoopFix.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo CheckInLoopCheck::Info = {
    "cancel-check-in-loop",
    "Finds loops that can go round without looking at the cancellation token "
    "in reach while they wait, run long or never end.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<CheckInLoopCheck>();
    },
    Guideline::Look,
    "C#: CC009, OSDI'22 query 4; Go: gosec G118; Python: ASYNC910, ASYNC911, "
    "ASYNC912, ASYNC913; Java, Kotlin: JetBrains CancellationCheckInLoops"};

static std::string message(const UncheckedCycle &C) {
  const std::string Token = "'" + C.Token.Spelling + "'";
  const std::string Callee =
      "'" + (C.Costliest.empty() ? "{costliest}" : C.Costliest) + "'";
  std::string Subject;
  switch (C.Kind) {
  case UncheckedCycle::Shape::Loop:
    Subject = "loop";
    break;
  case UncheckedCycle::Shape::Goto:
    Subject = "cycle through this label";
    break;
  case UncheckedCycle::Shape::Recursion:
    Subject = "recursion";
    break;
  case UncheckedCycle::Shape::Callback:
    Subject = "callable that this runs again and again";
    break;
  }
  std::string Text = Subject;
  if (C.IdlePoll)
    Text += " looks at " + Token + " but does not end when it is cancelled";
  else if (C.OthersChecked)
    Text += " can go round without looking at " + Token;
  else
    Text += " never looks at " + Token;
  if (C.Endless && C.Costliest.empty())
    return Text + ", and nothing else ends it";
  Text += "; " + Callee + (C.Waits ? " may wait" : " may run long") +
          " in each round";
  return Text;
}

std::vector<Finding>
CheckInLoopCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  for (const UncheckedCycle &C : uncheckedCycles(F)) {
    if (C.Loop && isBoundWork(F, *C.Loop))
      continue;
    Finding Found = makeFinding(F, Info.Id, C.Where, C.Token.Use.Model);
    Found.Message = message(C);
    Found.CostRank = C.Endless || C.Waits ? 2 : 1;
    Found.When = C.When;
    Found.Notes.push_back(tokenNote(F, C.Token));
    if (C.IdlePoll)
      Found.Notes.push_back(makeNote(F, C.IdlePoll->getExprLoc(),
                                     "this answer does not leave the loop"));
    for (const UncheckedCycle::Step &S : C.Path)
      Found.Notes.push_back(makeStep(F, S.Where, S.What));
    if (C.CostliestCall)
      Found.Notes.push_back(
          makeNote(F, calleeLocation(*C.CostliestCall),
                   "'" + C.Costliest + "' is called here on the way round"));
    else if (!C.Endless)
      Found.Notes.push_back({Found.Where, "{chain}"});
    if (auto Fixed = checkAtHead(F, C))
      Found.Fixes.push_back(std::move(*Fixed));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
