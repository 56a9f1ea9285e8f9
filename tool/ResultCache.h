// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Results of TUs on disk, shared between processes. An entry is used only while
// every file that its parse asked for is as it was, and every one that was
// absent still is.
#ifndef CANCEL_TIDY_TOOL_RESULTCACHE_H
#define CANCEL_TIDY_TOOL_RESULTCACHE_H

#include "tool/InputLog.h"
#include "tool/TuAnalyser.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cancel_tidy {

/// What an entry holds.
struct CachedTu {
  TuResult Result;
  unsigned ErrorCount = 0;
  bool HasFatalError = false;
  std::vector<std::string> Files;
  bool IsSkipped = false;
  std::vector<std::string> ShapeFiles;
  std::vector<std::string> NotJudged;
  std::string Prelude;
  bool IsConfirmed = false;
  std::vector<InputStamp> Inputs;
};

/// Not thread-safe; several processes may use one folder.
class ResultCache {
public:
  /// Makes Folder. Fails where it cannot be made or is not ours to use.
  static llvm::Expected<std::unique_ptr<ResultCache>>
  open(llvm::StringRef Folder);

  /// The outcome that was stored under Key, if it is still right. Damaged
  /// entries count as absent. Its Inputs are filled on demand. Where it is not
  /// right any more, OldPrelude says which prelude it used.
  std::optional<TuOutcome> find(llvm::StringRef Key, bool WantInputs,
                                std::string &OldPrelude);

  /// The time for Began.
  static uint64_t now();

  /// Stamps of what was read and looked for; none where a file changed since
  /// Began or cannot be read.
  std::optional<std::vector<InputStamp>> stampsOf(const InputLog &Log,
                                                  uint64_t Began);
  bool areUnchanged(llvm::ArrayRef<InputStamp> Stamps);

  /// The beginning of the names of files in the folder that belong to Key.
  std::string pathOf(llvm::StringRef Key) const;

  /// Stores Outcome. Nothing is stored where a file changed since Began
  /// (nanoseconds of the system clock), or on an error.
  void store(llvm::StringRef Key, const TuOutcome &Outcome, const InputLog &Log,
             uint64_t Began);
  /// The same with inputs that were packed for it before.
  void store(llvm::StringRef Key, const TuOutcome &Outcome,
             llvm::StringRef PackedInputs);
  /// What stampsOf() gives in a few kilobytes: a run may have to keep those of
  /// all its TUs. Empty where it gives none.
  std::string packedStampsOf(const InputLog &Log, uint64_t Began);
  /// Adds to Log what was not there in packed inputs.
  static void addAbsent(llvm::StringRef PackedInputs, InputLog &Log);

  /// Entries that were damaged, so far.
  unsigned damaged() const { return Damaged; }

  /// Deletes what was not used for long, and the oldest over the limit.
  void prune(uint64_t MaxBytes);

private:
  void store(llvm::StringRef Key, const TuOutcome &Outcome, CachedTu Tu);

  explicit ResultCache(std::string Folder) : Folder(std::move(Folder)) {}

  /// What is on disk; the hash is 0 until somebody needs it.
  struct Known {
    bool Exists = false;
    uint64_t Size = 0, Modified = 0;
    std::optional<uint64_t> Hash;
  };
  /// The answer for a path; Again: not the one of a moment ago.
  Known &known(llvm::StringRef Path, bool Again);
  static std::optional<uint64_t> hashOf(llvm::StringRef Path);
  bool isUnchanged(const InputStamp &Stamp);

  std::string Folder;
  llvm::StringMap<Known> Files;
  unsigned Damaged = 0;
};

} // namespace cancel_tidy

#endif
