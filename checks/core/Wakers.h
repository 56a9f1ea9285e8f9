// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions that run when work is to stop, by the class, function or file
// that they belong to.
#ifndef CANCEL_TIDY_CHECKS_CORE_WAKERS_H
#define CANCEL_TIDY_CHECKS_CORE_WAKERS_H

#include "checks/core/Waker.h"
#include "llvm/ADT/DenseMap.h"
#include <memory>
#include <vector>

namespace cancel_tidy {

/// Found when first asked for, once for each class and function.
class Wakers {
public:
  explicit Wakers(Unit &U) : U(U) {}

  /// Of member functions of the class and its bases, and lambdas in them.
  llvm::ArrayRef<Waker> of(const clang::CXXRecordDecl &Class);
  /// Of a function and the lambdas in it.
  llvm::ArrayRef<Waker> of(const clang::FunctionDecl &FD);
  /// Of all functions of the main file.
  llvm::ArrayRef<Waker> ofMainFile();

  /// Calls Visit for the wakers that may have to do with D, or with what F
  /// itself waits for, until one says that it does. Wide: also those that
  /// neither their class nor their function ties to F.
  bool any(const FunctionAnalysis &F, const clang::ValueDecl *D, bool Wide,
           llvm::function_ref<bool(const Waker &)> Visit);

private:
  using List = std::vector<Waker>;
  void add(const FunctionAnalysis &A, const clang::CXXRecordDecl *As,
           TraceMemo &Memo, List &Out);
  void addWithLambdas(const clang::FunctionDecl &FD,
                      const clang::CXXRecordDecl *As, TraceMemo &Memo,
                      List &Out);

  Unit &U;
  llvm::DenseMap<const clang::CXXRecordDecl *, std::unique_ptr<List>> ByClass;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<List>> ByFunction;
  std::unique_ptr<List> MainFile;
  TraceMemo AnyClass; ///< where that of *this is not known
};

} // namespace cancel_tidy

#endif
