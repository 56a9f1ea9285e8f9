// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns what an analysis found into places, notes and edits. Every builder of a
// fix says no where the edit would touch a macro or cannot be spelled.
#ifndef CANCEL_TIDY_CHECKS_CORE_FIXBUILDER_H
#define CANCEL_TIDY_CHECKS_CORE_FIXBUILDER_H

#include "checks/core/CallResolver.h"
#include "checks/core/Finding.h"
#include <optional>

namespace cancel_tidy {

/// The file position of Where (of its expansion, in a macro).
Place placeOf(const clang::ASTContext &Context, clang::SourceLocation Where);
Place placeOf(const FunctionAnalysis &F, clang::SourceLocation Where);

/// A finding of F with the fields that do not depend on the check filled in.
Finding makeFinding(const FunctionAnalysis &F, llvm::StringRef CheckId,
                    clang::SourceLocation Where, const TokenModel *Model);

Note makeNote(const FunctionAnalysis &F, clang::SourceLocation Where,
              std::string Message);

/// A note that is a step of a path (see Note::IsStep).
Note makeStep(const FunctionAnalysis &F, clang::SourceLocation Where,
              std::string Message);

/// "token 'stop' comes from here".
Note tokenNote(const FunctionAnalysis &F, const ReachToken &T);

/// Writes the token where the sink's parameter is. Without a fix, WhyNot says
/// what is missing, in words that fit behind "no fix: ".
std::optional<Fix> passToken(const FunctionAnalysis &F,
                             const UnforwardedCall &Call, std::string &WhyNot);

/// Replaces the source text of Range; none in macros.
std::optional<TextEdit> replaceText(const FunctionAnalysis &F,
                                    clang::CharSourceRange Range,
                                    std::string Text);
std::optional<TextEdit> insertText(const FunctionAnalysis &F,
                                   clang::SourceLocation Where,
                                   std::string Text);

/// Whether an edit at L would touch neither a macro nor a system header.
bool isEditable(const FunctionAnalysis &F, clang::SourceLocation L);

/// Source text of S; empty in macros.
std::string textOf(const FunctionAnalysis &F, const clang::Stmt &S);

} // namespace cancel_tidy

#endif
