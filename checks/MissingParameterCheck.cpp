// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/MissingParameterCheck.h"
#include "checks/core/CallResolver.h"
#include "checks/core/DeafCalls.h"
#include "checks/core/FixBuilder.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo MissingParameterCheck::Info = {
    "cancel-missing-parameter",
    "Finds functions without a cancellation token that call what would take "
    "one.",
    /*DefaultOn=*/false,
    FixKind::None,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<MissingParameterCheck>();
    },
    Guideline::PassOn,
    "C#: MA0032, CC001, CRR0035"};

std::vector<Finding>
MissingParameterCheck::checkFunction(const FunctionAnalysis &F) {
  std::optional<TokenlessCall> C = tokenlessCall(F);
  if (!C)
    return {};
  Finding Found = makeFinding(F, Info.Id, calleeLocation(*C->Call), C->Model);
  const std::string Callee =
      "'" + (C->Where ? sinkName(*C->Call, *C->Where) : calleeName(*C->Call)) +
      "'";
  const std::string Name = isa<CXXConstructorDecl>(F.decl())
                               ? "this constructor"
                               : "'" + F.decl().getNameAsString() + "'";
  if (C->Replacement)
    Found.Message = Callee + " waits, and '" + C->Replacement->Name +
                    "' would take a cancellation token";
  else if (C->Where->IsOverload)
    Found.Message = Callee + " has an overload that takes a cancellation token";
  else
    Found.Message = Callee + " takes a cancellation token";
  Found.Message +=
      ", but " + Name + " has none to pass on; give it a parameter";
  Found.Notes.push_back(
      makeNote(F, F.decl().getLocation(), Name + " is declared here"));
  if (C->Where)
    Found.Notes.push_back(makeNote(F, C->Where->Callee->getLocation(),
                                   C->Where->IsOverload
                                       ? "this overload takes a token"
                                       : Callee + " is declared here"));
  if (C->Where)
    if (std::optional<Atom> Demand = demandOf(*C->Where))
      Found.When.Clauses.push_back({std::move(*Demand)});
  std::vector<Finding> Out;
  Out.push_back(std::move(Found));
  return Out;
}

} // namespace cancel_tidy
