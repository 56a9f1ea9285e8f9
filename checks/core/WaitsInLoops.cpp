// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/WaitsInLoops.h"
#include "checks/core/BoundWork.h"
#include "checks/core/LoopShape.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// Whether the innermost loop around the call is Loop: it is the one whose
/// looks a short wait needs.
static bool isDirectlyIn(const FunctionAnalysis &F, const Expr &Call,
                         const Stmt *Loop) {
  const Stmt *P = F.body().parent(&Call);
  while (P && (!isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P) ||
               isNoLoop(*P, F.context())))
    P = F.body().parent(P);
  return P && P == Loop;
}

std::vector<UncheckedCycle> cyclesToReport(const FunctionAnalysis &F) {
  std::vector<UncheckedCycle> Cycles = uncheckedCycles(F);
  erase_if(Cycles, [&](const UncheckedCycle &C) {
    return C.Loop && isBoundWork(F, *C.Loop);
  });
  if (none_of(Cycles, [](const UncheckedCycle &C) { return C.Waits; }))
    return Cycles;
  const std::vector<UninterruptibleWait> Waits = uninterruptibleWaits(F);
  auto IsLongWait = [&](const Expr *Call) {
    return any_of(Waits, [&](const UninterruptibleWait &W) {
      return W.Call == Call && !W.IsSlice;
    });
  };
  erase_if(Cycles, [&](const UncheckedCycle &C) {
    if (C.Kind != UncheckedCycle::Shape::Loop || !C.Waits)
      return false;
    // Whether it may go on is asked often: of that nothing is guessed here.
    const Expr *Cond = conditionOfLoop(*C.Loop);
    return all_of(C.Counted, [&](const Expr *Call) {
      return IsLongWait(Call) ||
             (Cond && F.body().isWithin(Call, Cond) && F.costOf(*Call).Open);
    });
  });
  return Cycles;
}

std::vector<UninterruptibleWait> waitsToReport(const FunctionAnalysis &F) {
  std::vector<UninterruptibleWait> Waits = uninterruptibleWaits(F);
  if (none_of(Waits, [](const UninterruptibleWait &W) { return W.IsSlice; }))
    return Waits;
  const std::vector<UncheckedCycle> Cycles = cyclesToReport(F);
  erase_if(Waits, [&](const UninterruptibleWait &W) {
    return W.IsSlice && any_of(Cycles, [&](const UncheckedCycle &C) {
             return C.Kind == UncheckedCycle::Shape::Loop &&
                    isDirectlyIn(F, *W.Call, C.Loop) &&
                    is_contained(C.Counted, W.Call);
           });
  });
  return Waits;
}

} // namespace cancel_tidy
