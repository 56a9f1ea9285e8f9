// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/ReleaseFix.h"
#include "checks/core/FixBuilder.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Whether Release needs nothing but what is held.
bool needsOnlyHandle(const Expr &Release) {
  if (isa<CXXDeleteExpr>(Release))
    return true;
  return writtenArgs(Release).size() ==
         (isa<CXXMemberCallExpr>(Release) ? 0u : 1u);
}

/// Whether Leaves may look at what the release takes away.
bool mayNeedHandle(const FunctionAnalysis &F, const Holding &H,
                   const Stmt &Leaves) {
  const Expr *Value = nullptr;
  if (const auto *R = dyn_cast<ReturnStmt>(&Leaves))
    Value = R->getRetValue();
  else if (const auto *R = dyn_cast<CoreturnStmt>(&Leaves))
    Value = R->getOperand();
  if (!H.Handle)
    // Under the lock, members are read; behind it, only locals may be.
    return Value && anyWithin(Value, [](const Stmt &S) {
             return isa<MemberExpr, CXXThisExpr, CallExpr>(S);
           });
  if (isa<BreakStmt>(Leaves)) {
    // What follows the loop may still use it.
    const Stmt *Left = F.body().parent(&Leaves);
    while (Left &&
           !isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, SwitchStmt>(Left))
      Left = F.body().parent(Left);
    const SourceManager &SM = F.sources();
    return !Left ||
           llvm::any_of(F.body().references(), [&](const DeclRefExpr *R) {
             return R->getDecl() == H.Handle &&
                    SM.isBeforeInTranslationUnit(Left->getEndLoc(),
                                                 R->getLocation());
           });
  }
  // A pointer or a reference may lead to it, whatever it is called.
  return Value && anyWithin(Value, [&](const Stmt &S) {
           const auto *Ref = dyn_cast<DeclRefExpr>(&S);
           const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
           return V && (V == H.Handle || V->getType()->isPointerType() ||
                        V->getType()->isReferenceType());
         });
}

/// Whether the handle is tested behind the exit only: it may be null there.
bool mayBeNull(const FunctionAnalysis &F, const SkippedRelease &S) {
  return llvm::any_of(S.What.Tests, [&](const Expr *Test) {
    return F.sources().isBeforeInTranslationUnit(S.Exit.where(),
                                                 Test->getExprLoc());
  });
}

/// Whether the variable is in scope at the exit.
bool isNamedAt(const FunctionAnalysis &F, const Holding &H, const Stmt &At) {
  if (!H.Handle)
    return true;
  for (const Stmt *S : F.body().allStatements())
    if (const auto *D = dyn_cast<DeclStmt>(S);
        D && llvm::is_contained(D->decls(), H.Handle)) {
      const Stmt *Scope = F.body().parent(D);
      return Scope && F.body().isWithin(&At, Scope);
    }
  return false;
}

std::string indentAt(const SourceManager &SM, SourceLocation L) {
  auto [File, Offset] = SM.getDecomposedLoc(L);
  StringRef Text = SM.getBufferData(File);
  const size_t Start = Text.take_front(Offset).rfind('\n');
  return Text.substr(Start == StringRef::npos ? 0 : Start + 1)
      .take_while([](char C) { return C == ' ' || C == '\t'; })
      .str();
}

} // namespace

std::optional<Fix> releaseBefore(const FunctionAnalysis &F,
                                 const SkippedRelease &S, std::string &WhyNot) {
  const auto *If = dyn_cast_or_null<IfStmt>(S.Exit.Branch);
  if (!If || !S.Leaves) {
    WhyNot = "the way out is not a single return or break";
    return std::nullopt;
  }
  if (!needsOnlyHandle(*S.Release)) {
    WhyNot = "'" + S.releaseName() + "' takes more than '" + S.What.Name + "'";
    return std::nullopt;
  }
  if (mayNeedHandle(F, S.What, *S.Leaves)) {
    WhyNot = "what follows may need '" + S.What.Name + "'";
    return std::nullopt;
  }
  if (mayBeNull(F, S) || !isNamedAt(F, S.What, *S.Leaves)) {
    WhyNot = "'" + S.What.Name + "' may not be there";
    return std::nullopt;
  }
  const SourceManager &SM = F.sources();
  const LangOptions &Lang = F.context().getLangOpts();
  const std::string Text = textOf(F, *S.Release);
  SourceLocation Begin = S.Leaves->getBeginLoc();
  auto Semi = Lexer::findNextToken(S.Leaves->getEndLoc(), SM, Lang);
  if (Text.empty() || Begin.isMacroID() || S.Leaves->getEndLoc().isMacroID() ||
      If->getIfLoc().isMacroID() || !Semi || Semi->isNot(tok::semi)) {
    WhyNot = "a macro is in the way";
    return std::nullopt;
  }
  const bool OwnLine = SM.getSpellingLineNumber(Begin) !=
                       SM.getSpellingLineNumber(If->getIfLoc());
  const std::string Next =
      OwnLine ? ";\n" + indentAt(SM, Begin) : std::string("; ");
  Fix Result;
  Result.Description = "give '" + S.What.Name + "' back";
  SmallVector<std::optional<TextEdit>, 3> Edits;
  const Stmt *Taken = S.Exit.TakesThen ? If->getThen() : If->getElse();
  if (isa<CompoundStmt>(Taken)) {
    Edits.push_back(insertText(F, Begin, Text + Next));
  } else {
    SourceLocation Head =
        S.Exit.TakesThen ? If->getRParenLoc() : If->getElseLoc();
    if (OwnLine)
      Edits.push_back(
          insertText(F, Lexer::getLocForEndOfToken(Head, 0, SM, Lang), " {"));
    Edits.push_back(insertText(F, Begin, (OwnLine ? "" : "{ ") + Text + Next));
    Edits.push_back(insertText(F, Semi->getEndLoc(),
                               OwnLine
                                   ? "\n" + indentAt(SM, If->getIfLoc()) + "}"
                                   : std::string(" }")));
  }
  for (std::optional<TextEdit> &E : Edits) {
    if (!E) {
      WhyNot = "a macro is in the way";
      return std::nullopt;
    }
    Result.Edits.push_back(std::move(*E));
  }
  return Result;
}

} // namespace cancel_tidy
