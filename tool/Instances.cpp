// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Instances.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace cancel_tidy {

void Instances::makeOneEach() {
  S.DefineUsedVTables(); // uses the virtual members
  while (!S.PendingInstantiations.empty()) {
    auto [D, Where] = S.PendingInstantiations.front();
    S.PendingInstantiations.pop_front();
    auto *FD = dyn_cast<FunctionDecl>(D);
    const FunctionDecl *Pattern =
        FD ? FD->getTemplateInstantiationPattern() : nullptr;
    if (!Pattern ||
        S.getSourceManager().isInSystemHeader(Pattern->getLocation()))
      continue;
    const bool IsExplicit = FD->getTemplateSpecializationKind() ==
                            TSK_ExplicitInstantiationDefinition;
    // What a precompiled header asks for is made when a judged function needs
    // it.
    if (!IsExplicit && S.getSourceManager().isLoadedSourceLocation(Where))
      continue;
    const bool IsFirst = Made.insert(Pattern->getCanonicalDecl()).second;
    if (IsFirst && Pattern->isFromASTFile())
      Precompiled.push_back(const_cast<FunctionDecl *>(Pattern));
    // An explicit instantiation is a definition that others link with.
    if (IsFirst || IsExplicit)
      instantiate(*FD, Where);
  }
}

void Instances::make(FunctionDecl &FD) {
  SourceLocation Where = FD.getPointOfInstantiation();
  if (Where.isValid() && !FD.isDefined())
    instantiate(FD, Where);
}

void Instances::instantiate(FunctionDecl &FD, SourceLocation Where) {
  S.InstantiateFunctionDefinition(Where, &FD, /*Recursive=*/false,
                                  /*DefinitionRequired=*/false,
                                  /*AtEndOfTU=*/true);
}

} // namespace cancel_tidy
