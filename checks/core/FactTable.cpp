// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/FactTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/xxhash.h"
#include <algorithm>
#include <tuple>

using namespace llvm;

namespace cancel_tidy {

constexpr StringLiteral OverridersMark = "#overriders";

FunctionId functionId(StringRef USR) {
  return xxh3_64bits(USR) >> 1; // Hash tables want some values for themselves.
}

FactTable::Index FactTable::indexOf(FunctionId Id) {
  auto [It, New] = ById.try_emplace(Id, Index(Functions.size()));
  if (New) {
    Function F;
    F.Id = Id;
    F.Name = intern("");
    Functions.push_back(F);
  }
  return It->second;
}

FactTable::Index FactTable::intern(StringRef Name) {
  auto [It, New] = NameIndex.try_emplace(Name, Index(Names.size()));
  if (New)
    Names.push_back(It->getKey());
  return It->second;
}

void FactTable::add(const FunctionFacts &F) {
  const FunctionId Id = functionId(F.USR);
  const Index Here = indexOf(Id);
  BodyFacts B;
  B.Looks = F.Looks;
  B.Long = F.Long;
  B.LongBecause = F.LongBecause;
  auto CalleeOf = [&](FunctionId To) -> BodyFacts::Callee & {
    for (BodyFacts::Callee &C : B.Callees)
      if (C.Id == To)
        return C;
    B.Callees.emplace_back();
    B.Callees.back().Id = To;
    return B.Callees.back();
  };
  for (StringRef USR : F.LooksIfAny) {
    // Marks a function that others may override.
    if (USR.consume_back(OverridersMark) && USR == F.USR)
      Functions[Here].Overridable = true;
    else
      CalleeOf(functionId(USR)).IfLooks = true;
  }
  for (const Atom &A : F.LongIfAny) {
    BodyFacts::Callee &C = CalleeOf(functionId(A.USR));
    C.IfLong = true;
    C.WhenUndefined |= A.WhenUndefined;
    if (C.Name.empty())
      C.Name = A.Label;
  }
  for (const Atom &A : F.DeafIfAny) {
    BodyFacts::Callee &C = CalleeOf(functionId(A.USR));
    C.IfDeaf = true;
    C.IsPure |= A.WhenUndefined;
    if (C.Name.empty())
      C.Name = A.Label;
  }
  for (const DeafEnd &E : F.DeafEnds)
    B.Ends.push_back({E.Because, E.Family, E.UnlessLooks});
  if (F.Long && !F.LongVia.empty()) {
    BodyFacts::Callee &C = CalleeOf(functionId(F.LongVia));
    C.IsReason = true;
    C.Name = F.LongBecause;
  }
  addBody(Here, B);
  addPlace(Here, F.Defined);
  if (!F.Overrides.empty()) {
    const Index Name = intern(F.Name);
    if (Function &Own = Functions[Here];
        Names[Own.Name].empty() || Names[Name] < Names[Own.Name])
      Own.Name = Name;
  }
  for (const std::string &Base : F.Overrides)
    addOverrider(indexOf(functionId(Base)), Here);
}

void FactTable::add(const LinkedFunction &F) {
  const Index Here = indexOf(F.Id);
  Function &Own = Functions[Here];
  Own.Overridable |= F.Overridable;
  if (!F.Name.empty() &&
      (Names[Own.Name].empty() || F.Name < Names[Own.Name])) {
    const Index Name = intern(F.Name);
    Functions[Here].Name = Name;
  }
  for (const BodyFacts &B : F.Bodies)
    addBody(Here, B);
  for (FunctionId Overrider : F.Overriders)
    addOverrider(Here, indexOf(Overrider));
  addPlace(Here, F.Defined);
}

void FactTable::addOverrider(Index Base, Index Overrider) {
  if (!SeenOverrides.insert(uint64_t(Base) << 32 | Overrider).second)
    return;
  Overrides.push_back({Base, Overrider});
  Functions[Base].HasOverriders = true;
  Functions[Overrider].IsOverrider = true;
  IsLinked = false;
}

/// Leaves out what is answered already, so that more bodies are equal.
void FactTable::addBody(Index F, const BodyFacts &B) {
  const Index First = Edges.size();
  std::vector<uint64_t> Content = {Functions[F].Id, B.Looks, B.Long};
  const Index Because = intern(B.Long ? B.LongBecause : StringRef());
  Content.push_back(Because);
  for (const BodyFacts::Callee &C : B.Callees) {
    Edge E = {};
    E.IfLooks = C.IfLooks && !B.Looks;
    E.IfLong = C.IfLong && !B.Long;
    E.WhenUndefined = E.IfLong && C.WhenUndefined;
    E.IsReason = C.IsReason && B.Long;
    E.IfDeaf = C.IfDeaf;
    E.IsPure = C.IfDeaf && C.IsPure;
    if (!E.IfLooks && !E.IfLong && !E.IsReason && !E.IfDeaf)
      continue;
    E.To = indexOf(C.Id);
    E.Name = intern(E.IfLong || E.IsReason || E.IfDeaf ? C.Name : StringRef());
    Edges.push_back(E);
  }
  std::sort(Edges.begin() + First, Edges.end(),
            [&](const Edge &X, const Edge &Y) {
              return Functions[X.To].Id < Functions[Y.To].Id;
            });
  for (Index I = First; I < Edges.size(); ++I) {
    const Edge &E = Edges[I];
    Content.push_back(Functions[E.To].Id);
    Content.push_back(uint64_t(E.Name) << 6 | E.IsPure << 5 | E.IfDeaf << 4 |
                      E.IfLooks << 3 | E.IfLong << 2 | E.WhenUndefined << 1 |
                      E.IsReason);
  }
  const Index FirstEnd = Ends.size();
  for (const BodyFacts::End &E : B.Ends) {
    Ends.push_back({intern(E.Because), intern(E.Family), E.UnlessLooks});
    const End &New = Ends.back();
    Content.push_back(uint64_t(New.Because) << 33 | uint64_t(New.Family) << 1 |
                      New.UnlessLooks);
  }
  const uint64_t Hash =
      xxh3_64bits(ArrayRef(reinterpret_cast<const uint8_t *>(Content.data()),
                           Content.size() * sizeof(uint64_t)));
  if (!Seen.insert(Hash >> 1).second) {
    Edges.resize(First);
    Ends.resize(FirstEnd);
    return;
  }
  Bodies.push_back({F, Functions[F].FirstBody, Because, First,
                    Index(Edges.size()) - First, FirstEnd,
                    Index(Ends.size()) - FirstEnd, B.Looks, B.Long, 0});
  Functions[F].FirstBody = Bodies.size() - 1;
  IsLinked = false;
}

/// Of several definitions the first by name stands for all.
void FactTable::addPlace(Index F, const Place &Defined) {
  if (Defined.File.empty())
    return;
  Index &Known = Functions[F].Defined;
  if (Known == None) {
    Known = Places.size();
    Places.push_back(Defined);
  } else if (std::tie(Defined.File, Defined.Offset) <
             std::tie(Places[Known].File, Places[Known].Offset)) {
    Places[Known] = Defined;
  }
}

void FactTable::use(std::shared_ptr<const FactSource> Source, bool AsPart) {
  const bool IsWhole = !AsPart && Source->isWhole();
  Sources.push_back({std::move(Source), IsWhole});
}

void FactTable::ask(const Condition &When) {
  for (const std::vector<Atom> &Clause : When.Clauses)
    for (const Atom &A : Clause) {
      const Index F = indexOf(functionId(A.USR));
      if (!Sources.empty() && !Functions[F].IsLoaded)
        Asked.push_back(F);
    }
}

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
  constexpr uint8_t Long = LongOpenRun | LongClosedRun;
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
      Answers &= Looks | LongClosedRun;
      Answers |= Answers & LongClosedRun ? LongOpenRun : 0;
    }
    if (Leaf.IsLeaf)
      Answers = ((Answers | Leaf.LeafAnswers) & ~Long) |
                (Answers & Leaf.LeafAnswers & Long);
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
  // Where TUs disagree, it is not known to be long.
  if (A == LongOpenRun || A == LongClosedRun)
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
  const bool ByLooks = A == Looks || A == LooksOpen;
  while (!Work.empty()) {
    const Index F = Work.back();
    Work.pop_back();
    for (auto [User, Through] : Users.slice(First[F], First[F + 1] - First[F]))
      if (ByLooks ? Edges[Through].IfLooks : Edges[Through].IfLong)
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
      F.Answers |= LooksOpen | LongOpen;
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
    B.Answers =
        (B.Looks ? Looks : 0) | (B.Long ? LongOpenRun | LongClosedRun : 0);
    for (Index N = B.FirstEdge; N < B.FirstEdge + B.Edges; ++N) {
      const Edge &E = Edges[N];
      Users[Next[E.To]++] = {I, N};
      const Function &To = Functions[E.To];
      if (To.isDefined())
        continue;
      if (E.WhenUndefined)
        B.Answers |= LongClosedRun | (To.IsWhole ? LongOpenRun : 0);
      if (!To.IsWhole)
        B.Answers |= (E.IfLooks ? LooksOpen : 0) | (E.IfLong ? LongOpen : 0);
    }
  }
  std::vector<std::pair<Index, Index>> Bases;
  for (auto [Base, Overrider] : Overrides)
    Bases.push_back({Overrider, Base});
  llvm::sort(Bases);
  for (Answer A : {Looks, LooksOpen, LongOpen, LongOpenRun, LongClosedRun})
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

const FactTable::Function *FactTable::find(StringRef USR) const {
  auto It = ById.find(functionId(USR));
  return It == ById.end() ? nullptr : &Functions[It->second];
}

bool FactTable::defines(StringRef USR) const {
  const Function *F = find(USR);
  return F && F->isDefined();
}

bool FactTable::knowsUndefined(StringRef USR) const {
  const Function *F = find(USR);
  return F && !F->isDefined() && F->IsWhole;
}

bool FactTable::has(StringRef USR, Answer A) const {
  const Function *F = find(USR);
  return F && (F->Answers & A);
}

bool FactTable::looks(StringRef USR) const { return has(USR, Looks); }

bool FactTable::isLong(StringRef USR, bool Closed) const {
  return has(USR, Closed ? LongClosedRun : LongOpenRun);
}

bool FactTable::looksOpen(StringRef USR) const {
  return !defines(USR) ? !knowsUndefined(USR) : has(USR, LooksOpen);
}

bool FactTable::longOpen(StringRef USR) const {
  return !defines(USR) ? !knowsUndefined(USR) : has(USR, LongOpen);
}

/// A call on the way to what runs long.
struct FactTable::Step {
  StringRef Name;
  Index To;
};

/// Ends: what F calls that is long by all that is known; empty, if it only is.
std::vector<FactTable::Step>
FactTable::stepsFrom(Index F, Answer Long, bool Closed,
                     std::vector<StringRef> &Ends) const {
  std::vector<Step> Steps;
  if (Functions[F].IsLeaf)
    Ends.push_back("");
  for (Index I = Functions[F].FirstBody; I != None; I = Bodies[I].Next) {
    const Body &B = Bodies[I];
    bool GoesOn = false;
    for (const Edge &E : ArrayRef(Edges).slice(B.FirstEdge, B.Edges)) {
      const Function &To = Functions[E.To];
      if (!E.IfLong && !E.IsReason)
        continue;
      if (To.Answers & Long) {
        Steps.push_back({Names[E.Name], E.To});
        GoesOn |= E.IsReason;
      } else if (!To.isDefined() && E.WhenUndefined && (Closed || To.IsWhole)) {
        Ends.push_back(Names[E.Name]);
      }
    }
    if (B.Long && !GoesOn)
      Ends.push_back(Names[B.Because]);
  }
  for (auto It = llvm::lower_bound(Overrides, std::pair(F, Index(0)));
       It != Overrides.end() && It->first == F; ++It)
    if (Functions[It->second].Answers & Long)
      Steps.push_back({Names[Functions[It->second].Name], It->second});
  llvm::sort(Steps, [&](const Step &A, const Step &B) {
    return std::tuple(A.Name, Functions[A.To].Id) <
           std::tuple(B.Name, Functions[B.To].Id);
  });
  return Steps;
}

std::string FactTable::chain(StringRef USR, StringRef Name, bool Closed) const {
  auto Start = ById.find(functionId(USR));
  const Answer Long = Closed ? LongClosedRun : LongOpenRun;
  if (Start == ById.end() || !(Functions[Start->second].Answers & Long))
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
    for (const Step &S : stepsFrom(Nodes[N].At.To, Long, Closed, Ends))
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
    if (End.starts_with("an "))
      Go("holds", End);
    else if (!End.empty())
      Go("calls", "'" + End + "'");
    return IsFirst ? "" : Text;
  }
  return "";
}

size_t FactTable::size() const {
  return llvm::count_if(Functions,
                        [](const Function &F) { return F.isDefined(); });
}

void FactTable::visit(function_ref<void(const LinkedFunction &)> Visit) const {
  std::vector<Index> Order(Functions.size());
  for (Index I = 0; I < Order.size(); ++I)
    Order[I] = I;
  llvm::sort(Order, [&](Index A, Index B) {
    return Functions[A].Id < Functions[B].Id;
  });
  auto ByBase = Overrides;
  llvm::sort(ByBase);
  auto Key = [](const BodyFacts &B) {
    std::vector<std::tuple<StringRef, StringRef, bool>> Ends;
    for (const BodyFacts::End &E : B.Ends)
      Ends.push_back({E.Because, E.Family, E.UnlessLooks});
    return std::tuple(B.Looks, B.Long, B.LongBecause, std::move(Ends));
  };
  auto CalleeKey = [](const BodyFacts::Callee &C) {
    return std::tuple(C.Id, C.Name, C.IfLooks, C.IfLong, C.WhenUndefined,
                      C.IsReason, C.IfDeaf, C.IsPure);
  };
  for (Index I : Order) {
    const Function &F = Functions[I];
    LinkedFunction Out;
    Out.Id = F.Id;
    Out.Name = Names[F.Name];
    Out.Overridable = F.Overridable;
    Out.Answers = F.Answers;
    if (F.Defined != None)
      Out.Defined = Places[F.Defined];
    for (Index N = F.FirstBody; N != None; N = Bodies[N].Next) {
      const Body &B = Bodies[N];
      BodyFacts Facts = {B.Looks, B.Long, Names[B.Because], {}, {}};
      for (const End &E : ArrayRef(Ends).slice(B.FirstEnd, B.Ends))
        Facts.Ends.push_back(
            {Names[E.Because], Names[E.Family], E.UnlessLooks});
      for (const Edge &E : ArrayRef(Edges).slice(B.FirstEdge, B.Edges))
        Facts.Callees.push_back({Functions[E.To].Id, Names[E.Name], E.IfLooks,
                                 E.IfLong, E.WhenUndefined, E.IsReason,
                                 E.IfDeaf, E.IsPure});
      Out.Bodies.push_back(std::move(Facts));
    }
    llvm::sort(Out.Bodies, [&](const BodyFacts &A, const BodyFacts &B) {
      if (Key(A) != Key(B))
        return Key(A) < Key(B);
      return std::lexicographical_compare(
          A.Callees.begin(), A.Callees.end(), B.Callees.begin(),
          B.Callees.end(),
          [&](const BodyFacts::Callee &X, const BodyFacts::Callee &Y) {
            return CalleeKey(X) < CalleeKey(Y);
          });
    });
    for (auto It = llvm::lower_bound(ByBase, std::pair(I, Index(0)));
         It != ByBase.end() && It->first == I; ++It)
      Out.Overriders.push_back(Functions[It->second].Id);
    llvm::sort(Out.Overriders);
    Visit(Out);
  }
}

} // namespace cancel_tidy
