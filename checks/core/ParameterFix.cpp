// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/ParameterFix.h"
#include "checks/core/Deafness.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/LoopFix.h"
#include "checks/core/Unit.h"
#include "checks/core/Waits.h"
#include "clang/AST/QualTypeNames.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Where this file names a function of its own.
class Uses : public RecursiveASTVisitor<Uses> {
public:
  struct CallIn {
    const CallExpr *Call;
    const FunctionDecl *Caller; ///< a lambda's operator, too
  };
  std::vector<CallIn> Calls; ///< in source order
  bool HasOther = false;     ///< it is named other than to call it

  Uses(const FunctionAnalysis &F, const FunctionDecl &FD)
      : FD(FD.getCanonicalDecl()) {
    // What names a function of this file is not in a precompiled header.
    for (Decl *D : F.context().getTranslationUnitDecl()->noload_decls())
      if (!D->isFromASTFile() &&
          !F.sources().isInSystemHeader(D->getLocation()))
        TraverseDecl(D);
  }

  bool TraverseDecl(Decl *D) {
    auto *Function = dyn_cast_or_null<FunctionDecl>(D);
    if (!Function)
      return RecursiveASTVisitor::TraverseDecl(D);
    Around.push_back(Function);
    RecursiveASTVisitor::TraverseDecl(D);
    Around.pop_back();
    return true;
  }
  bool TraverseLambdaExpr(LambdaExpr *L) {
    Around.push_back(L->getCallOperator());
    RecursiveASTVisitor::TraverseLambdaExpr(L);
    Around.pop_back();
    return true;
  }
  bool VisitCallExpr(CallExpr *Call) {
    const auto *Ref =
        dyn_cast<DeclRefExpr>(Call->getCallee()->IgnoreParenImpCasts());
    if (!Ref || !isIt(Ref->getDecl()))
      return true;
    Callees.insert(Ref);
    Calls.push_back({Call, Around.empty() ? nullptr : Around.back()});
    return true;
  }
  // Parents are visited first.
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    HasOther |= isIt(Ref->getDecl()) && !Callees.contains(Ref);
    return true;
  }
  // A template that leaves open what it calls.
  bool VisitOverloadExpr(OverloadExpr *E) {
    HasOther |=
        llvm::any_of(E->decls(), [&](const NamedDecl *D) { return isIt(D); });
    return true;
  }

private:
  bool isIt(const NamedDecl *D) const {
    const auto *Function = dyn_cast<FunctionDecl>(D);
    return Function && Function->getCanonicalDecl() == FD;
  }
  const FunctionDecl *FD;
  SmallVector<const FunctionDecl *, 8> Around;
  SmallPtrSet<const DeclRefExpr *, 8> Callees;
};

/// A parameter is no member: `stop` for `stop_`, `m_stop` and `_stop`.
std::string parameterName(const ReachToken &T) {
  const std::string Whole = T.Root->getNameAsString();
  StringRef Name = Whole;
  if (T.From == ReachToken::Origin::Field) {
    Name.consume_front("m_");
    Name = Name.trim('_');
  }
  return Name.empty() || isDigit(Name.front()) ? Whole : Name.str();
}

/// How the declaration of Root names Class, if all of the file may say so:
/// `tbb::task_group_context`, for a class that lives in a namespace of details.
/// By is what that name finds.
std::string writtenName(const ValueDecl &Root, const CXXRecordDecl &Class,
                        const NamedDecl *&By) {
  const auto *Declared = dyn_cast<DeclaratorDecl>(&Root);
  const TypeSourceInfo *Written =
      Declared ? Declared->getTypeSourceInfo() : nullptr;
  if (!Written)
    return "";
  const ASTContext &Context = Root.getASTContext();
  std::string Text =
      Lexer::getSourceText(CharSourceRange::getTokenRange(
                               Written->getTypeLoc().getSourceRange()),
                           Context.getSourceManager(), Context.getLangOpts())
          .str();
  StringRef Name = StringRef(Text).trim("&* ");
  Name.consume_front("const ");
  const DeclContext *In = Context.getTranslationUnitDecl();
  SmallVector<StringRef, 4> Parts;
  Name.split(Parts, "::");
  for (const StringRef &Part : Parts) {
    if (!isValidAsciiIdentifier(Part))
      return "";
    // The using declaration, and what it stands for.
    const auto Found = In->lookup(&Context.Idents.get(Part));
    const auto It = llvm::find_if(
        Found, [](const NamedDecl *D) { return !isa<UsingDecl>(D); });
    if (It == Found.end())
      return "";
    By = *It;
    const NamedDecl *D = By->getUnderlyingDecl();
    if (&Part == &Parts.back())
      return declaresSameEntity(D, &Class) ? Name.str() : "";
    const auto *Space = dyn_cast<NamespaceDecl>(D);
    if (!Space)
      return "";
    In = Space->getPrimaryContext();
  }
  return "";
}

class HandDown {
public:
  HandDown(const FunctionAnalysis &F, const ReachToken &Token,
           std::string &WhyNot)
      : F(F), Token(Token), Name(parameterName(Token)), WhyNot(WhyNot) {
    QualType T = Token.Root->getType();
    if (T->isRValueReferenceType())
      T = T.getNonReferenceType();
    T = T.getUnqualifiedType();
    New.From = ReachToken::Origin::Param;
    New.Root = Token.Root;
    New.Use = F.tokens().classify(T);
    New.Spelling = Name;
    PrintingPolicy Policy(F.context().getPrintingPolicy());
    Type = TypeName::getFullyQualifiedName(T, F.context(), Policy);
    if (New.Use.Record)
      if (const std::string Written =
              writtenName(*Token.Root, *New.Use.Record, NamedBy);
          !Written.empty())
        if (const std::string Full = New.Use.Record->getQualifiedNameAsString();
            size_t At = Type.find(Full) + 1) {
          Type.replace(At - 1, Full.size(), Written);
          IsWritten = true;
        }
    if (!T->isReferenceType() && !T->isPointerType())
      Type += " ";
  }

  std::optional<Fix> run(const Expr &Call) {
    if (Token.From == ReachToken::Origin::Carrier || !New.Use.Token ||
        New.Use.Token->SingleUse || Type.empty())
      return no("'" + Token.Spelling + "' cannot be handed to a parameter");
    if (!Token.NeedsCapture.empty())
      return no("the lambda does not capture '" + Name + "'");
    if (!findChain(*calleeOf(Call)))
      return std::nullopt;
    for (const FunctionDecl *Link : Chain)
      if (!addParameter(*Link))
        return std::nullopt;
    return finish();
  }

private:
  /// A function on the way, and the one that calls it.
  struct Node {
    const FunctionDecl *FD;
    size_t From;
  };

  std::nullopt_t no(const Twine &Why) {
    // The nearest obstacle says most.
    if (WhyNot.empty())
      WhyNot = Why.str();
    return std::nullopt;
  }

  /// The shortest way to a function in which the token can be used.
  bool findChain(const FunctionDecl &First) {
    std::vector<Node> Nodes;
    SmallPtrSet<const FunctionDecl *, 16> Seen;
    auto Visit = [&](const FunctionDecl &FD, size_t From) {
      const FunctionDecl *Def = F.unit().bodyOf(FD);
      if (Def && Seen.insert(Def).second && mayChange(*Def))
        Nodes.push_back({Def, From});
    };
    if (!F.unit().bodyOf(First))
      return no("'" + First.getNameAsString() + "' is defined elsewhere"),
             false;
    Visit(First, 0);
    constexpr size_t MaxNodes = 64;
    for (size_t N = 0; N < Nodes.size() && N < MaxNodes; ++N) {
      const FunctionAnalysis *A = F.unit().analysisOf(*Nodes[N].FD);
      if (!A)
        continue;
      if (useToken(*A)) {
        for (size_t I = N;; I = Nodes[I].From) {
          Chain.insert(Chain.begin(), Nodes[I].FD);
          if (I == 0)
            return true;
        }
      }
      for (const Expr *Call : A->body().calls())
        if (deafCallee(*A, *Call) && !A->isShieldedByPlace(Call))
          Visit(*calleeOf(*Call), N);
    }
    return no("no form of what waits takes the token"), false;
  }

  bool isHere(SourceLocation L) const {
    return L.isValid() && !L.isMacroID() && F.sources().isInMainFile(L);
  }

  bool mayChange(const FunctionDecl &FD) {
    const std::string Called = "'" + FD.getNameAsString() + "'";
    if (FD.isExternallyVisible() || isa<CXXMethodDecl>(FD) || FD.isExternC())
      return no(Called + " is visible to other files"), false;
    if (FD.isTemplated() || FD.isTemplateInstantiation() || FD.isVariadic() ||
        FD.isOverloadedOperator() || !FD.getIdentifier())
      return no(Called + " is no plain function"), false;
    for (const FunctionDecl *D : FD.redecls()) {
      FunctionTypeLoc Loc = D->getFunctionTypeLoc();
      if (!Loc || !isHere(D->getLocation()) || !isHere(Loc.getRParenLoc()))
        return no(Called + " is not written in this file"), false;
      const NamedDecl *Known = IsWritten ? NamedBy : New.Use.Record;
      if (Known && !F.sources().isBeforeInTranslationUnit(Known->getLocation(),
                                                          D->getLocation()))
        return no("the token's type is declared behind " + Called), false;
    }
    const FunctionAnalysis *A = F.unit().analysisOf(FD);
    // Under that name the function, or a lambda in it, knows something else.
    if (!A || namesIt(*A))
      return no(Called + " has another '" + Name + "'"), false;
    return true;
  }

  bool namesIt(const FunctionAnalysis &A) const {
    SourceRange R = A.decl().getSourceRange();
    if (R.getBegin().isMacroID() || R.getEnd().isMacroID())
      return true;
    StringRef Text =
        Lexer::getSourceText(CharSourceRange::getTokenRange(R), F.sources(),
                             F.context().getLangOpts());
    for (size_t At = Text.find(Name); At != StringRef::npos;
         At = Text.find(Name, At + 1)) {
      auto IsPart = [&](size_t I) {
        return I < Text.size() &&
               isAsciiIdentifierContinue(static_cast<unsigned char>(Text[I]));
      };
      if (!(At && IsPart(At - 1)) && !IsPart(At + Name.size()))
        return true;
    }
    return false;
  }

  /// Writes the token where A stays; false: no place takes it.
  bool useToken(const FunctionAnalysis &A) {
    std::vector<TextEdit> Uses;
    std::string Unused;
    auto Take = [&](std::optional<Fix> Made) {
      if (Made)
        llvm::append_range(Uses, Made->Edits);
    };
    for (const Expr *Call : A.body().calls()) {
      if (A.isShieldedByPlace(Call))
        continue;
      if (std::optional<Sink> S = forgottenSink(A, *Call)) {
        if (S->Param.Record == New.Use.Record && handover(A, New, *S).Fits)
          Take(passToken(A, {Call, *S, New, false}, Unused));
        continue;
      }
      if (!isForeignWait(A, *Call))
        continue;
      UninterruptibleWait W;
      W.Call = Call;
      W.Token = New;
      W.Replacement = replacementFor(*Call, New);
      if (W.Replacement)
        Take(useReplacement(A, W));
    }
    for (const Stmt *L : A.body().loops())
      if (neverEnds(*L, A.context())) {
        UncheckedCycle Cycle;
        Cycle.Loop = L;
        Cycle.Where = L->getBeginLoc();
        Cycle.Token = New;
        Take(checkAtHead(A, Cycle));
      }
    llvm::append_range(Edits, Uses);
    return !Uses.empty();
  }

  /// In front of parameters with defaults.
  static unsigned placeIn(const FunctionDecl &FD) {
    unsigned Place = FD.getNumParams();
    for (const FunctionDecl *D : FD.redecls())
      for (unsigned I = D->getNumParams(); I-- > 0;)
        if (D->getParamDecl(I)->hasDefaultArg())
          Place = std::min(Place, I);
    return Place;
  }

  bool insert(SourceLocation Where, std::string Text) {
    std::optional<TextEdit> Edit = insertText(F, Where, std::move(Text));
    if (Edit)
      Edits.push_back(std::move(*Edit));
    return Edit.has_value();
  }

  bool addParameter(const FunctionDecl &FD) {
    const unsigned Place = placeIn(FD);
    for (const FunctionDecl *D : FD.redecls()) {
      FunctionTypeLoc Loc = D->getFunctionTypeLoc();
      if (Place < D->getNumParams()) {
        if (!insert(D->getParamDecl(Place)->getBeginLoc(), Type + Name + ", "))
          return no("a declaration comes from a macro"), false;
        continue;
      }
      SourceLocation Open = Loc.getLParenLoc().getLocWithOffset(1);
      StringRef Between = Lexer::getSourceText(
          CharSourceRange::getCharRange(Open, Loc.getRParenLoc()), F.sources(),
          F.context().getLangOpts());
      if (D->getNumParams() == 0 && !Between.trim().empty())
        return no("'" + FD.getNameAsString() + "' is declared with 'void'"),
               false;
      if (!insert(Loc.getRParenLoc(),
                  (D->getNumParams() ? ", " : "") + Type + Name))
        return no("a declaration comes from a macro"), false;
    }
    const Uses Named(F, FD);
    if (Named.HasOther)
      return no("'" + FD.getNameAsString() +
                "' is also named without being called"),
             false;
    for (const auto &[Call, Caller] : Named.Calls) {
      std::string Text = Caller ? textAt(*Call, *Caller) : "";
      if (Text.empty())
        return no((Caller ? "'" + Caller->getNameAsString() + "'"
                          : std::string("an initialiser")) +
                  " calls '" + FD.getNameAsString() +
                  "' as well, and has no such token"),
               false;
      const auto Args = writtenArgs(*Call);
      const bool IsLast = Place >= Args.size();
      if (!isHere(Call->getRParenLoc()) ||
          !insert(IsLast ? Call->getRParenLoc() : Args[Place]->getBeginLoc(),
                  IsLast ? (Args.empty() ? "" : ", ") + Text : Text + ", "))
        return no("a call comes from a macro"), false;
    }
    return true;
  }

  /// What Caller can pass at Call.
  std::string textAt(const CallExpr &Call, const FunctionDecl &Caller) const {
    if (llvm::any_of(Chain, [&](const FunctionDecl *Link) {
          return Link->getCanonicalDecl() == Caller.getCanonicalDecl();
        }))
      return Name;
    const FunctionAnalysis *A = F.unit().analysisOf(Caller);
    if (!A || !A->body().contains(&Call))
      return {};
    const bool WantsMutable =
        (New.Use.IsReference || New.Use.Form == TokenForm::Pointer) &&
        !New.Use.IsConst;
    for (const ReachToken &T : A->reach().at(&Call))
      if (T.Use.Record == New.Use.Record && T.Use.Form == New.Use.Form &&
          T.NeedsCapture.empty() && T.From != ReachToken::Origin::Carrier &&
          !(WantsMutable && T.Use.IsConst))
        return T.Spelling;
    return {};
  }

  std::optional<Fix> finish() {
    llvm::sort(Edits, [](const TextEdit &A, const TextEdit &B) {
      return std::tie(A.File, A.Offset) < std::tie(B.File, B.Offset);
    });
    for (size_t I = 1; I < Edits.size(); ++I)
      if (Edits[I - 1].File == Edits[I].File &&
          Edits[I - 1].Offset + std::max(1u, Edits[I - 1].Length) >
              Edits[I].Offset)
        return no("the calls stand within one another");
    Fix Result;
    Result.Description =
        "hand '" + Name + "' down to '" + Chain.back()->getNameAsString() + "'";
    Result.Edits = std::move(Edits);
    return Result;
  }

  const FunctionAnalysis &F;
  const ReachToken &Token;
  const std::string Name;
  std::string &WhyNot;
  std::string Type;       ///< as it stands in front of the name
  bool IsWritten = false; ///< Type has the name that Token's declaration has
  const NamedDecl *NamedBy = nullptr;      ///< ... and that finds this
  ReachToken New;                          ///< the parameter
  std::vector<const FunctionDecl *> Chain; ///< definitions, outermost first
  std::vector<TextEdit> Edits;
};

} // namespace

std::optional<Fix> handDown(const FunctionAnalysis &F, const Expr &Call,
                            const ReachToken &Token, std::string &WhyNot) {
  return HandDown(F, Token, WhyNot).run(Call);
}

} // namespace cancel_tidy
