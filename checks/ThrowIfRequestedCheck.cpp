// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/ThrowIfRequestedCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/ValueUse.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo ThrowIfRequestedCheck::Info = {
    "cancel-throw-if-requested",
    "Finds a poll that only throws the cancellation exception, where the token "
    "has a member that does both.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<ThrowIfRequestedCheck>();
    },
    Guideline::PollOrThrow,
    "C#: CA2250"};

namespace {

/// `if (token && token->poll()) throw ...`
struct HandMade {
  const TokenType *Token = nullptr;
  const TokenModel *Model = nullptr;
  const CXXMemberCallExpr *Poll = nullptr;
  const Expr *Guard = nullptr; ///< the test that there is a token
  const CXXThrowExpr *Throw = nullptr;
};

const Expr *plain(const Expr *E) {
  return E ? E->IgnoreUnlessSpelledInSource()->IgnoreParens() : nullptr;
}

const Expr *negated(const Expr *E) {
  const auto *Not = dyn_cast<UnaryOperator>(E);
  return Not && Not->getOpcode() == UO_LNot ? plain(Not->getSubExpr())
                                            : nullptr;
}

/// Whether two expressions name the same object, and nothing else happens.
bool sameObject(const Expr *A, const Expr *B) {
  // *token and token-> are about token.
  auto Pointer = [](const Expr *E) {
    E = plain(E);
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(E);
        Op && (Op->getOperator() == OO_Arrow || Op->getOperator() == OO_Star))
      return plain(Op->getArg(0));
    if (const auto *Op = dyn_cast<UnaryOperator>(E);
        Op && Op->getOpcode() == UO_Deref)
      return plain(Op->getSubExpr());
    return E;
  };
  A = Pointer(A);
  B = Pointer(B);
  if (isa<CXXThisExpr>(A))
    return isa<CXXThisExpr>(B);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(A)) {
    const auto *Other = dyn_cast<DeclRefExpr>(B);
    return Other && Other->getDecl() == Ref->getDecl();
  }
  const auto *M = dyn_cast<MemberExpr>(A), *N = dyn_cast<MemberExpr>(B);
  return M && N && M->getMemberDecl() == N->getMemberDecl() &&
         sameObject(M->getBase()->IgnoreParenImpCasts(),
                    N->getBase()->IgnoreParenImpCasts());
}

/// Whether the helper throws what Thrown makes, as far as anybody can tell.
bool isHelpersException(const FunctionAnalysis &F, const HandMade &H,
                        const Expr *Thrown) {
  const CXXRecordDecl *R = Thrown->getType()->getAsCXXRecordDecl();
  if (!R || !R->getIdentifier())
    return false;
  const std::vector<std::string> &Known = H.Token->Throws;
  const std::string Name = qualifiedName(*R);
  if (!Known.empty() ? !llvm::is_contained(Known, Name)
                     : H.Model->Exceptions.size() != 1 ||
                           H.Model->Exceptions.front() != Name)
    return false;
  // Through copies, moves and functional casts to what somebody wrote.
  const Expr *New = Thrown;
  while (true) {
    const Expr *Next = plain(New);
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Next))
      Next = Cast->getSubExpr();
    else if (const auto *Copy = dyn_cast<CXXConstructExpr>(Next);
             Copy && Copy->getNumArgs() == 1 &&
             Copy->getConstructor()->isCopyOrMoveConstructor())
      Next = Copy->getArg(0);
    if (Next == New)
      break;
    New = Next;
  }
  if (const auto *List = dyn_cast<InitListExpr>(New))
    return List->getNumInits() == 0;
  if (!isa<CXXConstructExpr, CXXScalarValueInitExpr>(New))
    return false; // an object that was made elsewhere
  const auto Args = writtenArgs(*New);
  return Args.empty() ||
         (Args.size() == 1 &&
          F.tokens().classify(Args[0]->getType().getNonReferenceType()).Token &&
          sameObject(Args[0], H.Poll->getImplicitObjectArgument()));
}

/// The only statement of a branch.
const Stmt *onlyStatement(const Stmt *Branch) {
  if (const auto *Block = dyn_cast<CompoundStmt>(Branch))
    Branch = Block->size() == 1 ? Block->body_front() : nullptr;
  if (const auto *Full = dyn_cast_or_null<FullExpr>(Branch))
    Branch = Full->getSubExpr();
  return Branch;
}

std::optional<HandMade> match(const FunctionAnalysis &F, const IfStmt &If) {
  if (If.getElse() || If.getInit() || If.hasVarStorage() ||
      If.getIfLoc().isMacroID())
    return std::nullopt;
  HandMade H;
  H.Throw = dyn_cast_or_null<CXXThrowExpr>(onlyStatement(If.getThen()));
  if (!H.Throw || !H.Throw->getSubExpr())
    return std::nullopt;
  const Expr *Cond = plain(If.getCond());
  if (const auto *And = dyn_cast<BinaryOperator>(Cond);
      And && And->getOpcode() == BO_LAnd) {
    H.Guard = plain(And->getLHS());
    Cond = plain(And->getRHS());
  }
  QueryKind Wanted = QueryKind::Poll;
  if (const Expr *Inner = negated(Cond)) {
    Cond = Inner;
    Wanted = QueryKind::PollMore;
  }
  H.Poll = dyn_cast<CXXMemberCallExpr>(Cond);
  if (!H.Poll || H.Poll->getNumArgs() != 0)
    return std::nullopt;
  Query Q = F.tokens().queryOf(*H.Poll);
  if (Q.Kind != Wanted || !Q.Model || !Q.Object)
    return std::nullopt;
  TokenUse Use = F.tokens().classify(Q.Object->getType());
  if (!Use || Use.Token->Throw.empty())
    return std::nullopt;
  H.Token = Use.Token;
  H.Model = Use.Model;
  if (H.Guard && !sameObject(H.Guard, Q.Object))
    return std::nullopt;
  // The helper itself, and what else a token's class has.
  if (const auto *M = dyn_cast<CXXMethodDecl>(&F.decl());
      M && F.tokens().roleOf(*M->getParent()).Token)
    return std::nullopt;
  if (!isHelpersException(F, H, H.Throw->getSubExpr()))
    return std::nullopt;
  return H;
}

/// `token.` as it is written in front of the poll's name.
std::string accessText(const FunctionAnalysis &F, const HandMade &H) {
  const auto *M = dyn_cast<MemberExpr>(H.Poll->getCallee()->IgnoreParens());
  if (!M || M->isImplicitAccess() || M->getBeginLoc().isMacroID() ||
      M->getMemberLoc().isMacroID())
    return {};
  return Lexer::getSourceText(
             CharSourceRange::getCharRange(M->getBeginLoc(), M->getMemberLoc()),
             F.sources(), F.context().getLangOpts())
      .str();
}

std::optional<Fix> callHelper(const FunctionAnalysis &F, const IfStmt &If,
                              const HandMade &H) {
  const std::string Access = accessText(F, H);
  // Which exception comes is up to whoever cancels.
  if (Access.empty() || H.Token->Throws.size() > 1)
    return std::nullopt;
  SourceLocation End = If.getEndLoc();
  if (!isa<CompoundStmt>(If.getThen())) {
    auto Next =
        Lexer::findNextToken(End, F.sources(), F.context().getLangOpts());
    if (!Next || Next->isNot(tok::semi))
      return std::nullopt;
    End = Next->getLocation();
  }
  if (hasRemarks(F, {If.getIfLoc(), End}))
    return std::nullopt;
  const std::string Call = Access + H.Token->Throw.front() + "();";
  Fix Result;
  Result.Description = "call '" + H.Token->Throw.front() + "'";
  // The whole `if`, or what is behind the guard.
  auto Edit =
      H.Guard
          ? replaceText(F,
                        CharSourceRange::getTokenRange(
                            If.getThen()->getBeginLoc(), End),
                        Call)
          : replaceText(F, CharSourceRange::getTokenRange(If.getIfLoc(), End),
                        Call);
  if (!Edit)
    return std::nullopt;
  if (H.Guard) {
    auto Cond = replaceText(
        F, CharSourceRange::getTokenRange(If.getCond()->getSourceRange()),
        textOf(F, *H.Guard));
    if (!Cond)
      return std::nullopt;
    Result.Edits.push_back(std::move(*Cond));
  }
  Result.Edits.push_back(std::move(*Edit));
  return Result;
}

} // namespace

std::vector<Finding>
ThrowIfRequestedCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  if (!F.isJudged())
    return Out;
  for (const Stmt *S : F.body().allStatements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    if (!If)
      continue;
    std::optional<HandMade> H = match(F, *If);
    if (!H)
      continue;
    Finding Found = makeFinding(F, Info.Id, If->getIfLoc(), H->Model);
    std::string Access = accessText(F, *H);
    Found.Message = "this poll and throw are what '" + Access +
                    H->Token->Throw.front() + "()' does; call that";
    if (auto Fixed = callHelper(F, *If, *H))
      Found.Fixes.push_back(std::move(*Fixed));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
