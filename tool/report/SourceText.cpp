// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/SourceText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace cancel_tidy {

std::string validUtf8(StringRef Text) {
  return json::isUTF8(Text) ? Text.str() : json::fixUTF8(Text);
}

unsigned utf16Length(StringRef Text) {
  unsigned Units = 0;
  for (size_t I = 0; I < Text.size();) {
    unsigned Length = getNumBytesForUTF8(Text[I]);
    const auto *Begin = reinterpret_cast<const UTF8 *>(Text.data() + I);
    if (I + Length > Text.size() || !isLegalUTF8Sequence(Begin, Begin + Length))
      Length = 1;
    Units += Length == 4 ? 2 : 1;
    I += Length;
  }
  return Units;
}

std::string percentEncoded(StringRef Path) {
  std::string Uri;
  for (unsigned char C : Path) {
    if (isAlnum(C) || StringRef("/-._~").contains(C)) {
      Uri += C;
    } else {
      Uri += '%';
      Uri += hexdigit(C >> 4);
      Uri += hexdigit(C & 15);
    }
  }
  return Uri;
}

StringRef withoutSlash(StringRef Root) {
  while (Root.size() > 1 && Root.back() == '/')
    Root = Root.drop_back();
  return Root;
}

std::optional<StringRef> belowRoot(StringRef File, StringRef Root) {
  Root = withoutSlash(Root);
  StringRef Rest = File;
  if (!Root.empty() && Rest.consume_front(Root) &&
      (Root == "/" || Rest.consume_front("/")))
    return Rest;
  if (!sys::path::is_absolute(File))
    return File;
  return std::nullopt;
}

const SourceTexts::Source &SourceTexts::of(const std::string &File) {
  auto [It, New] = Files.try_emplace(File);
  Source &S = It->second;
  if (New) {
    S.Text = Read(File);
    S.LineStarts.push_back(0);
    for (size_t I = 0; S.Text && I < S.Text->size(); ++I)
      if ((*S.Text)[I] == '\n')
        S.LineStarts.push_back(I + 1);
  }
  return S;
}

static StringRef untilLineEnd(StringRef Text) {
  return Text.take_until([](char C) { return C == '\n' || C == '\r'; });
}

size_t SourceTexts::lineStart(const std::string &File, size_t Offset) {
  const Source &S = of(File);
  return *std::prev(upper_bound(S.LineStarts, Offset));
}

StringRef SourceTexts::lineAt(const std::string &File, size_t Offset) {
  const Source &S = of(File);
  if (!S.Text || Offset > S.Text->size())
    return "";
  return untilLineEnd(StringRef(*S.Text).substr(lineStart(File, Offset)));
}

std::optional<StringRef> SourceTexts::line(const std::string &File,
                                           unsigned Number) {
  const Source &S = of(File);
  if (!S.Text || Number == 0 || Number > S.LineStarts.size() ||
      (Number > 1 && S.LineStarts[Number - 1] == S.Text->size()))
    return std::nullopt;
  return untilLineEnd(StringRef(*S.Text).substr(S.LineStarts[Number - 1]));
}

StringRef SourceTexts::text(const std::string &File, size_t Offset,
                            size_t Length) {
  const Source &S = of(File);
  if (!S.Text || Offset + Length > S.Text->size())
    return "";
  return StringRef(*S.Text).substr(Offset, Length);
}

std::optional<SourceTexts::Region>
SourceTexts::region(const std::string &File, size_t Offset, size_t Length) {
  const Source &S = of(File);
  if (!S.Text || Offset + Length > S.Text->size())
    return std::nullopt;
  auto Position = [&](size_t At) -> std::pair<unsigned, unsigned> {
    size_t Line = upper_bound(S.LineStarts, At) - S.LineStarts.begin();
    StringRef Before = StringRef(*S.Text).slice(S.LineStarts[Line - 1], At);
    // A byte order mark is no character of the first line.
    if (Line == 1)
      Before.consume_front("\xEF\xBB\xBF");
    return {Line, utf16Length(Before) + 1};
  };
  auto [StartLine, StartColumn] = Position(Offset);
  auto [EndLine, EndColumn] = Position(Offset + Length);
  return Region{StartLine, StartColumn, EndLine, EndColumn};
}

} // namespace cancel_tidy
