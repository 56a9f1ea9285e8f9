// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which functions an analysis would like to know: those on which a finding
// still depends, whatever is known already.
#ifndef CANCEL_TIDY_TOOL_OPENFUNCTIONS_H
#define CANCEL_TIDY_TOOL_OPENFUNCTIONS_H

#include "checks/core/Condition.h"
#include "checks/core/Finding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <vector>

namespace cancel_tidy {

/// Functions that conditions reach and that somebody may still define. What is
/// added must outlive it. Not thread-safe.
class OpenFunctions {
public:
  void add(llvm::ArrayRef<Finding> Findings);
  void add(llvm::ArrayRef<FunctionFacts> Facts);

  /// Their names, as nameInUsr() has them, as far as MayBeDefined: what else
  /// nobody defines is taken for defined nowhere. Of a condition that cannot
  /// hold any more there are none; of another one those of one clause, so that
  /// this must be asked again once they are known. None: nothing that is still
  /// missing changes a finding.
  llvm::StringSet<>
  names(llvm::function_ref<bool(llvm::StringRef)> MayBeDefined) const;

private:
  class Graph;

  std::vector<const Condition *> Asked;
  llvm::StringMap<std::vector<const FunctionFacts *>> Known;
  llvm::StringMap<std::vector<llvm::StringRef>> Overriders; ///< by the base
};

} // namespace cancel_tidy

#endif
