// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/OwnWork.h"
#include "checks/core/CallResolver.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/Signals.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

const ValueDecl *rootOf(const Expr *Object, const FieldDecl *&Field) {
  const ValueDecl *Root = nullptr;
  while (Object && !Root) {
    Object = Object->IgnoreParenImpCasts();
    if (const auto *M = dyn_cast<MemberExpr>(Object)) {
      if (!Field)
        Field = dyn_cast<FieldDecl>(M->getMemberDecl());
      Object = M->getBase();
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(Object)) {
      Root = Ref->getDecl();
    } else if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Object);
               Op && Op->getNumArgs() > 0) {
      Object = Op->getArg(0);
    } else if (const auto *Star = dyn_cast<UnaryOperator>(Object)) {
      Object = Star->getSubExpr();
    } else {
      return nullptr;
    }
  }
  return Root;
}

/// What Object is named by, and what it is a part of or was made by: of
/// `state->done` the member and the variable, of a future the promise.
static SmallVector<const ValueDecl *, 3> namesOf(const Expr &Object) {
  SmallVector<const ValueDecl *, 3> Out;
  const Expr *Bare = Object.IgnoreParenImpCasts();
  if (const auto *M = dyn_cast<MemberExpr>(Bare))
    Out.push_back(M->getMemberDecl());
  const FieldDecl *Field = nullptr;
  const auto *Root = dyn_cast_or_null<VarDecl>(rootOf(Bare, Field));
  if (!Root || (Field && !Root->isLocalVarDecl()))
    return Out;
  Out.push_back(Root);
  const Expr *Init = Root->isLocalVarDecl() ? Root->getInit() : nullptr;
  const auto *Get = dyn_cast_or_null<CXXMemberCallExpr>(
      Init ? Init->IgnoreUnlessSpelledInSource() : nullptr);
  const FunctionDecl *Method = Get ? calleeOf(*Get) : nullptr;
  if (Method && Method->getIdentifier() && Method->getName() == "get_future")
    if (const auto *Promise = dyn_cast_or_null<VarDecl>(
            rootOf(Get->getImplicitObjectArgument(), Field)))
      Out.push_back(Promise);
  return Out;
}

bool wasHandedOver(const FunctionAnalysis &F, const Expr &Object) {
  auto Names = namesOf(Object);
  // value.get_future().get() is for the value.
  if (Names.empty())
    if (const auto *V = dyn_cast_or_null<VarDecl>(thingOf(Object)))
      Names.push_back(V);
  auto Named = [&](const Stmt &S) {
    const ValueDecl *D = nullptr;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
      D = Ref->getDecl();
    else if (const auto *M = dyn_cast<MemberExpr>(&S))
      D = M->getMemberDecl();
    return D && llvm::is_contained(Names, D);
  };
  const Stmt *Loop = F.body().parent(&Object);
  while (Loop && !isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Loop))
    Loop = F.body().parent(Loop);
  return !Names.empty() && llvm::any_of(F.body().calls(), [&](const Expr *C) {
    // In a loop, what stands behind it was in front of it a round before.
    if ((isa<CXXConstructExpr>(C) && !F.costs().spawns(*C)) ||
        !(F.sources().isBeforeInTranslationUnit(C->getBeginLoc(),
                                                Object.getBeginLoc()) ||
          (Loop && F.body().isWithin(C, Loop))))
      return false;
    const Expr *On = objectOf(*C);
    bool Thing = On && C != &Object && anyWithin(On, Named), Token = false;
    for (const Expr *A : writtenArgs(*C)) {
      Thing |= anyWithin(A, Named);
      Token |= F.reach().involves(A);
    }
    return Thing && Token;
  });
}

/// The local variable that holds Object, or the member of *this: of `for (auto
/// &t : threads)` the vector. Null where a variable holds a reference or a
/// pointer to it.
static const ValueDecl *holderOf(const FunctionAnalysis &F,
                                 const Expr *Object) {
  bool IsPart = false; // of what the variable holds
  for (int Hops = 0; Hops < 4; ++Hops) {
    const FieldDecl *Field = nullptr;
    const ValueDecl *Root = rootOf(Object, Field);
    const auto *V = dyn_cast_or_null<VarDecl>(Root);
    if (!Root && Field &&
        anyWithin(Object, [](const Stmt &S) { return isa<CXXThisExpr>(S); }))
      return Field;
    if (!V || !V->isLocalVarDecl())
      return nullptr;
    IsPart |= Field != nullptr;
    if (!V->isCXXForRangeDecl()) {
      const QualType T = V->getType();
      return IsPart || T->isReferenceType() || T->isPointerType() ? nullptr : V;
    }
    const Stmt *P = Object;
    do
      P = F.body().enclosing<CXXForRangeStmt>(P);
    while (P && cast<CXXForRangeStmt>(P)->getLoopVariable() != V);
    if (!P)
      return nullptr;
    Object = cast<CXXForRangeStmt>(P)->getRangeInit();
  }
  return nullptr;
}

bool wasToldToEnd(const FunctionAnalysis &F, const Expr &Wait) {
  const Expr *Object = objectOf(Wait);
  const std::string Text = Object ? textOf(F, *Object) : "";
  // worker.stop(); worker.thread.join();
  auto IsIn = [&](StringRef Whole) {
    StringRef Part = Text;
    return Part.consume_front(Whole) && !Whole.empty() &&
           (Part.empty() || Part.starts_with(".") || Part.starts_with("->"));
  };
  return !Text.empty() && llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    const FunctionDecl *FD = calleeOf(*Call);
    const Expr *Other = objectOf(*Call);
    return FD && FD->getIdentifier() && Other &&
           StringSwitch<bool>(FD->getName().lower())
               .Cases("cancel", "exit", "interrupt", "quit", true)
               .Cases("request_stop", "requestinterruption", true)
               .Cases("stop", "requeststop", "terminate", "kill", true)
               .Default(false) &&
           F.sources().isBeforeInTranslationUnit(Call->getBeginLoc(),
                                                 Wait.getBeginLoc()) &&
           IsIn(textOf(F, *Other));
  });
}

/// What holds the thread or future that Wait waits for.
static const ValueDecl *holderOfJoined(const FunctionAnalysis &F,
                                       const Expr &Wait) {
  const Expr *Object = objectOf(Wait);
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(calleeOf(Wait));
  if (!Object || !Method || !Method->getParent()->getIdentifier())
    return nullptr;
  const bool Joins = StringSwitch<bool>(Method->getParent()->getName())
                         .Cases("thread", "jthread", true)
                         .Cases("future", "shared_future", "__basic_future",
                                "QFuture", "QThread", true)
                         .Default(false);
  return Joins ? holderOf(F, Object) : nullptr;
}

bool joinsObjectsWork(const FunctionAnalysis &F, const Expr &Wait) {
  return isa_and_nonnull<FieldDecl>(holderOfJoined(F, Wait));
}

bool joinsOwnWork(const FunctionAnalysis &F, const Expr &Wait) {
  const auto *Holder = dyn_cast_or_null<VarDecl>(holderOfJoined(F, Wait));
  // What was taken over from elsewhere is not its own.
  if (!Holder ||
      (Holder->getInit() && anyWithin(Holder->getInit(), [](const Stmt &S) {
         const auto *M = dyn_cast<MemberExpr>(&S);
         return M && isa<FieldDecl>(M->getMemberDecl());
       })))
    return false;
  return llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    return F.costs().spawns(*Call);
  });
}

} // namespace cancel_tidy
