// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/PreludeRecorder.h"
#include "tool/Prelude.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/MacroInfo.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

using namespace llvm;

namespace cancel_tidy {
namespace {

class Recorder : public PreludeRecorder {
public:
  Recorder(clang::CompilerInstance &Compiler, PreludeInfo &Info)
      : Compiler(Compiler), SM(Compiler.getSourceManager()), Info(Info) {}

  void LexedFileChanged(clang::FileID File, LexedFileChangeReason Reason,
                        clang::SrcMgr::CharacteristicKind, clang::FileID,
                        clang::SourceLocation) override {
    if (Reason == LexedFileChangeReason::EnterFile)
      entryOf(File);
  }
  void InclusionDirective(clang::SourceLocation Hash, const clang::Token &,
                          StringRef, bool, clang::CharSourceRange,
                          clang::OptionalFileEntryRef File, StringRef,
                          StringRef, const clang::Module *, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    auto From = SM.getFileEntryRefForID(SM.getFileID(Hash));
    if (!File || !From)
      return;
    unsigned Included = indexOf(*File);
    Info.Files[indexOf(*From)].Includes.push_back(Included);
  }
  void MacroDefined(const clang::Token &Name,
                    const clang::MacroDirective *MD) override {
    noteMeaning(*Name.getIdentifierInfo(), MD ? MD->getMacroInfo() : nullptr);
    if (int In = entryOf(SM.getFileID(Name.getLocation())); In >= 0)
      Changes.push_back(
          {unsigned(In), Name.getIdentifierInfo(),
           MD && MD->getPrevious() && MD->getPrevious()->isDefined(), true});
  }
  void MacroUndefined(const clang::Token &Name, const clang::MacroDefinition &,
                      const clang::MacroDirective *Undef) override {
    if (Undef)
      noteMeaning(*Name.getIdentifierInfo(), nullptr);
    if (int In = entryOf(SM.getFileID(Name.getLocation())); In >= 0 && Undef)
      Changes.push_back({unsigned(In), Name.getIdentifierInfo(), true, false});
  }
  void macroUsed(const clang::Token &Name,
                 const clang::MacroDefinition &Macro) override {
    int In = entryOf(SM.getFileID(SM.getFileLoc(Name.getLocation())));
    if (In < 0)
      return;
    const clang::MacroInfo *MI = Macro.getMacroInfo();
    int Definer = MI && !MI->isBuiltinMacro()
                      ? entryOf(SM.getFileID(MI->getDefinitionLoc()))
                      : -1;
    bool BySystem = isSystem(unsigned(In));
    // Headers of the system are made to be included in any order.
    if (BySystem && Definer >= 0 && isSystem(unsigned(Definer)))
      Definer = -1;
    Uses.insert({unsigned(In), Name.getIdentifierInfo(), Definer, BySystem});
  }

  void finish() override {
    DenseMap<const clang::IdentifierInfo *, unsigned> Index;
    std::vector<StringRef> Names;
    for (const Use &U : Uses)
      if (Index.try_emplace(U.Name, 0).second)
        Names.push_back(U.Name->getName());
    llvm::sort(Names);
    for (const StringRef Name : Names)
      Info.Macros.push_back(Name.str());
    for (auto &[Name, I] : Index) {
      I = unsigned(llvm::lower_bound(Names, Name->getName()) - Names.begin());
      if (Meanings.lookup(Name))
        Info.Constant.push_back(I);
    }
    llvm::sort(Info.Constant);

    std::set<std::tuple<unsigned, unsigned, unsigned, bool>> Done;
    for (const Use &U : Uses) {
      unsigned In = ownerOf(U.In);
      unsigned Definer = U.Definer < 0 ? 0 : definerOf(unsigned(U.Definer)) + 1;
      if (Definer != In + 1 &&
          Done.emplace(In, Index[U.Name], Definer, U.BySystem).second)
        Info.Files[In].Uses.push_back({Index[U.Name], Definer, U.BySystem});
    }
    // What a header defines and forgets again leaves no trace.
    MapVector<std::pair<unsigned, unsigned>, std::pair<bool, bool>> Net;
    for (const Change &C : Changes)
      if (auto It = Index.find(C.Name); It != Index.end()) {
        auto [Known, New] = Net.insert(
            {{definerOf(C.In), It->second}, {C.WasDefined, C.IsDefined}});
        if (!New)
          Known->second.second = C.IsDefined;
      }
    for (const auto &[Where, State] : Net)
      if (State.first || State.second)
        Info.Files[Where.first].Changes.push_back(Where.second);
  }

private:
  /// One time that a header is entered.
  struct Entry {
    unsigned File = 0;
    int Includer = -1; ///< another entry
  };
  struct Use {
    unsigned In;
    const clang::IdentifierInfo *Name;
    int Definer;
    bool BySystem;
    bool operator<(const Use &O) const {
      return std::tie(In, Name, Definer) < std::tie(O.In, O.Name, O.Definer);
    }
  };
  struct Change {
    unsigned In;
    const clang::IdentifierInfo *Name;
    bool WasDefined, IsDefined;
  };

  /// Macro: what Name becomes, null for nothing.
  void noteMeaning(const clang::IdentifierInfo &Name,
                   const clang::MacroInfo *Macro) {
    auto [It, New] = Meanings.try_emplace(&Name, Macro);
    if (!New && (!Macro || !It->second ||
                 !Macro->isIdenticalTo(*It->second, Compiler.getPreprocessor(),
                                       /*Syntactically=*/true)))
      It->second = nullptr;
  }
  unsigned indexOf(clang::FileEntryRef File) {
    auto [It, New] = Index.try_emplace(&File.getFileEntry(), 0);
    if (New) {
      It->second = Info.Files.size();
      Info.Files.push_back({preludePathOf(File, SM), 0, false, {}, {}, {}});
      Times.push_back(0);
    }
    return It->second;
  }
  /// -1 for what is no file.
  int entryOf(clang::FileID File) {
    auto [It, New] = EntryIndex.try_emplace(File, -1);
    if (!New)
      return It->second;
    auto Ref = SM.getFileEntryRefForID(File);
    if (!Ref)
      return -1;
    clang::SourceLocation From = SM.getIncludeLoc(File);
    Entry E;
    E.Includer = From.isValid() ? entryOf(SM.getFileID(From)) : -1;
    E.File = indexOf(*Ref);
    // What is included from within itself is a part of itself.
    bool IsWithin = false;
    for (int I = E.Includer; I >= 0 && !IsWithin; I = Entries[I].Includer)
      IsWithin = Entries[I].File == E.File;
    Times[E.File] += !IsWithin;
    unsigned &Start = Info.Files[E.File].Start;
    if (!Start)
      Start = SM.getLocForStartOfFile(File).getRawEncoding();
    Info.Files[E.File].IsSystem =
        SM.isInSystemHeader(SM.getLocForStartOfFile(File));
    Entries.push_back(E);
    return EntryIndex[File] = int(Entries.size()) - 1;
  }
  /// The header that stands for an entry. What has no include guard may be
  /// another thing each time, and is taken for a part of what includes it.
  unsigned ownerOf(unsigned I) const {
    while (Times[Entries[I].File] > 1 && Entries[I].Includer >= 0)
      I = unsigned(Entries[I].Includer);
    return Entries[I].File;
  }
  /// Every time that a header of the system is entered it defines the same.
  unsigned definerOf(unsigned I) const {
    return isSystem(I) ? Entries[I].File : ownerOf(I);
  }
  bool isSystem(unsigned I) const {
    return Info.Files[Entries[I].File].IsSystem;
  }

  clang::CompilerInstance &Compiler;
  clang::SourceManager &SM;
  PreludeInfo &Info;
  DenseMap<const clang::FileEntry *, unsigned> Index;
  /// That a header was entered from outside, by its index.
  std::vector<unsigned> Times;
  /// What a macro is whoever defines it; null where that varies.
  DenseMap<const clang::IdentifierInfo *, const clang::MacroInfo *> Meanings;
  DenseMap<clang::FileID, int> EntryIndex;
  std::vector<Entry> Entries;
  std::set<Use> Uses;
  std::vector<Change> Changes;
};

} // namespace

std::unique_ptr<PreludeRecorder>
makePreludeRecorder(clang::CompilerInstance &Compiler, PreludeInfo &Info) {
  return std::make_unique<Recorder>(Compiler, Info);
}

} // namespace cancel_tidy
