// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the tables and a function's shape say of the cost of a call, without
// looking at bodies.
#ifndef CANCEL_TIDY_CHECKS_CORE_COSTS_H
#define CANCEL_TIDY_CHECKS_CORE_COSTS_H

#include "checks/core/Names.h"
#include "checks/core/TokenModel.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/StringMap.h"

namespace cancel_tidy {

enum class CostClass { Unknown, Cheap, Long, Blocking };
enum class RunnerKind { None, Each, Forever, Once };

class Costs {
public:
  explicit Costs(const CostTable &Table);

  /// What the tables and annotations say of a call; Unknown if nothing.
  CostClass listed(const clang::Expr &Call) const;
  CostClass listed(const clang::FunctionDecl &FD) const;

  /// Whether a callee that nobody defines looks cheap: operators, accessors,
  /// const or noexcept members of small types, conversions.
  static bool looksCheap(const clang::FunctionDecl &FD);

  /// Whether the name says that a callee waits or works: of libraries, whose
  /// bodies nobody sees and whose tables are never complete, only such ones
  /// are taken for long.
  static bool soundsLong(const clang::FunctionDecl &FD);

  /// Whether FD says that it is all the work of the object it belongs to, and
  /// gives back no more than whether it went well: `bool perform()`.
  static bool namesOperation(const clang::FunctionDecl &FD);

  /// Whether FD looks as if it only calculated: it takes and gives nothing but
  /// numbers, and its name speaks neither of waiting nor of input or output.
  /// Such a function is not taken for long by guess, even if its first word
  /// ("process", "compute") sounds so.
  static bool calculates(const clang::FunctionDecl &FD);

  /// Whether Call makes lasting what was done before it, as the tables say.
  bool commits(const clang::Expr &Call) const;

  /// Whether the callee runs a callable that it is given.
  RunnerKind runner(const clang::Expr &Call) const;

  /// Whether the call starts work beside the caller; also of a thread that a
  /// container or a factory makes in place.
  bool spawns(const clang::Expr &Call) const;
  /// Whether making an object of class R does.
  bool spawns(const clang::CXXRecordDecl &R) const;

  /// Whether the tables call it one step of something longer.
  bool isStep(const clang::Expr &Call) const;

private:
  CostClass listedName(const clang::FunctionDecl &FD, llvm::StringRef Name,
                       unsigned &Best) const;

  NameSet Blocking, Long, Cheap, RunsEach, RunsForever, RunsOnce, Spawns, Steps;
  llvm::StringSet<> NamesOfC;
  /// Names, each with the words one of which an argument must have; none: any.
  llvm::StringMap<std::vector<std::string>> Commits;
};

/// Names a callee goes by: its own, and for a member call the one through the
/// class of the object (`std::future::get` is written in a base class).
llvm::SmallVector<std::string, 2> callNames(const clang::Expr &Call);

} // namespace cancel_tidy

#endif
