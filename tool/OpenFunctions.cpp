// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/OpenFunctions.h"
#include "tool/Definitions.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <optional>

using namespace llvm;

namespace cancel_tidy {

static constexpr StringLiteral OverridersMark = "#overriders";

/// What is asked of functions, and which questions decide which others. An
/// answer is "may still turn out true"; of Looks, "does for sure".
class OpenFunctions::Graph {
public:
  enum Question : unsigned { Looks, MayLook, Long, Waits, Deaf };

  Graph(const OpenFunctions &In, function_ref<bool(StringRef)> MayBeDefined)
      : In(In), MayBeDefined(MayBeDefined) {}

  static Question questionOf(const Atom &A) {
    switch (A.Fact) {
    case FactKind::NeverLooks:
      return Looks;
    case FactKind::MayLook:
      return MayLook;
    case FactKind::Deaf:
      return Deaf;
    case FactKind::Waits:
      return Waits;
    case FactKind::Long:
      break;
    }
    return Long;
  }

  unsigned nodeOf(StringRef USR, Question Q) {
    auto [It, New] = Index.try_emplace({USR, Q}, unsigned(Nodes.size()));
    if (New) {
      Nodes.emplace_back();
      Nodes.back().USR = USR;
      Nodes.back().Asks = Q;
      Work.push_back(It->second);
    }
    return It->second;
  }

  /// Finds all that the questions asked so far lead to, and the answers.
  void close() {
    while (!Work.empty()) {
      const unsigned N = Work.back();
      Work.pop_back();
      expand(N);
    }
    std::vector<unsigned> Turned;
    for (unsigned N = 0; N < Nodes.size(); ++N)
      if (Nodes[N].Answer)
        Turned.push_back(N);
    while (!Turned.empty()) {
      const unsigned N = Turned.back();
      Turned.pop_back();
      for (unsigned User : Nodes[N].Users)
        if (!Nodes[User].Answer) {
          Nodes[User].Answer = true;
          Turned.push_back(User);
        }
    }
  }

  /// After close(): whether A may hold once all is known.
  bool mayHold(const Atom &A) const {
    const Node &N = Nodes[Index.at({A.USR, questionOf(A)})];
    if (!N.IsKnown && !N.IsOpen && A.Fact != FactKind::Deaf)
      return A.WhenUndefined;
    return N.Answer != (A.Fact == FactKind::NeverLooks);
  }

  /// After close(): the names of what A depends on.
  void addNames(const Atom &A, StringSet<> &Names) const {
    DenseSet<unsigned> Seen;
    std::vector<unsigned> Left = {Index.at({A.USR, questionOf(A)})};
    while (!Left.empty()) {
      const unsigned N = Left.back();
      Left.pop_back();
      if (!Seen.insert(N).second)
        continue;
      if (Nodes[N].IsOpen)
        Names.insert(nameInUsr(Nodes[N].USR));
      append_range(Left, Nodes[N].Needs);
    }
  }

private:
  struct Node {
    StringRef USR;
    Question Asks = Looks;
    bool IsKnown = false; ///< somebody defines it
    bool IsOpen = false;  ///< somebody else may define it, or override it
    bool Answer = false;
    std::vector<unsigned> Needs; ///< what it depends on
    std::vector<unsigned> Users; ///< what holds if it does
  };

  void needs(unsigned N, StringRef USR, Question Q, bool Implies = true) {
    const unsigned Other = nodeOf(USR, Q);
    Nodes[N].Needs.push_back(Other);
    if (Implies)
      Nodes[Other].Users.push_back(N);
  }
  bool mayBeDefined(StringRef USR) const {
    StringRef Name = nameInUsr(USR);
    return !Name.empty() && MayBeDefined(Name);
  }

  void expand(unsigned N) {
    const Question Q = Nodes[N].Asks;
    const StringRef USR = Nodes[N].USR;
    const auto It = In.Known.find(USR);
    const auto Others = In.Overriders.find(USR);
    Nodes[N].IsKnown = It != In.Known.end() || Others != In.Overriders.end();
    Nodes[N].IsOpen = It == In.Known.end() && mayBeDefined(USR);
    // Of an unknown function anything may be true but that it surely looks.
    Nodes[N].Answer = Nodes[N].IsOpen && Q != Looks;
    if (Others != In.Overriders.end())
      for (StringRef Overrider : Others->second)
        needs(N, Overrider, Q);
    if (It == In.Known.end())
      return;
    for (const FunctionFacts *F : It->second) {
      // An overrider may be anywhere.
      for (StringRef Callee : F->LooksIfAny)
        if (Callee.consume_back(OverridersMark) && Callee == USR &&
            mayBeDefined(USR)) {
          Nodes[N].IsOpen = true;
          Nodes[N].Answer |= Q != Looks;
        }
      switch (Q) {
      case Looks:
      case MayLook:
        Nodes[N].Answer |= F->Looks;
        if (!F->Looks)
          for (StringRef Callee : F->LooksIfAny)
            if (!Callee.ends_with(OverridersMark))
              needs(N, Callee, Q);
        break;
      case Long:
        Nodes[N].Answer |= F->Long;
        if (!F->Long)
          for (const Atom &A : F->LongIfAny) {
            needs(N, A.USR, Long);
            // Where nobody defines it.
            Nodes[N].Answer |= A.WhenUndefined && !In.Known.contains(A.USR);
          }
        break;
      case Waits:
        Nodes[N].Answer |= F->Waits;
        if (F->Waits)
          break;
        for (const Atom &A : F->LongIfAny) {
          needs(N, A.USR, Waits);
          Nodes[N].Answer |= A.WhenUndefined && !In.Known.contains(A.USR);
        }
        for (const Atom &A : F->WaitsIfAny)
          needs(N, A.USR, Waits);
        if (!F->LongVia.empty())
          needs(N, F->LongVia, Waits);
        break;
      case Deaf:
        Nodes[N].Answer |= !F->DeafEnds.empty();
        for (const Atom &A : F->DeafIfAny)
          needs(N, A.USR, Deaf);
        if (any_of(F->DeafEnds, [](const DeafEnd &E) { return E.UnlessLooks; }))
          needs(N, USR, Looks, /*Implies=*/false);
        break;
      }
    }
  }

  const OpenFunctions &In;
  function_ref<bool(StringRef)> MayBeDefined;
  std::map<std::pair<StringRef, unsigned>, unsigned> Index;
  std::vector<Node> Nodes;
  std::vector<unsigned> Work;
};

void OpenFunctions::add(ArrayRef<Finding> Findings) {
  for (const Finding &F : Findings)
    if (!F.When.isTrue())
      Asked.push_back(&F.When);
}

void OpenFunctions::add(ArrayRef<FunctionFacts> Facts) {
  for (const FunctionFacts &F : Facts) {
    Known[F.USR].push_back(&F);
    for (const std::string &Base : F.Overrides)
      Overriders[Base].push_back(F.USR);
  }
}

StringSet<>
OpenFunctions::names(function_ref<bool(StringRef)> MayBeDefined) const {
  Graph All(*this, MayBeDefined);
  for (const Condition *When : Asked)
    for (const std::vector<Atom> &Clause : When->Clauses)
      for (const Atom &A : Clause)
        All.nodeOf(A.USR, Graph::questionOf(A));
  All.close();
  StringSet<> Names;
  for (const Condition *When : Asked) {
    auto MayHold = [&](const std::vector<Atom> &Clause) {
      return any_of(Clause, [&](const Atom &A) { return All.mayHold(A); });
    };
    if (!all_of(When->Clauses, MayHold))
      continue;
    // The clause that is settled with the least may spare us the others.
    std::optional<StringSet<>> Fewest;
    for (const std::vector<Atom> &Clause : When->Clauses) {
      StringSet<> OfClause;
      for (const Atom &A : Clause)
        All.addNames(A, OfClause);
      if (!OfClause.empty() && (!Fewest || OfClause.size() < Fewest->size()))
        Fewest = std::move(OfClause);
    }
    if (Fewest)
      for (const auto &Name : *Fewest)
        Names.insert(Name.getKey());
  }
  return Names;
}

} // namespace cancel_tidy
