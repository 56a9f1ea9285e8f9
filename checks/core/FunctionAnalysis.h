// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything core can tell of one function, built when first asked for and
// shared by all checks.
#ifndef CANCEL_TIDY_CHECKS_CORE_FUNCTIONANALYSIS_H
#define CANCEL_TIDY_CHECKS_CORE_FUNCTIONANALYSIS_H

#include "checks/core/Condition.h"
#include "checks/core/Costs.h"
#include "checks/core/FlowGraph.h"
#include "checks/core/FunctionBody.h"
#include "checks/core/Reach.h"
#include "checks/core/TokenIndex.h"
#include <optional>

namespace cancel_tidy {

class Unit;

/// What calling a function means for cancellation, as far as its body (and
/// what it calls inside the TU) tells.
struct FunctionSummary {
  bool Looks = false;                  ///< see FunctionFacts
  std::vector<std::string> LooksIfAny; ///< callees that leave it open
  bool Long = false, Waits = false;
  std::string LongBecause, LongVia; ///< see FunctionFacts
  std::vector<Atom> LongIfAny, WaitsIfAny;
  std::vector<DeafEnd> DeafEnds;
  std::vector<Atom> DeafIfAny;
  /// The bool it returns when the token is cancelled; where it is not.
  std::optional<bool> WhenCancelled, WhenRunning;
  bool ThrowsWhenCancelled = false;
};

/// Once it was passed, the operation must not be cancelled any more.
struct CommitPoint {
  const clang::Stmt *At = nullptr; ///< call, or annotated statement
  clang::SourceLocation Where;
  std::string Name; ///< the function's; empty where a statement is annotated
  bool Annotated = false;
  /// A call that a table knows only counts for the rest of the block that
  /// holds it; null for others.
  const clang::Stmt *Scope = nullptr;
};

/// Cost of one call.
struct CallCost {
  CostClass Class = CostClass::Cheap;
  std::string Name;         ///< callee, for messages
  std::optional<Atom> Open; ///< where other functions decide
  /// Of a long callee with a body here: whether it waits, and if not, what
  /// decides that elsewhere.
  bool Waits = true;
  std::optional<Atom> OpenWait;
};

/// What `!E` says, where E says B.
inline std::optional<bool> negated(std::optional<bool> B) {
  return B ? std::optional<bool>(!*B) : std::nullopt;
}

class FunctionAnalysis {
public:
  FunctionAnalysis(Unit &U, const clang::FunctionDecl &FD,
                   const FunctionAnalysis *Outer,
                   const clang::LambdaExpr *Lambda);

  const clang::FunctionDecl &decl() const { return Body.decl(); }
  clang::ASTContext &context() const { return Body.context(); }
  const clang::SourceManager &sources() const {
    return Body.context().getSourceManager();
  }
  const FunctionBody &body() const { return Body; }
  const Reach &reach() const { return TokensInReach; }
  const TokenIndex &tokens() const;
  const Costs &costs() const;
  Unit &unit() const { return U; }
  const FunctionAnalysis *outer() const { return Outer; }

  /// Null where Clang builds no CFG (see FlowGraph::build).
  const FlowGraph *graph() const;

  /// Judged at all: not broken, not annotated uncancellable.
  bool isJudged() const;

  /// Code at S must not be cancelled, or cannot be any more: destructors,
  /// handlers, code after a commit point or after the stop was seen.
  bool isShielded(const clang::Stmt *S, const clang::Stmt *But = nullptr) const;
  /// The same, by what stands around S alone; costs little. But: a handler that
  /// protects nothing.
  bool isShieldedByPlace(const clang::Stmt *S,
                         const clang::Stmt *But = nullptr) const;

  /// What E asks, where it asks a token that could be cancelled together with
  /// those in reach: a source that this function made for itself is another
  /// matter.
  Query queryOf(const clang::Expr &E) const;

  /// Value of a condition under "the token is cancelled" (or "is not"), where
  /// that decides it. Loop: answers must be fresh in each of its rounds.
  std::optional<bool> answer(const clang::Expr *E, bool Cancelled,
                             const clang::Stmt *Loop = nullptr,
                             unsigned Depth = 0) const;

  /// What evaluating a block means once the token is cancelled.
  BlockVerdict verdict(const clang::CFGBlock &B, const clang::Stmt *Loop) const;

  /// The graph once the token is cancelled, or while it is not.
  FlowView view(bool Cancelled, const clang::Stmt *Loop = nullptr) const;

  /// Leads the ways into a loop that runs at least once right into its body;
  /// view() has done so.
  void enterSurely(FlowView &V) const;

  CallCost costOf(const clang::Expr &Call) const;
  const FunctionSummary *summaryOf(const clang::Expr &Call) const;
  FunctionSummary summarise() const;

  /// Callee has token parameters, and its body in this TU names none of them.
  bool ignoresItsTokens(const clang::FunctionDecl &Callee) const;

  /// A bool that keeps a poll's answer, and where the answer was asked.
  struct KeptAnswer {
    const clang::VarDecl *Var;
    const clang::Expr *Poll;
  };
  /// The poll whose answer E tests, where Loop never asks again.
  std::optional<KeptAnswer> staleAnswer(const clang::Expr *E,
                                        const clang::Stmt *Loop) const;

  /// A callback tied to a token is set up in this function or its class.
  bool hasRegistration() const;

private:
  std::optional<bool> answerOfVariable(const clang::VarDecl &V, bool Cancelled,
                                       const clang::Stmt *Loop,
                                       unsigned Depth) const;
  /// An integer, and whether it is what the token says.
  struct Number {
    int64_t Value;
    bool FromToken;
  };
  std::optional<Number> numberOf(const clang::VarDecl &V, bool Cancelled,
                                 const clang::Stmt *Loop, unsigned Depth) const;
  std::optional<Number> numberOf(const clang::Expr *E, bool Cancelled,
                                 const clang::Stmt *Loop, unsigned Depth) const;
  std::optional<bool> compare(const clang::BinaryOperator &Op, bool Cancelled,
                              const clang::Stmt *Loop, unsigned Depth) const;
  BlockVerdict judgeBlock(const clang::CFGBlock &B, bool InLoop) const;
  llvm::ArrayRef<CommitPoint> commitPoints() const;
  bool isInLoop(const clang::Stmt &S) const;
  void summariseCall(const clang::Expr &Call, FunctionSummary &S) const;
  std::optional<bool> returned(bool Cancelled) const;
  bool throwsWhenCancelled() const;
  bool decidesByItself(const clang::Expr *Poll) const;
  bool evaluatesToken(const clang::Expr &Call) const;
  bool takesTokenInReach(const clang::Expr &Call) const;
  bool isStrideOrTime(const clang::Expr *Cond) const;
  bool isAllButOneRound(const clang::Expr *Cond) const;
  bool isMovedOnInside(const clang::CFGBlock &B, const clang::Expr *Cond) const;
  bool leadsToCheck(unsigned From, unsigned Guard, const FlowView &V,
                    const llvm::BitVector &Within, const llvm::BitVector &Ends,
                    const clang::Stmt *Loop) const;
  void openGuards(FlowView &V, const clang::Stmt *Loop) const;

  Unit &U;
  const FunctionAnalysis *Outer;
  FunctionBody Body;
  Reach TokensInReach;
  mutable bool GraphTried = false;
  mutable std::unique_ptr<FlowGraph> Graph;
  mutable std::optional<llvm::BitVector> Running;
  mutable std::optional<bool> Registration;
  mutable std::optional<bool> LambdaShielded; ///< as a whole, by what is around
  mutable std::optional<std::vector<const clang::Expr *>> Requests;
  mutable std::optional<std::vector<CommitPoint>> CommitPoints;
  /// A try whose handler keeps what it caught, and the call that throws it
  /// again.
  mutable std::optional<
      std::vector<std::pair<const clang::Stmt *, const clang::Expr *>>>
      KeptFailures;
  mutable llvm::DenseMap<const clang::Expr *, bool> TakesToken;
  /// By block; [1] where a loop is judged.
  mutable std::vector<std::optional<BlockVerdict>> Verdicts[2];
  /// Blocks whose condition counts rounds or time; second: only where it is
  /// true.
  mutable std::optional<std::vector<std::pair<const clang::CFGBlock *, bool>>>
      Guards;
  /// Loops that run at least once.
  struct SureLoop {
    unsigned Head, First; ///< block of the condition, and of the body
    llvm::BitVector Nodes;
  };
  mutable std::optional<std::vector<SureLoop>> SureLoops;
  /// Answers that do not depend on the loop that is judged, by condition and
  /// Cancelled.
  mutable llvm::DenseMap<std::pair<const clang::Expr *, unsigned>,
                         std::optional<bool>>
      Answers;
  mutable bool AskedLoop = false; ///< the last answer depends on it
};

} // namespace cancel_tidy

#endif
