// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which functions a text may define, without parsing it, and which functions
// an analysis would like to know. Both by the last part of their names: too
// much costs time only.
#ifndef CANCEL_TIDY_TOOL_DEFINITIONS_H
#define CANCEL_TIDY_TOOL_DEFINITIONS_H

#include "checks/core/Condition.h"
#include "checks/core/Finding.h"
#include "clang/Lex/Token.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// The tokens of C++ text, which ends in a zero, without comments.
std::vector<clang::Token> rawTokensOf(llvm::StringRef Text);

/// Names of functions that Text may define. All operators are "operator";
/// destructors have the name of their class.
llvm::StringSet<> namesDefinedIn(llvm::StringRef Text);

/// The name in a function's USR, in the same spelling; empty: none.
llvm::StringRef nameInUsr(llvm::StringRef USR);

/// Functions that conditions reach and that nobody defined so far.
class OpenFunctions {
public:
  void add(llvm::ArrayRef<Finding> Findings);
  void add(llvm::ArrayRef<FunctionFacts> Facts);

  /// Their names.
  llvm::StringSet<> names() const;

private:
  std::vector<std::string> Asked; ///< USRs
  llvm::StringMap<std::vector<const FunctionFacts *>> Known;
};

} // namespace cancel_tidy

#endif
