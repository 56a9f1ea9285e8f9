// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which functions are deaf, and by which calls. Unlike the other answers this
// one needs all of a function's bodies and overriders to agree, and goes a few
// calls far only: what lies deeper is rarely the caller's business.
#include "checks/core/FactTable.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <tuple>

using namespace llvm;

namespace cancel_tidy {

bool FactTable::counts(const End &E, Index OfFunction,
                       const Deafness &For) const {
  if (!Names[E.Family].empty() && E.Family != For.Family)
    return false;
  const uint8_t Known = Functions[OfFunction].Answers;
  return !E.UnlessLooks ||
         (!(Known & Looks) && (For.Closed || !(Known & LooksOpen)));
}

/// Whether all that may run when F is called is deaf.
bool FactTable::isDeaf(Index F, const Deafness &For) const {
  const Function &Called = Functions[F];
  if (Called.FirstBody == None && !Called.HasOverriders)
    return false;
  for (Index B = Called.FirstBody; B != None; B = Bodies[B].Next)
    if (For.OfBody[B] == NotDeaf)
      return false;
  if (!Called.Overridable && !Called.HasOverriders)
    return true;
  if (!For.Closed && !Called.IsWhole)
    return false;
  for (auto It = llvm::lower_bound(Overrides, std::pair(F, Index(0)));
       It != Overrides.end() && It->first == F; ++It)
    if (For.OfFunction[It->second] == NotDeaf)
      return false;
  return true;
}

/// Level by level, so that the numbers, and what is too far, do not depend on
/// the order in which functions were added.
void FactTable::findDeaf(Deafness &For, ArrayRef<Index> First,
                         ArrayRef<std::pair<Index, Index>> Users,
                         ArrayRef<std::pair<Index, Index>> Bases) const {
  For.OfFunction.assign(Functions.size(), NotDeaf);
  For.OfBody.assign(Bodies.size(), NotDeaf);
  std::vector<Index> Turning; ///< bodies
  for (Index B = 0; B < Bodies.size(); ++B)
    if (llvm::any_of(
            ArrayRef(Ends).slice(Bodies[B].FirstEnd, Bodies[B].Ends),
            [&](const End &E) { return counts(E, Bodies[B].Function, For); }))
      Turning.push_back(B);
  for (uint8_t Calls = 0; Calls <= MaxDeafCalls && !Turning.empty(); ++Calls) {
    std::vector<Index> Work;
    auto Try = [&](Index F) {
      if (For.OfFunction[F] != NotDeaf || !isDeaf(F, For))
        return;
      For.OfFunction[F] = Calls;
      Work.push_back(F);
    };
    llvm::erase_if(Turning, [&](Index B) { return For.OfBody[B] != NotDeaf; });
    for (Index B : Turning)
      For.OfBody[B] = Calls;
    for (Index B : Turning)
      Try(Bodies[B].Function);
    Turning.clear();
    while (!Work.empty()) {
      const Index F = Work.back();
      Work.pop_back();
      for (auto [User, Through] :
           Users.slice(First[F], First[F + 1] - First[F])) {
        const Edge &E = Edges[Through];
        if (E.IfDeaf && (E.IsPure || Functions[F].FirstBody != None))
          Turning.push_back(User);
      }
      for (auto It = llvm::lower_bound(Bases, std::pair(F, Index(0)));
           It != Bases.end() && It->first == F; ++It)
        Try(It->second);
    }
  }
}

const FactTable::Deafness *FactTable::deafnessFor(StringRef Family,
                                                  bool Closed) const {
  const Deafness *Found = nullptr;
  for (const Deafness &D : Deaf)
    if (D.Closed == Closed &&
        (Names[D.Family] == Family || Names[D.Family].empty()) &&
        (!Found || Names[D.Family] == Family))
      Found = &D;
  return Found;
}

std::optional<DeafWay> FactTable::deafWay(StringRef USR, StringRef Name,
                                          bool IsPure, StringRef Family,
                                          bool Closed) const {
  const Deafness *For = deafnessFor(Family, Closed);
  auto Start = ById.find(functionId(USR));
  if (!For || Start == ById.end())
    return std::nullopt;
  Index F = Start->second;
  // Linked long ago, and named since: nothing was concluded of it.
  if (F >= For->OfFunction.size() || For->OfFunction[F] == NotDeaf ||
      (Functions[F].FirstBody == None && !IsPure))
    return std::nullopt;
  DeafWay Way;
  Way.Text = "it ";
  auto AddStep = [&](const Twine &Does) {
    if (Functions[F].FirstBody != None && Functions[F].Defined != None)
      Way.Steps.push_back(
          {Places[Functions[F].Defined], ("'" + Name + "' " + Does).str()});
  };
  auto Before = [&](std::pair<StringRef, Index> A,
                    std::pair<StringRef, Index> B) {
    return std::tuple(A.first, Functions[A.second].Id) <
           std::tuple(B.first, Functions[B.second].Id);
  };
  // Overriders of overriders, at most; names of equal ones come in order.
  for (unsigned Steps = 0; Steps < 64; ++Steps) {
    uint8_t Nearest = NotDeaf;
    for (Index B = Functions[F].FirstBody; B != None; B = Bodies[B].Next)
      Nearest = std::min(Nearest, For->OfBody[B]);
    std::vector<std::pair<StringRef, Index>> Called;
    std::vector<StringRef> Reasons;
    for (Index B = Functions[F].FirstBody; B != None; B = Bodies[B].Next) {
      if (For->OfBody[B] != Nearest)
        continue;
      if (Nearest == 0)
        for (const End &E :
             ArrayRef(Ends).slice(Bodies[B].FirstEnd, Bodies[B].Ends))
          if (counts(E, F, *For))
            Reasons.push_back(Names[E.Because]);
      for (const Edge &E :
           ArrayRef(Edges).slice(Bodies[B].FirstEdge, Bodies[B].Edges))
        if (Nearest != 0 && E.IfDeaf && For->OfFunction[E.To] < Nearest &&
            (E.IsPure || Functions[E.To].FirstBody != None))
          Called.push_back({Names[E.Name], E.To});
    }
    if (!Reasons.empty()) {
      const StringRef Reason = *llvm::min_element(Reasons);
      Way.Text += Reason.str();
      AddStep(Reason);
      return Way;
    }
    if (Functions[F].FirstBody == None)
      for (auto It = llvm::lower_bound(Overrides, std::pair(F, Index(0)));
           It != Overrides.end() && It->first == F; ++It)
        Called.push_back({Names[Functions[It->second].Name], It->second});
    if (Called.empty())
      return std::nullopt;
    auto Next = std::min_element(Called.begin(), Called.end(), Before);
    Way.Text += "calls '" + Next->first.str() + "', which ";
    AddStep("calls '" + Next->first + "'");
    F = Next->second;
    Name = Next->first;
  }
  return std::nullopt;
}

} // namespace cancel_tidy
