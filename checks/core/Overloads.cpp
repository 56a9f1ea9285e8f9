// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Overloads.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Config/llvm-config.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

const FunctionDecl &patternOf(const FunctionDecl &FD) {
  if (const FunctionDecl *P = FD.getTemplateInstantiationPattern(false))
    return *P;
  return FD;
}

const Expr *trailingRequires(const FunctionDecl &FD) {
#if LLVM_VERSION_MAJOR >= 21
  return FD.getTrailingRequiresClause().ConstraintExpr;
#else
  return FD.getTrailingRequiresClause();
#endif
}

namespace {

bool sameType(const ASTContext &Ctx, QualType A, QualType B) {
  return Ctx.hasSameType(A.getUnqualifiedType(), B.getUnqualifiedType());
}

/// Whether With's parameters are Without's plus one token; gives its index.
std::optional<unsigned> oneTokenMore(const TokenIndex &Tokens,
                                     const FunctionDecl &Without,
                                     const FunctionDecl &With) {
  const unsigned N = Without.getNumParams();
  if (With.getNumParams() != N + 1 || Without.isVariadic() != With.isVariadic())
    return std::nullopt;
  const ASTContext &Ctx = Tokens.context();
  for (unsigned Extra = 0; Extra <= N; ++Extra) {
    if (!Tokens.classify(With.getParamDecl(Extra)->getType()).Token)
      continue;
    bool Same = true;
    for (unsigned I = 0; Same && I < N; ++I)
      Same = sameType(Ctx, Without.getParamDecl(I)->getType(),
                      With.getParamDecl(I < Extra ? I : I + 1)->getType());
    if (Same)
      return Extra;
  }
  return std::nullopt;
}

bool isUsable(const FunctionDecl &FD) {
  return !FD.isDeleted() && !FD.isInvalidDecl() &&
         !FD.hasAttr<DeprecatedAttr>() && !FD.hasAttr<UnavailableAttr>();
}

bool isAccessible(const FunctionDecl &FD, const FunctionAnalysis &F) {
  if (FD.getAccess() == AS_public || FD.getAccess() == AS_none)
    return true;
  const auto *Member = dyn_cast<CXXMethodDecl>(&FD);
  if (!Member)
    return true;
  // Friends that are functions, or classes around this one.
  const CXXRecordDecl *Owner = Member->getParent();
  if (Owner->hasDefinition())
    for (const FriendDecl *Friend : Owner->getDefinition()->friends()) {
      const Decl *To = Friend->getFriendDecl();
      if (const auto *T = dyn_cast_or_null<TemplateDecl>(To))
        To = T->getTemplatedDecl();
      if (const TypeSourceInfo *T = Friend->getFriendType())
        To = T->getType()->getAsCXXRecordDecl();
      for (const DeclContext *DC = &F.decl(); To && DC; DC = DC->getParent())
        if (cast<Decl>(DC)->getCanonicalDecl() == To->getCanonicalDecl())
          return true;
    }
  for (const DeclContext *DC = &F.decl(); DC; DC = DC->getParent())
    if (const auto *R = dyn_cast<CXXRecordDecl>(DC)) {
      if (R->getCanonicalDecl() == Member->getParent()->getCanonicalDecl())
        return true;
      if (FD.getAccess() == AS_protected && R->hasDefinition() &&
          R->getDefinition()->isDerivedFrom(Member->getParent()))
        return true;
    }
  return false;
}

bool isUnused(const FunctionAnalysis &F, const Expr &Call) {
  const Stmt *P = F.body().parent(&Call);
  const Stmt *Child = &Call;
  while (isa_and_nonnull<ExprWithCleanups, CXXBindTemporaryExpr,
                         MaterializeTemporaryExpr>(P)) {
    Child = P;
    P = F.body().parent(P);
  }
  if (isa_and_nonnull<CompoundStmt>(P))
    return true;
  if (const auto *If = dyn_cast_or_null<IfStmt>(P))
    return If->getCond() != Child;
  if (const auto *For = dyn_cast_or_null<ForStmt>(P))
    return For->getCond() != Child;
  if (const auto *While = dyn_cast_or_null<WhileStmt>(P))
    return While->getCond() != Child;
  return false;
}

/// "Unrelated in return type": the caller would see another thing.
bool resultFits(const FunctionAnalysis &F, const Expr &Call,
                const FunctionDecl &Now, const FunctionDecl &Then) {
  if (isa<CXXConstructorDecl>(Now))
    return true;
  QualType A = Now.getReturnType(), B = Then.getReturnType();
  if (sameType(F.context(), A, B))
    return true;
  // cv.wait() gives nothing, cv.wait(token) a bool.
  return isUnused(F, Call) &&
         (B->isVoidType() || B->isArithmeticType() || B->isEnumeralType()) &&
         (A->isVoidType() || A->isArithmeticType() || A->isEnumeralType());
}

void lookupMembers(const CXXRecordDecl &R, DeclarationName Name,
                   SmallVectorImpl<const NamedDecl *> &Out, unsigned Depth) {
  if (!R.hasDefinition() || Depth > 8)
    return;
  auto Found = R.getDefinition()->lookup(Name);
  if (!Found.empty()) {
    // A name here hides the bases' (using-declarations bring them back).
    for (const NamedDecl *D : Found)
      Out.push_back(D);
    return;
  }
  for (const CXXBaseSpecifier &Base : R.getDefinition()->bases())
    if (const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl())
      lookupMembers(*B, Name, Out, Depth + 1);
}

SmallVector<const NamedDecl *, 8> candidates(const Expr &Call,
                                             const FunctionDecl &Callee) {
  SmallVector<const NamedDecl *, 8> Out;
  if (const auto *M = dyn_cast<CXXMethodDecl>(&Callee)) {
    const CXXRecordDecl *R = M->getParent();
    if (const Expr *Object =
            isa<CXXConstructorDecl>(M) ? nullptr : objectOf(Call)) {
      QualType T = Object->IgnoreImpCasts()->getType();
      if (T->isPointerType())
        T = T->getPointeeType();
      if (const CXXRecordDecl *Static = T->getAsCXXRecordDecl())
        R = Static;
    }
    lookupMembers(*R, Callee.getDeclName(), Out, 0);
  } else {
    for (const NamedDecl *D :
         Callee.getDeclContext()->getRedeclContext()->lookup(
             Callee.getDeclName()))
      Out.push_back(D);
  }
  for (const NamedDecl *&D : Out)
    if (const auto *Shadow = dyn_cast<UsingShadowDecl>(D))
      D = Shadow->getTargetDecl();
  return Out;
}

/// Whether Then asks nothing of its template arguments that Now does not:
/// whether they satisfy more cannot be told without instantiating.
bool sameConstraints(const ASTContext &Ctx, const FunctionDecl &Now,
                     const FunctionDecl &Then) {
  const FunctionTemplateDecl *A = Now.getDescribedFunctionTemplate();
  const FunctionTemplateDecl *B = Then.getDescribedFunctionTemplate();
  if (A && B &&
      !Ctx.isSameTemplateParameterList(A->getTemplateParameters(),
                                       B->getTemplateParameters()))
    return false;
  const Expr *Asks = trailingRequires(Then);
  return !Asks || Ctx.isSameConstraintExpr(trailingRequires(Now), Asks);
}

bool isConstObject(const Expr &Call) {
  const Expr *Object = objectOf(Call);
  if (!Object)
    return false;
  QualType T = Object->IgnoreParenImpCasts()->getType();
  if (T->isPointerType())
    T = T->getPointeeType();
  return T.isConstQualified();
}

/// Whether nothing but the token stands against calling Then as Now is called.
bool mayReplace(const FunctionAnalysis &F, const Expr &Call,
                const FunctionDecl &Callee, const FunctionDecl &Then) {
  const FunctionDecl &Now = patternOf(Callee);
  if (!isUsable(Then) || !isAccessible(Then, F) ||
      !sameConstraints(F.context(), Now, Then))
    return false;
  if (!resultFits(F, Call, Then.isTemplated() ? Now : Callee, Then) &&
      !resultFits(F, Call, Now, Then))
    return false;
  if (const auto *ThenMethod = dyn_cast<CXXMethodDecl>(&Then)) {
    const auto *NowMethod = dyn_cast<CXXMethodDecl>(&Now);
    if (!NowMethod || ThenMethod->isStatic() != NowMethod->isStatic() ||
        ThenMethod->getRefQualifier() != NowMethod->getRefQualifier())
      return false;
    if (!ThenMethod->isStatic() && !isa<CXXConstructorDecl>(ThenMethod) &&
        !ThenMethod->isConst() && isConstObject(Call))
      return false;
  }
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(&Then);
      Ctor && Ctor->isExplicit())
    if (const auto *New = dyn_cast<CXXConstructExpr>(&Call);
        New && New->isListInitialization() && !isa<CXXTemporaryObjectExpr>(New))
      return false;
  // Declared in front of the call? Class scope has no order.
  return isa<CXXRecordDecl>(Then.getDeclContext()) ||
         !F.sources().isBeforeInTranslationUnit(
             Call.getBeginLoc(), Then.getFirstDecl()->getLocation());
}

} // namespace

std::optional<Sink>
overloadWithToken(const FunctionAnalysis &F, const Expr &Call,
                  const FunctionDecl &Callee,
                  function_ref<bool(const Sink &)> Accepts) {
  const TokenIndex &Tokens = F.tokens();
  const FunctionDecl &Now = patternOf(Callee);
  for (const NamedDecl *D : candidates(Call, Callee)) {
    const auto *Template = dyn_cast<FunctionTemplateDecl>(D);
    const auto *Then =
        Template ? Template->getTemplatedDecl() : dyn_cast<FunctionDecl>(D);
    if (!Then || Then->getCanonicalDecl() == Now.getCanonicalDecl())
      continue;
    const FunctionTemplateDecl *NowTemplate =
        Now.getDescribedFunctionTemplate();
    if (!Template != !NowTemplate)
      continue;
    if (Template && Template->getTemplateParameters()->size() !=
                        NowTemplate->getTemplateParameters()->size())
      continue;
    // The callee may be a member of an instance while the lookup found the
    // same instance's members: compare those, not the class's pattern.
    std::optional<unsigned> Index = oneTokenMore(Tokens, Now, *Then);
    if (!Index && !Template)
      Index = oneTokenMore(Tokens, Callee, *Then);
    if (!Index)
      continue;
    if (!mayReplace(F, Call, Callee, *Then))
      continue;
    Sink Found{Then, *Index,
               Tokens.classify(Then->getParamDecl(*Index)->getType()), true};
    if (Accepts(Found))
      return Found;
  }
  return std::nullopt;
}

} // namespace cancel_tidy
