// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instances of the project's templates, made as far as they are needed. Clang
// makes all that a program asks for, which is a third of many a parse; a
// template is judged once.
#ifndef CANCEL_TIDY_TOOL_INSTANCES_H
#define CANCEL_TIDY_TOOL_INSTANCES_H

#include "clang/Sema/Sema.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace cancel_tidy {

/// For a parse that ended without the instantiations of its end (TU_Prefix).
/// Sema must outlive it.
class Instances {
public:
  explicit Instances(clang::Sema &S) : S(S) {}

  /// Makes one body of each template outside of system headers that the TU
  /// uses, and of each that these use.
  void makeOneEach();

  /// The patterns of a precompiled header among these.
  llvm::ArrayRef<clang::Decl *> precompiled() const { return Precompiled; }

  /// Makes FD's body, if the TU asked for it.
  void make(clang::FunctionDecl &FD);

private:
  void instantiate(clang::FunctionDecl &FD, clang::SourceLocation Where);

  clang::Sema &S;
  llvm::DenseSet<const clang::FunctionDecl *> Made; ///< patterns
  llvm::SmallVector<clang::Decl *, 0> Precompiled;
};

} // namespace cancel_tidy

#endif
