// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What becomes of a local object: every use of it, of its copies and of what
// names it, and whether others may come to hold it.
#ifndef CANCEL_TIDY_CHECKS_CORE_ESCAPE_H
#define CANCEL_TIDY_CHECKS_CORE_ESCAPE_H

#include "checks/core/FunctionAnalysis.h"
#include <optional>
#include <vector>

namespace cancel_tidy {

/// One use of an object.
struct ObjectUse {
  enum class Kind {
    Ignored,  ///< evaluated and dropped, or compared
    Member,   ///< At calls or names a member of it, or an operator on it
    Assigned, ///< gets another value
    Local,    ///< Alias is initialised or assigned with it, or with its address
    Captured, ///< At is the lambda whose capture this is
    // The rest lets others know it.
    Passed,   ///< argument Index of the call or construction At
    Returned, ///< returned, thrown or yielded
    Stored,   ///< goes into a member, a global, an element, a new object
    Unknown,
  };
  Kind What = Kind::Unknown;
  const clang::Stmt *At = nullptr;
  const clang::Expr *Ref = nullptr;     ///< what names the object
  const FunctionAnalysis *In = nullptr; ///< the function that holds Ref
  const clang::VarDecl *Alias = nullptr;
  const clang::FieldDecl *Field = nullptr; ///< where Stored in a member
  unsigned Index = 0;
  bool ByAddress = false; ///< a pointer or reference to it, not a copy

  bool escapes() const { return What >= Kind::Passed; }
};

/// How the value of E is used where it stands in F.
ObjectUse nextUse(const FunctionAnalysis &F, const clang::Expr &E);

/// All uses of V, a local variable or parameter of F: in F, in the lambdas in
/// it, through local copies, references and pointers, and in functions of this
/// TU that are called with it and cannot be overridden (no more than three
/// deep; deeper ones count as Passed). Copies count because tokens and sources
/// share their state with them. In source order within a function; uses of the
/// kinds Local and Captured are followed and not listed.
std::vector<ObjectUse> usesOf(const FunctionAnalysis &F,
                              const clang::VarDecl &V);

/// The first use through which others may come to hold V or a copy of it; none:
/// what F does with V is all that ever happens to it. Calling its members is no
/// escape: the caller knows what they do.
std::optional<ObjectUse> escapeOf(const FunctionAnalysis &F,
                                  const clang::VarDecl &V);

} // namespace cancel_tidy

#endif
