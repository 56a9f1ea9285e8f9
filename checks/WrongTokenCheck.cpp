// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/WrongTokenCheck.h"
#include "checks/core/CallResolver.h"
#include "checks/core/Derivation.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/LoopShape.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo WrongTokenCheck::Info = {
    "cancel-wrong-token",
    "Finds calls and polls that use an outer token although a narrower one, "
    "which is linked to it, is in reach.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<WrongTokenCheck>();
    },
    Guideline::PassOn,
    "C#: PS0021"};

namespace {

bool isLoop(const Stmt *S) {
  return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S);
}

class Judge {
public:
  explicit Judge(const FunctionAnalysis &F)
      : D(F), Tokens(F.tokens()), SM(F.sources()) {}

  std::vector<Finding> run() {
    // Most functions make nothing narrower.
    for (const LocalToken &T : D.locals())
      if (T.From == LocalToken::Origin::Linked && !D.isReassigned(T.Var))
        Narrower.push_back({&T, usesOf(T)});
    if (!Narrower.empty())
      for (const FunctionAnalysis *In : D.bodies())
        if (In->isJudged())
          for (const Expr *Call : In->body().calls())
            judge(*In, *Call);
    return std::move(Out);
  }

private:
  struct Candidate {
    const LocalToken *Token;
    std::vector<const Expr *> Uses; ///< calls that get it, and polls of it
  };

  bool isBefore(const Stmt *A, const Stmt *B) const {
    return SM.isBeforeInTranslationUnit(A->getBeginLoc(), B->getBeginLoc());
  }

  std::vector<const Expr *> usesOf(const LocalToken &T) const {
    std::vector<const Expr *> Uses;
    for (const TokenReceiver &R : D.receivers(T.Var))
      Uses.push_back(R.Call ? R.Call : R.Token);
    for (const FunctionAnalysis *In : D.bodies())
      for (const Expr *Call : In->body().calls())
        if (Query Q = Tokens.queryOf(*Call);
            Q.looks() && Q.Object && D.tokenOf(Q.Object) == T.Var)
          Uses.push_back(Call);
    return Uses;
  }

  /// Whether T can be named at S, and is linked to Outer by then.
  bool isUsable(const LocalToken &T, const ValueDecl *Outer,
                const FunctionAnalysis &In, const Stmt *S) const {
    if (!D.isNarrower(T.Var, Outer) ||
        llvm::any_of(T.Parents, [&](const LocalToken::Parent &P) {
          return !isBefore(P.By, S) || In.body().isWithin(S, P.By);
        }))
      return false;
    const FunctionAnalysis *Inner = &In;
    while (Inner != T.Home) {
      const LambdaExpr *L = Inner->body().lambda();
      if (!L || !Inner->outer())
        return false;
      const FunctionBody &Around = Inner->outer()->body();
      if (!captureOf(*L, *T.Var) && !(L->getCaptureDefault() == LCD_ByRef &&
                                      runsInPlace(Around, *L, Inner->costs())))
        return false;
      S = L;
      Inner = Inner->outer();
    }
    return Derivation::isInScope(T, S);
  }

  /// The narrowest that is usable instead of Outer's token.
  const Candidate *narrowerAt(const FunctionAnalysis &In, const Stmt *S,
                              const ValueDecl *Outer,
                              const CXXRecordDecl *Class) const {
    const Candidate *Best = nullptr;
    if (!Outer || D.isReassigned(Outer))
      return Best;
    for (const Candidate &C : Narrower)
      if (tokenGivenBy(Tokens, C.Token->Var->getType()).Record == Class &&
          isUsable(*C.Token, Outer, In, S) &&
          (!Best || isBefore(Best->Token->Decl, C.Token->Decl)))
        Best = &C;
    return Best;
  }

  /// The token of T as it is spelled at S.
  ReachToken spelled(const LocalToken &T, const FunctionAnalysis &In,
                     const Stmt *S) const {
    for (ReachToken &R : In.reach().at(S))
      if (R.NeedsCapture.empty() && D.same(R.Root) == T.Var)
        return std::move(R);
    ReachToken R;
    R.From = ReachToken::Origin::Local;
    R.Root = T.Var;
    R.Spelling = T.Var->getNameAsString();
    R.Use = Tokens.classify(T.Var->getType());
    const RecordRole Role = Tokens.roleOf(T.Var->getType());
    if (R.Use || !Role.Source)
      return R;
    // Carriers are what gives a token by a call.
    R.From = ReachToken::Origin::Carrier;
    const CXXRecordDecl *Class =
        T.Var->getType().getNonReferenceType()->getAsCXXRecordDecl();
    for (const CXXMethodDecl *M : Class->getDefinition()->methods())
      if (M->getIdentifier() &&
          llvm::is_contained(Role.Source->Token, M->getName())) {
        R.Use = Tokens.classify(M->getReturnType());
        R.Spelling += "." + M->getName().str() + "()";
        break;
      }
    return R;
  }

  void judge(const FunctionAnalysis &In, const Expr &Call) {
    Query Q = Tokens.queryOf(Call);
    if (Q.Kind == QueryKind::Poll || Q.Kind == QueryKind::PollMore ||
        Q.Kind == QueryKind::Throw || Q.Kind == QueryKind::Status)
      judgePoll(In, Call, Q);
    else if (!Q || Q.Kind == QueryKind::Wait)
      judgeCall(In, Call);
  }

  /// Whether the call makes, links or hands out a token or a source.
  bool isAboutTokens(const Expr &Call) const {
    auto IsOne = [&](QualType T) {
      const RecordRole Role = Tokens.roleOf(T);
      return Role.Token || Role.Source || Role.Registration || Role.Carrier;
    };
    if (IsOne(Call.getType()))
      return true;
    const FunctionDecl *FD = calleeOf(Call);
    const Expr *Object = objectOf(Call);
    // Operators compare and assign; a token's own members ask it.
    return !FD || isForwarder(FD) ||
           (isa<CXXOperatorCallExpr>(Call) &&
            FD->getOverloadedOperator() != OO_Call) ||
           (Object && IsOne(Object->getType())) ||
           (isa<CXXConstructExpr>(Call) && cast<CXXConstructExpr>(Call)
                                               .getConstructor()
                                               ->isCopyOrMoveConstructor());
  }

  bool isNamedIn(const FunctionAnalysis &In, const Stmt *S,
                 const LocalToken &T) const {
    return llvm::any_of(In.body().references(), [&](const DeclRefExpr *R) {
      return In.body().isWithin(R, S) && D.same(R->getDecl()) == T.Var;
    });
  }

  /// The narrower one has done its work before S: it was used, and is not used
  /// again.
  bool isOver(const Candidate &C, const FunctionAnalysis &In,
              const Stmt *S) const {
    bool Before = false, After = false;
    for (const Expr *Use : C.Uses) {
      (isBefore(Use, S) ? Before : After) = true;
      for (const Stmt *P = In.body().parent(S); P; P = In.body().parent(P))
        if (isLoop(P) && In.body().isWithin(Use, P))
          After = true; // in the next round
    }
    return Before && !After;
  }

  /// `if (due() && !outer.stop_requested())`, `catch (const Cancelled &) { if
  /// (outer.stop_requested()) throw; ... }`: the function tells whether it was
  /// the outer one or only the narrower one.
  bool tellsApart(const ValueDecl *Outer) const {
    auto IsAlone = [&](const FunctionAnalysis &In, const Expr *Poll) {
      bool No = false;
      for (const Stmt *P = In.body().parent(Poll); P; P = In.body().parent(P)) {
        if (isa<CXXCatchStmt>(P))
          return true;
        if (const auto *Not = dyn_cast<UnaryOperator>(P))
          No |= Not->getOpcode() == UO_LNot;
        else if (const auto *And = dyn_cast<BinaryOperator>(P);
                 And && No && And->getOpcode() == BO_LAnd &&
                 !isInLoopHead(In, P))
          return true;
      }
      return false;
    };
    return llvm::any_of(D.bodies(), [&](const FunctionAnalysis *In) {
      return llvm::any_of(In->body().calls(), [&](const Expr *Call) {
        const Query Q = Tokens.queryOf(*Call);
        return Q.Kind == QueryKind::Poll && Q.Object &&
               D.tokenOf(Q.Object) == Outer && IsAlone(*In, Call);
      });
    });
  }
  /// `while (more() && !outer.stop_requested())`
  static bool isInLoopHead(const FunctionAnalysis &In, const Stmt *S) {
    const Stmt *P = In.body().parent(S);
    while (isa_and_nonnull<Expr>(P)) {
      S = P;
      P = In.body().parent(P);
    }
    return P && isLoop(P) && S == conditionOfLoop(*P);
  }

  void judgeCall(const FunctionAnalysis &In, const Expr &Call) {
    if (isAboutTokens(Call))
      return;
    const FunctionDecl *FD = calleeOf(Call);
    const auto Args = writtenArgs(Call);
    for (unsigned I = 0; I < Args.size() && I < FD->getNumParams(); ++I) {
      const Sink Where{FD, I, Tokens.classify(FD->getParamDecl(I)->getType()),
                       false};
      const TokenUse Given =
          Tokens.classify(Args[I]->IgnoreParenImpCasts()->getType());
      if (!Where.Param || !Given || isDerived(Args[I]))
        continue;
      const ValueDecl *Outer = D.tokenOf(Args[I]);
      const Candidate *C = narrowerAt(In, &Call, Outer, Where.Param.Record);
      if (!C || isNamedIn(In, &Call, *C->Token) || isOver(*C, In, &Call) ||
          In.isShielded(&Call) || tellsApart(Outer))
        continue;
      const LocalToken &T = *C->Token;
      // Who requests one of two tokens by hand may well mean the other one.
      if (T.IsRequested && !T.HasDeadline && !C->Uses.empty())
        continue;
      const ReachToken Narrow = spelled(T, In, &Call);
      const Handover H = handover(In, Narrow, Where, &Call);
      if (!H.Fits)
        continue;
      const std::string Name = nameOf(In, *Args[I], *Outer);
      Finding &Found =
          report(In, calleeLocation(Call), T, Outer, Name,
                 "'" + calleeName(Call) + "' gets '" + Name + "', but '" +
                     T.Var->getNameAsString() + "' is narrower; pass '" +
                     (H.Text.empty() ? Narrow.Spelling : H.Text) + "'");
      std::optional<TextEdit> Edit;
      if (!H.Text.empty())
        Edit = replaceText(
            In, CharSourceRange::getTokenRange(Args[I]->getSourceRange()),
            H.Text);
      if (Edit)
        Found.Fixes.push_back({"pass '" + H.Text + "'", {*Edit}});
      else if (!H.WhyNot.empty())
        Found.Notes.push_back(makeNote(In, calleeLocation(Call),
                                       "no automatic fix: " + H.WhyNot));
      return;
    }
  }

  /// The token as it is written, for messages.
  static std::string nameOf(const FunctionAnalysis &In, const Expr &E,
                            const ValueDecl &Root) {
    std::string Text = textOf(In, *bareToken(&E));
    return Text.empty() || Text.size() > 40 ? Root.getNameAsString() : Text;
  }

  /// E is more than the name of a token: context.WithValue(...).
  bool isDerived(const Expr *E) const {
    return Tokens.queryOf(*bareToken(E)).Kind == QueryKind::Derive;
  }

  /// A loop that asks the outer token only, in which a deadline is not seen.
  void judgePoll(const FunctionAnalysis &In, const Expr &Call, const Query &Q) {
    if (!Q.Object)
      return;
    const ValueDecl *Outer = D.tokenOf(Q.Object);
    const Candidate *C = narrowerAt(
        In, &Call, Outer,
        tokenGivenBy(Tokens, Q.Object->IgnoreParenImpCasts()->getType())
            .Record);
    if (!C || C->Token->Home != &In || C->Token->IsRequested ||
        C->Token->Escapes)
      return;
    const LocalToken &T = *C->Token;
    const Stmt *Loop = nullptr;
    for (const Stmt *P = In.body().parent(&Call); P; P = In.body().parent(P))
      if (isLoop(P) && Derivation::isInScope(T, P))
        Loop = P;
    if (!Loop || isNamedIn(In, Loop, T) || isHandedToOthers(*C, In, Loop) ||
        isOver(*C, In, &Call) || In.isShielded(&Call) || tellsApart(Outer))
      return;
    const ReachToken Narrow = spelled(T, In, &Call);
    const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
    const RecordRole Role = Tokens.roleOf(T.Var->getType());
    std::string Text = Narrow.Spelling;
    if (Role.Source && Member && Member->getMethodDecl()->getIdentifier() &&
        llvm::is_contained(Role.Source->Poll,
                           Member->getMethodDecl()->getName()))
      Text = T.Var->getNameAsString();
    const std::string Name = nameOf(In, *Q.Object, *Outer);
    Finding &Found =
        report(In, calleeLocation(Call), T, Outer, Name,
               "loop asks '" + Name + "', but '" + T.Var->getNameAsString() +
                   "' is narrower; ask '" + Text + "'");
    const TokenUse Asked =
        Tokens.classify(Q.Object->IgnoreParenImpCasts()->getType());
    if (Asked.Form != TokenForm::Value || Narrow.Use.Form != TokenForm::Value)
      return;
    if (auto Edit = replaceText(
            In, CharSourceRange::getTokenRange(Q.Object->getSourceRange()),
            Text))
      Found.Fixes.push_back({"ask '" + Text + "'", {*Edit}});
  }

  /// Somebody beside the loop has the narrower token, and the loop may wait
  /// for that.
  bool isHandedToOthers(const Candidate &C, const FunctionAnalysis &In,
                        const Stmt *Loop) const {
    return llvm::any_of(C.Uses, [&](const Expr *Use) {
      return !In.body().contains(Use) || In.body().isWithin(Use, Loop) ||
             In.costs().spawns(*Use) || isa<CXXConstructExpr>(Use) ||
             !isa<CallExpr>(Use);
    });
  }

  Finding &report(const FunctionAnalysis &In, SourceLocation Where,
                  const LocalToken &T, const ValueDecl *Outer,
                  const std::string &Name, std::string Message) {
    Finding Found = makeFinding(In, WrongTokenCheck::Info.Id, Where, T.Model);
    Found.Message = std::move(Message);
    Found.CostRank = 1;
    Found.Notes.push_back(makeNote(In, T.Var->getLocation(),
                                   "'" + T.Var->getNameAsString() +
                                       "' is cancelled when '" + Name +
                                       "' is, and not only then"));
    Found.Notes.push_back(
        makeNote(In, Outer->getLocation(),
                 "'" + Outer->getNameAsString() + "' is declared here"));
    Out.push_back(std::move(Found));
    return Out.back();
  }

  const Derivation D;
  const TokenIndex &Tokens;
  const SourceManager &SM;
  std::vector<Candidate> Narrower;
  std::vector<Finding> Out;
};

} // namespace

std::vector<Finding> WrongTokenCheck::checkFunction(const FunctionAnalysis &F) {
  // Lambdas are judged with the function that holds them.
  if (F.outer())
    return {};
  return Judge(F).run();
}

} // namespace cancel_tidy
