// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/FixBuilder.h"
#include "checks/core/MadeInPlace.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/Support/Path.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

std::string absolutePath(const SourceManager &SM, FileID File) {
  auto Entry = SM.getFileEntryRefForID(File);
  if (!Entry)
    return {};
  SmallString<256> Path(Entry->getName());
  SM.getFileManager().makeAbsolutePath(Path);
  sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

/// A default argument as it can be written at a call.
std::string spellDefault(const FunctionAnalysis &F, const ParmVarDecl &P) {
  const Expr *Default = P.hasUninstantiatedDefaultArg() ? nullptr
                        : P.hasDefaultArg()             ? P.getDefaultArg()
                                                        : nullptr;
  if (!Default)
    return {};
  const Expr *E = Default->IgnoreUnlessSpelledInSource();
  if (isa<IntegerLiteral, FloatingLiteral, CXXBoolLiteralExpr,
          clang::StringLiteral, CharacterLiteral, CXXNullPtrLiteralExpr>(E))
    return textOf(F, *E);
  // -1; what names something may mean another thing at the call.
  if (const auto *Op = dyn_cast<UnaryOperator>(E))
    return isa<IntegerLiteral, FloatingLiteral, CXXBoolLiteralExpr>(
               Op->getSubExpr()->IgnoreParens())
               ? textOf(F, *E)
               : "";
  if (const auto *List = dyn_cast<InitListExpr>(E)) {
    // As written: the semantic form also holds initialisers of members.
    const InitListExpr *Written = List->getSyntacticForm();
    return (Written ? Written : List)->getNumInits() == 0 ? "{}" : "";
  }
  if (const auto *New = dyn_cast<CXXConstructExpr>(E)) {
    if (New->getNumArgs() != 0 || New->getConstructor()->isExplicit())
      return {};
    return P.getType()->isReferenceType() &&
                   !P.getType()->getPointeeType().isConstQualified()
               ? ""
               : "{}";
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (isa<EnumConstantDecl>(Ref->getDecl()) ||
        (isa<VarDecl>(Ref->getDecl()) &&
         cast<VarDecl>(Ref->getDecl())->hasGlobalStorage() &&
         Ref->getDecl()->getAccess() != AS_private &&
         Ref->getDecl()->getAccess() != AS_protected)) {
      std::string Name;
      raw_string_ostream OS(Name);
      Ref->getDecl()->printQualifiedName(OS);
      return Name;
    }
  return {};
}

/// Whether Default means the same when another function hands it on: `{}` has
/// no type of its own, and a zero becomes a number.
bool canBeHandedOn(StringRef Default, const ParmVarDecl &P) {
  return !Default.starts_with("{") &&
         (Default != "0" || !P.getType()->isPointerType());
}

} // namespace

bool isEditable(const FunctionAnalysis &F, SourceLocation L) {
  return L.isValid() && !L.isMacroID() && !F.sources().isInSystemHeader(L);
}

std::string textOf(const FunctionAnalysis &F, const Stmt &S) {
  SourceRange R = S.getSourceRange();
  if (R.getBegin().isMacroID() || R.getEnd().isMacroID())
    return {};
  return Lexer::getSourceText(CharSourceRange::getTokenRange(R), F.sources(),
                              F.context().getLangOpts())
      .str();
}

Place placeOf(const ASTContext &Context, SourceLocation Where) {
  const SourceManager &SM = Context.getSourceManager();
  SourceLocation L = SM.getFileLoc(Where);
  Place P;
  if (L.isInvalid())
    return P;
  auto [File, Offset] = SM.getDecomposedLoc(L);
  P.File = absolutePath(SM, File);
  P.Offset = Offset;
  P.Length = Lexer::MeasureTokenLength(L, SM, Context.getLangOpts());
  P.Line = SM.getLineNumber(File, Offset);
  P.Column = SM.getColumnNumber(File, Offset);
  P.RawLocation = L.getRawEncoding();
  return P;
}

Place placeOf(const FunctionAnalysis &F, SourceLocation Where) {
  return placeOf(F.context(), Where);
}

/// See Finding::Spelled.
static std::vector<Place> spelledPlaces(const FunctionAnalysis &F,
                                        SourceLocation Where) {
  const SourceManager &SM = F.sources();
  std::vector<Place> Places;
  for (SourceLocation L = Where; L.isMacroID();
       L = SM.getImmediateExpansionRange(L).getBegin()) {
    SourceLocation Spelling = SM.getSpellingLoc(L);
    if (SM.isWrittenInScratchSpace(Spelling))
      continue; // made by ##: nobody can write a comment there
    Place P = placeOf(F, Spelling);
    P.RawLocation = Where.getRawEncoding();
    Places.push_back(std::move(P));
  }
  return Places;
}

Finding makeFinding(const FunctionAnalysis &F, StringRef CheckId,
                    SourceLocation Where, const TokenModel *Model) {
  Finding Result;
  Result.CheckId = CheckId.str();
  Result.Where = placeOf(F, Where);
  Result.Spelled = spelledPlaces(F, Where);
  if (Model)
    Result.Family = Model->Family;
  const FunctionAnalysis *Named = &F;
  while (Named->outer())
    Named = Named->outer();
  Result.Context = qualifiedName(Named->decl());
  return Result;
}

Note makeNote(const FunctionAnalysis &F, SourceLocation Where,
              std::string Message) {
  return {placeOf(F, Where), std::move(Message)};
}

Note makeStep(const FunctionAnalysis &F, SourceLocation Where,
              std::string Message) {
  return {placeOf(F, Where), std::move(Message), /*IsStep=*/true};
}

Note tokenNote(const FunctionAnalysis &F, const ReachToken &T) {
  if (isa<FunctionDecl>(T.Root))
    return makeNote(
        F, T.location(),
        (F.body().lambda() ? "this lambda"
                           : "'" + T.Root->getNameAsString() + "'") +
            " asks '" + T.Spelling + "' itself: it is to end early");
  return makeNote(F, T.location(),
                  T.From == ReachToken::Origin::Carrier
                      ? "token '" + T.Spelling + "' is reached through '" +
                            T.Root->getNameAsString() + "'"
                      : "token '" + T.Spelling + "' is declared here");
}

std::optional<TextEdit> replaceText(const FunctionAnalysis &F,
                                    CharSourceRange Range, std::string Text) {
  if (!isEditable(F, Range.getBegin()) || !isEditable(F, Range.getEnd()))
    return std::nullopt;
  const SourceManager &SM = F.sources();
  CharSourceRange Chars =
      Lexer::getAsCharRange(Range, SM, F.context().getLangOpts());
  auto [File, Begin] = SM.getDecomposedLoc(Chars.getBegin());
  auto [EndFile, End] = SM.getDecomposedLoc(Chars.getEnd());
  if (File != EndFile || End < Begin)
    return std::nullopt;
  return TextEdit{absolutePath(SM, File), Begin, End - Begin, std::move(Text),
                  Chars.getBegin().getRawEncoding()};
}

std::optional<TextEdit> insertText(const FunctionAnalysis &F,
                                   SourceLocation Where, std::string Text) {
  return replaceText(F, CharSourceRange::getCharRange(Where, Where),
                     std::move(Text));
}

std::optional<Fix> passToken(const FunctionAnalysis &F,
                             const UnforwardedCall &U, std::string &WhyNot) {
  const SourceManager &SM = F.sources();
  Handover H = handover(F, U.Token, U.Where, U.Call);
  if (H.Text.empty()) {
    WhyNot = H.WhyNot;
    return std::nullopt;
  }
  Fix Result;
  Result.Description = "pass '" + H.Text + "'";
  // Captures first: without them the name means nothing inside.
  for (const LambdaExpr *L : U.Token.NeedsCapture) {
    if (U.Token.From == ReachToken::Origin::Field ||
        isa<FieldDecl>(U.Token.Root)) {
      WhyNot = "the lambda does not capture 'this'";
      return std::nullopt;
    }
    SourceLocation Close = L->getIntroducerRange().getEnd();
    const bool Empty =
        L->explicit_capture_begin() == L->explicit_capture_end() &&
        L->getCaptureDefault() == LCD_None;
    auto Edit = insertText(
        F, Close, (Empty ? "&" : ", &") + U.Token.Root->getNameAsString());
    if (!Edit) {
      WhyNot = "the capture list comes from a macro";
      return std::nullopt;
    }
    Result.Edits.push_back(*Edit);
  }
  const SmallVector<const Expr *, 8> Args = writtenArgs(*U.Call);
  for (const Expr *A : Args)
    if (isa<PackExpansionExpr>(A)) {
      WhyNot = "the arguments are a pack";
      return std::nullopt;
    }
  const unsigned Index = U.Where.Index;
  std::string Text = H.Text;
  SourceLocation Where;
  if (Index < Args.size()) {
    Where = Args[Index]->getBeginLoc();
    Text += ", ";
  } else {
    // Defaults between the written arguments and the token.
    std::string Skipped;
    for (unsigned I = Args.size(); I < Index; ++I) {
      const ParmVarDecl &P = *U.Where.Callee->getParamDecl(I);
      std::string One = spellDefault(F, P);
      if (One.empty() ||
          (isBehind(U.Where, *U.Call) && !canBeHandedOn(One, P))) {
        WhyNot = "the default of parameter '" + P.getNameAsString() +
                 "' before it cannot be spelled out";
        return std::nullopt;
      }
      Skipped += One + ", ";
    }
    Text = (Args.empty() ? "" : ", ") + Skipped + Text;
    if (const auto *Call = dyn_cast<CallExpr>(U.Call)) {
      Where = Call->getRParenLoc();
    } else if (const auto *New = dyn_cast<CXXConstructExpr>(U.Call)) {
      SourceRange Parens = New->getParenOrBraceRange();
      if (Parens.isValid()) {
        Where = Parens.getEnd();
      } else if (Args.empty() && New->getLocation().isValid()) {
        // `Client client;`
        const Stmt *P = F.body().parent(New);
        while (isa_and_nonnull<ExprWithCleanups>(P))
          P = F.body().parent(P);
        if (isa_and_nonnull<DeclStmt>(P)) {
          Where = Lexer::getLocForEndOfToken(New->getLocation(), 0, SM,
                                             F.context().getLangOpts());
          Text = "(" + Text + ")";
        }
      }
    }
  }
  auto Edit = Where.isValid() ? insertText(F, Where, Text) : std::nullopt;
  if (!Edit) {
    WhyNot = "the call comes from a macro or has no argument list";
    return std::nullopt;
  }
  Result.Edits.push_back(*Edit);
  llvm::sort(Result.Edits, [](const TextEdit &A, const TextEdit &B) {
    return std::tie(A.File, A.Offset) < std::tie(B.File, B.Offset);
  });
  return Result;
}

} // namespace cancel_tidy
