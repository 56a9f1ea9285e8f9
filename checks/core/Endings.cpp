// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Endings.h"
#include "checks/core/Names.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// The first word of a name: "close" of closeAll, close_all and CloseAll.
static std::string firstWord(StringRef Name) {
  Name = Name.ltrim('_');
  Name.consume_front("m_");
  size_t End = Name.empty() ? 0 : 1;
  while (End < Name.size() && isLowercase(Name[End]))
    ++End;
  return Name.take_front(End).lower();
}

bool namesEnding(StringRef Name) {
  return namesCancellation(Name) ||
         StringSwitch<bool>(firstWord(Name))
             .Cases("cleanup", "clean", "close", "destroy", "detach", true)
             .Cases("disconnect", "dispose", "drain", "exit", "finalize", true)
             .Cases("finish", "halt", "join", "kill", "quit", "release", true)
             .Cases("shutdown", "stop", "teardown", "tear", "unblock", true)
             .Cases("shut", "uninit", "wake", "wakeup", true)
             .Default(false);
}

namespace {

/// Whether a flag of that name tells a loop or a waiter to give up.
bool namesStopFlag(StringRef Name) {
  return namesCancellation(Name) || namesEnding(Name) ||
         StringSwitch<bool>(
             firstWord(Name.starts_with("is_") ? Name.drop_front(3) : Name))
             .Cases("active", "alive", "closed", "closing", "dead", true)
             .Cases("done", "dying", "enabled", "ended", "exiting", true)
             .Cases("finished", "go", "halted", "keep", "run", true)
             .Cases("running", "stopped", "stopping", true)
             .Default(false);
}

bool isFlag(QualType T) {
  T = T.getNonReferenceType();
  if (T->isBooleanType())
    return true;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && R->getIdentifier() && R->getName().starts_with("atomic");
}

/// Whether S names something that speaks of stopping: a flag, or a function
/// other than one that ends the program.
bool speaksOfStopping(const Stmt &S) {
  const ValueDecl *D = nullptr;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
    D = Ref->getDecl();
  else if (const auto *M = dyn_cast<MemberExpr>(&S))
    D = M->getMemberDecl();
  if (!D || !D->getIdentifier())
    return false;
  if (const auto *FD = dyn_cast<FunctionDecl>(D))
    return !FD->isNoReturn() && namesCancellation(FD->getName());
  return isFlag(D->getType()) ? namesStopFlag(D->getName())
                              : namesCancellation(D->getName());
}

} // namespace

bool speaksOfStopping(const FunctionBody &Body) {
  auto Speaks = [](const Stmt &S) { return speaksOfStopping(S); };
  return llvm::any_of(Body.references(),
                      [&](const DeclRefExpr *R) { return Speaks(*R); }) ||
         llvm::any_of(Body.memberUses(),
                      [&](const MemberExpr *M) { return Speaks(*M); }) ||
         llvm::any_of(Body.lambdas(), [&](const LambdaExpr *L) {
           return anyWithin(L->getBody(), Speaks);
         });
}

bool canBeEnded(const CXXRecordDecl &Class, unsigned Depth) {
  const CXXRecordDecl *R = Class.getDefinition();
  if (!R || Depth > 4)
    return false;
  for (const CXXMethodDecl *M : R->methods())
    if (M->getIdentifier() && namesEnding(M->getName()))
      return true;
  for (const FieldDecl *Flag : R->fields())
    if (isFlag(Flag->getType()) && namesStopFlag(Flag->getName()))
      return true;
  return llvm::any_of(R->bases(), [&](const CXXBaseSpecifier &B) {
    const CXXRecordDecl *Base = B.getType()->getAsCXXRecordDecl();
    return Base && canBeEnded(*Base, Depth + 1);
  });
}

} // namespace cancel_tidy
