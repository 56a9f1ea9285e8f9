// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Reach.h"
#include "checks/core/Names.h"
#include "clang/AST/Attr.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

std::string ReachToken::describe() const {
  switch (From) {
  case Origin::Local:
    return "local '" + Spelling + "'";
  case Origin::Param:
    return "parameter '" + Spelling + "'";
  case Origin::Capture:
    return "captured '" + Spelling + "'";
  case Origin::Field:
    return "member '" + Spelling + "'";
  case Origin::Carrier:
    return "'" + Spelling + "'";
  }
  return Spelling;
}

namespace {

/// Of null: of anything.
bool isStdMove(const Expr &E, const ValueDecl *Of = nullptr) {
  const auto *Call = dyn_cast<CallExpr>(&E);
  if (!Call || Call->getNumArgs() != 1)
    return false;
  const FunctionDecl *FD = Call->getDirectCallee();
  if (!FD || !FD->isInStdNamespace() || !FD->getIdentifier() ||
      FD->getName() != "move")
    return false;
  const auto *Ref =
      dyn_cast<DeclRefExpr>(Call->getArg(0)->IgnoreParenImpCasts());
  return Ref && (!Of || Ref->getDecl() == Of);
}

} // namespace

/// Whether E names nothing but local variables of plain types: `&stopped`.
static bool isOfLocals(const Expr *E) {
  return !anyWithin(E, [](const Stmt &S) {
    if (isa<CXXThisExpr, CallExpr, LambdaExpr>(S))
      return true;
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    if (!Ref || isa<FunctionDecl, EnumConstantDecl>(Ref->getDecl()))
      return false;
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    const CXXRecordDecl *R =
        V ? V->getType().getNonReferenceType()->getAsCXXRecordDecl() : nullptr;
    return !V || !V->isLocalVarDecl() || V->getType()->isReferenceType() ||
           V->getType()->isPointerType() || (R && !R->isInStdNamespace());
  });
}

Reach::Reach(const FunctionBody &Body, const TokenIndex &Tokens,
             const Reach *OuterReach, bool RunsInPlace)
    : Body(Body), Tokens(Tokens), OuterReach(OuterReach),
      RunsInPlace(RunsInPlace) {
  auto See = [&](const Expr &Write, const Expr *To, const Expr *Value) {
    if (const auto *Field = dyn_cast_or_null<FieldDecl>(variableOf(To)))
      FieldWrites[Field].push_back({&Write, Value});
  };
  for (const Expr *Call : Body.calls()) {
    if (isStdMove(*Call))
      Moves.push_back(Call);
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call);
        Op && Op->getOperator() == OO_Equal)
      See(*Op, Op->getArg(0), Op->getArg(1));
  }
  for (const BinaryOperator *A : Body.assignments())
    if (A->getOpcode() == BO_Assign)
      See(*A, A->getLHS(), A->getRHS());
  findMade();
}

bool Reach::isMadeFromToken(const ValueDecl *D) const {
  return Made.count(D) || (OuterReach && OuterReach->isMadeFromToken(D));
}

/// Whether E names a parameter of L, or a variable that L declares.
static bool isOwnOf(const LambdaExpr &L, const Expr &E) {
  return anyWithin(&E, [&](const Stmt &S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return V && V->getDeclContext() == L.getCallOperator() &&
           !V->isInitCapture();
  });
}

bool Reach::mentions(const Stmt *E, bool Weak) const {
  return anyWithin(E, [&](const Stmt &S) {
    if (const auto *L = dyn_cast<LambdaExpr>(&S)) {
      for (const LambdaCapture &C : L->captures())
        if (C.capturesVariable()) {
          const ValueDecl *V = C.getCapturedVar();
          if (Tokens.classify(V->getType()).Token || isMadeFromToken(V) ||
              Tokens.roleOf(V->getType()).Source)
            return true;
        }
      // A lambda that polls a member's token observes it. One that is given a
      // token when it runs holds none.
      return anyWithin(L->getBody(), [&](const Stmt &Inner) {
        const auto *IE = dyn_cast<Expr>(&Inner);
        return IE && !isa<CXXDefaultArgExpr>(IE) &&
               Tokens.classify(IE->getType()).Token && !isOwnOf(*L, *IE);
      });
    }
    const auto *X = dyn_cast<Expr>(&S);
    if (!X || isa<CXXDefaultArgExpr>(X))
      return false;
    QualType T = X->getType();
    if (T.isNull())
      return false;
    if (Tokens.classify(T).Token)
      return true;
    if (const RecordRole Role = Tokens.roleOf(T);
        (Role.Carrier || Role.Source || Role.Registration) &&
        isa<DeclRefExpr, MemberExpr>(X))
      return true; // a fresh one is no link to anything in reach
    const ValueDecl *D = nullptr;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(X))
      D = Ref->getDecl();
    else if (const auto *M = dyn_cast<MemberExpr>(X))
      D = M->getMemberDecl();
    // A part of what the call with the token gave.
    if (const auto *Part = dyn_cast_or_null<BindingDecl>(D))
      D = dyn_cast_or_null<ValueDecl>(Part->getDecomposedDecl());
    if (!D)
      return false;
    if (isMadeFromToken(D))
      return true;
    if (!Weak)
      return false;
    for (const Reach *R = this; R; R = R->OuterReach)
      if (R->CameWith.count(D))
        return true;
    return false;
  });
}

bool Reach::handsOn(const Stmt *E) const {
  if (mentions(E, false))
    return true;
  // A carrier by shape: an object with a token one level below, handed over
  // whole.
  return anyWithin(E, [&](const Stmt &S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    if (!Ref || !isa<VarDecl>(Ref->getDecl()))
      return false;
    // A number or a string out of it is not the whole.
    const Stmt *P = Body.parent(Ref);
    while (isa_and_nonnull<ParenExpr, ImplicitCastExpr>(P))
      P = Body.parent(P);
    if (const auto *Part = dyn_cast_or_null<MemberExpr>(P);
        Part && isa<FieldDecl>(Part->getMemberDecl())) {
      QualType T = Part->getType();
      const CXXRecordDecl *R = T->getAsCXXRecordDecl();
      if (T->isArithmeticType() || T->isEnumeralType() ||
          (R && R->getIdentifier() && R->isInStdNamespace() &&
           (R->getName() == "basic_string" ||
            R->getName() == "basic_string_view")))
        return false;
    }
    std::vector<ReachToken> Carried;
    addCarried(*Ref->getDecl(), "", Ref->getDecl()->getType(), Carried);
    return !Carried.empty();
  });
}

bool Reach::involves(const Stmt *E) const {
  return handsOn(E) || mentions(E, true);
}

bool Reach::ownsOnly(const VarDecl &V, const TokenUse &Use) const {
  // A local object that is its own source: the function is the canceller, not
  // the one who is to stop, unless it was derived from another token.
  if (!Use.Token->IsSource || Use.IsReference || isa<ParmVarDecl>(V) ||
      (Use.Form != TokenForm::Value && Use.Form != TokenForm::SmartPointer))
    return false;
  const Expr *Init = V.getInit();
  return !Init || !anyWithin(Init, [&](const Stmt &S) {
    const ValueDecl *D = nullptr;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
      D = Ref->getDecl();
    else if (const auto *M = dyn_cast<MemberExpr>(&S))
      D = M->getMemberDecl();
    return D && D != &V && !isa<FunctionDecl>(D) &&
           Tokens.classify(D->getType()).Token;
  });
}

bool Reach::isSpent(const VarDecl &V, const Stmt *At) const {
  const SourceManager &SM = Body.context().getSourceManager();
  for (const Expr *Call : Moves) {
    if (!isStdMove(*Call, &V))
      continue;
    if (!At)
      return true;
    if (SM.isBeforeInTranslationUnit(Call->getBeginLoc(), At->getBeginLoc()))
      return true;
    // A later move is an earlier one in the next round.
    for (const Stmt *P = At; P; P = Body.parent(P))
      if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P) &&
          Body.isWithin(Call, P))
        return true;
  }
  for (const LambdaExpr *L : Body.lambdas())
    for (const Expr *Init : L->capture_inits())
      if (Init && At &&
          SM.isBeforeInTranslationUnit(Init->getBeginLoc(),
                                       At->getBeginLoc()) &&
          anyWithin(Init, [&](const Stmt &S) {
            const auto *E = dyn_cast<Expr>(&S);
            return E && isStdMove(*E, &V);
          }))
        return true;
  for (const BinaryOperator *A : Body.assignments())
    if (const auto *Ref = dyn_cast<DeclRefExpr>(A->getLHS()->IgnoreParens());
        Ref && Ref->getDecl() == &V && Tokens.isNoneValue(*A->getRHS()))
      return true;
  return false;
}

static bool mentionsToken(const Expr &E, const TokenIndex &Tokens) {
  return anyWithin(&E, [&](const Stmt &S) {
    const auto *Part = dyn_cast<Expr>(&S);
    return Part && Tokens.classify(Part->getType()).Token;
  });
}

/// `source_ = std::stop_source();` before the token of source_ is taken.
static bool isRenewed(const ValueDecl *Source, const TokenIndex &Tokens,
                      const FunctionBody &Body) {
  return isa_and_nonnull<FieldDecl>(Source) &&
         llvm::any_of(Body.calls(), [&](const Expr *Call) {
           const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call);
           return Op && Op->getOperator() == OO_Equal &&
                  variableOf(Op->getArg(0)) == Source &&
                  isa<CXXConstructExpr>(
                      Op->getArg(1)->IgnoreUnlessSpelledInSource()) &&
                  !mentionsToken(*Op->getArg(1), Tokens);
         });
}

/// A local token that comes from a source which the function made for itself:
/// it is for others, the function is the one who cancels.
static bool isOwnSourcesToken(const VarDecl &V, const TokenIndex &Tokens,
                              const Reach &R, const FunctionBody &Body) {
  const Expr *Init = V.getInit();
  if (!Init)
    return false;
  bool Own = false;
  anyWithin(Init, [&](const Stmt &S) {
    const auto *E = dyn_cast<Expr>(&S);
    if (!E)
      return false;
    Query Q = Tokens.queryOf(*E);
    if (Q.Kind != QueryKind::GetToken || !Q.Object)
      return false;
    const auto *Ref = dyn_cast<DeclRefExpr>(Q.Object->IgnoreParenImpCasts());
    const auto *Source = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    Own =
        isRenewed(variableOf(Q.Object->IgnoreParenImpCasts()), Tokens, Body) ||
        (Source && Source->isLocalVarDecl() &&
         !Source->getType()->isReferenceType() &&
         !Source->getType()->isPointerType() &&
         Tokens.roleOf(Source->getType()).Source &&
         !R.isMadeFromToken(Source) &&
         !(Source->getInit() && mentionsToken(*Source->getInit(), Tokens)));
    return true;
  });
  return Own;
}

/// `range = progress->Start(); ... progress->Cancel();`: the function is the
/// one who cancels what it hands the token to.
static bool cancelsMakerOf(const VarDecl &V, const TokenIndex &Tokens,
                           const FunctionBody &Body) {
  auto VariableIn = [](const Expr *Object) -> const ValueDecl * {
    const ValueDecl *Found = nullptr;
    anyWithin(Object, [&](const Stmt &S) {
      const auto *Ref = dyn_cast<DeclRefExpr>(&S);
      Found = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
      return Found != nullptr;
    });
    return Found;
  };
  const ValueDecl *Maker = nullptr;
  anyWithin(V.getInit(), [&](const Stmt &S) {
    const auto *Call = dyn_cast<CXXMemberCallExpr>(&S);
    Maker = Call && !isa_and_nonnull<CXXConversionDecl>(Call->getMethodDecl())
                ? VariableIn(Call->getImplicitObjectArgument())
                : nullptr;
    return Maker != nullptr;
  });
  return Maker && !Tokens.roleOf(Maker->getType()).Source &&
         llvm::any_of(Body.calls(), [&](const Expr *E) {
           const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
           const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
           return FD && FD->getIdentifier() && writtenArgs(*Call).empty() &&
                  startsWithAny(FD->getName(),
                                {"abort", "cancel", "interrupt", "stop"}) &&
                  !FD->getReturnType()->isBooleanType() &&
                  VariableIn(Call->getImplicitObjectArgument()) == Maker;
         });
}

/// Whether V's initialiser names something that the function was given or has.
static bool isMadeOfOurs(const VarDecl &V) {
  return anyWithin(V.getInit(), [](const Stmt &S) {
    if (isa<CXXThisExpr>(S))
      return true;
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    const auto *Named = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return (Named && Named->hasLocalStorage()) ||
           (Ref && isa<BindingDecl>(Ref->getDecl()));
  });
}

void Reach::addVariable(const VarDecl &V, ReachToken::Origin From,
                        const Stmt *At, std::vector<ReachToken> &Out) const {
  if (!V.getIdentifier() || V.isInvalidDecl())
    return;
  if (TokenUse Use = Tokens.classify(V.getType())) {
    if (ownsOnly(V, Use) || isSpent(V, At))
      return;
    if (!isa<ParmVarDecl>(V) && !Use.IsReference) {
      // `std::stop_token none;` is an opt-out, not a token to pass on.
      const Expr *Init = V.getInit();
      if (!Init || Tokens.isNoneValue(*Init))
        return;
      // A promise that the function makes is cancelled by who gets its future.
      if (const auto *New = dyn_cast<CXXConstructExpr>(Init->IgnoreImplicit());
          New && !Use.Token->LinkedByDefault && Use.Form == TokenForm::Value &&
          llvm::all_of(writtenArgs(*New), isOfLocals))
        return; // nor does anybody else cancel what is made of its variables
      if (const auto *List = dyn_cast<InitListExpr>(Init->IgnoreImplicit());
          List && !Use.Token->LinkedByDefault && Use.Form == TokenForm::Value &&
          List->getNumInits() > 0 && llvm::all_of(List->inits(), isOfLocals))
        return;
      if (isOwnSourcesToken(V, Tokens, *this, Body) ||
          cancelsMakerOf(V, Tokens, Body))
        return;
    }
    ReachToken Token;
    Token.From = From;
    Token.Root = &V;
    Token.Use = Use;
    Token.Spelling = V.getName().str();
    Out.push_back(std::move(Token));
    return;
  }
  // A local carrier by value is usually empty when it is made, and one that is
  // made of nothing of ours (`default_context()`) was not handed to us.
  if ((isa<ParmVarDecl>(V) ||
       (V.getType()->isReferenceType() && isMadeOfOurs(V)) ||
       From == ReachToken::Origin::Capture) &&
      !isSpent(V, At))
    addCarried(V, "", V.getType(), Out);
}

void Reach::addBindings(const DecompositionDecl &D,
                        std::vector<ReachToken> &Out) const {
  // Whoever gets both ends of a pair is the canceller.
  if (llvm::any_of(D.bindings(), [&](const BindingDecl *B) {
        return Tokens.roleOf(B->getType()).Source;
      }))
    return;
  for (const BindingDecl *B : D.bindings())
    if (B->getIdentifier())
      if (TokenUse Use = Tokens.classify(B->getType())) {
        ReachToken Token;
        Token.From = ReachToken::Origin::Local;
        Token.Root = B;
        Token.Use = Use;
        Token.Spelling = B->getName().str();
        Out.push_back(std::move(Token));
      }
}

std::vector<ReachToken> Reach::at(const Stmt *S) const {
  std::vector<ReachToken> Out;
  // A nearer declaration hides what else has its name, token or not.
  SmallPtrSet<const IdentifierInfo *, 16> Names;
  auto Declare = [&](const ValueDecl &D, ReachToken::Origin From) {
    if (const auto *Parts = dyn_cast<DecompositionDecl>(&D)) {
      std::vector<ReachToken> Bound;
      addBindings(*Parts, Bound);
      for (ReachToken &T : Bound)
        if (!Names.contains(T.Root->getIdentifier()))
          Out.push_back(std::move(T));
      for (const BindingDecl *B : Parts->bindings())
        Names.insert(B->getIdentifier());
      return;
    }
    if (const IdentifierInfo *Name = D.getIdentifier();
        Name && !Names.insert(Name).second)
      return;
    if (const auto *V = dyn_cast<VarDecl>(&D))
      addVariable(*V, From, S, Out);
  };
  // Locals, innermost scope first.
  const Stmt *Child = S;
  for (const Stmt *P = S ? Body.parent(S) : nullptr; P;
       Child = P, P = Body.parent(P)) {
    auto AddDecls = [&](const Stmt *Maybe) {
      const auto *D = dyn_cast_or_null<DeclStmt>(Maybe);
      if (!D || D == Child)
        return;
      for (const Decl *One : reverse(D->decls()))
        if (const auto *V = dyn_cast<VarDecl>(One))
          Declare(*V, ReachToken::Origin::Local);
    };
    if (const auto *Block = dyn_cast<CompoundStmt>(P)) {
      SmallVector<const Stmt *, 16> Before;
      for (const Stmt *Sibling : Block->body()) {
        if (Sibling == Child)
          break;
        Before.push_back(Sibling);
      }
      for (const Stmt *Sibling : reverse(Before))
        AddDecls(Sibling);
    } else if (const auto *If = dyn_cast<IfStmt>(P)) {
      AddDecls(If->getConditionVariableDeclStmt());
      AddDecls(If->getInit());
    } else if (const auto *While = dyn_cast<WhileStmt>(P)) {
      AddDecls(While->getConditionVariableDeclStmt());
    } else if (const auto *For = dyn_cast<ForStmt>(P)) {
      AddDecls(For->getInit());
    } else if (const auto *Range = dyn_cast<CXXForRangeStmt>(P)) {
      AddDecls(Range->getInit());
      if (Child == Range->getBody())
        AddDecls(Range->getLoopVarStmt());
    } else if (const auto *Switch = dyn_cast<SwitchStmt>(P)) {
      AddDecls(Switch->getInit());
    }
  }
  for (const ParmVarDecl *P : Body.decl().parameters())
    if (Tokens.classify(P->getType()).Token)
      Declare(*P, ReachToken::Origin::Param);
  for (const ParmVarDecl *P : Body.decl().parameters())
    if (!Tokens.classify(P->getType()).Token)
      Declare(*P, ReachToken::Origin::Param);

  if (const LambdaExpr *Lambda = Body.lambda()) {
    bool CapturesThis = false;
    std::vector<const VarDecl *> Captured;
    for (const LambdaCapture &C : Lambda->captures()) {
      CapturesThis |= C.capturesThis();
      if (!C.capturesVariable())
        continue;
      if (const auto *V = dyn_cast<VarDecl>(C.getCapturedVar())) {
        Captured.push_back(V);
        size_t Had = Out.size();
        Declare(*V, ReachToken::Origin::Capture);
        // Captured by copy in a lambda that is not mutable.
        if (Out.size() > Had && C.getCaptureKind() == LCK_ByCopy &&
            !Lambda->isMutable() && Out.back().Use.Form == TokenForm::Value)
          Out.back().Use.IsConst = true;
      }
    }
    if (!OuterReach)
      return Out;
    const bool Default = Lambda->getCaptureDefault() != LCD_None;
    std::vector<ReachToken> Further = OuterReach->at(Lambda);
    for (ReachToken &T : Further) {
      const bool Field = T.From == ReachToken::Origin::Field;
      if (is_contained(Captured, T.Root) ||
          Names.contains(T.Root->getIdentifier()))
        continue;
      if (Field ? CapturesThis : false) {
        Out.push_back(T);
        continue;
      }
      if (!RunsInPlace)
        continue;
      // [&] captures `this` by itself, and [=] in a way that C++20 deprecates.
      const bool ByCopy = Lambda->getCaptureDefault() == LCD_ByCopy;
      if (!Default || (Field && ByCopy))
        T.NeedsCapture.push_back(Lambda);
      else if (ByCopy && !Lambda->isMutable() && T.Use.Form == TokenForm::Value)
        T.Use.IsConst = true;
      Out.push_back(T);
    }
    return Out;
  }
  const size_t Had = Out.size();
  addFields(S, Out);
  Out.erase(std::remove_if(Out.begin() + Had, Out.end(),
                           [&](const ReachToken &T) {
                             return Names.contains(T.Root->getIdentifier());
                           }),
            Out.end());
  return Out;
}

} // namespace cancel_tidy
