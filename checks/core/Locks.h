// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which mutexes code waits for, and which it certainly holds. What is not
// certain is left out.
#ifndef CANCEL_TIDY_CHECKS_CORE_LOCKS_H
#define CANCEL_TIDY_CHECKS_CORE_LOCKS_H

#include "checks/core/FunctionAnalysis.h"
#include <optional>
#include <string>
#include <vector>

namespace cancel_tidy {

/// An object as code names it: a variable, or *this, and members below.
struct ObjectPath {
  const clang::VarDecl *Root = nullptr; ///< null: *this
  llvm::SmallVector<const clang::FieldDecl *, 2> Members;

  bool operator==(const ObjectPath &P) const {
    return Root == P.Root && Members == P.Members;
  }
  bool isThis() const { return !Root && Members.empty(); }
  std::string name() const;
};

/// None where E is no such path. Pointers count as what they point to, a
/// capture as what it was made of.
std::optional<ObjectPath> pathOf(const clang::Expr &E);

/// A place where a mutex is locked.
struct Lock {
  ObjectPath Mutex;
  bool Recursive = false; ///< the same thread may take it again
  /// A guard holds it until its scope ends.
  bool ByGuard = false;
  const clang::Stmt *At = nullptr;
};

/// Locks that running F takes, waiting where they are taken: its own, and those
/// of member functions that it calls on *this. Shared ones are left out.
std::vector<Lock> locksTaken(const FunctionAnalysis &F);

/// Locks that F has taken and not given back where S is evaluated.
std::vector<Lock> locksHeld(const FunctionAnalysis &F, const clang::Stmt &S);

} // namespace cancel_tidy

#endif
