// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/ResultCache.h"
#include "tool/AtomicFile.h"
#include "tool/Binary.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <chrono>

using namespace llvm;

namespace cancel_tidy {
namespace {

constexpr llvm::StringLiteral Magic = "cancel-tidy result\n";
constexpr unsigned Format = 8;

uint64_t nanoseconds(sys::TimePoint<> T) {
  return uint64_t(T.time_since_epoch().count());
}

} // namespace

Expected<std::unique_ptr<ResultCache>> ResultCache::open(StringRef Folder) {
  if (std::error_code E = sys::fs::create_directories(Folder))
    return createStringError(E, "cannot make the folder: " + E.message());
  if (std::error_code E = sys::fs::access(Folder, sys::fs::AccessMode::Exist))
    return createStringError(E, E.message());
  return std::unique_ptr<ResultCache>(new ResultCache(Folder.str()));
}

std::string ResultCache::pathOf(StringRef Key) const {
  SmallString<256> Path(Folder);
  // pruneCache() deletes files of this name only.
  sys::path::append(Path, "llvmcache-" + Key);
  return Path.str().str();
}

std::optional<uint64_t> ResultCache::hashOf(StringRef Path) {
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  return xxh3_64bits((*Buffer)->getBuffer());
}

ResultCache::Known &ResultCache::known(StringRef Path, bool Again) {
  auto [It, New] = Files.try_emplace(Path);
  Known &K = It->second;
  if (!New && !Again)
    return K;
  sys::fs::file_status Status;
  Known Now;
  Now.Exists = !sys::fs::status(Path, Status) && sys::fs::exists(Status);
  if (Now.Exists) {
    Now.Size = Status.getSize();
    Now.Modified = nanoseconds(Status.getLastModificationTime());
    if (!New && K.Size == Now.Size && K.Modified == Now.Modified)
      Now.Hash = K.Hash;
  }
  K = Now;
  return K;
}

bool ResultCache::isUnchanged(const InputStamp &Stamp) {
  Known &K = known(Stamp.Path, /*Again=*/false);
  if (K.Exists == Stamp.IsAbsent)
    return false;
  if (!Stamp.IsRead)
    return true;
  if (K.Size != Stamp.Size)
    return false;
  if (Stamp.Modified && K.Modified == Stamp.Modified)
    return true;
  if (!K.Hash)
    K.Hash = hashOf(Stamp.Path);
  return K.Hash && *K.Hash == Stamp.Hash;
}

std::optional<TuOutcome> ResultCache::find(StringRef Key, bool WantInputs,
                                           std::string &OldPrelude) {
  std::string Path = pathOf(Key);
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  Unframed Frame = unframe((*Buffer)->getBuffer(), Magic, Format);
  if (Frame.Error == FrameError::OtherFormat)
    return std::nullopt;
  CachedTu Tu;
  if (Frame.Error != FrameError::None || !decodeBody(Frame.Body, Tu)) {
    ++Damaged;
    sys::fs::remove(Path);
    return std::nullopt;
  }
  if (!areUnchanged(Tu.Inputs)) {
    if (!Tu.Prelude.empty())
      OldPrelude = (sys::path::parent_path(Path) + "/" + Tu.Prelude).str();
    return std::nullopt;
  }
  TuOutcome Outcome;
  Outcome.IsCached = true;
  Outcome.Result = std::move(Tu.Result);
  Outcome.ErrorCount = Tu.ErrorCount;
  Outcome.HasFatalError = Tu.HasFatalError;
  Outcome.Files = std::move(Tu.Files);
  Outcome.IsSkipped = Tu.IsSkipped;
  Outcome.NotJudged = std::move(Tu.NotJudged);
  Outcome.Prelude = std::move(Tu.Prelude);
  Outcome.IsConfirmed = Tu.IsConfirmed;
  Outcome.Scan.ShapeFiles = std::move(Tu.ShapeFiles);
  if (WantInputs)
    for (InputStamp &Stamp : Tu.Inputs)
      if (Stamp.IsRead)
        Outcome.Inputs.push_back(std::move(Stamp.Path));
  return Outcome;
}

uint64_t ResultCache::now() {
  return nanoseconds(std::chrono::system_clock::now());
}

std::optional<std::vector<InputStamp>>
ResultCache::stampsOf(const InputLog &Log, uint64_t Began) {
  std::vector<InputStamp> Stamps;
  // Clocks of file systems are coarse: a change within this time of another
  // one may leave the time as it is.
  constexpr uint64_t Coarse = 2'000'000'000;
  for (const auto &Entry : Log.Read) {
    InputStamp Stamp;
    Stamp.Path = Entry.getKey().str();
    Stamp.IsRead = true;
    Known &K = known(Stamp.Path, /*Again=*/true);
    if (!K.Exists || K.Modified >= Began)
      return std::nullopt;
    if (!K.Hash)
      K.Hash = hashOf(Stamp.Path);
    if (!K.Hash)
      return std::nullopt;
    Stamp.Size = K.Size;
    Stamp.Modified = K.Modified + Coarse < Began ? K.Modified : 0;
    Stamp.Hash = *K.Hash;
    Stamps.push_back(std::move(Stamp));
  }
  auto AddNames = [&](const StringSet<> &Names, bool IsAbsent) {
    for (const auto &Entry : Names) {
      if (Log.Read.contains(Entry.getKey()))
        continue;
      InputStamp Stamp;
      Stamp.Path = Entry.getKey().str();
      Stamp.IsAbsent = IsAbsent;
      Stamps.push_back(std::move(Stamp));
    }
  };
  AddNames(Log.Seen, false);
  AddNames(Log.Absent, true);
  llvm::sort(Stamps, [](const InputStamp &A, const InputStamp &B) {
    return A.Path < B.Path;
  });
  return Stamps;
}

bool ResultCache::areUnchanged(ArrayRef<InputStamp> Stamps) {
  return all_of(Stamps,
                [&](const InputStamp &Stamp) { return isUnchanged(Stamp); });
}

void ResultCache::store(StringRef Key, const TuOutcome &Outcome,
                        const InputLog &Log, uint64_t Began) {
  std::optional<std::vector<InputStamp>> Stamps = stampsOf(Log, Began);
  if (!Stamps)
    return;
  CachedTu Tu;
  Tu.Inputs = std::move(*Stamps);
  store(Key, Outcome, std::move(Tu));
}

std::string ResultCache::packedStampsOf(const InputLog &Log, uint64_t Began) {
  std::optional<std::vector<InputStamp>> Stamps = stampsOf(Log, Began);
  if (!Stamps)
    return "";
  CachedTu Tu;
  Tu.Inputs = std::move(*Stamps);
  return frame(Magic, Format, encodeBody(Tu));
}

void ResultCache::addAbsent(StringRef PackedInputs, InputLog &Log) {
  Unframed Frame = unframe(PackedInputs, Magic, Format);
  CachedTu Tu;
  if (Frame.Error != FrameError::None || !decodeBody(Frame.Body, Tu))
    return;
  for (const InputStamp &Stamp : Tu.Inputs)
    if (Stamp.IsAbsent)
      Log.Absent.insert(Stamp.Path);
}

void ResultCache::store(StringRef Key, const TuOutcome &Outcome,
                        StringRef PackedInputs) {
  Unframed Frame = unframe(PackedInputs, Magic, Format);
  CachedTu Tu;
  if (Frame.Error == FrameError::None && decodeBody(Frame.Body, Tu))
    store(Key, Outcome, std::move(Tu));
}

/// Tu has the inputs.
void ResultCache::store(StringRef Key, const TuOutcome &Outcome, CachedTu Tu) {
  Tu.Result = Outcome.Result;
  Tu.ErrorCount = Outcome.ErrorCount;
  Tu.HasFatalError = Outcome.HasFatalError;
  Tu.Files = Outcome.Files;
  Tu.IsSkipped = Outcome.IsSkipped;
  Tu.ShapeFiles = Outcome.Scan.ShapeFiles;
  Tu.NotJudged = Outcome.NotJudged;
  Tu.Prelude = Outcome.Prelude;
  Tu.IsConfirmed = Outcome.IsConfirmed;
  // A cache that cannot be written is no error of the run.
  consumeError(writeFile(pathOf(Key), frame(Magic, Format, encodeBody(Tu))));
}

void ResultCache::prune(uint64_t MaxBytes) {
  CachePruningPolicy Policy;
  Policy.MaxSizeBytes = MaxBytes;
  pruneCache(Folder, Policy);
}

} // namespace cancel_tidy
