// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/LoopFix.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/LoopExit.h"
#include "checks/core/LoopShape.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

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

} // namespace

std::optional<Fix> checkAtHead(const FunctionAnalysis &F,
                               const UncheckedCycle &Cycle) {
  if (Cycle.Kind != UncheckedCycle::Shape::Loop ||
      !Cycle.Token.NeedsCapture.empty())
    return std::nullopt;
  const Stmt *Body = bodyOfLoop(*Cycle.Loop);
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

  // `while (stop.stop_requested())` is the wrong way round: a check inside
  // would leave it as it is.
  if (const Expr *Cond = conditionOfLoop(*Cycle.Loop);
      Cond && F.answer(Cond, /*Cancelled=*/true, Cycle.Loop).value_or(false))
    return std::nullopt;
  const std::optional<Reaction> Elsewhere =
      reactionElsewhere(F, Cycle.Token, *Cycle.Loop);
  if (Elsewhere && Elsewhere->DoesMore)
    return std::nullopt;
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
      Lines = {"if (" + Cycle.Token.Spelling + ")", Call};
  } else if (std::string Leave = Elsewhere && !Elsewhere->Leave.empty()
                                     ? Elsewhere->Leave
                                     : wayOut(F, *Cycle.Loop);
             !Poll.empty() && !Leave.empty()) {
    Lines = {"if (" + Guard + Poll + ")", Leave};
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
  // What the file indents by: the body's own step, if it stands on a line.
  auto UnitOf = [](StringRef Outer, StringRef Inner) -> std::string {
    if (Inner.size() > Outer.size() && Inner.consume_front(Outer))
      return Inner.str();
    return Outer.contains('\t') ? "\t" : "  ";
  };
  const std::string Outer = IndentAt(Cycle.Where);
  Fix Result;
  Result.Description = "check '" + Cycle.Token.Spelling + "' in each round";
  if (const auto *Block = dyn_cast<CompoundStmt>(Body)) {
    // On lines of their own behind the brace, indented as what follows.
    SourceLocation Brace = Block->getLBracLoc();
    std::string Inner = Outer + UnitOf(Outer, "");
    bool OneLine = true;
    if (!Block->body_empty() &&
        SM.getSpellingLineNumber(Block->body_front()->getBeginLoc()) !=
            SM.getSpellingLineNumber(Brace)) {
      Inner = IndentAt(SM.getFileLoc(Block->body_front()->getBeginLoc()));
      OneLine = false;
    }
    const std::string Unit = UnitOf(Outer, Inner);
    std::string Text;
    for (const std::string &Line : Lines)
      Text += "\n" + Inner + (Text.empty() ? "" : Unit) + Line;
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
  std::string Inner = Outer + UnitOf(Outer, "");
  if (SM.getSpellingLineNumber(Body->getBeginLoc()) !=
      SM.getSpellingLineNumber(Cycle.Where))
    Inner = IndentAt(Body->getBeginLoc());
  const std::string Unit = UnitOf(Outer, Inner);
  std::string Open = "{";
  for (const std::string &Line : Lines)
    Open += "\n" + Inner + (Open == "{" ? "" : Unit) + Line;
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
