// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What becomes of a value that a function asks for: used, dropped on the spot,
// or kept where nobody reads it.
#ifndef CANCEL_TIDY_CHECKS_CORE_VALUEUSE_H
#define CANCEL_TIDY_CHECKS_CORE_VALUEUSE_H

#include "checks/core/FunctionAnalysis.h"
#include <optional>

namespace cancel_tidy {

enum class ValueUse {
  Used,
  Dropped,
  /// Dropped on purpose: cast to void, or a macro was given the statement
  /// (EXPECT_NO_THROW(token.stop_requested())).
  Deliberate,
};

ValueUse useOf(const FunctionAnalysis &F, const clang::Expr &E);

/// The local variable to which all of E's value goes, where nothing ever reads
/// that variable, not even code that the preprocessor left out; null otherwise.
const clang::VarDecl *unreadVariable(const FunctionAnalysis &F,
                                     const clang::Expr &E);

/// How often Name stands in the text of F behind its parameters, also where
/// the preprocessor or the compiler dropped it. None: the text is not one
/// piece of a file.
std::optional<unsigned> timesInText(const FunctionAnalysis &F,
                                    llvm::StringRef Name);

/// Whether Range holds a comment or a directive of the preprocessor.
bool hasRemarks(const FunctionAnalysis &F, clang::SourceRange Range);

/// Whether Range, which begins and ends with a token, holds nothing but braces,
/// parentheses and semicolons: no comment either, and no directive.
bool isBlankText(const FunctionAnalysis &F, clang::SourceRange Range);

} // namespace cancel_tidy

#endif
