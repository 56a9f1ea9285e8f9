// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/DiffLines.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <limits>

using namespace llvm;

namespace cancel_tidy {
namespace {

Error wrong(const Twine &What) {
  return createStringError(inconvertibleErrorCode(), What);
}

/// The name in "+++ b/name", unquoted; git ends names that hold spaces with a
/// tab.
std::string nameIn(StringRef Header) {
  Header = Header.split('\t').first.rtrim("\r");
  std::string Name;
  if (!Header.consume_front("\"")) {
    Name = Header.str();
  } else {
    // Bytes that are no plain ASCII come as \ooo.
    Header.consume_back("\"");
    for (size_t I = 0; I < Header.size(); ++I) {
      if (Header[I] != '\\' || I + 1 == Header.size()) {
        Name += Header[I];
        continue;
      }
      unsigned Value = 0;
      if (!Header.substr(I + 1, 3).getAsInteger(8, Value) &&
          I + 3 < Header.size()) {
        Name += char(Value);
        I += 3;
      } else {
        char C = Header[++I];
        Name += C == 'n' ? '\n' : C == 't' ? '\t' : C;
      }
    }
  }
  return Name;
}

/// Runs git in Folder and gives what it prints.
Expected<std::string> git(StringRef Folder, ArrayRef<StringRef> Arguments) {
  ErrorOr<std::string> Program = sys::findProgramByName("git");
  if (!Program)
    return wrong("option '--diff' needs git, which is not on the PATH; give a "
                 "diff on standard input with --diff=-");
  SmallString<128> Out, Err;
  if (sys::fs::createTemporaryFile("cancel-tidy-diff", "out", Out) ||
      sys::fs::createTemporaryFile("cancel-tidy-diff", "err", Err))
    return wrong("option '--diff': no temporary file can be made");
  FileRemover RemoveOut(Out), RemoveErr(Err);
  SmallVector<StringRef> Line = {*Program, "-C", Folder};
  append_range(Line, Arguments);
  std::optional<StringRef> Redirects[] = {StringRef(""), StringRef(Out),
                                          StringRef(Err)};
  std::string Problem;
  int Code = sys::ExecuteAndWait(*Program, Line, std::nullopt, Redirects,
                                 /*SecondsToWait=*/120, 0, &Problem);
  auto Text = [](StringRef File) {
    auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/false,
                                        /*RequiresNullTerminator=*/false);
    return Buffer ? (*Buffer)->getBuffer().str() : std::string();
  };
  if (Code != 0) {
    std::string Said = Text(Err);
    StringRef First = StringRef(Said).split('\n').first;
    return wrong("option '--diff': git failed: " +
                 (First.empty() ? StringRef(Problem) : First) +
                 "; name a commit or branch, or give a diff with --diff=-");
  }
  return Text(Out);
}

} // namespace

Expected<DiffLines> DiffLines::parse(StringRef Diff, StringRef Folder) {
  DiffLines Result;
  std::vector<std::pair<unsigned, unsigned>> *Ranges = nullptr;
  unsigned Number = 0, NewLine = 0;
  uint64_t OldLeft = 0, NewLeft = 0; // of the hunk
  bool AnyHeader = false;
  while (!Diff.empty()) {
    StringRef Line;
    std::tie(Line, Diff) = Diff.split('\n');
    ++Number;
    if (OldLeft || NewLeft) {
      // Inside a hunk nothing is a header, whatever it looks like.
      char C = Line.empty() ? ' ' : Line.front();
      if (C == '-' || C == ' ')
        OldLeft -= OldLeft != 0;
      if (C != '+' && C != ' ')
        continue;
      NewLeft -= NewLeft != 0;
      if (C == '+' && Ranges) {
        if (!Ranges->empty() && Ranges->back().second + 1 == NewLine)
          Ranges->back().second = NewLine;
        else
          Ranges->push_back({NewLine, NewLine});
      }
      ++NewLine;
      continue;
    }
    if (Line.consume_front("+++ ")) {
      AnyHeader = true;
      std::string Name = nameIn(Line);
      Ranges = nullptr;
      if (Name == "/dev/null")
        continue;
      SmallString<256> Path(Name);
      if (!sys::path::is_absolute(Name)) {
        Path = Folder;
        StringRef Stripped = Name;
        Stripped.consume_front("b/");
        sys::path::append(Path, Stripped);
        if (Stripped.size() != Name.size() && !sys::fs::exists(Path)) {
          // A folder that is really called b.
          SmallString<256> Whole(Folder);
          sys::path::append(Whole, Name);
          if (sys::fs::exists(Whole))
            Path = Whole;
        }
      }
      sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
      Ranges = &Result.Ranges[Path.str().str()];
      continue;
    }
    if (!Line.consume_front("@@ -"))
      continue;
    auto Range = [&](uint64_t &First, uint64_t &Count) {
      Count = 1;
      if (Line.consumeInteger(10, First))
        return false;
      return !Line.consume_front(",") || !Line.consumeInteger(10, Count);
    };
    uint64_t OldFirst, OldCount, First, Count;
    if (!AnyHeader || !Range(OldFirst, OldCount) || !Line.consume_front(" +") ||
        !Range(First, Count) ||
        First + Count > std::numeric_limits<unsigned>::max())
      return wrong("option '--diff': line " + Twine(Number) +
                   " of the diff is no hunk of a unified diff; make it with "
                   "'git diff -U0'");
    OldLeft = OldCount;
    NewLeft = Count;
    NewLine = unsigned(First);
  }
  return Result;
}

Expected<DiffLines> DiffLines::fromGit(StringRef Base, StringRef Folder) {
  if (Base.starts_with("-"))
    return wrong("option '--diff': '" + Base +
                 "' is no commit; write --diff=BRANCH, or --diff=- for a diff "
                 "on standard input");
  Expected<std::string> Top = git(Folder, {"rev-parse", "--show-toplevel"});
  if (!Top)
    return Top.takeError();
  std::string TopFolder = StringRef(*Top).rtrim("\r\n").str();
  Expected<std::string> Diff =
      git(TopFolder, {"-c", "core.quotePath=true", "diff", "-U0", "--no-color",
                      "--no-ext-diff", "--no-renames", "--src-prefix=a/",
                      "--dst-prefix=b/", Base, "--"});
  if (!Diff)
    return Diff.takeError();
  Expected<DiffLines> Result = parse(*Diff, TopFolder);
  if (!Result)
    return Result;
  Expected<std::string> New =
      git(TopFolder, {"ls-files", "-z", "--others", "--exclude-standard"});
  if (!New)
    return New.takeError();
  SmallVector<StringRef> Names;
  StringRef(*New).split(Names, '\0', -1, /*KeepEmpty=*/false);
  for (StringRef Name : Names) {
    SmallString<256> Path(TopFolder);
    sys::path::append(Path, Name);
    Result->Ranges[Path.str().str()] = {
        {1, std::numeric_limits<unsigned>::max()}};
  }
  return Result;
}

bool DiffLines::contains(StringRef File, unsigned Line) const {
  auto It = Ranges.find(File.str());
  return It != Ranges.end() && any_of(It->second, [&](const auto &R) {
           return R.first <= Line && Line <= R.second;
         });
}

bool DiffLines::touches(const Finding &F) const {
  return contains(F.Where.File, F.Where.Line) ||
         any_of(F.Spelled,
                [&](const Place &P) { return contains(P.File, P.Line); }) ||
         any_of(F.Notes, [&](const Note &N) {
           return contains(N.Where.File, N.Where.Line);
         });
}

} // namespace cancel_tidy
