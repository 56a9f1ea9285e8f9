// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Prelude.h"
#include "tool/AtomicFile.h"
#include "tool/Binary.h"
#include "tool/ClangArguments.h"
#include "tool/TuAnalyser.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace cancel_tidy {

static constexpr StringLiteral Magic = "cancel-tidy prelude\n";
static constexpr unsigned Format = 6;

std::string preludeText(StringRef Stem) { return (Stem + "-text").str(); }
std::string preludePch(StringRef Stem) { return (Stem + "-pch").str(); }
std::string preludeInfo(StringRef Stem) { return (Stem + "-info").str(); }

std::string preludePathOf(clang::FileEntryRef File, clang::SourceManager &SM) {
  SmallString<256> Path(File.getName());
  SM.getFileManager().makeAbsolutePath(Path);
  return absolutePath(Path);
}

static void stampPch(StringRef Pch, PreludeInfo &Info) {
  sys::fs::file_status Status;
  if (sys::fs::status(Pch, Status))
    return;
  Info.PchSize = Status.getSize();
  Info.PchModified =
      uint64_t(Status.getLastModificationTime().time_since_epoch().count());
}

std::shared_ptr<const PreludeInfo> readPreludeInfo(StringRef Stem) {
  auto Buffer = MemoryBuffer::getFile(preludeInfo(Stem), /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return nullptr;
  Unframed Frame = unframe((*Buffer)->getBuffer(), Magic, Format);
  auto Info = std::make_shared<PreludeInfo>();
  if (Frame.Error != FrameError::None || !decodeBody(Frame.Body, *Info))
    return nullptr;
  // Somebody may have made it again, or cut it off.
  PreludeInfo Now;
  stampPch(preludePch(Stem), Now);
  bool IsSame = Now.PchSize && Now.PchSize == Info->PchSize &&
                Now.PchModified == Info->PchModified;
  return IsSame ? Info : nullptr;
}

bool writePreludeInfo(StringRef Stem, PreludeInfo Info) {
  stampPch(preludePch(Stem), Info);
  if (Error E = writeFile(preludeInfo(Stem),
                          frame(Magic, Format, encodeBody(Info)))) {
    consumeError(std::move(E));
    return false;
  }
  return true;
}

} // namespace cancel_tidy
