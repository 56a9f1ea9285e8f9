// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Config.h"
#include "checks/AllChecks.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "tool/GlobSet.h"
#include "tool/LinkedFacts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using clang::tidy::ClangTidyOptions;

namespace cancel_tidy {
namespace {

constexpr StringLiteral Prefix = "cancel-";
constexpr StringLiteral TidyFile = ".clang-tidy";

Error fail(const Twine &Message) {
  return createStringError(std::errc::invalid_argument, "%s",
                           Message.str().c_str());
}

/// One place that configuration comes from.
struct Source {
  std::string Name; ///< as messages show it: a path or an option
  std::string Text; ///< what was parsed, to find lines in
  bool IsFile = false;
  /// Whether globs count that do not name `cancel-`.
  bool AllGlobs = false;
  ClangTidyOptions Options;

  /// "FILE:LINE:COL: " of the first place after the key Key that holds Value.
  std::string at(StringRef Key, StringRef Value) const {
    if (!IsFile)
      return Name + ": ";
    size_t From = StringRef(Text).find(Key);
    size_t Found =
        StringRef(Text).find(Value, From == StringRef::npos ? 0 : From);
    if (Found == StringRef::npos)
      return Name + ": ";
    return Name + ":" + lineAndColumn(Text, Found) + ": ";
  }
};

std::string didYouMean(StringRef Given, ArrayRef<StringRef> Known) {
  std::string Near = nearestName(Given, Known);
  return Near.empty() ? "" : "; did you mean '" + Near + "'?";
}

std::vector<StringRef> checkIds() {
  std::vector<StringRef> Ids;
  for (const CheckInfo &Info : allChecks())
    Ids.push_back(Info.Id);
  return Ids;
}

/// Whether a glob of a configuration file is about us.
bool namesUs(const GlobSet::Item &Glob) {
  return StringRef(Glob.Text).contains(Prefix);
}

/// An unknown `cancel-` check without wildcard is a slip; names of other
/// modules are none of our business.
Error validateGlobs(const GlobSet &Globs, const Source &From, StringRef Key) {
  for (const GlobSet::Item &Glob : Globs.items()) {
    StringRef Text = Glob.Text;
    if (!Text.starts_with(Prefix) || Text.contains('*') || findCheck(Text))
      continue;
    return fail(From.at(Key, Text) + "unknown check '" + Text + "'" +
                didYouMean(Text, checkIds()));
  }
  return Error::success();
}

Error validateOptions(const Source &From) {
  // Sorted, so that the first error is the same in every run.
  std::vector<StringRef> Keys;
  for (const auto &Option : From.Options.CheckOptions)
    Keys.push_back(Option.getKey());
  sort(Keys);
  for (StringRef Key : Keys) {
    if (!Key.starts_with(Prefix))
      continue;
    auto [Id, Name] = Key.split('.');
    const CheckInfo *Info = findCheck(Id);
    if (!Info)
      return fail(From.at("CheckOptions", Key) +
                  "option of an unknown check '" + Id + "'" +
                  didYouMean(Id, checkIds()));
    std::vector<StringRef> Known;
    for (const OptionInfo &Option : Info->Options)
      Known.push_back(Option.Name);
    if (is_contained(Known, Name))
      continue;
    return fail(From.at("CheckOptions", Key) + "unknown option '" + Name +
                "' of " + Id + didYouMean(Name, Known) +
                (Known.empty() ? "; it has no options" : ""));
  }
  return Error::success();
}

/// The range of the top-level entry Key in a block mapping: from its key to
/// the next key. Empty where Text is not of that form.
std::pair<size_t, size_t> topLevelEntry(StringRef Text, StringRef Key) {
  size_t Pos = 0;
  while (Pos < Text.size()) {
    size_t End = Text.find('\n', Pos);
    StringRef Line = Text.slice(Pos, End);
    StringRef Rest = Line;
    if (Rest.consume_front(Key) && Rest.ltrim(" ").starts_with(":")) {
      size_t Stop = End;
      while (Stop != StringRef::npos) {
        StringRef Next = Text.substr(Stop + 1);
        bool Inside = Next.starts_with(" ") || Next.starts_with("\t") ||
                      Next.starts_with("- ") || Next.starts_with("\n") ||
                      Next.starts_with("#");
        if (!Inside)
          break;
        Stop = Text.find('\n', Stop + 1);
      }
      return {Pos, Stop == StringRef::npos ? Text.size() : Stop};
    }
    if (End == StringRef::npos)
      break;
    Pos = End + 1;
  }
  return {0, 0};
}

} // namespace

bool FileConfig::isEnabled(StringRef CheckId) const {
  return std::binary_search(EnabledChecks.begin(), EnabledChecks.end(),
                            CheckId);
}

bool FileConfig::isError(StringRef CheckId) const {
  return std::binary_search(ErrorChecks.begin(), ErrorChecks.end(), CheckId);
}

const OptionValues &FileConfig::optionsOf(StringRef CheckId) const {
  static const OptionValues None;
  auto It = Options.find(CheckId.str());
  return It == Options.end() ? None : It->second;
}

class ConfigProvider::Impl {
public:
  using SourcePtr = std::shared_ptr<const Source>;

  explicit Impl(const CommandLineConfig &CommandLine)
      : CommandLine(CommandLine), Reader(CommandLine.ModelDirs) {}

  Error start();
  Expected<FileConfig> forFile(StringRef AbsolutePath);
  Expected<std::vector<SourcePtr>> sourcesFor(StringRef AbsolutePath);

  CommandLineConfig CommandLine;
  std::vector<std::string> Warnings;

private:
  Expected<SourcePtr> parse(Source From);
  Expected<SourcePtr> readFile(StringRef Path);
  Expected<SourcePtr> ofDirectory(StringRef Directory);
  Expected<FileConfig> combine(ArrayRef<SourcePtr> Sources,
                               StringRef AbsolutePath);

  CancelConfigReader Reader;
  SourcePtr Given;   ///< --config or --config-file
  SourcePtr Options; ///< --checks and --warnings-as-errors

  struct Entry {
    SourcePtr Read; ///< null: no such file
    std::string Failure;
  };
  StringMap<Entry> ByDirectory;
};

Expected<ConfigProvider::Impl::SourcePtr>
ConfigProvider::Impl::parse(Source From) {
  std::string Remaining = From.Text;
  while (true) {
    std::string Problem;
    std::string Key;
    ErrorOr<ClangTidyOptions> Parsed = clang::tidy::parseConfigurationWithDiags(
        MemoryBufferRef(Remaining, From.Name), [&](const SMDiagnostic &D) {
          if (!Problem.empty() || D.getKind() != SourceMgr::DK_Error)
            return;
          StringRef Message = D.getMessage();
          if (Message.consume_front("unknown key '"))
            Key = Message.substr(0, Message.find('\'')).str();
          Problem = From.Name +
                    (From.IsFile && D.getLineNo() > 0
                         ? ":" + std::to_string(D.getLineNo()) + ":" +
                               std::to_string(D.getColumnNo() + 1)
                         : "") +
                    ": " + D.getMessage().str();
        });
    if (Parsed) {
      From.Options = std::move(*Parsed);
      break;
    }
    if (Problem.empty())
      Problem = From.Name + ": " + Parsed.getError().message();
    // A key of another version of clang-tidy is no reason to stop: go on
    // without it, keeping the numbers of the lines.
    auto [Begin, End] = Key.empty() ? std::pair<size_t, size_t>()
                                    : topLevelEntry(Remaining, Key);
    if (Begin == End)
      return fail(Problem);
    Warnings.push_back(Problem + " (ignored)");
    for (size_t I = Begin; I < End; ++I)
      if (Remaining[I] != '\n')
        Remaining[I] = ' ';
  }

  for (auto [Key, Value] :
       {std::pair("Checks", &From.Options.Checks),
        std::pair("WarningsAsErrors", &From.Options.WarningsAsErrors)})
    if (*Value)
      if (Error E = validateGlobs(GlobSet(**Value), From, Key))
        return std::move(E);
  if (Error E = validateOptions(From))
    return std::move(E);
  return std::make_shared<Source>(std::move(From));
}

Expected<ConfigProvider::Impl::SourcePtr>
ConfigProvider::Impl::readFile(StringRef Path) {
  Expected<std::string> Text = readTextFile(Path);
  if (!Text)
    return Text.takeError();
  Source From;
  From.Name = Path.str();
  From.IsFile = true;
  From.Text = std::move(*Text);
  // clang-tidy passes over empty files, which shells leave for a moment.
  if (StringRef(From.Text).trim().empty())
    return nullptr;
  return parse(std::move(From));
}

Error ConfigProvider::Impl::start() {
  if (!CommandLine.ConfigFile.empty() && !CommandLine.ConfigText.empty())
    return fail("--config-file and --config are mutually exclusive");
  Source From;
  From.AllGlobs = true;
  if (!CommandLine.ConfigText.empty()) {
    From.Name = "--config";
    From.Text = CommandLine.ConfigText;
    Expected<SourcePtr> Parsed = parse(From);
    if (!Parsed)
      return Parsed.takeError();
    Given = *Parsed;
  } else if (!CommandLine.ConfigFile.empty()) {
    SmallString<256> Path(CommandLine.ConfigFile);
    sys::fs::make_absolute(Path);
    Expected<SourcePtr> Parsed = readFile(Path);
    if (!Parsed)
      return Parsed.takeError();
    Given = *Parsed ? *Parsed : std::make_shared<Source>();
  }

  if (!CommandLine.Preset.empty() && !findPreset(CommandLine.Preset))
    return fail("--preset: " + unknownPreset(CommandLine.Preset));
  Source Line;
  Line.AllGlobs = true;
  Line.Name = "--checks";
  if (!CommandLine.Checks.empty()) {
    Line.Options.Checks = CommandLine.Checks;
    if (Error E = validateGlobs(GlobSet(CommandLine.Checks), Line, ""))
      return E;
  }
  if (!CommandLine.WarningsAsErrors.empty()) {
    Line.Options.WarningsAsErrors = CommandLine.WarningsAsErrors;
    Source Named = Line;
    Named.Name = "--warnings-as-errors";
    if (Error E =
            validateGlobs(GlobSet(CommandLine.WarningsAsErrors), Named, ""))
      return E;
  }
  Options = std::make_shared<Source>(std::move(Line));

  if (!CommandLine.CancelConfigFile.empty())
    if (auto Read = Reader.read(CommandLine.CancelConfigFile); !Read)
      return Read.takeError();
  return Error::success();
}

Expected<ConfigProvider::Impl::SourcePtr>
ConfigProvider::Impl::ofDirectory(StringRef Directory) {
  auto [It, New] = ByDirectory.try_emplace(Directory);
  if (New) {
    SmallString<256> Path(Directory);
    sys::path::append(Path, TidyFile);
    if (sys::fs::exists(Path) && !sys::fs::is_directory(Path)) {
      Expected<SourcePtr> Read = readFile(Path);
      if (Read)
        It->second.Read = *Read;
      else
        It->second.Failure = toString(Read.takeError());
    }
  }
  if (!It->second.Failure.empty())
    return fail(It->second.Failure);
  return It->second.Read;
}

/// In order of rising priority.
Expected<std::vector<ConfigProvider::Impl::SourcePtr>>
ConfigProvider::Impl::sourcesFor(StringRef AbsolutePath) {
  std::vector<SourcePtr> Sources;
  if (!Given || Given->Options.InheritParentConfig.value_or(false))
    for (StringRef Directory = sys::path::parent_path(AbsolutePath);
         !Directory.empty(); Directory = sys::path::parent_path(Directory)) {
      Expected<SourcePtr> Found = ofDirectory(Directory);
      if (!Found)
        return Found.takeError();
      if (!*Found)
        continue;
      Sources.insert(Sources.begin(), *Found);
      if (!(*Found)->Options.InheritParentConfig.value_or(false))
        break;
    }
  if (Given)
    Sources.push_back(Given);
  Sources.push_back(Options);
  return Sources;
}

Expected<FileConfig> ConfigProvider::Impl::combine(ArrayRef<SourcePtr> Sources,
                                                   StringRef AbsolutePath) {
  FileConfig Config;
  ClangTidyOptions Merged;
  GlobSet Checks, Errors;
  unsigned Order = 0;
  for (const SourcePtr &From : Sources) {
    if (From->IsFile)
      Config.ReadFiles.push_back(From->Name);
    Merged.mergeWith(From->Options, ++Order);
    for (auto [Value, To] :
         {std::pair(&From->Options.Checks, &Checks),
          std::pair(&From->Options.WarningsAsErrors, &Errors)}) {
      if (!*Value)
        continue;
      GlobSet Written(**Value);
      for (const GlobSet::Item &Glob : Written.items())
        if (From->AllGlobs || namesUs(Glob))
          To->append((Glob.Positive ? "" : "-") + Glob.Text);
    }
  }
  std::string Place, Facts;
  for (const auto &Option : Merged.CheckOptions) {
    StringRef Key = Option.getKey();
    if (Key == "CancelConfig") {
      Place = Option.getValue().Value;
      continue;
    }
    if (Key == "CancelFacts") {
      Facts = Option.getValue().Value;
      continue;
    }
    if (!Key.starts_with(Prefix))
      continue;
    auto [Id, Name] = Key.split('.');
    Config.Options[Id.str()][Name] = Option.getValue().Value;
  }

  auto Set = [](std::vector<std::string> &To, const auto &From) {
    if (From)
      To = *From;
  };
  Set(Config.ExtraArgs, Merged.ExtraArgs);
  Set(Config.ExtraArgsBefore, Merged.ExtraArgsBefore);
#if LLVM_VERSION_MAJOR >= 22
  Set(Config.RemovedArgs, Merged.RemovedArgs);
#endif
  Config.HeaderFilterRegex = Merged.HeaderFilterRegex;
  Config.ExcludeHeaderFilterRegex = Merged.ExcludeHeaderFilterRegex;
  Config.SystemHeaders = Merged.SystemHeaders;
  Config.UseColor = Merged.UseColor;
  Config.FormatStyle = Merged.FormatStyle;

  Expected<std::shared_ptr<const CancelConfig>> Own =
      CommandLine.CancelConfigFile.empty()
          ? Reader.forFile(AbsolutePath, Place)
          : Reader.read(CommandLine.CancelConfigFile);
  if (!Own)
    return Own.takeError();
  if (!(*Own)->Preset.empty() && !findPreset((*Own)->Preset))
    return fail((*Own)->PresetPlace +
                "Preset: " + unknownPreset((*Own)->Preset));
  Config.Preset =
      CommandLine.Preset.empty() ? (*Own)->Preset : CommandLine.Preset;
  for (const CheckInfo &Info : allChecks()) {
    if (Checks.contains(Info.Id, isInPreset(Info, Config.Preset)))
      Config.EnabledChecks.push_back(Info.Id.str());
    if (Errors.contains(Info.Id))
      Config.ErrorChecks.push_back(Info.Id.str());
  }
  sort(Config.EnabledChecks);
  sort(Config.ErrorChecks);
  Config.Models = (*Own)->Models;
  Config.Exclude = (*Own)->Exclude;
  Config.GuessTokens = (*Own)->GuessTokens;
  Config.Root = (*Own)->Root;
  Config.Facts = (*Own)->Facts;
  append_range(Config.Facts, factsPlaces(Facts, AbsolutePath));
  Config.ReadFiles.insert(Config.ReadFiles.end(), (*Own)->ReadFiles.begin(),
                          (*Own)->ReadFiles.end());
  return Config;
}

Expected<FileConfig> ConfigProvider::Impl::forFile(StringRef AbsolutePath) {
  SmallString<256> Path(AbsolutePath);
  sys::fs::make_absolute(Path);
  sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  Expected<std::vector<SourcePtr>> Sources = sourcesFor(Path);
  if (!Sources)
    return Sources.takeError();
  return combine(*Sources, Path);
}

ConfigProvider::ConfigProvider() = default;
ConfigProvider::~ConfigProvider() = default;

Expected<std::unique_ptr<ConfigProvider>>
ConfigProvider::create(const CommandLineConfig &CommandLine) {
  std::unique_ptr<ConfigProvider> Provider(new ConfigProvider);
  Provider->P = std::make_unique<Impl>(CommandLine);
  if (Error E = Provider->P->start())
    return std::move(E);
  return Provider;
}

Expected<FileConfig> ConfigProvider::forFile(StringRef AbsolutePath) {
  return P->forFile(AbsolutePath);
}

std::vector<std::string> ConfigProvider::takeWarnings() {
  return std::exchange(P->Warnings, {});
}

Expected<std::string> ConfigProvider::dump(StringRef AbsolutePath) {
  Expected<FileConfig> Config = P->forFile(AbsolutePath);
  if (!Config)
    return Config.takeError();
  ClangTidyOptions Options;
  Options.Checks = "-*," + join(Config->EnabledChecks, ",");
  Options.WarningsAsErrors = join(Config->ErrorChecks, ",");
  Options.HeaderFilterRegex = Config->HeaderFilterRegex;
  Options.ExcludeHeaderFilterRegex = Config->ExcludeHeaderFilterRegex;
  Options.SystemHeaders = Config->SystemHeaders;
  Options.FormatStyle = Config->FormatStyle;
  if (!Config->ExtraArgs.empty())
    Options.ExtraArgs = Config->ExtraArgs;
  if (!Config->ExtraArgsBefore.empty())
    Options.ExtraArgsBefore = Config->ExtraArgsBefore;
  for (const std::string &Id : Config->EnabledChecks)
    for (const OptionInfo &Option : findCheck(Id)->Options) {
      auto It = Config->optionsOf(Id).find(Option.Name);
      Options.CheckOptions[(Id + "." + Option.Name).str()] =
          ClangTidyOptions::ClangTidyValue(It == Config->optionsOf(Id).end()
                                               ? Option.Default
                                               : StringRef(It->second));
    }
  return clang::tidy::configurationAsText(Options);
}

Expected<std::string> ConfigProvider::explain(StringRef AbsolutePath) {
  SmallString<256> Path(AbsolutePath);
  sys::fs::make_absolute(Path);
  sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  Expected<std::vector<Impl::SourcePtr>> Sources = P->sourcesFor(Path);
  if (!Sources)
    return Sources.takeError();
  Expected<FileConfig> Config = P->forFile(Path);
  if (!Config)
    return Config.takeError();
  const std::string Start =
      Config->Preset.empty() ? "default set" : "preset " + Config->Preset;
  std::string Text;
  for (const CheckInfo &Info : allChecks()) {
    std::string By = isInPreset(Info, Config->Preset) ? Start : "";
    for (const Impl::SourcePtr &From : *Sources) {
      if (!From->Options.Checks)
        continue;
      GlobSet Written(*From->Options.Checks);
      for (const GlobSet::Item &Glob : Written.items())
        if ((From->AllGlobs || namesUs(Glob)) &&
            matchesGlob(Glob.Text, Info.Id))
          By = Glob.Positive ? From->Name : "";
    }
    if (!By.empty())
      Text += ("'" + Info.Id + "' is enabled in the " + By + ".\n").str();
  }
  return Text;
}

} // namespace cancel_tidy
