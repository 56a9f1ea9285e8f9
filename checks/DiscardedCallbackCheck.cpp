// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/DiscardedCallbackCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/FunctionAnalysis.h"
#include "checks/core/Registrations.h"
#include "checks/core/ValueUse.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo DiscardedCallbackCheck::Info = {
    "cancel-discarded-callback",
    "Finds registrations that end as soon as they are made, so that their "
    "callback never runs.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<DiscardedCallbackCheck>();
    },
    Guideline::Own,
    "C++: bugprone-unused-raii"};

namespace {

/// The model whose registration T is: an object that takes its callback away
/// when it ends. Query: what gave it, if a call did.
const TokenModel *registrationOf(const FunctionAnalysis &F, QualType T,
                                 QueryKind Query) {
  if (T.isNull() || T->isReferenceType() || T->isPointerType())
    return nullptr;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R)
    return nullptr;
  RecordRole Role = F.tokens().roleOf(*R);
  if (!Role.Registration) {
    // optional<subscription>, which a token gives; unique_ptr<...>.
    const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R);
    if (!Spec || Spec->getTemplateArgs().size() == 0 ||
        Spec->getTemplateArgs()[0].getKind() != TemplateArgument::Type ||
        !(Query == QueryKind::Register || Spec->getName() == "optional" ||
          Spec->getName() == "unique_ptr"))
      return nullptr;
    QualType Held = Spec->getTemplateArgs()[0].getAsType();
    const CXXRecordDecl *Inner = Held->getAsCXXRecordDecl();
    if (!Inner)
      return nullptr;
    Role = F.tokens().roleOf(*Inner);
  }
  return Role.Registration && Role.Model->OwningRegistrations ? Role.Model
                                                              : nullptr;
}

/// Whether nothing is left of the scope behind S but a return that evaluates
/// nothing.
bool endsScope(const FunctionAnalysis &F, const Stmt &S) {
  const Stmt *P = F.body().parent(&S);
  if (!P)
    return false;
  const auto *Block = dyn_cast<CompoundStmt>(P);
  if (!Block)
    return isa<IfStmt>(P); // if (...) std::stop_callback callback(...);
  if (isa_and_nonnull<StmtExpr>(F.body().parent(Block)))
    return false;
  const auto *At = llvm::find(Block->body(), &S);
  if (At == Block->body_end())
    return false;
  for (++At; At != Block->body_end(); ++At) {
    if (isa<NullStmt>(*At))
      continue;
    const auto *R = dyn_cast<ReturnStmt>(*At);
    return R && !anyWithin(R->getRetValue(), [](const Stmt &X) {
             return isa<CallExpr, CXXConstructExpr, CXXNewExpr, CXXThrowExpr,
                        CXXUnresolvedConstructExpr>(X);
           });
  }
  return true;
}

/// The block that S is a statement of; null where S is but a part of one.
const CompoundStmt *blockOf(const FunctionAnalysis &F, const Stmt &S) {
  const Stmt *P = F.body().parent(&S);
  while (isa_and_nonnull<Expr, DeclStmt>(P))
    P = F.body().parent(P);
  return dyn_cast_or_null<CompoundStmt>(P);
}

/// Whether E, or what a variable in it is made of, names D.
bool comesFrom(const Expr &E, const ValueDecl &D) {
  return anyWithin(&E, [&](const Stmt &S) {
    const ValueDecl *Named = variableOf(&S);
    if (Named == &D)
      return true;
    const auto *V = dyn_cast_or_null<VarDecl>(Named);
    return V && V->isLocalVarDecl() && V->getInit() &&
           anyWithin(V->getInit(),
                     [&](const Stmt &Part) { return variableOf(&Part) == &D; });
  });
}

/// The local thread that Call joins, if it was started to request a
/// cancellation: what it was made of. Null for others.
const Expr *joinedRequest(const FunctionAnalysis &F, const Expr &Call) {
  const Expr *Object = calleeName(Call) == "join" ? objectOf(Call) : nullptr;
  const auto *V =
      Object ? dyn_cast_or_null<VarDecl>(variableOf(Object)) : nullptr;
  if (!V || !V->isLocalVarDecl() || !V->getInit())
    return nullptr;
  const bool Requests = llvm::any_of(F.body().lambdas(), [&](const auto *L) {
    const auto *Body = dyn_cast<CompoundStmt>(L->getBody());
    return F.body().isWithin(L, V->getInit()) && Body &&
           llvm::any_of(Body->body(), [&](const Stmt *S) {
             const auto *E = dyn_cast<Expr>(S);
             return E && F.tokens().queryOf(*E->IgnoreImplicit()).Kind ==
                             QueryKind::Request;
           });
  });
  return Requests ? V->getInit() : nullptr;
}

/// Whether F requested the stop that Made is registered for before: then the
/// callback runs while Made is made.
bool isRequestedBefore(const FunctionAnalysis &F, const Expr &Made) {
  return llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    if (!F.sources().isBeforeInTranslationUnit(Call->getBeginLoc(),
                                               Made.getBeginLoc()))
      return false;
    const CompoundStmt *Block = blockOf(F, *Call);
    if (!Block || !F.body().isWithin(&Made, Block))
      return false;
    const Query Q = F.tokens().queryOf(*Call);
    if (Q.Kind == QueryKind::Request && Q.Object) {
      const ValueDecl *Source = variableOf(Q.Object);
      return Source && comesFrom(Made, *Source);
    }
    const Expr *Started = joinedRequest(F, *Call);
    return Started && anyWithin(Started, [&](const Stmt &S) {
             const auto *Ref = dyn_cast<DeclRefExpr>(&S);
             return Ref && F.tokens().roleOf(Ref->getType()).Source &&
                    comesFrom(Made, *Ref->getDecl());
           });
  });
}

/// Whether its callback does nothing: what is measured there is making it.
bool doesNothing(const Expr &Made) {
  return llvm::any_of(writtenArgs(Made), [](const Expr *Arg) {
    const LambdaExpr *L = lambdaOf(*Arg);
    const auto *Body = L ? dyn_cast<CompoundStmt>(L->getBody()) : nullptr;
    return Body && Body->body_empty();
  });
}

/// Whether what the callback of Made writes is asked behind At.
bool isAskedBehind(const FunctionAnalysis &F, const Expr &Made,
                   SourceLocation At) {
  return llvm::any_of(writtenArgs(Made), [&](const Expr *Arg) {
    const LambdaExpr *L = lambdaOf(*Arg);
    return L && llvm::any_of(F.body().references(), [&](const auto *Ref) {
             const LambdaCapture *C = captureOf(*L, *Ref->getDecl());
             return C && C->getCaptureKind() == LCK_ByRef &&
                    F.sources().isBeforeInTranslationUnit(At,
                                                          Ref->getBeginLoc());
           });
  });
}

/// `{ std::stop_callback callback(source.get_token(), f); }`, behind it a
/// request of the same source, and what f would have written is asked: a test
/// that ends it on purpose.
bool isEndedOnPurpose(const FunctionAnalysis &F, const Stmt &Declared,
                      const Expr &Made) {
  const CompoundStmt *Block = blockOf(F, Declared);
  if (!Block || Block->size() != 1 ||
      !isa_and_nonnull<CompoundStmt>(F.body().parent(Block)) ||
      !isAskedBehind(F, Made, Block->getEndLoc()))
    return false;
  return llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    const Query Q = F.tokens().queryOf(*Call);
    const ValueDecl *Source = Q.Kind == QueryKind::Request && Q.Object
                                  ? variableOf(Q.Object)
                                  : nullptr;
    return Source && comesFrom(Made, *Source) &&
           F.sources().isBeforeInTranslationUnit(Block->getEndLoc(),
                                                 Call->getBeginLoc());
  });
}

std::string tokenName(const FunctionAnalysis &F, const Expr &Made) {
  std::string Name = "the token";
  auto Take = [&](const Expr *E) {
    if (!F.tokens().classify(E->getType().getNonReferenceType()).Token)
      return false;
    const Expr *Named = E->IgnoreUnlessSpelledInSource();
    if (const auto *Move = dyn_cast<CallExpr>(Named);
        Move && Move->isCallToStdMove())
      Named = Move->getArg(0);
    std::string Text = textOf(F, *Named);
    if (!Text.empty() && Text.find('\n') == std::string::npos)
      Name = "'" + Text + "'";
    return true;
  };
  if (const Expr *Object = objectOf(Made); Object && Take(Object))
    return Name;
  for (const Expr *A : writtenArgs(Made))
    if (Take(A))
      break;
  return Name;
}

/// Where the name goes: `std::stop_callback| (stop, f)`, `|token.subscribe(f)`.
std::optional<Fix> nameIt(const FunctionAnalysis &F, const Expr &Made) {
  // Only a statement of a block can become a declaration.
  const Stmt *Statement = &Made;
  while (isa_and_nonnull<Expr>(F.body().parent(Statement)))
    Statement = F.body().parent(Statement);
  if (!isa_and_nonnull<CompoundStmt>(F.body().parent(Statement)) ||
      endsScope(F, *Statement) || timesInText(F, "callback") != 0u)
    return std::nullopt;
  std::optional<TextEdit> Edit;
  if (isa<CallExpr>(Made)) {
    Edit = insertText(F, Statement->getBeginLoc(), "auto callback = ");
  } else {
    SourceLocation Open;
    if (const auto *New = dyn_cast<CXXConstructExpr>(&Made))
      Open = New->getParenOrBraceRange().getBegin();
    if (Open.isValid())
      Edit = insertText(F, Open, " callback");
  }
  if (!Edit)
    return std::nullopt;
  return Fix{"name it 'callback'", {std::move(*Edit)}};
}

} // namespace

std::vector<Finding>
DiscardedCallbackCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  if (!F.isJudged())
    return Out;
  for (const Expr *Made : F.body().calls()) {
    const QueryKind Kind = F.tokens().queryOf(*Made).Kind;
    const TokenModel *Model = registrationOf(F, Made->getType(), Kind);
    // A copy of one that is there already is another matter.
    if (const auto *New = dyn_cast<CXXConstructExpr>(Made);
        New && (New->getNumArgs() == 0 ||
                New->getConstructor()->isCopyOrMoveConstructor()))
      continue;
    if (!Model || !Made->isPRValue() || useOf(F, *Made) != ValueUse::Dropped ||
        isRequestedBefore(F, *Made) || doesNothing(*Made))
      continue;
    const bool Call = isa<CallExpr>(Made);
    Finding Found = makeFinding(
        F, Info.Id, Call ? calleeLocation(*Made) : Made->getBeginLoc(), Model);
    Found.Message =
        (Call ? "the registration that '" + calleeName(*Made) + "' returns"
              : "this '" + calleeName(*Made) + "'") +
        " ends with the statement, and cancelling " + tokenName(F, *Made) +
        " never calls it; keep it in a variable";
    if (auto Fixed = nameIt(F, *Made))
      Found.Fixes.push_back(std::move(*Fixed));
    Out.push_back(std::move(Found));
  }
  for (const Stmt *S : F.body().allStatements()) {
    const auto *D = dyn_cast<DeclStmt>(S);
    const auto *V = D && D->isSingleDecl()
                        ? dyn_cast<VarDecl>(D->getSingleDecl())
                        : nullptr;
    if (!V || !V->hasLocalStorage() || !V->getInit() || !endsScope(F, *D))
      continue;
    const Expr *Init = V->getInit()->IgnoreUnlessSpelledInSource();
    const TokenModel *Model =
        registrationOf(F, V->getType(), F.tokens().queryOf(*Init).Kind);
    // An empty optional<stop_callback<...>> is nothing yet.
    if (!Model ||
        (!F.tokens().roleOf(V->getType()).Registration &&
         !isa<CallExpr>(Init)) ||
        isRequestedBefore(F, *Init) || doesNothing(*Init) ||
        isEndedOnPurpose(F, *D, *Init))
      continue;
    Finding Found = makeFinding(F, Info.Id, V->getLocation(), Model);
    Found.Message = "'" + V->getNameAsString() +
                    "' ends where it is made, and cancelling " +
                    tokenName(F, *Init) +
                    " never calls it; declare it where the work is";
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
