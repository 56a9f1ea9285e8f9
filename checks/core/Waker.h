// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function that runs when work is to stop, and what it signals or writes:
// who waits for that, or reads it, is woken.
#ifndef CANCEL_TIDY_CHECKS_CORE_WAKER_H
#define CANCEL_TIDY_CHECKS_CORE_WAKER_H

#include "checks/core/Signals.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include <memory>

namespace cancel_tidy {

class FunctionAnalysis;
class Unit;

/// A function that requests a stop, the callback of a registration, or a
/// function that is named so.
struct Waker {
  const clang::FunctionDecl *Decl = nullptr;
  /// The cancellation is requested in it, or runs it.
  bool Requests = false;
  /// A destructor, or named so, of a class that holds a source.
  bool EndsOwner = false;
  /// A destructor, or named so, of any class.
  bool IsNamedSo = false;
  /// It calls what nobody sees here: that may signal anything.
  bool CallsUnseen = false;
  /// It calls a function that is named as if it stopped something, and that
  /// nobody sees here: `thread_->stop()`.
  bool StopsUnseen = false;
  /// It ends the blocking system calls of a thread.
  bool Interrupts = false;
  /// Of a callback that a local registration keeps: the function that holds it.
  const clang::FunctionDecl *During = nullptr;
  /// By it and what it calls, a few levels deep; sets of Touch.
  llvm::MapVector<const clang::ValueDecl *, unsigned> Touched;

  unsigned touch(const clang::ValueDecl *D) const { return Touched.lookup(D); }
  /// The class or the function, no lambda, that Decl is written in, or is.
  const clang::DeclContext *home() const;
};

/// What a function does, by how deep below the waker it is called.
using TraceMemo =
    llvm::DenseMap<std::pair<const clang::FunctionDecl *, unsigned>,
                   std::unique_ptr<Waker>>;

/// Whether A requests a stop, itself or in a member function that it calls, or
/// is named so: others are no wakers.
bool mayWake(Unit &U, const FunctionAnalysis &A);

/// Follows what A does and calls. As: the class of *this, where it is known;
/// otherwise Others, functions of this TU, may override what is called. Of a
/// program, or of a test, only what stands behind the request counts: it does a
/// lot before.
Waker traceWaker(Unit &U, const FunctionAnalysis &A,
                 const clang::CXXRecordDecl *As,
                 llvm::ArrayRef<const FunctionAnalysis *> Others,
                 TraceMemo &Memo);

/// Whether FD takes a token: such a function does the work, and does not end
/// it.
bool worksUnderToken(const Unit &U, const clang::FunctionDecl &FD);

} // namespace cancel_tidy

#endif
