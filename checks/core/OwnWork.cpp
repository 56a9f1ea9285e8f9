// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/OwnWork.h"
#include "checks/core/CallResolver.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/Names.h"
#include "checks/core/Unit.h"
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

/// The local variable that holds Object: of `for (auto &t : threads)` the
/// vector. Null where it holds a reference or a pointer to it.
static const VarDecl *localHolder(const FunctionAnalysis &F,
                                  const Expr *Object) {
  for (int Hops = 0; Hops < 4; ++Hops) {
    const FieldDecl *Field = nullptr;
    const auto *V = dyn_cast_or_null<VarDecl>(rootOf(Object, Field));
    if (!V || !V->isLocalVarDecl() || Field)
      return nullptr;
    if (!V->isCXXForRangeDecl()) {
      const QualType T = V->getType();
      return T->isReferenceType() || T->isPointerType() ? nullptr : V;
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
  return !Text.empty() && llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    const FunctionDecl *FD = calleeOf(*Call);
    const Expr *Other = objectOf(*Call);
    return FD && FD->getIdentifier() && Other &&
           StringSwitch<bool>(FD->getName())
               .Cases("cancel", "exit", "interrupt", "quit", true)
               .Cases("request_stop", "requestInterruption", "stop", true)
               .Cases("terminate", "kill", true)
               .Default(false) &&
           F.sources().isBeforeInTranslationUnit(Call->getBeginLoc(),
                                                 Wait.getBeginLoc()) &&
           textOf(F, *Other) == Text;
  });
}

bool joinsOwnWork(const FunctionAnalysis &F, const Expr &Wait) {
  const Expr *Object = objectOf(Wait);
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(calleeOf(Wait));
  if (!Object || !Method || !Method->getParent()->getIdentifier())
    return false;
  const bool Joins = StringSwitch<bool>(Method->getParent()->getName())
                         .Cases("thread", "jthread", true)
                         .Cases("future", "shared_future", "__basic_future",
                                "QFuture", "QThread", true)
                         .Default(false);
  const VarDecl *Holder = Joins ? localHolder(F, Object) : nullptr;
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

bool isWokenFromOutside(const FunctionAnalysis &F, const Expr &Object) {
  const auto *Member = dyn_cast<MemberExpr>(Object.IgnoreParenImpCasts());
  if (const auto *Op =
          dyn_cast<CXXOperatorCallExpr>(Object.IgnoreParenImpCasts());
      Op && Op->getNumArgs() > 0)
    Member = dyn_cast<MemberExpr>(Op->getArg(0)->IgnoreParenImpCasts());
  const auto *Field =
      Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
  const auto *Class =
      Field ? dyn_cast<CXXRecordDecl>(Field->getParent()) : nullptr;
  return Class && llvm::any_of(Class->methods(), [&](const CXXMethodDecl *M) {
           const FunctionDecl *Def = F.unit().bodyOf(*M);
           if (!Def || Def == &F.decl())
             return false;
           bool Ends = isa<CXXDestructorDecl>(M) ||
                       (M->getIdentifier() && namesCancellation(M->getName()));
           bool Touches = false;
           anyWithin(Def->getBody(), [&](const Stmt &S) {
             if (const auto *E = dyn_cast<CallExpr>(&S)) {
               Ends |= F.tokens().queryOf(*E).Kind == QueryKind::Request;
               const Expr *On = objectOf(*E);
               Touches |= On && anyWithin(On, [&](const Stmt &X) {
                            const auto *Of = dyn_cast<MemberExpr>(&X);
                            return Of && Of->getMemberDecl() == Field;
                          });
             }
             return Ends && Touches;
           });
           return Ends && Touches;
         });
}

} // namespace cancel_tidy
