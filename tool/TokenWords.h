// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether the files of a TU can hold a token type, from the words in them. A
// token comes from a declaration that names its type, so that a TU in whose
// files the name does not occur has none.
#ifndef CANCEL_TIDY_TOOL_TOKENWORDS_H
#define CANCEL_TIDY_TOOL_TOKENWORDS_H

#include "checks/core/TokenModel.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace cancel_tidy {

/// What was found in one file, or in several.
struct WordsFound {
  llvm::BitVector Words;   ///< by index into the vocabulary
  bool Annotation = false; ///< "cancel::..." in quotes
  bool Shape = false; ///< a member's name as tokens that nobody models have

  void operator|=(const WordsFound &Other);
};

/// The vocabulary of some models. Immutable.
class TokenWords {
public:
  explicit TokenWords(const TokenModels &Models);

  WordsFound find(llvm::StringRef Text) const;

  /// Whether a TU may see a token, given what was found in all its files but
  /// those of the standard library.
  bool maySeeToken(const WordsFound &Found) const;

private:
  void addName(llvm::StringRef Qualified);

  llvm::StringMap<unsigned> Vocabulary;
  /// Names as the words that all must occur.
  std::vector<std::vector<unsigned>> Names;
};

} // namespace cancel_tidy

#endif
