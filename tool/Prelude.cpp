// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Prelude.h"
#include "tool/AtomicFile.h"
#include "tool/Binary.h"
#include "tool/ClangArguments.h"
#include "tool/HolderNames.h"
#include "tool/MacroUses.h"
#include "tool/TuAnalyser.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/DeclBase.h"
#include "clang/AST/ExternalASTSource.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Lex/MacroInfo.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Serialization/ASTReader.h"
#include "clang/Serialization/ModuleFile.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <map>
#include <set>

using namespace llvm;

namespace cancel_tidy {

static constexpr StringLiteral Magic = "cancel-tidy prelude\n";
static constexpr unsigned Format = 6;

std::string preludeText(StringRef Stem) { return (Stem + "-text").str(); }
std::string preludePch(StringRef Stem) { return (Stem + "-pch").str(); }
std::string preludeInfo(StringRef Stem) { return (Stem + "-info").str(); }

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

/// Groups of TUs whose flags are the same but for macros that none looks at and
/// folders in which none finds anything.
static std::vector<Group> groupsOf(ArrayRef<const TuScan *> Scans) {
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
  std::map<std::tuple<std::string, Headers, Words, Words>, Group> Equal;
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
    Group &G = Equal[{Scans[I]->Flags, std::move(Sensitive), Scans[I]->Macros,
                      Scans[I]->Folders}];
    G.Tus.push_back(I);
    G.Kinds = {Scans[I]};
    G.Used.insert(Scans[I]->Used.begin(), Scans[I]->Used.end());
    G.Tested.insert(Scans[I]->Tested.begin(), Scans[I]->Tested.end());
  }
  std::vector<Group> Groups;
  size_t FirstOfFlags = 0;
  std::tuple<std::string, Headers> Last;
  for (auto &[Key, G] : Equal) {
    const auto &[Flags, Sensitive, Macros, Folders] = Key;
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
  for (Group &G : groupsOf(Scans)) {
    if (G.Tus.size() < FewestTus)
      continue;
    llvm::sort(G.Tus);
    MapVector<StringRef, size_t> Count;
    for (size_t I : G.Tus)
      for (const HeaderUse &H : Scans[I]->Headers)
        if (!H.IsSensitive)
          ++Count[H.Spelling];
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

namespace {

std::string pathOf(clang::FileEntryRef File, clang::SourceManager &SM) {
  SmallString<256> Path(File.getName());
  SM.getFileManager().makeAbsolutePath(Path);
  return absolutePath(Path);
}

/// Writes down which headers a prelude has, and which macros they look at.
class PreludeRecorder : public MacroUses {
public:
  PreludeRecorder(clang::CompilerInstance &Compiler, PreludeInfo &Info)
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

  void finish() {
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
      Info.Files.push_back({pathOf(File, SM), 0, false, {}, {}, {}});
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

/// Finds the lines of a prelude whose headers do not compile.
class CulpritFinder : public clang::DiagnosticConsumer {
public:
  std::set<unsigned> Lines;
  bool Failed = false;

  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level,
                        const clang::Diagnostic &Info) override {
    clang::DiagnosticConsumer::HandleDiagnostic(Level, Info);
    if (Level < clang::DiagnosticsEngine::Error)
      return;
    Failed = true;
    if (!Info.hasSourceManager() || Info.getLocation().isInvalid())
      return;
    clang::SourceManager &SM = Info.getSourceManager();
    clang::SourceLocation At = SM.getFileLoc(Info.getLocation());
    while (SM.getFileID(At) != SM.getMainFileID()) {
      At = SM.getIncludeLoc(SM.getFileID(At));
      if (At.isInvalid())
        return;
      At = SM.getFileLoc(At);
    }
    Lines.insert(SM.getSpellingLineNumber(At));
  }
};

/// Keeps the bodies that the analysis of a TU may ask for.
class BodyChooser : public clang::ASTConsumer {
public:
  BodyChooser(clang::CompilerInstance &Compiler, const TokenModels &Models,
              PreludeInfo &Info)
      : Compiler(Compiler), Models(Models), Info(Info) {}
  bool shouldSkipFunctionBody(clang::Decl *D) override {
    return Compiler.getSourceManager().isInSystemHeader(D->getLocation());
  }
  void HandleTranslationUnit(clang::ASTContext &) override {
    if (auto Names = holderNames(Compiler, Models)) {
      Info.KnowsHolders = true;
      Info.Holders = std::move(*Names);
    }
  }

private:
  clang::CompilerInstance &Compiler;
  const TokenModels &Models;
  PreludeInfo &Info;
};

class PreludeAction : public clang::GeneratePCHAction {
public:
  PreludeAction(std::string Output, const TokenModels &Models,
                PreludeInfo &Info)
      : Output(std::move(Output)), Models(Models), Info(Info) {}

  bool BeginInvocation(clang::CompilerInstance &Compiler) override {
    Compiler.getFrontendOpts().SkipFunctionBodies = true;
    Compiler.getFrontendOpts().OutputFile = Output;
    return true;
  }
  bool BeginSourceFileAction(clang::CompilerInstance &Compiler) override {
    auto Callbacks = std::make_unique<PreludeRecorder>(Compiler, Info);
    Recorder = Callbacks.get();
    Compiler.getPreprocessor().addPPCallbacks(std::move(Callbacks));
    return clang::GeneratePCHAction::BeginSourceFileAction(Compiler);
  }
  std::unique_ptr<clang::ASTConsumer>
  CreateASTConsumer(clang::CompilerInstance &Compiler,
                    StringRef File) override {
    std::vector<std::unique_ptr<clang::ASTConsumer>> All;
    All.push_back(clang::GeneratePCHAction::CreateASTConsumer(Compiler, File));
    if (!All.front())
      return nullptr;
    All.push_back(std::make_unique<BodyChooser>(Compiler, Models, Info));
    return std::make_unique<clang::MultiplexConsumer>(std::move(All));
  }
  void EndSourceFileAction() override {
    Recorder->finish();
    clang::GeneratePCHAction::EndSourceFileAction();
  }

private:
  std::string Output;
  const TokenModels &Models;
  PreludeInfo &Info;
  PreludeRecorder *Recorder = nullptr;
};

std::string withoutLines(StringRef Text, const std::set<unsigned> &Lines) {
  std::string Result;
  unsigned Number = 0;
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    if (!Lines.count(++Number))
      (Result += Line) += '\n';
    Text = Rest;
  }
  return Result;
}

} // namespace

static void stampPch(StringRef Pch, PreludeInfo &Info) {
  sys::fs::file_status Status;
  if (sys::fs::status(Pch, Status))
    return;
  Info.PchSize = Status.getSize();
  Info.PchModified =
      uint64_t(Status.getLastModificationTime().time_since_epoch().count());
}

std::shared_ptr<const PreludeInfo> readPreludeInfo(StringRef Stem) {
  auto Buffer = MemoryBuffer::getFile(preludeInfo(Stem), /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return nullptr;
  Unframed Frame = unframe((*Buffer)->getBuffer(), Magic, Format);
  auto Info = std::make_shared<PreludeInfo>();
  if (Frame.Error != FrameError::None || !decodeBody(Frame.Body, *Info))
    return nullptr;
  // Somebody may have made it again, or cut it off.
  PreludeInfo Now;
  stampPch(preludePch(Stem), Now);
  bool IsSame = Now.PchSize && Now.PchSize == Info->PchSize &&
                Now.PchModified == Info->PchModified;
  return IsSame ? Info : nullptr;
}

/// Whether the main file, the last argument, is C++ by its name alone.
static bool isPlainCxx(ArrayRef<std::string> Arguments) {
  StringRef Extension = sys::path::extension(Arguments.back());
  return is_contained(
             ArrayRef<StringRef>{".cpp", ".cc", ".cxx", ".c++", ".C", ".cp"},
             Extension) &&
         none_of(Arguments, [](StringRef A) { return A.starts_with("-x"); });
}

bool buildPrelude(const TuJob &Job, const TuSettings &Settings) {
  const std::string Text = preludeText(Job.Prelude);
  const std::string Pch = preludePch(Job.Prelude);
  if (Settings.Cache)
    if (auto Info = readPreludeInfo(Job.Prelude);
        Info && Settings.Cache->areUnchanged(Info->Inputs))
      return true;
  std::vector<std::string> Arguments =
      withoutFolders(prepareArguments(Job.Command, Settings.Edits),
                     [&](StringRef F) { return is_contained(Job.Folders, F); });
  if (Arguments.back() != Job.Command.MainFile ||
      is_contained(Arguments, "--") || !isPlainCxx(Arguments))
    return false;
  Arguments.back() = Text;
  Arguments.insert(Arguments.end() - 1, {"-x", "c++"});
  // Each round leaves out what did not compile.
  for (unsigned Round = 0; Round < 4; ++Round) {
    auto Files = makeFileSystem(Job.Command.Directory, {}, Settings.VfsOverlay);
    if (!Files) {
      consumeError(Files.takeError());
      return false;
    }
    const uint64_t Began = ResultCache::now();
    InputLog Log;
    *Files = logged(*Files, Log);
    PreludeInfo Info;
    Info.Flags = Job.PreludeFlags;
    Info.Folders = Job.Folders;
    Info.Given = macrosOf(Arguments);
    CulpritFinder Errors;
    IntrusiveRefCntPtr<clang::FileManager> Manager(
        new clang::FileManager(clang::FileSystemOptions(), *Files));
    clang::tooling::ToolInvocation Invocation(
        Arguments,
        std::make_unique<PreludeAction>(Pch, *Settings.Config->Models, Info),
        Manager.get());
    Invocation.setDiagnosticConsumer(&Errors);
    bool Ran = Invocation.run();
    if (Ran && !Errors.Failed) {
      if (Settings.Cache) {
        auto Stamps = Settings.Cache->stampsOf(Log, Began);
        if (!Stamps)
          return false;
        Info.Inputs = std::move(*Stamps);
      }
      stampPch(Pch, Info);
      if (Error E = writeFile(preludeInfo(Job.Prelude),
                              frame(Magic, Format, encodeBody(Info)))) {
        consumeError(std::move(E));
        return false;
      }
      return true;
    }
    auto Buffer = MemoryBuffer::getFile(Text);
    if (Errors.Lines.empty() || !Buffer)
      return false;
    std::string Rest = withoutLines((*Buffer)->getBuffer(), Errors.Lines);
    Buffer->reset();
    if (Rest.empty() || writeFile(Text, Rest))
      return false;
  }
  return false;
}

//===-- Use ---------------------------------------------------------------===//

class PreludeUse::Watcher : public MacroUses {
public:
  Watcher(PreludeUse &Use, clang::CompilerInstance &Compiler)
      : Use(Use), PP(Compiler.getPreprocessor()),
        SM(Compiler.getSourceManager()) {}

  void EndOfMainFile() override {
    // A macro that the prelude was made without may be a word in its code.
    for (const auto &Other : Use.OtherMacros)
      Use.IsSpoilt |= none_of(Use.Info->Given,
                              [&](const std::string &Macro) {
                                return macroName(Macro) == Other.getKey();
                              }) &&
                      PP.getIdentifierInfo(Other.getKey())->isFromAST();
  }

  void FileSkipped(const clang::FileEntryRef &File, const clang::Token &,
                   clang::SrcMgr::CharacteristicKind) override {
    auto It = Use.Index.find(pathOf(File, SM));
    if (It == Use.Index.end())
      return;
    Use.IsSpoilt |= ChangesWords && !Use.Included.contains(It->second);
    Use.include(It->second);
  }
  void MacroDefined(const clang::Token &Name,
                    const clang::MacroDirective *MD) override {
    const clang::IdentifierInfo *II = Name.getIdentifierInfo();
    if (!MD || SM.isWrittenInBuiltinFile(MD->getLocation()) ||
        SM.isWrittenInCommandLineFile(MD->getLocation()))
      return;
    if (isPreludes(MD->getLocation()))
      return noteAgain(*II, *MD);
    // What is no macro to the prelude is a word in its code.
    if (!isItself(*II, *MD->getMacroInfo()))
      ChangesWords |= II->isKeyword(clang::LangOptions()) ||
                      (II->isFromAST() && !MD->getPrevious() &&
                       !SM.isInSystemHeader(MD->getLocation()));
    noteChange(*II, MD->getLocation());
  }
  void MacroUndefined(const clang::Token &Name, const clang::MacroDefinition &,
                      const clang::MacroDirective *) override {
    if (!isPreludes(Name.getLocation()))
      noteChange(*Name.getIdentifierInfo(), Name.getLocation());
  }

  void macroUsed(const clang::Token &Name,
                 const clang::MacroDefinition &MD) override {
    const clang::MacroInfo *Macro = MD.getMacroInfo();
    if (!Macro || Macro->isBuiltinMacro())
      return;
    clang::SourceLocation At = Macro->getDefinitionLoc();
    if (!SM.isLoadedSourceLocation(At))
      return;
    const bool BySystem = SM.isInSystemHeader(Name.getLocation());
    if (!BySystem && !Seen.insert(Macro).second)
      return;
    auto File = SM.getFileEntryRefForID(SM.getFileID(At));
    if (!File)
      Use.IsSpoilt |=
          Use.OtherMacros.contains(Name.getIdentifierInfo()->getName());
    else if (auto It = Use.Index.find(pathOf(*File, SM)); It != Use.Index.end())
      Use.IsSpoilt |= !Use.Included.contains(It->second) &&
                      !(BySystem && Use.Info->Files[It->second].IsSystem) &&
                      !isTheSameWithout(*Name.getIdentifierInfo());
  }

private:
  /// #define X X, for those who ask whether there is an X.
  static bool isItself(const clang::IdentifierInfo &Name,
                       const clang::MacroInfo &Macro) {
    return Macro.isObjectLike() && Macro.getNumTokens() == 1 &&
           Macro.getReplacementToken(0).getIdentifierInfo() == &Name;
  }
  /// Whether At is in a header that the prelude holds and that has no include
  /// guard: what it defines now it defined there as well.
  bool isPreludes(clang::SourceLocation At) {
    auto File = SM.getFileEntryRefForID(SM.getFileID(SM.getFileLoc(At)));
    return File && Use.Index.count(pathOf(*File, SM));
  }
  bool areIdentical(const clang::MacroInfo &A, const clang::MacroInfo &B) {
    return A.isIdenticalTo(B, PP, /*Syntactically=*/true);
  }
  /// A header without an include guard defines Name, as it did in the prelude.
  void noteAgain(const clang::IdentifierInfo &Name,
                 const clang::MacroDirective &MD) {
    auto It = Use.Macros.find(Name.getName());
    auto File = SM.getFileEntryRefForID(SM.getFileID(MD.getLocation()));
    if (It == Use.Macros.end() || !Use.Constant.contains(It->second) || !File)
      return;
    const clang::MacroDirective *Before = MD.getPrevious();
    auto Held = Use.Index.find(pathOf(*File, SM));
    if (Held != Use.Index.end() && Before && Before->getMacroInfo() &&
        areIdentical(*MD.getMacroInfo(), *Before->getMacroInfo()))
      Use.SurelyChanged.insert(It->second);
  }
  /// Whether the macro Name is the same whoever defines it, and somebody did
  /// whom the TU includes.
  bool isTheSameWithout(const clang::IdentifierInfo &Name) {
    const clang::MacroInfo *First = nullptr;
    bool IsDefined = false;
    for (const clang::MacroDirective *MD =
             PP.getLocalMacroDirectiveHistory(&Name);
         MD; MD = MD->getPrevious()) {
      if (isa<clang::VisibilityMacroDirective>(MD))
        continue;
      const auto *Define = dyn_cast<clang::DefMacroDirective>(MD);
      if (!Define || (First && !areIdentical(*First, *Define->getInfo())))
        return false;
      First = Define->getInfo();
      auto File = SM.getFileEntryRefForID(
          SM.getFileID(SM.getFileLoc(First->getDefinitionLoc())));
      auto It = File ? Use.Index.find(pathOf(*File, SM)) : Use.Index.end();
      IsDefined |= It != Use.Index.end() && Use.Included.contains(It->second);
    }
    return IsDefined;
  }
  void noteChange(const clang::IdentifierInfo &Name, clang::SourceLocation At) {
    if (auto It = Use.Macros.find(Name.getName()); It != Use.Macros.end())
      (SM.isInSystemHeader(At) ? Use.ChangedBySystem : Use.Changed)
          .insert(It->second);
  }

  PreludeUse &Use;
  clang::Preprocessor &PP;
  clang::SourceManager &SM;
  DenseSet<const clang::MacroInfo *> Seen;
  bool ChangesWords = false; ///< of the prelude's code
};

PreludeUse::PreludeUse(std::string Stem,
                       std::shared_ptr<const PreludeInfo> Known)
    : Stem(std::move(Stem)), Info(std::move(Known)) {
  for (unsigned I = 0; I < Info->Files.size(); ++I)
    Index.try_emplace(Info->Files[I].Path, I);
  for (unsigned I = 0; I < Info->Macros.size(); ++I)
    Macros.try_emplace(Info->Macros[I], I);
  Constant.insert(Info->Constant.begin(), Info->Constant.end());
}

PreludeUse::~PreludeUse() = default;

void PreludeUse::begin(clang::CompilerInstance &Compiler) {
  clang::PreprocessorOptions &Options = Compiler.getPreprocessorOpts();
  Options.ImplicitPCHInclude = preludePch(Stem);
  // Who uses it has the same flags, and its headers were compared.
  Options.DisablePCHOrModuleValidation =
      clang::DisableValidationForModuleKind::PCH;
}

void PreludeUse::watch(clang::CompilerInstance &Compiler,
                       const std::vector<std::string> &Given) {
  // Flags may differ in macros that no header looks at.
  auto NoteOthers = [&](const std::vector<std::string> &A,
                        const std::vector<std::string> &B) {
    for (const std::string &Macro : A)
      if (!is_contained(B, Macro))
        OtherMacros.insert(macroName(Macro));
  };
  NoteOthers(Given, Info->Given);
  NoteOthers(Info->Given, Given);
  for (const auto &Other : OtherMacros)
    IsSpoilt |= Macros.contains(Other.getKey());
  Compiler.getPreprocessor().addPPCallbacks(
      std::make_unique<Watcher>(*this, Compiler));
}

void PreludeUse::include(unsigned File) {
  if (!Included.insert(File).second)
    return;
  // The macros that it looks at must be what they were in the prelude.
  const PreludeFile &F = Info->Files[File];
  auto IsOther = [&](const PreludeMacroUse &U) {
    unsigned By = ChangedBy.lookup(U.Macro);
    if (!By || By == U.DefinedIn || (U.DefinedIn && Constant.contains(U.Macro)))
      return false;
    return !Info->Files[By - 1].IsSystem || (!U.BySystem && !U.DefinedIn);
  };
  // Several headers of the system may define the same.
  auto IsDefined = [&](const PreludeMacroUse &U) {
    return Included.contains(U.DefinedIn - 1) ||
           (Constant.contains(U.Macro) && SurelyChanged.contains(U.Macro)) ||
           (Info->Files[U.DefinedIn - 1].IsSystem && ChangedBy.lookup(U.Macro));
  };
  auto NoteChanges = [&] {
    for (unsigned Macro : F.Changes)
      ChangedBy[Macro] = File + 1;
  };
  for (const PreludeMacroUse &U : F.Uses)
    IsSpoilt |= Changed.contains(U.Macro) ||
                (!U.BySystem && ChangedBySystem.contains(U.Macro)) ||
                (!U.DefinedIn && IsOther(U));
  NoteChanges();
  for (unsigned I : F.Includes)
    include(I);
  for (const PreludeMacroUse &U : F.Uses)
    IsSpoilt |= U.DefinedIn && (IsOther(U) || !IsDefined(U));
  NoteChanges();
  SurelyChanged.insert(F.Changes.begin(), F.Changes.end());
}

bool PreludeUse::isTrusted() const { return !IsSpoilt; }

bool PreludeUse::isVisible(const clang::Decl &D) const {
  clang::SourceManager &SM = D.getASTContext().getSourceManager();
  auto IsOwn = [&](const clang::Decl *One) {
    clang::SourceLocation At = SM.getFileLoc(One->getLocation());
    if (At.isInvalid() || !SM.isLoadedSourceLocation(At))
      return true;
    auto File = SM.getFileEntryRefForID(SM.getFileID(At));
    if (!File)
      return true;
    auto It = Index.find(pathOf(*File, SM));
    return It == Index.end() || Included.contains(It->second);
  };
  // A class must be as complete as it would be.
  if (const auto *Tag = dyn_cast<clang::TagDecl>(&D))
    if (const clang::TagDecl *Definition = Tag->getDefinition();
        Definition && !IsOwn(Definition))
      return false;
  return any_of(D.redecls(), IsOwn);
}

namespace {

/// Looks for a name of what the TU does not include.
class InvisibleFinder : public clang::RecursiveASTVisitor<InvisibleFinder> {
public:
  explicit InvisibleFinder(const PreludeUse &Use) : Use(Use) {}

  bool VisitDeclRefExpr(clang::DeclRefExpr *E) { return ask(E->getDecl()); }
  bool VisitMemberExpr(clang::MemberExpr *E) { return ask(E->getMemberDecl()); }
  bool VisitCXXConstructExpr(clang::CXXConstructExpr *E) {
    return ask(E->getConstructor());
  }
  bool VisitOverloadExpr(clang::OverloadExpr *E) {
    return all_of(E->decls(), [&](clang::NamedDecl *D) { return ask(D); });
  }
  bool VisitTypeLoc(clang::TypeLoc T) {
    clang::QualType Type = T.getType();
    if (const auto *Alias = Type->getAs<clang::TypedefType>())
      if (!ask(Alias->getDecl()))
        return false;
    if (const auto *Special = Type->getAs<clang::TemplateSpecializationType>())
      if (!ask(Special->getTemplateName().getAsTemplateDecl()))
        return false;
    return ask(Type->getAsTagDecl());
  }

private:
  bool ask(const clang::NamedDecl *D) {
    if (!D || !D->isFromASTFile())
      return true;
    auto [It, New] = Answers.try_emplace(D, true);
    if (New)
      It->second = Use.isVisible(*D);
    return It->second;
  }

  const PreludeUse &Use;
  DenseMap<const clang::Decl *, bool> Answers;
};

} // namespace

bool PreludeUse::namesOnlyVisible(clang::CompilerInstance &Compiler,
                                  ArrayRef<clang::Decl *> Owned) const {
  InvisibleFinder Finder(*this);
  for (clang::Decl *D :
       Compiler.getASTContext().getTranslationUnitDecl()->noload_decls())
    if (!D->isFromASTFile() && !Finder.TraverseDecl(D))
      return false;
  return all_of(Owned, [&](clang::Decl *D) {
    return isa<clang::NamespaceDecl, clang::LinkageSpecDecl>(D) ||
           Finder.TraverseDecl(D);
  });
}

std::vector<std::string> PreludeUse::includedFiles() const {
  std::vector<std::string> Paths;
  for (unsigned I : Included)
    Paths.push_back(Info->Files[I].Path);
  llvm::sort(Paths);
  return Paths;
}

void PreludeUse::addInputs(InputLog &Log) const {
  for (const InputStamp &Stamp : Info->Inputs) {
    if (Stamp.IsRead) {
      auto It = Index.find(absolutePath(Stamp.Path));
      if (It == Index.end() || Included.contains(It->second))
        Log.Read.insert(Stamp.Path);
    } else {
      (Stamp.IsAbsent ? Log.Absent : Log.Seen).insert(Stamp.Path);
    }
  }
}

std::vector<clang::Decl *>
PreludeUse::declsIn(clang::CompilerInstance &Compiler,
                    ArrayRef<std::string> Paths) const {
  std::vector<clang::Decl *> Result;
  auto Reader = Compiler.getASTReader();
  if (!Reader)
    return Result;
  clang::serialization::ModuleFile &Module =
      Reader->getModuleManager().getPrimaryModule();
  clang::SourceManager &SM = Compiler.getSourceManager();
  for (const std::string &Path : Paths) {
    auto It = Index.find(Path);
    if (It == Index.end() || !Info->Files[It->second].Start)
      continue;
    clang::SourceLocation Start = Reader->TranslateSourceLocation(
        Module, clang::SourceLocation::getFromRawEncoding(
                    Info->Files[It->second].Start));
    clang::FileID File = SM.getFileID(Start);
    SmallVector<clang::Decl *, 32> Decls;
    Reader->FindFileRegionDecls(File, 0, SM.getFileIDSize(File), Decls);
    Result.insert(Result.end(), Decls.begin(), Decls.end());
  }
  return Result;
}

} // namespace cancel_tidy
