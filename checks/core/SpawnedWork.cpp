// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/SpawnedWork.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/MemberTokens.h"
#include "checks/core/Unit.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Whether an object of type T holds a token or a source, or may be told to
/// stop in a way of its own.
bool holdsToken(const TokenIndex &Tokens, QualType T) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(R);
      Spec && Spec->isInStdNamespace() && Spec->getTemplateArgs().size() &&
      Spec->getTemplateArgs()[0].getKind() == TemplateArgument::Type)
    R = Spec->getTemplateArgs()[0].getAsType()->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition())
    return false;
  auto Has = [&](const CXXRecordDecl &C) {
    return llvm::any_of(C.fields(), [&](const FieldDecl *Field) {
      const RecordRole Role = Tokens.roleOf(Field->getType());
      return Role.Token || Role.Source || Role.Carrier || Role.Registration ||
             Tokens.classify(Field->getType()) ||
             namesCancellation(Field->getName());
    });
  };
  const CXXRecordDecl *Def = R->getDefinition();
  return Has(*Def) || llvm::any_of(Def->bases(), [&](const auto &Base) {
           const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl();
           return B && B->hasDefinition() && Has(*B->getDefinition());
         });
}

/// Whether the body, or what it calls in this TU, names something that says
/// that it should stop: somebody has another way to tell it.
bool namesStop(Unit &U, const FunctionAnalysis &G, unsigned Depth = 0) {
  const TokenIndex &Tokens = U.tokens();
  // Tokens are for those who are given one.
  auto Names = [&](const ValueDecl *D) {
    return D->getIdentifier() && namesCancellation(D->getName()) &&
           !Tokens.classify(D->getType());
  };
  for (const DeclRefExpr *R : G.body().references())
    if (Names(R->getDecl()))
      return true;
  for (const MemberExpr *M : G.body().memberUses())
    if (Names(M->getMemberDecl()) && !Tokens.classify(M->getBase()->getType()))
      return true;
  if (Depth < 2)
    for (const Expr *Call : G.body().calls())
      if (const FunctionDecl *FD = calleeOf(*Call);
          FD && llvm::none_of(FD->parameters(), [&](const ParmVarDecl *P) {
            return Tokens.classify(P->getType()).Token;
          }))
        if (const FunctionAnalysis *A = U.analysisOf(*FD);
            A && A != &G && namesStop(U, *A, Depth + 1))
          return true;
  return false;
}

class Judge {
public:
  explicit Judge(const FunctionAnalysis &F) : F(F), Tokens(F.tokens()) {}

  std::optional<UnstoppableWork> judge(const Expr &Call) const {
    UnstoppableWork W;
    W.Call = &Call;
    W.Work = spawnedCallable(F, Call);
    if (!W.Work || F.isShielded(&Call) ||
        F.costs().runner(Call) != RunnerKind::None || findSink(F, Call) ||
        !findToken(W) || goesAlong(W) || isToldOtherwise(W) || isWatched(W) ||
        isKeptByObject(W) || !isWorthIt(W))
      return std::nullopt;
    return W;
  }

private:
  /// The nearest token that work beside the function can use.
  bool findToken(UnstoppableWork &W) const {
    for (ReachToken &T : F.reach().at(W.Call)) {
      // What belongs to one operation on one thread is not for others, and a
      // member's token is there for what the object itself does: only where F
      // uses it, for work that has nothing of the object.
      const bool Bound =
          T.Use.Token->SingleUse ||
          (T.Use.Token->IsContext && T.Use.Token->Derive.empty());
      if (Bound || !T.NeedsCapture.empty() ||
          (T.From == ReachToken::Origin::Field &&
           (!isGovernedBy(F, T) || getsOwnState(F, *W.Call))))
        continue;
      W.Token = std::move(T);
      return true;
    }
    return false;
  }

  /// The token, something made with it, or an object that has one goes along.
  bool goesAlong(const UnstoppableWork &W) const {
    for (const ParmVarDecl *P : W.Work.Function->parameters())
      if (Tokens.classify(P->getType()) || Tokens.roleOf(P->getType()).Carrier)
        return true; // the spawner gives it one
    auto Holds = [&](const Expr *A) {
      return F.reach().involves(A) || anyWithin(A, [&](const Stmt &S) {
               const auto *E = dyn_cast<Expr>(&S);
               return E && isa<DeclRefExpr, MemberExpr, CXXThisExpr>(E) &&
                      holdsToken(Tokens, E->getType());
             });
    };
    if (llvm::any_of(writtenArgs(*W.Call), Holds))
      return true;
    if (const Expr *Object = objectOf(*W.Call);
        Object && F.reach().involves(Object))
      return true;
    if (!W.Work.Lambda)
      return false;
    // A lambda that has a name: look at what it holds, too.
    return Holds(W.Work.Lambda) ||
           llvm::any_of(W.Work.Lambda->captures(), [&](const LambdaCapture &C) {
             return C.capturesThis()
                        ? thisHoldsToken()
                        : C.capturesVariable() &&
                              holdsToken(Tokens, C.getCapturedVar()->getType());
           });
  }

  bool thisHoldsToken() const {
    for (const FunctionAnalysis *A = &F; A; A = A->outer())
      if (const auto *M = dyn_cast<CXXMethodDecl>(&A->decl());
          M && !M->getParent()->isLambda())
        return holdsToken(Tokens, M->getThisType());
    return false;
  }

  /// There is another way to end it: a registration, a flag, something that the
  /// function does to what the work got.
  bool isToldOtherwise(const UnstoppableWork &W) const {
    if (F.hasRegistration())
      return true;
    const FunctionAnalysis *G = F.unit().analysisOf(*W.Work.Function);
    if (!G)
      return false;
    if (G->body().isBroken() || !G->reach().at(G->body().written()).empty() ||
        namesStop(F.unit(), *G))
      return true;
    if (!W.Work.Lambda)
      return false;
    return llvm::any_of(W.Work.Lambda->captures(), [&](const LambdaCapture &C) {
      if (!C.capturesVariable())
        return false;
      const ValueDecl &V = *C.getCapturedVar();
      const VarDecl *Promise = promiseOf(V);
      return (C.getCaptureKind() == LCK_ByRef && isChangedAfter(V, *W.Call)) ||
             isFlagSetAfter(V, *W.Call) ||
             (Promise && isChangedAfter(*Promise, *W.Call));
    });
  }

  /// What fulfils the future V: `auto ended = quit.get_future().share();`
  static const VarDecl *promiseOf(const ValueDecl &V) {
    const auto *Future = dyn_cast<VarDecl>(&V);
    const VarDecl *Promise = nullptr;
    if (Future && Future->getInit())
      anyWithin(Future->getInit(), [&](const Stmt &S) {
        const auto *Get = dyn_cast<CXXMemberCallExpr>(&S);
        const CXXMethodDecl *M = Get ? Get->getMethodDecl() : nullptr;
        if (!M || !M->getIdentifier() || M->getName() != "get_future")
          return false;
        Promise = dyn_cast_or_null<VarDecl>(
            variableOf(Get->getImplicitObjectArgument()));
        return true;
      });
    return Promise;
  }

  /// done = true; queue.close();
  bool isChangedAfter(const ValueDecl &V, const Expr &Call) const {
    for (const DeclRefExpr *R : F.body().references()) {
      if (R->getDecl() != &V || !F.sources().isBeforeInTranslationUnit(
                                    Call.getEndLoc(), R->getBeginLoc()))
        continue;
      const Stmt *P = F.body().parent(R);
      while (isa_and_nonnull<ParenExpr, ImplicitCastExpr>(P))
        P = F.body().parent(P);
      if (const auto *Op = dyn_cast_or_null<BinaryOperator>(P);
          Op && Op->isAssignmentOp())
        return true;
      if (const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(P);
          Op && Op->isAssignmentOp())
        return true;
      const auto *M = dyn_cast_or_null<MemberExpr>(P);
      const auto *Method =
          M ? dyn_cast<CXXMethodDecl>(M->getMemberDecl()) : nullptr;
      if (Method && !Method->isConst() && !Method->isStatic())
        return true;
    }
    return false;
  }

  /// log.end = true; queue->done.store(true);
  bool isFlagSetAfter(const ValueDecl &V, const Expr &Call) const {
    return llvm::any_of(F.body().memberUses(), [&](const MemberExpr *M) {
      const auto *Field = dyn_cast<FieldDecl>(M->getMemberDecl());
      if (!Field || !F.sources().isBeforeInTranslationUnit(Call.getEndLoc(),
                                                           M->getBeginLoc()))
        return false;
      const QualType T = Field->getType().getNonReferenceType();
      const CXXRecordDecl *R = T->getAsCXXRecordDecl();
      const bool Atomic =
          R && R->getIdentifier() && R->getName().starts_with("atomic");
      if (!Atomic && !T->isBooleanType() && !T->isEnumeralType())
        return false;
      const Expr *Base = stripped(M->getBase());
      if (const auto *Arrow = dyn_cast<CXXOperatorCallExpr>(Base);
          Arrow && Arrow->getOperator() == OO_Arrow)
        Base = stripped(Arrow->getArg(0));
      if (variableOf(Base) != &V)
        return false;
      const Stmt *P = F.body().parent(M);
      while (isa_and_nonnull<ParenExpr, ImplicitCastExpr>(P))
        P = F.body().parent(P);
      if (const auto *Op = dyn_cast_or_null<BinaryOperator>(P))
        return Op->isAssignmentOp() && stripped(Op->getLHS()) == M;
      if (const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(P))
        return Op->isAssignmentOp() && stripped(Op->getArg(0)) == M;
      const auto *Part = dyn_cast_or_null<MemberExpr>(P);
      const auto *Method =
          Part ? dyn_cast<CXXMethodDecl>(Part->getMemberDecl()) : nullptr;
      return Method && Method->getIdentifier() && !Method->isConst() &&
             !Method->getName().starts_with("wait") &&
             !Method->getName().starts_with("notify");
    });
  }

  /// Somebody waits for the result with the token, or looks at it meanwhile.
  bool isWatched(const UnstoppableWork &W) const {
    const VarDecl *Result = nullptr;
    for (const VarDecl *V : F.body().variables())
      if (V->getInit() && F.body().isWithin(W.Call, V->getInit()))
        Result = V;
    if (!Result)
      return false;
    auto Names = [&](const Expr *E) {
      return anyWithin(E, [&](const Stmt &S) {
        const auto *R = dyn_cast<DeclRefExpr>(&S);
        return R && R->getDecl() == Result;
      });
    };
    const bool Looks = llvm::any_of(F.body().calls(), [&](const Expr *Call) {
      return F.queryOf(*Call).looks();
    });
    return llvm::any_of(F.body().calls(), [&](const Expr *Call) {
      const FunctionDecl *FD = calleeOf(*Call);
      const Expr *Object = objectOf(*Call);
      bool Named = Object && Names(Object), Token = false;
      const bool Asks =
          Named && FD && FD->getIdentifier() &&
          (FD->getName().starts_with("wait_") ||
           FD->getName().starts_with("is_") || FD->getName().starts_with("is"));
      for (const Expr *A : writtenArgs(*Call)) {
        Named |= Names(A);
        Token |= F.reach().involves(A);
      }
      return (Named && Token) || (Asks && Looks);
    });
  }

  /// A container, which keeps the thread that is made in it.
  static bool isKeptBy(const Expr &Object) {
    const CXXRecordDecl *R = Object.getType()->getAsCXXRecordDecl();
    return R && R->isInStdNamespace() && R->getIdentifier() &&
           !R->getName().ends_with("_ptr");
  }

  /// `pool_->post([this, keys] {...})`: what it works on came with this call.
  static bool isOfOneCall(const UnstoppableWork &W) {
    return W.Work.Lambda &&
           llvm::any_of(W.Work.Lambda->captures(), [](const LambdaCapture &C) {
             return C.capturesVariable();
           });
  }

  /// thread_ = std::thread([this] { run(); }): it lives as long as the object.
  bool isKeptByObject(const UnstoppableWork &W) const {
    const bool UsesThis =
        (W.Work.Lambda && llvm::any_of(W.Work.Lambda->captures(),
                                       [](const LambdaCapture &C) {
                                         return C.capturesThis();
                                       })) ||
        llvm::any_of(writtenArgs(*W.Call), [](const Expr *A) {
          return anyWithin(A,
                           [](const Stmt &S) { return isa<CXXThisExpr>(S); });
        });
    if (!UsesThis)
      return false;
    if (isa<CXXConstructorDecl>(F.decl()))
      return true;
    auto IsMember = [](const Expr *E) {
      return E && anyWithin(E, [](const Stmt &S) {
               const auto *M = dyn_cast<MemberExpr>(&S);
               return M && isa<FieldDecl>(M->getMemberDecl());
             });
    };
    if (const Expr *Object = objectOf(*W.Call); IsMember(Object))
      return isKeptBy(*Object) || !isOfOneCall(W);
    for (const Stmt *P = F.body().parent(W.Call); isa_and_nonnull<Expr>(P);
         P = F.body().parent(P)) {
      if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(P);
          Op && Op->isAssignmentOp() && IsMember(Op->getArg(0)))
        return true;
      if (const auto *Add = dyn_cast<CXXMemberCallExpr>(P);
          Add && IsMember(Add->getImplicitObjectArgument()))
        return true;
    }
    return false;
  }

  /// What it does may last, or take the token.
  bool isWorthIt(UnstoppableWork &W) const {
    const FunctionDecl &FD = *W.Work.Function;
    const FunctionAnalysis *G = F.unit().analysisOf(FD);
    if (!G || FD.isDependentContext()) {
      if (G || W.Work.Lambda || isa<CXXConstructorDecl, CXXDestructorDecl>(FD))
        return false;
      // Some other TU has its body.
      std::string USR = usrOf(*FD.getCanonicalDecl());
      const CostClass Listed = F.costs().listed(FD);
      if (USR.empty() || Listed == CostClass::Cheap)
        return false;
      const std::string Name = FD.getNameAsString();
      if (Listed != CostClass::Unknown) {
        W.Costliest = Name;
        return true;
      }
      W.When.Clauses = {
          {{USR, FactKind::Long, Costs::soundsLong(FD), Name}},
          {{USR, FactKind::NeverLooks, /*WhenUndefined=*/true, {}}}};
      return true;
    }
    findSinks(*G, W);
    if (!W.Sinks.empty())
      return true;
    const FunctionSummary *S = F.unit().summaryOf(FD);
    if (!S || S->Looks)
      return false;
    for (const std::string &USR : S->LooksIfAny)
      W.When.Clauses.push_back(
          {{USR, FactKind::NeverLooks, /*WhenUndefined=*/true, {}}});
    if (S->Long) {
      if (!S->LongVia.empty())
        W.When.Clauses.push_back(
            {{S->LongVia, FactKind::NeverLooks, /*WhenUndefined=*/true, {}}});
      W.Endless = S->LongBecause == "an endless loop";
      W.Costliest = S->LongBecause;
    } else if (!S->LongIfAny.empty()) {
      W.When.Clauses.push_back(S->LongIfAny);
    } else {
      return false;
    }
    return W.When.size() <= Condition::MaxAtoms;
  }

  void findSinks(const FunctionAnalysis &G, UnstoppableWork &W) const {
    ReachToken Inside = W.Token;
    const LambdaExpr *L = W.Work.Lambda;
    if (L && Inside.From != ReachToken::Origin::Carrier)
      Inside.From = ReachToken::Origin::Capture;
    if (L &&
        (L->getCaptureDefault() != LCD_ByRef || isa<FieldDecl>(Inside.Root)) &&
        !L->isMutable() && Inside.Use.Form == TokenForm::Value &&
        !Inside.Use.IsReference)
      Inside.Use.IsConst = true;
    for (const Expr *Call : G.body().calls()) {
      std::optional<Sink> S = findSink(G, *Call);
      if (S && handover(G, Inside, *S).Fits && !G.isShielded(Call))
        W.Sinks.push_back({Call, *S, Inside, false});
    }
  }

  const FunctionAnalysis &F;
  const TokenIndex &Tokens;
};

/// `co_await co_spawn(executor, work(), token)` in a coroutine whose awaits are
/// cancelled with it.
bool isAwaitedWithToken(const FunctionAnalysis &F, const Expr &Call) {
  const Stmt *P = F.body().parent(&Call);
  while (isa_and_nonnull<ImplicitCastExpr, MaterializeTemporaryExpr,
                         CXXBindTemporaryExpr>(P))
    P = F.body().parent(P);
  return isa_and_nonnull<CoawaitExpr>(P) &&
         F.tokens().isAmbientTask(F.decl().getReturnType());
}

} // namespace

std::vector<UnstoppableWork> unstoppableWork(const FunctionAnalysis &F) {
  std::vector<UnstoppableWork> Out;
  if (!F.isJudged())
    return Out;
  const Judge J(F);
  for (const Expr *Call : F.body().calls())
    if (F.costs().spawns(*Call) && !isAwaitedWithToken(F, *Call))
      if (auto W = J.judge(*Call))
        Out.push_back(std::move(*W));
  return Out;
}

std::optional<Fix> captureToken(const FunctionAnalysis &F,
                                const UnstoppableWork &W, std::string &WhyNot) {
  const LambdaExpr *L = W.Work.Lambda;
  const FunctionAnalysis *G = F.unit().analysisOf(*W.Work.Function);
  if (!L || !G || W.Sinks.empty())
    return std::nullopt;
  Fix Result;
  Result.Description = "hand '" + W.Token.Spelling + "' on";
  // A member by a name of its own, lest the work holds on to the object.
  const bool IsField = isa<FieldDecl>(W.Token.Root);
  if (L->getCaptureDefault() == LCD_None || IsField) {
    if (!isa<VarDecl>(W.Token.Root) && !IsField) {
      WhyNot = "'" + W.Token.Root->getNameAsString() + "' cannot be captured";
      return std::nullopt;
    }
    // By copy: the work may outlive what is referred to. What cannot be copied
    // is captured as everything around it has to be.
    const bool ByCopy = W.Token.Use.Form != TokenForm::Value ||
                        W.Token.Use.Token->DefaultIsNone;
    const std::string Name = W.Token.Root->getNameAsString();
    auto Edit =
        insertText(F, L->getIntroducerRange().getEnd(),
                   (L->explicit_capture_begin() == L->explicit_capture_end() &&
                            L->getCaptureDefault() == LCD_None
                        ? ""
                        : ", ") +
                       std::string(ByCopy ? "" : "&") + Name +
                       (IsField ? " = " + Name : ""));
    if (!Edit) {
      WhyNot = "the capture list comes from a macro";
      return std::nullopt;
    }
    Result.Edits.push_back(*Edit);
  }
  for (const UnforwardedCall &U : W.Sinks) {
    if (U.Where.Param.Token->SingleUse) {
      WhyNot = "a part of '" + W.Token.Spelling +
               "' has to be made before the work starts";
      return std::nullopt;
    }
    auto Pass = passToken(*G, U, WhyNot);
    if (!Pass)
      return std::nullopt;
    llvm::append_range(Result.Edits, Pass->Edits);
  }
  llvm::sort(Result.Edits, [](const TextEdit &A, const TextEdit &B) {
    return std::tie(A.File, A.Offset) < std::tie(B.File, B.Offset);
  });
  return Result;
}

} // namespace cancel_tidy
