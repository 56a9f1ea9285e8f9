// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Analysis.h"
#include "checks/core/AskedSource.h"
#include "checks/core/CallResolver.h"
#include "checks/core/CycleAnalysis.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/Unit.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/Path.h"
#include <set>

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// An instance of a template's pattern whose body Clang made; null if none.
const FunctionDecl *anyInstance(const FunctionDecl &Pattern, const Unit &U) {
  auto HasBody = [&](const FunctionDecl *FD) {
    const FunctionDecl *Def =
        FD && !FD->isInvalidDecl() ? U.bodyOf(*FD) : nullptr;
    return Def && !Def->isDependentContext() ? Def : nullptr;
  };
  if (FunctionTemplateDecl *T = Pattern.getDescribedFunctionTemplate()) {
    for (const FunctionDecl *Spec : T->specializations())
      if (Spec->getTemplateSpecializationKind() == TSK_ImplicitInstantiation ||
          Spec->getTemplateSpecializationKind() ==
              TSK_ExplicitInstantiationDefinition)
        if (const FunctionDecl *Def = HasBody(Spec))
          return Def;
    return nullptr;
  }
  const auto *M = dyn_cast<CXXMethodDecl>(&Pattern);
  if (!M)
    return nullptr;
  ClassTemplateDecl *T = M->getParent()->getDescribedClassTemplate();
  if (!T)
    return nullptr;
  for (ClassTemplateSpecializationDecl *Spec : T->specializations())
    for (const CXXMethodDecl *Inst : Spec->methods())
      if (const FunctionDecl *From = Inst->getInstantiatedFromMemberFunction();
          From && From->getCanonicalDecl() == M->getCanonicalDecl())
        if (const FunctionDecl *Def = HasBody(Inst))
          return Def;
  return nullptr;
}

/// The entry of `Tokens:` that would make a token of R, in YAML.
std::string proposedEntry(const CXXRecordDecl &R, StringRef Poll) {
  std::string Entry = "{Type: " + qualifiedName(R) + ", Poll: [" + Poll.str();
  for (const CXXMethodDecl *M : R.methods()) {
    if (!M->getIdentifier() || M->getNumParams() != 0 ||
        M->getAccess() != AS_public || !M->getReturnType()->isVoidType())
      continue;
    std::string Plain = M->getName().lower();
    llvm::erase(Plain, '_');
    if (!StringRef(Plain).starts_with("throwif"))
      continue;
    Entry += "], Throw: [" + M->getName().str();
    break;
  }
  return Entry + "]}";
}

} // namespace

class TUAnalysis::Impl {
public:
  Impl(ASTContext &Context, const TokenModels &Models, AnalysisOptions Options)
      : Context(Context), Options(std::move(Options)),
        U(Context, Models, this->Options.GuessTokens,
          this->Options.Errors ? llvm::ArrayRef(*this->Options.Errors)
                               : ArrayRef<SourceLocation>(),
          this->Options.Instantiate, this->Options.IsVisible) {
    U.setJudged([this] { return functions(); });
  }

  ASTContext &Context;
  AnalysisOptions Options;
  Unit U;

  /// Functions to judge, in source order; lambdas behind their function.
  ArrayRef<const FunctionAnalysis *> functions() {
    if (!Collected) {
      Collected = true;
      collect();
    }
    return Functions;
  }

  bool isProject(SourceLocation Where) {
    const SourceManager &SM = Context.getSourceManager();
    SourceLocation L = SM.getFileLoc(Where);
    if (L.isInvalid() || SM.isInSystemHeader(L))
      return false;
    FileID File = SM.getFileID(L);
    auto [It, New] = ProjectFiles.try_emplace(File, false);
    if (!New)
      return It->second;
    bool Is = File == SM.getMainFileID();
    if (!Is && Options.IsProjectFile)
      if (auto Entry = SM.getFileEntryRefForID(File)) {
        SmallString<256> Path(Entry->getName());
        SM.getFileManager().makeAbsolutePath(Path);
        sys::path::remove_dots(Path, true);
        Is = Options.IsProjectFile(Path);
      }
    ProjectFiles[File] = Is;
    return Is;
  }

  /// USR of the template by whose pattern F is judged; empty where it is not,
  /// or where no instance would be judged in its stead.
  static std::string patternOf(const FunctionAnalysis &F) {
    const FunctionAnalysis *Outermost = &F;
    while (Outermost->outer())
      Outermost = Outermost->outer();
    const FunctionDecl &FD = Outermost->decl();
    return FD.isDependentContext() ? usrOf(*FD.getCanonicalDecl()) : "";
  }

  std::set<std::string> Unmodelled;
  std::set<std::string> Instances; ///< USRs of their patterns

private:
  class Collector : public RecursiveASTVisitor<Collector> {
  public:
    explicit Collector(Impl &I) : I(I) {}
    bool VisitFunctionDecl(FunctionDecl *FD) {
      if (FD->doesThisDeclarationHaveABody() && !FD->isImplicit() &&
          !FD->isDefaulted() && I.isProject(FD->getLocation()))
        I.add(*FD);
      return true;
    }
    bool VisitLambdaExpr(LambdaExpr *L) {
      // Those in functions come with their function.
      const DeclContext *DC = L->getLambdaClass()->getDeclContext();
      if (!DC->isFunctionOrMethod() && I.isProject(L->getBeginLoc()))
        I.addLambda(*L);
      return true;
    }
    bool VisitCXXRecordDecl(CXXRecordDecl *R) {
      std::string Poll;
      if (R->isThisDeclarationADefinition() && !R->isLambda() &&
          I.isProject(R->getLocation()) && !I.U.tokens().roleOf(*R).Model &&
          I.U.tokens().looksLikeToken(*R, &Poll)) {
        I.Unmodelled.insert(proposedEntry(*R, Poll));
      }
      return true;
    }

  private:
    Impl &I;
  };

  void collect() {
    Collector C(*this);
    auto Collect = [&](Decl *D) {
      SourceLocation L = D->getLocation();
      // A namespace may span files; its members are asked one by one.
      if (!isa<NamespaceDecl, LinkageSpecDecl, ExportDecl>(D) && !isProject(L))
        return;
      if (!Context.getSourceManager().isInSystemHeader(
              Context.getSourceManager().getFileLoc(L)))
        C.TraverseDecl(D);
    };
    const TranslationUnitDecl *TU = Context.getTranslationUnitDecl();
    if (!Options.FromPrecompiled) {
      for (Decl *D : TU->decls())
        Collect(D);
      return;
    }
    // Asking for all would load the whole header.
    for (Decl *D : TU->noload_decls())
      if (!D->isFromASTFile())
        Collect(D);
    for (Decl *D : *Options.FromPrecompiled)
      if (!isa<NamespaceDecl, LinkageSpecDecl, ExportDecl>(D))
        Collect(D);
  }

  void add(const FunctionDecl &FD) {
    if (const auto *M = dyn_cast<CXXMethodDecl>(&FD);
        M && M->getParent()->isLambda())
      return;
    const FunctionDecl *Judged = &FD;
    if (FD.isDependentContext()) {
      // A lambda's or local class's members come with an instance, or not.
      if (const FunctionDecl *Inst = anyInstance(FD, U)) {
        Judged = Inst;
        const SourceManager &SM = Context.getSourceManager();
        if (!SM.isInMainFile(SM.getFileLoc(FD.getLocation())) &&
            !U.hasErrorIn(FD))
          Instances.insert(usrOf(*FD.getCanonicalDecl()));
      }
    }
    if (!Seen.insert(Judged).second)
      return;
    if (const FunctionAnalysis *A = U.analysisOf(*Judged))
      addWithLambdas(*A);
  }

  void addLambda(const LambdaExpr &L) {
    if (const CXXMethodDecl *Op = L.getCallOperator();
        Op && Seen.insert(Op).second)
      if (const FunctionAnalysis *A = U.analysisOf(*Op))
        addWithLambdas(*A);
  }

  void addWithLambdas(const FunctionAnalysis &A) {
    Functions.push_back(&A);
    const TokenIndex &Tokens = U.tokens();
    auto Note = [&](QualType T) {
      if (TokenUse Use = Tokens.classify(T); Use.Model)
        Tokens.noteUse(*Use.Model);
    };
    if (Tokens.anyVisible()) {
      for (const ParmVarDecl *P : A.decl().parameters())
        Note(P->getType());
      for (const VarDecl *V : A.body().variables())
        Note(V->getType());
      for (const MemberExpr *M : A.body().memberUses())
        Note(M->getType());
      if (std::optional<ReachToken> Asked = askedSource(A))
        Tokens.noteUse(*Asked->Use.Model);
    }
    for (const LambdaExpr *L : A.body().lambdas())
      addLambda(*L);
  }

  bool Collected = false;
  std::vector<const FunctionAnalysis *> Functions;
  DenseSet<const FunctionDecl *> Seen;
  DenseMap<FileID, bool> ProjectFiles;
};

TUAnalysis::TUAnalysis(ASTContext &Context, const TokenModels &Models,
                       AnalysisOptions Options)
    : P(std::make_unique<Impl>(Context, Models, std::move(Options))) {}

TUAnalysis::~TUAnalysis() = default;

bool TUAnalysis::seesToken() const { return P->U.tokens().anyVisible(); }

std::vector<Finding> TUAnalysis::run(Check &C) {
  std::vector<Finding> Out;
  if (!seesToken() ||
      (!P->Options.Errors &&
       P->Context.getDiagnostics().hasUncompilableErrorOccurred()))
    return Out;
  for (const FunctionAnalysis *A : P->functions())
    for (Finding &F : C.checkFunction(*A))
      if (!F.Where.File.empty() &&
          P->isProject(
              SourceLocation::getFromRawEncoding(F.Where.RawLocation))) {
        F.Pattern = Impl::patternOf(*A);
        Out.push_back(std::move(F));
      }
  llvm::stable_sort(Out, [](const Finding &A, const Finding &B) {
    return std::tie(A.Where.File, A.Where.Offset, A.CheckId, A.Message) <
           std::tie(B.Where.File, B.Where.Offset, B.CheckId, B.Message);
  });
  auto Same = [](const Finding &A, const Finding &B) {
    return A.Where.File == B.Where.File && A.Where.Offset == B.Where.Offset &&
           A.CheckId == B.CheckId;
  };
  Out.erase(std::unique(Out.begin(), Out.end(), Same), Out.end());
  return Out;
}

std::vector<FunctionFacts> TUAnalysis::facts() {
  for (const FunctionAnalysis *A : P->functions())
    if (!A->decl().isDependentContext())
      P->U.summaryOf(A->decl());
  return P->U.allFacts();
}

std::vector<std::string> TUAnalysis::judgedInstances() {
  if (seesToken())
    (void)P->functions(); // fills what is asked for
  return {P->Instances.begin(), P->Instances.end()};
}

std::vector<std::string> TUAnalysis::familiesSeen() {
  (void)P->functions(); // fills what is asked for
  const auto &Used = P->U.tokens().used();
  return {Used.begin(), Used.end()};
}

std::vector<std::string> TUAnalysis::unmodelledTokens() {
  (void)P->functions(); // fills what is asked for
  return {P->Unmodelled.begin(), P->Unmodelled.end()};
}

Explanation TUAnalysis::explainAt(StringRef File, unsigned Line) {
  Explanation Out;
  if (!seesToken()) {
    Out.push_back("no token type that a model knows is declared in this TU");
    return Out;
  }
  bool Covered = false;
  for (const FunctionAnalysis *A : P->functions()) {
    const FunctionAnalysis &F = *A;
    auto On = [&](SourceLocation L) {
      Place Where = placeOf(F, L);
      return Where.Line == Line && Where.File == File;
    };
    Place Begin = placeOf(F, F.decl().getBeginLoc());
    Place End = placeOf(F, F.decl().getEndLoc());
    if (Begin.File != File || Line < Begin.Line || Line > End.Line)
      continue;
    Covered = true;
    const std::string Name =
        F.body().lambda() ? "lambda at line " + std::to_string(Begin.Line)
                          : "'" + qualifiedName(F.decl()) + "'";
    Out.push_back("in " + Name + ":");
    if (!F.isJudged()) {
      Out.push_back(F.body().isBroken()
                        ? "  not judged: it holds code that does not compile"
                        : "  not judged: annotated cancel::uncancellable");
      continue;
    }
    if (!F.graph())
      Out.push_back("  loops not judged: no control-flow graph (a template "
                    "without an instance)");
    const Stmt *At = nullptr;
    for (const Stmt *S : F.body().allStatements())
      if (On(S->getBeginLoc())) {
        At = S;
        break;
      }
    std::vector<ReachToken> Tokens = F.reach().at(At);
    if (Tokens.empty())
      Out.push_back("  no token in reach");
    for (const ReachToken &T : Tokens)
      Out.push_back("  in reach: " + T.describe() +
                    (T.NeedsCapture.empty() ? "" : " (not captured here)"));
    std::vector<UnforwardedCall> Unforwarded = unforwardedCalls(F);
    for (const Expr *Call : F.body().calls()) {
      if (!On(calleeLocation(*Call)) || !calleeOf(*Call))
        continue;
      std::string Line2 = "  call of '" + calleeName(*Call) + "': ";
      auto U = llvm::find_if(Unforwarded, [&](const UnforwardedCall &X) {
        return X.Call == Call;
      });
      if (U != Unforwarded.end())
        Line2 += "accepts a token and gets none: reported";
      else if (findSink(F, *Call))
        Line2 += F.isShielded(Call)
                     ? "accepts a token, but must not be cancelled here "
                       "(destructor, handler, behind a commit point or after "
                       "the stop was seen): silent"
                     : "accepts a token, but none in reach fits: silent";
      else if (F.tokens().queryOf(*Call))
        Line2 += "asks the token";
      else if (llvm::any_of(writtenArgs(*Call), [&](const Expr *X) {
                 return F.reach().handsOn(X);
               }))
        Line2 += "gets the token";
      else
        Line2 += "no parameter or overload takes a token";
      switch (F.costs().listed(*Call)) {
      case CostClass::Blocking:
        Line2 += "; may wait (table)";
        break;
      case CostClass::Long:
        Line2 += "; may run long (table)";
        break;
      case CostClass::Cheap:
        Line2 += "; cheap (table)";
        break;
      case CostClass::Unknown: {
        CallCost C = F.costOf(*Call);
        Line2 += C.Class == CostClass::Long ? "; may run long (its body)"
                 : C.Open ? "; its cost depends on code outside of this TU"
                          : "; cheap";
        break;
      }
      }
      Out.push_back(std::move(Line2));
    }
    std::vector<UncheckedCycle> Cycles = uncheckedCycles(F);
    for (const Stmt *L : F.body().loops()) {
      if (!On(L->getBeginLoc()))
        continue;
      auto C = llvm::find_if(
          Cycles, [&](const UncheckedCycle &X) { return X.Loop == L; });
      if (C == Cycles.end())
        Out.push_back("  loop: silent (each way round looks at a token, or "
                      "costs little, or the loop is short)");
      else
        Out.push_back(C->When.isTrue()
                          ? "  loop: reported"
                          : "  loop: reported if the functions it calls turn "
                            "out long and never look at a token");
    }
  }
  if (!Covered)
    Out.push_back("no function with a body is there, or the file is not "
                  "judged");
  return Out;
}

} // namespace cancel_tidy
