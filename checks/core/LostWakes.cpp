// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/LostWakes.h"
#include "checks/core/Names.h"
#include "checks/core/Signals.h"
#include "checks/core/Unit.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// A std::jthread, or what holds one: it requests the stop when it ends.
bool stopsItself(QualType T) {
  const auto *R = T->getAsCXXRecordDecl();
  if (!R || !R->isInStdNamespace() || !R->getIdentifier())
    return false;
  if (R->getName() == "jthread")
    return true;
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R);
  return Spec && Spec->getTemplateArgs().size() > 0 &&
         Spec->getTemplateArgs()[0].getKind() == TemplateArgument::Type &&
         stopsItself(Spec->getTemplateArgs()[0].getAsType());
}

/// Whether FD may be called to wake who waits: its name says so, or that the
/// work is to end.
bool namesWake(const FunctionDecl &FD) {
  return FD.getIdentifier() &&
         (namesCleanup(FD.getName()) || namesCancellation(FD.getName()) ||
          startsWithAny(FD.getName(), {"interrupt", "kick", "notify", "quit",
                                       "signal", "wake", "finish"}));
}

/// Whether all that may touch the members of Class is here, and none of it
/// would be called to wake somebody.
bool isClosed(const CXXRecordDecl &Class, const Unit &U) {
  return !Class.isDependentContext() && Class.friends().empty() &&
         llvm::none_of(Class.methods(), [&](const CXXMethodDecl *M) {
           return !M->isImplicit() && !M->isDefaulted() && !M->isDeleted() &&
                  (!U.bodyOf(*M) || namesWake(*M));
         });
}

bool asksToken(const FunctionAnalysis &F, const Expr &Predicate) {
  const auto *L = dyn_cast<LambdaExpr>(Predicate.IgnoreUnlessSpelledInSource());
  return L && anyWithin(L->getBody(), [&](const Stmt &S) {
           const auto *E = dyn_cast<Expr>(&S);
           return E && F.tokens().queryOf(*E).Kind == QueryKind::Poll;
         });
}

} // namespace

const FieldDecl *neverNotified(const FunctionAnalysis &F, const Expr &Wait) {
  const auto *M = dyn_cast_or_null<CXXMethodDecl>(calleeOf(Wait));
  const auto Args = writtenArgs(Wait);
  if (!M || !M->getIdentifier() || M->getName() != "wait" || Args.size() != 2 ||
      !M->getParent()->isInStdNamespace() ||
      M->getParent()->getName() != "condition_variable" ||
      !asksToken(F, *Args.back()) || F.hasRegistration())
    return nullptr;
  const auto *Condition = dyn_cast_or_null<FieldDecl>(waitedFor(Wait));
  const auto *Class =
      Condition ? dyn_cast<CXXRecordDecl>(Condition->getParent()) : nullptr;
  if (!Class || Condition->getAccess() == AS_public ||
      llvm::none_of(Class->fields(), [](const FieldDecl *Field) {
        return stopsItself(Field->getType());
      }))
    return nullptr;
  // Of the class itself, and with the token that its thread gives: what others
  // may call gets theirs.
  const FunctionAnalysis *Outermost = &F;
  while (Outermost->outer())
    Outermost = Outermost->outer();
  const auto *Own = dyn_cast<CXXMethodDecl>(&Outermost->decl());
  return Own && (F.outer() || Own->getAccess() != AS_public) &&
                 Own->getParent()->getCanonicalDecl() ==
                     Class->getCanonicalDecl() &&
                 isClosed(*Class, F.unit())
             ? Condition
             : nullptr;
}

} // namespace cancel_tidy
