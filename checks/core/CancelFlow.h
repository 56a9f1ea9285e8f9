// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ways through a function without exceptions, and the places where a
// cancellation makes them part: the branch of a poll, a throwing check.
#ifndef CANCEL_TIDY_CHECKS_CORE_CANCELFLOW_H
#define CANCEL_TIDY_CHECKS_CORE_CANCELFLOW_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// A place where a cancelled call goes another way than one that runs on.
struct CancelExit {
  unsigned Node = 0;
  /// The condition that holds the poll, or the call that throws.
  const clang::Expr *Asked = nullptr;
  bool Throws = false;
  /// Where it goes on; none: out of the function.
  std::optional<unsigned> Next;
  /// The statement that branches: if, loop, conditional operator; null for
  /// one that throws.
  const clang::Stmt *Branch = nullptr;
  /// Which of an if's branches it takes.
  bool TakesThen = false;

  /// The if, the loop's keyword, or the callee's name.
  clang::SourceLocation where() const;
};

class CancelFlow {
public:
  /// F must have a graph.
  explicit CancelFlow(const FunctionAnalysis &F);

  const FunctionAnalysis &function() const { return F; }

  /// In the order of nodes; at most one a node. A check whose exception would
  /// leave a noexcept function ends the process: it is none.
  llvm::ArrayRef<CancelExit> exits() const { return Exits; }
  const CancelExit *exitAt(unsigned Node) const;

  using Nodes = llvm::SmallVector<unsigned, 2>;
  /// Where a node leads to while nothing is cancelled and nothing is thrown.
  const Nodes &running(unsigned Node) const { return Running[Node]; }
  /// Likewise once the token is cancelled; a throw that is written out leads to
  /// its handlers, and what leaves the function by it to exit().
  const Nodes &cancelled(unsigned Node) const { return Cancelled[Node]; }
  /// Whether code at Node also runs while nothing is cancelled or thrown.
  bool runsUncancelled(unsigned Node) const { return Reached.test(Node); }

  using StmtFn = llvm::function_ref<bool(const clang::Stmt &)>;
  /// Whether a normal way leads from behind From to To and passes nothing that
  /// Bars.
  bool reachesExit(const clang::Stmt &From, const CancelExit &To,
                   StmtFn Bars) const;
  /// Whether a normal way leads from the function's beginning to To and passes
  /// nothing that Bars.
  bool reachesFromStart(const clang::Stmt &To, StmtFn Bars) const;
  /// The first thing Wanted on a normal way that goes on behind From, and that
  /// passes nothing that Bars; null if there is none.
  const clang::Stmt *reachedFrom(const CancelExit &From, StmtFn Wanted,
                                 StmtFn Bars) const;
  /// Whether a cancelled way from E leaves the function and passes nothing
  /// that Bars.
  bool leavesFrom(const CancelExit &E, StmtFn Bars) const;

  /// How the token that E asks is spelled; empty if nothing can be said.
  std::string tokenOf(const CancelExit &E, const TokenModel **Model) const;

private:
  const clang::Expr *throwingCheck(const clang::CFGBlock &B) const;
  bool throwsWhenCancelled(const clang::Expr &Call) const;
  void addNode(const clang::CFGBlock &B);
  void addThrow(const clang::CXXThrowExpr &Throw, Nodes &To) const;
  enum class Step { On, Barred, Found };
  bool walk(unsigned Node, size_t Element, const std::vector<Nodes> &Edges,
            llvm::function_ref<Step(const clang::Stmt &)> Visit,
            llvm::function_ref<Step(unsigned)> AtEnd) const;
  size_t positionOf(const CancelExit &E) const;

  const FunctionAnalysis &F;
  std::vector<CancelExit> Exits;
  std::vector<Nodes> Running, Cancelled;
  llvm::BitVector Reached;
};

} // namespace cancel_tidy

#endif
