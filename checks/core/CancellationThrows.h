// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What throws once a token is cancelled, and what it throws.
#ifndef CANCEL_TIDY_CHECKS_CORE_CANCELLATIONTHROWS_H
#define CANCEL_TIDY_CHECKS_CORE_CANCELLATIONTHROWS_H

#include "checks/core/FunctionAnalysis.h"
#include "llvm/ADT/SmallVector.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// An expression that throws, or may throw, because a token is cancelled.
struct CancellationThrow {
  const clang::Expr *At = nullptr; ///< call, co_await or throw
  /// It throws whenever the token is cancelled: a throwing check, a wait that
  /// throws, a function that makes such a check. Others were given the token,
  /// and their family reports cancellation by an exception.
  bool IsCertain = false;
  /// Types of the exceptions, the one that others derive from first.
  llvm::SmallVector<clang::QualType, 4> Types;
  const TokenModel *Model = nullptr; ///< null where no family throws it
  /// Variable or field at the root of the token; null: the running task's, or
  /// not known.
  const clang::ValueDecl *Token = nullptr;
  std::string TokenName; ///< empty where Token is null
  /// The callee's name, empty for others.
  std::string Callee;
};

/// Those that stand in Within, a statement of F, in source order. What a token
/// that F's own source made tells is not among them. Depth: how many callees
/// above F were looked into.
std::vector<CancellationThrow> cancellationThrows(const FunctionAnalysis &F,
                                                  const clang::Stmt *Within,
                                                  unsigned Depth = 0);

/// Whether a handler between At and Outer (null: the whole body) takes an
/// exception of type Thrown that comes out of At, and keeps it.
bool isCaughtBelow(const FunctionAnalysis &F, const clang::Stmt *At,
                   const clang::Stmt *Outer, clang::QualType Thrown);

} // namespace cancel_tidy

#endif
