// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/UnusedSuppressionCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/FunctionAnalysis.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo UnusedSuppressionCheck::Info = {
    "cancel-unused-suppression",
    "Finds NOLINT comments and annotations for cancellation that have no "
    "effect.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<UnusedSuppressionCheck>();
    },
    Guideline::None,
    "Go: goroutinectx"};

namespace {

/// What is wrong with an annotation on a function, a statement or a variable;
/// empty: nothing, or it is not ours.
std::string whatIsWrong(StringRef Annotation) {
  if (!Annotation.consume_front("cancel::") || Annotation == "blocking" ||
      Annotation == "point_of_no_return" || Annotation == "uncancellable")
    return "";
  if (Annotation == "token")
    return "annotation 'cancel::token' has no effect here; it belongs to a "
           "class";
  return "annotation 'cancel::" + Annotation.str() +
         "' has no effect; there are 'cancel::blocking', "
         "'cancel::point_of_no_return', 'cancel::uncancellable' and "
         "'cancel::token'";
}

} // namespace

std::vector<Finding>
UnusedSuppressionCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  auto Look = [&](const Attr *A) {
    const auto *Note = dyn_cast<AnnotateAttr>(A);
    std::string Wrong = Note ? whatIsWrong(Note->getAnnotation()) : "";
    if (Wrong.empty())
      return;
    Finding Found = makeFinding(F, Info.Id, Note->getLocation(), nullptr);
    Found.Message = std::move(Wrong);
    Out.push_back(std::move(Found));
  };
  for (const FunctionDecl *Redecl : F.decl().redecls())
    for (const Attr *A : Redecl->attrs())
      Look(A);
  for (const ParmVarDecl *P : F.decl().parameters())
    for (const Attr *A : P->attrs())
      Look(A);
  for (const Stmt *S : F.body().allStatements()) {
    if (const auto *With = dyn_cast<AttributedStmt>(S))
      for (const Attr *A : With->getAttrs())
        Look(A);
    if (const auto *D = dyn_cast<DeclStmt>(S))
      for (const Decl *One : D->decls())
        if (isa<VarDecl>(One))
          for (const Attr *A : One->attrs())
            Look(A);
  }
  return Out;
}

} // namespace cancel_tidy
