// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/RepeatedTests.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// A condition but for how it is spelled: of `n > 0`, `0 < n` and `n <= 0` the
/// first two are equal and the last one is the same, negated.
struct Test {
  FoldingSetNodeID Key;
  bool Negated = false;
  SmallPtrSet<const VarDecl *, 2> Variables;
};

bool isOrdered(QualType T) {
  return T->isIntegralOrEnumerationType() || T->isPointerType();
}

bool isNothing(const Expr &E, const ASTContext &Context) {
  if (E.isValueDependent() || E.isTypeDependent())
    return false;
  if (E.isNullPointerConstant(const_cast<ASTContext &>(Context),
                              Expr::NPC_NeverValueDependent))
    return true;
  Expr::EvalResult Result;
  return E.EvaluateAsInt(Result, Context) && Result.Val.getInt() == 0;
}

/// Whether E has the same value as long as nobody writes the local variables
/// that it names, which are added to Out.
bool dependsOnLocals(const Expr &E, SmallPtrSetImpl<const VarDecl *> &Out) {
  const bool IsOther = anyWithin(&E, [&](const Stmt &S) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S)) {
      const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
      if (!V)
        return false;
      if (!V->hasLocalStorage() || V->getType().isVolatileQualified())
        return !V->getType().isConstQualified();
      Out.insert(V);
      return false;
    }
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&S)) {
      const CXXMethodDecl *M = Call->getMethodDecl();
      return !M || !M->isConst() || Call->getNumArgs() != 0;
    }
    if (const auto *Op = dyn_cast<UnaryOperator>(&S))
      return Op->isIncrementDecrementOp();
    if (const auto *Op = dyn_cast<BinaryOperator>(&S))
      return Op->isAssignmentOp();
    return isa<CallExpr, CXXConstructExpr, CXXThisExpr, CXXNewExpr, LambdaExpr,
               CoroutineSuspendExpr>(S);
  });
  return !IsOther && !Out.empty();
}

std::optional<Test> testOf(const Expr *Cond, const ASTContext &Context) {
  Test T;
  while (true) {
    Cond = Cond->IgnoreUnlessSpelledInSource();
    const auto *Not = dyn_cast<UnaryOperator>(Cond);
    if (!Not || Not->getOpcode() != UO_LNot)
      break;
    T.Negated = !T.Negated;
    Cond = Not->getSubExpr();
  }
  if (Cond->isTypeDependent() || !dependsOnLocals(*Cond, T.Variables))
    return std::nullopt;
  auto Add = [&](const Expr &E) {
    E.IgnoreUnlessSpelledInSource()->Profile(T.Key, Context,
                                             /*Canonical=*/true);
  };
  const auto *Op = dyn_cast<BinaryOperator>(Cond);
  if (!Op || !Op->isComparisonOp() || !isOrdered(Op->getLHS()->getType()) ||
      !isOrdered(Op->getRHS()->getType())) {
    T.Key.AddInteger(0); // whether it is true
    Add(*Cond);
    return T;
  }
  const Expr *Left = Op->getLHS(), *Right = Op->getRHS();
  T.Negated ^= Op->getOpcode() == BO_NE || Op->getOpcode() == BO_GE ||
               Op->getOpcode() == BO_LE;
  if (Op->isEqualityOp()) {
    if (isNothing(*Left, Context))
      std::swap(Left, Right);
    const bool AsTruth = isNothing(*Right, Context);
    T.Key.AddInteger(AsTruth ? 0 : BO_EQ);
    Add(*Left);
    if (AsTruth)
      T.Negated = !T.Negated;
    else
      Add(*Right);
    return T;
  }
  if (Op->getOpcode() == BO_GT || Op->getOpcode() == BO_LE)
    std::swap(Left, Right);
  T.Key.AddInteger(BO_LT);
  Add(*Left);
  Add(*Right);
  return T;
}

/// Whether a reference to a variable, or to a part of it, may change it.
bool mayWrite(const FunctionBody &Body, const DeclRefExpr &Ref) {
  const Expr *E = &Ref;
  for (const Stmt *P = Body.parent(E); P; P = Body.parent(P)) {
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(P)) {
      if (Cast->getCastKind() == CK_LValueToRValue ||
          Cast->getType().isConstQualified())
        return false;
    } else if (const auto *Part = dyn_cast<MemberExpr>(P)) {
      if (const auto *M = dyn_cast<CXXMethodDecl>(Part->getMemberDecl()))
        return !M->isConst();
      if (Part->getType().isConstQualified())
        return false;
    } else if (!isa<ParenExpr>(P)) {
      break;
    }
    E = cast<Expr>(P);
  }
  return !E->getType().isConstQualified();
}

/// The ways round a loop, told apart by what the last answer was.
class Rounds {
public:
  Rounds(const FunctionAnalysis &F, const BitVector &Nodes, const Test &Asked)
      : G(*F.graph()), Nodes(Nodes), Writes(G.size()) {
    for (unsigned N : Nodes.set_bits())
      for (const Stmt *S : G.elements(*G.block(N)))
        if (const auto *D = dyn_cast<DeclStmt>(S);
            D && llvm::any_of(D->decls(), [&](const Decl *One) {
              return Asked.Variables.contains(dyn_cast<VarDecl>(One));
            }))
          Writes.set(N);
    for (const DeclRefExpr *R : F.body().references())
      if (Asked.Variables.contains(dyn_cast<VarDecl>(R->getDecl())) &&
          mayWrite(F.body(), *R))
        if (const CFGBlock *B = G.blockOf(R))
          Writes.set(B->getBlockID());
  }

  void addBranch(unsigned Node, bool Negated) { Branches[Node] = Negated; }

  /// Keeps in V what is on a way round that the answers allow.
  void cut(unsigned Head, FlowView &V) const {
    FlowView Told; // one node for each answer
    Told.Successors.resize(G.size() * Answers);
    Told.Stops.resize(G.size() * Answers);
    for (unsigned N : Nodes.set_bits())
      for (unsigned A = 0; A < Answers; ++A) {
        if (V.Stops.test(N))
          Told.Stops.set(N * Answers + A);
        V.forEachNext(N, [&](unsigned To) {
          if (std::optional<unsigned> Then = answerAt(N, A, To))
            Told.Successors[N * Answers + A].push_back(To * Answers + *Then);
        });
      }
    const BitVector Reached = Told.reachableFrom(Head * Answers + Unknown);
    std::vector<SmallVector<unsigned, 2>> Kept(G.size());
    for (unsigned A = 0; A < Answers; ++A) {
      const BitVector Round = Told.cycleThrough(Head * Answers + A, Reached);
      for (unsigned At : Round.set_bits())
        for (unsigned To : Told.Successors[At])
          if (Round.test(To))
            Kept[At / Answers].push_back(To / Answers);
    }
    for (unsigned N : Nodes.set_bits()) {
      auto IsCut = [&](unsigned To) {
        return Nodes.test(To) && !is_contained(Kept[N], To);
      };
      llvm::erase_if(V.Successors[N], IsCut);
      if (!V.Thrown.empty())
        llvm::erase_if(V.Thrown[N], IsCut);
    }
  }

private:
  enum Answer : unsigned { Unknown, True, False, Answers };

  /// The answer on the edge from Node to To, where it was Before; none where
  /// that way contradicts it.
  std::optional<unsigned> answerAt(unsigned Node, unsigned Before,
                                   unsigned To) const {
    if (!Nodes.test(To))
      return std::nullopt;
    const unsigned Now = Writes.test(Node) ? unsigned(Unknown) : Before;
    auto Asks = Branches.find(Node);
    if (Asks == Branches.end())
      return Now;
    const CFGBlock *WhenTrue = G.next(*G.block(Node), 0);
    const CFGBlock *WhenFalse = G.next(*G.block(Node), 1);
    const CFGBlock *Next = G.block(To);
    if (WhenTrue == WhenFalse || (Next != WhenTrue && Next != WhenFalse))
      return Now; // or an exception
    const unsigned Then = (Next == WhenTrue) != Asks->second ? True : False;
    if (Now != Unknown && Now != Then)
      return std::nullopt;
    return Then;
  }

  const FlowGraph &G;
  const BitVector &Nodes;
  BitVector Writes;
  DenseMap<unsigned, bool> Branches; ///< nodes that ask; whether negated
};

} // namespace

/// What a lambda captures by reference may be written by any call.
static bool isCapturedByReference(const FunctionBody &Body, const Test &T) {
  return llvm::any_of(
      T.Variables, [&](const VarDecl *V) { return Body.isLentToLambda(*V); });
}

void cutContradictions(const FunctionAnalysis &F, const BitVector &Nodes,
                       unsigned Head, FlowView &V) {
  constexpr size_t MaxTests = 8; // Who asks more is judged by some of them.
  std::vector<std::pair<Test, SmallVector<std::pair<unsigned, bool>, 2>>> Tests;
  for (unsigned N : Nodes.set_bits()) {
    const Expr *Cond = FlowGraph::conditionOf(*F.graph()->block(N));
    std::optional<Test> T = Cond ? testOf(Cond, F.context()) : std::nullopt;
    if (!T)
      continue;
    auto Same = llvm::find_if(
        Tests, [&](const auto &Other) { return Other.first.Key == T->Key; });
    const bool Negated = T->Negated;
    if (Same == Tests.end())
      Same = Tests.insert(Same, {std::move(*T), {}});
    Same->second.push_back({N, Negated});
  }
  size_t Repeated = 0;
  for (const auto &[T, Places] : Tests) {
    if (Places.size() < 2 || isCapturedByReference(F.body(), T) ||
        ++Repeated > MaxTests)
      continue;
    Rounds R(F, Nodes, T);
    for (auto [Node, Negated] : Places)
      R.addBranch(Node, Negated);
    R.cut(Head, V);
  }
}

} // namespace cancel_tidy
