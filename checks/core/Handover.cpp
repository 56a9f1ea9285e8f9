// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether a token in reach can be given to a sink, and how that is written.
#include "checks/core/CallResolver.h"
#include "checks/core/Unit.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

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

static const Stmt *loopAround(const FunctionBody &Body, const Stmt *S) {
  for (S = Body.parent(S); S; S = Body.parent(S))
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S))
      return S;
  return nullptr;
}

/// Whether a part of T is taken already where Call stands, and given to nobody:
/// `scope.Next();` at the end of a round.
static bool stepsAnyway(const FunctionAnalysis &F, const ReachToken &T,
                        const Expr &Call) {
  const FunctionBody &Body = F.body();
  return llvm::any_of(Body.calls(), [&](const Expr *Other) {
    const Query Q = F.queryOf(*Other);
    if (Q.Kind != QueryKind::Derive || !Q.Object ||
        variableOf(Q.Object) != T.Root ||
        loopAround(Body, Other) != loopAround(Body, &Call))
      return false;
    const Stmt *P = Body.parent(Other);
    while (isa_and_nonnull<FullExpr, CXXBindTemporaryExpr>(P))
      P = Body.parent(P);
    return isa_and_nonnull<CompoundStmt>(P);
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
      // Ranges are handed out one after the other, by one thread.
      if (F.body().lambda() && T.Root->getDeclContext() != &F.decl())
        H.WhyNot = "'" + T.Spelling + "' may be asked by several threads here";
      else if (Call && stepsAnyway(F, T, *Call))
        H.WhyNot = "'" + T.Spelling + "." + Derive +
                   "()' is called here already, for nobody";
      else
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
  if (WantsMutable && U.IsConst) {
    // A copy of a context is cancelled with it.
    H.Fits = P.Form == TokenForm::Value && P.Token->IsContext && U.Record &&
             U.Record->hasDefinition() &&
             U.Record->getDefinition()->hasSimpleCopyConstructor();
    H.WhyNot = "it takes a reference; pass a copy of '" + T.Spelling + "'";
    return H;
  }
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

} // namespace cancel_tidy
