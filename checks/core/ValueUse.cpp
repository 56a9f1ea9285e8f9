// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/ValueUse.h"
#include "clang/AST/Attr.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLFunctionalExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Hands on the value of what is below it, and nothing else.
bool isWrapping(const Stmt *S) {
  if (const auto *New = dyn_cast<CXXConstructExpr>(S))
    return New->getNumArgs() == 1 &&
           New->getConstructor()->isCopyOrMoveConstructor();
  return isa<ParenExpr, ImplicitCastExpr, FullExpr, CXXBindTemporaryExpr,
             MaterializeTemporaryExpr>(S);
}

/// Whether P evaluates its child Child only for what that does.
bool dropsChild(const FunctionBody &Body, const Stmt *P, const Stmt *Child) {
  if (const auto *Block = dyn_cast<CompoundStmt>(P))
    // The last statement of a statement expression is its value.
    return !isa_and_nonnull<StmtExpr>(Body.parent(P)) ||
           Block->body_back() != Child;
  if (const auto *If = dyn_cast<IfStmt>(P))
    return Child == If->getThen() || Child == If->getElse();
  if (const auto *L = dyn_cast<WhileStmt>(P))
    return Child == L->getBody();
  if (const auto *L = dyn_cast<DoStmt>(P))
    return Child == L->getBody();
  if (const auto *L = dyn_cast<ForStmt>(P))
    return Child != L->getCond();
  if (const auto *L = dyn_cast<CXXForRangeStmt>(P))
    return Child == L->getBody();
  if (const auto *Op = dyn_cast<BinaryOperator>(P))
    return Op->getOpcode() == BO_Comma && Child == Op->getLHS();
  return isa<LabelStmt, SwitchCase, AttributedStmt>(P);
}

/// Calls Visit for each token of [Begin, End]; false where the text is not one
/// piece of a file. Visit returns false to stop.
bool eachToken(const FunctionAnalysis &F, SourceRange Range,
               function_ref<bool(const Token &)> Visit,
               bool WithComments = false) {
  const SourceManager &SM = F.sources();
  SourceLocation Begin = SM.getFileLoc(Range.getBegin()),
                 End = SM.getFileLoc(Range.getEnd());
  if (Begin.isInvalid() || End.isInvalid())
    return false;
  auto [File, From] = SM.getDecomposedLoc(Begin);
  auto [EndFile, To] = SM.getDecomposedLoc(End);
  if (File != EndFile || To < From)
    return false;
  StringRef Buffer = SM.getBufferData(File);
  Lexer Lex(SM.getLocForStartOfFile(File), F.context().getLangOpts(),
            Buffer.begin(), Buffer.data() + From, Buffer.end());
  Lex.SetCommentRetentionState(WithComments);
  Token Tok;
  bool Last = false;
  while (!Last) {
    Last = Lex.LexFromRawLexer(Tok);
    if (Tok.is(tok::eof) || SM.getFileOffset(Tok.getLocation()) > To ||
        !Visit(Tok))
      break;
  }
  return true;
}

} // namespace

ValueUse useOf(const FunctionAnalysis &F, const Expr &E) {
  const FunctionBody &Body = F.body();
  const Stmt *Child = &E;
  for (const Stmt *P = Body.parent(Child); P; P = Body.parent(P)) {
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(P);
        Cast && Cast->getType()->isVoidType())
      return ValueUse::Deliberate;
    if (!isWrapping(P) && !isa<ExplicitCastExpr>(P)) {
      if (!dropsChild(Body, P, Child))
        return ValueUse::Used;
      return F.sources().isMacroArgExpansion(Child->getBeginLoc()) &&
                     F.sources().isMacroArgExpansion(Child->getEndLoc())
                 ? ValueUse::Deliberate
                 : ValueUse::Dropped;
    }
    Child = P;
  }
  return ValueUse::Used;
}

std::optional<unsigned> timesInText(const FunctionAnalysis &F, StringRef Name) {
  SourceRange R = F.decl().getSourceRange();
  if (FunctionTypeLoc Type = F.decl().getFunctionTypeLoc())
    R.setBegin(Type.getRParenLoc());
  else if (const Stmt *Body = F.decl().getBody())
    R.setBegin(Body->getBeginLoc());
  unsigned Times = 0;
  if (!eachToken(F, R, [&](const Token &Tok) {
        Times += Tok.is(tok::raw_identifier) && Tok.getRawIdentifier() == Name;
        return true;
      }))
    return std::nullopt;
  return Times;
}

bool hasRemarks(const FunctionAnalysis &F, SourceRange Range) {
  bool Found = false;
  return !eachToken(
             F, Range,
             [&](const Token &Tok) {
               Found = Tok.isOneOf(tok::comment, tok::hash);
               return !Found;
             },
             /*WithComments=*/true) ||
         Found;
}

bool isBlankText(const FunctionAnalysis &F, SourceRange Range) {
  if (Range.getBegin().isMacroID() || Range.getEnd().isMacroID())
    return false;
  bool Blank = true;
  return eachToken(
             F, Range,
             [&](const Token &Tok) {
               Blank = Tok.isOneOf(tok::l_brace, tok::r_brace, tok::r_paren,
                                   tok::semi);
               return Blank;
             },
             /*WithComments=*/true) &&
         Blank;
}

const VarDecl *unreadVariable(const FunctionAnalysis &F, const Expr &E) {
  const FunctionBody &Body = F.body();
  const Stmt *Child = &E;
  const Stmt *P = Body.parent(Child);
  while (P && isWrapping(P)) {
    Child = P;
    P = Body.parent(P);
  }
  const VarDecl *Var = nullptr;
  auto Assigned = [&](const Stmt *S) -> const VarDecl * {
    const auto *Op = dyn_cast_or_null<BinaryOperator>(S);
    if (!Op || Op->getOpcode() != BO_Assign)
      return nullptr;
    const auto *Ref =
        dyn_cast<DeclRefExpr>(Op->getLHS()->IgnoreParenImpCasts());
    return Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  };
  if (const auto *D = dyn_cast_or_null<DeclStmt>(P)) {
    for (const Decl *One : D->decls())
      if (const auto *V = dyn_cast<VarDecl>(One);
          V && V->getInit() && V->getInit() == Child)
        Var = V;
  } else if (const auto *Op = dyn_cast_or_null<BinaryOperator>(P);
             Op && Op->getRHS() == Child &&
             useOf(F, *Op) == ValueUse::Dropped) {
    Var = Assigned(Op);
  }
  if (!Var || !Var->hasLocalStorage() || isa<ParmVarDecl>(Var) ||
      isa<DecompositionDecl>(Var) || !Var->getIdentifier() ||
      Var->getType().isVolatileQualified() ||
      Var->getType()->isReferenceType() || Var->hasAttr<UnusedAttr>() ||
      !Body.contains(P))
    return nullptr;
  unsigned Writes = 0;
  for (const DeclRefExpr *R : Body.references()) {
    if (R->getDecl() != Var)
      continue;
    const Stmt *Use = Body.parent(R);
    while (isa_and_nonnull<ParenExpr>(Use))
      Use = Body.parent(Use);
    const auto *Op = dyn_cast_or_null<BinaryOperator>(Use);
    if (Assigned(Op) != Var || Op->getLHS()->IgnoreParenImpCasts() != R ||
        useOf(F, *Op) != ValueUse::Dropped)
      return nullptr;
    ++Writes;
  }
  // A lambda that holds it by an implicit capture names it, too, and so may a
  // branch that the preprocessor left out.
  return timesInText(F, Var->getName()) == Writes + 1 ? Var : nullptr;
}

} // namespace cancel_tidy
