// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The chain of calls by which a function comes to run long, for messages.
#include "checks/core/FactTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;

namespace cancel_tidy {

/// A call on the way to what runs long.
struct FactTable::Step {
  StringRef Name;
  Index To;
};

/// Ends: what F calls that is long by all that is known; empty, if it only is.
std::vector<FactTable::Step>
FactTable::stepsFrom(Index F, Answer Cost, bool Closed,
                     std::vector<StringRef> &Ends) const {
  const bool AsksWait = Cost == WaitsOpenRun || Cost == WaitsClosedRun;
  std::vector<Step> Steps;
  if (Functions[F].IsLeaf)
    Ends.push_back("");
  for (Index I = Functions[F].FirstBody; I != None; I = Bodies[I].Next) {
    const Body &B = Bodies[I];
    bool GoesOn = false;
    for (const Edge &E : ArrayRef(Edges).slice(B.FirstEdge, B.Edges)) {
      const Function &To = Functions[E.To];
      if (!E.carries(Cost) && !E.IsReason)
        continue;
      if (To.Answers & Cost) {
        Steps.push_back({Names[E.Name], E.To});
        GoesOn |= E.IsReason;
      } else if (!To.isDefined() && E.carries(Cost) && E.WhenUndefined &&
                 (Closed || To.IsWhole)) {
        Ends.push_back(Names[E.Name]);
      }
    }
    if ((AsksWait ? B.Waits : B.Long) && !GoesOn)
      Ends.push_back(Names[B.Because]);
  }
  for (auto It = llvm::lower_bound(Overrides, std::pair(F, Index(0)));
       It != Overrides.end() && It->first == F; ++It)
    if (Functions[It->second].Answers & Cost)
      Steps.push_back({Names[Functions[It->second].Name], It->second});
  llvm::sort(Steps, [&](const Step &A, const Step &B) {
    return std::tuple(A.Name, Functions[A.To].Id) <
           std::tuple(B.Name, Functions[B.To].Id);
  });
  return Steps;
}

std::string FactTable::chain(StringRef USR, StringRef Name, bool Closed,
                             bool Waits) const {
  auto Start = ById.find(functionId(USR));
  const Answer Cost = Waits    ? Closed ? WaitsClosedRun : WaitsOpenRun
                      : Closed ? LongClosedRun
                               : LongOpenRun;
  if (Start == ById.end() || !(Functions[Start->second].Answers & Cost))
    return "";
  struct Node {
    Step At;
    size_t From;
  };
  // The nearest end; of several, the one whose names come first.
  constexpr size_t MaxNodes = 10000;
  std::vector<Node> Nodes = {{{Name, Start->second}, 0}};
  DenseSet<Index> Reached = {Start->second};
  for (size_t N = 0; N < Nodes.size() && N < MaxNodes; ++N) {
    std::vector<StringRef> Ends;
    for (const Step &S : stepsFrom(Nodes[N].At.To, Cost, Closed, Ends))
      if (Reached.insert(S.To).second)
        Nodes.push_back({S, N});
    if (Ends.empty())
      continue;
    std::vector<StringRef> Way;
    for (size_t I = N; I; I = Nodes[I].From)
      Way.push_back(Nodes[I].At.Name);
    std::string Text = "'" + Name.str() + "'";
    bool IsFirst = true;
    auto Go = [&](StringRef Verb, const Twine &To) {
      Text += (IsFirst ? " " : ", which ");
      Text += (Verb + " " + To).str();
      IsFirst = false;
    };
    std::reverse(Way.begin(), Way.end());
    // Nobody reads more; what it ends in is what counts.
    constexpr size_t MaxShown = 5;
    for (StringRef Called : ArrayRef(Way).take_front(MaxShown))
      Go("calls", "'" + Called + "'");
    if (Way.size() > MaxShown)
      Go(std::to_string(Way.size() - MaxShown) + " calls further",
         "gets to '" + Way.back() + "'");
    StringRef End = *std::min_element(Ends.begin(), Ends.end());
    if (End.starts_with("an ") || End.starts_with("a "))
      Go("holds", End);
    else if (!End.empty())
      Go("calls", "'" + End + "'");
    return IsFirst ? "" : Text;
  }
  return "";
}

} // namespace cancel_tidy
