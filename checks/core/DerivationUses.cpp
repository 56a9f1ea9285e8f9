// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The part of Derivation that follows what is done with sources and tokens.
#include "checks/core/Derivation.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

bool isTransparent(const Stmt *S) {
  return isa<ParenExpr, ImplicitCastExpr, MaterializeTemporaryExpr,
             CXXBindTemporaryExpr, ExprWithCleanups>(S);
}

/// The variable that holds the lambda.
const VarDecl *holderOf(const FunctionAnalysis &In, const LambdaExpr &L) {
  for (const VarDecl *V : In.body().variables())
    if (const Expr *Init = V->getInit())
      if (Init->IgnoreUnlessSpelledInSource() == &L)
        return V;
  return nullptr;
}

bool names(const Stmt *S, const ValueDecl &D) {
  return anyWithin(S, [&](const Stmt &X) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&X);
    return Ref && Ref->getDecl() == &D;
  });
}

bool isRegistration(const FunctionAnalysis &F, const Expr &Call) {
  return F.tokens().queryOf(Call).Kind == QueryKind::Register ||
         (isa<CXXConstructExpr>(Call) &&
          F.tokens().roleOf(Call.getType()).Registration);
}

/// Whether all that L does with D, which it captures, is to cancel it: that is
/// the one who stops others, and none who is to stop.
bool onlyRequests(const FunctionAnalysis &In, const LambdaExpr &L,
                  const ValueDecl &D) {
  const FunctionAnalysis *Inner = In.unit().analysisOf(*L.getCallOperator());
  if (!Inner || Inner->body().isBroken() || !Inner->body().mentions(D))
    return false;
  const FunctionBody &Body = Inner->body();
  return llvm::all_of(Body.references(), [&](const DeclRefExpr *Use) {
    if (Use->getDecl() != &D)
      return true;
    const Stmt *P = Body.parent(Use);
    while (P && (isTransparent(P) || isa<MemberExpr>(P)))
      P = Body.parent(P);
    const auto *Call = dyn_cast_or_null<CallExpr>(P);
    return Call && Body.isWithin(Use, Call->getCallee()) &&
           In.tokens().queryOf(*Call).Kind == QueryKind::Request;
  });
}

/// Whether Use is nothing but the capture of such a lambda.
bool isCapturedToRequest(const FunctionAnalysis &In, const DeclRefExpr &Use) {
  const Stmt *P = In.body().parent(&Use);
  while (P && isTransparent(P))
    P = In.body().parent(P);
  const auto *L = dyn_cast_or_null<LambdaExpr>(P);
  return L && onlyRequests(In, *L, *Use.getDecl());
}

} // namespace

void Derivation::follow(LocalToken &T) {
  if (isReassigned(T.Var))
    T.Escapes = true;
  for (const FunctionAnalysis *In : Bodies)
    for (const DeclRefExpr *Use : In->body().references())
      if (Use->getDecl() == T.Var)
        followUse(T, *In, *Use);
}

/// Ties T to the token that Call takes or is made on, if it does.
bool Derivation::linkBy(LocalToken &T, const Expr &Call) {
  SmallVector<const Expr *, 8> From = writtenArgs(Call);
  if (const Expr *Object = objectOf(Call))
    From.push_back(Object);
  const size_t Had = T.Parents.size();
  addParents(T, From, &Call);
  return T.Parents.size() != Had;
}

void Derivation::followUse(LocalToken &T, const FunctionAnalysis &In,
                           const DeclRefExpr &Use) {
  const FunctionBody &Body = In.body();
  const Stmt *Child = &Use;
  const Stmt *P = Body.parent(&Use);
  // A capture by copy is a construction.
  auto IsCapture = [&](const Stmt *S) {
    return isa<CXXConstructExpr>(S) &&
           isa_and_nonnull<LambdaExpr>(Body.parent(S));
  };
  while (P && (isTransparent(P) || isa<MemberExpr>(P) || IsCapture(P))) {
    Child = P;
    P = Body.parent(P);
  }
  if (const auto *Call = dyn_cast_or_null<CallExpr>(P)) {
    Query Q = F.tokens().queryOf(*Call);
    if (Q.Object && Child == Call->getCallee()) {
      switch (Q.Kind) {
      case QueryKind::Request:
        followRequest(T, In, *Call);
        return;
      case QueryKind::GetToken:
      case QueryKind::Poll:
      case QueryKind::PollMore:
      case QueryKind::Throw:
      case QueryKind::Status:
      case QueryKind::Possible:
      case QueryKind::Derive:
      case QueryKind::Register:
        return;
      default:
        break;
      }
    }
  }
  // A plain capture: what the lambda does with it is among the references.
  if (const auto *L = dyn_cast_or_null<LambdaExpr>(P))
    if (captureOf(*L, *T.Var))
      return;
  // An alias or a copy.
  if (const auto *D = dyn_cast_or_null<DeclStmt>(P))
    for (const clang::Decl *One : D->decls())
      if (const LocalToken *Other = find(dyn_cast<ValueDecl>(One)))
        if (Other->From == LocalToken::Origin::Same && !Other->IsSource)
          return;
  // Within a registration: stop_callback cb(stop, Requester{source}).
  for (const Stmt *Up = P; Up && isa<Expr>(Up); Up = Body.parent(Up))
    if (isa<CallExpr, CXXConstructExpr>(Up) &&
        isRegistration(F, *cast<Expr>(Up))) {
      // connect(&own, canceled, given, cancel) is a link the other way round.
      const auto Args = writtenArgs(*cast<Expr>(Up));
      if ((!Args.empty() && Body.isWithin(&Use, Args[0])) ||
          linkBy(T, *cast<Expr>(Up)))
        return;
    }
  if (!F.tokens().classify(T.Var->getType())) {
    T.Escapes = true;
    return;
  }
  // A token that is its own source is handed around, and stays what it is;
  // but a helper that takes both may tie them together.
  std::vector<TokenReceiver> To;
  receiversOf(In, &Use, To);
  for (const TokenReceiver &R : To)
    T.Escapes |= !R.Call || llvm::any_of(writtenArgs(*R.Call), [&](auto *A) {
      const ValueDecl *D = tokenOf(A);
      return D && D != T.Var && F.tokens().classify(A->getType());
    });
}

bool setsDeadline(const Expr &Request) {
  const FunctionDecl *FD = calleeOf(Request);
  if (!FD || !FD->getIdentifier() || FD->getNumParams() == 0)
    return false;
  StringRef Name = FD->getName();
  return Name.contains_insensitive("after") || Name.ends_with("_at") ||
         Name.ends_with("At") || Name.contains_insensitive("deadline") ||
         Name.contains_insensitive("timeout");
}

void Derivation::followRequest(LocalToken &T, const FunctionAnalysis &In,
                               const Expr &Request) {
  if (setsDeadline(Request)) {
    T.HasDeadline = true;
    return;
  }
  // In a lambda: somebody else makes the request, when a token says so.
  const FunctionAnalysis *Inner = &In;
  while (Inner != T.Home && Inner->outer() && Inner->body().lambda()) {
    const FunctionAnalysis &Around = *Inner->outer();
    const LambdaExpr &L = *Inner->body().lambda();
    if (!runsInPlace(Around.body(), L, F.costs())) {
      linkThrough(T, Around, L);
      return;
    }
    Inner = &Around;
  }
  T.IsRequested = true;
}

void Derivation::linkThrough(LocalToken &T, const FunctionAnalysis &In,
                             const LambdaExpr &L) {
  const VarDecl *Holder = holderOf(In, L);
  bool Linked = false;
  for (const Expr *Call : In.body().calls()) {
    // A thread that gets both is no link by itself.
    if (F.costs().spawns(*Call))
      continue;
    if (llvm::any_of(writtenArgs(*Call), [&](const Expr *A) {
          return anyWithin(A, [&](const Stmt &S) { return &S == &L; }) ||
                 (Holder && names(A, *Holder));
        }))
      Linked |= linkBy(T, *Call);
  }
  if (!Linked)
    T.Escapes = true;
}

/// Follows E's value up to whoever gets it.
void Derivation::receiversOf(const FunctionAnalysis &In, const Expr *E,
                             std::vector<TokenReceiver> &Out) const {
  const FunctionBody &Body = In.body();
  const TokenIndex &Tokens = F.tokens();
  TokenReceiver R;
  R.In = &In;
  R.Token = E;
  // An object that was made with it goes to all calls that name it later.
  auto Through = [&](const ValueDecl *Object) {
    bool Found = false;
    for (const Expr *Call : Body.calls()) {
      if (!In.sources().isBeforeInTranslationUnit(E->getBeginLoc(),
                                                  Call->getBeginLoc()) ||
          Body.isWithin(E, Call) || isa<CXXConstructExpr>(Call))
        continue;
      const Expr *On = objectOf(*Call);
      if (llvm::any_of(writtenArgs(*Call),
                       [&](const Expr *A) { return names(A, *Object); }) ||
          (On && names(On, *Object))) {
        R.Call = Call;
        Out.push_back(R);
        Found = true;
      }
    }
    return Found;
  };
  const Stmt *Child = E;
  for (const Stmt *P = Body.parent(E); P; Child = P, P = Body.parent(P)) {
    if (const auto *Either = dyn_cast<ConditionalOperator>(P)) {
      R.Fallback |= Either->getCond() != Child;
      continue;
    }
    if (const auto *D = dyn_cast<DeclStmt>(P)) {
      // Another name of the token has receivers of its own.
      const Expr *Made = R.Call;
      for (const clang::Decl *One : D->decls())
        if (const auto *V = dyn_cast<VarDecl>(One);
            V && V->getInit() == Child &&
            ((Made && F.costs().spawns(*Made)) ||
             (!find(V) && !Through(V) && Made))) {
          R.Call = Made;
          Out.push_back(R);
        }
      return;
    }
    const Expr *Left = nullptr;
    if (const auto *A = dyn_cast<BinaryOperator>(P); A && A->isAssignmentOp())
      Left = A->getLHS();
    if (const auto *A = dyn_cast<CXXOperatorCallExpr>(P);
        A && A->isAssignmentOp())
      Left = A->getArg(0);
    if (Left) {
      while (const auto *M = dyn_cast<MemberExpr>(Left->IgnoreParenImpCasts()))
        Left = M->getBase();
      const auto *Ref = dyn_cast<DeclRefExpr>(Left->IgnoreParenImpCasts());
      if (!Ref || !Through(Ref->getDecl())) {
        R.Call = nullptr; // kept by somebody
        Out.push_back(R);
      }
      return;
    }
    if (isa<ReturnStmt, CoreturnStmt, CXXThrowExpr>(P)) {
      R.Call = nullptr;
      Out.push_back(R);
      return;
    }
    if (const auto *Call = dyn_cast<Expr>(P);
        Call && isa<CallExpr, CXXConstructExpr>(Call)) {
      const FunctionDecl *FD = calleeOf(*Call);
      Query Q = Tokens.queryOf(*Call);
      if (Q.Kind == QueryKind::GetToken || Q.Kind == QueryKind::Derive ||
          Q.Kind == QueryKind::Combine)
        continue;
      if ((Q && Q.Kind != QueryKind::Wait) || isRegistration(F, *Call))
        return;
      // What the token itself is asked or told.
      if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
          Member && Member->getCallee() == Child && !R.Call)
        return;
      if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call);
          Op && Op->getOperator() != OO_Call) {
        if (Op->getOperator() == OO_Arrow || Op->getOperator() == OO_Star)
          continue;
        return;
      }
      if (FD && FD->getIdentifier() && FD->getName() == "value_or") {
        R.Fallback = true;
        continue;
      }
      if (const auto *New = dyn_cast<CXXConstructExpr>(Call)) {
        // Copies and conversions; an object that is passed on at once.
        if (Tokens.classify(New->getType()) ||
            New->getConstructor()->isCopyOrMoveConstructor() ||
            !isa<CXXTemporaryObjectExpr>(New)) {
          if (!Tokens.classify(New->getType()))
            R.Call = New;
          continue;
        }
      }
      if (isForwarder(FD))
        continue;
      R.Call = Call;
      Out.push_back(R);
      return;
    }
    if (!isa<Expr>(P)) {
      if (R.Call)
        Out.push_back(R);
      return;
    }
  }
}

std::vector<TokenReceiver> Derivation::receivers(const FunctionAnalysis &In,
                                                 const Expr &E) const {
  std::vector<TokenReceiver> Out;
  receiversOf(In, &E, Out);
  return Out;
}

std::vector<TokenReceiver> Derivation::receivers(const ValueDecl *D) const {
  std::vector<TokenReceiver> Out;
  const TokenIndex &Tokens = F.tokens();
  for (const FunctionAnalysis *In : Bodies) {
    for (const DeclRefExpr *Ref : In->body().references())
      if (Tokens.classify(Ref->getDecl()->getType()) &&
          same(Ref->getDecl()) == D && !isCapturedToRequest(*In, *Ref))
        receiversOf(*In, Ref, Out);
    for (const Expr *Call : In->body().calls())
      if (Query Q = Tokens.queryOf(*Call);
          Q.Kind == QueryKind::GetToken && Q.Object && tokenOf(Q.Object) == D)
        receiversOf(*In, Call, Out);
  }
  const SourceManager &SM = F.sources();
  llvm::stable_sort(Out, [&](const TokenReceiver &A, const TokenReceiver &B) {
    return SM.isBeforeInTranslationUnit(A.Token->getBeginLoc(),
                                        B.Token->getBeginLoc());
  });
  return Out;
}

} // namespace cancel_tidy
