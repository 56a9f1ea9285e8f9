// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/HeldResources.h"
#include "checks/core/CallResolver.h"
#include "checks/core/HandleUse.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

class Walk {
public:
  Walk(const CancelFlow &Flow, const Holding &H)
      : Flow(Flow), F(Flow.function()), G(*F.graph()), H(H) {}

  /// Follows all normal ways from the acquisition. False where one of them
  /// keeps the thing, or none gives it back.
  bool releasesOnNormalWays() {
    const CFGBlock *B = G.blockOf(H.Acquired);
    if (!B || !Flow.runsUncancelled(B->getBlockID()))
      return false;
    std::vector<const Stmt *> All = G.elements(*B);
    const size_t At = llvm::find(All, H.Acquired) - All.begin();
    if (At == All.size())
      return false;
    Held.resize(G.size());
    SmallVector<unsigned, 32> Stack;
    auto Follow = [&](unsigned Node, size_t From) {
      if (!heldThrough(Node, From))
        return;
      for (unsigned Next : Flow.running(Node))
        if (!saysNotHeld(Node, Next) && !Held.test(Next)) {
          Held.set(Next);
          Stack.push_back(Next);
        }
    };
    Follow(B->getBlockID(), At + 1);
    while (!Stack.empty() && !Kept)
      Follow(Stack.pop_back_val(), 0);
    return Release && !Kept && !Held.test(G.exit());
  }

  /// Whether it is held when E is reached, and the way from there leaves the
  /// function with it.
  bool isSkippedAt(const CancelExit &E) const {
    if (!llvm::is_contained(Passed, E.Node))
      return false;
    if (saysNotHeldTo(E) || mayBeReleasedByGuard(E))
      return false;
    if (!E.Next)
      return E.Throws;
    return leaves(*E.Next);
  }

  const Expr *release() const { return Release; }

private:
  /// Goes through the elements of Node; false where it is given back there.
  bool heldThrough(unsigned Node, size_t From) {
    const CFGBlock &B = *G.block(Node);
    const CancelExit *Exit = Flow.exitAt(Node);
    std::vector<const Stmt *> All = G.elements(B);
    for (size_t I = From; I < All.size(); ++I) {
      if (llvm::is_contained(H.Releases, All[I])) {
        const auto *E = cast<Expr>(All[I]);
        if (!Release || F.sources().isBeforeInTranslationUnit(
                            Release->getBeginLoc(), E->getBeginLoc()))
          Release = E;
        return false;
      }
      if (renews(All[I])) {
        Kept = true; // lost, or not what it looks like
        return false;
      }
      if (Exit && Exit->Throws && Exit->Asked == All[I])
        Passed.push_back(Node);
    }
    if (Exit && !Exit->Throws)
      Passed.push_back(Node);
    return true;
  }

  bool renews(const Stmt *S) const {
    return S == H.Acquired || H.Renewals.contains(S);
  }

  /// Whether the edge is that of a failed acquisition.
  bool saysNotHeld(unsigned From, unsigned To) const {
    const CFGBlock &B = *G.block(From);
    const Expr *Cond = FlowGraph::conditionOf(B);
    std::optional<bool> Not = Cond && H.Handle
                                  ? whenNotHeld(*H.Handle, *Cond, F.context())
                                  : std::nullopt;
    if (!Not)
      return false;
    const CFGBlock *Failed = G.next(B, *Not ? 0 : 1);
    return Failed && Failed->getBlockID() == To;
  }
  bool saysNotHeldTo(const CancelExit &E) const {
    return !E.Throws && E.Next && saysNotHeld(E.Node, *E.Next);
  }

  /// A guard that keeps the object around could give back what its members
  /// hold.
  bool mayBeReleasedByGuard(const CancelExit &E) const {
    if (!H.isShared())
      return false;
    return llvm::any_of(
        G.unwinding().destroyed(*E.Asked, nullptr), [&](const VarDecl *V) {
          return V->getInit() && anyWithin(V->getInit(), [](const Stmt &S) {
                   return isa<CXXThisExpr>(S);
                 });
        });
  }

  /// Whether some way from Start, once cancelled, leaves the function without
  /// a release. Code that only such a way runs and that may release it, on
  /// whatever condition, is believed.
  bool leaves(unsigned Start) const {
    BitVector Seen(G.size());
    Seen.set(Start);
    SmallVector<unsigned, 32> Stack{Start};
    bool Left = false;
    while (!Stack.empty()) {
      const unsigned Node = Stack.pop_back_val();
      if (Node == G.exit()) {
        Left = true;
        continue;
      }
      bool Released = false;
      for (const Stmt *S : G.elements(*G.block(Node))) {
        if (llvm::is_contained(H.Releases, S) || mayRelease(*S)) {
          Released = true;
          if (!Flow.runsUncancelled(Node))
            return false;
          break;
        }
        if (renews(S))
          return false;
      }
      const CancelExit *Exit = Flow.exitAt(Node);
      // What is skipped behind another exit is that one's matter.
      if (Released || (Exit && (Exit->Throws || Held.test(Node))))
        continue;
      for (unsigned Next : Flow.cancelled(Node))
        if (!Seen.test(Next) && !saysNotHeld(Node, Next)) {
          Seen.set(Next);
          Stack.push_back(Next);
        }
    }
    return Left;
  }

  /// A callee that could give it back, of which nothing is known.
  bool mayRelease(const Stmt &S) const {
    if (H.PerhapsTaken.contains(&S))
      return true;
    if (!H.isShared() || !isa<CallExpr>(S))
      return false;
    const auto &Call = cast<CallExpr>(S);
    const FunctionDecl *FD = calleeOf(Call);
    if (!FD)
      return true;
    if (FD->getBuiltinID() || F.sources().isInSystemHeader(FD->getLocation()) ||
        F.tokens().queryOf(Call) || F.unit().resources().borrows(*H.Pair, Call))
      return false;
    const FunctionDecl *Def = F.unit().bodyOf(*FD);
    if (!Def || Def->isDependentContext())
      return true;
    return anyWithin(Def->getBody(), [&](const Stmt &In) {
      const auto *E = dyn_cast<CallExpr>(&In);
      const FunctionDecl *Inner = E ? calleeOf(*E) : nullptr;
      return E &&
             (F.unit().resources().releases(*H.Pair, *E) ||
              (Inner && !F.sources().isInSystemHeader(Inner->getLocation())));
    });
  }

  const CancelFlow &Flow;
  const FunctionAnalysis &F;
  const FlowGraph &G;
  const Holding &H;
  BitVector Held;                  ///< nodes that begin with it held
  SmallVector<unsigned, 4> Passed; ///< exits that are reached with it held
  bool Kept = false;
  const Expr *Release = nullptr;
};

/// The return or break at the end of the branch that E takes, if nothing else
/// leaves it.
const Stmt *leavingStatement(const CancelExit &E) {
  const auto *If = dyn_cast_or_null<IfStmt>(E.Branch);
  const Stmt *Taken = !If           ? nullptr
                      : E.TakesThen ? If->getThen()
                                    : If->getElse();
  const Stmt *Last = Taken;
  if (const auto *Block = dyn_cast_or_null<CompoundStmt>(Taken))
    Last = Block->body_empty() ? nullptr : Block->body_back();
  if (!isa_and_nonnull<ReturnStmt, BreakStmt, CoreturnStmt>(Last))
    return nullptr;
  unsigned Leaving = 0;
  anyWithin(Taken, [&](const Stmt &S) {
    Leaving += isa<ReturnStmt, BreakStmt, CoreturnStmt, GotoStmt, ContinueStmt,
                   CXXThrowExpr>(S);
    return false;
  });
  return Leaving == 1 ? Last : nullptr;
}

} // namespace

std::string SkippedRelease::releaseName() const {
  if (const auto *Delete = dyn_cast<CXXDeleteExpr>(Release))
    return Delete->isArrayForm() ? "delete[]" : "delete";
  return calleeName(*Release);
}

std::vector<SkippedRelease> skippedReleases(const FunctionAnalysis &F) {
  std::vector<SkippedRelease> Out;
  // The end of main() gives back all of it.
  if (!F.isJudged() || F.decl().isMain() || !F.graph())
    return Out;
  std::vector<Holding> All = holdings(F);
  if (All.empty())
    return Out;
  const CancelFlow Flow(F);
  if (Flow.exits().empty())
    return Out;
  std::vector<CancelExit> Exits(Flow.exits());
  llvm::stable_sort(Exits, [&](const CancelExit &A, const CancelExit &B) {
    return F.sources().isBeforeInTranslationUnit(A.where(), B.where());
  });
  for (const Holding &H : All) {
    Walk Ways(Flow, H);
    if (!Ways.releasesOnNormalWays())
      continue;
    bool Thrown = false;
    for (const CancelExit &E : Exits) {
      if ((E.Throws && Thrown) || !Ways.isSkippedAt(E) || F.isShielded(E.Asked))
        continue;
      Thrown |= E.Throws;
      SkippedRelease S;
      S.What = H;
      S.Release = Ways.release();
      S.Exit = E;
      S.Leaves = leavingStatement(E);
      S.Token = Flow.tokenOf(E, &S.Model);
      Out.push_back(std::move(S));
    }
  }
  llvm::stable_sort(Out, [&](const SkippedRelease &A, const SkippedRelease &B) {
    return F.sources().isBeforeInTranslationUnit(A.Exit.where(),
                                                 B.Exit.where());
  });
  return Out;
}

} // namespace cancel_tidy
