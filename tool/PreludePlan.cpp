// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/PreludePlan.h"
#include "tool/ClangArguments.h"
#include "tool/TuScan.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <set>

using namespace llvm;

namespace cancel_tidy {

namespace {

/// Those of Options that Matters holds.
std::vector<StringRef> among(ArrayRef<std::string> Options,
                             function_ref<bool(StringRef)> Matters) {
  std::vector<StringRef> Result;
  for (StringRef Option : Options)
    if (Matters(Option))
      Result.push_back(Option);
  return Result;
}

/// TUs that may share a prelude.
struct Group {
  std::vector<size_t> Tus;
  std::vector<const TuScan *> Kinds; ///< one of each set of macros and folders
  std::set<StringRef> Tested; ///< command line macros that any TU looks at
  std::set<StringRef> Used; ///< search folders in which any TU finds something

  std::vector<StringRef> macros(const TuScan &Scan) const {
    return among(Scan.Macros, [&](StringRef Macro) {
      return Tested.count(macroName(Macro));
    });
  }
  std::vector<StringRef> folders(const TuScan &Scan) const {
    return among(Scan.Folders,
                 [&](StringRef Folder) { return Used.count(Folder); });
  }
  /// Whether all would read the same headers under the same macros.
  bool isOne() const {
    return all_of(Kinds, [&](const TuScan *Kind) {
      return macros(*Kind) == macros(*Kinds.front()) &&
             folders(*Kind) == folders(*Kinds.front());
    });
  }
  void take(const Group &Other) {
    append_range(Tus, Other.Tus);
    append_range(Kinds, Other.Kinds);
    Tested.insert(Other.Tested.begin(), Other.Tested.end());
    Used.insert(Other.Used.begin(), Other.Used.end());
  }
};

} // namespace

/// How many TUs of a group must include a header for a prelude to hold it.
static size_t fewestUsers(size_t Tus) {
  return std::max<size_t>(2, (Tus + 9) / 10);
}

namespace {

/// Search folders that a TU has for itself alone, or for a few: nobody shares
/// what is found there, so that it may share the rest.
class OwnFolders {
public:
  explicit OwnFolders(ArrayRef<const TuScan *> Scans) {
    for (const TuScan *Scan : Scans) {
      if (!Scan->Done)
        continue;
      Count &All = Counts[Scan->Flags];
      ++All.Tus;
      std::set<StringRef> Files;
      for (const OwnFolder &Folder : Scan->Own)
        Files.insert(Folder.Files.begin(), Folder.Files.end());
      for (const HeaderUse &H : Scan->Headers)
        Files.insert(H.Path);
      for (StringRef File : Files)
        ++All.Users[File];
    }
  }

  bool isLeftOut(const TuScan &Scan, const OwnFolder &Folder) const {
    const Count &All = Counts.find(Scan.Flags)->second;
    return all_of(Folder.Files, [&](const std::string &File) {
      return All.Users.lookup(File) < fewestUsers(All.Tus);
    });
  }
  std::vector<StringRef> usedByOthers(const TuScan &Scan) const {
    std::vector<StringRef> Used(Scan.Used.begin(), Scan.Used.end());
    for (const OwnFolder &Folder : Scan.Own)
      if (isLeftOut(Scan, Folder))
        llvm::erase(Used, StringRef(Folder.Folder));
    return Used;
  }
  std::set<StringRef> filesLeftOut(const TuScan &Scan) const {
    std::set<StringRef> Files;
    for (const OwnFolder &Folder : Scan.Own)
      if (isLeftOut(Scan, Folder))
        Files.insert(Folder.Files.begin(), Folder.Files.end());
    return Files;
  }

private:
  struct Count {
    size_t Tus = 0;
    StringMap<size_t> Users; ///< TUs that read a file
  };
  StringMap<Count> Counts; ///< by TuScan::Flags
};

} // namespace

/// Groups of TUs whose flags are the same but for macros that none looks at and
/// folders in which none finds anything.
static std::vector<Group> groupsOf(ArrayRef<const TuScan *> Scans,
                                   const OwnFolders &Own) {
  using Headers = std::set<StringRef>;
  StringMap<size_t> OfFlags;
  std::map<std::pair<StringRef, StringRef>, size_t> Users;
  for (const TuScan *Scan : Scans)
    if (Scan->Done && !Scan->Flags.empty()) {
      ++OfFlags[Scan->Flags];
      for (const HeaderUse &H : Scan->Headers)
        ++Users[{Scan->Flags, H.Spelling}];
    }
  using Words = std::vector<std::string>;
  using Names = std::vector<StringRef>;
  std::map<std::tuple<std::string, Headers, Words, Words, Names>, Group> Equal;
  for (size_t I = 0; I < Scans.size(); ++I) {
    if (!Scans[I]->Done || Scans[I]->Flags.empty())
      continue;
    // A header that is another thing for some would spoil it for them, unless
    // so few include it that no prelude will.
    Headers Sensitive;
    for (const HeaderUse &H : Scans[I]->Headers)
      if (H.IsSensitive && Users[{Scans[I]->Flags, H.Spelling}] >=
                               fewestUsers(OfFlags[Scans[I]->Flags]))
        Sensitive.insert(H.Spelling);
    // Few of those with a folder on the command line may find anything in it.
    auto &[Key, G] = *Equal
                          .try_emplace({Scans[I]->Flags, std::move(Sensitive),
                                        Scans[I]->Macros, Scans[I]->Folders,
                                        Own.usedByOthers(*Scans[I])})
                          .first;
    G.Tus.push_back(I);
    G.Kinds = {Scans[I]};
    const Names &Used = std::get<4>(Key);
    G.Used.insert(Used.begin(), Used.end());
    G.Tested.insert(Scans[I]->Tested.begin(), Scans[I]->Tested.end());
  }
  std::vector<Group> Groups;
  size_t FirstOfFlags = 0;
  std::tuple<std::string, Headers> Last;
  for (auto &[Key, G] : Equal) {
    const auto &[Flags, Sensitive, Macros, Folders, Used] = Key;
    if (std::tie(Flags, Sensitive) != Last)
      FirstOfFlags = Groups.size();
    Last = {Flags, Sensitive};
    bool IsTaken = false;
    for (size_t I = FirstOfFlags; I < Groups.size() && !IsTaken; ++I) {
      Group Both = Groups[I];
      Both.take(G);
      IsTaken = Both.isOne();
      if (IsTaken)
        Groups[I] = std::move(Both);
    }
    if (!IsTaken)
      Groups.push_back(std::move(G));
  }
  return Groups;
}

std::vector<PreludePlan> planPreludes(ArrayRef<const TuScan *> Scans) {
  // A prelude costs about as much as one parse.
  constexpr size_t FewestTus = 3;
  std::vector<PreludePlan> Plans;
  const OwnFolders Own(Scans);
  for (Group &G : groupsOf(Scans, Own)) {
    if (G.Tus.size() < FewestTus)
      continue;
    llvm::sort(G.Tus);
    MapVector<StringRef, size_t> Count;
    for (size_t I : G.Tus) {
      const std::set<StringRef> LeftOut = Own.filesLeftOut(*Scans[I]);
      for (const HeaderUse &H : Scans[I]->Headers)
        if (!H.IsSensitive && !LeftOut.count(H.Path))
          ++Count[H.Spelling];
    }
    PreludePlan Plan;
    const size_t Least = fewestUsers(G.Tus.size());
    for (const auto &[Spelling, Users] : Count)
      if (Users >= Least)
        Plan.Text += ("#include " + Spelling + "\n").str();
    if (Plan.Text.empty())
      continue;
    Plan.Flags = G.Kinds.front()->Flags;
    for (StringRef Macro : G.macros(*G.Kinds.front()))
      (Plan.Flags += '\0') += Macro;
    for (StringRef Folder : G.folders(*G.Kinds.front())) {
      (Plan.Flags += '\0') += Folder;
      Plan.Folders.push_back(Folder.str());
    }
    Plan.Jobs = std::move(G.Tus);
    Plans.push_back(std::move(Plan));
  }
  return Plans;
}

} // namespace cancel_tidy
