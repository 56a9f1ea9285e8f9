// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Deaf functions: they may wait, never end, or leave a callee's token out, and
// hold nothing through which a cancellation could reach them.
#ifndef CANCEL_TIDY_CHECKS_CORE_DEAFNESS_H
#define CANCEL_TIDY_CHECKS_CORE_DEAFNESS_H

#include "checks/core/CallResolver.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// What one body says of its function, see FunctionFacts.
struct Deafness {
  std::vector<DeafEnd> Ends;
  std::vector<Atom> IfAny;
};

/// Nothing where a token, a source, a registration or a carrier is near: as a
/// parameter, a local, a member of the class or of a member; nor where the
/// function tests a flag that speaks of stopping, tidies up, or is annotated
/// `cancel::uncancellable`. F must not look at a token.
Deafness deafnessOf(const FunctionAnalysis &F);

/// The condition under which a call stays where no token reaches, for a caller
/// that holds one; none where the callee takes a token, a table knows it, or it
/// is seen not to be deaf.
std::optional<Atom> deafCallee(const FunctionAnalysis &F,
                               const clang::Expr &Call);

/// Whether nothing is near F that could be, or lead to, a token or a source.
bool isTokenless(const FunctionAnalysis &F);

/// The sink of a call where the token that it leaves out would have counted:
/// what it takes by default never cancels. See findSink().
std::optional<Sink> forgottenSink(const FunctionAnalysis &F,
                                  const clang::Expr &Call);

/// Whether Call waits by itself, for something that is not the function's own:
/// threads, tasks and locals that it made end by what it does.
bool isForeignWait(const FunctionAnalysis &F, const clang::Expr &Call);

} // namespace cancel_tidy

#endif
