// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/OptionTable.h"
#include "tool/Completion.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include <optional>

using namespace llvm;

namespace cancel_tidy {

Error wrongOption(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message);
}

namespace {

Error setNumber(unsigned &Number, StringRef Option, StringRef Text) {
  if (Text.getAsInteger(10, Number))
    return wrongOption("option '" + Option + "' needs a number, not '" + Text +
                       "'");
  return Error::success();
}

Error setLineFilter(Options &O, StringRef Text) {
  auto Bad = [&](const Twine &Why) {
    return wrongOption("option '--line-filter': " + Why +
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
    return wrongOption(
        "option '--report': unknown format '" + Name +
        "'; write --report=FORMAT:FILE, where FORMAT is one of " + Known);
  }
  if (File.empty())
    return wrongOption(
        "option '--report': no file named; write --report=" + Name + ":FILE");
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
    {"p", "<folder>", OptionPlace::Run,
     "Folder that holds compile_commands.json, or that file. Without it, the "
     "parent folders of the first file given, or of the working directory, "
     "are searched, and a folder named build in each.",
     TEXT(BuildPath), ""},
    {"j", "<N>", OptionPlace::Run,
     "Number of TUs analysed at once; by default one for each core.",
     NUMBER("-j", Jobs), ""},
    {"open", "", OptionPlace::Run,
     "Judge as an open run: leave out what depends on functions whose body "
     "the TU does not show.",
     FLAG(Open), ""},
    {"root", "<folder>", OptionPlace::Run,
     "The project folder, unless 'Root:' in .cancel-tidy says it. Facts name "
     "what lies below it relative to it; 'link' looks for it there.",
     TEXT(Root), ""},
    {"exclude", "<glob>", OptionPlace::Run,
     "Do not judge files or folders that match; may be repeated.",
     LIST(Exclude), ""},
    {"timeout", "<seconds>", OptionPlace::Run,
     "Give up on a TU after so long, by default 600; 0 never does.",
     NUMBER("--timeout", TimeoutSeconds), ""},
    {"memory-limit", "<MB>", OptionPlace::Run,
     "Let a worker process use so much memory; 0, the default, sets no limit.",
     NUMBER("--memory-limit", MemoryLimitMb), ""},
    {"extra-arg", "<flag>", OptionPlace::Run,
     "Flag to append to the compiler's command line; may be repeated.",
     LIST(ExtraArgs), ""},
    {"extra-arg-before", "<flag>", OptionPlace::Run,
     "Flag to prepend to the compiler's command line; may be repeated.",
     LIST(ExtraArgsBefore), ""},
    {"removed-arg", "<flag>", OptionPlace::Run,
     "Flag to remove from the compiler's command line; may be repeated.",
     LIST(RemovedArgs), ""},
    {"vfsoverlay", "<file>", OptionPlace::Run,
     "Overlay the file system by the one that the file describes.",
     TEXT(VfsOverlay), ""},

    {"report", "<format>:<file>", OptionPlace::Report,
     "Write a report as well; '-' is standard output, may be repeated. "
     "Formats: "
     "sarif, html (a page for review), json (an object a line), gitlab, "
     "github, "
     "text.",
     setReport, ""},
    {"baseline", "<file>", OptionPlace::Report,
     "Leave out findings that the file lists; reports mark them.",
     TEXT(Baseline), ""},
    {"update-baseline", "", OptionPlace::Report,
     "Write the findings of this run to the baseline, and drop those that are "
     "fixed.",
     FLAG(UpdateBaseline), ""},
    {"diff", "<commit>", OptionPlace::Report,
     "Only findings on lines that changed since the commit, or with a note on "
     "one; '-' reads a unified diff from standard input.",
     TEXT(Diff), ""},
    {"max-findings", "<N>", OptionPlace::Report,
     "Print so many findings at most; reports and exit code do not change.",
     NUMBER("--max-findings", MaxFindings), ""},
    {"fail-on", "finding", OptionPlace::Report,
     "Exit with 1 on any finding, not only on those that are errors.",
     [](Options &O, StringRef V) -> Error {
       if (V != "finding")
         return wrongOption("option '--fail-on' knows 'finding', not '" + V +
                            "'");
       O.FailOnFinding = true;
       return Error::success();
     },
     ""},
    {"allow-incomplete", "", OptionPlace::Report,
     "Exit with 0 although some TUs could not be analysed in full, and judge "
     "the rest as if the program ended there.",
     FLAG(AllowIncomplete), ""},
    {"emit-facts", "<file>", OptionPlace::Run,
     "Write what the TUs say of themselves to the file, and report nothing: "
     "'cancel-tidy link FILES' reports. For build engines. With 'link': write "
     "the joined facts, for --facts.",
     TEXT(EmitFacts), ""},
    {"depfile", "<file>", OptionPlace::Run,
     "With --emit-facts: write a rule of make that names every file that was "
     "read.",
     TEXT(Depfile), ""},
    {"facts", "<file>", OptionPlace::Run,
     "Linked facts of what is not analysed here: of the whole program, or of "
     "libraries; may be repeated.",
     LIST(FactsFiles), ""},
    {"cache", "<folder>", OptionPlace::Run,
     "Keep results here; by default in the user's cache folder.",
     TEXT(CacheFolder), ""},
    {"no-cache", "", OptionPlace::Run,
     "Analyse every TU anew, and keep nothing.", FLAG(NoCache), ""},
    {"cache-limit", "<MB>", OptionPlace::Run,
     "Delete what was used longest ago when the cache is larger; by default "
     "1024, with 0 never.",
     NUMBER("--cache-limit", CacheLimitMb), ""},
    {"no-fast", "", OptionPlace::Run,
     "Parse as a compiler does, system headers in full. For comparison: the "
     "findings are the same.",
     FLAG(NoFast), ""},
    {"explain-at", "<file>:<line>", OptionPlace::Report,
     "Print the tokens in reach there and why something was or was not "
     "reported.",
     TEXT(ExplainAt), ""},
    {"explain", "<check>", OptionPlace::Report,
     "Print the page of a check: what it reports, when it is silent, its "
     "options.",
     TEXT(ExplainCheck), ""},
    {"explain-finding", "<id>", OptionPlace::Report,
     "Print one finding of the run and why it matters; reports in json, sarif "
     "and html give the id.",
     TEXT(ExplainFinding), ""},
    {"header-filter", "<regex>", OptionPlace::Report,
     "Report findings in headers only where the path matches; main files are "
     "always reported.",
     TEXT(HeaderFilter), ""},
    {"exclude-header-filter", "<regex>", OptionPlace::Report,
     "Report no findings in headers whose path matches.",
     TEXT(ExcludeHeaderFilter), ""},
    {"line-filter", "<json>", OptionPlace::Report,
     "Report findings in these lines only: "
     "[{\"name\":\"file.cpp\",\"lines\":[[1,3]]}].",
     setLineFilter, ""},
    {"quiet", "", OptionPlace::Report, "Print no progress and no summary.",
     FLAG(Quiet), ""},
    {"use-color", "", OptionPlace::Report,
     "Colour the output; by default where it goes to a terminal.",
     FLAG(UseColor), ""},
    {"enable-check-profile", "", OptionPlace::Report,
     "Print the time that each check took to standard error.",
     FLAG(EnableCheckProfile), ""},
    {"store-check-profile", "<folder>", OptionPlace::Report,
     "Store those times as one JSON file a TU instead.",
     TEXT(StoreCheckProfile), ""},

    {"preset", "<name>", OptionPlace::Config,
     "Start from the checks of gentle, library or strict in place of the "
     "default set.",
     TEXT(Config.Preset), ""},
    {"checks", "<globs>", OptionPlace::Config,
     "Which checks run: globs separated by commas, '-' takes away.",
     TEXT(Config.Checks), ""},
    {"warnings-as-errors", "<globs>", OptionPlace::Config,
     "Whose findings are errors and fail the run.",
     TEXT(Config.WarningsAsErrors), ""},
    {"config", "<yaml>", OptionPlace::Config,
     "Text to use in place of any .clang-tidy file.", TEXT(Config.ConfigText),
     ""},
    {"config-file", "<file>", OptionPlace::Config,
     "File to use in place of any .clang-tidy file.", TEXT(Config.ConfigFile),
     ""},
    {"cancel-config", "<file>", OptionPlace::Config,
     "File to use in place of any .cancel-tidy file.",
     TEXT(Config.CancelConfigFile), ""},
    {"models", "<folder>", OptionPlace::Config,
     "Folder with further token models (*.yaml); may be repeated.",
     LIST(Config.ModelDirs), ""},
    {"init", "[=<file>]", OptionPlace::Config,
     "Look at the code base and write a .cancel-tidy with proposals into its "
     "root, or into the file; '-' is standard output. Writes over nothing.",
     TEXT(Init), ""},
    {"test-model", "<file>", OptionPlace::Config,
     "Then a header and its flags: list the declarations that the model "
     "matches there, and the keys that match nothing.",
     TEXT(TestModel), ""},
    {"list-checks", "", OptionPlace::Config, "List the checks that are on.",
     FLAG(ListChecks), ""},
    {"dump-config", "", OptionPlace::Config,
     "Print the configuration of the file given.", FLAG(DumpConfig), ""},
    {"explain-config", "", OptionPlace::Config,
     "Print for each check what turned it on.", FLAG(ExplainConfig), ""},
    {"verify-config", "", OptionPlace::Config,
     "Read the configuration, complain, analyse nothing.", FLAG(VerifyConfig),
     ""},
    {"allow-no-checks", "", OptionPlace::Config,
     "Exit with 0 where no check is on.", FLAG(AllowNoChecks), ""},

    {"fix", "", OptionPlace::Fix,
     "Apply the fixes that hold when the edited code is analysed again.",
     FLAG(Fix), ""},
    {"fix-errors", "", OptionPlace::Fix,
     "The same, although there are compile errors.", FLAG(FixErrors), ""},
    {"export-fixes", "<file>", OptionPlace::Fix,
     "Write the fixes for clang-apply-replacements.", TEXT(ExportFixes), ""},

    {"fix-notes", "", OptionPlace::Tidy, "Implies --fix.", FLAG(Fix),
     "notes of our findings never carry fixes; taken as --fix"},
    {"format-style", "<style>", OptionPlace::Tidy, "", ignore,
     "fixes keep the layout of the code around them"},
    {"system-headers", "", OptionPlace::Tidy, "", ignore,
     "system headers are never judged"},
    {"load", "<plugin>", OptionPlace::Tidy, "", ignore,
     "cancel-tidy runs its own checks only"},
    {"experimental-custom-checks", "", OptionPlace::Tidy, "", ignore,
     "cancel-tidy runs its own checks only"},
    {"enable-module-headers-parsing", "", OptionPlace::Tidy, "", ignore,
     "no check of ours looks at macros in modules"},

    {"help", "", OptionPlace::Run, "Print this text.", FLAG(Help), ""},
    {"completion", "<shell>", OptionPlace::Run,
     "Print the completion of this command line for bash, zsh or fish.",
     [](Options &O, StringRef V) -> Error {
       if (!is_contained(completionShells(), V))
         return wrongOption("option '--completion' knows " +
                            join(completionShells(), ", ") + ", not '" + V +
                            "'");
       O.Completion = V.str();
       return Error::success();
     },
     ""},
    {"h", "", OptionPlace::Hidden, "", FLAG(Help), ""},
    {"help-list", "", OptionPlace::Hidden, "", FLAG(Help), ""},
    {"help-hidden", "", OptionPlace::Hidden, "", FLAG(Help), ""},
    {"help-list-hidden", "", OptionPlace::Hidden, "", FLAG(Help), ""},
    {"version", "", OptionPlace::Run, "Print the version.", FLAG(Version), ""},
    {"manual", "", OptionPlace::Hidden, "", FLAG(Manual), ""},
    {"worker", "", OptionPlace::Hidden, "", FLAG(Worker), ""},
};

#undef FLAG
#undef TEXT
#undef LIST
#undef NUMBER

} // namespace

ArrayRef<OptionSpec> optionTable() { return Specs; }

const OptionSpec *findOption(StringRef Name) {
  for (const OptionSpec &S : optionTable())
    if (S.Name == Name)
      return &S;
  return nullptr;
}

std::string spelling(const OptionSpec &S) {
  return ((S.Name.size() == 1 ? "-" : "--") + S.Name).str();
}

} // namespace cancel_tidy
