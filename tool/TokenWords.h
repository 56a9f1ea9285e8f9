// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether the files of a TU can hold a token type, from the words in them. A
// token comes from a declaration that names its type, so that a TU in whose
// files the name does not occur has none, nor one whose files only announce the
// class (class StopToken;).
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
  llvm::BitVector Used;    ///< those not only in "class X;"
  bool Annotation = false; ///< "cancel::..." in quotes
  bool Shape = false; ///< a member's name as tokens that nobody models have

  void operator|=(const WordsFound &Other);
};

/// The vocabulary of some models. Immutable.
class TokenWords {
public:
  explicit TokenWords(const TokenModels &Models);

  /// Text ends in a zero.
  WordsFound find(llvm::StringRef Text) const;

  /// Whether a TU may see a token, given what was found in all its files but
  /// those of the standard library.
  bool maySeeToken(const WordsFound &Found) const;

private:
  /// A qualified name as the words that all must occur.
  using Name = std::vector<unsigned>;

  Name nameOf(llvm::StringRef Qualified);
  void findInCode(llvm::StringRef Text, WordsFound &Found) const;

  llvm::StringMap<unsigned> Vocabulary;
  std::vector<Name> Tokens;
  std::vector<Name> Holders;  ///< of tokens: sources, carriers, registrations
  std::vector<Name> Standard; ///< those of them whose files do not count
};

} // namespace cancel_tidy

#endif
