// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gives functions a token parameter: every declaration and every call at once,
// which is possible only where all of them are in this file.
#ifndef CANCEL_TIDY_CHECKS_CORE_PARAMETERFIX_H
#define CANCEL_TIDY_CHECKS_CORE_PARAMETERFIX_H

#include "checks/core/CallResolver.h"
#include "checks/core/Finding.h"
#include <optional>
#include <string>

namespace cancel_tidy {

/// Hands Token, held by F, from Call down to where the functions that it runs
/// stay (see Deafness.h), and uses it there. Without a fix, WhyNot says what is
/// missing, in words that fit behind "no automatic fix: ".
std::optional<Fix> handDown(const FunctionAnalysis &F, const clang::Expr &Call,
                            const ReachToken &Token, std::string &WhyNot);

} // namespace cancel_tidy

#endif
