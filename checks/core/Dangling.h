// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// References and pointers to local objects that are certainly kept longer than
// the objects live.
#ifndef CANCEL_TIDY_CHECKS_CORE_DANGLING_H
#define CANCEL_TIDY_CHECKS_CORE_DANGLING_H

#include "checks/core/FunctionAnalysis.h"
#include "checks/core/LambdaLife.h"
#include <vector>

namespace cancel_tidy {

/// A capture by reference of a local of F, in a lambda that outlives it.
struct DanglingCapture {
  const clang::VarDecl *Var = nullptr;
  const clang::LambdaExpr *Lambda = nullptr;
  const clang::LambdaCapture *Capture = nullptr;
  LambdaLife Life;
  bool OfRegistration = false; ///< a registration keeps the lambda
};

/// All of F: tokens and sources in lambdas that are kept, and any locals in
/// callbacks that a registration keeps.
std::vector<DanglingCapture> danglingCaptures(const FunctionAnalysis &F);

/// A lambda that is a coroutine, is called where it is made, and uses what it
/// captured after the object that holds the captures is gone.
struct DanglingClosure {
  const clang::LambdaCapture *Capture = nullptr;
  const clang::Expr *Use = nullptr; ///< in the lambda
};
std::vector<DanglingClosure> danglingClosures(const FunctionAnalysis &F);

/// A token parameter of a coroutine that may refer to a temporary of its
/// caller.
struct DanglingParameter {
  const clang::ParmVarDecl *Param = nullptr;
  const clang::Expr *Use = nullptr; ///< behind a suspension
};
std::vector<DanglingParameter> danglingParameters(const FunctionAnalysis &F);

/// A member that gets a reference or pointer to a token or source of F.
struct DanglingMember {
  const clang::VarDecl *Var = nullptr;
  const clang::FieldDecl *Field = nullptr;
  const clang::Stmt *At = nullptr;
};
std::vector<DanglingMember> danglingMembers(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
