// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/TuAnalyser.h"
#include "checks/AllChecks.h"
#include "checks/core/Analysis.h"
#include "checks/core/FactTable.h"
#include "tool/CallCollector.h"
#include "tool/ErrorCollector.h"
#include "tool/Instances.h"
#include "tool/PreludeUse.h"
#include "tool/ResultCache.h"
#include "tool/UnusedSuppression.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <chrono>

using namespace llvm;

namespace cancel_tidy {
namespace {

class AnalysisConsumer : public clang::ASTConsumer {
public:
  AnalysisConsumer(clang::CompilerInstance &Compiler, const TuJob &Job,
                   const TuSettings &Settings, const ErrorCollector &Errors,
                   const PreludeUse *Prelude, TuOutcome &Outcome)
      : Compiler(Compiler), Job(Job), Settings(Settings), Errors(Errors),
        Prelude(Prelude), Outcome(Outcome) {}

  /// The engine asks for no body in a system header. Sema parses those that
  /// give a type or a constant all the same.
  bool shouldSkipFunctionBody(clang::Decl *D) override {
    return Settings.Fast &&
           Compiler.getSourceManager().isInSystemHeader(D->getLocation());
  }

  bool HandleTopLevelDecl(clang::DeclGroupRef) override {
    // Sema forgets it at the end of a prefix, and instances need it.
    TUScope = Compiler.getSema().TUScope;
    return true;
  }

  void HandleTranslationUnit(clang::ASTContext &Context) override {
    // It will be parsed again.
    if (Prelude && (Errors.Count || !Prelude->isTrusted()))
      return;
    AnalysisOptions Options;
    Options.GuessTokens = Settings.Config->GuessTokens;
    Options.IsProjectFile = [this](StringRef Path) {
      return Settings.Project->contains(Path);
    };
    std::vector<clang::Decl *> Judged; // of the prelude
    std::optional<Instances> Made;
    if (Settings.Fast) {
      Compiler.getSema().TUScope = TUScope;
      Made.emplace(Compiler.getSema());
      Made->makeOneEach();
      Options.Instantiate = [&](clang::FunctionDecl &FD) { Made->make(FD); };
    }
    if (Prelude) {
      Judged = Prelude->declsIn(Compiler, Job.Owned);
      append_range(Judged, Made->precompiled());
      Options.FromPrecompiled = Judged;
      Options.IsVisible = [&](const clang::Decl &D) {
        return Prelude->isVisible(D);
      };
    }
    Options.Errors = Errors.Places;
    TUAnalysis Analysis(Context, *Settings.Config->Models, Options);

    TuResult &R = Outcome.Result;
    R.State = Analysis.seesToken() ? TuState::Analysed : TuState::NoToken;
    for (const std::string &Id : Settings.Config->EnabledChecks)
      if (const CheckInfo *Info = findCheck(Id); Info && Info->Create)
        runCheck(*Info, Analysis);
    R.Facts = Analysis.facts();
    for (const std::string &USR : Analysis.judgedInstances())
      R.Instances.push_back(functionId(USR));
    R.Families = Analysis.familiesSeen();
    R.UnmodelledTokens = Analysis.unmodelledTokens();
    if (Job.ExplainLine)
      Outcome.Explanation =
          Analysis.explainAt(Job.ExplainFile, Job.ExplainLine);

    clang::SourceManager &SM = Compiler.getSourceManager();
    Outcome.Files = filesRead(SM, *Settings.Project);
    if (Prelude) {
      addPreludeFiles();
      Outcome.IsConfirmed = isConfirmed(Judged);
    }
    addMarks(SM);
    if (Job.WantCalls)
      Outcome.Calls = resolvedCalls(Context, *Settings.Project);
  }

private:
  /// Whether the TU's findings need no plain parse.
  bool isConfirmed(ArrayRef<clang::Decl *> Owned) {
    const std::vector<Finding> &Findings = Outcome.Result.Findings;
    if (Findings.empty())
      return true;
    // A note may show what no code names: an overload that would be better.
    std::vector<std::string> Included = Prelude->includedFiles();
    StringSet<> Own;
    for (const std::string &File : Included)
      Own.insert(File);
    for (const Finding &F : Findings)
      for (const Note &N : F.Notes)
        if (Prelude->holds(N.Where.File) && !Own.contains(N.Where.File))
          return false;
    return Prelude->namesOnlyVisible(Compiler, Owned);
  }
  /// The NOLINT comments in what this TU judges.
  void addMarks(clang::SourceManager &SM) {
    const FileConfig &Config = *Settings.Config;
    for (const std::string &File : Outcome.Files) {
      if (is_contained(Outcome.NotJudged, File))
        continue;
      auto Entry = SM.getFileManager().getOptionalFileRef(File);
      auto Buffer = Entry ? SM.getMemoryBufferForFileOrNone(*Entry)
                          : std::optional<MemoryBufferRef>();
      if (Buffer)
        append_range(
            Outcome.Result.Marks,
            suppressionMarks(File, Buffer->getBuffer(), Compiler.getLangOpts(),
                             [&](StringRef Id) {
                               return is_contained(Config.EnabledChecks, Id);
                             }));
    }
  }
  void addPreludeFiles() {
    for (std::string &File : Prelude->includedFiles()) {
      if (!Settings.Project->contains(File))
        continue;
      if (!is_contained(Job.Owned, File))
        Outcome.NotJudged.push_back(File);
      Outcome.Files.push_back(std::move(File));
    }
    llvm::sort(Outcome.Files);
    Outcome.Files.erase(std::unique(Outcome.Files.begin(), Outcome.Files.end()),
                        Outcome.Files.end());
  }
  void runCheck(const CheckInfo &Info, TUAnalysis &Analysis) {
    auto Begin = std::chrono::steady_clock::now();
    std::unique_ptr<Check> C = Info.Create(Settings.Config->optionsOf(Info.Id));
    // The main file of a TU may be generated or excluded as well.
    for (Finding &F : Analysis.run(*C))
      if (Settings.Project->contains(F.Where.File))
        Outcome.Result.Findings.push_back(std::move(F));
    Outcome.Seconds[Info.Id.str()] =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - Begin)
            .count();
  }

  clang::CompilerInstance &Compiler;
  const TuJob &Job;
  const TuSettings &Settings;
  const ErrorCollector &Errors;
  const PreludeUse *Prelude;
  TuOutcome &Outcome;
  clang::Scope *TUScope = nullptr;
};

class AnalysisAction : public clang::ASTFrontendAction {
public:
  AnalysisAction(const TuJob &Job, const TuSettings &Settings,
                 ErrorCollector &Errors, PreludeUse *Prelude,
                 std::vector<std::string> Macros, TuOutcome &Outcome,
                 bool &Began)
      : Job(Job), Settings(Settings), Errors(Errors), Prelude(Prelude),
        Macros(std::move(Macros)), Outcome(Outcome), Began(Began) {}

  bool BeginInvocation(clang::CompilerInstance &Compiler) override {
    Compiler.getFrontendOpts().SkipFunctionBodies = Settings.Fast;
    if (Prelude)
      Prelude->begin(Compiler);
    return true;
  }
  clang::TranslationUnitKind getTranslationUnitKind() override {
    return Settings.Fast ? clang::TU_Prefix : clang::TU_Complete;
  }
  bool BeginSourceFileAction(clang::CompilerInstance &Compiler) override {
    Began = true;
    Errors.goOnAfterFatal(Compiler.getDiagnostics());
    if (Prelude)
      Prelude->watch(Compiler, Macros);
    return true;
  }
  std::unique_ptr<clang::ASTConsumer>
  CreateASTConsumer(clang::CompilerInstance &Compiler, StringRef) override {
    return std::make_unique<AnalysisConsumer>(Compiler, Job, Settings, Errors,
                                              Prelude, Outcome);
  }

private:
  const TuJob &Job;
  const TuSettings &Settings;
  ErrorCollector &Errors;
  PreludeUse *Prelude;
  std::vector<std::string> Macros; ///< of the command line
  TuOutcome &Outcome;
  bool &Began;
};

TuOutcome failed(const TuJob &Job, const Twine &Why) {
  TuOutcome Outcome;
  Outcome.Result.MainFile = Job.Command.MainFile;
  Outcome.Result.State = TuState::Incomplete;
  Outcome.Result.Errors.push_back(Why.str());
  Outcome.ErrorCount = 1;
  Outcome.HasFatalError = true;
  return Outcome;
}

} // namespace

std::string whatIsWrongWith(StringRef File, vfs::FileSystem &Files) {
  auto Buffer = Files.getBufferForFile(File);
  if (!Buffer) {
    if (Buffer.getError() == std::errc::no_such_file_or_directory)
      return "no such file; build the project once if a program makes it, or "
             "make the compile database again";
    return Buffer.getError().message();
  }
  StringRef Text = (*Buffer)->getBuffer();
  // UTF-16 holds zero bytes as well; Clang reads neither.
  if (size_t At = Text.find('\0'); At != StringRef::npos)
    return ("not source text: a zero byte at offset " + Twine(At) +
            "; give UTF-8 text")
        .str();
  return "";
}

std::vector<std::string> filesRead(clang::SourceManager &SM,
                                   ProjectFiles &Project) {
  std::vector<std::string> Files;
  for (auto It = SM.fileinfo_begin(); It != SM.fileinfo_end(); ++It) {
    SmallString<256> Path(It->first.getName());
    SM.getFileManager().makeAbsolutePath(Path);
    std::string Name = absolutePath(Path);
    if (Project.contains(Name))
      Files.push_back(std::move(Name));
  }
  llvm::sort(Files);
  Files.erase(std::unique(Files.begin(), Files.end()), Files.end());
  return Files;
}

Expected<IntrusiveRefCntPtr<vfs::FileSystem>>
makeFileSystem(StringRef Directory, const Overlay &Contents,
               StringRef VfsOverlay) {
  IntrusiveRefCntPtr<vfs::FileSystem> Disk = vfs::createPhysicalFileSystem();
  IntrusiveRefCntPtr<vfs::OverlayFileSystem> All(
      new vfs::OverlayFileSystem(Disk));
  if (!VfsOverlay.empty()) {
    auto Buffer = Disk->getBufferForFile(VfsOverlay);
    if (!Buffer)
      return createStringError(Buffer.getError(),
                               "--vfsoverlay: cannot read " + VfsOverlay +
                                   ": " + Buffer.getError().message());
    IntrusiveRefCntPtr<vfs::FileSystem> FS = vfs::getVFSFromYAML(
        std::move(*Buffer), /*DiagHandler=*/nullptr, VfsOverlay);
    if (!FS)
      return createStringError(inconvertibleErrorCode(),
                               "--vfsoverlay: " + VfsOverlay +
                                   " is no overlay that LLVM reads");
    All->pushOverlay(FS);
  }
  if (!Contents.empty()) {
    IntrusiveRefCntPtr<vfs::InMemoryFileSystem> Memory(
        new vfs::InMemoryFileSystem);
    for (const auto &[File, Text] : Contents) {
      Memory->addFile(File, 0, MemoryBuffer::getMemBufferCopy(Text, File));
      SmallString<256> Real;
      if (!sys::fs::real_path(File, Real) && Real != File)
        Memory->addFile(Real, 0, MemoryBuffer::getMemBufferCopy(Text, Real));
    }
    All->pushOverlay(Memory);
  }
  if (std::error_code E = All->setCurrentWorkingDirectory(Directory))
    return createStringError(E,
                             "cannot enter " + Directory + ": " + E.message());
  return All;
}

static TuOutcome parse(const TuJob &Job, const TuSettings &Settings,
                       InputLog *Log, PreludeUse *Prelude = nullptr) {
  const std::string &MainFile = Job.Command.MainFile;
  auto Files =
      makeFileSystem(Job.Command.Directory, Job.Contents, Settings.VfsOverlay);
  if (!Files)
    return failed(Job, MainFile + ": error: " + toString(Files.takeError()));
  if (Log)
    *Files = logged(*Files, *Log);
  if (std::string Wrong = whatIsWrongWith(MainFile, **Files); !Wrong.empty())
    return failed(Job, MainFile + ": error: " + Wrong);

  std::vector<std::string> Arguments =
      prepareArguments(Job.Command, Settings.Edits);
  // Each round drops one flag that this Clang refuses.
  for (unsigned Round = 0;; ++Round) {
    TuOutcome Outcome;
    Outcome.Result.MainFile = MainFile;
    bool Began = false;
    ErrorCollector Errors;
    IntrusiveRefCntPtr<clang::FileManager> Manager(
        new clang::FileManager(clang::FileSystemOptions(), *Files));
    clang::tooling::ToolInvocation Invocation(
        Arguments,
        std::make_unique<AnalysisAction>(Job, Settings, Errors, Prelude,
                                         macrosOf(Arguments), Outcome, Began),
        Manager.get());
    Invocation.setDiagnosticConsumer(&Errors);
    bool Ran = Invocation.run();
    if (!Began && Round < 16 &&
        any_of(
            Errors.Texts,
            [&](const std::string &Text) {
              return removeRefusedArgument(Arguments, Text);
            }))
      continue;
    if (Errors.Count || !Ran || !Began) {
      Outcome.Result.State = TuState::Incomplete;
      Outcome.ErrorCount = std::max(1u, Errors.Count);
      Outcome.HasFatalError = Errors.Fatal || !Began;
      for (std::string &Line : Errors.Lines)
        Outcome.Result.Errors.push_back(StringRef(Line).starts_with("error: ")
                                            ? MainFile + ": " + Line
                                            : std::move(Line));
      if (Outcome.Result.Errors.empty())
        Outcome.Result.Errors.push_back(MainFile +
                                        ": error: Clang cannot parse it");
    }
    return Outcome;
  }
}

/// None where the TU must be parsed without its prelude.
static std::optional<TuOutcome>
parseWithPrelude(const TuJob &Job, const TuSettings &Settings, InputLog *Log) {
  if (Job.Prelude.empty())
    return std::nullopt;
  std::shared_ptr<const PreludeInfo> Info = readPreludeInfo(Job.Prelude);
  if (!Info)
    return std::nullopt;
  PreludeUse Prelude(Job.Prelude, std::move(Info));
  TuOutcome Outcome = parse(Job, Settings, Log, &Prelude);
  if (Outcome.ErrorCount || !Prelude.isTrusted())
    return std::nullopt;
  Outcome.Prelude = sys::path::filename(Job.Prelude).str();
  if (Log)
    Prelude.addInputs(*Log);
  return Outcome;
}

TuOutcome analyseTu(const TuJob &Job, const TuSettings &Settings) {
  const bool Keeps = Settings.Cache && !Job.CacheKey.empty();
  const uint64_t Began = ResultCache::now();
  InputLog Log;
  InputLog *Used = Keeps || Settings.WantInputs ? &Log : nullptr;
  std::optional<TuOutcome> WithPrelude = parseWithPrelude(Job, Settings, Used);
  TuOutcome Outcome =
      WithPrelude ? std::move(*WithPrelude) : parse(Job, Settings, Used);
  if (Settings.WantInputs)
    for (const auto &Entry : Log.Read)
      Outcome.Inputs.push_back(Entry.getKey().str());
  if (Keeps) {
    if (WithPrelude)
      ResultCache::addAbsent(Job.ScanInputs, Log);
    Settings.Cache->store(Job.CacheKey, Outcome, Log, Began);
  }
  return Outcome;
}

} // namespace cancel_tidy
