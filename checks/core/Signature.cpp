// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Signature.h"
#include "checks/core/Unit.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// Whether a base that is made for Class, `Base<Class>`, calls a member of that
/// name on what it takes for a Class.
static bool isCalledByBase(const CXXRecordDecl &Class, DeclarationName Name) {
  return llvm::any_of(Class.bases(), [&](const CXXBaseSpecifier &B) {
    const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        B.getType()->getAsCXXRecordDecl());
    const bool ForClass =
        Spec &&
        llvm::any_of(Spec->getTemplateArgs().asArray(),
                     [&](const TemplateArgument &A) {
                       return A.getKind() == TemplateArgument::Type &&
                              declaresSameEntity(
                                  A.getAsType()->getAsCXXRecordDecl(), &Class);
                     });
    if (!ForClass)
      return false;
    const CXXRecordDecl *Pattern =
        Spec->getSpecializedTemplate()->getTemplatedDecl()->getDefinition();
    return Pattern &&
           llvm::any_of(Pattern->methods(), [&](const CXXMethodDecl *M) {
             const FunctionDecl *Def = nullptr;
             return M->hasBody(Def) &&
                    anyWithin(Def->getBody(), [&](const Stmt &S) {
                      const auto *Part =
                          dyn_cast<CXXDependentScopeMemberExpr>(&S);
                      return Part && Part->getMember() == Name;
                    });
           });
  });
}

bool isSignatureDictated(const FunctionAnalysis &F) {
  const FunctionDecl &FD = F.decl();
  if (F.body().lambda() || FD.isMain() || FD.isExternC() ||
      FD.isOverloadedOperator() ||
      FD.getTemplateSpecializationKind() == TSK_ExplicitSpecialization ||
      (FD.getIdentifier() && FD.getName() == "tag_invoke"))
    return true;
  if (const auto *M = dyn_cast<CXXMethodDecl>(&FD)) {
    if (M->isVirtual() || M->getParent()->isLambda())
      return true;
    // A base that is a template parameter may call it by name.
    if (const CXXRecordDecl *Class = M->getParent()->getDefinition()) {
      for (const CXXBaseSpecifier &B : Class->bases())
        if (B.getType()->isDependentType())
          return true;
      if (isCalledByBase(*Class, M->getDeclName()))
        return true;
    }
  }
  return F.unit().isAddressTaken(FD);
}

namespace {

/// A callable by its type: a function, std::function and its like, a class that
/// can be called, or a template parameter, which is one more often than not.
bool mayBeCallable(QualType T) {
  T = T.getNonReferenceType();
  if (T->isFunctionType() || T->isFunctionPointerType() ||
      T->isMemberFunctionPointerType() || T->isBlockPointerType() ||
      T->isTemplateTypeParmType())
    return true;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R) {
    // std::function<void(Item)>, in a template of Item.
    const auto *Spec = T->getAs<TemplateSpecializationType>();
    const TemplateDecl *D =
        Spec ? Spec->getTemplateName().getAsTemplateDecl() : nullptr;
    return D && StringRef(D->getNameAsString()).contains_insensitive("func");
  }
  if (!R->hasDefinition())
    return false;
  if (R->getIdentifier() && (R->getName().contains_insensitive("func") ||
                             R->getName().contains_insensitive("callback") ||
                             R->getName().contains_insensitive("handler")))
    return true;
  return llvm::any_of(R->getDefinition()->methods(), [](const auto *M) {
    return M->getOverloadedOperator() == OO_Call;
  });
}

/// What the function writes through: a reference or pointer to something that
/// is not const. A stream or a context is handed around that way, too.
bool mayBeOut(QualType T) {
  if (const auto *Ref = T->getAs<LValueReferenceType>())
    return !Ref->getPointeeType().isConstQualified();
  return T->isPointerType() && !T->getPointeeType().isConstQualified();
}

bool mayFollow(const ParmVarDecl &P) {
  if (P.hasDefaultArg() || P.hasUninstantiatedDefaultArg() ||
      P.hasUnparsedDefaultArg() || P.isParameterPack())
    return true;
  QualType T = P.getType();
  if (mayBeCallable(T) || mayBeOut(T))
    return true;
  const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
  return R && R->getIdentifier() && R->getName() == "source_location";
}

} // namespace

std::optional<MisplacedToken> misplacedToken(const FunctionDecl &Any,
                                             const TokenIndex &Tokens) {
  // As written: an instance knows less of what its parameters are for.
  const FunctionDecl *Pattern = Any.getTemplateInstantiationPattern(false);
  const FunctionDecl &FD = Pattern ? *Pattern : Any;
  MisplacedToken Found;
  unsigned Index = 0;
  for (unsigned I = 0; I < FD.getNumParams(); ++I) {
    const ParmVarDecl *P = FD.getParamDecl(I);
    if (P->isParameterPack())
      return std::nullopt;
    TokenUse Use = Tokens.classify(P->getType());
    if (!Use)
      continue;
    if (Found.Param)
      return std::nullopt;
    Found.Param = P;
    Found.Use = Use;
    Index = I;
  }
  if (!Found.Param)
    return std::nullopt;
  const TokenPosition Wanted = Found.Use.Token->Position;
  if (Wanted == TokenPosition::Any ||
      (Index == 0 && Wanted != TokenPosition::Last))
    return std::nullopt;
  if (Wanted == TokenPosition::First)
    return Found;
  for (unsigned I = Index + 1; I < FD.getNumParams(); ++I)
    if (!mayFollow(*FD.getParamDecl(I))) {
      Found.Behind = FD.getParamDecl(I);
      return Found;
    }
  return std::nullopt;
}

} // namespace cancel_tidy
