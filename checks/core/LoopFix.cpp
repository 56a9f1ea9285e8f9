// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/LoopFix.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/LoopShape.h"
#include "checks/core/ReturnedValue.h"
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

/// What a function does when a poll says that it was cancelled.
struct Reaction {
  bool DoesMore = false; ///< than leave
  bool GoesOn = false;   ///< does one thing, and does not leave
  bool JustReturns = false;
  std::string Leave; ///< `return Status::Cancelled();`; empty: `break;`
};

/// Whether S can be evaluated at Loop just as well: it names no local variable
/// that is not known there.
bool isKnownAt(const FunctionAnalysis &F, const Stmt &S, const Stmt &Loop) {
  return !anyWithin(&S, [&](const Stmt &Part) {
    if (isa<LambdaExpr, CoawaitExpr>(Part))
      return true;
    const auto *Ref = dyn_cast<DeclRefExpr>(&Part);
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!V || !V->isLocalVarDecl())
      return false;
    for (const Stmt *P = &Loop; P; P = F.body().parent(P))
      if (const auto *Block =
              dyn_cast_or_null<CompoundStmt>(F.body().parent(P)))
        for (const Stmt *Before : Block->body()) {
          if (Before == P)
            break;
          if (const auto *D = dyn_cast<DeclStmt>(Before);
              D && llvm::is_contained(D->decls(), V))
            return false;
        }
    return true;
  });
}

Reaction reactionOf(const FunctionAnalysis &F, const Stmt &Taken,
                    const Stmt &Loop) {
  Reaction Found;
  const Stmt *Only = &Taken;
  while (const auto *Block = dyn_cast<CompoundStmt>(Only)) {
    if (Block->size() != 1) {
      Found.DoesMore = Block->size() > 1;
      return Found;
    }
    Only = Block->body_front();
  }
  Found.GoesOn = isa<Expr>(Only) && !isa<CXXThrowExpr>(Only);
  const auto *Return = dyn_cast<ReturnStmt>(Only);
  const auto *CoReturn = dyn_cast<CoreturnStmt>(Only);
  const Expr *Value = Return     ? Return->getRetValue()
                      : CoReturn ? CoReturn->getOperand()
                                 : nullptr;
  Found.JustReturns = Return && !Value;
  if (Value && isKnownAt(F, *Value, Loop))
    if (std::string Text = textOf(F, *Only); !Text.empty())
      Found.Leave = Text + ";";
  return Found;
}

/// How F reacts to a poll of the same token elsewhere: at the last one in front
/// of Loop, or else at the first one.
std::optional<Reaction> reactionElsewhere(const FunctionAnalysis &F,
                                          const ReachToken &Token,
                                          const Stmt &Loop) {
  std::optional<Reaction> Found;
  for (const Stmt *S : F.body().allStatements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    if (!If || !If->getCond())
      continue;
    if (Found && !F.sources().isBeforeInTranslationUnit(If->getIfLoc(),
                                                        Loop.getBeginLoc()))
      break;
    // Of a source that is asked itself the root is the function.
    const bool Asks = Token.Root == &F.decl() ||
                      anyWithin(If->getCond(), [&](const Stmt &Part) {
                        return variableOf(&Part) == Token.Root;
                      });
    std::optional<bool> A =
        Asks ? F.answer(If->getCond(), /*Cancelled=*/true) : std::nullopt;
    const Stmt *Taken = !A ? nullptr : *A ? If->getThen() : If->getElse();
    if (!Taken)
      continue;
    Found = reactionOf(F, *Taken, Loop);
    // What it does behind Loop is done after a `break`, too.
    if (F.sources().isBeforeInTranslationUnit(Loop.getEndLoc(),
                                              If->getIfLoc())) {
      if (Found->GoesOn)
        Found->Leave = "break;";
      if (Found->JustReturns)
        Found->Leave = "return;";
    }
  }
  return Found;
}

/// What the function does behind Loop, outermost last; nothing where a loop
/// around it goes on.
SmallVector<const Stmt *, 8> statementsBehind(const FunctionAnalysis &F,
                                              const Stmt &Loop) {
  SmallVector<const Stmt *, 8> Behind;
  const Stmt *Child = &Loop;
  for (const Stmt *P = F.body().parent(Child); P;
       Child = P, P = F.body().parent(P)) {
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
      return {};
    if (const auto *Block = dyn_cast<CompoundStmt>(P)) {
      const auto *Here = llvm::find(Block->body(), Child);
      if (Here != Block->body_end())
        Behind.append(Here + 1, Block->body_end());
    }
  }
  return Behind;
}

/// Whether S changes something that was changed in front of Loop, too: the flag
/// that is set back, `view.endUpdate();`.
bool undoes(const FunctionAnalysis &F, const Stmt &S, const Stmt &Loop) {
  auto Changed = [](const Stmt &Part) -> const ValueDecl * {
    if (const ValueDecl *D = writtenBy(Part))
      return D;
    const auto *Call = dyn_cast<CXXMemberCallExpr>(&Part);
    const CXXMethodDecl *M = Call ? Call->getMethodDecl() : nullptr;
    return M && !M->isConst() ? variableOf(Call->getImplicitObjectArgument())
                              : nullptr;
  };
  return anyWithin(&S, [&](const Stmt &Part) {
    const ValueDecl *D = Changed(Part);
    return D && llvm::any_of(F.body().allStatements(), [&](const Stmt *Any) {
             return Changed(*Any) == D &&
                    F.sources().isBeforeInTranslationUnit(Any->getBeginLoc(),
                                                          Loop.getBeginLoc());
           });
  });
}

/// Whether S calls what the caller gave the function to call at its end.
bool callsBack(const FunctionAnalysis &F, const Stmt &S) {
  return anyWithin(&S, [&](const Stmt &Part) {
    const auto *Call = dyn_cast<CallExpr>(&Part);
    if (!Call)
      return false;
    const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call);
    const ValueDecl *D = variableOf(
        Op && Op->getOperator() == OO_Call ? Op->getArg(0) : Call->getCallee());
    return isa_and_nonnull<ParmVarDecl>(D) &&
           llvm::is_contained(F.decl().parameters(), D);
  });
}

/// What the first return statement behind Loop gives; null for none.
const Expr *valueBehind(ArrayRef<const Stmt *> Behind) {
  for (const Stmt *S : Behind)
    if (const auto *R = dyn_cast<ReturnStmt>(S))
      return asWritten(R->getRetValue());
  return nullptr;
}

/// The failure that every other way out of Loop returns: `return false;`.
/// Behind: what the function gives behind it, if that is known.
std::string failureOf(const FunctionAnalysis &F, const Stmt &Loop,
                      const Expr *Behind) {
  std::string Text;
  for (const Stmt *S : F.body().allStatements()) {
    const auto *R = dyn_cast<ReturnStmt>(S);
    if (!R || !R->getRetValue() || !F.body().isWithin(R, bodyOfLoop(Loop)))
      continue;
    if (!saysFailure(*asWritten(R->getRetValue()), Behind))
      return {};
    std::string One = textOf(F, *R);
    if (One.empty() || (!Text.empty() && One != Text) ||
        (Behind && One == "return " + textOf(F, *Behind)))
      return {};
    Text = std::move(One);
  }
  return Text.empty() ? Text : Text + ";";
}

/// How the enclosing function leaves Loop: "return", "co_return", "break"; or
/// nothing, where none of them would do.
std::string wayOut(const FunctionAnalysis &F, const Stmt &Loop) {
  const FunctionDecl &FD = F.decl();
  if (FD.isNoReturn())
    return {};
  const auto Behind = statementsBehind(F, Loop);
  if (llvm::any_of(Behind, [&](const Stmt *S) { return callsBack(F, *S); }))
    return {};
  const Expr *ValueBehind = valueBehind(Behind);
  if (std::string Failure = failureOf(F, Loop, ValueBehind); !Failure.empty())
    return Failure;
  // Half the work would be taken for all of it.
  if (ValueBehind && saysSuccess(*ValueBehind))
    return {};
  if (llvm::any_of(Behind, [&](const Stmt *S) { return undoes(F, *S, Loop); }))
    return "break;";
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
