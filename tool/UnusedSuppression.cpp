// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/UnusedSuppression.h"
#include "checks/AllChecks.h"
#include "tool/GlobSet.h"
#include "tool/Suppression.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace cancel_tidy {

namespace {

/// Only names that begin like this are ours; `*` is everybody's.
bool isOurs(StringRef Name) { return Name.starts_with("cancel-"); }

struct Comment {
  size_t Begin, End;
};

std::vector<Comment> commentsOf(StringRef Text,
                                const clang::LangOptions &Lang) {
  // The lexer wants a zero behind the text.
  const std::string Copy = Text.str();
  clang::Lexer Lex(clang::SourceLocation(), Lang, Copy.data(), Copy.data(),
                   Copy.data() + Copy.size());
  Lex.SetCommentRetentionState(true);
  std::vector<Comment> Comments;
  clang::Token Tok;
  do {
    Lex.LexFromRawLexer(Tok);
    if (Tok.is(clang::tok::comment)) {
      const size_t End = Lex.getBufferLocation() - Copy.data();
      Comments.push_back({End - Tok.getLength(), End});
    }
  } while (Tok.isNot(clang::tok::eof));
  return Comments;
}

/// What to cut where M goes: the comment, if it is nothing but M and a reason
/// behind it, with the line, if that holds nothing else.
std::optional<TextEdit> removal(StringRef File, StringRef Text,
                                const NoLintMark &M, const Comment &C) {
  TextEdit Edit;
  Edit.File = File.str();
  size_t Begin = M.Offset, End = M.Offset + M.Length;
  StringRef Before = Text.slice(C.Begin, M.Offset).rtrim(" \t");
  // A reason goes with what it explains.
  if (Before == "//" || Before == "/*") {
    Begin = C.Begin;
    End = C.End;
    // One comment may go on over several lines, or name several marks.
    if (Text.slice(M.Offset + M.Length, C.End).contains("NOLINT") ||
        Text.slice(C.Begin, C.End).contains('\n'))
      return std::nullopt;
  }
  while (Begin > 0 && (Text[Begin - 1] == ' ' || Text[Begin - 1] == '\t'))
    --Begin;
  const bool StartsLine = Begin == 0 || Text[Begin - 1] == '\n';
  size_t Next = End;
  while (Next < Text.size() &&
         (Text[Next] == ' ' || Text[Next] == '\t' || Text[Next] == '\r'))
    ++Next;
  const bool EndsLine = Next >= Text.size() || Text[Next] == '\n';
  if (EndsLine)
    End = StartsLine && Next < Text.size() ? Next + 1 : End;
  else if (StartsLine)
    Begin = C.Begin <= M.Offset && Begin < C.Begin ? C.Begin : Begin;
  Edit.Offset = Begin;
  Edit.Length = End - Begin;
  return Edit;
}

/// The list in the mark's parentheses; replaced by what is left of it.
TextEdit listOf(StringRef File, StringRef Text, const NoLintMark &M) {
  TextEdit Edit;
  Edit.File = File.str();
  StringRef Written = Text.substr(M.Offset, M.Length);
  const size_t Open = Written.find('(');
  Edit.Offset = M.Offset + Open + 1;
  Edit.Length = M.Length - Open - 2;
  return Edit;
}

std::string quotedList(ArrayRef<std::string> Names) {
  std::string Out;
  for (size_t I = 0; I < Names.size(); ++I) {
    if (I)
      Out += I + 1 == Names.size() ? " or " : ", ";
    Out += "'" + Names[I] + "'";
  }
  return Out;
}

} // namespace

std::vector<SuppressionMark>
suppressionMarks(StringRef File, StringRef Text, const clang::LangOptions &Lang,
                 function_ref<bool(StringRef Id)> IsOn) {
  std::vector<SuppressionMark> Out;
  // Few files have any.
  if (!Text.contains("NOLINT") || !Text.contains("cancel-"))
    return Out;
  const MarkedText Marked(File, Text.str());
  std::optional<std::vector<Comment>> Comments;
  for (const NoLintMark &M : Marked.marks()) {
    if (M.Kind == NoLintKind::End || !M.Names)
      continue;
    SmallVector<StringRef> Names;
    StringRef(*M.Names).split(Names, ',', -1, /*KeepEmpty=*/false);
    if (none_of(Names, isOurs) || is_contained(Names, UnusedSuppressionId))
      continue;
    // Bare marks and lists that name this check silence it.
    if (any_of(Marked.covering(UnusedSuppressionId, M.Offset),
               [&](const NoLintMark *Other) { return Other != &M; }))
      continue;
    if (!Comments)
      Comments = commentsOf(Text, Lang);
    auto CommentOf = [&](const NoLintMark &Of) -> const Comment * {
      auto It = find_if(*Comments, [&](const Comment &C) {
        return C.Begin <= Of.Offset && Of.Offset < C.End;
      });
      return It == Comments->end() ? nullptr : &*It;
    };
    const Comment *In = CommentOf(M);
    if (!In)
      continue;
    SuppressionMark Mark;
    Mark.Where = Marked.placeOf(M);
    Mark.Word = Text.substr(M.Offset, M.Length)
                    .take_until([](char C) { return C == '('; })
                    .str();
    for (StringRef Name : Names) {
      Mark.Names.push_back(Name.str());
      if (!isOurs(Name))
        continue;
      bool AnyOn = false, AllOn = true;
      for (const CheckInfo &Info : allChecks())
        if (Info.Id != UnusedSuppressionId && matchesGlob(Name, Info.Id))
          (IsOn(Info.Id) ? AnyOn : AllOn) = IsOn(Info.Id);
      (AnyOn && AllOn ? Mark.Ran : Mark.Open).push_back(Name.str());
    }
    std::vector<const NoLintMark *> Parts = {&M};
    if (M.Kind == NoLintKind::Begin) {
      const NoLintMark *End = Marked.endOf(M);
      if (!End)
        continue; // it covers nothing, and clang-tidy says so
      Parts.push_back(End);
    }
    for (const NoLintMark *Part : Parts) {
      Mark.Lists.push_back(listOf(File, Text, *Part));
      const Comment *C = CommentOf(*Part);
      std::optional<TextEdit> Cut =
          C ? removal(File, Text, *Part, *C) : std::nullopt;
      if (Cut)
        Mark.Removal.push_back(std::move(*Cut));
    }
    if (Mark.Removal.size() != Parts.size())
      Mark.Removal.clear();
    Mark.IsWanted = IsOn(UnusedSuppressionId);
    Out.push_back(std::move(Mark));
  }
  return Out;
}

void SuppressionUses::add(const ReportedFinding &R) {
  if (R.Suppressed)
    Used[{R.SuppressedBy.File, R.SuppressedBy.Offset}].push_back(R.F.CheckId);
}

void SuppressionUses::add(ArrayRef<SuppressionMark> More, bool IsWhole) {
  for (const SuppressionMark &M : More) {
    auto [It, New] = Marks.try_emplace({M.Where.File, M.Where.Offset});
    Seen &S = It->second;
    if (New)
      S.Mark = M;
    S.Whole &= IsWhole;
    S.Mark.IsWanted |= M.IsWanted;
    S.Mark.IsError |= M.IsError;
    append_range(S.Open, M.Open);
  }
}

std::vector<ReportedFinding> SuppressionUses::unused() const {
  std::vector<ReportedFinding> Out;
  for (const auto &[Key, S] : Marks) {
    if (!S.Whole || !S.Mark.IsWanted)
      continue;
    auto It = Used.find(Key);
    std::vector<std::string> Unused, Left;
    for (const std::string &Name : S.Mark.Names) {
      const bool Idle =
          is_contained(S.Mark.Ran, Name) && !is_contained(S.Open, Name) &&
          (It == Used.end() || none_of(It->second, [&](StringRef Id) {
             return matchesGlob(Name, Id);
           }));
      (Idle ? Unused : Left).push_back(Name);
    }
    if (Unused.empty())
      continue;
    ReportedFinding R;
    R.IsError = S.Mark.IsError;
    R.F.CheckId = UnusedSuppressionId.str();
    R.F.Where = S.Mark.Where;
    R.F.Message = "'" + S.Mark.Word + "' suppresses no finding of " +
                  quotedList(Unused) +
                  (Left.empty() ? "; remove it" : "; remove the name");
    if (Unused.size() > 1 && !Left.empty())
      R.F.Message += "s";
    Fix F;
    if (Left.empty()) {
      F.Description = "remove the comment";
      F.Edits = S.Mark.Removal;
    } else {
      F.Description = "remove what suppresses nothing";
      F.Edits = S.Mark.Lists;
      for (TextEdit &E : F.Edits)
        E.Text = join(Left, ", ");
    }
    if (!F.Edits.empty())
      R.F.Fixes.push_back(std::move(F));
    Out.push_back(std::move(R));
  }
  return Out;
}

} // namespace cancel_tidy
