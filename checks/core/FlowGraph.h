// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function's control flow seen under an assumption: "the token is cancelled"
// or "it is not". Built on Clang's CFG; edges that the assumption rules out are
// left out.
#ifndef CANCEL_TIDY_CHECKS_CORE_FLOWGRAPH_H
#define CANCEL_TIDY_CHECKS_CORE_FLOWGRAPH_H

#include "checks/core/FunctionBody.h"
#include "checks/core/Unwinding.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <memory>
#include <optional>

namespace cancel_tidy {

/// Edges of one view. Node numbers are CFG block ids.
struct FlowView {
  std::vector<llvm::SmallVector<unsigned, 2>> Successors;
  /// Handlers that constructors and initialisers may lead to, kept apart: a
  /// node that branches has two successors. Empty where no node has any.
  std::vector<llvm::SmallVector<unsigned, 1>> Thrown;
  /// Nodes that end the way under the assumption: nothing after them runs.
  llvm::BitVector Stops;

  /// Successors and Thrown of Node; nothing where it stops.
  void forEachNext(unsigned Node,
                   llvm::function_ref<void(unsigned)> Each) const;
  llvm::BitVector reachableFrom(unsigned Node) const;
  /// Nodes on a cycle through Head within Allowed; empty where there is none.
  llvm::BitVector cycleThrough(unsigned Head,
                               const llvm::BitVector &Allowed) const;
};

/// How a block behaves under an assumption.
struct BlockVerdict {
  enum Kind { Normal, Stops, Throws } What = Normal;
  const clang::Stmt *At = nullptr; ///< the element that stops or throws
};

/// Whether Handler takes what is thrown; nothing where that is unknown.
std::optional<bool> takes(const clang::CXXCatchStmt &Handler,
                          clang::QualType Thrown);

class FlowGraph {
public:
  /// Null where Clang can build no CFG for the body.
  static std::unique_ptr<FlowGraph> build(const FunctionBody &Body);

  const clang::CFG &cfg() const { return *Graph; }
  unsigned size() const { return Graph->getNumBlockIDs(); }
  unsigned entry() const { return Graph->getEntry().getBlockID(); }
  unsigned exit() const { return Graph->getExit().getBlockID(); }
  const clang::CFGBlock *block(unsigned Id) const { return Blocks[Id]; }
  const Unwinding &unwinding() const { return Unwind; }

  /// Block that evaluates S, or the nearest enclosing statement that is in
  /// the graph; null for dead code.
  const clang::CFGBlock *blockOf(const clang::Stmt *S) const;

  /// Statements that block B evaluates, in order.
  std::vector<const clang::Stmt *> elements(const clang::CFGBlock &B) const;

  using AnswerFn = llvm::function_ref<std::optional<bool>(const clang::Expr &)>;
  using VerdictFn = llvm::function_ref<BlockVerdict(const clang::CFGBlock &)>;
  using CatchFn = llvm::function_ref<bool(const clang::CXXCatchStmt &)>;

  /// Answer gives the value of a condition where the assumption decides it;
  /// Verdict what a block's elements do; Catches whether a handler would take
  /// the cancellation exception.
  FlowView view(AnswerFn Answer, VerdictFn Verdict, CatchFn Catches) const;
  /// All edges, no assumption.
  FlowView plain() const;

  /// Head and nodes of the natural loop of a loop statement.
  struct LoopNodes {
    std::optional<unsigned> Head;
    llvm::BitVector Nodes;
  };
  LoopNodes nodesOf(const clang::Stmt &Loop) const;

  /// What in node From throws to the handler at node To by an edge of
  /// FlowView::Thrown; null if nothing does.
  const clang::Stmt *thrower(unsigned From, unsigned To) const;

  /// Where the Index-th edge of B leads; null where nothing can go there.
  /// Clang joins the ways through `a && f(T())` before it branches on the
  /// whole: the way on which `a` was false leads to the branch that this decides.
  const clang::CFGBlock *next(const clang::CFGBlock &B, unsigned Index) const;

  /// Condition that decides B's branch; null if it does not branch on one.
  static const clang::Expr *conditionOf(const clang::CFGBlock &B);

private:
  const clang::CFGBlock *behindJoin(const clang::CFGBlock &Join,
                                    const clang::Stmt &Whole, bool Value) const;
  static bool isNothrow(const clang::Expr &Call);
  void findThrown();
  void addThrown(FlowView &V, unsigned Id, const clang::Stmt *Before) const;

  explicit FlowGraph(const FunctionBody &Body) : Body(Body), Unwind(Body) {}

  /// An exception that Clang's graph has no edge for.
  struct ThrownEdge {
    const clang::Stmt *From = nullptr;
    unsigned Element = 0; ///< From's position among the block's elements
    unsigned Handler = 0; ///< node
  };

  const FunctionBody &Body;
  Unwinding Unwind;
  llvm::DenseMap<unsigned, std::vector<ThrownEdge>> ThrownEdges; ///< by node
  std::unique_ptr<clang::CFG> Graph;
  std::vector<const clang::CFGBlock *> Blocks;
  llvm::DenseMap<const clang::Stmt *, const clang::CFGBlock *> BlockOf;
};

} // namespace cancel_tidy

#endif
