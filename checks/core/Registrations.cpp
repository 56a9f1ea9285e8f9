// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Registrations.h"
#include "checks/core/Endings.h"
#include "checks/core/Unit.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Whether M belongs to an object that does something for others.
bool isOfUse(const CXXMethodDecl &M) {
  if (M.isImplicit() || !M.getIdentifier() || M.isConst() || M.isStatic() ||
      M.getAccess() != AS_public)
    return false;
  // guard.dismiss(), closer.close()
  return M.getNumParams() > 0 ||
         !(namesEnding(M.getName()) || M.getName() == "reset" ||
           M.getName() == "dismiss" || M.getName() == "disarm");
}

/// Whether objects of the class do nothing but keep a registration: what an
/// object with functions of its own registers is for those.
bool isGuard(const FunctionAnalysis &F, const CXXRecordDecl &Any) {
  const CXXRecordDecl *R = Any.getDefinition();
  if (!R || R->isLambda() || R->isInStdNamespace() ||
      F.sources().isInSystemHeader(R->getLocation()))
    return false;
  return llvm::any_of(R->fields(),
                      [&](const FieldDecl *Field) {
                        return F.tokens().registrationIn(Field->getType());
                      }) &&
         llvm::none_of(R->methods(),
                       [](const CXXMethodDecl *M) { return isOfUse(*M); });
}

/// The same of T, or of what an optional or a smart pointer of type T holds.
bool isGuard(const FunctionAnalysis &F, QualType T) {
  const CXXRecordDecl *R =
      T.isNull() ? nullptr : T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!R)
    return false;
  if (isGuard(F, *R))
    return true;
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R);
  if (!Spec || !Spec->isInStdNamespace())
    return false;
  const TemplateArgument &First = Spec->getTemplateArgs()[0];
  const CXXRecordDecl *Held = First.getKind() == TemplateArgument::Type
                                  ? First.getAsType()->getAsCXXRecordDecl()
                                  : nullptr;
  return Held && isGuard(F, *Held);
}

bool isGivenToken(const FunctionAnalysis &F, const Expr &Call) {
  return llvm::any_of(writtenArgs(Call), [&](const Expr *A) {
    return F.tokens().classify(A->getType()).Token;
  });
}

/// Whether nobody keeps what Call makes.
bool isDropped(const FunctionAnalysis &F, const Expr &Call) {
  const Stmt *P = F.body().parent(&Call);
  while (isa_and_nonnull<ExprWithCleanups, CXXBindTemporaryExpr,
                         MaterializeTemporaryExpr, ParenExpr, CastExpr>(P))
    P = F.body().parent(P);
  return isa_and_nonnull<CompoundStmt>(P);
}

/// Whether the class, or one that it is made of, has a registration as member.
bool isRegistered(const FunctionAnalysis &F, const CXXRecordDecl &Class,
                  unsigned Depth = 0) {
  constexpr unsigned MaxDepth = 4;
  const CXXRecordDecl *R = Class.getDefinition();
  if (!R || Depth > MaxDepth || R->isLambda() || R->isInStdNamespace())
    return false;
  return llvm::any_of(R->fields(),
                      [&](const FieldDecl *Field) {
                        return F.tokens().registrationIn(Field->getType());
                      }) ||
         llvm::any_of(R->bases(), [&](const CXXBaseSpecifier &B) {
           const CXXRecordDecl *Base = B.getType()->getAsCXXRecordDecl();
           return Base && isRegistered(F, *Base, Depth + 1);
         });
}

/// The local variable that E names, if it is, or points to, a token or source
/// that the function made.
const VarDecl *localSource(const FunctionAnalysis &F, const Expr *E) {
  const auto *V = dyn_cast_or_null<VarDecl>(
      E ? variableOf(E->IgnoreParenImpCasts()) : nullptr);
  if (!V || !V->isLocalVarDecl())
    return nullptr;
  const bool Made =
      V->getType()->isRecordType() ||
      (V->getInit() && isa<CXXNewExpr>(V->getInit()->IgnoreParenImpCasts()));
  return Made && (F.tokens().classify(V->getType()).Token ||
                  F.tokens().roleOf(V->getType()).Source)
             ? V
             : nullptr;
}

/// `&QgsFeedback::cancel`
bool isRequestMember(const FunctionAnalysis &F, const Expr &E) {
  const auto *Of = dyn_cast<UnaryOperator>(E.IgnoreUnlessSpelledInSource());
  const auto *Ref = Of && Of->getOpcode() == UO_AddrOf
                        ? dyn_cast<DeclRefExpr>(Of->getSubExpr())
                        : nullptr;
  const auto *M = Ref ? dyn_cast<CXXMethodDecl>(Ref->getDecl()) : nullptr;
  if (!M || !M->getIdentifier())
    return false;
  const RecordRole Role = F.tokens().roleOf(*M->getParent());
  return (Role.Token && is_contained(Role.Token->Request, M->getName())) ||
         (Role.Source && is_contained(Role.Source->Request, M->getName()));
}

/// What a registration cancels that does nothing but cancel another token,
/// which the function made for others: what gets that one ends, and nothing
/// else does. `connect(feedback, &Feedback::canceled, inner,
/// &Feedback::cancel)`, `stop_callback link(stop, [&] { inner.request_stop();
/// })`
const VarDecl *linkedBy(const FunctionAnalysis &F, const Expr &Call) {
  const auto Args = writtenArgs(Call);
  if (Args.empty())
    return nullptr;
  const LambdaExpr *L = lambdaOf(*Args.back());
  if (!L)
    return Args.size() > 2 && isRequestMember(F, *Args.back())
               ? localSource(F, Args[Args.size() - 2])
               : nullptr;
  const auto *Body = dyn_cast<CompoundStmt>(L->getBody());
  const auto *Only =
      Body && Body->size() == 1 ? dyn_cast<Expr>(Body->body_front()) : nullptr;
  const Query Q =
      Only ? F.tokens().queryOf(*Only->IgnoreUnlessSpelledInSource()) : Query();
  return Q.Kind == QueryKind::Request ? localSource(F, Q.Object) : nullptr;
}

/// The expression that makes what V holds; null where that is no object.
const CXXConstructExpr *makingOf(const VarDecl &V) {
  return dyn_cast_or_null<CXXConstructExpr>(
      V.getInit() ? V.getInit()->IgnoreUnlessSpelledInSource() : nullptr);
}

} // namespace

bool isRegistration(const FunctionAnalysis &F, const Expr &Call) {
  if (F.tokens().queryOf(Call).Kind == QueryKind::Register)
    return true;
  if (isa<CXXConstructExpr>(Call)) {
    const RecordRole Role = F.tokens().roleOf(Call.getType());
    return (Role.Registration || (isGivenToken(F, Call) &&
                                  (F.tokens().registrationIn(Call.getType()) ||
                                   isGuard(F, Call.getType())))) &&
           !isDropped(F, Call);
  }
  if (!isGivenToken(F, Call))
    return false;
  // callback.emplace(token, f), make_unique<stop_callback<F>>(token, f)
  const Expr *Object = objectOf(Call);
  return F.tokens().registrationIn(Call.getType().getNonReferenceType()) ||
         isGuard(F, Call.getType()) ||
         (Object && (F.tokens().registrationIn(Object->getType()) ||
                     isGuard(F, Object->getType())));
}

bool setsUpRegistration(const FunctionAnalysis &F) {
  for (const VarDecl *V : F.body().variables())
    if (F.tokens().registrationIn(V->getType().getNonReferenceType())) {
      const CXXConstructExpr *Made = makingOf(*V);
      if (!Made || !linkedBy(F, *Made))
        return true;
    }
  if (llvm::any_of(F.body().calls(), [&](const Expr *Call) {
        return isRegistration(F, *Call) && !linkedBy(F, *Call);
      }))
    return true;
  const auto *M = dyn_cast<CXXMethodDecl>(&F.decl());
  return M && isRegistered(F, *M->getParent());
}

bool isLinked(const FunctionAnalysis &F, const VarDecl &Source) {
  return llvm::any_of(F.body().variables(),
                      [&](const VarDecl *V) {
                        const CXXConstructExpr *Made = makingOf(*V);
                        return Made && isRegistration(F, *Made) &&
                               linkedBy(F, *Made) == &Source;
                      }) ||
         llvm::any_of(F.body().calls(), [&](const Expr *Call) {
           return isRegistration(F, *Call) && linkedBy(F, *Call) == &Source;
         });
}

const LambdaExpr *lambdaOf(const Expr &A) {
  const Expr *E = A.IgnoreUnlessSpelledInSource();
  while (const auto *New = dyn_cast<CXXConstructExpr>(E)) {
    if (New->getNumArgs() != 1)
      return nullptr;
    E = New->getArg(0)->IgnoreUnlessSpelledInSource();
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    if (!V || !V->isLocalVarDecl() || !V->getInit())
      return nullptr;
    E = V->getInit()->IgnoreUnlessSpelledInSource();
  }
  return dyn_cast<LambdaExpr>(E);
}

} // namespace cancel_tidy
