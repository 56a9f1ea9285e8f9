// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// cancel-tidyd: clangd with our checks in it, for every editor that speaks the
// language-server protocol. clangd offers no way to add checks, and Debian has
// no headers of it: what is used of it is declared here, for one version of
// LLVM, and two functions are wrapped by the linker.
#include "checks/AllChecks.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "tool/CancelConfig.h"
#include "tool/ResourceFolder.h"
#include "llvm/ADT/FunctionExtras.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clang::clangd {
int clangdMain(int argc, char *argv[]);
using TidyProvider = llvm::unique_function<void(tidy::ClangTidyOptions &,
                                                llvm::StringRef) const>;
// The remote index needs gRPC, which we do not link; see docs/editors.md.
class SymbolIndex {
public:
  virtual ~SymbolIndex(); // There is no object of ours; unique_ptr names it.
};
namespace remote {
std::unique_ptr<SymbolIndex> getClient(llvm::StringRef, llvm::StringRef);
} // namespace remote
} // namespace clang::clangd

namespace {

using clang::clangd::TidyProvider;
using llvm::StringRef;

// The mangled name of clangd::combine, behind what the linker puts before it.
#define COMBINE(PREFIX)                                                        \
  PREFIX##_ZN5clang6clangd7combineESt6vectorIN4llvm15unique_functionIKFvRNS_4tidy16ClangTidyOptionsENS2_9StringRefEEEESaIS9_EE

/// The preset that `.cancel-tidy` names for a file. What is wrong with that
/// file is said with the findings.
std::string presetFor(StringRef File) {
  auto Config = cancel_tidy::CancelConfigReader().forFile(File);
  if (Config)
    return (*Config)->Preset;
  llvm::consumeError(Config.takeError());
  return "";
}

/// `--clang-tidy=0`, which Qt Creator gives: none of clang-tidy's checks. Ours
/// are what this server is for.
bool OursOnly = false;

/// Whether Argument turns clang-tidy off.
bool turnsOff(StringRef Argument) {
  if (!Argument.consume_front("--"))
    Argument.consume_front("-");
  return Argument.consume_front("clang-tidy=") &&
         (Argument == "0" || Argument.equals_insensitive("false"));
}

/// clangd's checks, then ours: those of the preset, changed by the globs that
/// name cancel-. A team's "-*,bugprone-*" turns none of them off.
std::string withOurChecks(StringRef Checks, StringRef Preset) {
  std::string Theirs, Ours;
  llvm::SmallVector<StringRef> Globs;
  Checks.split(Globs, ',', -1, /*KeepEmpty=*/false);
  for (StringRef Glob : Globs) {
    StringRef Name = Glob.trim();
    Name.consume_front("-");
    std::string &To = Name.starts_with("cancel-") ? Ours : Theirs;
    To += Glob.trim().str() + ",";
  }
  std::string Result = (OursOnly ? "-*," : Theirs) + "-cancel-*";
  for (const cancel_tidy::CheckInfo &Info : cancel_tidy::allChecks())
    if (cancel_tidy::isInPreset(Info, Preset))
      Result += "," + Info.Id.str();
  if (!Ours.empty())
    Result += "," + StringRef(Ours).drop_back().str();
  return Result;
}

} // namespace

// C linkage gives the names that the linker wants; only C++ calls them.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wreturn-type-c-linkage"
extern "C" {
std::optional<bool>
__real__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(StringRef Check);
TidyProvider COMBINE(__real_)(std::vector<TidyProvider> Providers);

/// clangd::isFastTidyCheck: clangd leaves out checks whose speed it does not
/// know.
std::optional<bool>
__wrap__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(StringRef Check) {
  if (Check.starts_with("cancel-"))
    return true;
  return __real__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(Check);
}

/// clangd::combine, which joins what configuration files and defaults say of
/// the checks: ours have the last word.
TidyProvider COMBINE(__wrap_)(std::vector<TidyProvider> Providers) {
  Providers.push_back(
      [](clang::tidy::ClangTidyOptions &Options, StringRef File) {
        Options.Checks =
            withOurChecks(Options.Checks.value_or(""), presetFor(File));
      });
  return COMBINE(__real_)(std::move(Providers));
}
}
#pragma clang diagnostic pop

std::unique_ptr<clang::clangd::SymbolIndex>
clang::clangd::remote::getClient(StringRef, StringRef) {
  return nullptr;
}

int main(int argc, char *argv[]) {
  // clangd looks for Clang's headers beside the program; ours lies elsewhere.
  std::vector<char *> Arguments(argv, argv + argc);
  const size_t All = Arguments.size();
  llvm::erase_if(Arguments, turnsOff);
  OursOnly = Arguments.size() < All;
  std::string ResourceDir =
      "--resource-dir=" + cancel_tidy::clangResourceFolder();
  bool IsGiven = cancel_tidy::clangResourceFolder().empty();
  for (int I = 1; I < argc; ++I)
    IsGiven |= StringRef(argv[I]).ltrim('-').starts_with("resource-dir");
  if (!IsGiven && argc > 0)
    Arguments.insert(Arguments.begin() + 1, ResourceDir.data());
  Arguments.push_back(nullptr);
  return clang::clangd::clangdMain(Arguments.size() - 1, Arguments.data());
}
