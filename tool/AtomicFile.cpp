// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/AtomicFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

Error fail(StringRef Path, const Twine &Why) {
  return createStringError(std::errc::io_error, "%s: cannot be written: %s",
                           Path.str().c_str(), Why.str().c_str());
}

/// Writes to an open file; the stream must not end the process on a full disk.
std::error_code writeAll(int FD, StringRef Content, bool Close) {
  raw_fd_ostream OS(FD, Close);
  OS << Content;
  OS.flush();
  std::error_code Code = OS.error();
  OS.clear_error();
  if (Close) {
    OS.close();
    if (!Code)
      Code = OS.error();
    OS.clear_error();
  }
  return Code;
}

} // namespace

FileBatch::~FileBatch() {
  for (Pending &File : Files)
    consumeError(File.Temp.discard());
}

Error FileBatch::add(StringRef Path, StringRef Content) {
  SmallString<256> Target(Path);
  sys::fs::file_status Status;
  sys::fs::perms Perms = sys::fs::perms::perms_not_known;
  if (!sys::fs::status(Path, Status)) {
    Perms = Status.permissions();
    if (std::error_code Code = sys::fs::real_path(Path, Target))
      return fail(Path, Code.message());
    // A rename would replace what the user made read-only.
    if (!sys::fs::can_write(Target))
      return fail(Path, "it is read-only");
  }
  Expected<sys::fs::TempFile> Temp =
      sys::fs::TempFile::create(Target + ".tmp-%%%%%%%%");
  if (!Temp)
    return fail(Path, toString(Temp.takeError()));
  std::error_code Code = writeAll(Temp->FD, Content, /*Close=*/false);
  if (!Code) {
    if (Perms == sys::fs::perms::perms_not_known) {
      unsigned Mask = sys::fs::getUmask();
      Perms = static_cast<sys::fs::perms>(0666 & ~Mask);
    }
    Code = sys::fs::setPermissions(Temp->FD, Perms);
  }
  if (Code) {
    consumeError(Temp->discard());
    return fail(Path, Code.message());
  }
  Files.push_back({Target.str().str(), std::move(*Temp)});
  return Error::success();
}

Error FileBatch::commit() {
  while (!Files.empty()) {
    Pending File = std::move(Files.back());
    Files.pop_back();
    if (Error E = File.Temp.keep(File.Target))
      return fail(File.Target, toString(std::move(E)));
  }
  return Error::success();
}

Error writeFile(StringRef Path, StringRef Content) {
  sys::fs::file_status Status;
  bool InPlace = Path == "-" ||
                 (!sys::fs::status(Path, Status) && sys::fs::exists(Status) &&
                  !sys::fs::is_regular_file(Status));
  if (!InPlace) {
    FileBatch Batch;
    if (Error E = Batch.add(Path, Content))
      return E;
    return Batch.commit();
  }
  if (Path == "-") {
    outs().flush();
    if (std::error_code Code = writeAll(1, Content, /*Close=*/false))
      return fail("standard output", Code.message());
    return Error::success();
  }
  int FD = -1;
  if (std::error_code Code = sys::fs::openFileForWrite(Path, FD))
    return fail(Path, Code.message());
  if (std::error_code Code = writeAll(FD, Content, /*Close=*/true))
    return fail(Path, Code.message());
  return Error::success();
}

} // namespace cancel_tidy
