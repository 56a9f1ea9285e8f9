// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/CacheKey.h"
#include "Version.inc"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

/// Texts with their lengths, so that no two lists look alike.
class Parts {
public:
  void add(StringRef S) { OS << S.size() << ':' << S; }
  void addList(const std::vector<std::string> &List) {
    OS << List.size() << '[';
    for (const std::string &S : List)
      add(S);
  }
  void addFile(StringRef Path) {
    add(Path);
    auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                        /*RequiresNullTerminator=*/false);
    add(Buffer ? (*Buffer)->getBuffer() : StringRef("unreadable"));
  }
  std::string hash() const {
    BLAKE3 H;
    H.update(Text);
    auto Bytes = H.final<16>();
    return toHex(ArrayRef(Bytes.data(), Bytes.size()), /*LowerCase=*/true);
  }

private:
  std::string Text;
  raw_string_ostream OS{Text};
};

} // namespace

std::string cacheFolder(const Options &O) {
  if (O.NoCache)
    return "";
  if (!O.CacheFolder.empty())
    return absolutePath(O.CacheFolder);
  SmallString<128> Folder;
  if (!sys::path::cache_directory(Folder))
    return "";
  sys::path::append(Folder, "cancel-tidy");
  return Folder.str().str();
}

CacheKeys::CacheKeys(const Options &O, const ProjectLayout &Layout,
                     StringRef Program) {
  Parts P;
  P.add(CANCEL_TIDY_VERSION " " LLVM_VERSION_STRING);
  P.addFile(Program);
  const CommandLineConfig &C = O.Config;
  for (StringRef S :
       {C.Preset, C.Checks, C.WarningsAsErrors, C.ConfigText, C.ConfigFile,
        C.CancelConfigFile, O.VfsOverlay, Layout.Root})
    P.add(S);
  for (const std::vector<std::string> *List :
       {&C.ModelDirs, &O.Exclude, &O.ExtraArgs, &O.ExtraArgsBefore,
        &O.RemovedArgs, &Layout.BuildFolders, &Layout.Given})
    P.addList(*List);
  P.add(O.NoFast ? "full" : "fast");
  for (const char *Variable : {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH",
                               "SDKROOT", "GCC_EXEC_PREFIX"})
    P.add(sys::Process::GetEnv(Variable).value_or(""));
  if (!O.VfsOverlay.empty())
    P.addFile(O.VfsOverlay);
  Common = P.hash();
}

std::string CacheKeys::keyOfPrelude(StringRef Flags, StringRef Text,
                                    const FileConfig &Config) {
  Parts P;
  P.add(Common);
  P.add(configured(Config)); // its models
  P.add(Flags);
  P.add(Text);
  return P.hash();
}

const std::string &CacheKeys::configured(const FileConfig &Config) {
  std::string &Configured = ByConfig[&Config];
  if (Configured.empty()) {
    Parts P;
    std::vector<std::string> Files = Config.ReadFiles;
    llvm::sort(Files);
    for (const std::string &File : Files)
      P.addFile(File);
    Configured = P.hash();
  }
  return Configured;
}

std::string CacheKeys::keyOf(const TuCommand &Command,
                             const FileConfig &Config) {
  Parts P;
  P.add(Common);
  P.add(configured(Config));
  P.add(Command.MainFile);
  P.add(Command.Directory);
  P.addList(Command.Arguments);
  P.add(Command.Given ? "given" : "");
  return P.hash();
}

} // namespace cancel_tidy
