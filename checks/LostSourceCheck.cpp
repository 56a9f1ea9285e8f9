// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/LostSourceCheck.h"
#include "checks/core/Escape.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/Unit.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo LostSourceCheck::Info = {
    "cancel-lost-source",
    "Finds sources that hand out tokens and that nobody can ever request.",
    /*DefaultOn=*/true,
    FixKind::None,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<LostSourceCheck>();
    },
    Guideline::Own,
    "Go: lostcancel, gosec G118, S8188"};

namespace {

/// The model of T, a class whose objects are sources and nothing else; null
/// where T is none, or requests by itself.
const TokenModel *sourceModel(const FunctionAnalysis &F, QualType T) {
  if (T->isReferenceType() || T->isPointerType() || !T->getAsCXXRecordDecl())
    return nullptr;
  const CXXRecordDecl &R = *T->getAsCXXRecordDecl();
  const RecordRole Role = F.tokens().roleOf(R);
  return Role.Source && !Role.Token && !Role.Source->RequestsItself &&
                 !Role.Source->Token.empty() && !Role.Source->Request.empty() &&
                 qualifiedName(R) == Role.Source->Type // may do more
             ? Role.Model
             : nullptr;
}

/// Whether Init makes an object of nothing: no parent, no other's state.
bool isFresh(const Expr *Init) {
  if (!Init)
    return true;
  const auto *New =
      dyn_cast<CXXConstructExpr>(Init->IgnoreUnlessSpelledInSource());
  return New && writtenArgs(*New).empty();
}

/// What is done with a source and with the tokens that it hands out.
class Fate {
public:
  /// Of a local source of Owner, or of a member.
  explicit Fate(const FunctionAnalysis *Owner) : Owner(Owner) {}

  void see(const ObjectUse &U) {
    if (U.What == ObjectUse::Kind::Ignored)
      return;
    const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(U.At);
    if (U.What != ObjectUse::Kind::Member || !Call)
      return giveUp(); // somebody may request it
    const Query Q = U.In->tokens().queryOf(*Call);
    if (Q.Kind == QueryKind::GetToken)
      seeToken(nextUse(*U.In, *Call), *Call, *U.In);
    else if (Q.Kind == QueryKind::Poll)
      seePoll(*Call, *U.In);
    else if (Q.Kind != QueryKind::Possible && !asksPossible(*Call))
      giveUp(); // requests it, or does what no model knows
  }
  void giveUp() { Lost = false; }

  bool isLost() const { return Lost && HandedOut; }
  const CXXMemberCallExpr *handedOut() const { return HandedOut; }

private:
  /// `stop_possible()` of a source, which no model has.
  static bool asksPossible(const CXXMemberCallExpr &Call) {
    const CXXMethodDecl *M = Call.getMethodDecl();
    return M && M->getIdentifier() &&
           M->getName().contains_insensitive("possible");
  }

  void handOut(const CXXMemberCallExpr &From) {
    if (!HandedOut)
      HandedOut = &From;
  }

  /// A look in the function that owns the source wants to see that nothing was
  /// requested; one elsewhere is what the token is for.
  void seePoll(const CXXMemberCallExpr &From, const FunctionAnalysis &In) {
    if (&In == Owner)
      giveUp();
    else
      handOut(From);
  }

  void seeToken(const ObjectUse &U, const CXXMemberCallExpr &From,
                const FunctionAnalysis &In) {
    switch (U.What) {
    case ObjectUse::Kind::Ignored:
      return;
    case ObjectUse::Kind::Member: {
      const auto *Call = dyn_cast_or_null<Expr>(U.At);
      const Query Q = Call ? In.tokens().queryOf(*Call) : Query();
      if (Q.Kind != QueryKind::Possible)
        seePoll(From, *U.In);
      return;
    }
    case ObjectUse::Kind::Local:
      if (U.Alias && U.Alias->isInitCapture())
        return handOut(From);
      if (U.Alias && !U.ByAddress && U.Alias->getDeclContext() == &In.decl()) {
        for (const ObjectUse &Next : usesOf(In, *U.Alias))
          seeToken(Next, From, In);
        return;
      }
      giveUp();
      return;
    case ObjectUse::Kind::Assigned:
      return;
    default:
      handOut(From);
    }
  }

  const FunctionAnalysis *Owner;
  bool Lost = true;
  const CXXMemberCallExpr *HandedOut = nullptr;
};

Finding makeLost(const FunctionAnalysis &F, SourceLocation Where,
                 const TokenModel *Model, const std::string &Subject,
                 const Expr &HandedOut) {
  Finding Found = makeFinding(F, LostSourceCheck::Info.Id, Where, Model);
  Found.Message = "nobody can ever request " + Subject +
                  "; what gets its token cannot be cancelled";
  Found.CostRank = 1;
  Found.Notes.push_back(
      makeNote(F, calleeLocation(HandedOut), "the token is handed out here"));
  return Found;
}

/// Tests are made by macros, and often need a token that never says stop.
bool isMadeByMacro(const FunctionAnalysis &F) {
  for (const FunctionAnalysis *A = &F; A; A = A->outer())
    if (A->decl().getLocation().isMacroID())
      return true;
  return false;
}

/// Whether F could hand on another token than that of a source which it makes:
/// then it is cancel-fresh-source that speaks.
bool hasTokenAt(const FunctionAnalysis &F, const Expr *Call) {
  return llvm::any_of(F.reach().at(Call), [](const ReachToken &T) {
    return T.From != ReachToken::Origin::Local;
  });
}

void findLocals(const FunctionAnalysis &F, std::vector<Finding> &Out) {
  for (const VarDecl *V : F.body().variables()) {
    const TokenModel *Model = sourceModel(F, V->getType());
    if (!Model || !V->hasLocalStorage() || !V->getIdentifier() ||
        V->getLocation().isMacroID() || !isFresh(V->getInit()))
      continue;
    Fate What(&F);
    for (const ObjectUse &U : usesOf(F, *V))
      What.see(U);
    if (What.isLost() && !hasTokenAt(F, What.handedOut()))
      Out.push_back(makeLost(F, V->getLocation(), Model,
                             "'" + V->getNameAsString() + "'",
                             *What.handedOut()));
  }
}

void findTemporaries(const FunctionAnalysis &F, std::vector<Finding> &Out) {
  for (const Expr *Call : F.body().calls()) {
    const Query Q = F.tokens().queryOf(*Call);
    if (Q.Kind != QueryKind::GetToken || !Q.Object)
      continue;
    const Expr *Made = Q.Object->IgnoreUnlessSpelledInSource();
    const auto *New = dyn_cast<CXXConstructExpr>(Made);
    const TokenModel *Model = New ? sourceModel(F, New->getType()) : nullptr;
    if (!Model || !isFresh(New) || New->getBeginLoc().isMacroID() ||
        hasTokenAt(F, Call))
      continue;
    const ObjectUse Next = nextUse(F, *Call);
    if (Next.What == ObjectUse::Kind::Ignored ||
        Next.What == ObjectUse::Kind::Member)
      continue;
    Finding Found =
        makeFinding(F, LostSourceCheck::Info.Id, New->getBeginLoc(), Model);
    Found.Message = "nobody can ever request this source, which is gone at "
                    "once; what gets its token cannot be cancelled";
    Found.CostRank = 1;
    Out.push_back(std::move(Found));
  }
}

/// Whether nobody but the member functions that Class lists can name its
/// private members.
bool isSealed(const CXXRecordDecl &Class) {
  if (Class.hasFriends() || Class.isDependentContext() || Class.isLambda() ||
      Class.isUnion())
    return false;
  for (const Decl *D : Class.decls()) {
    if (isa<FunctionTemplateDecl, ClassTemplateDecl, VarTemplateDecl>(D))
      return false;
    if (const auto *Inner = dyn_cast<CXXRecordDecl>(D);
        Inner && !Inner->isInjectedClassName())
      return false; // nested classes are let in
  }
  return true;
}

/// F's class, where F is the first of its member functions that has a body: the
/// one that reports what is wrong with the class.
const CXXRecordDecl *ownClass(const FunctionAnalysis &F) {
  const auto *M = dyn_cast<CXXMethodDecl>(&F.decl());
  const CXXRecordDecl *Class = M ? M->getParent()->getDefinition() : nullptr;
  if (!Class || !isSealed(*Class))
    return nullptr;
  for (const CXXMethodDecl *One : Class->methods())
    if (!One->isImplicit() && !One->isDefaulted() && F.unit().bodyOf(*One))
      return One->getCanonicalDecl() == M->getCanonicalDecl() ? Class : nullptr;
  return nullptr;
}

/// Passes each use of Field in A and its lambdas to What.
void seeMember(const FunctionAnalysis &A, const FieldDecl &Field, Fate &What) {
  for (const MemberExpr *M : A.body().memberUses()) {
    if (M->getMemberDecl() != &Field)
      continue;
    What.see(nextUse(A, *M));
  }
  for (const LambdaExpr *L : A.body().lambdas()) {
    const CXXMethodDecl *Op = L->getCallOperator();
    if (const FunctionAnalysis *Inner = Op ? A.unit().analysisOf(*Op) : nullptr)
      seeMember(*Inner, Field, What);
    else
      What.giveUp();
  }
}

void findMembers(const FunctionAnalysis &F, std::vector<Finding> &Out) {
  const CXXRecordDecl *Class = ownClass(F);
  if (!Class)
    return;
  for (const FieldDecl *Field : Class->fields()) {
    const TokenModel *Model = sourceModel(F, Field->getType());
    if (!Model || Field->getAccess() != AS_private ||
        Field->getLocation().isMacroID() ||
        !isFresh(Field->getInClassInitializer()))
      continue;
    Fate What(nullptr);
    for (const CXXMethodDecl *M : Class->methods()) {
      if (M->isImplicit() || M->isDefaulted() || M->isDeleted())
        continue;
      const FunctionDecl *Def = F.unit().bodyOf(*M);
      const FunctionAnalysis *A = Def ? F.unit().analysisOf(*Def) : nullptr;
      if (!A || A->body().isBroken()) {
        What.giveUp();
        break;
      }
      if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(Def))
        for (const CXXCtorInitializer *Init : Ctor->inits())
          if (Init->getMember() == Field && !isFresh(Init->getInit()))
            What.giveUp();
      seeMember(*A, *Field, What);
    }
    if (What.isLost())
      Out.push_back(makeLost(F, Field->getLocation(), Model,
                             "member '" + Field->getNameAsString() + "'",
                             *What.handedOut()));
  }
}

} // namespace

std::vector<Finding> LostSourceCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  if (!F.isJudged() || isMadeByMacro(F))
    return Out;
  findLocals(F, Out);
  findTemporaries(F, Out);
  findMembers(F, Out);
  return Out;
}

} // namespace cancel_tidy
