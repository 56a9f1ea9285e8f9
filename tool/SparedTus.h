// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TUs that include a token's header, as all of a code base may, and whose own
// code holds none: they need no parse. What their headers hold is judged where
// somebody else includes them.
#ifndef CANCEL_TIDY_TOOL_SPAREDTUS_H
#define CANCEL_TIDY_TOOL_SPAREDTUS_H

#include "tool/TokenWords.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

namespace cancel_tidy {

struct PreludeInfo;
struct TuOutcome;

/// Judges the TUs of one prelude. Files are read once.
class SparedTus {
public:
  /// Words: of the models that the prelude was made with.
  SparedTus(const PreludeInfo &Info, const TokenWords &Words);

  /// Whether the files of a TU that the prelude does not hold have no token.
  bool holdsNone(const TuOutcome &Scan);
  /// Whether a file of the prelude may hold one, so that a TU must judge it.
  bool needsJudge(llvm::StringRef File);

private:
  struct Own {
    bool Holds = true;
    WordsFound Words;
  };
  const Own &textOf(llvm::StringRef File);

  const TokenWords &Words;
  bool KnowsHolders;
  llvm::StringSet<> Held;   ///< files of the prelude
  llvm::StringSet<> Names;  ///< holderNames()
  llvm::StringSet<> Macros; ///< that the prelude's headers look at
  llvm::StringMap<Own> Known;
};

} // namespace cancel_tidy

#endif
