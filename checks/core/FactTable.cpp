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
  B.Waits = F.Waits;
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
  for (const Atom &A : F.WaitsIfAny) {
    BodyFacts::Callee &C = CalleeOf(functionId(A.USR));
    C.IfWaits = true;
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
  std::vector<uint64_t> Content = {Functions[F].Id, B.Looks, B.Long, B.Waits};
  const Index Because = intern(B.Long ? B.LongBecause : StringRef());
  Content.push_back(Because);
  for (const BodyFacts::Callee &C : B.Callees) {
    Edge E = {};
    E.IfLooks = C.IfLooks && !B.Looks;
    E.IfLong = C.IfLong && !B.Long;
    E.IsReason = C.IsReason && B.Long;
    E.IfWaits = (C.IfWaits || C.IfLong || C.IsReason) && !B.Waits;
    E.WhenUndefined = (E.IfLong || E.IfWaits) && C.WhenUndefined;
    E.IfDeaf = C.IfDeaf;
    E.IsPure = C.IfDeaf && C.IsPure;
    if (!E.IfLooks && !E.IfLong && !E.IsReason && !E.IfDeaf && !E.IfWaits)
      continue;
    E.To = indexOf(C.Id);
    E.Name = intern(
        E.IfLong || E.IsReason || E.IfDeaf || E.IfWaits ? C.Name : StringRef());
    Edges.push_back(E);
  }
  std::sort(Edges.begin() + First, Edges.end(),
            [&](const Edge &X, const Edge &Y) {
              return Functions[X.To].Id < Functions[Y.To].Id;
            });
  for (Index I = First; I < Edges.size(); ++I) {
    const Edge &E = Edges[I];
    Content.push_back(Functions[E.To].Id);
    Content.push_back(uint64_t(E.Name) << 7 | E.IfWaits << 6 | E.IsPure << 5 |
                      E.IfDeaf << 4 | E.IfLooks << 3 | E.IfLong << 2 |
                      E.WhenUndefined << 1 | E.IsReason);
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
  Bodies.push_back(
      {F, Functions[F].FirstBody, Because, First, Index(Edges.size()) - First,
       FirstEnd, Index(Ends.size()) - FirstEnd, B.Looks, B.Long, B.Waits, 0});
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

bool FactTable::hasInstance(StringRef Pattern) const {
  const FunctionId Id = functionId(Pattern);
  return Instances.count(Id) || any_of(Sources, [&](const UsedSource &S) {
           return S.Facts->hasInstance(Id);
         });
}

void FactTable::ask(const Condition &When) {
  for (const std::vector<Atom> &Clause : When.Clauses)
    for (const Atom &A : Clause) {
      const Index F = indexOf(functionId(A.USR));
      if (!Sources.empty() && !Functions[F].IsLoaded)
        Asked.push_back(F);
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

bool FactTable::waits(StringRef USR, bool Closed) const {
  return has(USR, Closed ? WaitsClosedRun : WaitsOpenRun);
}

bool FactTable::looksOpen(StringRef USR) const {
  return !defines(USR) ? !knowsUndefined(USR) : has(USR, LooksOpen);
}

bool FactTable::longOpen(StringRef USR) const {
  return !defines(USR) ? !knowsUndefined(USR) : has(USR, LongOpen);
}

bool FactTable::waitsOpen(StringRef USR) const {
  return !defines(USR) ? !knowsUndefined(USR) : has(USR, WaitsOpen);
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
    return std::tuple(B.Looks, B.Long, B.Waits, B.LongBecause, std::move(Ends));
  };
  auto CalleeKey = [](const BodyFacts::Callee &C) {
    return std::tuple(C.Id, C.Name, C.IfLooks, C.IfLong, C.WhenUndefined,
                      C.IsReason, C.IfDeaf, C.IsPure, C.IfWaits);
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
      BodyFacts Facts = {B.Looks, B.Long, B.Waits, Names[B.Because], {}, {}};
      for (const End &E : ArrayRef(Ends).slice(B.FirstEnd, B.Ends))
        Facts.Ends.push_back(
            {Names[E.Because], Names[E.Family], E.UnlessLooks});
      for (const Edge &E : ArrayRef(Edges).slice(B.FirstEdge, B.Edges))
        Facts.Callees.push_back({Functions[E.To].Id, Names[E.Name], E.IfLooks,
                                 E.IfLong, E.WhenUndefined, E.IsReason,
                                 E.IfDeaf, E.IsPure, E.IfWaits});
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
