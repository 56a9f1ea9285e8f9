// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Condition.h"
#include "checks/core/Finding.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace cancel_tidy {

unsigned Condition::size() const {
  unsigned N = 0;
  for (const auto &Clause : Clauses)
    N += Clause.size();
  return N;
}

void FactTable::add(FunctionFacts F) {
  auto [It, New] = Entries.try_emplace(F.USR);
  FunctionFacts &Old = It->second.Facts;
  if (New) {
    Old = std::move(F);
    return;
  }
  Old.Looks |= F.Looks;
  Old.Long |= F.Long;
  for (auto &U : F.LooksIfAny)
    if (!llvm::is_contained(Old.LooksIfAny, U))
      Old.LooksIfAny.push_back(std::move(U));
  for (Atom &A : F.LongIfAny) {
    auto Same = llvm::find_if(Old.LongIfAny,
                              [&](const Atom &B) { return B.USR == A.USR; });
    if (Same == Old.LongIfAny.end())
      Old.LongIfAny.push_back(std::move(A));
    else
      Same->WhenUndefined |= A.WhenUndefined;
  }
  for (auto &U : F.Overrides)
    if (!llvm::is_contained(Old.Overrides, U))
      Old.Overrides.push_back(std::move(U));
}

void FactTable::link() {
  // A call of a virtual function may run any of its overriders: what one of
  // them does, the overridden function may do.
  std::map<std::string, std::vector<std::string>> Overriders;
  for (auto &[USR, E] : Entries)
    for (const std::string &Base : E.Facts.Overrides)
      Overriders[Base].push_back(USR);
  for (auto &[Base, Over] : Overriders) {
    FunctionFacts &F = Entries[Base].Facts;
    F.USR = Base;
    for (const std::string &O : Over) {
      F.LooksIfAny.push_back(O);
      F.LongIfAny.push_back({O, FactKind::Long, false, ""});
    }
  }
  // Reverse edges, then a worklist for each answer: an entry turns true at
  // most once.
  std::map<std::string, std::vector<Entry *>> LooksUsers, LongUsers;
  for (auto &[USR, E] : Entries) {
    E.Looks = E.Facts.Looks;
    E.LongOpenRun = E.LongClosedRun = E.Facts.Long;
    for (const std::string &Callee : E.Facts.LooksIfAny) {
      LooksUsers[Callee].push_back(&E);
      E.LooksOpen |= !Entries.count(Callee);
    }
    for (const Atom &A : E.Facts.LongIfAny) {
      LongUsers[A.USR].push_back(&E);
      if (Entries.count(A.USR))
        continue;
      E.LongOpen = true;
      E.LongClosedRun |= A.WhenUndefined;
    }
  }
  auto Spread = [&](bool Entry::*Answer, auto &Users) {
    std::vector<Entry *> Work;
    for (auto &[USR, E] : Entries)
      if (E.*Answer)
        Work.push_back(&E);
    while (!Work.empty()) {
      Entry *E = Work.back();
      Work.pop_back();
      auto It = Users.find(E->Facts.USR);
      if (It == Users.end())
        continue;
      for (Entry *User : It->second)
        if (!(User->*Answer)) {
          User->*Answer = true;
          Work.push_back(User);
        }
    }
  };
  Spread(&Entry::Looks, LooksUsers);
  Spread(&Entry::LooksOpen, LooksUsers);
  Spread(&Entry::LongOpenRun, LongUsers);
  Spread(&Entry::LongClosedRun, LongUsers);
  Spread(&Entry::LongOpen, LongUsers);
}

bool FactTable::defines(const std::string &USR) const {
  return Entries.count(USR);
}

bool FactTable::looks(const std::string &USR) const {
  auto It = Entries.find(USR);
  return It != Entries.end() && It->second.Looks;
}

bool FactTable::isLong(const std::string &USR, bool Closed) const {
  auto It = Entries.find(USR);
  return It != Entries.end() &&
         (Closed ? It->second.LongClosedRun : It->second.LongOpenRun);
}

bool FactTable::looksOpen(const std::string &USR) const {
  auto It = Entries.find(USR);
  return It == Entries.end() || It->second.LooksOpen;
}

bool FactTable::longOpen(const std::string &USR) const {
  auto It = Entries.find(USR);
  return It == Entries.end() || It->second.LongOpen;
}

static void replaceAll(std::string &S, const std::string &From,
                       const std::string &To) {
  for (size_t At = S.find(From); At != std::string::npos;
       At = S.find(From, At + To.size()))
    S.replace(At, From.size(), To);
}

Verdict settle(Finding &F, const FactTable &Facts, bool Closed) {
  bool AnyOpen = false;
  std::string Costliest;
  for (const auto &Clause : F.When.Clauses) {
    bool Holds = false, Open = false;
    for (const Atom &A : Clause) {
      const bool Known = Facts.defines(A.USR);
      bool Value = false;
      if (A.Fact == FactKind::NeverLooks) {
        Value = Known ? !Facts.looks(A.USR) : A.WhenUndefined;
        if (!Closed && (Value || !Known) && Facts.looksOpen(A.USR)) {
          Open = true;
          continue;
        }
      } else {
        Value = Known ? Facts.isLong(A.USR, Closed) : Closed && A.WhenUndefined;
        if (!Value && !Closed && Facts.longOpen(A.USR)) {
          Open = true;
          continue;
        }
      }
      if (!Value)
        continue;
      Holds = true;
      if (A.Fact == FactKind::Long && Costliest.empty())
        Costliest = A.Label;
      break;
    }
    if (Holds)
      continue;
    if (!Open)
      return Verdict::Fails;
    AnyOpen = true;
  }
  if (AnyOpen)
    return Verdict::Open;
  replaceAll(F.Message, "{costliest}", Costliest);
  for (Note &N : F.Notes)
    replaceAll(N.Message, "{costliest}", Costliest);
  return Verdict::Holds;
}

} // namespace cancel_tidy
