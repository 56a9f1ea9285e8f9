// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/HandleGuards.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/OwnWork.h"
#include "checks/core/Unit.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

static bool readsDescriptor(const FunctionDecl &FD) {
  return !isa<CXXMethodDecl>(FD) &&
         StringSwitch<bool>(FD.getName())
             .Cases("accept", "accept4", "connect", true)
             .Cases("recv", "recvfrom", "recvmsg", true)
             .Default(false);
}

bool isGuardedHandle(const FunctionAnalysis &F, const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  const auto Args = writtenArgs(Call);
  if (!FD || !FD->getIdentifier() || isa<CXXMethodDecl>(FD) || Args.empty())
    return false;
  if (!readsDescriptor(*FD) &&
      !(FD->isExternC() && Args.front()->getType()->isPointerType()))
    return false;
  return wasHandedOver(F, *Args.front());
}

/// `wait_readable`, `isReady`, `make_nonblocking`, `setTimeout`.
static bool namesReadiness(StringRef Name) {
  if (Name.contains_insensitive("nonblock") ||
      Name.contains_insensitive("non_block"))
    return true;
  while (!Name.empty())
    if (StringSwitch<bool>(takeWord(Name))
            .Cases("ready", "readable", "writable", "wait", true)
            .Cases("poll", "select", "timeout", true)
            .Default(false))
      return true;
  return false;
}

/// Whether Helper, of which the body is in sight, sets an option of a
/// descriptor: only limits and blocking are ever set in one.
static bool setsOption(const FunctionAnalysis &F, const FunctionDecl &Helper) {
  const FunctionDecl *Def = F.unit().bodyOf(Helper);
  return Def && anyWithin(Def->getBody(), [&](const Stmt &S) {
           if (!isa<IntegerLiteral, DeclRefExpr>(S))
             return false;
           for (SourceLocation L = S.getBeginLoc(); L.isMacroID();
                L = F.sources().getImmediateMacroCallerLoc(L))
             if (StringSwitch<bool>(
                     Lexer::getImmediateMacroName(L, F.sources(),
                                                  F.context().getLangOpts()))
                     .Cases("SO_RCVTIMEO", "O_NONBLOCK", "FIONBIO", true)
                     .Default(false))
               return true;
           return false;
         });
}

/// Whether S is EAGAIN or EWOULDBLOCK, or their like in std::errc.
static bool isWouldBlock(const FunctionAnalysis &F, const Stmt &S) {
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&S);
      Ref && Ref->getDecl()->getIdentifier() &&
      StringSwitch<bool>(Ref->getDecl()->getName())
          .Cases("operation_would_block", "would_block", "try_again", true)
          .Case("resource_unavailable_try_again", true)
          .Default(false))
    return true;
  if (!isa<IntegerLiteral>(S))
    return false;
  for (SourceLocation L = S.getBeginLoc(); L.isMacroID();
       L = F.sources().getImmediateMacroCallerLoc(L))
    if (StringSwitch<bool>(Lexer::getImmediateMacroName(
                               L, F.sources(), F.context().getLangOpts()))
            .Cases("EAGAIN", "EWOULDBLOCK", "WSAEWOULDBLOCK", true)
            .Default(false))
      return true;
  return false;
}

/// recv(fd, data, size, MSG_WAITALL)
static bool waitsForAll(const FunctionAnalysis &F, const Expr &Call) {
  return any_of(writtenArgs(Call), [&](const Expr *A) {
    return anyWithin(A, [&](const Stmt &S) {
      SourceLocation At = S.getBeginLoc();
      if (const auto *Ref = dyn_cast<DeclRefExpr>(&S);
          Ref && Ref->getDecl()->getIdentifier() &&
          Ref->getDecl()->getName() == "MSG_WAITALL")
        return true;
      return At.isMacroID() &&
             Lexer::getImmediateMacroName(
                 At, F.sources(), F.context().getLangOpts()) == "MSG_WAITALL";
    });
  });
}

bool isUnblocked(const FunctionAnalysis &F, const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD || !FD->getIdentifier())
    return false;
  const Expr *Object = objectOf(Call);
  const auto Args = writtenArgs(Call);
  if (!Object && readsDescriptor(*FD) && !Args.empty())
    Object = Args.front();
  const std::string Text = Object ? textOf(F, *Object) : "";
  // What is ready may be one byte of all that is waited for.
  if (Text.empty() || waitsForAll(F, Call))
    return false;
  const SourceManager &SM = F.sources();
  auto IsBefore = [&](const Expr &Other) {
    return SM.isBeforeInTranslationUnit(Other.getBeginLoc(),
                                        Call.getBeginLoc());
  };
  for (const Expr *Other : F.body().calls()) {
    const FunctionDecl *Helper = calleeOf(*Other);
    if (!Helper || !Helper->getIdentifier() || Other == &Call ||
        !IsBefore(*Other))
      continue;
    // acceptor.non_blocking(true)
    const Expr *Same = objectOf(*Other);
    if (Same && textOf(F, *Same) == Text &&
        Helper->getName().contains_insensitive("non_block"))
      return true;
    if (objectOf(Call))
      continue;
    if (any_of(writtenArgs(*Other),
               [&](const Expr *A) { return textOf(F, *A) == Text; }) &&
        !readsDescriptor(*Helper) &&
        (namesReadiness(Helper->getName()) || setsOption(F, *Helper)))
      return true;
  }
  return !objectOf(Call) &&
         any_of(F.body().allStatements(), [&](const Stmt *S) {
           return isWouldBlock(F, *S) &&
                  SM.isBeforeInTranslationUnit(
                      Call.getBeginLoc(), SM.getExpansionLoc(S->getBeginLoc()));
         });
}

} // namespace cancel_tidy
