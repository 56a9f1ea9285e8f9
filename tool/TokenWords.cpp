// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/TokenWords.h"
#include "checks/core/AskedSource.h"
#include "checks/core/Names.h"
#include "tool/Definitions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace cancel_tidy {

void WordsFound::operator|=(const WordsFound &Other) {
  Words |= Other.Words;
  Used |= Other.Used;
  Annotation |= Other.Annotation;
  Shape |= Other.Shape;
}

TokenWords::TokenWords(const TokenModels &Models) {
  for (const TokenModel &M : Models.models()) {
    for (const TokenType &T : M.Tokens)
      Tokens.push_back(nameOf(T.Type));
    // The outer namespaces may stand behind a macro.
    if (M.Tokens.empty())
      for (const auto *Names : {&M.Functions.Poll, &M.Functions.Throw})
        for (StringRef Function : *Names) {
          auto [Scope, Last] = Function.rsplit("::");
          Tokens.push_back(nameOf(
              (Scope.contains("::") ? Scope.rsplit("::").second : Scope).str() +
              "::" + Last.str()));
        }
    // Who defines a class that holds a token uses the token's name, but for the
    // standard library, whose own files do not count.
    auto AddHolder = [&](StringRef Type) {
      Holders.push_back(nameOf(Type));
      if (Type.starts_with("std::"))
        Standard.push_back(Holders.back());
    };
    for (const SourceType &S : M.Sources) {
      AddHolder(S.Type);
      // A thread that is asked itself, not only declared.
      if (isAskedItself(S))
        for (const std::string &Poll : S.Poll)
          Tokens.push_back(nameOf(S.Type + "::" + Poll));
    }
    for (const CarrierType &C : M.Carriers)
      AddHolder(C.Type);
    for (const std::string &R : M.Registrations)
      AddHolder(R);
  }
}

TokenWords::Name TokenWords::nameOf(StringRef Qualified) {
  SmallVector<StringRef, 4> Parts;
  Qualified.split(Parts, "::");
  Name Words;
  for (StringRef Part : Parts) {
    Part = Part.take_while([](char C) { return isAlnum(C) || C == '_'; });
    if (!Part.empty() && Part != "std")
      Words.push_back(
          Vocabulary.try_emplace(Part, Vocabulary.size()).first->second);
  }
  return Words;
}

WordsFound TokenWords::find(StringRef Text) const {
  WordsFound Found;
  Found.Words.resize(Vocabulary.size());
  Found.Used.resize(Vocabulary.size());
  Found.Annotation = Text.contains("\"cancel::");
  bool AnyWord = false;
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
    AnyWord = AnyWord || Vocabulary.contains(Word);
    if (!Found.Shape && isTokenPollName(Word))
      Found.Shape = true;
  }
  if (AnyWord)
    findInCode(Text, Found);
  return Found;
}

/// Comments, literals and the names of included files are no code.
void TokenWords::findInCode(StringRef Text, WordsFound &Found) const {
  const std::vector<clang::Token> Tokens = rawTokensOf(Text);
  auto Spelled = [&](size_t I) {
    return I < Tokens.size() && Tokens[I].is(clang::tok::raw_identifier)
               ? Tokens[I].getRawIdentifier()
               : StringRef();
  };
  auto IsClassKey = [&](size_t I) {
    return Spelled(I) == "class" || Spelled(I) == "struct";
  };
  bool InInclude = false;
  for (size_t I = 0; I < Tokens.size(); ++I) {
    if (Tokens[I].isAtStartOfLine())
      InInclude = Tokens[I].is(clang::tok::hash) &&
                  Spelled(I + 1).starts_with("include");
    StringRef Word = Spelled(I);
    if (InInclude || Word.empty())
      continue;
    auto It = Vocabulary.find(Word);
    if (It == Vocabulary.end())
      continue;
    Found.Words.set(It->second);
    // A macro for export may stand between the two.
    const bool IsAnnounced =
        I + 1 < Tokens.size() && Tokens[I + 1].is(clang::tok::semi) &&
        ((I >= 1 && IsClassKey(I - 1)) ||
         (I >= 2 && IsClassKey(I - 2) && !Spelled(I - 1).empty()));
    // Every user of a thread's header has `bool isInterruptionRequested()`.
    const bool IsDeclared = I >= 1 && Spelled(I - 1) == "bool";
    if (!IsAnnounced && !IsDeclared)
      Found.Used.set(It->second);
  }
}

bool TokenWords::maySeeToken(const WordsFound &Found) const {
  auto Any = [](ArrayRef<Name> Names, const BitVector &Words) {
    return any_of(Names, [&](const Name &N) {
      return !N.empty() &&
             all_of(N, [&](unsigned Word) { return Words[Word]; });
    });
  };
  return Found.Annotation || Any(Tokens, Found.Used) ||
         Any(Standard, Found.Used) ||
         (Any(Tokens, Found.Words) && Any(Holders, Found.Used));
}

} // namespace cancel_tidy
