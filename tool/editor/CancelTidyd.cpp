// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// cancel-tidyd: clangd with our checks in it, for every editor that speaks the
// language-server protocol. clangd offers no way to add checks, and Debian has
// no headers of it: what is used of it is declared here, for one version of
// LLVM, and two functions are wrapped by the linker.
#include "Version.inc"
#include "checks/AllChecks.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "llvm/ADT/FunctionExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clang::clangd {
int clangdMain(int argc, char *argv[]);
using TidyProviderRef =
    llvm::function_ref<void(tidy::ClangTidyOptions &, llvm::StringRef)>;
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

using llvm::StringRef;

/// clangd's checks, then ours: the default ones, changed by the globs that name
/// cancel-. A team's "-*,bugprone-*" turns none of them off.
std::string withOurChecks(StringRef Checks) {
  std::string Theirs, Ours;
  llvm::SmallVector<StringRef> Globs;
  Checks.split(Globs, ',', -1, /*KeepEmpty=*/false);
  for (StringRef Glob : Globs) {
    StringRef Name = Glob.trim();
    Name.consume_front("-");
    std::string &To = Name.starts_with("cancel-") ? Ours : Theirs;
    To += Glob.trim().str() + ",";
  }
  // Where theirs is empty, clangd's own defaults were put in already.
  std::string Result = Theirs + "-cancel-*";
  for (const cancel_tidy::CheckInfo &Info : cancel_tidy::allChecks())
    if (Info.DefaultOn)
      Result += "," + Info.Id.str();
  if (!Ours.empty())
    Result += "," + StringRef(Ours).drop_back().str();
  return Result;
}

} // namespace

extern "C" {
std::optional<bool>
__real__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(StringRef Check);
clang::clangd::TidyProviderRef
__real__ZN5clang6clangd20provideDefaultChecksEv();

/// clangd::isFastTidyCheck: clangd leaves out checks whose speed it does not
/// know.
std::optional<bool>
__wrap__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(StringRef Check) {
  if (Check.starts_with("cancel-"))
    return true;
  return __real__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(Check);
}

/// clangd::provideDefaultChecks, which is asked after all configuration files.
clang::clangd::TidyProviderRef
__wrap__ZN5clang6clangd20provideDefaultChecksEv() {
  static auto Provide = [](clang::tidy::ClangTidyOptions &Options,
                           StringRef File) {
    // Only ours in the files means the defaults of clangd for the rest.
    bool AnyTheirs = false;
    llvm::SmallVector<StringRef> Globs;
    if (Options.Checks)
      StringRef(*Options.Checks).split(Globs, ',', -1, /*KeepEmpty=*/false);
    for (StringRef Glob : Globs) {
      StringRef Name = Glob.trim();
      Name.consume_front("-");
      AnyTheirs |= !Name.empty() && !Name.starts_with("cancel-");
    }
    std::string Ours = AnyTheirs ? "" : Options.Checks.value_or("");
    if (!AnyTheirs)
      Options.Checks.reset();
    __real__ZN5clang6clangd20provideDefaultChecksEv()(Options, File);
    Options.Checks =
        withOurChecks(Options.Checks.value_or("") + "," + Ours);
  };
  return Provide;
}
}

std::unique_ptr<clang::clangd::SymbolIndex>
clang::clangd::remote::getClient(StringRef, StringRef) {
  return nullptr;
}

int main(int argc, char *argv[]) {
  // clangd looks for Clang's headers beside the program; ours lies elsewhere.
  std::vector<char *> Arguments(argv, argv + argc);
  std::string ResourceDir = "--resource-dir=" CANCEL_TIDY_CLANG_RESOURCE_DIR;
  bool IsGiven = false;
  for (int I = 1; I < argc; ++I)
    IsGiven |= StringRef(argv[I]).ltrim('-').starts_with("resource-dir");
  if (!IsGiven && argc > 0)
    Arguments.insert(Arguments.begin() + 1, ResourceDir.data());
  Arguments.push_back(nullptr);
  return clang::clangd::clangdMain(Arguments.size() - 1, Arguments.data());
}
