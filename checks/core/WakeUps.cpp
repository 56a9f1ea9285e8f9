// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/WakeUps.h"
#include "checks/core/Unit.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Whether a constant is spelled in E, by a macro or by its own name, whose
/// name Fits.
bool spells(const FunctionAnalysis &F, const Expr &E,
            function_ref<bool(StringRef)> Fits) {
  return anyWithin(&E, [&](const Stmt &S) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
      if (Ref->getDecl()->getIdentifier() && Fits(Ref->getDecl()->getName()))
        return true;
    if (!isa<IntegerLiteral, DeclRefExpr, ParenExpr>(S))
      return false;
    // SO_RCVTIMEO is a macro for another one.
    for (SourceLocation L = S.getBeginLoc(); L.isMacroID();
         L = F.sources().getImmediateMacroCallerLoc(L))
      if (Fits(Lexer::getImmediateMacroName(L, F.sources(),
                                            F.context().getLangOpts())))
        return true;
    return false;
  });
}

StringRef plainName(const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  return FD && FD->getIdentifier() && !isa<CXXMethodDecl>(FD) ? FD->getName()
                                                              : StringRef();
}

const ValueDecl *named(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return Ref->getDecl();
  if (const auto *M = dyn_cast<MemberExpr>(E))
    return M->getMemberDecl();
  return nullptr;
}

/// Whether S tells those who wait for Member: notify, release, or a new value.
bool signals(const Stmt &S, const ValueDecl &Member) {
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&S)) {
    const Expr *Object = Call->getImplicitObjectArgument();
    const CXXMethodDecl *M = Call->getMethodDecl();
    if (!Object || !M || !M->getIdentifier() || named(Object) != &Member)
      return false;
    StringRef Name = M->getName();
    return any_of(ArrayRef<StringRef>{"notify", "wake", "release", "store",
                                      "set", "post", "signal", "count_down"},
                  [&](StringRef Verb) { return Name.starts_with(Verb); });
  }
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S))
    return Op->isAssignmentOp() && Op->getNumArgs() &&
           named(Op->getArg(0)) == &Member;
  return false;
}

} // namespace

bool isToldNotToWait(const FunctionAnalysis &F, const Expr &Call) {
  return any_of(writtenArgs(Call), [&](const Expr *A) {
    return spells(F, *A, [](StringRef Name) {
      return any_of(
          ArrayRef<StringRef>{"NOHANG", "DONTWAIT", "DONT_WAIT", "NONBLOCK",
                              "NOWAIT", "NO_WAIT"},
          [&](StringRef Part) { return Name.contains_insensitive(Part); });
    });
  });
}

/// Whether Call gives Descriptor a time limit, or makes it non-blocking.
static bool limits(const FunctionAnalysis &F, const Expr &Call,
                   const ValueDecl &Descriptor) {
  static constexpr llvm::StringLiteral Setters[] = {"setsockopt", "fcntl",
                                                    "ioctl"};
  if (!is_contained(Setters, plainName(Call)))
    return false;
  const auto Set = writtenArgs(Call);
  return !Set.empty() && named(Set.front()) == &Descriptor &&
         any_of(Set, [&](const Expr *A) {
           return spells(F, *A, [](StringRef Constant) {
             return Constant == "SO_RCVTIMEO" || Constant == "O_NONBLOCK" ||
                    Constant == "FIONBIO";
           });
         });
}

/// Whether a member function of the class limits the descriptor, or requests
/// the cancellation and closes it: `thread_.request_stop(); shutdown(fd_, 2);`.
static bool isLimitedByOwnClass(const FunctionAnalysis &F,
                                const FieldDecl &Descriptor) {
  const auto *Class = dyn_cast<CXXRecordDecl>(Descriptor.getParent());
  return Class && any_of(Class->methods(), [&](const CXXMethodDecl *M) {
           const FunctionDecl *Def = F.unit().bodyOf(*M);
           bool Requests = false, Closes = false;
           return Def && anyWithin(Def->getBody(), [&](const Stmt &S) {
                    const auto *Call = dyn_cast<CallExpr>(&S);
                    if (!Call)
                      return false;
                    Requests |=
                        F.tokens().queryOf(*Call).Kind == QueryKind::Request;
                    StringRef Name = plainName(*Call);
                    Closes |= (Name == "shutdown" || Name == "close") &&
                              Call->getNumArgs() > 0 &&
                              named(Call->getArg(0)) == &Descriptor;
                    return (Requests && Closes) || limits(F, *Call, Descriptor);
                  });
         });
}

bool isReadyDescriptor(const FunctionAnalysis &F, const Expr &Call) {
  static constexpr llvm::StringLiteral Readers[] = {
      "accept", "accept4", "connect", "recv", "recvfrom", "recvmsg"};
  static constexpr llvm::StringLiteral Selectors[] = {
      "poll",       "ppoll",       "select", "pselect",
      "epoll_wait", "epoll_pwait", "kevent"};
  if (!is_contained(Readers, plainName(Call)))
    return false;
  const auto Args = writtenArgs(Call);
  const ValueDecl *Descriptor = Args.empty() ? nullptr : named(Args.front());
  if (any_of(F.body().calls(), [&](const Expr *Other) {
        return is_contained(Selectors, plainName(*Other)) ||
               (Descriptor && limits(F, *Other, *Descriptor));
      }))
    return true;
  const auto *Member = dyn_cast_or_null<FieldDecl>(Descriptor);
  return Member && isLimitedByOwnClass(F, *Member);
}

bool isWokenByOwnClass(const FunctionAnalysis &F, const Expr &Call) {
  const Expr *Object = objectOf(Call);
  const auto *Member =
      dyn_cast_or_null<FieldDecl>(Object ? named(Object) : nullptr);
  const auto *Class =
      Member ? dyn_cast<CXXRecordDecl>(Member->getParent()) : nullptr;
  const FunctionDecl *Callee = calleeOf(Call);
  if (!Class || !Callee)
    return false;
  // A condition wait without a predicate sleeps on if the signal came before.
  if (const auto *Of = dyn_cast<CXXMethodDecl>(Callee);
      Of && Of->getParent()->getIdentifier() &&
      Of->getParent()->getName().starts_with("condition_variable") &&
      writtenArgs(Call).size() < 2)
    return false;
  return any_of(Class->methods(), [&](const CXXMethodDecl *M) {
    const FunctionDecl *Def = F.unit().bodyOf(*M);
    if (!Def)
      return false;
    bool Requests = false, Signals = false;
    anyWithin(Def->getBody(), [&](const Stmt &S) {
      if (const auto *E = dyn_cast<CallExpr>(&S))
        Requests |= F.tokens().queryOf(*E).Kind == QueryKind::Request;
      Signals |= signals(S, *Member);
      return Requests && Signals;
    });
    return Requests && Signals;
  });
}

} // namespace cancel_tidy
