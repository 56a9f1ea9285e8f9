// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/TokenWords.h"
#include "checks/core/Names.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace cancel_tidy {

void WordsFound::operator|=(const WordsFound &Other) {
  Words |= Other.Words;
  Annotation |= Other.Annotation;
  Shape |= Other.Shape;
}

TokenWords::TokenWords(const TokenModels &Models) {
  for (const TokenModel &M : Models.models()) {
    for (const TokenType &T : M.Tokens)
      addName(T.Type);
    // Who declares a class that holds a token names the token, but for the
    // standard library, whose own files do not count.
    auto AddStandard = [&](StringRef Type) {
      if (Type.starts_with("std::"))
        addName(Type);
    };
    for (const SourceType &S : M.Sources)
      AddStandard(S.Type);
    for (const CarrierType &C : M.Carriers)
      AddStandard(C.Type);
    for (const std::string &R : M.Registrations)
      AddStandard(R);
  }
}

void TokenWords::addName(StringRef Qualified) {
  SmallVector<StringRef, 4> Parts;
  Qualified.split(Parts, "::");
  std::vector<unsigned> Name;
  for (StringRef Part : Parts) {
    Part = Part.take_while([](char C) { return isAlnum(C) || C == '_'; });
    if (!Part.empty() && Part != "std")
      Name.push_back(
          Vocabulary.try_emplace(Part, Vocabulary.size()).first->second);
  }
  if (!Name.empty())
    Names.push_back(std::move(Name));
}

WordsFound TokenWords::find(StringRef Text) const {
  WordsFound Found;
  Found.Words.resize(Vocabulary.size());
  Found.Annotation = Text.contains("\"cancel::");
  auto IsWord = [](char C) { return isAlnum(C) || C == '_'; };
  for (const char *P = Text.begin(), *End = Text.end(); P != End;) {
    if (!IsWord(*P)) {
      ++P;
      continue;
    }
    const char *Begin = P;
    while (P != End && IsWord(*P))
      ++P;
    StringRef Word(Begin, size_t(P - Begin));
    if (auto It = Vocabulary.find(Word); It != Vocabulary.end())
      Found.Words.set(It->second);
    if (!Found.Shape && isTokenPollName(Word))
      Found.Shape = true;
  }
  return Found;
}

bool TokenWords::maySeeToken(const WordsFound &Found) const {
  return Found.Annotation || any_of(Names, [&](const auto &Name) {
           return all_of(Name,
                         [&](unsigned Word) { return Found.Words[Word]; });
         });
}

} // namespace cancel_tidy
