// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The checks as a clang-tidy module: one adapter an id, all sharing one
// analysis of the translation unit. A plugin sees one TU, so its run is open:
// findings that depend on functions defined elsewhere are reported only as far
// as linked facts files know these.
#include "checks/AllChecks.h"
#include "checks/core/Analysis.h"
#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "tool/CancelConfig.h"
#include "tool/LinkedFacts.h"
#include "tool/plugin/ErrorPlaces.h"
#include "clang/AST/ASTContext.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#if LLVM_VERSION_MAJOR < 22
#include "clang-tidy/ClangTidyModuleRegistry.h"
#endif

using namespace clang;
using namespace clang::tidy;

namespace cancel_tidy {
namespace {

/// What the adapters of one TU share. Lives until the last of them saw the end
/// of the TU.
struct SharedAnalysis {
  std::shared_ptr<const CancelConfig> Config;
  std::unique_ptr<TUAnalysis> Analysis; ///< null: configuration is broken
  FactTable Facts;
};

/// The shared analyses of the TUs in work, more than one only in an editor.
class AnalysisCache {
public:
  std::shared_ptr<SharedAnalysis>
  get(ASTContext &Context,
      llvm::function_ref<std::shared_ptr<SharedAnalysis>()> Make) {
    std::lock_guard Lock(Mutex);
    std::weak_ptr<SharedAnalysis> &Slot = ByContext[&Context];
    std::shared_ptr<SharedAnalysis> Shared = Slot.lock();
    if (!Shared) {
      Shared = Make();
      Slot = Shared;
    }
    return Shared;
  }

  /// Forgets what nobody holds any more.
  void sweep() {
    std::lock_guard Lock(Mutex);
    for (auto It = ByContext.begin(); It != ByContext.end();)
      It = It->second.expired() ? ByContext.erase(It) : std::next(It);
  }

  static AnalysisCache &instance() {
    static AnalysisCache Cache;
    return Cache;
  }

private:
  std::mutex Mutex;
  std::map<ASTContext *, std::weak_ptr<SharedAnalysis>> ByContext;
};

/// Listens for the errors of each parse in work; the adapters of one parse
/// share a listener by its diagnostics engine.
class ErrorListeners {
public:
  std::shared_ptr<ErrorPlaces> get(DiagnosticsEngine &Engine) {
    std::lock_guard Lock(Mutex);
    std::weak_ptr<ErrorPlaces> &Slot = ByEngine[&Engine];
    std::shared_ptr<ErrorPlaces> Shared = Slot.lock();
    if (!Shared) {
      Shared = std::make_shared<ErrorPlaces>(Engine);
      Slot = Shared;
    }
    return Shared;
  }

  static ErrorListeners &instance() {
    static ErrorListeners Listeners;
    return Listeners;
  }

private:
  std::mutex Mutex;
  std::map<DiagnosticsEngine *, std::weak_ptr<ErrorPlaces>> ByEngine;
};

/// The linked facts files that TUs of this process named, open as long as they
/// do not change.
class FactsCache {
public:
  llvm::Expected<std::shared_ptr<const LinkedFacts>> get(StringRef Path) {
    llvm::sys::fs::file_status Status;
    const bool Exists = !llvm::sys::fs::status(Path, Status);
    std::lock_guard Lock(Mutex);
    Entry &E = ByPath[Path.str()];
    if (E.Facts && Exists && E.Id == Status.getUniqueID() &&
        E.Modified == Status.getLastModificationTime())
      return E.Facts;
    E = {};
    auto Facts = LinkedFacts::open(Path);
    if (Facts)
      E = {*Facts, Status.getUniqueID(), Status.getLastModificationTime()};
    return Facts;
  }

  static FactsCache &instance() {
    static FactsCache Cache;
    return Cache;
  }

private:
  struct Entry {
    std::shared_ptr<const LinkedFacts> Facts;
    llvm::sys::fs::UniqueID Id;
    llvm::sys::TimePoint<> Modified;
  };
  std::mutex Mutex;
  std::map<std::string, Entry> ByPath;
};

/// Messages are formats for Clang; ours are plain text.
std::string escaped(StringRef Message) {
  std::string Text;
  for (char C : Message) {
    if (C == '%')
      Text += '%';
    Text += C;
  }
  return Text;
}

class Adapter : public ClangTidyCheck {
public:
  Adapter(const CheckInfo &Info, StringRef Name, ClangTidyContext *Context)
      : ClangTidyCheck(Name, Context), Info(Info), TidyContext(Context) {
    for (const OptionInfo &Option : Info.Options)
      if (std::optional<StringRef> Given = Options.get(Option.Name))
        Values[Option.Name] = Given->str();
    if (std::optional<StringRef> Given =
            Options.getLocalOrGlobal("CancelConfig"))
      ConfigPlace = Given->str();
    if (std::optional<StringRef> Given =
            Options.getLocalOrGlobal("CancelFacts"))
      FactsPlace = Given->str();
  }

  bool isLanguageVersionSupported(const LangOptions &Lang) const override {
    return Lang.CPlusPlus;
  }

  void storeOptions(ClangTidyOptions::OptionMap &Map) override {
    for (const OptionInfo &Option : Info.Options) {
      auto It = Values.find(Option.Name);
      Options.store(Map, Option.Name,
                    It == Values.end() ? Option.Default
                                       : StringRef(It->second));
    }
  }

  void registerPPCallbacks(const SourceManager &, Preprocessor *PP,
                           Preprocessor *) override {
    Errors = ErrorListeners::instance().get(PP->getDiagnostics());
  }

  void registerMatchers(ast_matchers::MatchFinder *Finder) override {
#ifdef CANCEL_TIDY_EDITOR
    // clangd walks over the declarations of the main file only, and never
    // meets the TU itself: the first one stands for it.
    Finder->addMatcher(ast_matchers::decl(), this);
#else
    Finder->addMatcher(ast_matchers::translationUnitDecl(), this);
#endif
  }

  void onStartOfTranslationUnit() override { Done = false; }

  void check(const ast_matchers::MatchFinder::MatchResult &Result) override {
    if (std::exchange(Done, true))
      return;
    Shared = AnalysisCache::instance().get(
        *Result.Context, [&] { return analyse(*Result.Context); });
    if (!Shared->Analysis || !Shared->Analysis->seesToken())
      return;
    std::unique_ptr<Check> Rule = Info.Create(Values);
    std::vector<Finding> Found = Shared->Analysis->run(*Rule);
    for (const Finding &F : Found)
      Shared->Facts.ask(F.When);
    Shared->Facts.link();
    for (Finding &F : Found)
      if (settle(F, Shared->Facts, /*Closed=*/false) == Verdict::Holds)
        report(F);
  }

  void onEndOfTranslationUnit() override {
    Errors.reset();
    Shared.reset();
    AnalysisCache::instance().sweep();
  }

private:
  std::shared_ptr<SharedAnalysis> analyse(ASTContext &Context) {
    auto New = std::make_shared<SharedAnalysis>();
    llvm::Expected<std::shared_ptr<const CancelConfig>> Config =
        CancelConfigReader().forFile(getCurrentMainFile(), ConfigPlace);
    if (!Config) {
      sayWrong(Context, llvm::toString(Config.takeError()),
               DiagnosticIDs::Error);
      return New;
    }
    New->Config = *Config;
    if (StringRef Preset = (*Config)->Preset;
        !Preset.empty() && !findPreset(Preset)) {
      sayWrong(Context,
               (*Config)->PresetPlace + "Preset: " + unknownPreset(Preset),
               DiagnosticIDs::Error);
      return New;
    }
    AnalysisOptions Settings;
    Settings.GuessTokens = New->Config->GuessTokens;
    // Which headers count is clang-tidy's to filter.
    Settings.IsProjectFile = [Config = New->Config](StringRef Path) {
      return !Config->Exclude.matches(Path);
    };
    if (Errors)
      Settings.Errors = Errors->places();
#ifdef CANCEL_TIDY_EDITOR
    // What the main file includes comes from a precompiled preamble. Nothing is
    // shown there, and looking at it would load it whole.
    Settings.FromPrecompiled.emplace();
#endif
    New->Analysis = std::make_unique<TUAnalysis>(Context, *New->Config->Models,
                                                 std::move(Settings));
    if (New->Analysis->seesToken()) {
      useFacts(*New, Context);
      for (const FunctionFacts &Facts : New->Analysis->facts())
        New->Facts.add(Facts);
    }
    return New;
  }

  /// A file that cannot be read costs missed alarms only, so it is a warning.
  void useFacts(SharedAnalysis &To, ASTContext &Context) {
    std::vector<std::string> Places = To.Config->Facts;
    llvm::append_range(Places, factsPlaces(FactsPlace, getCurrentMainFile()));
    KnownFacts Known = KnownFacts::open(Places, [](StringRef Path) {
      return FactsCache::instance().get(Path);
    });
    for (const std::string &Wrong : Known.Errors)
      sayWrong(Context, Wrong, DiagnosticIDs::Warning);
    Known.useIn(To.Facts);
  }

  /// Says what is wrong with the configuration.
  void sayWrong([[maybe_unused]] ASTContext &Context, StringRef Message,
                DiagnosticIDs::Level Level) {
#ifdef CANCEL_TIDY_EDITOR
    // clangd shows no warning that has no place.
    const SourceManager &Sources = Context.getSourceManager();
    TidyContext->diag("clang-tidy-config",
                      Sources.getLocForStartOfFile(Sources.getMainFileID()),
                      escaped(Message), Level);
#else
    TidyContext->configurationDiag(escaped(Message), Level);
#endif
  }

  static SourceLocation location(uint32_t Raw) {
    return SourceLocation::getFromRawEncoding(Raw);
  }

  static void addRange(const DiagnosticBuilder &Diag, const Place &Where) {
    SourceLocation Begin = location(Where.RawLocation);
    if (Where.Length && Begin.isFileID())
      Diag << CharSourceRange::getCharRange(
          Begin, Begin.getLocWithOffset(Where.Length));
  }

  static bool hasPlaces(const Fix &F) {
    return llvm::all_of(F.Edits, [](const TextEdit &Edit) {
      return Edit.RawLocation && location(Edit.RawLocation).isFileID();
    });
  }

  void report(const Finding &F) {
    {
      // In a macro clang-tidy wants the inner place, to look for NOLINT.
      const Place &Where = F.Spelled.empty() ? F.Where : F.Spelled.front();
      DiagnosticBuilder Diag = diag(location(Where.RawLocation), "%0")
                               << F.Message;
      addRange(Diag, F.Where);
      // clang-tidy applies what hangs on the warning: the first alternative.
      if (!F.Fixes.empty() && hasPlaces(F.Fixes.front()))
        for (const TextEdit &Edit : F.Fixes.front().Edits) {
          SourceLocation Begin = location(Edit.RawLocation);
          Diag << FixItHint::CreateReplacement(
              CharSourceRange::getCharRange(
                  Begin, Begin.getLocWithOffset(Edit.Length)),
              Edit.Text);
        }
    }
    for (const Note &N : F.Notes) {
      // A step that linked facts know may stand in a file that is not here.
      if (!N.Where.RawLocation)
        continue;
      DiagnosticBuilder Diag =
          diag(location(N.Where.RawLocation), "%0", DiagnosticIDs::Note)
          << N.Message;
      addRange(Diag, N.Where);
    }
  }

  const CheckInfo &Info;
  ClangTidyContext *TidyContext;
  OptionValues Values;
  std::string ConfigPlace, FactsPlace;
  std::shared_ptr<ErrorPlaces> Errors;
  std::shared_ptr<SharedAnalysis> Shared;
  bool Done = false; ///< looked at this TU
};

class CancelModule : public ClangTidyModule {
public:
  void addCheckFactories(ClangTidyCheckFactories &Factories) override {
    for (const CheckInfo &Info : allChecks())
      Factories.registerCheckFactory(
          Info.Id, [&Info](StringRef Name, ClangTidyContext *Context) {
            return std::make_unique<Adapter>(Info, Name, Context);
          });
  }
};

ClangTidyModuleRegistry::Add<CancelModule>
    Registered("cancel-module", "Checks of cooperative cancellation.");

} // namespace
} // namespace cancel_tidy
