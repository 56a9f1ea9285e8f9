// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/TextReport.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Unicode.h"
#include <algorithm>

using namespace llvm;

namespace cancel_tidy {
namespace {

constexpr unsigned TabStop = 8;
constexpr size_t LongestLine = 4096; // as Clang: longer ones are not shown

/// Prints with colour where wanted, and always back to normal after it.
class Painter {
public:
  Painter(raw_ostream &OS, bool Color) : OS(OS), Color(Color) {
    OS.enable_colors(Color);
  }
  void print(StringRef Text, raw_ostream::Colors C, bool Bold) {
    if (Color)
      OS.changeColor(C, Bold);
    OS << Text;
    if (Color)
      OS.resetColor();
  }
  raw_ostream &OS;

private:
  bool Color;
};

/// A source line as it is shown, and the column at which each byte appears.
struct ShownLine {
  std::string Text;
  std::vector<unsigned> ColumnOfByte; ///< one more entry than bytes

  explicit ShownLine(StringRef Line) {
    unsigned Column = 0;
    size_t I = 0;
    while (I < Line.size()) {
      if (Line[I] == '\t') {
        unsigned Width = TabStop - Column % TabStop;
        ColumnOfByte.push_back(Column);
        Text.append(Width, ' ');
        Column += Width;
        ++I;
        continue;
      }
      unsigned Length = getNumBytesForUTF8(Line[I]);
      StringRef Char = Line.substr(I, Length);
      const auto *Begin = reinterpret_cast<const UTF8 *>(Char.begin());
      const auto *End = reinterpret_cast<const UTF8 *>(Char.end());
      std::string Shown;
      int Width = -1;
      if (Char.size() == Length && isLegalUTF8Sequence(Begin, End)) {
        Shown = Char.str();
        Width = sys::unicode::columnWidthUTF8(Shown);
        if (Width < 0) {
          UTF32 Code = 0;
          UTF32 *To = &Code;
          ConvertUTF8toUTF32(&Begin, End, &To, To + 1, strictConversion);
          Shown = ("<U+" + utohexstr(Code, false, 4) + ">");
        }
      } else {
        Length = 1;
        Shown = "<" + utohexstr(static_cast<unsigned char>(Line[I]), false, 2) +
                ">";
      }
      if (Width < 0)
        Width = Shown.size();
      ColumnOfByte.insert(ColumnOfByte.end(), Length, Column);
      Text += Shown;
      Column += Width;
      I += Length;
    }
    ColumnOfByte.push_back(Column);
  }

  unsigned columnOf(size_t Byte) const {
    return ColumnOfByte[std::min(Byte, ColumnOfByte.size() - 1)];
  }
};

struct LineAt {
  StringRef Text; ///< without its end
  size_t Offset = 0;
};

/// The line of Content that holds Offset.
std::optional<LineAt> lineAt(StringRef Content, size_t Offset) {
  if (Offset > Content.size())
    return std::nullopt;
  size_t Start = Content.take_front(Offset).rfind('\n');
  Start = Start == StringRef::npos ? 0 : Start + 1;
  LineAt L;
  L.Offset = Start;
  L.Text = Content.substr(Start).take_until([](char C) { return C == '\n'; });
  L.Text.consume_back("\r");
  return L;
}

void mark(std::string &Marks, unsigned From, unsigned To, char C) {
  if (Marks.size() < To)
    Marks.resize(To, ' ');
  std::fill(Marks.begin() + From, Marks.begin() + To, C);
}

/// The source line of Where, the caret line, and what TheFix inserts there.
void printSnippet(Painter &P, const Place &Where, const Fix *TheFix,
                  const FileReader &ReadFile) {
  std::optional<std::string> Content = ReadFile(Where.File);
  if (!Content || Where.Line == 0)
    return;
  std::optional<LineAt> Line = lineAt(*Content, Where.Offset);
  if (!Line || Line->Text.size() > LongestLine ||
      Where.Offset - Line->Offset > Line->Text.size())
    return;
  ShownLine Shown(Line->Text);
  auto ColumnAt = [&](size_t Offset) {
    return Shown.columnOf(Offset - Line->Offset);
  };
  size_t LineEnd = Line->Offset + Line->Text.size();

  std::string Marks, Inserted;
  if (Where.Length)
    mark(Marks, ColumnAt(Where.Offset),
         ColumnAt(std::min<size_t>(Where.Offset + Where.Length, LineEnd)), '~');
  unsigned InsertedEnd = 0;
  for (const TextEdit &Edit :
       TheFix ? TheFix->Edits : std::vector<TextEdit>()) {
    if (Edit.File != Where.File || Edit.Offset < Line->Offset ||
        Edit.Offset > LineEnd)
      continue;
    unsigned Column = ColumnAt(Edit.Offset);
    if (Edit.Length)
      mark(Marks, Column,
           ColumnAt(std::min<size_t>(Edit.Offset + Edit.Length, LineEnd)), '~');
    // As Clang: text that spans lines is not shown; one insertion does not
    // cover the one before it.
    if (Edit.Text.empty() ||
        StringRef(Edit.Text).find_first_of("\r\n") != StringRef::npos)
      continue;
    if (Column < InsertedEnd)
      Column = InsertedEnd + 1;
    unsigned Width = std::max(0, sys::unicode::columnWidthUTF8(Edit.Text));
    if (Inserted.size() < Column)
      Inserted.resize(Column, ' ');
    Inserted += Edit.Text;
    InsertedEnd = Column + Width;
  }
  unsigned Caret = ColumnAt(Where.Offset);
  mark(Marks, Caret, Caret + 1, '^');

  std::string Number = std::to_string(Where.Line);
  std::string Gutter =
      std::string(Number.size() < 5 ? 5 - Number.size() : 1, ' ') + Number +
      " | ";
  std::string Blank(Gutter.size() - 2, ' ');
  P.OS << Gutter << StringRef(Shown.Text).rtrim(' ') << '\n';
  P.OS << Blank << "| ";
  P.print(StringRef(Marks).rtrim(' '), raw_ostream::GREEN, true);
  P.OS << '\n';
  if (!Inserted.empty()) {
    P.OS << Blank << "| ";
    P.print(StringRef(Inserted).rtrim(' '), raw_ostream::GREEN, false);
    P.OS << '\n';
  }
}

void printHead(Painter &P, const Place &Where, StringRef Level,
               raw_ostream::Colors C, StringRef Message, bool Bold) {
  std::string At = Where.File.empty() ? ""
                                      : formatv("{0}:{1}:{2}: ", Where.File,
                                                Where.Line, Where.Column)
                                            .str();
  P.print(At, raw_ostream::SAVEDCOLOR, true);
  P.print(Level, C, true);
  if (Bold)
    P.print(Message, raw_ostream::SAVEDCOLOR, true);
  else
    P.OS << Message;
  P.OS << '\n';
}

} // namespace

void printFinding(raw_ostream &OS, const ReportedFinding &Reported,
                  const FileReader &ReadFile, const TextOptions &Options) {
  Painter P(OS, Options.Color);
  const Finding &F = Reported.F;
  std::string Message = F.Message + " [" + F.CheckId +
                        (Reported.IsError && F.CheckId != "clang-tidy-nolint"
                             ? ",-warnings-as-errors]"
                             : "]");
  printHead(P, F.Where, Reported.IsError ? "error: " : "warning: ",
            Reported.IsError ? raw_ostream::RED : raw_ostream::MAGENTA, Message,
            /*Bold=*/true);
  printSnippet(P, F.Where, F.Fixes.empty() ? nullptr : &F.Fixes.front(),
               ReadFile);
  for (const Note &N : F.Notes) {
    printHead(P, N.Where, "note: ", raw_ostream::CYAN, N.Message,
              /*Bold=*/false);
    printSnippet(P, N.Where, nullptr, ReadFile);
  }
}

unsigned printFindings(raw_ostream &OS, const RunReport &Report,
                       const FileReader &ReadFile, const TextOptions &Options) {
  unsigned Printed = 0;
  for (const ReportedFinding &R : Report.Findings) {
    if (!R.counts() || (Options.Max && Printed == Options.Max))
      continue;
    printFinding(OS, R, ReadFile, Options);
    ++Printed;
  }
  return Printed;
}

} // namespace cancel_tidy
