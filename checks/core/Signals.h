// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a statement tells to a member or variable that others may wait for.
#ifndef CANCEL_TIDY_CHECKS_CORE_SIGNALS_H
#define CANCEL_TIDY_CHECKS_CORE_SIGNALS_H

#include "checks/core/FunctionBody.h"

namespace cancel_tidy {

/// What is done to a member or variable; a set of bits.
enum Touch : unsigned {
  Called = 1,    ///< a function that may change it is called on it
  Signalled = 2, ///< those who wait are told: notify_all, release, sem_post
  Written = 4,   ///< it is given a value
};

/// The member or variable that E names, is a part of, or came from: of
/// `state->ready` the member, of `queues[i]`, `fd.get()` and a local reference
/// to it what they are made of. Null where that is not seen.
const clang::ValueDecl *thingOf(const clang::Expr &E);

/// What Wait waits for: the object, or the first argument of a C function.
const clang::ValueDecl *waitedFor(const clang::Expr &Wait);

/// Tells Found what S, apart from its parts, does, and to what.
void touchesOf(
    const clang::Stmt &S,
    llvm::function_ref<void(const clang::ValueDecl &, unsigned)> Found);

/// Whether the call ends blocking system calls of another thread:
/// pthread_kill().
bool interruptsThread(const clang::Expr &Call);

} // namespace cancel_tidy

#endif
