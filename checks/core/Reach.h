// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reach: the tokens that can be named at a program point, nearest first, and
// which expressions hand a token on.
#ifndef CANCEL_TIDY_CHECKS_CORE_REACH_H
#define CANCEL_TIDY_CHECKS_CORE_REACH_H

#include "checks/core/FunctionBody.h"
#include "checks/core/TokenIndex.h"
#include <string>
#include <vector>

namespace cancel_tidy {

struct ReachToken {
  enum class Origin { Local, Param, Capture, Field, Carrier };
  Origin From = Origin::Param;
  /// Variable or field at the root of Spelling.
  const clang::ValueDecl *Root = nullptr;
  TokenUse Use;
  std::string Spelling; ///< an expression that is valid at the point
  /// Lambdas that must capture Root before Spelling is valid, innermost first.
  llvm::SmallVector<const clang::LambdaExpr *, 2> NeedsCapture;

  /// "parameter 'stop'", for notes.
  std::string describe() const;
  clang::SourceLocation location() const { return Root->getLocation(); }
};

class Reach {
public:
  Reach(const FunctionBody &Body, const TokenIndex &Tokens,
        const Reach *OuterReach, bool RunsInPlace);

  const FunctionBody &body() const { return Body; }

  /// Tokens that code at S can name; S null means the start of the body.
  std::vector<ReachToken> at(const clang::Stmt *S) const;

  /// Whether evaluating E uses a token, a carrier of one, or an object built
  /// from one: E hands the token on.
  bool handsOn(const clang::Stmt *E) const;

  /// As handsOn(), and also objects that came out of a call with the token.
  bool involves(const clang::Stmt *E) const;

  /// Whether D was built from a token (constructor, initialiser, member
  /// assignment, setter).
  bool isMadeFromToken(const clang::ValueDecl *D) const;

private:
  bool mentions(const clang::Stmt *E, bool Weak) const;
  void findMade();
  void addVariable(const clang::VarDecl &V, ReachToken::Origin From,
                   const clang::Stmt *At, std::vector<ReachToken> &Out) const;
  void addCarried(const clang::ValueDecl &V, llvm::StringRef Access,
                  clang::QualType T, std::vector<ReachToken> &Out) const;
  void addBindings(const clang::DecompositionDecl &D,
                   std::vector<ReachToken> &Out) const;
  void addFields(const clang::Stmt *At, std::vector<ReachToken> &Out) const;
  bool isMadeLater(const clang::FieldDecl &Field, const clang::Stmt &At) const;
  bool isSpent(const clang::VarDecl &V, const clang::Stmt *At) const;
  bool ownsOnly(const clang::VarDecl &V, const TokenUse &Use) const;

  const FunctionBody &Body;
  const TokenIndex &Tokens;
  const Reach *OuterReach;
  bool RunsInPlace;
  llvm::DenseSet<const clang::ValueDecl *> Made;     ///< strong
  llvm::DenseSet<const clang::ValueDecl *> CameWith; ///< weak
  std::vector<const clang::Expr *> Moves;            ///< calls of std::move
  /// What the body assigns to fields: the assignment and its value.
  llvm::DenseMap<
      const clang::FieldDecl *,
      llvm::SmallVector<std::pair<const clang::Expr *, const clang::Expr *>, 1>>
      FieldWrites;
};

} // namespace cancel_tidy

#endif
