// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/CompileCommands.h"
#include "tool/IncludeScan.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <map>
#include <set>

using namespace llvm;
using clang::tooling::CompileCommand;

namespace cancel_tidy {
namespace {

constexpr StringLiteral HowToMake =
    "make one with 'cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON' "
    "and give '-p build', or give the compiler's flags after '--'";

Error failure(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message);
}

/// Files of languages that hold no C or C++.
bool isOtherLanguage(StringRef File) {
  static constexpr StringLiteral Extensions[] = {
      ".s",   ".asm",   ".sx", ".rc", ".f",    ".f90",  ".f95", ".for", ".go",
      ".res", ".swift", ".d",  ".rs", ".java", ".ispc", ".td",  ".cl"};
  return is_contained(Extensions, sys::path::extension(File).lower());
}

bool isSource(StringRef File) {
  static constexpr StringLiteral Extensions[] = {
      ".c",   ".cc",   ".cpp", ".cxx",  ".c++", ".C",  ".cp", ".CPP",
      ".ccm", ".cppm", ".ixx", ".cxxm", ".m",   ".mm", ".cu"};
  return is_contained(Extensions, sys::path::extension(File));
}

/// The database that -p names, or the nearest one.
Expected<std::string> findDatabase(const Options &O) {
  constexpr StringLiteral Name = "compile_commands.json";
  if (!O.BuildPath.empty()) {
    std::string Path = absolutePath(O.BuildPath);
    if (!sys::fs::exists(Path))
      return failure("-p: no such folder: " + O.BuildPath + "; " + HowToMake);
    if (!sys::fs::is_directory(Path))
      return Path;
    SmallString<256> File(Path);
    sys::path::append(File, Name);
    if (sys::fs::exists(File))
      return std::string(File);
    return failure("no " + Name + " in " + O.BuildPath + "; " + HowToMake);
  }
  std::string Start = absolutePath(O.Files.empty() ? "." : O.Files.front());
  if (!O.Files.empty() && !sys::fs::is_directory(Start))
    Start = sys::path::parent_path(Start).str();
  for (StringRef Folder = Start; !Folder.empty();
       Folder = sys::path::parent_path(Folder))
    for (StringRef Sub : {"", "build"}) {
      SmallString<256> File(Folder);
      sys::path::append(File, Sub, Name);
      if (sys::fs::exists(File))
        return std::string(File);
    }
  return failure("no compile database: no " + Name + " in " + Start +
                 " or a folder above it; " + HowToMake);
}

/// Replaces each @file argument by what the file holds; one that is not there
/// stays, and is dropped later.
void expandResponseFiles(CompileCommand &Command) {
  if (none_of(Command.CommandLine,
              [](StringRef A) { return A.starts_with("@"); }))
    return;
  BumpPtrAllocator Allocator;
  SmallVector<const char *, 64> Arguments;
  for (const std::string &A : Command.CommandLine)
    Arguments.push_back(A.c_str());
  auto Files = vfs::createPhysicalFileSystem();
  Files->setCurrentWorkingDirectory(Command.Directory);
  cl::ExpansionContext Context(Allocator, cl::TokenizeGNUCommandLine);
  Context.setVFS(Files.get()).setCurrentDir(Command.Directory);
  if (Error E = Context.expandResponseFiles(Arguments)) {
    consumeError(std::move(E));
    return;
  }
  Command.CommandLine.assign(Arguments.begin(), Arguments.end());
}

/// Folders that a build writes to.
bool isBuildFolder(StringRef Folder) {
  for (StringRef Mark : {"CMakeCache.txt", "build.ninja", "meson-info",
                         ".ninja_log", "rules.ninja"}) {
    SmallString<256> Path(Folder);
    sys::path::append(Path, Mark);
    if (sys::fs::exists(Path))
      return true;
  }
  return false;
}

/// What CMake noted as the folder of the sources; empty: no CMake here.
std::string cmakeHome(StringRef BuildFolder) {
  SmallString<256> Path(BuildFolder);
  sys::path::append(Path, "CMakeCache.txt");
  auto Buffer = MemoryBuffer::getFile(Path);
  if (!Buffer)
    return "";
  StringRef Key = "CMAKE_HOME_DIRECTORY:INTERNAL=";
  size_t At = (*Buffer)->getBuffer().find(Key);
  if (At == StringRef::npos)
    return "";
  return (*Buffer)
      ->getBuffer()
      .drop_front(At + Key.size())
      .split('\n')
      .first.rtrim()
      .str();
}

ProjectLayout layoutOf(ArrayRef<TuCommand> All, StringRef DatabaseFile) {
  ProjectLayout Layout;
  SmallString<256> Real;
  if (sys::fs::real_path(DatabaseFile, Real))
    Real = DatabaseFile;
  StringRef OfDatabase = sys::path::parent_path(Real);

  StringSet<> Seen;
  std::vector<std::string> Candidates = {OfDatabase.str()};
  Seen.insert(OfDatabase);
  for (const TuCommand &C : All)
    if (Seen.insert(C.Directory).second && isBuildFolder(C.Directory))
      Candidates.push_back(C.Directory);

  std::vector<std::string> Sources;
  for (const TuCommand &C : All)
    if (none_of(Candidates,
                [&](StringRef B) { return isUnder(C.MainFile, B); }))
      Sources.push_back(C.MainFile);
  std::string Common = commonFolder(Sources);
  if (Sources.empty()) {
    // A unity build lists generated files only; otherwise the sources lie in
    // the build folder.
    Common = cmakeHome(OfDatabase);
    if (Common.empty() || isUnder(Common, OfDatabase)) {
      for (const TuCommand &C : All)
        Sources.push_back(C.MainFile);
      Common = commonFolder(Sources);
    }
  }
  Layout.Root = projectRoot(Common);
  for (const std::string &B : Candidates)
    if (!isUnder(Common, B))
      Layout.BuildFolders.push_back(B);
  return Layout;
}

TuCommand toTu(const CompileCommand &C) {
  TuCommand T;
  T.Directory = absolutePath(C.Directory);
  T.MainFile = absolutePath(C.Filename, T.Directory);
  T.Arguments = C.CommandLine;
  return T;
}

/// A run over files given with flags after `--`.
Expected<RunInput> collectFixed(const Options &O) {
  if (O.Files.empty())
    return failure("no files given; flags after '--' need files before it");
  RunInput Input;
  // A build step (CMake's CXX_CLANG_TIDY puts the compiler and its whole
  // command after `--`) shows one TU of a program.
  bool IsBuildStep = !O.Flags->empty() && !O.Flags->front().empty() &&
                     O.Flags->front()[0] != '-' && O.Flags->front()[0] != '@';
  Input.Closed = !IsBuildStep && O.BuildPath.empty();
  CompileCommand Command(absolutePath("."), "", {}, "");
  if (!IsBuildStep)
    Command.CommandLine.push_back("clang-tool");
  Command.CommandLine.insert(Command.CommandLine.end(), O.Flags->begin(),
                             O.Flags->end());
  expandResponseFiles(Command);
  for (const std::string &F : O.Files) {
    TuCommand T;
    T.Directory = Command.Directory;
    T.MainFile = absolutePath(F);
    T.Arguments = Command.CommandLine;
    T.Given = true;
    if (!isSource(T.MainFile) && !is_contained(T.Arguments, "-x"))
      T.Arguments.insert(T.Arguments.begin() + 1, {"-x", "c++"});
    Input.Layout.Given.push_back(T.MainFile);
    Input.Commands.push_back(std::move(T));
  }
  Input.Layout.Root = projectRoot(commonFolder(Input.Layout.Given));
  Input.BuildFolder = Command.Directory;
  return Input;
}

/// Commands for Given, a file that the database does not list.
Expected<TuCommand> borrowCommand(StringRef Given, const std::string &File,
                                  ArrayRef<CompileCommand> Commands,
                                  IncludeScan &Scan,
                                  std::vector<std::string> &Notices) {
  const CompileCommand *Donor = Scan.includerOf(File);
  TuCommand T;
  if (Donor) {
    T = toTu(*Donor);
    Notices.push_back(("'" + Given +
                       "' is not in the compile database: its "
                       "flags are those of '" +
                       Donor->Filename + "', which includes it")
                          .str());
  } else {
    // The nearest name, as clangd and clang-tidy choose.
    struct List : clang::tooling::CompilationDatabase {
      std::vector<CompileCommand> All;
      std::vector<CompileCommand>
      getCompileCommands(StringRef Path) const override {
        std::vector<CompileCommand> Found;
        for (const CompileCommand &C : All)
          if (absolutePath(C.Filename, C.Directory) == Path)
            Found.push_back(C);
        return Found;
      }
      std::vector<std::string> getAllFiles() const override {
        std::vector<std::string> Files;
        for (const CompileCommand &C : All)
          Files.push_back(absolutePath(C.Filename, C.Directory));
        return Files;
      }
      std::vector<CompileCommand> getAllCompileCommands() const override {
        return All;
      }
    };
    auto Known = std::make_unique<List>();
    Known->All = Commands.vec();
    std::vector<CompileCommand> Found =
        clang::tooling::inferMissingCompileCommands(std::move(Known))
            ->getCompileCommands(File);
    if (Found.empty())
      return failure("'" + Given +
                     "' is not in the compile database and no "
                     "file in it is like it; add it to the build, or give "
                     "flags after '--'");
    T = toTu(Found.front());
    StringRef Like = Found.front().Heuristic;
    Notices.push_back(("'" + Given +
                       "' is not in the compile database and "
                       "nothing in it includes it: its flags are a guess" +
                       (Like.empty() ? Twine() : " (" + Like + ")"))
                          .str());
  }
  StringRef DonorExtension = sys::path::extension(T.MainFile);
  if (Donor && !isSource(File) && !is_contained(T.Arguments, "-x")) {
    StringRef Language = DonorExtension == ".c"    ? "c"
                         : DonorExtension == ".m"  ? "objective-c"
                         : DonorExtension == ".mm" ? "objective-c++"
                                                   : "c++";
    T.Arguments.insert(T.Arguments.begin() + 1, {"-x", Language.str()});
  }
  T.MainFile = File;
  return T;
}

/// A run over a compile database.
Expected<RunInput> collectFromDatabase(const Options &O) {
  Expected<std::string> Database = findDatabase(O);
  if (!Database)
    return Database.takeError();
  Expected<std::vector<CompileCommand>> Commands =
      readCompileDatabase(*Database);
  if (!Commands)
    return Commands.takeError();

  RunInput Input;
  Input.BuildFolder = sys::path::parent_path(*Database).str();
  std::vector<TuCommand> All;
  for (CompileCommand &C : *Commands)
    expandResponseFiles(C);
  for (const CompileCommand &C : *Commands)
    if (!isOtherLanguage(C.Filename))
      All.push_back(toTu(C));
  if (All.empty())
    return failure(*Database + ": names no C or C++ file; build the project "
                               "once, or give files and flags after '--'");
  Input.Layout = layoutOf(All, *Database);

  if (O.Files.empty()) {
    Input.Closed = true;
    Input.Commands = std::move(All);
    return Input;
  }

  std::map<std::string, std::vector<size_t>> ByName, ByRealName;
  auto RealName = [](StringRef Path) {
    SmallString<256> Real;
    return sys::fs::real_path(Path, Real) ? Path.str() : std::string(Real);
  };
  for (size_t I = 0; I < All.size(); ++I)
    ByName[All[I].MainFile].push_back(I);
  std::set<size_t> Chosen;
  IncludeScan Scan(*Commands);
  for (const std::string &Given : O.Files) {
    std::string File = absolutePath(Given);
    if (!sys::fs::exists(File))
      return failure("no such file: " + Given);
    if (sys::fs::is_directory(File)) {
      bool Any = false;
      for (size_t I = 0; I < All.size(); ++I)
        if (isUnder(All[I].MainFile, File)) {
          Chosen.insert(I);
          Any = true;
        }
      if (!Any)
        return failure("the compile database names no file in " + Given);
      continue;
    }
    Input.Layout.Given.push_back(File);
    const std::vector<size_t> *Found = nullptr;
    if (auto It = ByName.find(File); It != ByName.end())
      Found = &It->second;
    if (!Found) {
      if (ByRealName.empty())
        for (size_t I = 0; I < All.size(); ++I)
          ByRealName[RealName(All[I].MainFile)].push_back(I);
      if (auto It = ByRealName.find(RealName(File)); It != ByRealName.end()) {
        Found = &It->second;
        Input.Layout.Given.push_back(All[Found->front()].MainFile);
      }
    }
    if (Found) {
      for (size_t I : *Found) {
        All[I].Given = true;
        Chosen.insert(I);
      }
      continue;
    }
    Expected<TuCommand> T =
        borrowCommand(Given, File, *Commands, Scan, Input.Notices);
    if (!T)
      return T.takeError();
    T->Given = true;
    Input.Commands.push_back(std::move(*T));
  }
  // Naming every file of the program is as good as naming none.
  Input.Closed = Chosen.size() == All.size();
  for (size_t I : Chosen)
    Input.Commands.push_back(std::move(All[I]));
  return Input;
}

} // namespace

Expected<std::vector<CompileCommand>> readCompileDatabase(StringRef File) {
  auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/true);
  if (!Buffer)
    return failure("cannot read " + File + ": " + Buffer.getError().message());
  constexpr StringLiteral Mend = "; run the build's configuration step again";
  Expected<json::Value> Root = json::parse((*Buffer)->getBuffer());
  if (!Root) {
    // "[3:14, byte=40]: Expected ,": made into FILE:3:14.
    std::string Text = toString(Root.takeError());
    StringRef T = Text;
    StringRef Place = T.consume_front("[") ? T.split(',').first : "1:1";
    StringRef What = T.contains("]: ") ? T.split("]: ").second : T;
    return failure(File + ":" + Place + ": not valid JSON: " + What + Mend);
  }
  const json::Array *Entries = Root->getAsArray();
  if (!Entries)
    return failure(File + ":1:1: a compile database is a JSON array" + Mend);
  if (Entries->empty())
    return failure(File + ":1:1: the compile database is empty; a target of "
                          "the build must compile C++");

  std::vector<CompileCommand> Commands;
  for (size_t I = 0; I < Entries->size(); ++I) {
    const json::Object *Entry = (*Entries)[I].getAsObject();
    auto Bad = [&](const Twine &What) {
      return failure(File + ": entry " + Twine(I + 1) + " " + What + Mend);
    };
    if (!Entry)
      return Bad("is not an object");
    std::optional<StringRef> Name = Entry->getString("file");
    if (!Name || Name->empty())
      return Bad("has no \"file\"");
    std::optional<StringRef> Folder = Entry->getString("directory");
    if (!Folder)
      return Bad("has no \"directory\"");
    CompileCommand C(
        absolutePath(*Folder, sys::path::parent_path(absolutePath(File))),
        *Name, {}, Entry->getString("output").value_or(""));
    if (const json::Array *Arguments = Entry->getArray("arguments")) {
      for (const json::Value &A : *Arguments)
        C.CommandLine.push_back(A.getAsString().value_or("").str());
    } else if (std::optional<StringRef> Command = Entry->getString("command")) {
      BumpPtrAllocator Allocator;
      StringSaver Saver(Allocator);
      SmallVector<const char *, 64> Words;
#ifdef _WIN32
      cl::TokenizeWindowsCommandLine(*Command, Saver, Words);
#else
      cl::TokenizeGNUCommandLine(*Command, Saver, Words);
#endif
      C.CommandLine.assign(Words.begin(), Words.end());
    }
    if (C.CommandLine.empty())
      return Bad("has neither \"command\" nor \"arguments\"");
    Commands.push_back(std::move(C));
  }
  return Commands;
}

Expected<RunInput> collectCommands(const Options &O) {
  Expected<RunInput> Input = O.Flags ? collectFixed(O) : collectFromDatabase(O);
  if (!Input)
    return Input;
  for (const std::string &Given : Input->Layout.Given)
    if (!sys::fs::exists(Given))
      return failure("no such file: " + Given);
  // Facts say what a run over the whole program needs of the file, and there
  // nobody named it.
  if (!O.EmitFacts.empty())
    Input->Layout.Given.clear();
  if (!O.Root.empty()) {
    Input->Layout.Root = absolutePath(O.Root);
    if (!sys::fs::is_directory(Input->Layout.Root))
      return failure("--root: no such folder: " + O.Root);
  }
  llvm::stable_sort(Input->Commands,
                    [](const TuCommand &A, const TuCommand &B) {
                      return std::tie(A.MainFile, A.Directory, A.Arguments) <
                             std::tie(B.MainFile, B.Directory, B.Arguments);
                    });
  auto Same = [](const TuCommand &A, const TuCommand &B) {
    return A.MainFile == B.MainFile && A.Directory == B.Directory &&
           A.Arguments == B.Arguments;
  };
  Input->Commands.erase(
      std::unique(Input->Commands.begin(), Input->Commands.end(), Same),
      Input->Commands.end());
  if (O.Open)
    Input->Closed = false;
  return Input;
}

} // namespace cancel_tidy
