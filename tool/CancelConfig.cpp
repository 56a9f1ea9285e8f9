// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/CancelConfig.h"
#include "checks/core/TokenModelYAML.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

constexpr StringLiteral FileName = ".cancel-tidy";

/// `.cancel-tidy` as it is written.
struct Written {
  std::vector<TokenModel> Models;
  std::vector<std::string> ModelFiles;
  CostTable Costs;
  std::vector<std::string> Exclude;
  bool GuessTokens = false;
  std::string Root;
  std::vector<std::string> Facts;
  std::string Preset;
};

/// Every key of `.cancel-tidy` and of what it may hold, for suggestions.
const StringRef KnownKeys[] = {"Models",
                               "ModelFiles",
                               "Costs",
                               "Exclude",
                               "GuessTokens",
                               "Root",
                               "Facts",
                               "Preset",
                               "Family",
                               "Tokens",
                               "Sources",
                               "Carriers",
                               "Functions",
                               "Registrations",
                               "Exceptions",
                               "ThrowingWaits",
                               "Statuses",
                               "Concepts",
                               "AmbientTasks",
                               "Waits",
                               "Type",
                               "Poll",
                               "PollMore",
                               "Throw",
                               "Status",
                               "Possible",
                               "Derive",
                               "Same",
                               "Register",
                               "Wait",
                               "Request",
                               "Bool",
                               "Call",
                               "DefaultIsNone",
                               "SingleUse",
                               "LinkedByDefault",
                               "IsSource",
                               "Subclasses",
                               "IsContext",
                               "Token",
                               "LinkedByConstructor",
                               "RequestsItself",
                               "Combine",
                               "None",
                               "Use",
                               "Name",
                               "Needs",
                               "OwningRegistrations",
                               "Position",
                               "Throws",
                               "WaitReturns",
                               "Blocking",
                               "Long",
                               "Cheap",
                               "RunsEach",
                               "RunsForever",
                               "RunsOnce",
                               "Spawns",
                               "Steps",
                               "Resources",
                               "Acquire",
                               "Release",
                               "Handle",
                               "Borrow",
                               "Done",
                               "Ok",
                               "Failed",
                               "Cancelled",
                               "Commits",
                               "FunctionsOfC"};

Error fail(const Twine &Message) {
  return createStringError(std::errc::invalid_argument, "%s",
                           Message.str().c_str());
}

/// The first complaint of a YAML reader about a file.
class Complaint {
public:
  explicit Complaint(StringRef File) : File(File) {}

  static void handle(const SMDiagnostic &D, void *Self) {
    static_cast<Complaint *>(Self)->note(D);
  }

  Error take() const {
    return fail(Text.empty() ? File + ": not a YAML mapping" : Text);
  }

private:
  void note(const SMDiagnostic &D) {
    if (!Text.empty() || D.getKind() != SourceMgr::DK_Error)
      return;
    std::string Message = D.getMessage().str();
    StringRef Key = Message;
    if (Key.consume_front("unknown key '") && Key.consume_back("'")) {
      std::string Near = nearestName(Key, KnownKeys);
      if (!Near.empty())
        Message += "; did you mean '" + Near + "'?";
    }
    Text = File + ":" + std::to_string(std::max(1, D.getLineNo())) + ":" +
           std::to_string(D.getColumnNo() + 1) + ": " + Message;
  }

  std::string File;
  std::string Text;
};

void appendTo(std::vector<std::string> &To,
              const std::vector<std::string> &From) {
  To.insert(To.end(), From.begin(), From.end());
}

/// How many documents of Text hold something. LLVM's reader does not survive
/// being asked for the next document after the last that does.
unsigned countDocuments(StringRef Text) {
  SourceMgr Sources;
  Sources.setDiagHandler([](const SMDiagnostic &, void *) {});
  yaml::Stream Stream(Text, Sources);
  unsigned Count = 0;
  for (yaml::Document &Document : Stream) {
    yaml::Node *Root = Document.getRoot();
    if (!Root || Stream.failed())
      break;
    Count += !isa<yaml::NullNode>(Root);
  }
  // The reader shall say what is wrong.
  return Stream.failed() ? std::max(1u, Count) : Count;
}

/// Path made absolute below Directory, without dots.
std::string absolute(StringRef Path, StringRef Directory) {
  SmallString<256> Full;
  if (!sys::path::is_absolute(Path))
    Full = Directory;
  sys::path::append(Full, Path);
  sys::fs::make_absolute(Full);
  sys::path::remove_dots(Full, /*remove_dot_dot=*/true);
  return Full.str().str();
}

} // namespace
} // namespace cancel_tidy

namespace llvm::yaml {
template <> struct MappingTraits<cancel_tidy::Written> {
  static void mapping(IO &IO, cancel_tidy::Written &W) {
    IO.mapOptional("Models", W.Models);
    IO.mapOptional("ModelFiles", W.ModelFiles);
    IO.mapOptional("Costs", W.Costs);
    IO.mapOptional("Exclude", W.Exclude);
    IO.mapOptional("GuessTokens", W.GuessTokens);
    IO.mapOptional("Root", W.Root);
    IO.mapOptional("Facts", W.Facts);
    IO.mapOptional("Preset", W.Preset);
  }
};
} // namespace llvm::yaml

namespace cancel_tidy {

std::string lineAndColumn(StringRef Text, size_t Offset) {
  StringRef Before = Text.take_front(Offset);
  size_t Line = Before.count('\n') + 1;
  size_t Start = Before.rfind('\n');
  size_t Column =
      Start == StringRef::npos ? Before.size() + 1 : Before.size() - Start;
  return std::to_string(Line) + ":" + std::to_string(Column);
}

std::string nearestName(StringRef Given, ArrayRef<StringRef> Known) {
  StringRef Best;
  // A third of the letters wrong is still a slip of the pen.
  unsigned BestDistance = std::max<size_t>(2, Given.size() / 3) + 1;
  for (StringRef Name : Known) {
    unsigned Distance = StringRef(Given.lower())
                            .edit_distance(Name.lower(), true, BestDistance);
    if (Distance < BestDistance) {
      Best = Name;
      BestDistance = Distance;
    }
  }
  return Best.str();
}

Expected<std::string> readTextFile(StringRef File) {
  if (sys::fs::is_directory(File))
    return fail(File + ": is a folder, not a file");
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer =
      MemoryBuffer::getFile(File, /*IsText=*/false,
                            /*RequiresNullTerminator=*/false,
                            /*IsVolatile=*/true);
  if (!Buffer)
    return fail(File + ": cannot be read: " + Buffer.getError().message());
  StringRef Text = (*Buffer)->getBuffer();
  size_t Bad = 0;
  if (!json::isUTF8(Text, &Bad))
    return fail(File + ":" + lineAndColumn(Text, Bad) + ": not UTF-8 text");
  Bad = Text.find('\0');
  if (Bad != StringRef::npos)
    return fail(File + ":" + lineAndColumn(Text, Bad) +
                ": not a text file (it holds a zero byte)");
  return Text.str();
}

class CancelConfigReader::Impl {
public:
  using Result = std::shared_ptr<const CancelConfig>;

  explicit Impl(std::vector<std::string> ModelDirs)
      : ModelDirs(std::move(ModelDirs)) {}

  Expected<Result> defaults();
  Expected<Result> read(StringRef AbsolutePath);
  std::string nearestFile(StringRef Directory);

private:
  Error readBase();
  Expected<Result> parse(StringRef File);
  Error addModelFile(TokenModels &To, StringRef File,
                     std::vector<std::string> &ReadFiles);
  Error addModelDirectory(TokenModels &To, StringRef Directory,
                          std::vector<std::string> &ReadFiles);

  struct Entry {
    Result Config;
    std::string Failure;
  };

  std::vector<std::string> ModelDirs;
  /// Built-in models and those of ModelDirs.
  std::shared_ptr<const TokenModels> Base;
  std::vector<std::string> BaseFiles;
  std::string BaseFailure;
  Result Defaults;
  StringMap<Entry> ByFile;
  /// Nearest `.cancel-tidy` by folder; empty: none.
  StringMap<std::string> Nearest;
};

Error CancelConfigReader::Impl::addModelFile(
    TokenModels &To, StringRef File, std::vector<std::string> &ReadFiles) {
  Expected<std::string> Text = readTextFile(File);
  if (!Text)
    return Text.takeError();
  ReadFiles.push_back(File.str());
  Complaint First(File);
  yaml::Input In(*Text, nullptr, Complaint::handle, &First);
  std::vector<TokenModel> Read;
  for (unsigned Left = countDocuments(*Text); Left; --Left) {
    if (!Read.empty())
      In.nextDocument();
    TokenModel Model;
    In >> Model;
    if (In.error())
      return First.take();
    Model.File = File.str();
    Read.push_back(std::move(Model));
  }
  if (Read.empty())
    return fail(File + ": holds no model");
  for (TokenModel &Model : Read) {
    // The installed copy of a built-in model adds nothing.
    StringRef Name = sys::path::filename(File);
    bool Known = any_of(To.models(), [&](const TokenModel &Other) {
      return Other.Family == Model.Family &&
             sys::path::filename(Other.File) == Name;
    });
    if (!Known)
      To.add(std::move(Model));
  }
  return Error::success();
}

Error CancelConfigReader::Impl::addModelDirectory(
    TokenModels &To, StringRef Directory, std::vector<std::string> &ReadFiles) {
  std::error_code Code;
  std::vector<std::string> Files;
  for (sys::fs::directory_iterator I(Directory, Code), End; !Code && I != End;
       I.increment(Code))
    if (sys::path::extension(I->path()) == ".yaml")
      Files.push_back(I->path());
  if (Code)
    return fail(Directory + ": cannot be read: " + Code.message());
  sort(Files);
  for (const std::string &File : Files)
    if (Error E = addModelFile(To, File, ReadFiles))
      return E;
  return Error::success();
}

Error CancelConfigReader::Impl::readBase() {
  if (Base)
    return Error::success();
  if (!BaseFailure.empty())
    return fail(BaseFailure);
  auto Models = std::make_shared<TokenModels>(TokenModels::builtin());
  for (const std::string &Directory : ModelDirs)
    if (Error E =
            addModelDirectory(*Models, absolute(Directory, ""), BaseFiles)) {
      BaseFailure = toString(std::move(E));
      return fail(BaseFailure);
    }
  Base = std::move(Models);
  return Error::success();
}

Expected<CancelConfigReader::Impl::Result>
CancelConfigReader::Impl::defaults() {
  if (Error E = readBase())
    return std::move(E);
  if (!Defaults) {
    auto Config = std::make_shared<CancelConfig>();
    Config->Models = Base;
    Config->ReadFiles = BaseFiles;
    Defaults = std::move(Config);
  }
  return Defaults;
}

Expected<CancelConfigReader::Impl::Result>
CancelConfigReader::Impl::parse(StringRef File) {
  Expected<std::string> Text = readTextFile(File);
  if (!Text)
    return Text.takeError();
  auto Config = std::make_shared<CancelConfig>();
  Config->File = File.str();
  Config->ReadFiles.push_back(File.str());
  appendTo(Config->ReadFiles, BaseFiles);

  Written W;
  Complaint First(File);
  yaml::Input In(*Text, nullptr, Complaint::handle, &First);
  unsigned Documents = countDocuments(*Text);
  if (Documents)
    In >> W;
  if (In.error())
    return First.take();
  if (Documents > 1)
    return fail(File + ": holds more than one YAML document");

  StringRef Directory = sys::path::parent_path(File);
  // Where Value stands in the file, for messages about it.
  auto At = [&](StringRef Value) {
    size_t Offset = StringRef(*Text).find(Value);
    return (File +
            (Offset == StringRef::npos || Value.empty()
                 ? ""
                 : ":" + lineAndColumn(*Text, Offset)) +
            ": ")
        .str();
  };
  if (!W.Root.empty()) {
    Config->Root = absolute(W.Root, Directory);
    if (!sys::fs::is_directory(Config->Root))
      return fail(At(W.Root) + "Root: no folder '" + Config->Root + "'");
  }
  Config->GuessTokens = W.GuessTokens;
  Config->Preset = W.Preset;
  if (!W.Preset.empty())
    Config->PresetPlace = At(W.Preset);
  // A file that is missing costs alarms only: who opens it says so.
  for (const std::string &File : W.Facts)
    Config->Facts.push_back(absolute(File, Directory));
  for (const std::string &Glob : W.Exclude)
    if (Error E = Config->Exclude.add(Glob, Directory))
      return fail(At(Glob) + "Exclude: " + toString(std::move(E)));

  if (W.Models.empty() && W.ModelFiles.empty() && W.Costs.Blocking.empty() &&
      W.Costs.Long.empty() && W.Costs.Cheap.empty() &&
      W.Costs.RunsEach.empty() && W.Costs.RunsForever.empty() &&
      W.Costs.RunsOnce.empty() && W.Costs.Spawns.empty() &&
      W.Costs.Steps.empty() && W.Costs.Resources.empty() &&
      W.Costs.Commits.empty()) {
    Config->Models = Base;
    return Config;
  }
  auto Models = std::make_shared<TokenModels>(*Base);
  for (const std::string &Name : W.ModelFiles) {
    std::string Path = absolute(Name, Directory);
    if (!sys::fs::exists(Path))
      return fail(At(Name) + "ModelFiles: no file '" + Path + "'");
    if (Error E = sys::fs::is_directory(Path)
                      ? addModelDirectory(*Models, Path, Config->ReadFiles)
                      : addModelFile(*Models, Path, Config->ReadFiles))
      return std::move(E);
  }
  for (TokenModel &Model : W.Models) {
    Model.File = File.str();
    Models->add(std::move(Model));
  }
  Models->add(W.Costs);
  Config->Models = std::move(Models);
  return Config;
}

Expected<CancelConfigReader::Impl::Result>
CancelConfigReader::Impl::read(StringRef AbsolutePath) {
  if (Error E = readBase())
    return std::move(E);
  auto [It, New] = ByFile.try_emplace(AbsolutePath);
  Entry &E = It->second;
  if (New) {
    Expected<Result> Parsed = parse(AbsolutePath);
    if (Parsed)
      E.Config = std::move(*Parsed);
    else
      E.Failure = toString(Parsed.takeError());
  }
  if (!E.Config)
    return fail(E.Failure);
  return E.Config;
}

std::string CancelConfigReader::Impl::nearestFile(StringRef Directory) {
  if (Directory.empty())
    return "";
  auto It = Nearest.find(Directory);
  if (It != Nearest.end())
    return It->second;
  SmallString<256> Candidate(Directory);
  sys::path::append(Candidate, FileName);
  std::string Found;
  if (sys::fs::exists(Candidate) && !sys::fs::is_directory(Candidate))
    Found = Candidate.str().str();
  else
    Found = nearestFile(sys::path::parent_path(Directory));
  Nearest[Directory] = Found;
  return Found;
}

CancelConfigReader::CancelConfigReader(std::vector<std::string> ModelDirs)
    : P(std::make_unique<Impl>(std::move(ModelDirs))) {}
CancelConfigReader::~CancelConfigReader() = default;

Expected<std::shared_ptr<const CancelConfig>>
CancelConfigReader::forFile(StringRef AbsolutePath, StringRef Place) {
  std::string Path = absolute(AbsolutePath, "");
  StringRef Directory = sys::path::parent_path(Path);
  if (Place.empty()) {
    std::string File = P->nearestFile(Directory);
    return File.empty() ? P->defaults() : P->read(File);
  }
  if (sys::path::is_absolute(Place))
    return read(Place);
  for (; !Directory.empty(); Directory = sys::path::parent_path(Directory)) {
    std::string Candidate = absolute(Place, Directory);
    if (sys::fs::exists(Candidate))
      return read(Candidate);
  }
  return fail("option CancelConfig: no '" + Place + "' in a parent folder of " +
              Path);
}

Expected<std::shared_ptr<const CancelConfig>>
CancelConfigReader::read(StringRef Path) {
  SmallString<256> Full(absolute(Path, ""));
  if (sys::fs::is_directory(Full))
    sys::path::append(Full, FileName);
  return P->read(Full);
}

} // namespace cancel_tidy
