// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Options.h"
#include "Version.inc"
#include "tool/Completion.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <algorithm>

using namespace llvm;

namespace cancel_tidy {
namespace {

enum class Section { Run, Report, Config, Fix, Tidy, Hidden };

/// One option. Value is what --help shows for its argument; empty: a flag; in
/// brackets: it may be left out. Set gets the argument ("true" or "false" for a
/// flag).
struct OptionSpec {
  StringRef Name;
  StringRef Value;
  Section Where;
  StringRef Help;
  Error (*Set)(Options &, StringRef);
  /// Non-empty: accepted for clang-tidy's sake and ignored, because of this.
  StringRef IgnoredBecause;
};

Error usage(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message);
}

Error setNumber(unsigned &Number, StringRef Option, StringRef Text) {
  if (Text.getAsInteger(10, Number))
    return usage("option '" + Option + "' needs a number, not '" + Text + "'");
  return Error::success();
}

Error setLineFilter(Options &O, StringRef Text) {
  auto Bad = [&](const Twine &Why) {
    return usage("option '--line-filter': " + Why +
                 "; write [{\"name\":\"file.cpp\",\"lines\":[[1,3]]}]");
  };
  O.LineFilters.clear();
  if (Text.empty())
    return Error::success();
  Expected<json::Value> Root = json::parse(Text);
  if (!Root)
    return Bad(toString(Root.takeError()));
  const json::Array *Files = Root->getAsArray();
  if (!Files)
    return Bad("not a JSON array");
  for (const json::Value &V : *Files) {
    const json::Object *File = V.getAsObject();
    std::optional<StringRef> Name;
    if (File)
      Name = File->getString("name");
    if (!Name || Name->empty())
      return Bad("an entry has no \"name\"");
    LineFilter Filter{Name->str(), {}};
    if (const json::Array *Lines = File->getArray("lines"))
      for (const json::Value &Range : *Lines) {
        const json::Array *Pair = Range.getAsArray();
        std::optional<int64_t> First, Last;
        if (Pair && Pair->size() == 2) {
          First = (*Pair)[0].getAsInteger();
          Last = (*Pair)[1].getAsInteger();
        }
        if (!First || !Last || *First < 1 || *Last < *First)
          return Bad("a line range is not a pair [first, last]");
        Filter.Lines.push_back({unsigned(*First), unsigned(*Last)});
      }
    O.LineFilters.push_back(std::move(Filter));
  }
  return Error::success();
}

Error setReport(Options &O, StringRef Text) {
  auto [Name, File] = Text.split(':');
  const ReportFormat *Format = findReportFormat(Name);
  if (!Format) {
    std::string Known;
    for (const ReportFormat &F : reportFormats())
      Known += (Known.empty() ? "" : ", ") + F.Name.str();
    return usage("option '--report': unknown format '" + Name +
                 "'; write --report=FORMAT:FILE, where FORMAT is one of " +
                 Known);
  }
  if (File.empty())
    return usage("option '--report': no file named; write --report=" + Name +
                 ":FILE");
  O.Reports.push_back({Format, File.str()});
  return Error::success();
}

#define FLAG(MEMBER)                                                           \
  [](Options &O, StringRef V) -> Error {                                       \
    O.MEMBER = V == "true";                                                    \
    return Error::success();                                                   \
  }
#define TEXT(MEMBER)                                                           \
  [](Options &O, StringRef V) -> Error {                                       \
    O.MEMBER = V.str();                                                        \
    return Error::success();                                                   \
  }
#define LIST(MEMBER)                                                           \
  [](Options &O, StringRef V) -> Error {                                       \
    O.MEMBER.push_back(V.str());                                               \
    return Error::success();                                                   \
  }
#define NUMBER(NAME, MEMBER)                                                   \
  [](Options &O, StringRef V) -> Error { return setNumber(O.MEMBER, NAME, V); }

Error ignore(Options &, StringRef) { return Error::success(); }

const OptionSpec Specs[] = {
    {"p", "<folder>", Section::Run,
     "Folder that holds compile_commands.json, or that file. Without it, the "
     "parent folders of the first file given, or of the working directory, "
     "are searched, and a folder named build in each.",
     TEXT(BuildPath), ""},
    {"j", "<N>", Section::Run,
     "Number of TUs analysed at once; by default one for each core.",
     NUMBER("-j", Jobs), ""},
    {"open", "", Section::Run,
     "Judge as an open run: leave out what depends on functions whose body "
     "the TU does not show.",
     FLAG(Open), ""},
    {"root", "<folder>", Section::Run,
     "The project folder, unless 'Root:' in .cancel-tidy says it. Facts name "
     "what lies below it relative to it; 'link' looks for it there.",
     TEXT(Root), ""},
    {"exclude", "<glob>", Section::Run,
     "Do not judge files or folders that match; may be repeated.",
     LIST(Exclude), ""},
    {"timeout", "<seconds>", Section::Run,
     "Give up on a TU after so long, by default 600; 0 never does.",
     NUMBER("--timeout", TimeoutSeconds), ""},
    {"memory-limit", "<MB>", Section::Run,
     "Let a worker process use so much memory; 0, the default, sets no limit.",
     NUMBER("--memory-limit", MemoryLimitMb), ""},
    {"extra-arg", "<flag>", Section::Run,
     "Flag to append to the compiler's command line; may be repeated.",
     LIST(ExtraArgs), ""},
    {"extra-arg-before", "<flag>", Section::Run,
     "Flag to prepend to the compiler's command line; may be repeated.",
     LIST(ExtraArgsBefore), ""},
    {"removed-arg", "<flag>", Section::Run,
     "Flag to remove from the compiler's command line; may be repeated.",
     LIST(RemovedArgs), ""},
    {"vfsoverlay", "<file>", Section::Run,
     "Overlay the file system by the one that the file describes.",
     TEXT(VfsOverlay), ""},

    {"report", "<format>:<file>", Section::Report,
     "Write a report as well; '-' is standard output, may be repeated. "
     "Formats: "
     "sarif, html (a page for review), json (an object a line), gitlab, "
     "github, "
     "text.",
     setReport, ""},
    {"baseline", "<file>", Section::Report,
     "Leave out findings that the file lists; reports mark them.",
     TEXT(Baseline), ""},
    {"update-baseline", "", Section::Report,
     "Write the findings of this run to the baseline, and drop those that are "
     "fixed.",
     FLAG(UpdateBaseline), ""},
    {"diff", "<commit>", Section::Report,
     "Only findings on lines that changed since the commit, or with a note on "
     "one; '-' reads a unified diff from standard input.",
     TEXT(Diff), ""},
    {"max-findings", "<N>", Section::Report,
     "Print so many findings at most; reports and exit code do not change.",
     NUMBER("--max-findings", MaxFindings), ""},
    {"fail-on", "finding", Section::Report,
     "Exit with 1 on any finding, not only on those that are errors.",
     [](Options &O, StringRef V) -> Error {
       if (V != "finding")
         return usage("option '--fail-on' knows 'finding', not '" + V + "'");
       O.FailOnFinding = true;
       return Error::success();
     },
     ""},
    {"allow-incomplete", "", Section::Report,
     "Exit with 0 although some TUs could not be analysed in full, and judge "
     "the rest as if the program ended there.",
     FLAG(AllowIncomplete), ""},
    {"emit-facts", "<file>", Section::Run,
     "Write what the TUs say of themselves to the file, and report nothing: "
     "'cancel-tidy link FILES' reports. For build engines. With 'link': write "
     "the joined facts, for --facts.",
     TEXT(EmitFacts), ""},
    {"depfile", "<file>", Section::Run,
     "With --emit-facts: write a rule of make that names every file that was "
     "read.",
     TEXT(Depfile), ""},
    {"facts", "<file>", Section::Run,
     "Linked facts of what is not analysed here: of the whole program, or of "
     "libraries; may be repeated.",
     LIST(FactsFiles), ""},
    {"cache", "<folder>", Section::Run,
     "Keep results here; by default in the user's cache folder.",
     TEXT(CacheFolder), ""},
    {"no-cache", "", Section::Run, "Analyse every TU anew, and keep nothing.",
     FLAG(NoCache), ""},
    {"cache-limit", "<MB>", Section::Run,
     "Delete what was used longest ago when the cache is larger; by default "
     "1024, with 0 never.",
     NUMBER("--cache-limit", CacheLimitMb), ""},
    {"no-fast", "", Section::Run,
     "Parse as a compiler does, system headers in full. For comparison: the "
     "findings are the same.",
     FLAG(NoFast), ""},
    {"explain-at", "<file>:<line>", Section::Report,
     "Print the tokens in reach there and why something was or was not "
     "reported.",
     TEXT(ExplainAt), ""},
    {"explain", "<check>", Section::Report,
     "Print the page of a check: what it reports, when it is silent, its "
     "options.",
     TEXT(ExplainCheck), ""},
    {"explain-finding", "<id>", Section::Report,
     "Print one finding of the run and why it matters; reports in json, sarif "
     "and html give the id.",
     TEXT(ExplainFinding), ""},
    {"header-filter", "<regex>", Section::Report,
     "Report findings in headers only where the path matches; main files are "
     "always reported.",
     TEXT(HeaderFilter), ""},
    {"exclude-header-filter", "<regex>", Section::Report,
     "Report no findings in headers whose path matches.",
     TEXT(ExcludeHeaderFilter), ""},
    {"line-filter", "<json>", Section::Report,
     "Report findings in these lines only: "
     "[{\"name\":\"file.cpp\",\"lines\":[[1,3]]}].",
     setLineFilter, ""},
    {"quiet", "", Section::Report, "Print no progress and no summary.",
     FLAG(Quiet), ""},
    {"use-color", "", Section::Report,
     "Colour the output; by default where it goes to a terminal.",
     FLAG(UseColor), ""},
    {"enable-check-profile", "", Section::Report,
     "Print the time that each check took to standard error.",
     FLAG(EnableCheckProfile), ""},
    {"store-check-profile", "<folder>", Section::Report,
     "Store those times as one JSON file a TU instead.",
     TEXT(StoreCheckProfile), ""},

    {"preset", "<name>", Section::Config,
     "Start from the checks of gentle, library or strict in place of the "
     "default set.",
     TEXT(Config.Preset), ""},
    {"checks", "<globs>", Section::Config,
     "Which checks run: globs separated by commas, '-' takes away.",
     TEXT(Config.Checks), ""},
    {"warnings-as-errors", "<globs>", Section::Config,
     "Whose findings are errors and fail the run.",
     TEXT(Config.WarningsAsErrors), ""},
    {"config", "<yaml>", Section::Config,
     "Text to use in place of any .clang-tidy file.", TEXT(Config.ConfigText),
     ""},
    {"config-file", "<file>", Section::Config,
     "File to use in place of any .clang-tidy file.", TEXT(Config.ConfigFile),
     ""},
    {"cancel-config", "<file>", Section::Config,
     "File to use in place of any .cancel-tidy file.",
     TEXT(Config.CancelConfigFile), ""},
    {"models", "<folder>", Section::Config,
     "Folder with further token models (*.yaml); may be repeated.",
     LIST(Config.ModelDirs), ""},
    {"init", "[=<file>]", Section::Config,
     "Look at the code base and write a .cancel-tidy with proposals into its "
     "root, or into the file; '-' is standard output. Writes over nothing.",
     TEXT(Init), ""},
    {"test-model", "<file>", Section::Config,
     "Then a header and its flags: list the declarations that the model "
     "matches there, and the keys that match nothing.",
     TEXT(TestModel), ""},
    {"list-checks", "", Section::Config, "List the checks that are on.",
     FLAG(ListChecks), ""},
    {"dump-config", "", Section::Config,
     "Print the configuration of the file given.", FLAG(DumpConfig), ""},
    {"explain-config", "", Section::Config,
     "Print for each check what turned it on.", FLAG(ExplainConfig), ""},
    {"verify-config", "", Section::Config,
     "Read the configuration, complain, analyse nothing.", FLAG(VerifyConfig),
     ""},
    {"allow-no-checks", "", Section::Config,
     "Exit with 0 where no check is on.", FLAG(AllowNoChecks), ""},

    {"fix", "", Section::Fix,
     "Apply the fixes that hold when the edited code is analysed again.",
     FLAG(Fix), ""},
    {"fix-errors", "", Section::Fix,
     "The same, although there are compile errors.", FLAG(FixErrors), ""},
    {"export-fixes", "<file>", Section::Fix,
     "Write the fixes for clang-apply-replacements.", TEXT(ExportFixes), ""},

    {"fix-notes", "", Section::Tidy, "Implies --fix.", FLAG(Fix),
     "notes of our findings never carry fixes; taken as --fix"},
    {"format-style", "<style>", Section::Tidy, "", ignore,
     "fixes keep the layout of the code around them"},
    {"system-headers", "", Section::Tidy, "", ignore,
     "system headers are never judged"},
    {"load", "<plugin>", Section::Tidy, "", ignore,
     "cancel-tidy runs its own checks only"},
    {"experimental-custom-checks", "", Section::Tidy, "", ignore,
     "cancel-tidy runs its own checks only"},
    {"enable-module-headers-parsing", "", Section::Tidy, "", ignore,
     "no check of ours looks at macros in modules"},

    {"help", "", Section::Run, "Print this text.", FLAG(Help), ""},
    {"completion", "<shell>", Section::Run,
     "Print the completion of this command line for bash, zsh or fish.",
     [](Options &O, StringRef V) -> Error {
       if (!is_contained(completionShells(), V))
         return usage("option '--completion' knows " +
                      join(completionShells(), ", ") + ", not '" + V + "'");
       O.Completion = V.str();
       return Error::success();
     },
     ""},
    {"h", "", Section::Hidden, "", FLAG(Help), ""},
    {"help-list", "", Section::Hidden, "", FLAG(Help), ""},
    {"help-hidden", "", Section::Hidden, "", FLAG(Help), ""},
    {"help-list-hidden", "", Section::Hidden, "", FLAG(Help), ""},
    {"version", "", Section::Run, "Print the version.", FLAG(Version), ""},
    {"manual", "", Section::Hidden, "", FLAG(Manual), ""},
    {"worker", "", Section::Hidden, "", FLAG(Worker), ""},
};

#undef FLAG
#undef TEXT
#undef LIST
#undef NUMBER

const OptionSpec *findOption(StringRef Name) {
  for (const OptionSpec &S : Specs)
    if (S.Name == Name)
      return &S;
  return nullptr;
}

std::string spelling(const OptionSpec &S) {
  return ((S.Name.size() == 1 ? "-" : "--") + S.Name).str();
}

std::string nearestOption(StringRef Name) {
  const OptionSpec *Best = nullptr;
  unsigned BestDistance = std::max<size_t>(2, Name.size() / 3) + 1;
  for (const OptionSpec &S : Specs) {
    if (S.Where == Section::Hidden)
      continue;
    unsigned Distance = Name.edit_distance(S.Name, true, BestDistance);
    if (Distance < BestDistance) {
      BestDistance = Distance;
      Best = &S;
    }
  }
  return Best ? spelling(*Best) : "";
}

/// Splits "-name", "--name=value"; null where Argument is no option.
struct SplitArgument {
  StringRef Name;
  std::optional<StringRef> Value;
};
std::optional<SplitArgument> splitArgument(StringRef Argument) {
  if (!Argument.starts_with("-") || Argument == "-" || Argument == "--")
    return std::nullopt;
  StringRef Body = Argument.drop_front(Argument.starts_with("--") ? 2 : 1);
  size_t Equals = Body.find('=');
  if (Equals == StringRef::npos)
    return SplitArgument{Body, std::nullopt};
  return SplitArgument{Body.take_front(Equals), Body.drop_front(Equals + 1)};
}

Expected<std::vector<std::string>>
expandParameterFiles(ArrayRef<std::string> Arguments) {
  BumpPtrAllocator Allocator;
  SmallVector<const char *, 32> Expanded;
  for (const std::string &A : Arguments)
    Expanded.push_back(A.c_str());
  // A missing @file stays as it is: it may be a file name.
  cl::ExpansionContext Context(Allocator, cl::TokenizeGNUCommandLine);
  if (Error E = Context.expandResponseFiles(Expanded))
    return std::move(E);
  return std::vector<std::string>(Expanded.begin(), Expanded.end());
}

Error parseOne(Options &O, ArrayRef<std::string> Arguments, size_t &I) {
  StringRef Argument = Arguments[I];
  std::optional<SplitArgument> Split = splitArgument(Argument);
  if (!Split) {
    O.Files.push_back(Argument.str());
    return Error::success();
  }
  const OptionSpec *Spec = findOption(Split->Name);
  // -j4, as make and ninja take it.
  if (!Spec && !Argument.starts_with("--") && Argument.size() > 2 &&
      Argument[1] == 'j' && isDigit(Argument[2])) {
    Spec = findOption("j");
    Split->Value = Argument.drop_front(2);
  }
  if (!Spec) {
    std::string Near = nearestOption(Split->Name);
    return usage("unknown option '" + Argument + "'" +
                 (Near.empty() ? Twine("; see --help")
                               : "; did you mean '" + Twine(Near) + "'?"));
  }
  StringRef Value;
  if (Spec->Value.empty()) {
    Value = Split->Value.value_or("true");
    std::string Lower = Value.lower();
    if (Lower == "true" || Value == "1" || Value.empty())
      Value = "true";
    else if (Lower == "false" || Value == "0")
      Value = "false";
    else
      return usage("option '" + spelling(*Spec) + "' is true or false, not '" +
                   Value + "'");
  } else if (Split->Value || Spec->Value.starts_with("[")) {
    Value = Split->Value.value_or("");
  } else if (I + 1 < Arguments.size() && Arguments[I + 1] != "--") {
    Value = Arguments[++I];
  } else {
    return usage("option '" + spelling(*Spec) + "' needs a value; write " +
                 spelling(*Spec) + "=" + Spec->Value);
  }
  if (!Spec->IgnoredBecause.empty() && Value != "false") {
    std::string Notice =
        ("option '" + spelling(*Spec) + "' is ignored: " + Spec->IgnoredBecause)
            .str();
    if (!is_contained(O.Notices, Notice))
      O.Notices.push_back(std::move(Notice));
  }
  return Spec->Set(O, Value);
}

/// Wraps Text at 80 columns after Indent spaces.
void printWrapped(raw_ostream &OS, StringRef Text, unsigned Indent) {
  unsigned Column = Indent;
  SmallVector<StringRef, 32> Words;
  Text.split(Words, ' ', -1, false);
  bool First = true;
  for (StringRef Word : Words) {
    if (!First && Column + 1 + Word.size() > 80) {
      OS << '\n';
      OS.indent(Indent);
      Column = Indent;
      First = true;
    }
    if (!First) {
      OS << ' ';
      ++Column;
    }
    OS << Word;
    Column += Word.size();
    First = false;
  }
  OS << '\n';
}

void printSection(raw_ostream &OS, const OptionSection &Section) {
  constexpr unsigned Indent = 34;
  OS << '\n' << Section.Title << ":\n";
  for (const OptionText &T : Section.Options) {
    std::string Left = "  " + withValue(T);
    OS << Left;
    if (Left.size() + 2 > Indent)
      (OS << '\n').indent(Indent);
    else
      OS.indent(Indent - Left.size());
    printWrapped(OS, T.Help, Indent);
  }
}

} // namespace

Expected<Options> parseOptions(ArrayRef<std::string> Arguments) {
  const std::string *DashDash =
      std::find(Arguments.begin(), Arguments.end(), "--");
  Expected<std::vector<std::string>> Before =
      expandParameterFiles(ArrayRef<std::string>(Arguments.begin(), DashDash));
  if (!Before)
    return Before.takeError();

  Options O;
  if (DashDash != Arguments.end())
    O.Flags.emplace(DashDash + 1, Arguments.end());
  else if (auto It = llvm::find(*Before, "--"); It != Before->end()) {
    // From a parameter file.
    O.Flags.emplace(It + 1, Before->end());
    Before->erase(It, Before->end());
  }
  if (!Before->empty() && Before->front() == "link") {
    O.Link = true;
    Before->erase(Before->begin());
  }
  for (size_t I = 0; I < Before->size(); ++I)
    if (Error E = parseOne(O, *Before, I))
      return std::move(E);

  if (O.Link && (O.Fix || !O.ExportFixes.empty()))
    return usage("'link' cannot verify fixes, it has no compile commands; run "
                 "cancel-tidy --fix over the sources");
  if (O.Init &&
      (O.Link || O.Fix || !O.ExportFixes.empty() || !O.EmitFacts.empty() ||
       !O.Reports.empty() || !O.Baseline.empty() || !O.Diff.empty()))
    return usage("option '--init' reports nothing; give reports, baseline, "
                 "diff, fixes, facts and 'link' to another run");
  if (!O.EmitFacts.empty() &&
      (O.Fix || !O.ExportFixes.empty() || !O.Reports.empty() ||
       !O.Baseline.empty() || !O.Diff.empty()))
    return usage("--emit-facts reports nothing; give reports, baseline, diff "
                 "and fixes to another run, or to 'cancel-tidy link'");
  if (O.UpdateBaseline && O.Baseline.empty())
    return usage("option '--update-baseline' needs the file; give "
                 "--baseline=FILE as well");
  if (O.UpdateBaseline && (O.Fix || !O.Diff.empty()))
    return usage("option '--update-baseline' goes with neither --fix nor "
                 "--diff, which see a part of the findings; run it alone");
  if (!O.Depfile.empty() && O.EmitFacts.empty())
    return usage("option '--depfile' says what facts depend on; give "
                 "--emit-facts as well");
  if (!O.ExplainAt.empty()) {
    unsigned Line = 0;
    auto [File, Number] = StringRef(O.ExplainAt).rsplit(':');
    if (File.empty() || Number.getAsInteger(10, Line) || Line == 0)
      return usage("option '--explain-at' needs FILE:LINE, not '" +
                   O.ExplainAt + "'");
  }
  if (O.ExplainFinding.size() == 1)
    return usage("option '--explain-finding' needs two or more letters of the "
                 "finding's id");
  if (O.TestModel && O.Files.size() != 1)
    return usage("option '--test-model' needs one header: cancel-tidy "
                 "--test-model FILE HEADER [-- flags]");
  if (O.FixErrors)
    O.Fix = true;
  return O;
}

std::vector<OptionSection> optionSections() {
  const std::pair<Section, StringRef> Titles[] = {
      {Section::Run, "What is analysed and how"},
      {Section::Report, "What is reported and how"},
      {Section::Config, "Configuration"},
      {Section::Fix, "Fixes"},
      {Section::Tidy, "Options of clang-tidy that are ignored"},
  };
  std::vector<OptionSection> Sections;
  for (const auto &[Where, Title] : Titles) {
    Sections.push_back({Title, {}});
    for (const OptionSpec &S : Specs)
      if (S.Where == Where)
        Sections.back().Options.push_back(
            {spelling(S), S.Value,
             S.IgnoredBecause.empty()
                 ? S.Help.str()
                 : ("Ignored: " + S.IgnoredBecause + ".").str()});
  }
  return Sections;
}

std::string withValue(const OptionText &T) {
  if (T.Value.empty() || T.Value.starts_with("["))
    return T.Spelled + T.Value.str();
  return T.Spelled + (T.Spelled.starts_with("--") ? "=" : " ") + T.Value.str();
}

void printHelp(raw_ostream &OS) {
  OS << "USAGE: cancel-tidy [options] [files...] [-- compiler flags]\n"
        "       cancel-tidy link [options] <facts files>\n\n"
        "Reports where cooperative cancellation stops. Without files, all of "
        "the compile\ndatabase is analysed. Every option may be written with "
        "one dash or two.\n";
  for (const OptionSection &Section : optionSections())
    printSection(OS, Section);
  OS << "\nExit codes, the highest wins: 0 nothing failing, 1 failing "
        "findings, 2 usage,\nconfiguration or no compile database, 3 some TU "
        "incomplete, 130 interrupted.\n";
}

void printVersion(raw_ostream &OS) {
  // clang-tidy's form, for programs that look for "LLVM version".
  OS << "cancel-tidy " CANCEL_TIDY_VERSION "\n"
        "  LLVM version " CANCEL_TIDY_LLVM_VERSION "\n";
}

} // namespace cancel_tidy
