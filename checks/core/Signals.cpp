// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Signals.h"
#include "checks/core/Names.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Steps that thingOf() goes: longer ways say little.
constexpr unsigned MaxSteps = 12;

const Expr *bare(const Expr *E) {
  while (E) {
    const Expr *Next = E->IgnoreParenCasts();
    if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Next))
      Next = Bind->getSubExpr();
    if (Next == E)
      break;
    E = Next;
  }
  return E;
}

/// Whether a variable of that type stands for something that lives elsewhere.
bool refersToOther(const VarDecl &V) {
  QualType T = V.getType();
  if (V.isInitCapture() || T->isReferenceType() || T->isPointerType())
    return true;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && R->getIdentifier() &&
         (R->getName().ends_with("_ptr") || R->getName().ends_with("Ptr") ||
          R->getName() == "reference_wrapper" ||
          R->getName().ends_with("iterator"));
}

/// What an accessor gives: `State &state() { return *state_; }`.
const Expr *returnedBy(const CXXMethodDecl &M) {
  const FunctionDecl *Def = nullptr;
  const auto *Body =
      M.hasBody(Def) ? dyn_cast<CompoundStmt>(Def->getBody()) : nullptr;
  const auto *Return = Body && Body->size() == 1
                           ? dyn_cast<ReturnStmt>(Body->body_front())
                           : nullptr;
  return Return ? Return->getRetValue() : nullptr;
}

/// What E is made of; null where it names a thing, or nothing.
const Expr *partOf(const Expr &E) {
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&E)) {
    const Expr *Object = bare(Call->getImplicitObjectArgument());
    if (!isa_and_nonnull<CXXThisExpr>(Object) || !Call->getMethodDecl())
      return Object;
    return returnedBy(*Call->getMethodDecl());
  }
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&E))
    return Op->getNumArgs() > 0 ? Op->getArg(0) : nullptr;
  if (const auto *Call = dyn_cast<CallExpr>(&E))
    return isForwarder(Call->getDirectCallee()) && Call->getNumArgs() > 0
               ? Call->getArg(0)
               : nullptr;
  if (const auto *New = dyn_cast<CXXConstructExpr>(&E))
    return New->getNumArgs() == 1 ? New->getArg(0) : nullptr;
  if (const auto *Op = dyn_cast<UnaryOperator>(&E))
    return Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref
               ? Op->getSubExpr()
               : nullptr;
  if (const auto *At = dyn_cast<ArraySubscriptExpr>(&E))
    return At->getBase();
  return nullptr;
}

/// Members of a class template's instances are the template's: not all of its
/// functions have an instance.
const ValueDecl &asWritten(const ValueDecl &Member) {
  const auto *Field = dyn_cast<FieldDecl>(&Member);
  const auto *Class =
      Field ? dyn_cast<CXXRecordDecl>(Field->getParent()) : nullptr;
  const CXXRecordDecl *Pattern =
      Class ? Class->getTemplateInstantiationPattern() : nullptr;
  if (Pattern)
    for (const FieldDecl *Written : Pattern->fields())
      if (Written->getFieldIndex() == Field->getFieldIndex())
        return *Written;
  return Member;
}

/// The promise that a member was made of: `result_ = value_.get_future()`.
const Expr *promiseOf(const ValueDecl &Member) {
  const auto *Field = dyn_cast<FieldDecl>(&Member);
  const Expr *Init = Field ? bare(Field->getInClassInitializer()) : nullptr;
  while (const auto *New = dyn_cast_or_null<CXXConstructExpr>(Init))
    Init = New->getNumArgs() == 1 ? bare(New->getArg(0)) : nullptr;
  const auto *Get = dyn_cast_or_null<CXXMemberCallExpr>(Init);
  const CXXMethodDecl *M = Get ? Get->getMethodDecl() : nullptr;
  return M && M->getIdentifier() && M->getName() == "get_future"
             ? Get->getImplicitObjectArgument()
             : nullptr;
}

const ValueDecl *thingOf(const Expr *E, unsigned Steps) {
  for (E = bare(E); E && Steps < MaxSteps; E = bare(partOf(*E)), ++Steps) {
    if (const auto *M = dyn_cast<MemberExpr>(E)) {
      const ValueDecl &Member = *M->getMemberDecl();
      if (!isa<FieldDecl, VarDecl>(Member))
        return nullptr;
      const Expr *Promise = promiseOf(Member);
      return Promise ? thingOf(Promise, Steps + 1) : &asWritten(Member);
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!V)
      continue;
    if (!isa<ParmVarDecl>(V) && V->getInit() && refersToOther(*V))
      if (const ValueDecl *Other = thingOf(V->getInit(), Steps + 1))
        return Other;
    return V;
  }
  return nullptr;
}

/// Whether a word of Name says that those who wait are told.
bool namesSignal(StringRef Name) {
  static constexpr llvm::StringLiteral Verbs[] = {
      "notify",  "wake",    "release",   "store",     "set",  "post",
      "signal",  "count",   "push",      "emplace",   "put",  "enqueue",
      "send",    "write",   "shutdown",  "close",     "stop", "cancel",
      "quit",    "abort",   "interrupt", "broadcast", "kick", "trigger",
      "arrive",  "finish",  "complete",  "open",      "fire", "terminate",
      "request", "unblock", "disconnect"};
  while (!Name.empty()) {
    const std::string Word = takeWord(Name);
    if (llvm::any_of(Verbs, [&](StringRef Verb) {
          return StringRef(Word).starts_with(Verb);
        }))
      return true;
  }
  return false;
}

bool namesWrite(StringRef Name) {
  while (!Name.empty())
    if (StringSwitch<bool>(takeWord(Name))
            .Cases("store", "exchange", "set", "reset", "clear", true)
            .Cases("assign", "fetch", "test", "toggle", true)
            .Default(false))
      return true;
  return false;
}

unsigned kindsOf(StringRef Name) {
  return (namesSignal(Name) ? Signalled : 0) | (namesWrite(Name) ? Written : 0);
}

} // namespace

const ValueDecl *thingOf(const Expr &E) { return thingOf(&E, 0); }

const ValueDecl *waitedFor(const Expr &Wait) {
  if (const Expr *Object = objectOf(Wait))
    return thingOf(*Object);
  const auto Args = writtenArgs(Wait);
  return Args.empty() ? nullptr : thingOf(*Args.front());
}

void touchesOf(const Stmt &S,
               function_ref<void(const ValueDecl &, unsigned)> Found) {
  auto Note = [&](const Expr *E, unsigned Kinds) {
    if (const ValueDecl *D = E ? thingOf(*E) : nullptr)
      Found(*D, Kinds);
  };
  if (const auto *A = dyn_cast<BinaryOperator>(&S)) {
    if (A->isAssignmentOp())
      Note(A->getLHS(), Written);
  } else if (const auto *U = dyn_cast<UnaryOperator>(&S)) {
    if (U->isIncrementDecrementOp())
      Note(U->getSubExpr(), Written);
  } else if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S)) {
    // A new value in an object may be what somebody waits for.
    if (Op->isAssignmentOp() && Op->getNumArgs() > 0)
      Note(Op->getArg(0), Written | Signalled);
    else if (Op->getOperator() == OO_PlusPlus ||
             Op->getOperator() == OO_MinusMinus)
      Note(Op->getArg(0), Written);
  } else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&S)) {
    const CXXMethodDecl *M = Call->getMethodDecl();
    if (M && M->getIdentifier() && !M->isConst())
      Note(Call->getImplicitObjectArgument(), Called | kindsOf(M->getName()));
  } else if (const auto *Call = dyn_cast<CallExpr>(&S)) {
    // In a template, of something whose type is open.
    if (const auto *Open =
            dyn_cast<CXXDependentScopeMemberExpr>(Call->getCallee());
        Open && !Open->isImplicitAccess() && Open->getMember().isIdentifier())
      Note(Open->getBase(),
           Called |
               kindsOf(Open->getMember().getAsIdentifierInfo()->getName()));
    const FunctionDecl *FD = calleeOf(*Call);
    const unsigned Kinds =
        FD && FD->getIdentifier() ? kindsOf(FD->getName()) : 0;
    if (Kinds)
      for (const Expr *A : writtenArgs(*Call))
        Note(A, Called | Kinds);
  }
}

bool interruptsThread(const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  return FD && FD->getIdentifier() && !isa<CXXMethodDecl>(FD) &&
         StringSwitch<bool>(FD->getName())
             .Cases("pthread_kill", "pthread_cancel", "tgkill", true)
             .Cases("pthread_sigqueue", "CancelSynchronousIo", true)
             .Default(false);
}

} // namespace cancel_tidy
