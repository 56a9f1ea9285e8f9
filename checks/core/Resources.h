// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pairs of functions that acquire and release something, found by name.
#ifndef CANCEL_TIDY_CHECKS_CORE_RESOURCES_H
#define CANCEL_TIDY_CHECKS_CORE_RESOURCES_H

#include "checks/core/TokenModel.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/StringSet.h"

namespace cancel_tidy {

class Resources {
public:
  explicit Resources(const CostTable &Table);

  /// What E acquires, a call of a function that a table names or a `new`; null
  /// if nothing.
  const ResourcePair *acquired(const clang::Expr &E) const;

  /// Whether E gives back what Pair acquired.
  bool releases(const ResourcePair &Pair, const clang::Expr &E) const;

  /// Whether the callee of Call only uses a handle of Pair.
  bool borrows(const ResourcePair &Pair, const clang::Expr &Call) const;

private:
  std::vector<ResourcePair> Pairs;
  ResourcePair New, NewArray;
  llvm::StringMap<const ResourcePair *> Acquirers; ///< last one counts
  llvm::StringSet<> Words; ///< unqualified names of acquirers
};

} // namespace cancel_tidy

#endif
