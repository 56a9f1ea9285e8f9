// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/ReadyWaits.h"
#include "checks/core/Unit.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
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

} // namespace

/// `hints.ai_flags = AI_NUMERICHOST`: what is a number is not looked up.
static bool looksNothingUp(const FunctionAnalysis &F, const Expr &Call) {
  return plainName(Call) == "getaddrinfo" &&
         any_of(F.body().assignments(), [&](const BinaryOperator *A) {
           return spells(F, *A->getRHS(), [](StringRef Name) {
             return Name == "AI_NUMERICHOST";
           });
         });
}

bool isToldNotToWait(const FunctionAnalysis &F, const Expr &Call) {
  return looksNothingUp(F, Call) ||
         any_of(writtenArgs(Call), [&](const Expr *A) {
           return spells(F, *A, [](StringRef Name) {
             return any_of(ArrayRef<StringRef>{"NOHANG", "DONTWAIT",
                                               "DONT_WAIT", "NONBLOCK",
                                               "NOWAIT", "NO_WAIT"},
                           [&](StringRef Part) {
                             return Name.contains_insensitive(Part);
                           });
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

/// Whether a member function of the class limits the descriptor.
static bool isLimitedByOwnClass(const FunctionAnalysis &F,
                                const FieldDecl &Descriptor) {
  const auto *Class = dyn_cast<CXXRecordDecl>(Descriptor.getParent());
  return Class && any_of(Class->methods(), [&](const CXXMethodDecl *M) {
           const FunctionDecl *Def = F.unit().bodyOf(*M);
           return Def && anyWithin(Def->getBody(), [&](const Stmt &S) {
                    const auto *Call = dyn_cast<CallExpr>(&S);
                    return Call && limits(F, *Call, Descriptor);
                  });
         });
}

/// A call that waits for a socket, unless that is ready.
static bool isSocketCall(const FunctionDecl *FD) {
  static constexpr llvm::StringLiteral Names[] = {
      "accept", "accept4", "connect", "recv", "recvfrom", "recvmsg"};
  return FD && FD->getIdentifier() && is_contained(Names, FD->getName());
}

bool isReadyDescriptor(const FunctionAnalysis &F, const Expr &Call) {
  static constexpr llvm::StringLiteral Selectors[] = {
      "poll",       "ppoll",       "select", "pselect",
      "epoll_wait", "epoll_pwait", "kevent"};
  if (!isSocketCall(calleeOf(Call)))
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

/// Whether a condition asks what poll, epoll or select told: which events there
/// are, or (`ev[i].data.fd == listener`) whose.
static bool asksReadiness(const FunctionAnalysis &F, const Expr &Cond) {
  if (spells(F, Cond, [](StringRef Name) {
        return Name.starts_with("EPOLLIN") || Name.starts_with("EPOLLOUT") ||
               Name.starts_with("POLLIN") || Name.starts_with("POLLOUT") ||
               Name == "FD_ISSET";
      }))
    return true;
  return anyWithin(&Cond, [](const Stmt &S) {
    const auto *M = dyn_cast<MemberExpr>(&S);
    const auto *R =
        M ? dyn_cast<RecordDecl>(M->getMemberDecl()->getDeclContext())
          : nullptr;
    const StringRef Class = R ? R->getName() : "";
    return Class == "epoll_event" || Class == "epoll_data" ||
           (Class == "pollfd" &&
            M->getMemberDecl()->getNameAsString() == "revents");
  });
}

/// Whether a branch around the call, or one in front of it that leaves, asks
/// whether it is ready, and no loop of its own calls it again after that.
static bool isBehindReadiness(const FunctionAnalysis &F, const Expr &Call) {
  const Stmt *Child = &Call;
  for (const Stmt *P = F.body().parent(Child); P;
       Child = P, P = F.body().parent(P)) {
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
      return false;
    // `if consteval` has no condition.
    if (const auto *If = dyn_cast<IfStmt>(P); If && If->getCond() &&
                                              Child == If->getThen() &&
                                              asksReadiness(F, *If->getCond()))
      return true;
    const auto *Block = dyn_cast<CompoundStmt>(P);
    if (!Block)
      continue;
    for (const Stmt *Before : Block->body()) {
      if (Before == Child)
        break;
      const auto *If = dyn_cast<IfStmt>(Before);
      if (If && !If->getElse() && If->getCond() &&
          anyWithin(If->getThen(),
                    [](const Stmt &S) {
                      return isa<ContinueStmt, ReturnStmt, BreakStmt>(S);
                    }) &&
          asksReadiness(F, *If->getCond()))
        return true;
    }
  }
  return false;
}

/// Whether something in front of Call takes the blocking away from Descriptor:
/// fcntl or ioctl, or a helper that does so or is named so.
static bool isMadeNonBlocking(const FunctionAnalysis &F, const Expr &Call,
                              const ValueDecl &Descriptor) {
  auto NonBlocking = [](StringRef Name) {
    return Name == "O_NONBLOCK" || Name == "FIONBIO" || Name == "SOCK_NONBLOCK";
  };
  return any_of(F.body().calls(), [&](const Expr *Other) {
    const FunctionDecl *FD = calleeOf(*Other);
    if (Other == &Call || !FD || !FD->getIdentifier() || isSocketCall(FD) ||
        !F.sources().isBeforeInTranslationUnit(Other->getBeginLoc(),
                                               Call.getBeginLoc()))
      return false;
    const auto Args = writtenArgs(*Other);
    if (none_of(Args, [&](const Expr *A) { return named(A) == &Descriptor; }))
      return false;
    if (any_of(Args, [&](const Expr *A) { return spells(F, *A, NonBlocking); }))
      return true;
    if (FD->getName().contains_insensitive("nonblock") ||
        FD->getName().contains_insensitive("non_block"))
      return true;
    const FunctionDecl *Def = F.unit().bodyOf(*FD);
    return Def && anyWithin(Def->getBody(), [&](const Stmt &S) {
             const auto *E = dyn_cast<Expr>(&S);
             return E && isa<IntegerLiteral, DeclRefExpr>(E) &&
                    spells(F, *E, NonBlocking);
           });
  });
}

bool isReadyInRound(const FunctionAnalysis &F, const Expr &Call) {
  if (!isSocketCall(calleeOf(Call)))
    return false;
  const auto Args = writtenArgs(Call);
  const ValueDecl *Descriptor = Args.empty() ? nullptr : named(Args.front());
  if (Descriptor && isMadeNonBlocking(F, Call, *Descriptor))
    return true;
  // What is ready may be one byte of all that is waited for.
  return !isa<CXXMethodDecl>(*calleeOf(Call)) && isBehindReadiness(F, Call) &&
         none_of(Args, [&](const Expr *A) {
           return spells(F, *A,
                         [](StringRef Name) { return Name == "MSG_WAITALL"; });
         });
}

} // namespace cancel_tidy
