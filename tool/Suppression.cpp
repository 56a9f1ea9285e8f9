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

} // namespace

MarkedText::MarkedText(StringRef File, std::string Content)
    : File(File), Text(std::move(Content)), Marks(findNoLintMarks(Text)) {
  LineStarts.push_back(0);
  for (size_t I = 0; I < Text.size(); ++I)
    if (Text[I] == '\n')
      LineStarts.push_back(I + 1);
  formBlocks();
}

std::vector<const NoLintMark *> MarkedText::covering(StringRef CheckId,
                                                     size_t Offset) const {
  std::vector<const NoLintMark *> Found;
  if (Offset > Text.size())
    return Found; // the file is not what was parsed
  const size_t Line = lineOf(Offset);
  addOnLine(Line, NoLintKind::Line, CheckId, Found);
  if (Line > 0)
    addOnLine(Line - 1, NoLintKind::NextLine, CheckId, Found);
  for (const auto &[Begin, End] : Blocks)
    if (Marks[Begin].Offset < Offset && Offset < Marks[End].Offset &&
        Marks[Begin].Checks.contains(CheckId))
      Found.push_back(&Marks[Begin]);
  return Found;
}

const NoLintMark *MarkedText::endOf(const NoLintMark &Begin) const {
  for (const auto &[First, Last] : Blocks)
    if (&Marks[First] == &Begin)
      return &Marks[Last];
  return nullptr;
}

Place MarkedText::placeOf(const NoLintMark &M) const {
  Place P;
  P.File = File;
  P.Offset = M.Offset;
  P.Length = M.Length;
  size_t Line = lineOf(M.Offset);
  P.Line = Line + 1;
  P.Column = M.Offset - LineStarts[Line] + 1;
  return P;
}

void MarkedText::reportUnmatched(std::vector<ReportedFinding> &To) const {
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

size_t MarkedText::lineOf(size_t Offset) const {
  return upper_bound(LineStarts, Offset) - LineStarts.begin() - 1;
}

void MarkedText::addOnLine(size_t Line, NoLintKind Kind, StringRef CheckId,
                           std::vector<const NoLintMark *> &To) const {
  size_t End =
      Line + 1 < LineStarts.size() ? LineStarts[Line + 1] : Text.size();
  auto It = partition_point(
      Marks, [&](const NoLintMark &M) { return M.Offset < LineStarts[Line]; });
  for (; It != Marks.end() && It->Offset < End; ++It)
    if (It->Kind == Kind && It->Checks.contains(CheckId))
      To.push_back(&*It);
}

/// Blocks nest: an end closes the latest open begin, which must name the
/// same checks.
void MarkedText::formBlocks() {
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
  struct OneFile {
    std::unique_ptr<MarkedText> Marks;
    bool BlocksAsked = false;
  };
  std::map<std::string, OneFile> Files;
  auto FileOf = [&](const std::string &Name) -> OneFile & {
    auto [It, New] = Files.try_emplace(Name);
    if (New)
      if (std::optional<std::string> Text = ReadFile(Name))
        It->second.Marks = std::make_unique<MarkedText>(Name, std::move(*Text));
    return It->second;
  };
  auto TryAt = [&](ReportedFinding &R, const Place &Where) {
    OneFile &File = FileOf(Where.File);
    if (!File.Marks)
      return false;
    auto Found = File.Marks->covering(R.F.CheckId, Where.Offset);
    // Only where no mark of the line does it, clang-tidy looks at blocks and
    // says what is wrong with them.
    File.BlocksAsked |=
        Found.empty() || Found.front()->Kind == NoLintKind::Begin;
    if (Found.empty())
      return false;
    R.Suppressed = true;
    R.SuppressedBy = File.Marks->placeOf(*Found.front());
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
  for (const auto &[Name, File] : Files)
    if (File.Marks && File.BlocksAsked)
      File.Marks->reportUnmatched(Unmatched);
  return Unmatched;
}

} // namespace cancel_tidy
