// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Suppression.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>
#include <map>
#include <memory>

using namespace llvm;

namespace cancel_tidy {
namespace {

std::optional<NoLintKind> kindOf(StringRef Word) {
  if (Word == "NOLINT")
    return NoLintKind::Line;
  if (Word == "NOLINTNEXTLINE")
    return NoLintKind::NextLine;
  if (Word == "NOLINTBEGIN")
    return NoLintKind::Begin;
  if (Word == "NOLINTEND")
    return NoLintKind::End;
  return std::nullopt;
}

/// "a , b" as "a,b".
std::string withoutSpaces(StringRef Names) {
  SmallVector<StringRef> Parts;
  Names.split(Parts, ',');
  for (StringRef &Part : Parts)
    Part = Part.trim();
  return join(Parts, ",");
}

/// The marks of one file, and the blocks they form.
class FileMarks {
public:
  FileMarks(StringRef File, std::string Content)
      : File(File), Text(std::move(Content)), Marks(findNoLintMarks(Text)) {
    LineStarts.push_back(0);
    for (size_t I = 0; I < Text.size(); ++I)
      if (Text[I] == '\n')
        LineStarts.push_back(I + 1);
    formBlocks();
  }

  /// The mark that covers a finding of CheckId at Offset, or null.
  const NoLintMark *covering(StringRef CheckId, size_t Offset) {
    if (Offset > Text.size())
      return nullptr; // the file is not what was parsed
    size_t Line = lineOf(Offset);
    if (const NoLintMark *M = onLine(Line, NoLintKind::Line, CheckId))
      return M;
    if (Line > 0)
      if (const NoLintMark *M = onLine(Line - 1, NoLintKind::NextLine, CheckId))
        return M;
    // Only now does clang-tidy look at blocks, and say what is wrong with them.
    BlocksAsked = true;
    for (const auto &[Begin, End] : Blocks)
      if (Marks[Begin].Offset < Offset && Offset < Marks[End].Offset &&
          Marks[Begin].Checks.contains(CheckId))
        return &Marks[Begin];
    return nullptr;
  }

  Place placeOf(const NoLintMark &M) const {
    Place P;
    P.File = File;
    P.Offset = M.Offset;
    P.Length = M.Length;
    size_t Line = lineOf(M.Offset);
    P.Line = Line + 1;
    P.Column = M.Offset - LineStarts[Line] + 1;
    return P;
  }

  void reportUnmatched(std::vector<ReportedFinding> &To) const {
    if (!BlocksAsked)
      return;
    for (size_t I : Unmatched) {
      ReportedFinding R;
      R.IsError = true;
      R.F.CheckId = "clang-tidy-nolint";
      R.F.Where = placeOf(Marks[I]);
      R.F.Where.Length = 0;
      R.F.Message = Marks[I].Kind == NoLintKind::Begin
                        ? "unmatched 'NOLINTBEGIN' comment without a "
                          "subsequent 'NOLINTEND' comment"
                        : "unmatched 'NOLINTEND' comment without a previous "
                          "'NOLINTBEGIN' comment";
      To.push_back(std::move(R));
    }
  }

private:
  size_t lineOf(size_t Offset) const {
    return upper_bound(LineStarts, Offset) - LineStarts.begin() - 1;
  }

  const NoLintMark *onLine(size_t Line, NoLintKind Kind,
                           StringRef CheckId) const {
    size_t End =
        Line + 1 < LineStarts.size() ? LineStarts[Line + 1] : Text.size();
    auto It = partition_point(Marks, [&](const NoLintMark &M) {
      return M.Offset < LineStarts[Line];
    });
    for (; It != Marks.end() && It->Offset < End; ++It)
      if (It->Kind == Kind && It->Checks.contains(CheckId))
        return &*It;
    return nullptr;
  }

  /// Blocks nest: an end closes the latest open begin, which must name the
  /// same checks.
  void formBlocks() {
    std::vector<size_t> Open;
    for (size_t I = 0; I < Marks.size(); ++I) {
      if (Marks[I].Kind == NoLintKind::Begin) {
        Open.push_back(I);
      } else if (Marks[I].Kind == NoLintKind::End) {
        if (!Open.empty() && Marks[Open.back()].Names == Marks[I].Names) {
          Blocks.push_back({Open.back(), I});
          Open.pop_back();
        } else {
          Unmatched.push_back(I);
        }
      }
    }
    Unmatched.insert(Unmatched.end(), Open.begin(), Open.end());
    sort(Unmatched);
  }

  std::string File;
  std::string Text;
  std::vector<NoLintMark> Marks;
  std::vector<size_t> LineStarts;
  std::vector<std::pair<size_t, size_t>> Blocks; // indices into Marks
  std::vector<size_t> Unmatched;
  bool BlocksAsked = false;
};

} // namespace

FileReader diskFileReader() {
  auto Cache =
      std::make_shared<std::map<std::string, std::optional<std::string>>>();
  return [Cache](StringRef File) -> std::optional<std::string> {
    auto [It, New] = Cache->try_emplace(File.str());
    if (New)
      if (ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer =
              MemoryBuffer::getFile(File, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false))
        It->second = (*Buffer)->getBuffer().str();
    return It->second;
  };
}

std::vector<NoLintMark> findNoLintMarks(StringRef Text) {
  constexpr StringLiteral Word = "NOLINT";
  std::vector<NoLintMark> Marks;
  size_t Pos = 0;
  while (true) {
    size_t Start = Text.find(Word, Pos);
    if (Start == StringRef::npos)
      return Marks;
    Pos = Start + Word.size();
    while (Pos < Text.size() && isAlpha(Text[Pos]))
      ++Pos;
    std::optional<NoLintKind> Kind = kindOf(Text.slice(Start, Pos));
    if (!Kind)
      continue;
    NoLintMark M;
    M.Kind = *Kind;
    M.Offset = Start;
    M.Checks = GlobSet("*");
    if (Pos < Text.size() && Text[Pos] == '(') {
      size_t Close = Text.find_first_of("\n)", ++Pos);
      if (Close != StringRef::npos && Text[Close] == ')') {
        StringRef Names = Text.slice(Pos, Close);
        M.Names = withoutSpaces(Names);
        M.Checks = GlobSet(Names, /*KeepNegative=*/false);
        Pos = Close + 1;
      }
    }
    M.Length = Pos - Start;
    Marks.push_back(std::move(M));
  }
}

std::vector<ReportedFinding>
markSuppressed(std::vector<ReportedFinding> &Findings,
               const FileReader &ReadFile) {
  std::map<std::string, std::unique_ptr<FileMarks>> Files;
  auto MarksOf = [&](const std::string &File) -> FileMarks * {
    auto [It, New] = Files.try_emplace(File);
    if (New)
      if (std::optional<std::string> Text = ReadFile(File))
        It->second = std::make_unique<FileMarks>(File, std::move(*Text));
    return It->second.get();
  };
  auto TryAt = [&](ReportedFinding &R, const Place &Where) {
    FileMarks *Marks = MarksOf(Where.File);
    if (!Marks)
      return false;
    const NoLintMark *M = Marks->covering(R.F.CheckId, Where.Offset);
    if (!M)
      return false;
    R.Suppressed = true;
    R.SuppressedBy = Marks->placeOf(*M);
    return true;
  };
  for (ReportedFinding &R : Findings) {
    R.Suppressed = false;
    // Inside a macro: where it is spelled, and all the way out.
    bool Done =
        any_of(R.F.Spelled, [&](const Place &P) { return TryAt(R, P); });
    if (!Done)
      TryAt(R, R.F.Where);
  }
  std::vector<ReportedFinding> Unmatched;
  for (const auto &[File, Marks] : Files)
    if (Marks)
      Marks->reportUnmatched(Unmatched);
  return Unmatched;
}

} // namespace cancel_tidy
