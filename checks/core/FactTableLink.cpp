// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Answers spread from the functions that give them to all their callers.
#include "checks/core/FactTable.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace llvm;

namespace cancel_tidy {

/// Takes from the sources what decides about what is asked. What was added is
/// newer than what they say.
void FactTable::load() {
  // A program may hang together in one piece; an editor cannot wait for that.
  constexpr size_t MaxLoaded = 5000;
  if (Asked.empty())
    return;
  DenseMap<Index, std::vector<Index>> Overriders;
  for (auto [Base, Overrider] : Overrides)
    Overriders[Base].push_back(Overrider);
  // The nearest first.
  for (size_t Next = 0; Next < Asked.size(); ++Next) {
    const Index F = Asked[Next];
    if (Functions[F].IsLoaded)
      continue;
    Functions[F].IsLoaded = true;
    IsLinked = false;
    const bool IsOwn = Functions[F].FirstBody != None;
    if (!IsOwn && Loaded >= MaxLoaded) {
      loadLeaf(F);
      continue;
    }
    ++Loaded;
    for (const UsedSource &Source : Sources) {
      std::optional<LinkedFunction> Known = Source.Facts->find(Functions[F].Id);
      if (!Known)
        continue;
      Functions[F].IsWhole |= Source.IsWhole;
      if (IsOwn) {
        Known->Bodies.clear();
        Known->Defined = {};
      }
      add(*Known);
      for (FunctionId Overrider : Known->Overriders)
        Asked.push_back(indexOf(Overrider));
    }
    for (Index B = Functions[F].FirstBody; B != None; B = Bodies[B].Next)
      for (const Edge &E :
           ArrayRef(Edges).slice(Bodies[B].FirstEdge, Bodies[B].Edges))
        Asked.push_back(E.To);
    if (auto It = Overriders.find(F); It != Overriders.end())
      append_range(Asked, It->second);
  }
  Asked.clear();
}

void FactTable::loadLeaf(Index F) {
  constexpr uint8_t Costs =
      LongOpenRun | LongClosedRun | WaitsOpenRun | WaitsClosedRun;
  for (const UsedSource &Source : Sources) {
    std::optional<LinkedFunction> Known = Source.Facts->find(Functions[F].Id);
    if (!Known)
      continue;
    Function &Leaf = Functions[F];
    Leaf.IsWhole |= Source.IsWhole;
    if (Known->Bodies.empty() && Known->Overriders.empty())
      continue;
    uint8_t Answers = Known->Answers;
    if (Source.IsWhole) {
      // Nothing is open in a whole program.
      Answers &= Looks | LongClosedRun | WaitsClosedRun;
      Answers |= Answers & LongClosedRun ? LongOpenRun : 0;
      Answers |= Answers & WaitsClosedRun ? WaitsOpenRun : 0;
    }
    if (Leaf.IsLeaf)
      Answers = ((Answers | Leaf.LeafAnswers) & ~Costs) |
                (Answers & Leaf.LeafAnswers & Costs);
    Leaf.LeafAnswers = Answers;
    Leaf.IsLeaf = true;
  }
}

void FactTable::turn(Index F, Answer A, std::vector<Index> &Work) {
  if (Functions[F].Answers & A)
    return;
  Functions[F].Answers |= A;
  Work.push_back(F);
}

void FactTable::turnBody(Index B, Answer A, std::vector<Index> &Work) {
  if (Bodies[B].Answers & A)
    return;
  Bodies[B].Answers |= A;
  const Index F = Bodies[B].Function;
  // Where TUs disagree, it is not known to be long, or to wait.
  if (A == LongOpenRun || A == LongClosedRun || A == WaitsOpenRun ||
      A == WaitsClosedRun)
    for (Index Other = Functions[F].FirstBody; Other != None;
         Other = Bodies[Other].Next)
      if (!(Bodies[Other].Answers & A))
        return;
  turn(F, A, Work);
}

/// Users, behind First[F]: bodies that name F, with the edge. Bases: functions
/// by what overrides them, sorted.
void FactTable::spread(Answer A, ArrayRef<Index> First,
                       ArrayRef<std::pair<Index, Index>> Users,
                       ArrayRef<std::pair<Index, Index>> Bases) {
  std::vector<Index> Work;
  for (Index F = 0; F < Functions.size(); ++F)
    if (Functions[F].Answers & A)
      Work.push_back(F);
  for (Index B = 0; B < Bodies.size(); ++B)
    if (Bodies[B].Answers & A) {
      Bodies[B].Answers &= ~A;
      turnBody(B, A, Work);
    }
  while (!Work.empty()) {
    const Index F = Work.back();
    Work.pop_back();
    for (auto [User, Through] : Users.slice(First[F], First[F + 1] - First[F]))
      if (Edges[Through].carries(A))
        turnBody(User, A, Work);
    // A call of a virtual function may run any of its overriders.
    if (!Functions[F].IsOverrider)
      continue;
    for (auto It = llvm::lower_bound(Bases, std::pair(F, Index(0)));
         It != Bases.end() && It->first == F; ++It)
      turn(It->second, A, Work);
  }
}

void FactTable::link() {
  load();
  if (IsLinked)
    return;
  IsLinked = true;
  llvm::sort(Overrides);
  for (Function &F : Functions) {
    F.Answers = F.LeafAnswers;
    // Overriders may be anywhere, unless all that there are are known.
    if ((F.Overridable || F.HasOverriders) && !F.IsWhole)
      F.Answers |= LooksOpen | LongOpen | WaitsOpen;
  }
  std::vector<Index> First(Functions.size() + 1, 0);
  for (const Edge &E : Edges)
    ++First[E.To + 1];
  for (size_t I = 1; I < First.size(); ++I)
    First[I] += First[I - 1];
  std::vector<std::pair<Index, Index>> Users(Edges.size());
  std::vector<Index> Next(First.begin(), First.end() - 1);
  for (Index I = 0; I < Bodies.size(); ++I) {
    Body &B = Bodies[I];
    B.Answers = (B.Looks ? Looks : 0) |
                (B.Long ? LongOpenRun | LongClosedRun : 0) |
                (B.Waits ? WaitsOpenRun | WaitsClosedRun : 0);
    for (Index N = B.FirstEdge; N < B.FirstEdge + B.Edges; ++N) {
      const Edge &E = Edges[N];
      Users[Next[E.To]++] = {I, N};
      const Function &To = Functions[E.To];
      if (To.isDefined())
        continue;
      if (E.WhenUndefined && E.IfLong)
        B.Answers |= LongClosedRun | (To.IsWhole ? LongOpenRun : 0);
      if (E.WhenUndefined && E.IfWaits)
        B.Answers |= WaitsClosedRun | (To.IsWhole ? WaitsOpenRun : 0);
      if (!To.IsWhole)
        B.Answers |= (E.IfLooks ? LooksOpen : 0) | (E.IfLong ? LongOpen : 0) |
                     (E.IfWaits ? WaitsOpen : 0);
    }
  }
  std::vector<std::pair<Index, Index>> Bases;
  for (auto [Base, Overrider] : Overrides)
    Bases.push_back({Overrider, Base});
  llvm::sort(Bases);
  for (Answer A : {Looks, LooksOpen, LongOpen, LongOpenRun, LongClosedRun,
                   WaitsOpen, WaitsOpenRun, WaitsClosedRun})
    spread(A, First, Users, Bases);
  Deaf.clear();
  if (Ends.empty())
    return;
  std::vector<Index> Families = {intern("")};
  for (const End &E : Ends)
    if (!is_contained(Families, E.Family))
      Families.push_back(E.Family);
  for (Index Family : Families)
    for (bool Closed : {false, true}) {
      Deaf.push_back({Family, Closed, {}, {}});
      findDeaf(Deaf.back(), First, Users, Bases);
    }
}

} // namespace cancel_tidy
