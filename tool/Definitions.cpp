// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Definitions.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Basic/LangStandard.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using clang::Token;

namespace cancel_tidy {

std::vector<Token> rawTokensOf(StringRef Text) {
  clang::LangOptions Options;
  std::vector<std::string> Includes;
  clang::LangOptions::setLangDefaults(
      Options, clang::Language::CXX, Triple(sys::getDefaultTargetTriple()),
      Includes, clang::LangStandard::lang_cxx23);
  // A lexer wants a zero behind the text.
  clang::Lexer Lexer(clang::SourceLocation(), Options, Text.begin(),
                     Text.begin(), Text.end());
  std::vector<Token> Tokens;
  for (Token T;;) {
    Lexer.LexFromRawLexer(T);
    if (T.is(clang::tok::eof))
      return Tokens;
    Tokens.push_back(T);
  }
}

namespace {

/// The tokens of a text without comments and preprocessor directives.
std::vector<Token> tokensOf(StringRef Text) {
  std::vector<Token> Tokens = rawTokensOf(Text);
  bool InDirective = false;
  llvm::erase_if(Tokens, [&](const Token &T) {
    if (T.isAtStartOfLine())
      InDirective = T.is(clang::tok::hash);
    return InDirective;
  });
  return Tokens;
}

bool isMacroName(StringRef Name) {
  return Name.size() > 1 &&
         none_of(Name, [](char C) { return C >= 'a' && C <= 'z'; });
}

/// Whether a function's body may follow its parameter list like this.
bool beginsDefinition(const Token &T, StringRef Text) {
  switch (T.getKind()) {
  case clang::tok::l_brace:
  case clang::tok::arrow:
  case clang::tok::colon:
  case clang::tok::amp:
  case clang::tok::ampamp:
  case clang::tok::l_square:
  case clang::tok::l_paren: // MACRO(name)(int x) {
    return true;
  case clang::tok::raw_identifier:
    return StringSwitch<bool>(Text)
               .Case("const", true)
               .Case("volatile", true)
               .Case("noexcept", true)
               .Case("override", true)
               .Case("final", true)
               .Case("requires", true)
               .Case("throw", true)
               .Case("try", true)
               .Case("__attribute__", true)
               .Default(false) ||
           isMacroName(Text);
  default:
    return false;
  }
}

} // namespace

StringSet<> namesDefinedIn(StringRef Text) {
  StringSet<> Names;
  std::string Copy = Text.str(); // with its zero
  std::vector<Token> Tokens = tokensOf(Copy);
  auto Spelled = [](const Token &T) {
    return T.is(clang::tok::raw_identifier) ? T.getRawIdentifier()
                                            : StringRef();
  };
  // Where the parentheses that are open began.
  std::vector<size_t> Open;
  for (size_t I = 0; I < Tokens.size(); ++I) {
    if (Spelled(Tokens[I]) == "operator")
      Names.insert("operator");
    if (Tokens[I].is(clang::tok::l_paren))
      Open.push_back(I);
    if (Tokens[I].isNot(clang::tok::r_paren) || Open.empty())
      continue;
    const size_t Begin = Open.back();
    Open.pop_back();
    if (Begin == 0 || I + 1 == Tokens.size() ||
        !beginsDefinition(Tokens[I + 1], Spelled(Tokens[I + 1])))
      continue;
    size_t Name = Begin - 1;
    // name<int>(...)
    if (Tokens[Name].isOneOf(clang::tok::greater, clang::tok::greatergreater)) {
      int Depth = 0;
      for (size_t Steps = 0; Steps < 64 && Name > 0; ++Steps, --Name) {
        if (Tokens[Name].is(clang::tok::greater))
          ++Depth;
        else if (Tokens[Name].is(clang::tok::greatergreater))
          Depth += 2;
        else if (Tokens[Name].is(clang::tok::less) && --Depth == 0) {
          --Name;
          break;
        }
      }
    }
    StringRef Function = Spelled(Tokens[Name]);
    if (Function.empty())
      continue;
    Names.insert(Function);
    if (isMacroName(Function))
      for (size_t A = Begin + 1; A < I; ++A)
        if (StringRef Argument = Spelled(Tokens[A]); !Argument.empty())
          Names.insert(Argument);
  }
  return Names;
}

StringRef nameInUsr(StringRef USR) {
  // ...@F@name#, and @FT@>1#Tname#, also in front of "#overriders".
  size_t At = USR.rfind("@F@");
  size_t Template = USR.rfind("@FT@");
  StringRef Name;
  if (Template != StringRef::npos && (At == StringRef::npos || Template > At)) {
    // The template's parameters end in front of the name.
    StringRef Rest = USR.substr(Template + 4);
    if (Rest.consume_front(">")) {
      size_t Count = 0;
      if (Rest.consumeInteger(10, Count))
        return "";
      for (size_t I = 0; I < Count; ++I) {
        Rest.consume_front("#");
        Rest.consume_front("p");
        // Where a value or a template ends is not to be seen.
        if (!Rest.consume_front("T"))
          return "";
      }
    }
    Name = Rest;
  } else if (At != StringRef::npos) {
    Name = USR.substr(At + 3);
  } else {
    return "";
  }
  Name.consume_front("~");
  if (Name.starts_with("operator") &&
      (Name.size() == 8 || !(isAlnum(Name[8]) || Name[8] == '_')))
    return "operator";
  return Name.take_while([](char C) { return isAlnum(C) || C == '_'; });
}

} // namespace cancel_tidy
