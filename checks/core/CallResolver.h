// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds sinks: callees, or overloads of them, that would accept a token which
// a call does not hand over.
#ifndef CANCEL_TIDY_CHECKS_CORE_CALLRESOLVER_H
#define CANCEL_TIDY_CHECKS_CORE_CALLRESOLVER_H

#include "checks/core/Condition.h"
#include "checks/core/FunctionAnalysis.h"
#include <optional>

namespace cancel_tidy {

/// A place where a token could go.
struct Sink {
  const clang::FunctionDecl *Callee = nullptr; ///< the one that accepts it
  unsigned Index = 0; ///< of the token among Callee's parameters
  TokenUse Param;
  bool IsOverload = false; ///< not the function that is called now
};

/// A call that could take a token in reach and gets none.
struct UnforwardedCall {
  const clang::Expr *Call = nullptr;
  Sink Where;
  ReachToken Token;    ///< the nearest one that fits
  bool IsWait = false; ///< the callee waits: cancel-uninterruptible-wait's
};

/// What must hold for S to want a token at all: a context carries other things
/// too, and a callee that is known must look. None where any callee will do.
std::optional<Atom> demandOf(const Sink &S);

/// The sink of a call that hands no token on; none where it already does,
/// where nothing would accept one, or where evaluation is shielded.
std::optional<Sink> findSink(const FunctionAnalysis &F,
                             const clang::Expr &Call);

/// How T is handed to S's parameter. With a Call, Text is also empty where
/// another call may have used T up; without, only Fits is to be relied on.
struct Handover {
  bool Fits = false;
  std::string Text;   ///< what to write; empty: no expression is safe
  std::string WhyNot; ///< why there is no Text: "'feedback' may be null"
};
Handover handover(const FunctionAnalysis &F, const ReachToken &T, const Sink &S,
                  const clang::Expr *Call = nullptr);

/// All such calls of F, in source order.
std::vector<UnforwardedCall> unforwardedCalls(const FunctionAnalysis &F);

/// Where a finding about a call points: the callee's name.
clang::SourceLocation calleeLocation(const clang::Expr &Call);

/// The callee as a reader knows it: "Client::get".
std::string calleeName(const clang::Expr &Call);

/// What would take the token: the callee, or the class that it makes.
std::string sinkName(const clang::Expr &Call, const Sink &S);

} // namespace cancel_tidy

#endif
