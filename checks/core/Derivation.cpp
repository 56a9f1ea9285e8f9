// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Derivation.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

const Expr *bareToken(const Expr *E) {
  while (E) {
    const Expr *Next = E->IgnoreUnlessSpelledInSource();
    if (const auto *New = dyn_cast<CXXConstructExpr>(Next);
        New && New->getConstructor()->isCopyOrMoveConstructor())
      Next = New->getArg(0);
    else if (const auto *List = dyn_cast<InitListExpr>(Next);
             List && List->getNumInits() == 1)
      Next = List->getInit(0);
    else if (const auto *Op = dyn_cast<UnaryOperator>(Next);
             Op &&
             (Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref))
      Next = Op->getSubExpr();
    else if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Next))
      Next = Cast->getSubExpr();
    else if (const auto *Call = dyn_cast<CallExpr>(Next);
             Call && Call->getNumArgs() == 1 &&
             isForwarder(Call->getDirectCallee()))
      Next = Call->getArg(0);
    if (Next == E)
      return E;
    E = Next;
  }
  return E;
}

/// The variable that E names, or that it names a part of; a member of *this.
static const ValueDecl *rootOf(const Expr *E) {
  while (E) {
    E = bareToken(E);
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      return isa<VarDecl, BindingDecl>(Ref->getDecl()) ? Ref->getDecl()
                                                       : nullptr;
    const auto *M = dyn_cast<MemberExpr>(E);
    if (!M)
      return nullptr;
    if (isa<CXXThisExpr>(M->getBase()->IgnoreParenImpCasts()))
      return isa<FieldDecl>(M->getMemberDecl()) ? M->getMemberDecl() : nullptr;
    E = M->getBase();
  }
  return nullptr;
}

/// A time, a duration, a date: what a deadline is given as.
static bool isTime(QualType T) {
  const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!R || !R->getIdentifier())
    return false;
  return R->getName() == "duration" || R->getName() == "time_point" ||
         R->getName() == "DateTime" ||
         qualifiedName(*R).find("chrono") != std::string::npos ||
         (R->hasDefinition() &&
          llvm::any_of(R->bases(), [](const CXXBaseSpecifier &B) {
            return isTime(B.getType());
          }));
}

static bool isAmong(const std::vector<std::string> &Names, const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  return FD && FD->getIdentifier() && is_contained(Names, FD->getName());
}

const Expr *noneBelow(const TokenIndex &Tokens, const Expr &Made) {
  const Expr *E = bareToken(&Made);
  bool Narrows = false;
  for (Query Q = Tokens.queryOf(*E); Q.Kind == QueryKind::Derive && Q.Object;
       Q = Tokens.queryOf(*E)) {
    const TokenType *T = Tokens.roleOf(Q.Object->getType()).Token;
    Narrows |= T && !isAmong(T->Same, *E);
    E = bareToken(Q.Object);
  }
  return Narrows && Tokens.isNoneValue(*E) ? E : nullptr;
}

Derivation::Derivation(const FunctionAnalysis &F) : F(F) {
  collect(F);
  for (unsigned I = 0; I < Locals.size(); ++I)
    Index[Locals[I].Var] = I;
  for (LocalToken &T : Locals)
    classify(T);
  for (LocalToken &T : Locals)
    if (T.IsSource && T.From != LocalToken::Origin::Same) {
      follow(T);
      T.IsStrict |=
          !T.Parents.empty() && (T.HasDeadline || T.IsRequested || T.Escapes);
    }
}

void Derivation::collect(const FunctionAnalysis &In) {
  Bodies.push_back(&In);
  DenseMap<const VarDecl *, const DeclStmt *> Declared;
  for (const Stmt *S : In.body().allStatements())
    if (const auto *D = dyn_cast<DeclStmt>(S))
      for (const clang::Decl *One : D->decls())
        if (const auto *V = dyn_cast<VarDecl>(One))
          Declared[V] = D;
  for (const VarDecl *V : In.body().variables()) {
    const DeclStmt *D = Declared.lookup(V);
    QualType Type = V->getType().getNonReferenceType();
    if (!D || !V->hasLocalStorage() || !Type->isRecordType())
      continue;
    RecordRole Role = F.tokens().roleOf(Type);
    TokenUse Use = F.tokens().classify(Type);
    if (Role.Registration || (!Role.Source && !Use) ||
        (Use && Use.Form != TokenForm::Value))
      continue;
    LocalToken T;
    T.Var = V;
    T.Decl = D;
    T.Home = &In;
    T.Model = Role.Model ? Role.Model : Use.Model;
    T.IsSource = Role.Source || (Use && Use.Token->IsSource);
    Locals.push_back(std::move(T));
  }
  for (const Expr *Call : In.body().calls())
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call);
        Op && Op->isAssignmentOp())
      if (const ValueDecl *D = rootOf(Op->getArg(0)))
        Reassigned.insert(D);
  for (const BinaryOperator *A : In.body().assignments())
    if (const ValueDecl *D = rootOf(A->getLHS()))
      Reassigned.insert(D);
  for (const LambdaExpr *L : In.body().lambdas())
    if (const CXXMethodDecl *Op = L->getCallOperator())
      if (const FunctionAnalysis *Inner = F.unit().analysisOf(*Op))
        collect(*Inner);
}

const LocalToken *Derivation::find(const ValueDecl *D) const {
  auto It = Index.find(D);
  return It == Index.end() ? nullptr : &Locals[It->second];
}

const ValueDecl *Derivation::same(const ValueDecl *D) const {
  for (unsigned Hops = 0; Hops < 8; ++Hops) {
    const LocalToken *T = find(D);
    if (!T || T->From != LocalToken::Origin::Same)
      break;
    D = T->SameAs;
  }
  return D;
}

const ValueDecl *Derivation::tokenOf(const Expr *E) const {
  if (!E)
    return nullptr;
  const TokenIndex &Tokens = F.tokens();
  E = bareToken(E);
  for (unsigned Hops = 0; Hops < 8; ++Hops) {
    Query Q = Tokens.queryOf(*E);
    const TokenType *T =
        Q.Object ? Tokens.roleOf(Q.Object->getType()).Token : nullptr;
    if (Q.Object &&
        (Q.Kind == QueryKind::GetToken ||
         (Q.Kind == QueryKind::Derive && T && isAmong(T->Same, *E))))
      E = bareToken(Q.Object);
    else
      break;
  }
  // `request.stop()`, an accessor.
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
      Call && Call->getNumArgs() == 0 && Tokens.classify(E->getType()) &&
      !Tokens.queryOf(*E))
    return same(rootOf(Call->getImplicitObjectArgument()));
  return same(rootOf(E));
}

void Derivation::addParents(LocalToken &T, ArrayRef<const Expr *> From,
                            const Stmt *By) {
  for (const Expr *E : From) {
    QualType Type = E->IgnoreParenImpCasts()->getType();
    if (!F.tokens().classify(Type) && !F.tokens().roleOf(Type).Source)
      continue;
    if (const ValueDecl *D = tokenOf(E); D && D != T.Var)
      T.Parents.push_back({D, By});
  }
  if (!T.Parents.empty())
    T.From = LocalToken::Origin::Linked;
}

void Derivation::classify(LocalToken &T) {
  const TokenIndex &Tokens = F.tokens();
  const Expr *Init = T.Var->getInit();
  const Expr *E = Init ? bareToken(Init) : nullptr;
  const RecordRole Role = Tokens.roleOf(T.Var->getType());
  const auto *New = dyn_cast_or_null<CXXConstructExpr>(E);
  const SmallVector<const Expr *, 8> Args =
      New ? writtenArgs(*New) : SmallVector<const Expr *, 8>();
  if (!E || (New && Args.empty())) {
    // A thread that is its own source has nobody's token to wait for.
    const CXXRecordDecl *R =
        T.Var->getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (T.IsSource && !(Role.Token && Role.Token->LinkedByDefault) &&
        !(R && F.costs().spawns(*R)))
      T.From = LocalToken::Origin::Fresh;
    return;
  }
  if (New) {
    if (T.IsSource &&
        (!Role.Source || Role.Source->LinkedByConstructor || Role.Token))
      addParents(T, Args, New);
    if (T.From == LocalToken::Origin::Unknown && T.IsSource &&
        llvm::all_of(Args, [](const Expr *A) {
          return isTime(A->IgnoreParenImpCasts()->getType());
        })) {
      T.From = LocalToken::Origin::Fresh;
      T.HasDeadline = true;
    }
    return;
  }
  Query Q = Tokens.queryOf(*E);
  if (Q.Kind == QueryKind::Combine) {
    addParents(T, writtenArgs(*E), E);
    T.IsStrict = T.Parents.size() > 1;
    return;
  }
  if (Q.Kind == QueryKind::Derive && Q.Object) {
    const TokenType *Of = Tokens.roleOf(Q.Object->getType()).Token;
    if (!Of || !isAmong(Of->Same, *E)) {
      if (noneBelow(Tokens, *E)) {
        T.From = LocalToken::Origin::Fresh;
      } else {
        addParents(T, {Q.Object}, E);
        // A part of a range is cancelled by what cancels the range.
        T.IsStrict = Of && !Of->SingleUse && !T.Parents.empty();
      }
      return;
    }
  }
  if (Tokens.isNoneValue(*E))
    return;
  const ValueDecl *D = tokenOf(E);
  if (D && D != T.Var) {
    T.From = LocalToken::Origin::Same;
    T.SameAs = D;
  }
}

bool Derivation::isNarrower(const ValueDecl *Inner,
                            const ValueDecl *Outer) const {
  Outer = same(Outer);
  SmallVector<std::pair<const ValueDecl *, bool>, 8> Stack{
      {same(Inner), false}};
  for (unsigned Steps = 0; !Stack.empty() && Steps < 64; ++Steps) {
    auto [D, Strict] = Stack.pop_back_val();
    if (D == Outer) {
      if (Strict)
        return true;
      continue;
    }
    if (const LocalToken *T = find(D))
      for (const LocalToken::Parent &P : T->Parents)
        Stack.push_back({same(P.Token), Strict || T->IsStrict});
  }
  return false;
}

TokenUse tokenGivenBy(const TokenIndex &Tokens, QualType T) {
  if (TokenUse Use = Tokens.classify(T))
    return Use;
  const SourceType *Source = Tokens.roleOf(T).Source;
  const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Source || !R || !R->hasDefinition())
    return {};
  for (const CXXMethodDecl *M : R->getDefinition()->methods())
    if (M->getIdentifier() && is_contained(Source->Token, M->getName()))
      if (TokenUse Use = Tokens.classify(M->getReturnType()))
        return Use;
  return {};
}

bool Derivation::isMentioned(const ValueDecl *D) const {
  return llvm::any_of(Bodies, [&](const FunctionAnalysis *In) {
    return In->body().mentions(*D) ||
           llvm::any_of(In->body().memberUses(), [&](const MemberExpr *M) {
             return M->getMemberDecl() == D;
           });
  });
}

bool Derivation::isInScope(const LocalToken &T, const Stmt *S) {
  const FunctionBody &Body = T.Home->body();
  const Stmt *Scope = Body.parent(T.Decl);
  return Scope && S && Body.isWithin(S, Scope) && !Body.isWithin(S, T.Decl) &&
         T.Home->sources().isBeforeInTranslationUnit(T.Decl->getBeginLoc(),
                                                     S->getBeginLoc());
}

} // namespace cancel_tidy
