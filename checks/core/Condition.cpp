// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Condition.h"
#include "checks/core/FactTable.h"
#include "checks/core/Finding.h"
#include "llvm/ADT/STLExtras.h"
#include <iterator>
#include <optional>

namespace cancel_tidy {

unsigned Condition::size() const {
  unsigned N = 0;
  for (const auto &Clause : Clauses)
    N += Clause.size();
  return N;
}

static void replaceAll(std::string &S, const std::string &From,
                       const std::string &To) {
  for (size_t At = S.find(From); At != std::string::npos;
       At = S.find(From, At + To.size()))
    S.replace(At, From.size(), To);
}

/// What a function that somebody defines does of what A asks (of NeverLooks:
/// looks).
static bool doesHold(const Atom &A, const FactTable &Facts, bool Closed) {
  switch (A.Fact) {
  case FactKind::Long:
    return Facts.isLong(A.USR, Closed);
  case FactKind::Waits:
    return Facts.waits(A.USR, Closed);
  default:
    return Facts.looks(A.USR);
  }
}

/// Whether that could still turn true if more functions were known.
static bool mayTurn(const Atom &A, const FactTable &Facts) {
  switch (A.Fact) {
  case FactKind::Long:
    return Facts.longOpen(A.USR);
  case FactKind::Waits:
    return Facts.waitsOpen(A.USR);
  default:
    return Facts.looksOpen(A.USR);
  }
}

Verdict settle(Finding &F, const FactTable &Facts, bool Closed) {
  // What a TU said of an instance stands for the template.
  if (!F.Pattern.empty() && Facts.hasInstance(F.Pattern))
    return Verdict::Fails;
  bool AnyOpen = false;
  const Atom *Costliest = nullptr;
  std::optional<DeafWay> Way;
  for (const auto &Clause : F.When.Clauses) {
    bool Holds = false, Open = false;
    for (const Atom &A : Clause) {
      bool Value = false;
      if (A.Fact == FactKind::Deaf) {
        std::optional<DeafWay> Found =
            Facts.deafWay(A.USR, A.Label, A.WhenUndefined, F.Family, Closed);
        Value = Found.has_value();
        if (!Value && !Closed) {
          Open = true;
          continue;
        }
        if (Value && !Way)
          Way = std::move(Found);
      } else if (Facts.defines(A.USR)) {
        const bool Does = doesHold(A, Facts, Closed);
        // Functions that are not known may look, wait or take long.
        if (!Closed && !Does && A.Fact != FactKind::MayLook &&
            mayTurn(A, Facts)) {
          Open = true;
          continue;
        }
        Value = Does != (A.Fact == FactKind::NeverLooks);
      } else if (Closed || A.Fact == FactKind::MayLook ||
                 Facts.knowsUndefined(A.USR)) {
        Value = A.WhenUndefined;
      } else {
        Open = true;
        continue;
      }
      if (!Value)
        continue;
      Holds = true;
      if (A.isCost() && !Costliest)
        Costliest = &A;
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
  std::string Name, Chain;
  if (Costliest) {
    Name = Costliest->Label;
    Chain = Facts.chain(Costliest->USR, Name, Closed,
                        Costliest->Fact == FactKind::Waits);
  }
  auto Fill = [&](std::string &Text) {
    replaceAll(Text, "{costliest}", Name);
    replaceAll(Text, "{chain}", Chain);
    replaceAll(Text, "{way}", Way ? Way->Text : "");
  };
  Fill(F.Message);
  for (Note &N : F.Notes)
    Fill(N.Message);
  if (auto Slot = llvm::find_if(
          F.Notes, [](const Note &N) { return N.Message == "{steps}"; });
      Slot != F.Notes.end()) {
    std::vector<Note> Steps;
    if (Way)
      for (DeafWay::Step &S : Way->Steps)
        Steps.push_back({std::move(S.Where), std::move(S.Text), true});
    F.Notes.insert(F.Notes.erase(Slot), std::make_move_iterator(Steps.begin()),
                   std::make_move_iterator(Steps.end()));
  }
  llvm::erase_if(F.Notes, [](const Note &N) { return N.Message.empty(); });
  return Verdict::Holds;
}

} // namespace cancel_tidy
