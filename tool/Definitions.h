// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which functions a text may define, without parsing it. By the last part of
// their names: too much costs time only.
#ifndef CANCEL_TIDY_TOOL_DEFINITIONS_H
#define CANCEL_TIDY_TOOL_DEFINITIONS_H

#include "clang/Lex/Token.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <vector>

namespace cancel_tidy {

/// The tokens of C++ text, which ends in a zero, without comments.
std::vector<clang::Token> rawTokensOf(llvm::StringRef Text);

/// Names of functions that Text may define. All operators are "operator";
/// destructors have the name of their class.
llvm::StringSet<> namesDefinedIn(llvm::StringRef Text);

/// The name in a function's USR, in the same spelling; empty: none.
llvm::StringRef nameInUsr(llvm::StringRef USR);

} // namespace cancel_tidy

#endif
