// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Prelude.h"
#include "tool/AtomicFile.h"
#include "tool/Binary.h"
#include "tool/ClangArguments.h"
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
static constexpr unsigned Format = 1;

std::string preludeText(StringRef Stem) { return (Stem + "-text").str(); }
std::string preludePch(StringRef Stem) { return (Stem + "-pch").str(); }
std::string preludeInfo(StringRef Stem) { return (Stem + "-info").str(); }

std::vector<PreludePlan> planPreludes(ArrayRef<const TuScan *> Scans) {
  // A prelude costs about as much as one parse.
  constexpr size_t FewestTus = 3;
  std::map<std::string, std::vector<size_t>> Groups;
  for (size_t I = 0; I < Scans.size(); ++I)
    if (Scans[I]->Done && !Scans[I]->Flags.empty())
      Groups[Scans[I]->Flags].push_back(I);
  std::vector<PreludePlan> Plans;
  for (auto &[Flags, Tus] : Groups) {
    if (Tus.size() < FewestTus)
      continue;
    MapVector<StringRef, size_t> Count;
    for (size_t I : Tus)
      for (const HeaderUse &H : Scans[I]->Headers)
        ++Count[H.Spelling];
    PreludePlan Plan;
    const size_t Least = std::max<size_t>(2, (Tus.size() + 4) / 5);
    for (const auto &[Spelling, Users] : Count)
      if (Users >= Least)
        Plan.Text += ("#include " + Spelling + "\n").str();
    if (Plan.Text.empty())
      continue;
    Plan.Jobs = std::move(Tus);
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
  PreludeRecorder(clang::SourceManager &SM, PreludeInfo &Info)
      : SM(SM), Info(Info) {}

  void LexedFileChanged(clang::FileID File, LexedFileChangeReason Reason,
                        clang::SrcMgr::CharacteristicKind, clang::FileID,
                        clang::SourceLocation) override {
    if (Reason != LexedFileChangeReason::EnterFile)
      return;
    if (auto Entry = SM.getFileEntryRefForID(File)) {
      unsigned &Start = Info.Files[indexOf(*Entry)].Start;
      if (!Start)
        Start = SM.getLocForStartOfFile(File).getRawEncoding();
    }
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

  void finish() {
    for (const clang::IdentifierInfo *Name : Names)
      Info.Macros.push_back(Name->getName().str());
    llvm::sort(Info.Macros);
  }

  void macroUsed(const clang::Token &Name,
                 const clang::MacroDefinition &) override {
    Names.insert(Name.getIdentifierInfo());
  }

private:
  unsigned indexOf(clang::FileEntryRef File) {
    auto [It, New] = Index.try_emplace(&File.getFileEntry(), 0);
    if (New) {
      It->second = Info.Files.size();
      Info.Files.push_back({pathOf(File, SM), 0, {}});
    }
    return It->second;
  }

  clang::SourceManager &SM;
  PreludeInfo &Info;
  DenseMap<const clang::FileEntry *, unsigned> Index;
  DenseSet<const clang::IdentifierInfo *> Names;
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
  explicit BodyChooser(clang::CompilerInstance &Compiler)
      : Compiler(Compiler) {}
  bool shouldSkipFunctionBody(clang::Decl *D) override {
    return Compiler.getSourceManager().isInSystemHeader(D->getLocation());
  }

private:
  clang::CompilerInstance &Compiler;
};

class PreludeAction : public clang::GeneratePCHAction {
public:
  PreludeAction(std::string Output, PreludeInfo &Info)
      : Output(std::move(Output)), Info(Info) {}

  bool BeginInvocation(clang::CompilerInstance &Compiler) override {
    Compiler.getFrontendOpts().SkipFunctionBodies = true;
    Compiler.getFrontendOpts().OutputFile = Output;
    return true;
  }
  bool BeginSourceFileAction(clang::CompilerInstance &Compiler) override {
    auto Callbacks =
        std::make_unique<PreludeRecorder>(Compiler.getSourceManager(), Info);
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
    All.push_back(std::make_unique<BodyChooser>(Compiler));
    return std::make_unique<clang::MultiplexConsumer>(std::move(All));
  }
  void EndSourceFileAction() override {
    Recorder->finish();
    clang::GeneratePCHAction::EndSourceFileAction();
  }

private:
  std::string Output;
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
      prepareArguments(Job.Command, Settings.Edits);
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
    Info.Given = macrosOf(Arguments);
    CulpritFinder Errors;
    IntrusiveRefCntPtr<clang::FileManager> Manager(
        new clang::FileManager(clang::FileSystemOptions(), *Files));
    clang::tooling::ToolInvocation Invocation(
        Arguments, std::make_unique<PreludeAction>(Pch, Info), Manager.get());
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
    Use.Skipped.insert(It->second);
    Use.IsSpoilt |= Use.IsSuspect;
  }
  void MacroDefined(const clang::Token &Name,
                    const clang::MacroDirective *MD) override {
    const clang::IdentifierInfo *II = Name.getIdentifierInfo();
    if (!MD || SM.isWrittenInBuiltinFile(MD->getLocation()) ||
        SM.isWrittenInCommandLineFile(MD->getLocation()) ||
        isPreludes(MD->getLocation()))
      return;
    if (II->isKeyword(clang::LangOptions()) ||
        Use.Macros.contains(II->getName()))
      Use.IsSuspect = true;
  }
  void MacroUndefined(const clang::Token &Name, const clang::MacroDefinition &,
                      const clang::MacroDirective *) override {
    if (!isPreludes(Name.getLocation()) &&
        Use.Macros.contains(Name.getIdentifierInfo()->getName()))
      Use.IsSuspect = true;
  }

  void macroUsed(const clang::Token &Name,
                 const clang::MacroDefinition &MD) override {
    const clang::MacroInfo *Macro = MD.getMacroInfo();
    if (!Macro || Macro->isBuiltinMacro())
      return;
    clang::SourceLocation At = Macro->getDefinitionLoc();
    if (!SM.isLoadedSourceLocation(At) || !Seen.insert(Macro).second)
      return;
    auto File = SM.getFileEntryRefForID(SM.getFileID(At));
    if (!File)
      Use.IsSpoilt |=
          Use.OtherMacros.contains(Name.getIdentifierInfo()->getName());
    else if (auto It = Use.Index.find(pathOf(*File, SM)); It != Use.Index.end())
      Use.MacrosOf.insert(It->second);
  }

private:
  /// Whether At is in a header that the prelude holds and that has no include
  /// guard: what it defines now it defined there as well.
  bool isPreludes(clang::SourceLocation At) {
    auto File = SM.getFileEntryRefForID(SM.getFileID(SM.getFileLoc(At)));
    return File && Use.Index.count(pathOf(*File, SM));
  }

  PreludeUse &Use;
  clang::Preprocessor &PP;
  clang::SourceManager &SM;
  DenseSet<const clang::MacroInfo *> Seen;
};

PreludeUse::PreludeUse(std::string Stem,
                       std::shared_ptr<const PreludeInfo> Known)
    : Stem(std::move(Stem)), Info(std::move(Known)) {
  for (unsigned I = 0; I < Info->Files.size(); ++I)
    Index.try_emplace(Info->Files[I].Path, I);
  for (const std::string &Name : Info->Macros)
    Macros.insert(Name);
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

const DenseSet<unsigned> &PreludeUse::closure() const {
  // Asked for when the TU was read to its end.
  if (!Included.empty())
    return Included;
  std::vector<unsigned> Work(Skipped.begin(), Skipped.end());
  while (!Work.empty()) {
    unsigned I = Work.back();
    Work.pop_back();
    if (Included.insert(I).second)
      Work.insert(Work.end(), Info->Files[I].Includes.begin(),
                  Info->Files[I].Includes.end());
  }
  return Included;
}

bool PreludeUse::isTrusted() const {
  if (IsSpoilt)
    return false;
  const DenseSet<unsigned> &Included = closure();
  return all_of(MacrosOf, [&](unsigned I) { return Included.count(I); });
}

bool PreludeUse::isVisible(const clang::Decl &D) const {
  clang::SourceManager &SM = D.getASTContext().getSourceManager();
  const DenseSet<unsigned> &Visible = closure();
  auto IsOwn = [&](const clang::Decl *One) {
    clang::SourceLocation At = SM.getFileLoc(One->getLocation());
    if (At.isInvalid() || !SM.isLoadedSourceLocation(At))
      return true;
    auto File = SM.getFileEntryRefForID(SM.getFileID(At));
    if (!File)
      return true;
    auto It = Index.find(pathOf(*File, SM));
    return It == Index.end() || Visible.count(It->second);
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
  for (unsigned I : closure())
    Paths.push_back(Info->Files[I].Path);
  llvm::sort(Paths);
  return Paths;
}

void PreludeUse::addInputs(InputLog &Log) const {
  const DenseSet<unsigned> &Included = closure();
  for (const InputStamp &Stamp : Info->Inputs) {
    if (Stamp.IsRead) {
      auto It = Index.find(absolutePath(Stamp.Path));
      if (It == Index.end() || Included.count(It->second))
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
