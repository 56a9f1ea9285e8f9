// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Members of an object that its functions give a token.
#ifndef CANCEL_TIDY_CHECKS_CORE_GIVENMEMBERS_H
#define CANCEL_TIDY_CHECKS_CORE_GIVENMEMBERS_H

#include "checks/core/TokenIndex.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace cancel_tidy {

/// An object, a pointer to one, or an array of them.
bool isClassLike(clang::QualType T);

/// The member of the object itself that E is, or is a part of.
const clang::FieldDecl *ownMember(const clang::Expr *E);

/// Members that other functions of their class give a token: a reader that is
/// made with it, a client that it is set for.
class GivenMembers {
public:
  GivenMembers(const TokenIndex &Tokens, const clang::FunctionDecl &User)
      : Tokens(Tokens), User(User) {}

  /// Whether Field, of the object that User runs on, is one.
  bool include(const clang::FieldDecl &Field);

private:
  void lookAt(const clang::CXXRecordDecl &Class);
  void seeStatement(const clang::Stmt &S);
  bool handsTokenOn(const clang::Expr *E) const;

  const TokenIndex &Tokens;
  const clang::FunctionDecl &User;
  llvm::SmallPtrSet<const clang::CXXRecordDecl *, 4> Seen;
  /// By name: the members of a pattern are not those of its instances.
  llvm::SmallPtrSet<const clang::IdentifierInfo *, 8> Given;
};

} // namespace cancel_tidy

#endif
