// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CallResolver.h"
#include "checks/core/Charges.h"
#include "checks/core/Names.h"
#include "checks/core/OwnWork.h"
#include "checks/core/Unit.h"
#include "checks/core/WakeUps.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Config/llvm-config.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// The declaration that templates compare by: the pattern of an instance.
const FunctionDecl &pattern(const FunctionDecl &FD) {
  if (const FunctionDecl *P = FD.getTemplateInstantiationPattern(false))
    return *P;
  return FD;
}

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
    if (const Expr *Object = objectOf(Call)) {
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

const Expr *trailingRequires(const FunctionDecl &FD) {
#if LLVM_VERSION_MAJOR >= 21
  return FD.getTrailingRequiresClause().ConstraintExpr;
#else
  return FD.getTrailingRequiresClause();
#endif
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

/// F, or a function that holds it, is D or the pattern D came from.
bool isEnclosing(const FunctionAnalysis &F, const FunctionDecl &D) {
  for (const FunctionAnalysis *A = &F; A; A = A->outer())
    if (pattern(A->decl()).getCanonicalDecl() == pattern(D).getCanonicalDecl())
      return true;
  return false;
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

/// The call runs in the body of a library's forwarding template: what it calls
/// is decided by a template argument.
bool isForwardedCallee(const Expr &Call, const FunctionDecl &Callee) {
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&Call))
    if (Op->getOperator() == OO_Call) {
      const auto *Ref =
          dyn_cast<DeclRefExpr>(Op->getArg(0)->IgnoreParenImpCasts());
      const auto *M = dyn_cast<CXXMethodDecl>(&Callee);
      return !Ref || !M || M->getParent()->isLambda();
    }
  return false;
}

/// Whether no other body than Def's can run for the call, or none that is
/// likely to treat the token another way.
bool isDecided(const FunctionAnalysis &F, const Expr &Call,
               const CXXMethodDecl &Def) {
  if (!Def.isVirtual() || Def.hasAttr<FinalAttr>() ||
      Def.getParent()->hasAttr<FinalAttr>())
    return true;
  const Expr *Object = objectOf(Call);
  if (!Object)
    return true;
  if (const auto *Member = dyn_cast<MemberExpr>(
          cast<CallExpr>(Call).getCallee()->IgnoreParenImpCasts());
      Member && Member->hasQualifier())
    return true;
  // An implementation of an interface that calls itself. What a hook does
  // before somebody overrides it says nothing.
  return isa<CXXThisExpr>(Object->IgnoreParenImpCasts()) &&
         Def.size_overridden_methods() != 0 && F.unit().analysisOf(Def) &&
         !F.unit().analysisOf(Def)->body().calls().empty();
}

/// Whether the body that would get the token is seen to do nothing with it.
bool ignoresToken(const FunctionAnalysis &F, const Expr &Call, const Sink &S) {
  const FunctionDecl *Def = F.unit().bodyOf(*S.Callee);
  if (!Def || Def->isDependentContext() || Def->isDefaulted() ||
      S.Index >= Def->getNumParams())
    return false;
  if (const auto *M = dyn_cast<CXXMethodDecl>(Def);
      M && !isDecided(F, Call, *M))
    return false;
  const ParmVarDecl *P = Def->getParamDecl(S.Index);
  if (!P->getIdentifier())
    return true;
  const FunctionAnalysis *A = F.unit().analysisOf(*Def);
  if (!A || A->body().isBroken())
    return false;
  // `(void)token;` and the macros for it are no use.
  return llvm::all_of(A->body().references(), [&](const DeclRefExpr *R) {
    if (R->getDecl() != P)
      return true;
    const Stmt *Use = A->body().parent(R);
    while (isa_and_nonnull<ParenExpr, ImplicitCastExpr>(Use))
      Use = A->body().parent(Use);
    const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(Use);
    return Cast && Cast->getType()->isVoidType();
  });
}

} // namespace

/// The member of T's class that derives a token of the sink's class.
static std::string deriveMember(const FunctionAnalysis &F, const ReachToken &T,
                                const TokenUse &Param) {
  if (T.Use.Token->Derive.empty() || T.Use.Form != TokenForm::Value ||
      !T.Use.Record || !T.Use.Record->hasDefinition())
    return {};
  for (const CXXMethodDecl *M : T.Use.Record->getDefinition()->methods())
    if (M->getIdentifier() && M->getMinRequiredArguments() == 0 &&
        is_contained(T.Use.Token->Derive, M->getName()) &&
        (M->isConst() || !T.Use.IsConst) &&
        F.tokens().classify(M->getReturnType()).Record == Param.Record)
      return M->getName().str();
  return {};
}

/// Whether a way to Call, or from it, gives the root of T to something else. To
/// ask it something uses nothing up.
static bool isUsedUp(const FunctionAnalysis &F, const ReachToken &T,
                     const Expr &Call) {
  if (!isa<VarDecl>(T.Root))
    return false;
  const CFGBlock *Here = F.graph() ? F.graph()->blockOf(&Call) : nullptr;
  std::optional<FlowView> V;
  return llvm::any_of(F.body().references(), [&](const DeclRefExpr *R) {
    if (R->getDecl() != T.Root)
      return false;
    const auto *Member = dyn_cast_or_null<MemberExpr>(F.body().parent(R));
    const auto *Asked =
        Member ? dyn_cast_or_null<CallExpr>(F.body().parent(Member)) : nullptr;
    if (Asked && F.queryOf(*Asked).looks())
      return false;
    const CFGBlock *There = Here ? F.graph()->blockOf(R) : nullptr;
    if (!There || There == Here)
      return true;
    if (!V)
      V = F.view(/*Cancelled=*/false);
    return V->reachableFrom(Here->getBlockID()).test(There->getBlockID()) ||
           V->reachableFrom(There->getBlockID()).test(Here->getBlockID());
  });
}

Handover handover(const FunctionAnalysis &F, const ReachToken &T, const Sink &S,
                  const Expr *Call) {
  Handover H;
  const TokenUse &P = S.Param;
  const TokenUse &U = T.Use;
  if (!P.Token || !U.Token)
    return H;
  const bool SameClass =
      P.Record == U.Record ||
      (P.Record && U.Record && P.Record->hasDefinition() &&
       U.Record->hasDefinition() &&
       U.Record->getDefinition()->isDerivedFrom(P.Record->getDefinition()));
  if (!SameClass || (P.Form == TokenForm::Value && U.Form == TokenForm::Value &&
                     P.Token->SingleUse)) {
    std::string Derive = deriveMember(F, T, P);
    if (!Derive.empty() && P.Form == TokenForm::Value) {
      H.Fits = true;
      H.Text = T.Spelling + "." + Derive + "()";
      return H;
    }
    if (!SameClass)
      return H;
  }
  const bool WantsMutable =
      !P.IsConst &&
      ((P.Form == TokenForm::Value && P.IsReference) ||
       P.Form == TokenForm::Pointer || P.Form == TokenForm::RefWrapper);
  if (WantsMutable && U.IsConst)
    return H;
  H.Fits = true;
  const bool IsLvalue = T.From != ReachToken::Origin::Carrier ||
                        U.IsReference || T.Spelling.back() != ')';
  // An rvalue would have to be made, or the token given away.
  if (IsLvalue && P.Form == TokenForm::Value &&
      S.Callee->getParamDecl(S.Index)->getType()->isRValueReferenceType()) {
    H.WhyNot = "it takes an rvalue";
    return H;
  }
  auto MayBeNull = [&] { H.WhyNot = "'" + T.Spelling + "' may be null"; };
  // A single-use token that something else already consumed cannot be given
  // away twice.
  if (P.Token->SingleUse && Call && isUsedUp(F, T, *Call)) {
    H.WhyNot = "'" + T.Spelling + "' may be passed on only once";
    return H;
  }
  switch (U.Form) {
  case TokenForm::Value:
    if (P.Form == TokenForm::Pointer || P.Form == TokenForm::SmartPointer) {
      if (P.Form == TokenForm::Pointer && IsLvalue)
        H.Text = "&" + T.Spelling;
      else
        H.WhyNot = "it takes a pointer";
      return H;
    }
    if (WantsMutable && !IsLvalue)
      H.WhyNot = "it takes a reference";
    else
      H.Text = T.Spelling;
    return H;
  case TokenForm::Pointer:
    if (P.Form == TokenForm::Pointer)
      H.Text = T.Spelling;
    else
      MayBeNull();
    return H;
  case TokenForm::Optional:
    if (P.Form == TokenForm::Optional)
      H.Text = T.Spelling;
    else
      MayBeNull();
    return H;
  case TokenForm::RefWrapper:
    if (P.Form == TokenForm::Pointer)
      H.Text = "&" + T.Spelling + ".get()";
    else if (P.Form == TokenForm::SmartPointer)
      H.WhyNot = "it takes a pointer";
    else
      H.Text = T.Spelling;
    return H;
  case TokenForm::SmartPointer:
    if (P.Form == TokenForm::SmartPointer)
      H.Text = T.Spelling;
    else if (P.Form == TokenForm::Pointer)
      H.Text = T.Spelling + ".get()";
    else
      MayBeNull();
    return H;
  }
  return H;
}

std::optional<Atom> demandOf(const Sink &S) {
  if (!S.Param.Token->IsContext)
    return std::nullopt;
  return Atom{usrOf(*S.Callee->getCanonicalDecl()), FactKind::MayLook,
              /*WhenUndefined=*/true, S.Callee->getNameAsString()};
}

std::optional<Sink> findSink(const FunctionAnalysis &F, const Expr &Call) {
  const TokenIndex &Tokens = F.tokens();
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || FD->isImplicit() || FD->getBuiltinID() != 0 ||
      isa<CXXDestructorDecl, CXXConversionDecl>(FD))
    return std::nullopt;
  if (FD->isOverloadedOperator() && FD->getOverloadedOperator() != OO_Call)
    return std::nullopt;
  if (const auto *New = dyn_cast<CXXConstructExpr>(&Call)) {
    if (New->getConstructor()->isCopyOrMoveConstructor() ||
        Tokens.classify(New->getType()).Token ||
        Tokens.roleOf(New->getType()).Source)
      return std::nullopt;
    // The object slot of a base or a delegating constructor is fine; one made
    // by the compiler (an array's elements, a defaulted base) is not.
    if (New->getType()->isArrayType() ||
        (New->getParenOrBraceRange().isInvalid() && New->getNumArgs() == 0 &&
         New->getLocation().isInvalid()))
      return std::nullopt;
  }
  // What the token itself, or a source, is asked.
  if (Tokens.queryOf(Call))
    return std::nullopt;
  if (isForwardedCallee(Call, *FD) || isEnclosing(F, *FD))
    return std::nullopt;

  const SmallVector<const Expr *, 8> Args = writtenArgs(Call);
  for (const Expr *A : Args)
    if (F.reach().handsOn(A))
      return std::nullopt;
  if (const Expr *Object = objectOf(Call)) {
    if (Tokens.classify(Object->IgnoreParenImpCasts()->getType()).Token)
      return std::nullopt;
    if (!isa<CXXThisExpr>(Object->IgnoreParenImpCasts()) &&
        F.reach().handsOn(Object))
      return std::nullopt;
  }

  // A defaulted parameter that takes a token.
  const unsigned First =
      isa<CXXOperatorCallExpr>(&Call) && isa<CXXMethodDecl>(FD) ? 1 : 0;
  auto Defaulted = [&](unsigned I) {
    if (const auto *C = dyn_cast<CallExpr>(&Call))
      return I + First < C->getNumArgs() &&
             isa<CXXDefaultArgExpr>(C->getArg(I + First));
    if (const auto *C = dyn_cast<CXXConstructExpr>(&Call))
      return I < C->getNumArgs() && isa<CXXDefaultArgExpr>(C->getArg(I));
    return false;
  };
  for (unsigned I = 0; I < FD->getNumParams(); ++I) {
    TokenUse Use = Tokens.classify(FD->getParamDecl(I)->getType());
    if (!Use)
      continue;
    if (!Defaulted(I))
      return std::nullopt; // given, if only as an opt-out
    Sink Found{FD, I, Use, false};
    if (ignoresToken(F, Call, Found))
      return std::nullopt;
    return Found;
  }

  // An overload with one token more.
  const FunctionDecl &Now = pattern(*FD);
  const auto *NowMethod = dyn_cast<CXXMethodDecl>(&Now);
  for (const NamedDecl *D : candidates(Call, *FD)) {
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
      Index = oneTokenMore(Tokens, *FD, *Then);
    if (!Index)
      continue;
    if (!isUsable(*Then) || !isAccessible(*Then, F) || isEnclosing(F, *Then) ||
        !sameConstraints(F.context(), Now, *Then))
      continue;
    if (!resultFits(F, Call, Then->isTemplated() ? Now : *FD, *Then) &&
        !resultFits(F, Call, Now, *Then))
      continue;
    if (const auto *ThenMethod = dyn_cast<CXXMethodDecl>(Then)) {
      if (!NowMethod || ThenMethod->isStatic() != NowMethod->isStatic())
        continue;
      if (!ThenMethod->isStatic() && !isa<CXXConstructorDecl>(ThenMethod) &&
          !ThenMethod->isConst() &&
          (NowMethod->isConst() || isConstObject(Call)) && isConstObject(Call))
        continue;
      if (ThenMethod->getRefQualifier() != NowMethod->getRefQualifier())
        continue;
    }
    if (const auto *C = dyn_cast<CXXConstructorDecl>(Then))
      if (C->isExplicit())
        if (const auto *New = dyn_cast<CXXConstructExpr>(&Call);
            New && New->isListInitialization() &&
            !isa<CXXTemporaryObjectExpr>(New))
          continue;
    // Declared in front of the call? Class scope has no order.
    if (!isa<CXXRecordDecl>(Then->getDeclContext()) &&
        F.sources().isBeforeInTranslationUnit(
            Call.getBeginLoc(), Then->getFirstDecl()->getLocation()))
      continue;
    Sink Found{Then, *Index,
               Tokens.classify(Then->getParamDecl(*Index)->getType()), true};
    if (ignoresToken(F, Call, Found))
      continue;
    return Found;
  }
  return std::nullopt;
}

/// A static local is made once, for all callers: the token of the first one is
/// not for it.
static bool isInStaticInitialiser(const FunctionAnalysis &F, const Expr &Call) {
  for (const Stmt *P = F.body().parent(&Call); P; P = F.body().parent(P))
    if (const auto *D = dyn_cast<DeclStmt>(P))
      return D->isSingleDecl() && isa<VarDecl>(D->getSingleDecl()) &&
             cast<VarDecl>(D->getSingleDecl())->isStaticLocal();
  return false;
}

std::vector<UnforwardedCall> unforwardedCalls(const FunctionAnalysis &F) {
  std::vector<UnforwardedCall> Out;
  if (!F.isJudged())
    return Out;
  for (const Expr *Call : F.body().calls()) {
    std::optional<Sink> S = findSink(F, *Call);
    if (!S)
      continue;
    std::vector<ReachToken> Tokens = F.reach().at(Call);
    auto Best = llvm::find_if(
        Tokens, [&](const ReachToken &T) { return handover(F, T, *S).Fits; });
    if (Best == Tokens.end())
      continue;
    if (Best->From == ReachToken::Origin::Field) {
      // `*this` already holds a member's token.
      const Expr *Object = objectOf(*Call);
      if (Object && isa<CXXThisExpr>(Object->IgnoreParenImpCasts()))
        continue;
      // Who stops the object wakes those who wait for this: `units_.broken()`.
      if ((Object && isWokenFromOutside(F, *Object)) ||
          llvm::any_of(writtenArgs(*Call), [&](const Expr *A) {
            return isWokenFromOutside(F, *A);
          }))
        continue;
    }
    const FunctionDecl *Callee = calleeOf(*Call);
    if (isInStaticInitialiser(F, *Call) || F.isShielded(Call) ||
        isFutureDropped(F, *Call) || isFutureGuarded(F, *Call) ||
        (Callee->getIdentifier() && namesCleanup(Callee->getName())))
      continue; // cleaning up has to be done, cancelled or not
    const CostClass Listed = F.costs().listed(*Call);
    Out.push_back({Call, *S, *Best,
                   Listed == CostClass::Blocking &&
                       !TokenIndex::isAnnotated(*calleeOf(*Call), "blocking")});
  }
  // Of `query(sql).rows()` the first call says it all.
  SmallPtrSet<const Stmt *, 8> All;
  for (const UnforwardedCall &U : Out)
    All.insert(U.Call);
  llvm::erase_if(Out, [&](const UnforwardedCall &U) {
    const Expr *Object = objectOf(*U.Call);
    return Object &&
           anyWithin(Object, [&](const Stmt &S) { return All.contains(&S); });
  });
  return Out;
}

SourceLocation calleeLocation(const Expr &E) {
  if (const auto *Call = dyn_cast<CallExpr>(&E)) {
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call))
      return Op->getArg(0)->getExprLoc();
    const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
    if (const auto *M = dyn_cast<MemberExpr>(Callee))
      return M->getMemberLoc();
    if (const auto *R = dyn_cast<DeclRefExpr>(Callee))
      return R->getLocation();
    return Callee->getExprLoc();
  }
  return E.getExprLoc();
}

std::string calleeName(const Expr &E) {
  const FunctionDecl *FD = calleeOf(E);
  if (!FD)
    return "callable";
  if (const auto *M = dyn_cast<CXXMethodDecl>(FD)) {
    const CXXRecordDecl *R = M->getParent();
    if (isa<CXXConstructorDecl>(M))
      return R->getNameAsString();
    if (M->isOverloadedOperator() && !R->isLambda())
      return R->getNameAsString() + "::" + M->getNameAsString();
  }
  return FD->getNameAsString();
}

} // namespace cancel_tidy
