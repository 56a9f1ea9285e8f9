// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Driver.h"
#include "checks/AllChecks.h"
#include "tool/AnalysisRun.h"
#include "tool/CheckPages.h"
#include "tool/Completion.h"
#include "tool/ExitCode.h"
#include "tool/LinkRun.h"
#include "tool/Manual.h"
#include "tool/TestModel.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

/// The file whose configuration the modes about configuration show.
std::string configuredFile(const Options &O) {
  return absolutePath(O.Files.empty() ? "dummy.cpp" : O.Files.front());
}

/// --list-checks, --dump-config, --explain-config, --verify-config.
int showConfig(const Options &O) {
  Expected<std::unique_ptr<ConfigProvider>> Provider =
      ConfigProvider::create(O.Config);
  if (!Provider)
    return usageError(Provider.takeError());
  std::vector<std::string> Files = {configuredFile(O)};
  for (size_t I = 1; I < O.Files.size(); ++I)
    Files.push_back(absolutePath(O.Files[I]));
  for (const std::string &File : Files) {
    Expected<FileConfig> Config = (*Provider)->forFile(File);
    if (!Config)
      return usageError(Config.takeError());
    if (O.ListChecks) {
      outs() << "Enabled checks:\n";
      for (const std::string &Id : Config->EnabledChecks)
        outs() << "    " << Id << '\n';
      outs() << '\n';
      if (Config->EnabledChecks.empty() && !O.AllowNoChecks)
        return usageError("no checks enabled; see --checks");
    }
    if (O.DumpConfig || O.ExplainConfig) {
      Expected<std::string> Text =
          O.DumpConfig ? (*Provider)->dump(File) : (*Provider)->explain(File);
      if (!Text)
        return usageError(Text.takeError());
      outs() << *Text;
    }
    if (O.ListChecks || O.DumpConfig || O.ExplainConfig)
      break; // These are about the first file.
  }
  std::vector<std::string> Warnings = (*Provider)->takeWarnings();
  for (const std::string &W : Warnings)
    errs() << "cancel-tidy: warning: " << W << '\n';
  if (O.VerifyConfig) {
    if (!Warnings.empty())
      return ExitUsage;
    outs() << "No config errors detected.\n";
  }
  return ExitClean;
}

/// --explain.
int explainCheck(StringRef Id) {
  StringRef Page = checkPage(Id);
  if (Page.empty())
    Page = checkPage(("cancel-" + Id).str());
  if (Page.empty()) {
    std::string Known;
    for (const CheckInfo &Info : allChecks())
      Known += (Known.empty() ? "" : ", ") + Info.Id.str();
    return usageError("option '--explain': there is no check '" + Id +
                      "'; there are " + Known);
  }
  outs() << Page;
  return ExitClean;
}

} // namespace

int runDriver(const Options &Given, const Invocation &Self) {
  Options O = Given;
  if (O.Help) {
    printHelp(outs());
    return ExitClean;
  }
  if (O.Version) {
    printVersion(outs());
    return ExitClean;
  }
  if (!O.Completion.empty()) {
    printCompletion(outs(), O.Completion);
    return ExitClean;
  }
  if (O.Manual) {
    printManual(outs());
    return ExitClean;
  }
  // Targets that compilers' names may hold.
  InitializeAllTargetInfos();
  if (!O.Quiet)
    for (const std::string &Notice : O.Notices)
      errs() << "cancel-tidy: note: " << Notice << '\n';
  if (O.ListChecks || O.DumpConfig || O.ExplainConfig || O.VerifyConfig)
    return showConfig(O);
  if (!O.ExplainCheck.empty())
    return explainCheck(O.ExplainCheck);
  if (O.Link)
    return runLink(O, Self);
  if (O.TestModel) {
    Expected<int> Code = testModel(O);
    return Code ? *Code : usageError(Code.takeError());
  }
  if (!O.ExplainAt.empty() && O.Files.empty())
    O.Files.push_back(StringRef(O.ExplainAt).rsplit(':').first.str());
  return runAnalysis(O, Self);
}

} // namespace cancel_tidy
