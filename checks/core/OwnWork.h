// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits for what the waiting function has started itself.
#ifndef CANCEL_TIDY_CHECKS_CORE_OWNWORK_H
#define CANCEL_TIDY_CHECKS_CORE_OWNWORK_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// The variable or member that an object is, or is a part of, and the first
/// member on the way there; null where a call is in between.
const clang::ValueDecl *rootOf(const clang::Expr *Object,
                               const clang::FieldDecl *&Field);

/// Whether a call in front of Object took the same thing and the token:
/// `cancel::wait(result, token); result.get();` does not wait twice, and
/// `submit([&done, token] { load(token); done.count_down(); }); done.wait();`
/// ends when the work sees the token.
bool wasHandedOver(const FunctionAnalysis &F, const clang::Expr &Object);

/// Wait joins a thread, or takes a result, that a local variable of F holds and
/// F has started. It ends with the work, and whether that can be cancelled is
/// asked where it is started.
bool joinsOwnWork(const FunctionAnalysis &F, const clang::Expr &Wait);

/// Wait joins a thread, or takes a result, that a member of F's object holds:
/// the token that another member holds is there for such work.
bool joinsObjectsWork(const FunctionAnalysis &F, const clang::Expr &Wait);

/// Wait stands behind a call that tells the same object to end: `quit()`.
bool wasToldToEnd(const FunctionAnalysis &F, const clang::Expr &Wait);

} // namespace cancel_tidy

#endif
