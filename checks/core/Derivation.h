// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the sources and tokens that a function makes hang together: which one is
// the same as another, which is cancelled together with another, and to whom
// they are handed.
#ifndef CANCEL_TIDY_CHECKS_CORE_DERIVATION_H
#define CANCEL_TIDY_CHECKS_CORE_DERIVATION_H

#include "checks/core/FunctionAnalysis.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <vector>

namespace cancel_tidy {

/// A source or token that is a local variable, and what it was made of.
struct LocalToken {
  enum class Origin {
    Unknown,
    Fresh, ///< a source of its own, or a child of none
    Same,  ///< a copy, a reference, or the token of SameAs
    Linked
  };
  const clang::VarDecl *Var = nullptr;
  const clang::DeclStmt *Decl = nullptr;
  const FunctionAnalysis *Home = nullptr; ///< the body that declares it
  const TokenModel *Model = nullptr;
  bool IsSource = false; ///< can be asked to cancel
  Origin From = Origin::Unknown;
  const clang::ValueDecl *SameAs = nullptr;
  struct Parent {
    const clang::ValueDecl *Token;
    const clang::Stmt *By; ///< what ties them together
  };
  llvm::SmallVector<Parent, 2> Parents;
  /// Something else than one parent may cancel it: it is narrower.
  bool IsStrict = false;
  bool HasDeadline = false;
  bool IsRequested = false; ///< by this function itself
  /// Something that is not seen may link or request it: it was handed to a
  /// call, stored, returned, or caught by a lambda that somebody keeps.
  bool Escapes = false;
};

/// Where the token of a variable goes.
struct TokenReceiver {
  const FunctionAnalysis *In = nullptr;
  const clang::Expr *Token = nullptr; ///< the expression that is handed over
  const clang::Expr *Call = nullptr;  ///< null: to nobody that is seen
  bool Fallback = false;              ///< only where another token is absent
};

/// Of a function with all lambdas in it: make one for the outermost.
class Derivation {
public:
  explicit Derivation(const FunctionAnalysis &F);

  /// The function and its lambdas, outer ones first.
  llvm::ArrayRef<const FunctionAnalysis *> bodies() const { return Bodies; }
  /// In source order.
  llvm::ArrayRef<LocalToken> locals() const { return Locals; }
  const LocalToken *find(const clang::ValueDecl *D) const;

  /// What D stands for, looked through copies and sources.
  const clang::ValueDecl *same(const clang::ValueDecl *D) const;
  /// The variable (or member) whose token E is, as same() says; null where
  /// that is no plain name.
  const clang::ValueDecl *tokenOf(const clang::Expr *E) const;
  /// Whether Inner is cancelled with Outer and also by something else.
  bool isNarrower(const clang::ValueDecl *Inner,
                  const clang::ValueDecl *Outer) const;

  /// Calls that get D's token or an object made with it, in source order.
  std::vector<TokenReceiver> receivers(const clang::ValueDecl *D) const;
  /// Calls that get what E, of the body In, gives.
  std::vector<TokenReceiver> receivers(const FunctionAnalysis &In,
                                       const clang::Expr &E) const;

  /// Whether some body names D.
  bool isMentioned(const clang::ValueDecl *D) const;

  /// Whether the variable is assigned to after it was made.
  bool isReassigned(const clang::ValueDecl *D) const {
    return Reassigned.count(D);
  }

  /// Whether the variable is in scope at S of the body that declares it.
  static bool isInScope(const LocalToken &T, const clang::Stmt *S);

private:
  void collect(const FunctionAnalysis &F);
  void classify(LocalToken &T);
  void addParents(LocalToken &T, llvm::ArrayRef<const clang::Expr *> From,
                  const clang::Stmt *By);
  void follow(LocalToken &T);
  void followUse(LocalToken &T, const FunctionAnalysis &In,
                 const clang::DeclRefExpr &Use);
  void followRequest(LocalToken &T, const FunctionAnalysis &In,
                     const clang::Expr &Request);
  void linkThrough(LocalToken &T, const FunctionAnalysis &In,
                   const clang::LambdaExpr &L);
  bool linkBy(LocalToken &T, const clang::Expr &Call);
  void receiversOf(const FunctionAnalysis &In, const clang::Expr *E,
                   std::vector<TokenReceiver> &Out) const;

  const FunctionAnalysis &F;
  std::vector<const FunctionAnalysis *> Bodies;
  std::vector<LocalToken> Locals;
  llvm::DenseMap<const clang::ValueDecl *, unsigned> Index;
  llvm::SmallPtrSet<const clang::ValueDecl *, 8> Reassigned;
};

/// Whether a request is made for later: cancel_after(5s).
bool setsDeadline(const clang::Expr &Request);

/// The tokens that a value of type T is or hands out.
TokenUse tokenGivenBy(const TokenIndex &Tokens, clang::QualType T);

/// E without copies, moves, casts, addresses and what is implicit.
const clang::Expr *bareToken(const clang::Expr *E);

/// The token, at the bottom of a chain of derived ones, that never cancels:
/// `Context()` in `Context().WithDeadline(d)`; null where another one is there,
/// or nothing but keys was added.
const clang::Expr *noneBelow(const TokenIndex &Tokens, const clang::Expr &Made);

} // namespace cancel_tidy

#endif
