// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/AskedSource.h"
#include "checks/core/FixBuilder.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// A token that is an answer: where a poll is written, its spelling is it.
const TokenType &answerType() {
  static const TokenType Type = [] {
    TokenType T;
    T.Bool = AnswerSense::Cancelled;
    T.DefaultIsNone = false;
    return T;
  }();
  return Type;
}

/// `this`, or what a static function gives: QThread::currentThread().
bool isWhatRuns(const Expr &Object) {
  const Expr *E = Object.IgnoreParenImpCasts();
  if (isa<CXXThisExpr>(E))
    return true;
  const auto *Call = dyn_cast<CallExpr>(E);
  const auto *M =
      Call ? dyn_cast_or_null<CXXMethodDecl>(Call->getCalleeDecl()) : nullptr;
  return M && M->isStatic() && Call->getNumArgs() == 0;
}

} // namespace

std::optional<ReachToken> askedSource(const FunctionAnalysis &F) {
  // Who destroys the object is another than who runs it.
  if (isa<CXXDestructorDecl>(F.decl()))
    return std::nullopt;
  std::optional<ReachToken> Found;
  for (const Expr *Call : F.body().calls()) {
    const Query Q = F.tokens().queryOf(*Call);
    if (!Q.Object)
      continue;
    if (Q.Kind == QueryKind::Request && isWhatRuns(*Q.Object))
      return std::nullopt;
    const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
    if (Found || Q.Kind != QueryKind::Poll || !Member ||
        !isWhatRuns(*Q.Object) || !isEditable(F, Call->getBeginLoc()))
      continue;
    const RecordRole Role = F.tokens().roleOf(*Member->getRecordDecl());
    std::string Text = textOf(F, *Call);
    if (!Role.Source || !isAskedItself(*Role.Source) || Text.empty() ||
        Text.find('\n') != std::string::npos)
      continue;
    Found.emplace();
    Found->From = ReachToken::Origin::Local;
    Found->Root = &F.decl();
    Found->Use.Token = &answerType();
    Found->Use.Model = Q.Model;
    Found->Spelling = std::move(Text);
  }
  return Found;
}

} // namespace cancel_tidy
