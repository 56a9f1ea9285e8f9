// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linked facts files: the joined facts of any number of TUs, without findings.
// `cancel-tidy link --emit-facts` writes them; runs and the plugin look up what
// they ask for. The tool and the plugin share this.
#ifndef CANCEL_TIDY_TOOL_LINKEDFACTS_H
#define CANCEL_TIDY_TOOL_LINKEDFACTS_H

#include "checks/core/FactTable.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cancel_tidy {

/// Bumped with every change of what is written.
constexpr unsigned LinkedFactsFormat = 5;

/// The facts of Table, which was linked, as a file. Whole: they are those of a
/// whole program, so that what they name and do not define is defined nowhere.
/// The same facts give the same bytes. Fails where it would be too large for
/// its format.
llvm::Expected<std::string> encodeLinkedFacts(const FactTable &Table,
                                              bool Whole);

/// Whether Bytes begin like a linked facts file, sound or not.
bool isLinkedFacts(llvm::StringRef Bytes);

/// An open file. It is mapped and not read: a look-up costs what it finds.
/// Thread-safe.
class LinkedFacts : public FactSource {
public:
  /// The error names the file, what is wrong with it and the mend.
  static llvm::Expected<std::shared_ptr<const LinkedFacts>>
  open(llvm::StringRef Path);

  std::optional<LinkedFunction> find(FunctionId Id) const override;
  bool isWhole() const override { return Whole; }
  bool hasInstance(FunctionId Pattern) const override;
  void visit(llvm::function_ref<void(const LinkedFunction &)> Visit) const;
  /// The templates of which an instance was judged.
  std::vector<FunctionId> instances() const;

private:
  LinkedFacts() = default;
  FunctionId idAt(uint64_t I) const;
  FunctionId instanceAt(uint64_t I) const;
  uint64_t offsetAt(uint64_t I) const;
  llvm::StringRef nameAt(uint64_t Offset) const;
  LinkedFunction functionAt(uint64_t I) const;

  std::unique_ptr<llvm::MemoryBuffer> Buffer;
  bool Whole = false;
  uint64_t Count = 0;
  llvm::StringRef Ids, Offsets, Instances, Names, Records;
};

/// The linked facts files that somebody named. Where one cannot be read, what
/// it defines must not pass for undefined: then none knows a whole program.
struct KnownFacts {
  std::vector<std::shared_ptr<const FactSource>> Files;
  std::vector<std::string> Errors; ///< of files, a line each
  bool ArePart = false;            ///< at the user's wish

  using Opener =
      llvm::function_ref<llvm::Expected<std::shared_ptr<const LinkedFacts>>(
          llvm::StringRef)>;
  static KnownFacts open(llvm::ArrayRef<std::string> Paths,
                         Opener Open = LinkedFacts::open);
  bool isWhole() const;
  void useIn(FactTable &Table) const;
};

/// Where the linked facts files that a value of the option CancelFacts names
/// lie: a list separated by ';', each absolute, or below the nearest parent
/// folder of SourceFile in which it exists.
std::vector<std::string> factsPlaces(llvm::StringRef Value,
                                     llvm::StringRef SourceFile);

} // namespace cancel_tidy

#endif
