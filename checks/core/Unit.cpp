// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Unit.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/Wakers.h"
#include "clang/AST/Attr.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <functional>

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

Unit::Unit(ASTContext &Context, const TokenModels &Models, bool GuessTokens,
           ArrayRef<SourceLocation> ErrorPlaces,
           std::function<void(FunctionDecl &)> Instantiate,
           std::function<bool(const Decl &)> IsVisible)
    : Context(Context), Instantiate(std::move(Instantiate)),
      Tokens(Context, Models, GuessTokens, std::move(IsVisible)),
      CostList(Models.costs()), ResourceList(Models.costs()),
      WakerList(std::make_unique<Wakers>(*this)) {
  const SourceManager &SM = Context.getSourceManager();
  for (SourceLocation L : ErrorPlaces)
    if (L.isValid())
      Errors.push_back(SM.getDecomposedLoc(SM.getFileLoc(L)));
  llvm::sort(Errors);
}

Unit::~Unit() = default;

bool Unit::hasErrorBetween(SourceLocation Begin, SourceLocation End) const {
  if (Begin.isInvalid() || End.isInvalid())
    return false;
  const SourceManager &SM = Context.getSourceManager();
  auto [File, From] = SM.getDecomposedLoc(SM.getFileLoc(Begin));
  auto [EndFile, To] = SM.getDecomposedLoc(SM.getFileLoc(End));
  auto It = llvm::lower_bound(Errors, std::pair(File, From));
  // A body that an #include ends is one that somebody left open.
  return It != Errors.end() && It->first == File &&
         (File != EndFile || It->second <= To);
}

bool Unit::hasErrorIn(const FunctionDecl &FD) const {
  if (Errors.empty())
    return false;
  if (hasErrorBetween(FD.getBeginLoc(), FD.getEndLoc()))
    return true;
  // A base class that is not known may dictate the signature, or hold what
  // looks at the token.
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  return M && !M->getParent()->isLambda() &&
         hasErrorBetween(M->getParent()->getBeginLoc(),
                         M->getParent()->getBraceRange().getBegin());
}

const FunctionDecl *Unit::bodyOf(const FunctionDecl &Any) const {
  const FunctionDecl *Def = nullptr;
  if (Instantiate && !Any.hasBody() && Any.isTemplateInstantiation())
    if (const FunctionDecl *P = Any.getTemplateInstantiationPattern();
        P && !Context.getSourceManager().isInSystemHeader(P->getLocation()))
      Instantiate(const_cast<FunctionDecl &>(Any));
  return Any.hasBody(Def) && Def && !Def->isInvalidDecl() &&
                 !Context.getSourceManager().isInSystemHeader(
                     Def->getLocation())
             ? Def
             : nullptr;
}

bool Unit::holdsToken(QualType T, unsigned Depth) {
  if (T.isNull())
    return false;
  T = T.getNonReferenceType();
  while (T->isPointerType() || T->isArrayType())
    T = QualType(T->getPointeeOrArrayElementType(), 0);
  if (Tokens.classify(T).Token)
    return true;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && holdsToken(*R, Depth);
}

bool Unit::holdsToken(const CXXRecordDecl &R, unsigned Depth) {
  constexpr unsigned MaxDepth = 3;
  if (Depth > MaxDepth)
    return false;
  if (Depth > 0)
    return findsToken(R, Depth);
  auto [It, New] = Holders.try_emplace(R.getCanonicalDecl(), false);
  if (!New)
    return It->second;
  const bool Holds = findsToken(R, Depth);
  Holders[R.getCanonicalDecl()] = Holds;
  return Holds;
}

bool Unit::findsToken(const CXXRecordDecl &Any, unsigned Depth) {
  const RecordRole Role = Tokens.roleOf(Any);
  if (Role.Token || Role.Source || Role.Carrier || Role.Registration)
    return true;
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(&Any))
    for (const TemplateArgument &A : Spec->getTemplateArgs().asArray())
      if (A.getKind() == TemplateArgument::Type &&
          holdsToken(A.getAsType(), Depth + 1))
        return true;
  const CXXRecordDecl *R = Any.getDefinition();
  if (!R || R->isInStdNamespace() || R->isLambda() ||
      Context.getSourceManager().isInSystemHeader(R->getLocation()))
    return false;
  return llvm::any_of(R->fields(),
                      [&](const FieldDecl *F) {
                        return holdsToken(F->getType(), Depth + 1);
                      }) ||
         llvm::any_of(R->bases(),
                      [&](const CXXBaseSpecifier &B) {
                        return holdsToken(B.getType(), Depth + 1);
                      }) ||
         // ctx.token() of a class whose members nobody sees.
         llvm::any_of(R->methods(), [&](const CXXMethodDecl *M) {
           return M->getNumParams() == 0 &&
                  Tokens.classify(M->getReturnType()).Token;
         });
}

const FunctionAnalysis *Unit::analysisOf(const FunctionDecl &Any) {
  const FunctionDecl *Def = bodyOf(Any);
  if (!Def)
    return nullptr;
  auto It = Analyses.find(Def);
  if (It != Analyses.end())
    return It->second.get();
  const FunctionAnalysis *Outer = nullptr;
  const LambdaExpr *Lambda = nullptr;
  if (const auto *M = dyn_cast<CXXMethodDecl>(Def);
      M && M->getParent()->isLambda()) {
    // The function that holds the lambda knows what it may name.
    const DeclContext *DC = M->getParent()->getDeclContext();
    while (DC && !DC->isFunctionOrMethod())
      DC = DC->getParent();
    if (const auto *Holder = dyn_cast_or_null<FunctionDecl>(DC);
        Holder && Holder != Def)
      Outer = analysisOf(*Holder);
    if (Outer)
      for (const LambdaExpr *L : Outer->body().lambdas())
        if (L->getLambdaClass() == M->getParent())
          Lambda = L;
    if (!Lambda)
      Outer = nullptr;
  }
  auto New = std::make_unique<FunctionAnalysis>(*this, *Def, Outer, Lambda);
  const FunctionAnalysis *Raw = New.get();
  Analyses[Def] = std::move(New);
  return Raw;
}

ArrayRef<const FunctionAnalysis *> Unit::mainFile() {
  if (!MainFile) {
    MainFile.emplace();
    const SourceManager &SM = Context.getSourceManager();
    if (Judged)
      llvm::copy_if(Judged(), std::back_inserter(*MainFile),
                    [&](const FunctionAnalysis *A) {
                      return SM.isInMainFile(
                          SM.getFileLoc(A->decl().getLocation()));
                    });
  }
  return *MainFile;
}

const FunctionSummary *Unit::summaryOf(const FunctionDecl &Any) {
  const FunctionDecl *Def = bodyOf(Any);
  if (!Def || Def->isDependentContext())
    return nullptr;
  auto &Place = Summaries[Def];
  if (Place)
    return Place->Done ? &Place->Summary : nullptr;
  // Deep chains say little more, and template libraries have very deep ones.
  constexpr unsigned MaxDepth = 24;
  if (Depth >= MaxDepth)
    return nullptr;
  Place = std::make_unique<Slot>();
  Slot *S = Place.get();
  ++Depth;
  if (const FunctionAnalysis *A = analysisOf(*Def))
    S->Summary = A->summarise();
  --Depth;
  S->Done = true;
  return &S->Summary;
}

std::vector<FunctionFacts> Unit::allFacts() const {
  std::vector<FunctionFacts> Out;
  for (const auto &[FD, Made] : Summaries) {
    if (!Made || !Made->Done)
      continue;
    FunctionFacts F;
    F.USR = usrOf(*FD->getCanonicalDecl());
    if (F.USR.empty())
      continue;
    F.Name = qualifiedName(*FD);
    F.Looks = Made->Summary.Looks;
    F.LooksIfAny = Made->Summary.LooksIfAny;
    F.Long = Made->Summary.Long;
    F.LongBecause = Made->Summary.LongBecause;
    F.LongVia = Made->Summary.LongVia;
    F.LongIfAny = Made->Summary.LongIfAny;
    F.DeafEnds = Made->Summary.DeafEnds;
    F.DeafIfAny = Made->Summary.DeafIfAny;
    if (!F.DeafEnds.empty() || !F.DeafIfAny.empty())
      F.Defined = placeOf(Context, FD->getLocation());
    const auto *M = dyn_cast<CXXMethodDecl>(FD);
    // Overriders that this TU does not see may look: only a closed run knows
    // all of them, and asks nothing of a callee that nobody defines.
    if (M && M->isVirtual() && !M->hasAttr<FinalAttr>() &&
        !M->getParent()->hasAttr<FinalAttr>())
      F.LooksIfAny.push_back(F.USR + "#overriders");
    if (M)
      for (const CXXMethodDecl *Base : M->overridden_methods())
        F.Overrides.push_back(usrOf(*Base->getCanonicalDecl()));
    Out.push_back(std::move(F));
  }
  llvm::sort(Out, [](const FunctionFacts &A, const FunctionFacts &B) {
    return A.USR < B.USR;
  });
  return Out;
}

bool Unit::isOnlyHandedOn(const FieldDecl &Field) {
  auto [It, New] = HandedOn.try_emplace(&Field, false);
  if (!New)
    return It->second;
  bool Handed = false, Looked = false;
  auto Names = [&](const Stmt *S) {
    return anyWithin(S, [&](const Stmt &X) {
      const auto *M = dyn_cast<MemberExpr>(&X);
      return M && M->getMemberDecl() == &Field;
    });
  };
  std::function<void(const Stmt *)> Walk = [&](const Stmt *Root) {
    anyWithin(Root, [&](const Stmt &S) {
      if (const auto *L = dyn_cast<LambdaExpr>(&S))
        Walk(L->getBody());
      const auto *E = dyn_cast<Expr>(&S);
      if (!E || !isa<CallExpr, CXXConstructExpr>(E))
        return false;
      Query Q = Tokens.queryOf(*E);
      if (Q.looks() && Q.Object && Names(Q.Object))
        Looked = true;
      for (const Expr *A : writtenArgs(*E))
        Handed |= Names(A);
      return Looked;
    });
  };
  if (const auto *Class = dyn_cast<CXXRecordDecl>(Field.getParent()))
    for (const CXXMethodDecl *M : Class->methods())
      if (const FunctionDecl *Def = bodyOf(*M); Def && !Looked)
        Walk(Def->getBody());
  return HandedOn[&Field] = Handed && !Looked;
}

namespace {

/// What a body does to members of *this, with all that is written in it.
struct MemberUse {
  bool Names = false; ///< the field
  bool Leaks = false; ///< another constructor runs
  SmallVector<std::pair<const CXXMethodDecl *, bool>, 8> Calls; ///< in a lambda

  MemberUse(const FunctionDecl &Def, const FieldDecl &Field) {
    if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(&Def))
      for (const CXXCtorInitializer *Init : Ctor->inits()) {
        Names |= Init->getMember() == &Field && Init->isWritten();
        Leaks |= Init->isDelegatingInitializer();
        walk(Init->getInit(), Field, false);
      }
    walk(Def.getBody(), Field, false);
  }

private:
  void walk(const Stmt *Root, const FieldDecl &Field, bool InLambda) {
    anyWithin(Root, [&](const Stmt &S) {
      if (const auto *L = dyn_cast<LambdaExpr>(&S))
        walk(L->getBody(), Field, true);
      if (const auto *M = dyn_cast<MemberExpr>(&S)) {
        Names |= M->getMemberDecl() == &Field;
        if (const auto *To = dyn_cast<CXXMethodDecl>(M->getMemberDecl()))
          Calls.push_back({To->getCanonicalDecl(), InLambda});
      }
      return false;
    });
  }
};

} // namespace

bool Unit::isUnsetIn(const FieldDecl &Field, const CXXMethodDecl &Method) {
  const auto *Class = dyn_cast<CXXRecordDecl>(Field.getParent());
  // Somebody else may call what is not private.
  if (!Class || Class->isDependentContext() || Method.getParent() != Class ||
      Method.isVirtual() || Method.getAccess() != AS_private ||
      Class->hasFriends() || !Tokens.classify(Field.getType()).mayBeNull())
    return false;
  if (const Expr *Init = Field.getInClassInitializer();
      Init &&
      !isa<CXXNullPtrLiteralExpr, GNUNullExpr>(Init->IgnoreParenImpCasts()))
    return false;
  auto [It, New] =
      Unset.try_emplace({&Field, Method.getCanonicalDecl()}, false);
  if (!New)
    return It->second;
  if (isAddressTaken(Method))
    return false;
  // Who calls whom, and who names the field.
  DenseMap<const CXXMethodDecl *, MemberUse> Uses;
  for (const CXXMethodDecl *M : Class->methods()) {
    if (M->isImplicit() || M->isDefaulted() || M->isDeleted())
      continue;
    if (const FunctionDecl *Def = bodyOf(*M))
      Uses.try_emplace(M->getCanonicalDecl(), *Def, Field);
    else if (isa<CXXConstructorDecl>(M))
      return false;
  }
  // Methods that run under a constructor and nowhere else, Method among them.
  SmallPtrSet<const CXXMethodDecl *, 8> Under{Method.getCanonicalDecl()};
  SmallPtrSet<const CXXMethodDecl *, 8> Constructors;
  SmallVector<const CXXMethodDecl *, 8> Todo{Method.getCanonicalDecl()};
  while (!Todo.empty()) {
    const CXXMethodDecl *To = Todo.pop_back_val();
    if (To->isVirtual() || To->getAccess() != AS_private || isAddressTaken(*To))
      return false;
    bool Called = false;
    for (const auto &[From, Use] : Uses)
      for (auto [Callee, InLambda] : Use.Calls) {
        if (Callee != To)
          continue;
        if (InLambda || Use.Names)
          return false;
        Called = true;
        if (isa<CXXConstructorDecl>(From))
          Constructors.insert(From);
        else if (Under.insert(From).second)
          Todo.push_back(From);
      }
    if (!Called)
      return false;
  }
  // What else those constructors call must leave the field alone, too.
  SmallPtrSet<const CXXMethodDecl *, 16> Seen;
  Todo.assign(Constructors.begin(), Constructors.end());
  while (!Todo.empty()) {
    const CXXMethodDecl *M = Todo.pop_back_val();
    if (!Seen.insert(M).second || M->getParent() != Class)
      continue;
    auto Use = Uses.find(M);
    if (Use == Uses.end() || Use->second.Names || Use->second.Leaks)
      return false;
    for (auto [Callee, InLambda] : Use->second.Calls)
      Todo.push_back(Callee);
  }
  return Unset[{&Field, Method.getCanonicalDecl()}] = true;
}

namespace {

/// Collects functions that are named other than as the callee of a call.
class AddressFinder : public RecursiveASTVisitor<AddressFinder> {
public:
  explicit AddressFinder(DenseSet<const FunctionDecl *> &Found)
      : Found(Found) {}

  bool TraverseCallExpr(CallExpr *Call) { return traverseCall(Call); }
  bool TraverseCXXMemberCallExpr(CXXMemberCallExpr *C) {
    return traverseCall(C);
  }

  bool VisitDeclRefExpr(DeclRefExpr *R) {
    note(R->getDecl());
    return true;
  }
  bool VisitOverloadExpr(OverloadExpr *E) {
    for (const NamedDecl *D : E->decls())
      note(D);
    return true;
  }

private:
  bool traverseCall(CallExpr *Call) {
    const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
    if (!isa<DeclRefExpr, OverloadExpr>(Callee) &&
        !TraverseStmt(Call->getCallee()))
      return false;
    for (Expr *A : Call->arguments())
      if (!TraverseStmt(A))
        return false;
    return true;
  }
  void note(const NamedDecl *D) {
    if (const auto *T = dyn_cast<FunctionTemplateDecl>(D))
      D = T->getTemplatedDecl();
    if (const auto *FD = dyn_cast<FunctionDecl>(D)) {
      if (const FunctionDecl *P = FD->getTemplateInstantiationPattern(false))
        FD = P;
      Found.insert(FD->getCanonicalDecl());
    }
  }

  DenseSet<const FunctionDecl *> &Found;
};

} // namespace

namespace {

/// Notes for each function that is called whether all calls of it stand in an
/// expression that waits for what they give.
class AwaitFinder : public RecursiveASTVisitor<AwaitFinder> {
public:
  explicit AwaitFinder(DenseMap<const FunctionDecl *, bool> &Found)
      : Found(Found) {}

  bool TraverseCoawaitExpr(CoawaitExpr *E) {
    return within(true, [&] { return TraverseStmt(E->getOperand()); });
  }
  bool TraverseCallExpr(CallExpr *E) {
    return within(waits(*E),
                  [&] { return RecursiveASTVisitor::TraverseCallExpr(E); });
  }
  bool TraverseVarDecl(VarDecl *V) {
    return within(Vars.contains(V),
                  [&] { return RecursiveASTVisitor::TraverseVarDecl(V); });
  }
  bool TraverseCXXMemberCallExpr(CXXMemberCallExpr *E) {
    return within(waits(*E) || addsToAwaited(*E), [&] {
      return RecursiveASTVisitor::TraverseCXXMemberCallExpr(E);
    });
  }
  bool TraverseLambdaExpr(LambdaExpr *E) {
    const bool Outside = std::exchange(Waiting, false);
    const bool GoOn = RecursiveASTVisitor::TraverseLambdaExpr(E);
    Waiting = Outside;
    return GoOn;
  }
  bool VisitDeclRefExpr(DeclRefExpr *E) {
    if (Waiting)
      if (const auto *V = dyn_cast<VarDecl>(E->getDecl());
          V && V->isLocalVarDecl())
        Vars.insert(V);
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    if (const FunctionDecl *FD = E->getDirectCallee()) {
      if (const FunctionDecl *P = FD->getTemplateInstantiationPattern(false))
        FD = P;
      auto [It, New] = Found.try_emplace(FD->getCanonicalDecl(), true);
      It->second &= Waiting;
    }
    return true;
  }

private:
  bool within(bool Waits, function_ref<bool()> Traverse) {
    const bool Outside = Waiting;
    Waiting |= Waits;
    const bool GoOn = Traverse();
    Waiting = Outside;
    return GoOn;
  }
  /// sync_wait(f(token)), f(token).get()
  static bool waits(const CallExpr &E) {
    const FunctionDecl *FD = E.getDirectCallee();
    return FD && FD->getIdentifier() &&
           (FD->getName().contains_insensitive("wait") ||
            FD->getName() == "get" || FD->getName() == "join");
  }

  /// tasks.push_back(f(token)); ... co_await all(std::move(tasks))
  bool addsToAwaited(const CXXMemberCallExpr &E) const {
    const FunctionDecl *FD = E.getDirectCallee();
    const auto *Ref = dyn_cast<DeclRefExpr>(
        E.getImplicitObjectArgument()->IgnoreParenImpCasts());
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return V && FD && FD->getIdentifier() && Vars.contains(V) &&
           (FD->getName() == "push_back" || FD->getName() == "emplace_back");
  }

  DenseMap<const FunctionDecl *, bool> &Found;
  DenseSet<const VarDecl *> Vars; ///< locals that somebody waits for
  bool Waiting = false;
};

} // namespace

bool Unit::isAwaitedInPlace(const FunctionDecl &FD) {
  if (!Awaited) {
    Awaited.emplace();
    AwaitFinder Finder(*Awaited);
    const SourceManager &SM = Context.getSourceManager();
    // The second time it is known which variables are waited for.
    for (int Round = 0; Round < 2; ++Round) {
      Awaited->clear();
      for (Decl *D : Context.getTranslationUnitDecl()->decls())
        if (!SM.isInSystemHeader(D->getLocation()))
          Finder.TraverseDecl(D);
    }
  }
  const FunctionDecl *Pattern = FD.getTemplateInstantiationPattern(false);
  return Awaited->lookup((Pattern ? Pattern : &FD)->getCanonicalDecl());
}

bool Unit::isAddressTaken(const FunctionDecl &FD) {
  if (!AddressTaken) {
    AddressTaken.emplace();
    AddressFinder Finder(*AddressTaken);
    const SourceManager &SM = Context.getSourceManager();
    for (Decl *D : Context.getTranslationUnitDecl()->decls())
      if (!SM.isInSystemHeader(D->getLocation()))
        Finder.TraverseDecl(D);
  }
  const FunctionDecl *Pattern = FD.getTemplateInstantiationPattern(false);
  return AddressTaken->count((Pattern ? Pattern : &FD)->getCanonicalDecl());
}

bool runsInPlace(const FunctionBody &Outer, const LambdaExpr &L,
                 const Costs &CostList) {
  const Stmt *S = &L;
  const Stmt *P = Outer.parent(S);
  while (P && (isa<ImplicitCastExpr, MaterializeTemporaryExpr, ParenExpr,
                   CXXBindTemporaryExpr, ExprWithCleanups>(P) ||
               (isa<CXXConstructExpr>(P) &&
                cast<CXXConstructExpr>(P)->getNumArgs() == 1))) {
    S = P;
    P = Outer.parent(P);
  }
  if (const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(P))
    if (Op->getOperator() == OO_Call && Op->getNumArgs() > 0 &&
        Op->getArg(0) == S)
      return true;
  if (const auto *Call = dyn_cast_or_null<CallExpr>(P))
    if (CostList.runner(*Call) != RunnerKind::None)
      return true;
  // auto helper = [&] {...}; helper();
  if (const auto *D = dyn_cast_or_null<DeclStmt>(P))
    if (D->isSingleDecl())
      if (const auto *V = dyn_cast<VarDecl>(D->getSingleDecl());
          V && V->getType()->getAsCXXRecordDecl() == L.getLambdaClass()) {
        bool Called = false;
        for (const DeclRefExpr *R : Outer.references()) {
          if (R->getDecl() != V)
            continue;
          const Stmt *Use = Outer.parent(R);
          const Expr *Arg = R;
          while (isa_and_nonnull<ImplicitCastExpr, ParenExpr>(Use)) {
            Arg = cast<Expr>(Use);
            Use = Outer.parent(Use);
          }
          const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(Use);
          if (!Op || Op->getOperator() != OO_Call || Op->getArg(0) != Arg)
            return false;
          Called = true;
        }
        return Called;
      }
  return false;
}

} // namespace cancel_tidy
