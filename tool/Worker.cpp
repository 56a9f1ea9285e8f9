// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The worker's side of Worker.h.
#include "tool/Worker.h"
#include "tool/CacheKey.h"
#include "tool/Options.h"
#include "tool/PreludeBuild.h"
#include "tool/ResultCache.h"
#include "clang/Basic/Stack.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/thread.h"
#include <csignal>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <iostream>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

using namespace llvm;

namespace cancel_tidy {
namespace {

/// Lines of standard input.
bool readLine(std::string &Line) { return bool(std::getline(std::cin, Line)); }

bool writeLine(int Fd, const json::Value &Message) {
  std::string Line = formatv("{0}\n", Message).str();
  for (size_t Done = 0; Done < Line.size();) {
    ssize_t N = write(Fd, Line.data() + Done, Line.size() - Done);
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      return false;
    Done += size_t(N);
  }
  return true;
}

/// What one set-up says, and what was read for it.
class Server {
public:
  static Expected<std::unique_ptr<Server>> create(WorkerSetup Setup) {
    Expected<Options> O = parseOptions(Setup.Arguments);
    if (!O)
      return O.takeError();
    Expected<std::unique_ptr<ConfigProvider>> Config =
        ConfigProvider::create(O->Config);
    if (!Config)
      return Config.takeError();
    auto S = std::make_unique<Server>();
    S->O = std::move(*O);
    S->Config = std::move(*Config);
    S->Layout = std::move(Setup.Layout);
    // What is wrong with it the driver has said.
    if (Expected<std::unique_ptr<ResultCache>> C =
            ResultCache::open(cacheFolder(S->O)))
      S->Cache = std::move(*C);
    else
      consumeError(C.takeError());
    return S;
  }

  const Options &options() const { return O; }

  TuOutcome run(const TuJob &Job) {
    Expected<FileConfig> File =
        Config->forFile(configuredAs(Layout, Job.Command.MainFile));
    if (!File) { // The driver read it before; it changed since.
      TuOutcome Failed;
      Failed.Result.MainFile = Job.Command.MainFile;
      Failed.Result.State = TuState::Incomplete;
      Failed.Result.Errors.push_back(toString(File.takeError()));
      return Failed;
    }
    PathGlobs Exclude = File->Exclude;
    for (const std::string &Glob : O.Exclude)
      consumeError(Exclude.add(Glob, absolutePath(".")));
    ProjectFiles Project(Layout, std::move(Exclude));
    TuSettings Settings;
    Settings.Config = &*File;
    Settings.Project = &Project;
    Settings.VfsOverlay = O.VfsOverlay;
    Settings.Fast = !O.NoFast;
    Settings.Cache = Cache.get();
    Settings.WantInputs = !O.Depfile.empty();
    auto Join = [](std::vector<std::string> A,
                   const std::vector<std::string> &B) {
      A.insert(A.end(), B.begin(), B.end());
      return A;
    };
    Settings.Edits.Before = Join(File->ExtraArgsBefore, O.ExtraArgsBefore);
    Settings.Edits.After = Join(File->ExtraArgs, O.ExtraArgs);
    Settings.Edits.Removed = Join(File->RemovedArgs, O.RemovedArgs);
    switch (Job.Kind) {
    case JobKind::Scan:
      return Scanner.scan(Job, Settings);
    case JobKind::Prelude: {
      TuOutcome Made;
      Made.HasFatalError = !buildPrelude(Job, Settings);
      return Made;
    }
    case JobKind::Analyse:
      break;
    }
    return analyseTu(Job, Settings);
  }

private:
  Options O;
  std::unique_ptr<ConfigProvider> Config;
  std::unique_ptr<ResultCache> Cache;
  ProjectLayout Layout;
  TuScanner Scanner;
};

/// A figure of /proc/self/statm in bytes, 0 where there is none.
uint64_t memoryFigure(unsigned Which) {
  auto Buffer = MemoryBuffer::getFileAsStream("/proc/self/statm");
  uint64_t Pages = 0;
  if (Buffer) {
    SmallVector<StringRef, 8> Figures;
    (*Buffer)->getBuffer().split(Figures, ' ');
    if (Which < Figures.size())
      Figures[Which].getAsInteger(10, Pages);
  }
  return Pages * uint64_t(sysconf(_SC_PAGESIZE));
}
/// What is mapped now: libraries and the stack, which no TU asked for.
uint64_t mappedBytes() { return memoryFigure(0); }
uint64_t residentBytes() { return memoryFigure(1); }

/// A big TU's memory is not the next one's. To hand it back and ask again is
/// not worth the time for less.
void giveBackMemory() {
#ifdef __GLIBC__
  if (residentBytes() > (uint64_t(320) << 20))
    malloc_trim(0);
#endif
}

void limitMemory(unsigned Mb) {
  if (!Mb)
    return;
  rlim_t Bytes = rlim_t(mappedBytes() + (uint64_t(Mb) << 20));
  rlimit Limit = {Bytes, Bytes};
  setrlimit(RLIMIT_AS, &Limit);
}

int serve(int Results) {
  clang::noteBottomOfStack();
  std::string Line;
  if (!readLine(Line))
    return 0;
  WorkerSetup Setup;
  Expected<json::Value> First = json::parse(Line);
  if (!First || !fromWire(*First, Setup)) {
    if (!First)
      consumeError(First.takeError());
    return 2;
  }
  Expected<std::unique_ptr<Server>> S = Server::create(std::move(Setup));
  if (!S) {
    consumeError(S.takeError()); // The driver said it already.
    return 2;
  }
  limitMemory((*S)->options().MemoryLimitMb);
  while (readLine(Line)) {
    TuJob Job;
    Expected<json::Value> Message = json::parse(Line);
    if (!Message || !fromWire(*Message, Job)) {
      if (!Message)
        consumeError(Message.takeError());
      return 2;
    }
    if (!writeLine(Results, toWire((*S)->run(Job))))
      return 2;
    giveBackMemory();
  }
  return 0;
}

} // namespace

int runWorker() {
  // The driver decides when to stop, also where a terminal tells both.
  signal(SIGINT, SIG_IGN);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  // Whatever prints to standard output must not reach the driver.
  int Results = fcntl(1, F_DUPFD_CLOEXEC, 3);
  int Null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (Results < 0 || Null < 0)
    return 2;
  dup2(Null, 1);

  InitializeAllTargetInfos();
  InitializeAllTargetMCs();
  InitializeAllAsmParsers();

  // Deeply nested code recurses deeply, in Clang and in us.
  std::optional<unsigned> StackBytes = 256u << 20;
  int Code = 0;
  llvm::thread Thread(StackBytes, [&] { Code = serve(Results); });
  Thread.join();
  return Code;
}

} // namespace cancel_tidy
