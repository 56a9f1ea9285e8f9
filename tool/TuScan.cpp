// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/TuScan.h"
#include "tool/ConditionWords.h"
#include "tool/MacroUses.h"
#include "tool/ResultCache.h"
#include "tool/TokenWords.h"
#include "tool/TuAnalyser.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Lex/DependencyDirectivesScanner.h"
#include "clang/Lex/HeaderSearch.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace cancel_tidy {

namespace scan = clang::dependency_directives_scan;

/// What is known of the files so far.
class TuScanner::Texts {
public:
  struct Text {
    off_t Size = 0;
    time_t Modified = 0;
    SmallVector<scan::Token, 0> Tokens;
    SmallVector<scan::Directive, 0> Directives;
    bool HasDirectives = false;
    std::optional<WordsFound> Words;
    SmallVector<StringRef, 0> Asked; ///< by its conditions; kept in Names
  };

  std::unique_ptr<TokenWords> Words;
  const TokenModels *WordsOf = nullptr;

  void useModels(const TokenModels &Models) {
    if (WordsOf == &Models)
      return;
    WordsOf = &Models;
    Words = std::make_unique<TokenWords>(Models);
    for (auto &Entry : Known)
      Entry.second->Words.reset();
  }

  Text *textOf(clang::FileEntryRef File, clang::FileManager &Files) {
    std::unique_ptr<Text> &T = Known[File.getName()];
    if (T && T->Size == File.getSize() &&
        T->Modified == File.getModificationTime())
      return T.get();
    auto Buffer = Files.getBufferForFile(File);
    if (!Buffer)
      return nullptr;
    T = std::make_unique<Text>();
    T->Size = File.getSize();
    T->Modified = File.getModificationTime();
    StringRef Content = (*Buffer)->getBuffer();
    T->HasDirectives = !clang::scanSourceForDependencyDirectives(
        Content, T->Tokens, T->Directives);
    T->Words = Words->find(Content);
    forEachConditionWord(Content, [&](StringRef Word) {
      T->Asked.push_back(Names.insert(Word).first->getKey());
    });
    llvm::sort(T->Asked);
    T->Asked.erase(llvm::unique(T->Asked), T->Asked.end());
    return T.get();
  }

  const WordsFound *wordsOf(clang::FileEntryRef File,
                            clang::FileManager &Files) {
    Text *T = textOf(File, Files);
    if (!T)
      return nullptr;
    if (!T->Words) {
      auto Buffer = Files.getBufferForFile(File);
      if (!Buffer)
        return nullptr;
      T->Words = Words->find((*Buffer)->getBuffer());
    }
    return &*T->Words;
  }

  std::optional<ArrayRef<scan::Directive>>
  directivesOf(clang::FileEntryRef File, clang::FileManager &Files) {
    Text *T = textOf(File, Files);
    if (!T || !T->HasDirectives)
      return std::nullopt;
    return ArrayRef(T->Directives);
  }

private:
  StringMap<std::unique_ptr<Text>> Known;
  StringSet<> Names;
};

namespace {

/// Whether a flag changes nothing that is parsed; warnings are off.
bool isNoMatter(StringRef Flag) {
  return Flag == "-w" || Flag == "-gz" || Flag.starts_with("-pedantic") ||
         (Flag.starts_with("-W") && !Flag.starts_with("-Wp,"));
}

/// Whether a flag only has to keep its place among those of one subject.
bool isOrderFree(StringRef Flag) {
  return Flag.starts_with("-f") || Flag.starts_with("-m") ||
         Flag.starts_with("-O") || Flag.starts_with("-std=");
}

/// What -fno-x and -fx=y both set.
StringRef subjectOf(StringRef Flag) {
  if (Flag.starts_with("-O"))
    return "O";
  Flag = Flag.drop_front(2).split('=').first;
  Flag.consume_front("no-");
  return Flag;
}

/// Whether a system header is one of the C++ library, whatever its name and
/// version.
bool isStandardLibrary(StringRef Path) { return Path.contains("/c++/"); }

/// The files that count as system headers.
DenseSet<const clang::FileEntry *> systemHeaders(clang::SourceManager &SM) {
  DenseSet<const clang::FileEntry *> Found;
  for (unsigned I = 0; I < SM.local_sloc_entry_size(); ++I) {
    const clang::SrcMgr::SLocEntry &Entry = SM.getLocalSLocEntry(I);
    if (Entry.isFile() &&
        clang::SrcMgr::isSystem(Entry.getFile().getFileCharacteristic()))
      if (auto File = Entry.getFile().getContentCache().OrigEntry)
        Found.insert(&File->getFileEntry());
  }
  return Found;
}

std::string absoluteName(clang::FileEntryRef File, clang::FileManager &Files) {
  SmallString<256> Path(File.getName());
  Files.makeAbsolutePath(Path);
  return absolutePath(Path);
}

/// Sees no conditional without directives in it: the scan leaves those out.
class IncludeRecorder : public MacroUses {
public:
  IncludeRecorder(clang::CompilerInstance &Compiler, TuScan &Result)
      : Compiler(Compiler), Result(Result) {}

  void InclusionDirective(clang::SourceLocation Hash, const clang::Token &,
                          StringRef, bool IsAngled, clang::CharSourceRange,
                          clang::OptionalFileEntryRef File,
                          StringRef SearchPath, StringRef RelativePath,
                          const clang::Module *, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    clang::SourceManager &SM = Compiler.getSourceManager();
    if (File)
      noteFound(*File, SearchPath.rtrim('/'), SM.getFileID(Hash));
    if (!File || Hash.isInvalid() || SM.isInSystemHeader(Hash) ||
        SM.isWrittenInBuiltinFile(Hash) || SM.isWrittenInCommandLineFile(Hash))
      return;
    if (!Seen.insert(&File->getFileEntry()).second)
      return;
    std::string Path = absoluteName(*File, SM.getFileManager());
    bool Found = IsAngled || isSearched(SearchPath);
    Headers.push_back(
        {*File,
         {Found ? ("<" + RelativePath + ">").str() : "\"" + Path + "\"",
          Path}});
  }

  void HasInclude(clang::SourceLocation, StringRef, bool,
                  clang::OptionalFileEntryRef File,
                  clang::SrcMgr::CharacteristicKind) override {
    // Of what is asked for only the place is known.
    for (StringRef Path = File ? File->getName() : ""; !Path.empty();
         Path = sys::path::parent_path(Path))
      Used[Path.rtrim('/')].IsOwn = false;
  }

  /// Folder: one of searchFoldersOf().
  void addTo(TuScan &Scan, const std::string &Folder) {
    StringRef Path = Folder;
    if (!Path.consume_front("-iquote") && !Path.consume_front("-isystem"))
      Path.consume_front("-I");
    auto It = Used.find(Path);
    if (It == Used.end())
      return;
    Scan.Used.push_back(Folder);
    if (!It->second.IsOwn)
      return;
    OwnFolder &Own = Scan.Own.emplace_back();
    Own.Folder = Folder;
    for (clang::FileEntryRef File : It->second.Files)
      Own.Files.push_back(
          absoluteName(File, Compiler.getSourceManager().getFileManager()));
  }
  bool isTested(StringRef Macro) const { return Tested.contains(Macro); }

  /// Moves what has an include guard to the result.
  void finish() {
    for (auto &[File, Use] : Headers) {
      Use.IsSensitive = Sensitive.contains(&File.getFileEntry());
      if (Compiler.getPreprocessor()
              .getHeaderSearchInfo()
              .isFileMultipleIncludeGuarded(File))
        Result.Headers.push_back(std::move(Use));
    }
  }

  void macroUsed(const clang::Token &Name,
                 const clang::MacroDefinition &Macro) override {
    clang::SourceManager &SM = Compiler.getSourceManager();
    if (SM.isInMainFile(Name.getLocation()))
      return;
    Tested.insert(Name.getIdentifierInfo()->getName());
    const clang::MacroInfo *Info = Macro.getMacroInfo();
    if (Info && SM.getFileID(Info->getDefinitionLoc()) == SM.getMainFileID())
      noteSensitive(SM.getFileID(SM.getFileLoc(Name.getLocation())));
  }

private:
  /// By: the file that includes it.
  void noteFound(clang::FileEntryRef File, StringRef Folder, clang::FileID By) {
    clang::SourceManager &SM = Compiler.getSourceManager();
    UsedFolder &In = Used[Folder];
    auto Includer = SM.getFileEntryRefForID(By);
    In.IsOwn &= Includer && (By == SM.getMainFileID() ||
                             In.Found.contains(&Includer->getFileEntry()));
    if (In.Found.insert(&File.getFileEntry()).second)
      In.Files.push_back(File);
  }
  /// What includes it, too, is another thing for another TU.
  void noteSensitive(clang::FileID File) {
    clang::SourceManager &SM = Compiler.getSourceManager();
    while (File.isValid() && File != SM.getMainFileID()) {
      if (auto Entry = SM.getFileEntryRefForID(File))
        Sensitive.insert(&Entry->getFileEntry());
      File = SM.getFileID(SM.getIncludeLoc(File));
    }
  }
  bool isSearched(StringRef Folder) {
    if (Folders.empty())
      for (const clang::DirectoryLookup &D :
           Compiler.getPreprocessor().getHeaderSearchInfo().search_dir_range())
        Folders.insert(D.getName());
    return Folders.contains(Folder);
  }

  clang::CompilerInstance &Compiler;
  TuScan &Result;
  DenseSet<const clang::FileEntry *> Seen;
  std::vector<std::pair<clang::FileEntryRef, HeaderUse>> Headers;
  StringSet<> Folders;
  struct UsedFolder {
    bool IsOwn = true; ///< see OwnFolder
    DenseSet<const clang::FileEntry *> Found;
    std::vector<clang::FileEntryRef> Files; ///< the same
  };
  StringMap<UsedFolder> Used;
  StringSet<> Tested;
  DenseSet<const clang::FileEntry *> Sensitive; ///< to macros of the main file
};

} // namespace

#if LLVM_VERSION_MAJOR >= 20
namespace {
class Getter : public clang::DependencyDirectivesGetter {
public:
  using Function = std::function<std::optional<ArrayRef<scan::Directive>>(
      clang::FileEntryRef, clang::FileManager &)>;
  Getter(Function Get, clang::FileManager &Files)
      : Get(std::move(Get)), Files(Files) {}
  std::unique_ptr<DependencyDirectivesGetter>
  cloneFor(clang::FileManager &Other) override {
    return std::make_unique<Getter>(Get, Other);
  }
  std::optional<ArrayRef<scan::Directive>>
  operator()(clang::FileEntryRef File) override {
    return Get(File, Files);
  }

private:
  Function Get;
  clang::FileManager &Files;
};
} // namespace
#endif

TuScanner::TuScanner() : Known(std::make_unique<Texts>()) {}
TuScanner::~TuScanner() = default;

TuOutcome TuScanner::scan(const TuJob &Job, const TuSettings &Settings) {
  Known->useModels(*Settings.Config->Models);

  class Action : public clang::PreprocessOnlyAction {
  public:
    Action(Texts &Known, const TuSettings &Settings, TuOutcome &Outcome)
        : Known(Known), Settings(Settings), Outcome(Outcome) {}

    bool BeginInvocation(clang::CompilerInstance &Compiler) override {
#if LLVM_VERSION_MAJOR >= 20
      Compiler.setDependencyDirectivesGetter(std::make_unique<Getter>(
          [this](clang::FileEntryRef File, clang::FileManager &Files) {
            return Known.directivesOf(File, Files);
          },
          Compiler.getFileManager()));
#else
      Compiler.getPreprocessorOpts().DependencyDirectivesForFile =
          [this, &Compiler](clang::FileEntryRef File) {
            return Known.directivesOf(File, Compiler.getFileManager());
          };
#endif
      return true;
    }

    void ExecuteAction() override {
      clang::CompilerInstance &Compiler = getCompilerInstance();
      auto Callbacks =
          std::make_unique<IncludeRecorder>(Compiler, Outcome.Scan);
      IncludeRecorder &Includes = *Callbacks;
      Compiler.getPreprocessor().addPPCallbacks(std::move(Callbacks));
      clang::PreprocessOnlyAction::ExecuteAction();
      if (Compiler.getDiagnostics().hasErrorOccurred())
        return;
      Includes.finish();
      describeFlags(Includes, askedByHeaders(Compiler.getSourceManager()));
      Outcome.Files = filesRead(Compiler.getSourceManager(), *Settings.Project);
      judge(Compiler.getSourceManager());
    }

  private:
    /// What the conditions of headers ask about, also where no directive lies
    /// in them: those the scan leaves out.
    StringSet<> askedByHeaders(clang::SourceManager &SM) {
      StringSet<> Asked;
      const clang::FileEntry *Main = SM.getFileEntryForID(SM.getMainFileID());
      for (auto It = SM.fileinfo_begin(); It != SM.fileinfo_end(); ++It)
        if (&It->first.getFileEntry() != Main)
          if (const auto *Text = Known.textOf(It->first, SM.getFileManager()))
            Asked.insert(Text->Asked.begin(), Text->Asked.end());
      return Asked;
    }
    void describeFlags(IncludeRecorder &Includes, const StringSet<> &Asked) {
      raw_string_ostream OS(Outcome.Scan.Flags);
      OS << Directory << '\0' << sys::path::extension(Outcome.Result.MainFile);
      const std::vector<std::string> Flags =
          withoutFolders(this->Flags, [](StringRef) { return false; });
      std::vector<StringRef> Single;
      for (size_t I = 1; I < Flags.size(); ++I) {
        StringRef A = Flags[I];
        bool IsMacro = A.starts_with("-D") || A.starts_with("-U");
        bool IsPair = (IsMacro && A.size() == 2) || A == "-Xclang" ||
                      A == "-Xpreprocessor" || A == "-mllvm";
        StringRef Value;
        if (IsPair && I + 1 < Flags.size())
          Value = Flags[++I];
        if (IsMacro || A == Outcome.Result.MainFile || isNoMatter(A))
          continue;
        if (!IsPair && isOrderFree(A))
          Single.push_back(A);
        else
          OS << '\0' << A << Value;
      }
      // Build scripts write the same flags in many orders.
      llvm::stable_sort(Single, [](StringRef A, StringRef B) {
        return subjectOf(A) < subjectOf(B);
      });
      for (StringRef A : Single)
        OS << '\0' << A;
      Outcome.Scan.Folders = searchFoldersOf(this->Flags);
      for (const std::string &Folder : Outcome.Scan.Folders)
        Includes.addTo(Outcome.Scan, Folder);
      Outcome.Scan.Macros = macrosOf(Flags);
      for (const std::string &Macro : Outcome.Scan.Macros)
        if (StringRef Name = macroName(Macro);
            Includes.isTested(Name) || Asked.contains(Name))
          Outcome.Scan.Tested.push_back(Name.str());
    }
    void judge(clang::SourceManager &SM) {
      WordsFound All;
      clang::FileManager &Files = SM.getFileManager();
      const DenseSet<const clang::FileEntry *> System = systemHeaders(SM);
      for (auto It = SM.fileinfo_begin(); It != SM.fileinfo_end(); ++It) {
        const bool IsSystem = System.count(&It->first.getFileEntry());
        if (!IsSystem)
          if (std::string Path = absoluteName(It->first, Files);
              !llvm::binary_search(Outcome.Files, Path))
            Outcome.Scan.OtherFiles.push_back(std::move(Path));
        if (isStandardLibrary(It->first.getName()) && IsSystem)
          continue;
        const WordsFound *Words = Known.wordsOf(It->first, Files);
        if (!Words)
          return;
        All |= *Words;
        if (IsSystem && Known.Words->maySeeToken(*Words))
          Outcome.Scan.TokenFiles.push_back(absoluteName(It->first, Files));
        if (Words->Shape)
          if (std::string Path = absoluteName(It->first, Files);
              Settings.Project->contains(Path))
            Outcome.Scan.ShapeFiles.push_back(std::move(Path));
      }
      // A name may come from the command line, too.
      for (const std::string &A : Flags)
        All |= Known.Words->find(A);
      Outcome.Scan.MaySeeToken =
          Settings.Config->GuessTokens || Known.Words->maySeeToken(All);
      for (auto *Names : {&Outcome.Scan.ShapeFiles, &Outcome.Scan.OtherFiles,
                          &Outcome.Scan.TokenFiles})
        llvm::sort(*Names);
      Outcome.Scan.Done = true;
    }

  public:
    std::vector<std::string> Flags;
    std::string Directory;

  private:
    Texts &Known;
    const TuSettings &Settings;
    TuOutcome &Outcome;
  };

  TuOutcome Outcome;
  Outcome.Result.MainFile = Job.Command.MainFile;
  auto Files =
      makeFileSystem(Job.Command.Directory, Job.Contents, Settings.VfsOverlay);
  if (!Files) {
    consumeError(Files.takeError()); // The parse says it.
    return Outcome;
  }
  if (!whatIsWrongWith(Job.Command.MainFile, **Files).empty())
    return Outcome;
  const uint64_t Began = ResultCache::now();
  InputLog Log;
  if (Settings.Cache && !Job.CacheKey.empty())
    *Files = logged(*Files, Log);
  std::vector<std::string> Arguments =
      prepareArguments(Job.Command, Settings.Edits);
  auto Scan = std::make_unique<Action>(*Known, Settings, Outcome);
  Scan->Flags = Arguments;
  Scan->Directory = Job.Command.Directory;
  clang::IgnoringDiagConsumer Silent;
  IntrusiveRefCntPtr<clang::FileManager> Manager(
      new clang::FileManager(clang::FileSystemOptions(), *Files));
  clang::tooling::ToolInvocation Invocation(Arguments, std::move(Scan),
                                            Manager.get());
  Invocation.setDiagnosticConsumer(&Silent);
  if (!Invocation.run())
    Outcome.Scan.Done = false;
  if (!Outcome.Scan.Done)
    return Outcome;
  if (!Outcome.Scan.MaySeeToken) {
    Outcome.Result.State = TuState::NoToken;
    Outcome.IsSkipped = true;
    if (Settings.Cache && !Job.CacheKey.empty())
      Settings.Cache->store(Job.CacheKey, Outcome, Log, Began);
  }
  if (Settings.Cache && !Job.CacheKey.empty())
    Outcome.Scan.Inputs = Settings.Cache->packedStampsOf(Log, Began);
  return Outcome;
}

} // namespace cancel_tidy
