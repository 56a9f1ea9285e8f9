// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/FixDiff.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

constexpr unsigned Around = 2;

/// Old lines First to Last, and what stands in their place.
struct Hunk {
  unsigned First, Last;
  std::vector<std::string> New;
};

/// Edits of one file that touch the same lines make one hunk.
std::vector<Hunk> hunksOf(ArrayRef<TextEdit> Edits, SourceTexts &Texts) {
  std::vector<Hunk> Hunks;
  for (size_t I = 0; I < Edits.size();) {
    const std::string &File = Edits[I].File;
    auto Region = Texts.region(File, Edits[I].Offset, Edits[I].Length);
    if (!Region)
      return {};
    Hunk H{Region->StartLine, Region->EndLine, {}};
    size_t End = I + 1;
    for (; End < Edits.size(); ++End) {
      auto Next = Texts.region(File, Edits[End].Offset, Edits[End].Length);
      if (!Next || Next->StartLine > H.Last)
        break;
      H.Last = std::max(H.Last, Next->EndLine);
    }
    // The old lines as one text, edited from the back.
    std::string Text;
    for (unsigned L = H.First; L <= H.Last; ++L)
      Text += Texts.line(File, L).value_or("").str() + "\n";
    const size_t Start = Texts.lineStart(File, Edits[I].Offset);
    for (size_t E = End; E-- > I;) {
      size_t At = Edits[E].Offset - Start;
      if (At > Text.size() || Edits[E].Length > Text.size() - At)
        return {}; // Lines that end in more than '\n'.
      Text.replace(At, Edits[E].Length, Edits[E].Text);
    }
    SmallVector<StringRef> Lines;
    StringRef(Text).drop_back(Text.empty() ? 0 : 1).split(Lines, '\n');
    for (StringRef L : Lines)
      H.New.push_back(L.rtrim('\r').str());
    Hunks.push_back(std::move(H));
    I = End;
  }
  return Hunks;
}

} // namespace

std::vector<FileDiff> diffOf(const Fix &F, SourceTexts &Texts) {
  std::vector<FileDiff> Result;
  for (size_t I = 0; I < F.Edits.size();) {
    const std::string &File = F.Edits[I].File;
    size_t End = I;
    while (End < F.Edits.size() && F.Edits[End].File == File)
      ++End;
    FileDiff Diff{File, {}};
    unsigned Next = 1; // first old line that is not printed yet
    auto Old = [&](unsigned From, unsigned To, char Sign) {
      for (unsigned L = From; L <= To; ++L)
        if (std::optional<StringRef> Line = Texts.line(File, L))
          Diff.Lines.push_back({Sign, L, Line->str()});
    };
    unsigned Behind = 0; // lines behind the last hunk, to be printed
    for (const Hunk &H : hunksOf(ArrayRef(F.Edits).slice(I, End - I), Texts)) {
      if (Behind) {
        unsigned To = std::min(Behind, H.First - 1);
        Old(Next, To, ' ');
        Next = To + 1;
      }
      unsigned From = std::max(Next, H.First > Around ? H.First - Around : 1);
      if (From > Next && !Diff.Lines.empty())
        Diff.Lines.push_back({'@', 0, ""});
      Old(From, H.First - 1, ' ');
      // Lines that stay the same at both ends of the hunk are no change.
      std::vector<std::string> OldLines;
      for (unsigned L = H.First; L <= H.Last; ++L)
        OldLines.push_back(Texts.line(File, L).value_or("").str());
      size_t Head = 0, Tail = 0;
      const size_t Least = std::min(OldLines.size(), H.New.size());
      while (Head < Least && OldLines[Head] == H.New[Head])
        ++Head;
      while (Tail < Least - Head && OldLines[OldLines.size() - 1 - Tail] ==
                                        H.New[H.New.size() - 1 - Tail])
        ++Tail;
      Old(H.First, H.First + Head - 1, ' ');
      Old(H.First + Head, H.Last - Tail, '-');
      for (size_t N = Head; N < H.New.size() - Tail; ++N)
        Diff.Lines.push_back({'+', 0, H.New[N]});
      Old(H.Last - Tail + 1, H.Last, ' ');
      Next = H.Last + 1;
      Behind = H.Last + Around;
    }
    Old(Next, Behind, ' ');
    if (!Diff.Lines.empty())
      Result.push_back(std::move(Diff));
    I = End;
  }
  return Result;
}

} // namespace cancel_tidy
