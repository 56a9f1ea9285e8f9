// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where exceptions come from, which handlers may take them, and whose
// destructors run on the way. Clang's graph tells this of calls only.
#ifndef CANCEL_TIDY_CHECKS_CORE_UNWINDING_H
#define CANCEL_TIDY_CHECKS_CORE_UNWINDING_H

#include "checks/core/FunctionBody.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace cancel_tidy {

class Unwinding {
public:
  explicit Unwinding(const FunctionBody &Body);

  /// Whether a handler is written in this function at all.
  bool hasHandlers() const { return Handlers; }

  enum class Throws {
    No,
    /// Only where memory runs out: nothing should be concluded from it.
    OnlyMemory,
    Yes
  };
  /// What evaluating S means, its operands left out: a throw, call,
  /// construction, allocation or co_await. What depends on a template parameter
  /// counts as No.
  static Throws throws(const clang::Stmt &S);

  /// Where an exception may go to.
  struct Way {
    /// Nearest first; where the thrown type is known, only those that fit.
    llvm::SmallVector<const clang::CXXCatchStmt *, 2> Handlers;
    bool Leaves = true; ///< perhaps out of the function
  };
  /// Where what S throws may go to.
  Way wayOf(const clang::Stmt &S) const;

  /// The first handler around S that Takes the exception, as the language picks
  /// it; null: it leaves the function.
  const clang::CXXCatchStmt *
  handlerOf(const clang::Stmt &S,
            llvm::function_ref<bool(const clang::CXXCatchStmt &)> Takes) const;

  /// Objects with automatic storage and a destructor of their own that are
  /// destroyed when an exception goes from S to Handler (null: out of the
  /// function; a return from there destroys the same), in that order.
  /// Temporaries that no reference keeps are left out; parameters come last.
  llvm::SmallVector<const clang::VarDecl *, 4>
  destroyed(const clang::Stmt &S, const clang::CXXCatchStmt *Handler) const;

private:
  using TryFn = llvm::function_ref<bool(const clang::CXXTryStmt &)>;
  /// The try statements whose block S stands in, innermost first, until Done
  /// says so.
  void forEachTry(const clang::Stmt &S, TryFn Done) const;

  const FunctionBody &Body;
  bool Handlers = false;
};

} // namespace cancel_tidy

#endif
