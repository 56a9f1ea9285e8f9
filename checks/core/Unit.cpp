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
    F.Waits = Made->Summary.Waits;
    F.LongBecause = Made->Summary.LongBecause;
    F.LongVia = Made->Summary.LongVia;
    F.LongIfAny = Made->Summary.LongIfAny;
    F.WaitsIfAny = Made->Summary.WaitsIfAny;
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
