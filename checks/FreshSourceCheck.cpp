// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/FreshSourceCheck.h"
#include "checks/core/CallResolver.h"
#include "checks/core/Derivation.h"
#include "checks/core/FixBuilder.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo FreshSourceCheck::Info = {
    "cancel-fresh-source",
    "Finds new cancellation sources that are not linked to the token in reach "
    "although callees get their token.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<FreshSourceCheck>();
    },
    Guideline::PassOn,
    "C#: CC029; Go: contextcheck, gosec G118, S8239"};

namespace {

/// The nearest token in reach at S of that type, which Own does not give.
std::optional<ReachToken> outerToken(const FunctionAnalysis &F, const Stmt *S,
                                     const TokenType *Type, const Derivation &D,
                                     const ValueDecl *Own) {
  for (ReachToken &T : F.reach().at(S)) {
    // An object may well cancel what it runs apart from itself.
    const bool Owned = T.From == ReachToken::Origin::Field &&
                       T.Use.Token->IsSource && !T.Use.IsReference &&
                       T.Use.Form == TokenForm::Value;
    if (T.Use.Token == Type && !Owned && T.Root != Own && D.same(T.Root) != Own)
      return std::move(T);
  }
  return std::nullopt;
}

/// The call that only gets the fresh token; null where there is none, or where
/// more happens to the token than can be seen.
const TokenReceiver *onlyFresh(const std::vector<TokenReceiver> &All,
                               const Derivation &D, const ReachToken &Outer) {
  const TokenReceiver *Found = nullptr;
  for (const TokenReceiver &R : All) {
    if (!R.Call || R.Fallback)
      return nullptr;
    const bool GetsOuter =
        llvm::any_of(writtenArgs(*R.Call), [&](const Expr *A) {
          return anyWithin(A, [&](const Stmt &S) {
            const auto *E = dyn_cast<Expr>(&S);
            return E && !isa<CallExpr>(E) && D.tokenOf(E) == D.same(Outer.Root);
          });
        });
    // chain(operation, timeout.token()): a helper that ties the one to the
    // other
    const bool TiesSources =
        llvm::any_of(writtenArgs(*R.Call), [&](const Expr *A) {
          const ValueDecl *V = D.tokenOf(A);
          const LocalToken *Other = V ? D.find(V) : nullptr;
          return Other && Other->IsSource && V != D.tokenOf(R.Token);
        });
    if (!Found && !GetsOuter && !TiesSources && !R.In->isShielded(R.Call))
      Found = &R;
  }
  return Found;
}

/// The function of the source's class that makes one linked to a token.
std::string linkFunction(const LocalToken &T, const ReachToken &Outer) {
  const CXXRecordDecl *R = T.Var->getType()->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition())
    return {};
  const std::string Prefix = qualifiedName(*R) + "::";
  for (llvm::StringRef Name : T.Model->Functions.Combine) {
    if (!Name.consume_front(Prefix))
      continue;
    for (const Decl *Member : R->getDefinition()->decls()) {
      const auto *Template = dyn_cast<FunctionTemplateDecl>(Member);
      const auto *FD = Template ? Template->getTemplatedDecl()
                                : dyn_cast<FunctionDecl>(Member);
      if (!FD || !FD->getIdentifier() || FD->getName() != Name ||
          FD->getNumParams() == 0 || FD->getMinRequiredArguments() > 1)
        continue;
      QualType P = FD->getParamDecl(0)->getType();
      if (P->isLValueReferenceType() &&
          !P->getPointeeType().isConstQualified() &&
          !P->getPointeeType()->isDependentType() &&
          (Outer.Use.IsConst || Outer.From == ReachToken::Origin::Carrier))
        continue;
      return Name.str();
    }
  }
  return {};
}

/// Links T where its family can say so at the declaration.
std::optional<Fix> linkFix(const LocalToken &T, const ReachToken &Outer) {
  const FunctionAnalysis &F = *T.Home;
  if (!Outer.NeedsCapture.empty() || Outer.Use.Form != TokenForm::Value)
    return std::nullopt;
  const RecordRole Role = F.tokens().roleOf(T.Var->getType());
  if (!Role.Source)
    return std::nullopt;
  std::string Text;
  if (Role.Source->LinkedByConstructor) {
    Text = "(" + Outer.Spelling + ")";
  } else if (std::string Link = linkFunction(T, Outer); !Link.empty()) {
    const TypeSourceInfo *Written = T.Var->getTypeSourceInfo();
    std::string Type = Role.Source->Type;
    if (Written && !T.Var->getType()->getContainedAutoType())
      Type =
          Lexer::getSourceText(
              CharSourceRange::getTokenRange(
                  Written->getTypeLoc().getUnqualifiedLoc().getSourceRange()),
              F.sources(), F.context().getLangOpts())
              .str();
    if (Type.empty())
      return std::nullopt;
    Text = " = " + Type + "::" + Link + "(" + Outer.Spelling + ")";
  } else {
    return std::nullopt;
  }
  const LangOptions &Lang = F.context().getLangOpts();
  if (T.Var->getLocation().isMacroID() || T.Var->getEndLoc().isMacroID())
    return std::nullopt;
  auto Edit = replaceText(
      F,
      CharSourceRange::getCharRange(
          Lexer::getLocForEndOfToken(T.Var->getLocation(), 0, F.sources(),
                                     Lang),
          Lexer::getLocForEndOfToken(T.Var->getEndLoc(), 0, F.sources(), Lang)),
      Text);
  if (!Edit)
    return std::nullopt;
  Fix Result;
  Result.Description =
      "link '" + T.Var->getNameAsString() + "' to '" + Outer.Spelling + "'";
  Result.Edits.push_back(*Edit);
  return Result;
}

/// Puts the token in reach in the place of another one.
std::optional<Fix> replaceFix(const FunctionAnalysis &F, const Expr &Other,
                              const ReachToken &Outer,
                              std::string Description) {
  if (!Outer.NeedsCapture.empty() || Outer.Use.Form != TokenForm::Value)
    return std::nullopt;
  auto Edit =
      replaceText(F, CharSourceRange::getTokenRange(Other.getSourceRange()),
                  Outer.Spelling);
  if (!Edit)
    return std::nullopt;
  Fix Result;
  Result.Description = std::move(Description);
  Result.Edits.push_back(*Edit);
  return Result;
}

Finding report(const FunctionAnalysis &F, SourceLocation Where,
               const TokenModel *Model, const ReachToken &Outer,
               const TokenReceiver &To, const std::string &What,
               const std::string &Advice) {
  Finding Found = makeFinding(F, FreshSourceCheck::Info.Id, Where, Model);
  const std::string Callee = calleeName(*To.Call);
  Found.CostRank = 1;
  Found.Message = "cancelling '" + Outer.Spelling + "' does not reach '" +
                  Callee + "', which gets " + What + "; " + Advice;
  Found.Notes.push_back(tokenNote(F, Outer));
  Found.Notes.push_back(makeNote(*To.In, calleeLocation(*To.Call),
                                 "'" + Callee + "' gets its token here"));
  return Found;
}

/// Whether some call gets both, or a callback that holds the one and the other:
/// `outer.subscribe([&inner] { ... })`, `chain(inner, outer)`.
bool meetInCall(const Derivation &D, const VarDecl &Inner,
                const ReachToken &Outer) {
  auto Names = [](const Expr &Call, const ValueDecl *Wanted) {
    return anyWithin(&Call,
                     [&](const Stmt &S) { return variableOf(&S) == Wanted; });
  };
  return llvm::any_of(D.bodies(), [&](const FunctionAnalysis *In) {
    return llvm::any_of(In->body().calls(), [&](const Expr *Call) {
      const Query Q = In->tokens().queryOf(*Call);
      if (!Names(*Call, &Inner))
        return false;
      return Q.Kind == QueryKind::Register
                 ? Q.Object && Names(*Q.Object, Outer.Root)
                 : !Q && Names(*Call, Outer.Root);
    });
  });
}

void judgeLocal(const Derivation &D, const LocalToken &T,
                std::vector<Finding> &Out) {
  const FunctionAnalysis &F = *T.Home;
  if (T.From != LocalToken::Origin::Fresh || T.Escapes || !F.isJudged() ||
      TokenIndex::isAnnotated(*T.Var, "uncancellable") ||
      T.Var->getIdentifier() == nullptr)
    return;
  auto Outer = outerToken(
      F, T.Decl, tokenGivenBy(F.tokens(), T.Var->getType()).Token, D, T.Var);
  if (!Outer || (T.IsRequested && D.isMentioned(Outer->Root)) ||
      F.isShielded(T.Decl) || meetInCall(D, *T.Var, *Outer))
    return;
  std::vector<TokenReceiver> All = D.receivers(T.Var);
  const TokenReceiver *To = onlyFresh(All, D, *Outer);
  if (!To)
    return;
  const std::string Name = "'" + T.Var->getNameAsString() + "'";
  const Expr *None =
      T.IsSource ? nullptr : noneBelow(F.tokens(), *T.Var->getInit());
  Finding Found =
      report(F, T.Var->getLocation(), T.Model, *Outer, *To,
             None ? Name + ", derived from none"
                  : "the token of the new source " + Name,
             None ? "derive it from '" + Outer->Spelling + "'" : "link them");
  auto Fixed = None ? replaceFix(F, *None, *Outer,
                                 "derive it from '" + Outer->Spelling + "'")
                    : linkFix(T, *Outer);
  if (Fixed)
    Found.Fixes.push_back(std::move(*Fixed));
  else if (!None && !T.Model->Registrations.empty())
    Found.Notes.push_back(makeNote(
        F, T.Var->getLocation(),
        "no automatic fix: a '" + T.Model->Registrations.front() + "' on '" +
            Outer->Spelling + "' that requests " + Name + " would link them"));
  Out.push_back(std::move(Found));
}

/// client.get(Context().WithDeadline(soon))
void judgeTemporary(const Derivation &D, const FunctionAnalysis &F,
                    const Expr &Made, std::vector<Finding> &Out) {
  const Expr *None = noneBelow(F.tokens(), Made);
  if (!None || !F.isJudged())
    return;
  auto Outer = outerToken(
      F, &Made, tokenGivenBy(F.tokens(), Made.getType()).Token, D, nullptr);
  if (!Outer || F.isShielded(&Made))
    return;
  std::vector<TokenReceiver> All = D.receivers(F, Made);
  const TokenReceiver *To = onlyFresh(All, D, *Outer);
  if (!To)
    return;
  Finding Found = report(F, None->getBeginLoc(), F.tokens().queryOf(Made).Model,
                         *Outer, *To, "a token derived from none",
                         "derive it from '" + Outer->Spelling + "'");
  if (auto Fixed = replaceFix(F, *None, *Outer,
                              "derive it from '" + Outer->Spelling + "'"))
    Found.Fixes.push_back(std::move(*Fixed));
  Out.push_back(std::move(Found));
}

/// Whether E is a source that is made on the spot, of nothing: who made it has
/// no name to request it by.
bool isNamelessSource(const FunctionAnalysis &F, const Expr &E) {
  const auto *Made = dyn_cast<CXXConstructExpr>(bareToken(&E));
  if (!Made || !Made->getConstructor()->isDefaultConstructor())
    return false;
  const SourceType *Source = F.tokens().roleOf(Made->getType()).Source;
  return Source && !Source->RequestsItself;
}

/// fetch(url, std::stop_source().get_token())
void judgeNameless(const Derivation &D, const FunctionAnalysis &F,
                   const Expr &Given, const Query &Q,
                   std::vector<Finding> &Out) {
  if (!F.isJudged() || !isNamelessSource(F, *Q.Object))
    return;
  auto Outer = outerToken(
      F, &Given, tokenGivenBy(F.tokens(), Given.getType()).Token, D, nullptr);
  if (!Outer || F.isShielded(&Given))
    return;
  std::vector<TokenReceiver> All = D.receivers(F, Given);
  const TokenReceiver *To = onlyFresh(All, D, *Outer);
  if (!To)
    return;
  Finding Found = report(F, Given.getBeginLoc(), Q.Model, *Outer, *To,
                         "the token of a source that nobody can request",
                         "pass '" + Outer->Spelling + "'");
  if (auto Fixed =
          replaceFix(F, Given, *Outer, "pass '" + Outer->Spelling + "'"))
    Found.Fixes.push_back(std::move(*Fixed));
  Out.push_back(std::move(Found));
}

/// Whether E is the object of another one that derives from it.
bool isDerivedFurther(const FunctionAnalysis &F, const Expr &E) {
  for (const Stmt *P = F.body().parent(&E); isa_and_nonnull<Expr>(P);
       P = F.body().parent(P)) {
    if (isa<MemberExpr>(P))
      return true;
    if (isa<CallExpr, CXXConstructExpr>(P))
      return false;
  }
  return false;
}

} // namespace

std::vector<Finding>
FreshSourceCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  // Lambdas are judged with the function that holds them.
  if (F.outer())
    return Out;
  const Derivation D(F);
  for (const LocalToken &T : D.locals())
    judgeLocal(D, T, Out);
  for (const FunctionAnalysis *In : D.bodies())
    for (const Expr *Call : In->body().calls()) {
      const Query Q = In->tokens().queryOf(*Call);
      if (Q.Kind == QueryKind::Derive && !isDerivedFurther(*In, *Call))
        judgeTemporary(D, *In, *Call, Out);
      else if (Q.Kind == QueryKind::GetToken && Q.Object)
        judgeNameless(D, *In, *Call, Q, Out);
    }
  return Out;
}

} // namespace cancel_tidy
