// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Options.h"
#include "tool/OptionTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include <algorithm>
#include <optional>

using namespace llvm;

namespace cancel_tidy {
namespace {

std::string nearestOption(StringRef Name) {
  const OptionSpec *Best = nullptr;
  unsigned BestDistance = std::max<size_t>(2, Name.size() / 3) + 1;
  for (const OptionSpec &S : optionTable()) {
    if (S.Where == OptionPlace::Hidden)
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
    return wrongOption("unknown option '" + Argument + "'" +
                       (Near.empty()
                            ? Twine("; see --help")
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
      return wrongOption("option '" + spelling(*Spec) +
                         "' is true or false, not '" + Value + "'");
  } else if (Split->Value || Spec->Value.starts_with("[")) {
    Value = Split->Value.value_or("");
  } else if (I + 1 < Arguments.size() && Arguments[I + 1] != "--") {
    Value = Arguments[++I];
  } else {
    return wrongOption("option '" + spelling(*Spec) +
                       "' needs a value; write " + spelling(*Spec) + "=" +
                       Spec->Value);
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
    return wrongOption(
        "'link' cannot verify fixes, it has no compile commands; run "
        "cancel-tidy --fix over the sources");
  if (O.Init &&
      (O.Link || O.Fix || !O.ExportFixes.empty() || !O.EmitFacts.empty() ||
       !O.Reports.empty() || !O.Baseline.empty() || !O.Diff.empty()))
    return wrongOption(
        "option '--init' reports nothing; give reports, baseline, "
        "diff, fixes, facts and 'link' to another run");
  if (!O.EmitFacts.empty() &&
      (O.Fix || !O.ExportFixes.empty() || !O.Reports.empty() ||
       !O.Baseline.empty() || !O.Diff.empty()))
    return wrongOption(
        "--emit-facts reports nothing; give reports, baseline, diff "
        "and fixes to another run, or to 'cancel-tidy link'");
  if (O.UpdateBaseline && O.Baseline.empty())
    return wrongOption("option '--update-baseline' needs the file; give "
                       "--baseline=FILE as well");
  if (O.UpdateBaseline && (O.Fix || !O.Diff.empty()))
    return wrongOption(
        "option '--update-baseline' goes with neither --fix nor "
        "--diff, which see a part of the findings; run it alone");
  if (!O.Depfile.empty() && O.EmitFacts.empty())
    return wrongOption("option '--depfile' says what facts depend on; give "
                       "--emit-facts as well");
  if (!O.ExplainAt.empty()) {
    unsigned Line = 0;
    auto [File, Number] = StringRef(O.ExplainAt).rsplit(':');
    if (File.empty() || Number.getAsInteger(10, Line) || Line == 0)
      return wrongOption("option '--explain-at' needs FILE:LINE, not '" +
                         O.ExplainAt + "'");
  }
  if (O.ExplainFinding.size() == 1)
    return wrongOption(
        "option '--explain-finding' needs two or more letters of the "
        "finding's id");
  if (O.TestModel && O.Files.size() != 1)
    return wrongOption("option '--test-model' needs one header: cancel-tidy "
                       "--test-model FILE HEADER [-- flags]");
  if (O.FixErrors)
    O.Fix = true;
  return O;
}

} // namespace cancel_tidy
