// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One function body as written: its statements with their parents, calls,
// loops, variables and lambdas. Unevaluated operands, discarded branches and
// the bodies of inner lambdas are left out: a lambda is a function of its own.
#ifndef CANCEL_TIDY_CHECKS_CORE_FUNCTIONBODY_H
#define CANCEL_TIDY_CHECKS_CORE_FUNCTIONBODY_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace cancel_tidy {

class FunctionBody {
public:
  /// FD must have a body. Outer is the body that holds the lambda whose call
  /// operator FD is, null for other functions.
  /// HasError: its text has a compile error.
  FunctionBody(const clang::FunctionDecl &FD, clang::ASTContext &Context,
               const FunctionBody *Outer, const clang::LambdaExpr *Lambda,
               bool HasError = false);

  const clang::FunctionDecl &decl() const { return FD; }
  clang::ASTContext &context() const { return Context; }
  /// The body as written; a coroutine's without what the compiler added.
  const clang::Stmt *written() const { return Written; }
  const FunctionBody *outer() const { return Outer; }
  const clang::LambdaExpr *lambda() const { return Lambda; }
  bool isCoroutine() const { return Coroutine; }
  /// Holds something that Clang could not understand, and perhaps left out;
  /// nothing may be concluded from what is absent.
  bool isBroken() const { return Broken; }

  const clang::Stmt *parent(const clang::Stmt *S) const {
    return Parents.lookup(S);
  }
  bool contains(const clang::Stmt *S) const { return Parents.count(S); }
  bool isWithin(const clang::Stmt *S, const clang::Stmt *Ancestor) const;

  /// Nearest ancestor of a kind, S itself not counted.
  template <typename T> const T *enclosing(const clang::Stmt *S) const {
    for (S = parent(S); S; S = parent(S))
      if (const auto *Found = llvm::dyn_cast<T>(S))
        return Found;
    return nullptr;
  }

  /// In source order.
  llvm::ArrayRef<const clang::Expr *> calls() const { return Calls; }
  llvm::ArrayRef<const clang::Stmt *> loops() const { return Loops; }
  llvm::ArrayRef<const clang::LambdaExpr *> lambdas() const { return Lambdas; }
  llvm::ArrayRef<const clang::VarDecl *> variables() const { return Variables; }
  llvm::ArrayRef<const clang::DeclRefExpr *> references() const {
    return References;
  }
  llvm::ArrayRef<const clang::MemberExpr *> memberUses() const {
    return MemberUses;
  }
  llvm::ArrayRef<const clang::LabelStmt *> labels() const { return Labels; }
  llvm::ArrayRef<const clang::BinaryOperator *> assignments() const {
    return Assignments;
  }
  llvm::ArrayRef<const clang::Stmt *> allStatements() const { return All; }
  bool mentions(const clang::ValueDecl &D) const;
  /// Whether a lambda captures V by reference, so that calls may change it.
  bool isLentToLambda(const clang::ValueDecl &V) const;
  /// Whether the function or a lambda in it names the member D, of any object.
  bool namesMember(const clang::ValueDecl &D) const;

private:
  friend class BodyWalker;
  const clang::FunctionDecl &FD;
  clang::ASTContext &Context;
  const FunctionBody *Outer;
  const clang::LambdaExpr *Lambda;
  const clang::Stmt *Written = nullptr;
  bool Coroutine = false;
  bool Broken = false;
  llvm::DenseMap<const clang::Stmt *, const clang::Stmt *> Parents;
  std::vector<const clang::Stmt *> All;
  std::vector<const clang::Expr *> Calls;
  std::vector<const clang::Stmt *> Loops;
  std::vector<const clang::LambdaExpr *> Lambdas;
  std::vector<const clang::VarDecl *> Variables;
  std::vector<const clang::DeclRefExpr *> References;
  std::vector<const clang::MemberExpr *> MemberUses;
  std::vector<const clang::LabelStmt *> Labels;
  std::vector<const clang::BinaryOperator *> Assignments;
};

/// The function that E (a call or construction) runs, null if not known.
const clang::FunctionDecl *calleeOf(const clang::Expr &E);

/// Arguments as written, without defaulted ones and without the object of an
/// operator call.
llvm::SmallVector<const clang::Expr *, 8> writtenArgs(const clang::Expr &Call);

/// Whether FD is a function of namespace std, or a member of a class of it.
bool isOfStd(const clang::FunctionDecl &FD);

/// How L captures V; null if it does not.
const clang::LambdaCapture *captureOf(const clang::LambdaExpr &L,
                                      const clang::ValueDecl &V);

/// std::move, std::ref and their like: what goes in comes out. Null is none.
bool isForwarder(const clang::FunctionDecl *FD);

/// Object that a member call is made on; null for others. Implicit this
/// counts.
const clang::Expr *objectOf(const clang::Expr &Call);

/// Whether some descendant-or-self of S that is evaluated with it satisfies P.
/// Bodies of lambdas are not entered; captures' initialisers are.
bool anyWithin(const clang::Stmt *S,
               llvm::function_ref<bool(const clang::Stmt &)> P);

/// E without parentheses, implicit conversions and temporaries.
const clang::Expr *stripped(const clang::Expr *E);

/// The variable or field that E names.
const clang::ValueDecl *variableOf(const clang::Stmt *E);

/// The variable or field that S changes: by assignment, step or member call.
const clang::ValueDecl *writtenBy(const clang::Stmt &S);

/// Whether a branch of If holds a statement that can end a loop around it.
bool mayLeave(const clang::IfStmt &If);

/// Whether nothing that is written there ends the loop.
bool neverEnds(const clang::Stmt &Loop, const clang::ASTContext &Context);

/// Whether the loop is `do ... while (false)`, the disguise of macros.
bool isNoLoop(const clang::Stmt &Loop, const clang::ASTContext &Context);

} // namespace cancel_tidy

#endif
