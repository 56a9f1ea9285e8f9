// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/InputLog.h"
#include "llvm/ADT/SmallString.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

class LoggingFileSystem : public vfs::ProxyFileSystem {
public:
  LoggingFileSystem(IntrusiveRefCntPtr<vfs::FileSystem> Base, InputLog &Log)
      : ProxyFileSystem(std::move(Base)), Log(Log) {}

  ErrorOr<vfs::Status> status(const Twine &Path) override {
    ErrorOr<vfs::Status> Result = ProxyFileSystem::status(Path);
    (Result ? Log.Seen : Log.Absent).insert(absolute(Path));
    return Result;
  }
  ErrorOr<std::unique_ptr<vfs::File>>
  openFileForRead(const Twine &Path) override {
    ErrorOr<std::unique_ptr<vfs::File>> Result =
        ProxyFileSystem::openFileForRead(Path);
    if (!Result) {
      Log.Absent.insert(absolute(Path));
      return Result;
    }
    // A folder can be opened, too: `vector/` where <vector> is looked for. Only
    // as long as it is one there is a `vector/.`.
    ErrorOr<vfs::Status> Status = (*Result)->status();
    if (Status && Status->isDirectory())
      Log.Seen.insert((absolute(Path) + "/.").str());
    else
      Log.Read.insert(absolute(Path));
    return Result;
  }
  bool exists(const Twine &Path) override { return bool(status(Path)); }

private:
  SmallString<256> absolute(const Twine &Path) {
    SmallString<256> Result;
    Path.toVector(Result);
    makeAbsolute(Result);
    return Result;
  }

  InputLog &Log;
};

} // namespace

IntrusiveRefCntPtr<vfs::FileSystem>
logged(IntrusiveRefCntPtr<vfs::FileSystem> Base, InputLog &Log) {
  return makeIntrusiveRefCnt<LoggingFileSystem>(std::move(Base), Log);
}

} // namespace cancel_tidy
