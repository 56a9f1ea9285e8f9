// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What one round of a cycle costs, and what of that the link has to decide.
#ifndef CANCEL_TIDY_CHECKS_CORE_CYCLECOST_H
#define CANCEL_TIDY_CHECKS_CORE_CYCLECOST_H

#include "checks/core/FunctionAnalysis.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace cancel_tidy {

/// What stands around a cycle. It is the rounds of the outermost loop that
/// have to look at the token; those of an inner one only if they are known or
/// sound to take long. Where the loop around looks in each of its rounds, only
/// what waits counts: how long a part of one item is calculated is a matter of
/// its size. The same holds where the loop around is judged itself: what this
/// one calls makes that one's rounds long. Nor is anything guessed of a loop
/// that stands beside one that looks: it prepares what that one works on.
enum class Nesting {
  Outermost,
  BesideCheckedLoop,
  InLoop,
  InJudgedLoop,
  InCheckedLoop
};

/// Adds up what the nodes of a cycle cost.
class CycleCost {
public:
  /// Behind a carrier the token may be meant for something else: then only
  /// what this TU knows to cost counts. A member's may, too: an await of a
  /// future of which nothing is known says too little.
  /// Calls that were taken care of with a loop inside do not count again.
  CycleCost(const FunctionAnalysis &F, const ReachToken &Token, Nesting Where,
            const llvm::SmallPtrSetImpl<const clang::Expr *> *Covered = nullptr)
      : F(F), Guess(Token.From != ReachToken::Origin::Carrier),
        OfObject(Token.From == ReachToken::Origin::Field), Awaits(!OfObject),
        Where(Where), Covered(Covered) {}

  void add(const clang::CFGBlock &B, const clang::Stmt *Loop);

  void addCall(const clang::Expr &E);

  bool certain() const { return Call; }
  bool possible() const { return Call || !Open.empty(); }
  /// Not only if a body elsewhere says so.
  bool likely() const { return Call || OpenCounts; }

  /// No callee looks, and (unless certain) one of them is long.
  Condition condition() const;

  const clang::Expr *Call = nullptr;
  std::string Name;
  bool Waits = false;
  std::vector<Atom> Open;
  /// The first call that is open; rather one that counts when undefined.
  const clang::Expr *OpenCall = nullptr;
  /// All calls that make the cycle long.
  std::vector<const clang::Expr *> Counted;

private:
  /// Whether what only calculates does not count.
  bool onlyWaits() const {
    return Where == Nesting::InCheckedLoop || Where == Nesting::InJudgedLoop;
  }

  bool isAwaited(const clang::Expr &Call) const;

  /// `co_await maybe_yield()`: gives way to others, and goes on.
  static bool yields(const clang::Expr &Awaited);

  void addAwait(const clang::CoawaitExpr &Await);

  /// A virtual call is as long as its longest overrider: too little to go by
  /// where the loop around looks in each round.
  bool isLongestOfMany(const clang::Expr &E) const;
  /// Nor where the interface looks as if all of them were cheap.
  static bool isCheapInterface(const clang::Expr &E);

  const FunctionAnalysis &F;
  bool Guess, OfObject, Awaits;
  Nesting Where;
  const llvm::SmallPtrSetImpl<const clang::Expr *> *Covered;
  bool OpenCounts = false;
  struct Looker {
    std::string USR;
    bool IfUndefined; ///< taken to look where a closed run has no body of it
  };
  std::vector<Looker> MayLook; ///< callees
};

} // namespace cancel_tidy

#endif
