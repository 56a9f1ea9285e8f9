// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CycleNests.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

static bool isLoop(const UncheckedCycle &C) {
  return C.Kind == UncheckedCycle::Shape::Loop;
}

/// Reported whatever link says of what its calls come to.
static bool isCertain(const UncheckedCycle &C) {
  return C.Endless || !C.Costliest.empty();
}

static bool isAround(const UncheckedCycle &C, const UncheckedCycle &Inner,
                     const FunctionBody &Body) {
  return Inner.Loop != C.Loop && Body.isWithin(Inner.Loop, C.Loop);
}

/// Whether When holds where A is what makes a cycle long.
static bool asks(const Condition &When, const Atom &A) {
  return llvm::any_of(When.Clauses, [&](const auto &Clause) {
    return llvm::any_of(Clause, [&](const Atom &B) {
      return B.Fact == A.Fact && B.USR == A.USR &&
             (B.WhenUndefined || !A.WhenUndefined);
    });
  });
}

/// Whether all that keeps When silent by looking keeps Other silent, too.
static bool looksWithin(const Condition &When, const Condition &Other) {
  return llvm::all_of(When.Clauses, [&](const auto &Clause) {
    return llvm::all_of(
        Clause, [&](const Atom &A) { return A.isCost() || asks(Other, A); });
  });
}

template <typename Pred> static void eraseCosts(Condition &When, Pred Of) {
  for (std::vector<Atom> &Clause : When.Clauses)
    llvm::erase_if(Clause, [&](const Atom &A) { return A.isCost() && Of(A); });
}

/// What Inner asks and Outer, a loop around it, asks, too, is that one's to say
/// (Asked is what is left of it); of one that is reported anyway the inner loop
/// is a part, which only has to look if it waits.
static void leaveToOuter(Condition &When, const UncheckedCycle &Inner,
                         const UncheckedCycle &Outer, const Condition &Asked) {
  if (!isCertain(Outer) && looksWithin(Asked, Inner.When)) {
    eraseCosts(When, [&](Atom A) {
      A.WhenUndefined = false;
      return asks(Asked, A);
    });
    return;
  }
  for (std::vector<Atom> &Clause : When.Clauses)
    for (Atom &A : Clause)
      if (A.isCost() && (isCertain(Outer) || asks(Asked, A)))
        A.Fact = FactKind::Waits;
}

void mergeNests(std::vector<UncheckedCycle> &Cycles, const FunctionBody &Body,
                function_ref<bool(const Stmt &Loop)> InJudgedLoop) {
  // What is left of each; inner ones are compared as they were.
  std::vector<Condition> Left;
  for (const UncheckedCycle &C : Cycles) {
    Left.push_back(C.When);
    if (!isLoop(C) || isCertain(C))
      continue;
    eraseCosts(Left.back(), [&](const Atom &A) {
      return llvm::any_of(Cycles, [&](const UncheckedCycle &Inner) {
        return isAround(C, Inner, Body) && asks(Inner.When, A);
      });
    });
  }
  const std::vector<Condition> Asked = Left;
  for (size_t I = 0; I < Cycles.size(); ++I) {
    if (!isLoop(Cycles[I]) || !InJudgedLoop(*Cycles[I].Loop))
      continue;
    for (size_t O = 0; O < Cycles.size(); ++O)
      if (isLoop(Cycles[O]) && isAround(Cycles[O], Cycles[I], Body))
        leaveToOuter(Left[I], Cycles[I], Cycles[O], Asked[O]);
  }
  SmallPtrSet<const Stmt *, 4> Said;
  for (size_t I = 0; I < Cycles.size(); ++I) {
    Cycles[I].When = std::move(Left[I]);
    if (llvm::any_of(Cycles[I].When.Clauses,
                     [](const auto &Clause) { return Clause.empty(); }))
      Said.insert(Cycles[I].Loop);
  }
  llvm::erase_if(
      Cycles, [&](const UncheckedCycle &C) { return Said.contains(C.Loop); });
}

} // namespace cancel_tidy
