// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What code does with a variable that holds a handle: a file, a pointer to
// memory, a descriptor.
#ifndef CANCEL_TIDY_CHECKS_CORE_HANDLEUSE_H
#define CANCEL_TIDY_CHECKS_CORE_HANDLEUSE_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

enum class HandleUse {
  Harmless, ///< reads through it, or lends it
  Test,     ///< compares it
  Release,
  Renewal,      ///< a null value, or another acquisition
  PerhapsTaken, ///< see Holding::PerhapsTaken
  Escape,       ///< may be kept somewhere else
};

/// What Ref, in F, does with the handle of Pair that it names. At is set to the
/// statement that does it.
HandleUse useOf(const FunctionAnalysis &F, const ResourcePair &Pair,
                const clang::DeclRefExpr &Ref, const clang::Stmt *&At);

/// The value of Cond that says that the acquisition has failed; nothing where
/// Cond says nothing of it.
std::optional<bool> whenNotHeld(const clang::VarDecl &Handle,
                                const clang::Expr &Cond,
                                const clang::ASTContext &Context);

} // namespace cancel_tidy

#endif
