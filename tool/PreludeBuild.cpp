// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/PreludeBuild.h"
#include "tool/AtomicFile.h"
#include "tool/ClangArguments.h"
#include "tool/HolderNames.h"
#include "tool/Prelude.h"
#include "tool/PreludeRecorder.h"
#include "tool/TuAnalyser.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <set>

using namespace llvm;

namespace cancel_tidy {

namespace {

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
    auto Callbacks = makePreludeRecorder(Compiler, Info);
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
      return writePreludeInfo(Job.Prelude, std::move(Info));
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

} // namespace cancel_tidy
