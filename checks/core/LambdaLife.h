// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a lambda goes: whether it runs while what it refers to is there, or
// certainly lives on when its function has returned.
#ifndef CANCEL_TIDY_CHECKS_CORE_LAMBDALIFE_H
#define CANCEL_TIDY_CHECKS_CORE_LAMBDALIFE_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// Whether what a lambda refers to may be gone when it runs.
struct LambdaLife {
  enum class Kind {
    Unknown,
    InPlace,  ///< runs, if ever, before the statement that makes it has ended
    Returned, ///< certainly given to the caller
    Stored,   ///< certainly in Field, or the global Holder, from At on
    Detached, ///< certainly runs on a thread that nobody joins
    Local,    ///< kept in the local Holder
  };
  Kind What = Kind::Unknown;
  const clang::Stmt *At = nullptr; ///< what keeps it
  const clang::FieldDecl *Field = nullptr;
  const clang::VarDecl *Holder = nullptr;

  bool outlivesFunction() const {
    return What == Kind::Returned || What == Kind::Stored ||
           What == Kind::Detached;
  }
};

/// L is written in F itself.
LambdaLife lifeOf(const FunctionAnalysis &F, const clang::LambdaExpr &L);

/// Whether F names D, a field or a variable, behind After in source order, or
/// in a loop around After.
bool isNamedAfter(const FunctionAnalysis &F, const clang::ValueDecl &D,
                  const clang::Stmt &After);

/// Whether L is given to something that runs it when the scope is left:
/// `ScopeExit guard([&] { ... });`, `auto guard = finally([&] { ... });`.
bool runsAtScopeExit(const FunctionBody &Around, const clang::LambdaExpr &L);

/// Whether a local variable of F names L and is only called where nothing may
/// be cancelled any more; or its name says as much: `auto cleanup = [&] { ...
/// };`.
bool isCleanupHelper(const FunctionAnalysis &F, const clang::LambdaExpr &L);

} // namespace cancel_tidy

#endif
