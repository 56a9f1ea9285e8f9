// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/IncludeScan.h"
#include "tool/ProjectFiles.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using namespace llvm;
using clang::tooling::CompileCommand;

namespace cancel_tidy {

IncludeScan::IncludeScan(ArrayRef<CompileCommand> Commands)
    : Commands(Commands) {}

const std::vector<IncludeScan::Include> &
IncludeScan::includesOf(StringRef File) {
  auto [It, New] = Includes.try_emplace(File);
  if (!New)
    return It->second;
  auto Buffer = MemoryBuffer::getFile(File);
  if (!Buffer)
    return It->second;
  StringRef Text = (*Buffer)->getBuffer();
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    Text = Rest;
    Line = Line.ltrim();
    if (!Line.consume_front("#"))
      continue;
    Line = Line.ltrim();
    if (!Line.consume_front("include"))
      continue;
    Line = Line.ltrim();
    if (Line.empty() || (Line[0] != '"' && Line[0] != '<'))
      continue;
    bool Quoted = Line[0] == '"';
    size_t End = Line.find(Quoted ? '"' : '>', 1);
    if (End != StringRef::npos)
      It->second.push_back({Line.slice(1, End).str(), Quoted});
  }
  return It->second;
}

/// The folders that a command adds to the search path, absolute.
static std::vector<std::string> searchPath(const CompileCommand &Command) {
  std::vector<std::string> Folders;
  for (size_t I = 0; I < Command.CommandLine.size(); ++I) {
    StringRef Argument = Command.CommandLine[I];
    for (StringRef Flag : {"-I", "-iquote", "-isystem", "-idirafter"}) {
      if (!Argument.starts_with(Flag))
        continue;
      StringRef Folder = Argument.drop_front(Flag.size());
      if (Folder.empty() && I + 1 < Command.CommandLine.size())
        Folder = Command.CommandLine[++I];
      Folders.push_back(absolutePath(Folder, Command.Directory));
      break;
    }
  }
  return Folders;
}

bool IncludeScan::reaches(const CompileCommand &Command, StringRef File) {
  std::vector<std::string> Folders = searchPath(Command);
  std::vector<std::string> Work = {
      absolutePath(Command.Filename, Command.Directory)};
  StringSet<> Seen;
  Seen.insert(Work.back());
  auto Exists = [&](const std::string &Path) {
    auto [It, New] = Existing.try_emplace(Path, false);
    if (New)
      It->second = sys::fs::is_regular_file(Path);
    return It->second;
  };
  while (!Work.empty()) {
    std::string Current = std::move(Work.back());
    Work.pop_back();
    std::string Own = sys::path::parent_path(Current).str();
    for (const Include &I : includesOf(Current)) {
      std::string Found;
      if (I.Quoted)
        if (std::string Path = absolutePath(I.Spelling, Own); Exists(Path))
          Found = Path;
      for (const std::string &Folder : Folders) {
        if (!Found.empty())
          break;
        if (std::string Path = absolutePath(I.Spelling, Folder); Exists(Path))
          Found = Path;
      }
      if (Found.empty())
        continue;
      if (Found == File)
        return true;
      if (Seen.insert(Found).second)
        Work.push_back(std::move(Found));
    }
  }
  return false;
}

const CompileCommand *IncludeScan::includerOf(StringRef File) {
  StringRef Stem = sys::path::stem(File);
  struct Candidate {
    bool OtherStem;
    size_t Unlike; ///< characters of the path after the common beginning
    std::string Name;
    const CompileCommand *Command;
  };
  std::vector<Candidate> Candidates;
  for (const CompileCommand &C : Commands) {
    std::string Name = absolutePath(C.Filename, C.Directory);
    size_t Common =
        std::mismatch(Name.begin(), Name.end(), File.begin(), File.end())
            .first -
        Name.begin();
    Candidates.push_back({sys::path::stem(Name) != Stem,
                          File.size() + Name.size() - 2 * Common, Name, &C});
  }
  llvm::stable_sort(Candidates, [](const Candidate &A, const Candidate &B) {
    return std::tie(A.OtherStem, A.Unlike, A.Name) <
           std::tie(B.OtherStem, B.Unlike, B.Name);
  });
  for (const Candidate &C : Candidates)
    if (reaches(*C.Command, File))
      return C.Command;
  return nullptr;
}

} // namespace cancel_tidy
