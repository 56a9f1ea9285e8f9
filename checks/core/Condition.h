// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conditions of findings and the facts that settle them. Facts are small,
// deterministic, and about functions whose body one parse saw; link joins them.
#ifndef CANCEL_TIDY_CHECKS_CORE_CONDITION_H
#define CANCEL_TIDY_CHECKS_CORE_CONDITION_H

#include "checks/core/Place.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// The predicates that a condition may ask of a function.
enum class FactKind {
  NeverLooks, ///< neither polls, nor checks, nor passes a token on
  Long,       ///< may wait or run long
  Waits,      ///< may wait or transfer, not only calculate
  Deaf,       ///< may wait or never end, and nothing could hand it a token
  MayLook,    ///< polls, checks or passes a token on, as far as is known
};

/// "Fact holds for the function USR". Monotone: there is no negation; the two
/// directions that are needed are two facts.
struct Atom {
  std::string USR;
  FactKind Fact = FactKind::Long;
  /// The answer in a closed run in which nobody defines the function; of
  /// MayLook in any run. Of Deaf:
  /// whether nobody can define it, so that its overriders alone decide; it is
  /// never guessed.
  bool WhenUndefined = false;
  /// Name of the function as a reader knows it; fills "{costliest}".
  std::string Label;

  /// Whether it asks what calling the function costs.
  bool isCost() const {
    return Fact == FactKind::Long || Fact == FactKind::Waits;
  }
};

/// A conjunction of disjunctions. No clauses: true. Bounded: more than
/// MaxAtoms atoms makes the check drop the finding.
struct Condition {
  static constexpr unsigned MaxAtoms = 64;
  std::vector<std::vector<Atom>> Clauses;

  bool isTrue() const { return Clauses.empty(); }
  unsigned size() const;
};

/// What makes a function deaf by itself: where it stays, with no token near.
struct DeafEnd {
  std::string Because; ///< "waits in 'sleep_for'"
  /// Of the token that it leaves out; empty: one of any family would do.
  std::string Family;
  /// Only if the function never looks.
  bool UnlessLooks = false;
};

/// What one parse learned about one function. "IfAny" lists callees (USRs)
/// that decide what the body alone leaves open.
struct FunctionFacts {
  std::string USR;
  std::string Name;
  bool Looks = false;                  ///< polls, checks or passes a token on
  std::vector<std::string> LooksIfAny; ///< ... or one of these does
  bool Long = false;                   ///< waits or runs long by itself
  bool Waits = false;      ///< where Long: not only as it calculates
  std::string LongBecause; ///< where Long: what it calls, or "an endless loop"
  std::string LongVia;     ///< its USR, where its own facts say why
  std::vector<Atom> LongIfAny; ///< ... or one of these does
  /// Callees that are long, and wait if something else does. What LongIfAny and
  /// LongVia name makes the function wait, too, if it waits.
  std::vector<Atom> WaitsIfAny;
  std::vector<DeafEnd> DeafEnds; ///< any of them: it is deaf by itself
  std::vector<Atom> DeafIfAny;   ///< ... or one of these is
  Place Defined; ///< its name in the definition; only where it may be deaf
  std::vector<std::string> Overrides; ///< virtual functions it overrides
};

class FactTable;
struct Finding;

enum class Verdict { Holds, Fails, Open };

/// Decides F's condition from linked facts. In a closed run an undefined
/// function answers by Atom::WhenUndefined; in an open run it leaves the
/// condition Open, which readers of the result treat as silence. Where the
/// condition holds, the slots in F's texts are filled in (see Finding), and
/// notes of which nothing is left are dropped.
Verdict settle(Finding &F, const FactTable &Facts, bool Closed);

} // namespace cancel_tidy

#endif
