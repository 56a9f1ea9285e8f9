// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/MadeInPlace.h"
#include "checks/core/Overloads.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

static const CXXRecordDecl *classAt(const TemplateArgumentList *Args,
                                    unsigned I) {
  return Args && I < Args->size() &&
                 Args->get(I).getKind() == TemplateArgument::Type
             ? Args->get(I).getAsType()->getAsCXXRecordDecl()
             : nullptr;
}

static const TemplateArgumentList *argsOfClass(const FunctionDecl &FD) {
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  const auto *Spec =
      M ? dyn_cast<ClassTemplateSpecializationDecl>(M->getParent()) : nullptr;
  return Spec && Spec->isInStdNamespace() ? &Spec->getTemplateArgs() : nullptr;
}

static bool isFactory(const FunctionDecl &FD) {
  return FD.isInStdNamespace() &&
         (FD.getName() == "make_unique" || FD.getName() == "make_shared");
}

const CXXRecordDecl *madeInPlace(const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || !FD->getIdentifier())
    return nullptr;
  if (FD->getName().starts_with("emplace"))
    return classAt(argsOfClass(*FD), 0);
  return isFactory(*FD) ? classAt(FD->getTemplateSpecializationArgs(), 0)
                        : nullptr;
}

namespace {

/// Whether all arguments of Call, and nothing else, go to one constructor:
/// `emplace` of a map takes a key as well, and a polymorphic allocator may add
/// itself.
bool handsAllOn(const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || !FD->getIdentifier())
    return false;
  if (isFactory(*FD))
    return true;
  const auto *M = dyn_cast<CXXMethodDecl>(FD);
  const TemplateArgumentList *Args = argsOfClass(*FD);
  if (!Args || !M->getParent()->getIdentifier())
    return false;
  const StringRef Class = M->getParent()->getName(), Name = FD->getName();
  if (Class == "optional")
    return Name == "emplace";
  if (Name != "emplace_back" && Name != "emplace_front")
    return false;
  const CXXRecordDecl *Allocator = classAt(Args, 1);
  return (Class == "vector" || Class == "deque" || Class == "list") &&
         Allocator && Allocator->isInStdNamespace() &&
         Allocator->getName() == "allocator";
}

/// How sure it is that an argument can be given to a parameter. What cannot be
/// told is Maybe.
enum class Fit { No, Maybe, Exact };

/// An object of a class becomes another thing by itself only where it has a
/// conversion function.
bool convertsItself(const CXXRecordDecl &R) {
  if (!R.hasDefinition())
    return true;
  const auto Functions = R.getDefinition()->getVisibleConversionFunctions();
  return Functions.begin() != Functions.end();
}

Fit fitOf(const ASTContext &Context, const Expr &Arg, QualType Param) {
  const QualType A = Arg.getType();
  QualType P = Param;
  const bool Same = Context.hasSameUnqualifiedType(A, P.getNonReferenceType());
  if (const auto *Ref = P->getAs<ReferenceType>()) {
    P = Ref->getPointeeType();
    const bool Binds =
        isa<RValueReferenceType>(Ref)
            ? !Same || !Arg.isLValue()
            : P.isConstQualified() || (Arg.isLValue() && !A.isConstQualified());
    if (!Binds)
      return Fit::No;
  }
  if (Same)
    return Fit::Exact;
  if (const CXXRecordDecl *R = A->getAsCXXRecordDecl())
    return P->isRecordType() || convertsItself(*R) ? Fit::Maybe : Fit::No;
  const bool IsNumber = A->isArithmeticType() || A->isUnscopedEnumerationType();
  if (P->isEnumeralType())
    return Fit::No;
  if (P->isBooleanType())
    return A->isScopedEnumeralType() ? Fit::No : Fit::Maybe;
  if (P->isArithmeticType())
    return IsNumber ? Fit::Maybe : Fit::No;
  // A zero that was handed on is no null pointer any more.
  if (P->isPointerType() || P->isMemberPointerType())
    return IsNumber || A->isEnumeralType() ? Fit::No : Fit::Maybe;
  return Fit::Maybe;
}

bool takesAsMany(const FunctionDecl &FD, size_t N) {
  const bool HasPack = llvm::any_of(FD.parameters(), [](const ParmVarDecl *P) {
    return P->isParameterPack();
  });
  return HasPack || (FD.getMinRequiredArguments() <= N &&
                     (N <= FD.getNumParams() || FD.isVariadic()));
}

Fit fitOf(const ASTContext &Context, ArrayRef<const Expr *> Args,
          const CXXConstructorDecl &Ctor) {
  if (!takesAsMany(Ctor, Args.size()))
    return Fit::No;
  Fit Worst = Ctor.isVariadic() ? Fit::Maybe : Fit::Exact;
  for (unsigned I = 0; I < Args.size() && I < Ctor.getNumParams(); ++I)
    Worst = std::min(Worst,
                     fitOf(Context, *Args[I], Ctor.getParamDecl(I)->getType()));
  return Worst;
}

/// An object of the class is copied or moved, or something that may become one.
bool isCopied(ArrayRef<const Expr *> Args, const CXXRecordDecl &Class) {
  const CXXRecordDecl *Given =
      Args.size() == 1 ? Args[0]->getType()->getAsCXXRecordDecl() : nullptr;
  return Given && (convertsItself(*Given) ||
                   Given->getCanonicalDecl() == Class.getCanonicalDecl() ||
                   Given->getDefinition()->isDerivedFrom(&Class));
}

bool takesToken(const TokenIndex &Tokens, const FunctionDecl &FD) {
  return llvm::any_of(FD.parameters(), [&](const ParmVarDecl *P) {
    return Tokens.classify(P->getType()).Token;
  });
}

/// F is an instance of a template: what it makes may be the template's
/// argument, which this one constructor says nothing of.
bool isOfTemplate(const FunctionAnalysis &F) {
  for (const FunctionAnalysis *A = &F; A; A = A->outer())
    if (A->decl().isTemplateInstantiation())
      return true;
  return false;
}

} // namespace

const CXXConstructorDecl *constructorBehind(const FunctionAnalysis &F,
                                            const Expr &Call) {
  const CXXRecordDecl *Class = madeInPlace(Call);
  if (!Class || !Class->hasDefinition() || Class->isDependentContext() ||
      !handsAllOn(Call) || isOfTemplate(F))
    return nullptr;
  Class = Class->getDefinition();
  auto OneWithToken =
      llvm::find_if(Class->ctors(), [&](const CXXConstructorDecl *C) {
        return takesToken(F.tokens(), *C);
      });
  if (OneWithToken == Class->ctor_end())
    return nullptr;
  const SmallVector<const Expr *, 8> Args = writtenArgs(Call);
  if (isCopied(Args, *Class))
    return nullptr;
  SmallVector<const CXXConstructorDecl *, 4> Fitting, Exact;
  for (const NamedDecl *D : Class->lookup(OneWithToken->getDeclName())) {
    if (const auto *T = dyn_cast<FunctionTemplateDecl>(D)) {
      if (takesAsMany(*T->getTemplatedDecl(), Args.size()))
        return nullptr;
      continue;
    }
    const auto *C = dyn_cast<CXXConstructorDecl>(D);
    if (!C)
      return nullptr; // inherited ones
    if (C->isCopyOrMoveConstructor())
      continue;
    const Fit How = fitOf(F.context(), Args, *C);
    if (How != Fit::No)
      Fitting.push_back(C);
    if (How == Fit::Exact && !trailingRequires(*C))
      Exact.push_back(C);
  }
  // The call compiles: where only one is left, it is that one.
  if (Fitting.size() == 1)
    return Fitting.front();
  return Exact.size() == 1 ? Exact.front() : nullptr;
}

bool isBehind(const Sink &S, const Expr &Call) {
  return isa<CXXConstructorDecl>(S.Callee) && !isa<CXXConstructExpr>(Call);
}

} // namespace cancel_tidy
