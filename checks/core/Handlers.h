// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers that keep a cancellation to themselves, so that work goes on.
#ifndef CANCEL_TIDY_CHECKS_CORE_HANDLERS_H
#define CANCEL_TIDY_CHECKS_CORE_HANDLERS_H

#include "checks/core/CancellationThrows.h"
#include "clang/AST/StmtCXX.h"

namespace cancel_tidy {

struct SwallowedCancellation {
  enum class How {
    Loop,    ///< the next round of a loop follows
    Work,    ///< something that runs long or waits follows
    Success, ///< the function says that all went well
    Hidden,  ///< a handler for cancellation stands below and is never reached
  } Kind = How::Loop;
  const clang::CXXCatchStmt *Handler = nullptr;
  /// What throws the cancellation, nearest to the head of the try block.
  CancellationThrow Throw;
  /// One of Throw's types that Handler takes.
  clang::QualType Exception;
  const clang::Stmt *Loop = nullptr;             ///< of Kind Loop
  const clang::Expr *Work = nullptr;             ///< of Kind Work
  const clang::CXXCatchStmt *Intended = nullptr; ///< of Kind Hidden
  bool MeansCancellation = false; ///< the handler is for cancellation alone
};

/// Those of F, in source order, at most one for a try block.
std::vector<SwallowedCancellation>
swallowedCancellations(const FunctionAnalysis &F);

} // namespace cancel_tidy

#endif
