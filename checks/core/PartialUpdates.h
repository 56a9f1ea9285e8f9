// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects whose members are written on both sides of a place where a
// cancellation leaves.
#ifndef CANCEL_TIDY_CHECKS_CORE_PARTIALUPDATES_H
#define CANCEL_TIDY_CHECKS_CORE_PARTIALUPDATES_H

#include "checks/core/CancelFlow.h"

namespace cancel_tidy {

struct PartialUpdate {
  CancelExit Exit;
  /// The parameter whose members are written; null: `*this`.
  const clang::ParmVarDecl *Object = nullptr;
  const clang::FieldDecl *First = nullptr;  ///< written before the exit
  const clang::FieldDecl *Second = nullptr; ///< written behind it only
  const clang::Stmt *FirstWrite = nullptr;
  const clang::Stmt *SecondWrite = nullptr;
  std::string Token;
  const TokenModel *Model = nullptr;
};

/// The first one of F in source order. Members that keep count, tell a state,
/// cache or belong to the cancellation itself are not looked at.
std::optional<PartialUpdate> partialUpdate(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
