// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a function holds by hand: a variable or a lock that it acquires and that
// it alone gives back, with what happens to it.
#ifndef CANCEL_TIDY_CHECKS_CORE_HOLDINGS_H
#define CANCEL_TIDY_CHECKS_CORE_HOLDINGS_H

#include "checks/core/FunctionAnalysis.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace cancel_tidy {

/// Something acquired in a function that keeps it to itself: it is neither
/// stored, returned, captured nor wrapped, and its variable is given no other
/// value.
struct Holding {
  const ResourcePair *Pair = nullptr;
  /// The variable that holds the handle; null for an object (a lock).
  const clang::VarDecl *Handle = nullptr;
  /// The object: the declarations that name it, `a.b.c` as {a, b, c}. Empty
  /// for a handle.
  llvm::SmallVector<const clang::ValueDecl *, 2> Object;
  const clang::Expr *Acquired = nullptr;
  std::string Name; ///< as the code spells it

  /// Calls and deletes that give it back, in source order.
  std::vector<const clang::Expr *> Releases;
  /// Other acquisitions by the same name, and null values given to it.
  llvm::SmallPtrSet<const clang::Stmt *, 4> Renewals;
  /// Functions out of sight that get it. They take nothing over if the
  /// function releases it behind them; where it does not, they may.
  llvm::SmallPtrSet<const clang::Stmt *, 4> PerhapsTaken;
  /// Tests of the handle.
  std::vector<const clang::Expr *> Tests;

  /// Other functions can get at it.
  bool isShared() const;
};

std::vector<Holding> holdings(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
