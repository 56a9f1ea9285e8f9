// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/FixBuilder.h"
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

bool isEditable(const FunctionAnalysis &F, SourceLocation L) {
  return L.isValid() && !L.isMacroID() && !F.sources().isInSystemHeader(L);
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

} // namespace

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
      std::string One = spellDefault(F, *U.Where.Callee->getParamDecl(I));
      if (One.empty()) {
        WhyNot = "the default of parameter '" +
                 U.Where.Callee->getParamDecl(I)->getNameAsString() +
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

namespace {

std::string pollText(const ReachToken &T, std::string &Guard) {
  const TokenType &Token = *T.Use.Token;
  const bool Arrow = T.Use.Form == TokenForm::Pointer ||
                     T.Use.Form == TokenForm::SmartPointer ||
                     T.Use.Form == TokenForm::Optional;
  std::string Base = T.Spelling;
  if (T.Use.Form == TokenForm::RefWrapper)
    Base += ".get()";
  Base += Arrow ? "->" : ".";
  if (T.Use.mayBeNull())
    Guard = T.Spelling + " && ";
  if (!Token.Poll.empty())
    return Base + Token.Poll.front() + "()";
  if (!Token.PollMore.empty())
    return "!" + Base + Token.PollMore.front() + "()";
  if (Token.Bool == AnswerSense::Cancelled && !Arrow)
    return T.Spelling;
  if (Token.Bool == AnswerSense::More && !Arrow)
    return "!" + T.Spelling;
  return {};
}

/// Whether nothing is left of the function once Loop is left by `break`.
bool endsWith(const FunctionAnalysis &F, const Stmt &Loop) {
  const Stmt *Child = &Loop;
  for (const Stmt *P = F.body().parent(Child); P;
       Child = P, P = F.body().parent(P)) {
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
      return false; // the next round
    if (const auto *C = dyn_cast<CompoundStmt>(P))
      if (C->body_back() != Child)
        return false;
  }
  return true;
}

/// How the enclosing function leaves Loop: "return", "co_return", "break"; or
/// nothing, where none of them would do.
std::string wayOut(const FunctionAnalysis &F, const Stmt &Loop) {
  const FunctionDecl &FD = F.decl();
  if (FD.isNoReturn())
    return {};
  bool ReturnsValue = !FD.getReturnType()->isVoidType() && !FD.isMain();
  if (F.body().isCoroutine()) {
    ReturnsValue = anyWithin(F.body().written(), [](const Stmt &S) {
      const auto *R = dyn_cast<CoreturnStmt>(&S);
      return R && R->getOperand();
    });
    if (!ReturnsValue)
      return "co_return;";
  } else if (!isa<CXXConstructorDecl>(FD) && FD.getReturnType()->isVoidType()) {
    return "return;";
  }
  if (ReturnsValue && !isa<CXXConstructorDecl>(FD) && endsWith(F, Loop))
    return {};
  return "break;";
}

} // namespace

std::optional<Fix> checkAtHead(const FunctionAnalysis &F,
                               const UncheckedCycle &Cycle) {
  if (Cycle.Kind != UncheckedCycle::Shape::Loop ||
      !Cycle.Token.NeedsCapture.empty())
    return std::nullopt;
  const Stmt *Body = nullptr;
  if (const auto *L = dyn_cast<WhileStmt>(Cycle.Loop))
    Body = L->getBody();
  else if (const auto *L = dyn_cast<DoStmt>(Cycle.Loop))
    Body = L->getBody();
  else if (const auto *L = dyn_cast<ForStmt>(Cycle.Loop))
    Body = L->getBody();
  else if (const auto *L = dyn_cast<CXXForRangeStmt>(Cycle.Loop))
    Body = L->getBody();
  if (!Body || !isEditable(F, Cycle.Where) ||
      !isEditable(F, Body->getBeginLoc()) || !isEditable(F, Body->getEndLoc()))
    return std::nullopt;
  const SourceManager &SM = F.sources();
  const LangOptions &Lang = F.context().getLangOpts();

  std::string Guard;
  const std::string Poll = pollText(Cycle.Token, Guard);
  const TokenType &Token = *Cycle.Token.Use.Token;
  const auto *Proto = F.decl().getType()->getAs<FunctionProtoType>();
  const bool MayThrow =
      Lang.CXXExceptions &&
      !(Proto && !isUnresolvedExceptionSpec(Proto->getExceptionSpecType()) &&
        Proto->isNothrow()) &&
      !isa<CXXDestructorDecl>(F.decl());
  // A handler inside the loop would catch what the check throws.
  bool Caught = false;
  for (const Stmt *P = Cycle.Loop; P; P = F.body().parent(P))
    Caught |= isa<CXXTryStmt>(P);

  std::vector<std::string> Lines;
  if (!Token.Throw.empty() && MayThrow && !Caught && !F.body().isCoroutine()) {
    std::string Access = Cycle.Token.Spelling;
    if (Cycle.Token.Use.Form == TokenForm::RefWrapper)
      Access += ".get()";
    Access += Cycle.Token.Use.mayBeNull() ? "->" : ".";
    std::string Call = Access + Token.Throw.front() + "();";
    if (Guard.empty())
      Lines = {Call};
    else
      Lines = {"if (" + Cycle.Token.Spelling + ")", "  " + Call};
  } else if (std::string Leave = wayOut(F, *Cycle.Loop);
             !Poll.empty() && !Leave.empty()) {
    Lines = {"if (" + Guard + Poll + ")", "  " + Leave};
  } else {
    return std::nullopt;
  }

  auto IndentAt = [&](SourceLocation L) {
    auto [File, Offset] = SM.getDecomposedLoc(L);
    StringRef Buffer = SM.getBufferData(File);
    size_t Start = Buffer.rfind('\n', Offset ? Offset - 1 : 0);
    Start = Start == StringRef::npos ? 0 : Start + 1;
    StringRef Line = Buffer.substr(Start);
    return Line.take_while([](char C) { return C == ' ' || C == '\t'; }).str();
  };
  const std::string Outer = IndentAt(Cycle.Where);
  Fix Result;
  Result.Description = "check '" + Cycle.Token.Spelling + "' in each round";
  if (const auto *Block = dyn_cast<CompoundStmt>(Body)) {
    // On lines of their own behind the brace, indented as what follows.
    SourceLocation Brace = Block->getLBracLoc();
    std::string Inner = Outer + "  ";
    bool OneLine = true;
    if (!Block->body_empty() &&
        SM.getSpellingLineNumber(Block->body_front()->getBeginLoc()) !=
            SM.getSpellingLineNumber(Brace)) {
      Inner = IndentAt(SM.getFileLoc(Block->body_front()->getBeginLoc()));
      OneLine = false;
    }
    std::string Text;
    for (const std::string &Line : Lines)
      Text += "\n" + Inner + Line;
    if (OneLine && !Block->body_empty())
      Text += "\n" + Inner.substr(0, Inner.size() ? Inner.size() - 1 : 0);
    if (Block->body_empty() && SM.getSpellingLineNumber(Block->getRBracLoc()) ==
                                   SM.getSpellingLineNumber(Brace))
      Text += "\n" + Outer;
    SourceLocation After = Brace.getLocWithOffset(1);
    // A comment behind the brace stays where it is.
    auto [File, Offset] = SM.getDecomposedLoc(After);
    StringRef Rest = SM.getBufferData(File).substr(Offset).take_until(
        [](char C) { return C == '\n' || C == '\r'; });
    if (!OneLine && Rest.ltrim().starts_with("//"))
      After = After.getLocWithOffset(Rest.size());
    auto Edit = insertText(F, After, Text);
    if (!Edit)
      return std::nullopt;
    Result.Edits.push_back(*Edit);
    return Result;
  }
  // A body without braces gets them.
  std::string Inner = Outer + "  ";
  if (SM.getSpellingLineNumber(Body->getBeginLoc()) !=
      SM.getSpellingLineNumber(Cycle.Where))
    Inner = IndentAt(Body->getBeginLoc());
  std::string Open = "{";
  for (const std::string &Line : Lines)
    Open += "\n" + Inner + Line;
  SourceLocation End =
      Lexer::getLocForEndOfToken(Body->getEndLoc(), 0, SM, Lang);
  // Expressions end before their semicolon.

  if (!isa<CompoundStmt>(Body)) {
    auto Next = Lexer::findNextToken(Body->getEndLoc(), SM, Lang);
    if (Next && Next->is(tok::semi) && isa<Expr>(Body))
      End = Next->getEndLoc();
  }
  if (isa<NullStmt>(Body)) {
    auto Edit =
        replaceText(F, CharSourceRange::getTokenRange(Body->getSourceRange()),
                    Open + "\n" + Outer + "}");
    if (!Edit)
      return std::nullopt;
    Result.Edits.push_back(*Edit);
    return Result;
  }
  if (!isa<Expr>(Body) &&
      !isa<IfStmt, ForStmt, WhileStmt, CXXForRangeStmt, CXXTryStmt, SwitchStmt>(
          Body))
    return std::nullopt;
  // A nested statement without braces of its own ends in a semicolon that is
  // not part of it.
  if (!isa<Expr>(Body)) {
    auto Next = Lexer::findNextToken(Body->getEndLoc(), SM, Lang);
    if (Next && Next->is(tok::semi))
      End = Next->getEndLoc();
  }
  const bool SameLine = SM.getSpellingLineNumber(Body->getBeginLoc()) ==
                        SM.getSpellingLineNumber(Cycle.Where);
  std::optional<TextEdit> First, Last;
  if (SameLine) {
    First = insertText(F, Body->getBeginLoc(), Open + "\n" + Inner);
  } else {
    // Behind the loop's closing parenthesis or `do`/range-for head.
    auto Before = Lexer::getLocForEndOfToken(
        [&] {
          if (const auto *L = dyn_cast<WhileStmt>(Cycle.Loop))
            return L->getRParenLoc();
          if (const auto *L = dyn_cast<ForStmt>(Cycle.Loop))
            return L->getRParenLoc();
          if (const auto *L = dyn_cast<CXXForRangeStmt>(Cycle.Loop))
            return L->getRParenLoc();
          return Cycle.Where;
        }(),
        0, SM, Lang);
    First = insertText(F, Before, " " + Open);
  }
  Last = insertText(F, End, "\n" + Outer + "}");
  if (!First || !Last)
    return std::nullopt;
  Result.Edits = {*First, *Last};
  return Result;
}

} // namespace cancel_tidy
