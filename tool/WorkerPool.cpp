// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The driver's side of Worker.h.
#include "cancel/cancellation_registration.hpp"
#include "tool/Worker.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

using namespace llvm;

namespace cancel_tidy {
namespace {

using Clock = std::chrono::steady_clock;

/// The two ends of a pipe, closed when it goes out of scope.
struct Pipe {
  int Read = -1, Write = -1;

  Pipe() = default;
  Pipe(const Pipe &) = delete;
  Pipe &operator=(const Pipe &) = delete;

  bool open() {
    closeRead();
    closeWrite();
    int Ends[2];
    if (pipe2(Ends, O_CLOEXEC) != 0)
      return false;
    Read = Ends[0];
    Write = Ends[1];
    return true;
  }
  void closeRead() { closeEnd(Read); }
  void closeWrite() { closeEnd(Write); }
  ~Pipe() {
    closeRead();
    closeWrite();
  }

private:
  static void closeEnd(int &End) {
    if (End >= 0)
      close(End);
    End = -1;
  }
};

/// One worker process and what it is doing.
class WorkerProcess {
public:
  std::optional<size_t> Job;
  Clock::time_point Deadline = Clock::time_point::max();

  ~WorkerProcess() { kill(); }

  bool isRunning() const { return Pid > 0; }
  int readEnd() const { return FromWorker.Read; }

  Error start(const PoolOptions &Options);
  /// False where the worker is gone.
  bool send(const json::Value &Message);
  /// Takes what has arrived; false at the end of the stream.
  bool receive();
  /// The next whole line, if there is one.
  std::optional<std::string> takeLine();
  /// Ends the process, and says how it ended.
  std::string kill();

private:
  pid_t Pid = -1;
  Pipe ToWorker, FromWorker;
  std::string Received;
};

Error WorkerProcess::start(const PoolOptions &Options) {
  auto Failure = [](const char *What) {
    return createStringError(inconvertibleErrorCode(),
                             Twine("cannot start a worker: ") + What + ": " +
                                 strerror(errno));
  };
  Received.clear();
  if (!ToWorker.open() || !FromWorker.open())
    return Failure("pipe");
  posix_spawn_file_actions_t Actions;
  posix_spawn_file_actions_init(&Actions);
  posix_spawn_file_actions_adddup2(&Actions, ToWorker.Read, 0);
  posix_spawn_file_actions_adddup2(&Actions, FromWorker.Write, 1);
  // What a crashing Clang prints would garble the output.
  if (!getenv("CANCEL_TIDY_WORKER_STDERR"))
    posix_spawn_file_actions_addopen(&Actions, 2, "/dev/null", O_WRONLY, 0);
  std::string Name = Options.Program, Flag = "--worker";
  char *Arguments[] = {Name.data(), Flag.data(), nullptr};
  errno = posix_spawn(&Pid, Options.Program.c_str(), &Actions, nullptr,
                      Arguments, environ);
  posix_spawn_file_actions_destroy(&Actions);
  if (errno != 0) {
    Pid = -1;
    return Failure(Options.Program.c_str());
  }
  ToWorker.closeRead();
  FromWorker.closeWrite();
  fcntl(FromWorker.Read, F_SETFL, O_NONBLOCK);
  send(toWire(Options.Setup));
  return Error::success();
}

bool WorkerProcess::send(const json::Value &Message) {
  std::string Line = formatv("{0}\n", Message).str();
  for (size_t Done = 0; Done < Line.size();) {
    ssize_t N = write(ToWorker.Write, Line.data() + Done, Line.size() - Done);
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      return false;
    Done += size_t(N);
  }
  return true;
}

bool WorkerProcess::receive() {
  char Buffer[1 << 16];
  for (;;) {
    ssize_t N = read(FromWorker.Read, Buffer, sizeof(Buffer));
    if (N > 0)
      Received.append(Buffer, size_t(N));
    else if (N < 0 && errno == EINTR)
      continue;
    else
      return N < 0 && errno == EAGAIN;
    if (size_t(N) < sizeof(Buffer))
      return true;
  }
}

std::optional<std::string> WorkerProcess::takeLine() {
  size_t End = Received.find('\n');
  if (End == std::string::npos)
    return std::nullopt;
  std::string Line = Received.substr(0, End);
  Received.erase(0, End + 1);
  return Line;
}

std::string WorkerProcess::kill() {
  if (Pid <= 0)
    return "";
  // It may have died by itself: its own way to go is what counts.
  int Status = 0;
  pid_t Dead = waitpid(Pid, &Status, WNOHANG);
  for (int Tries = 0; Dead == 0 && Tries < 20; ++Tries) {
    // After the end of its output a dying process needs a moment.
    if (FromWorker.Read >= 0) {
      pollfd P = {FromWorker.Read, POLLIN, 0};
      poll(&P, 1, 0);
      if (!(P.revents & POLLHUP))
        break;
    }
    usleep(5000);
    Dead = waitpid(Pid, &Status, WNOHANG);
  }
  if (Dead == 0) {
    ::kill(Pid, SIGKILL);
    while (waitpid(Pid, &Status, 0) < 0 && errno == EINTR)
      ;
  }
  Pid = -1;
  if (WIFSIGNALED(Status))
    return std::string("signal ") + std::to_string(WTERMSIG(Status)) + ", " +
           strsignal(WTERMSIG(Status));
  return "exit code " + std::to_string(WEXITSTATUS(Status));
}

/// The state of one runJobs() call.
class Pool {
public:
  Pool(ArrayRef<TuJob> Jobs, ArrayRef<size_t> Order, const PoolOptions &Options,
       function_ref<void(size_t, TuOutcome)> Done)
      : Jobs(Jobs), Order(Order), Options(Options), Done(Done),
        Workers(std::min<size_t>(std::max(1u, Options.Workers), Order.size())) {
  }

  Error run(const cancel::cancellation_token &Token);

private:
  Error giveWork(WorkerProcess &W);
  void waitForEvents();
  void collect(WorkerProcess &W);
  void report(WorkerProcess &W, TuOutcome Outcome);
  void reportDeath(WorkerProcess &W, TuState State, const std::string &Why);

  ArrayRef<TuJob> Jobs;
  ArrayRef<size_t> Order;
  const PoolOptions &Options;
  function_ref<void(size_t, TuOutcome)> Done;
  std::vector<WorkerProcess> Workers;
  Pipe Wake; ///< written to when the run is cancelled
  size_t Next = 0;
  size_t Ended = 0;
};

Error Pool::run(const cancel::cancellation_token &Token) {
  if (!Wake.open())
    return createStringError(inconvertibleErrorCode(),
                             "cannot open a pipe: out of file descriptors");
  cancel::cancellation_registration WakeUp(Token, [this] {
    char Byte = 0;
    [[maybe_unused]] ssize_t Written = write(Wake.Write, &Byte, 1);
  });
  while (Ended < Order.size() && !Token.is_cancellation_requested()) {
    for (WorkerProcess &W : Workers)
      if (!W.Job && Next < Order.size())
        if (Error E = giveWork(W))
          return E;
    waitForEvents();
    for (WorkerProcess &W : Workers)
      if (W.Job)
        collect(W);
  }
  return Error::success();
}

Error Pool::giveWork(WorkerProcess &W) {
  if (!W.isRunning())
    if (Error E = W.start(Options))
      return E;
  W.Job = Order[Next++];
  W.Deadline = Options.TimeoutSeconds
                   ? Clock::now() + std::chrono::seconds(Options.TimeoutSeconds)
                   : Clock::time_point::max();
  // A worker that is gone shows in collect().
  W.send(toWire(Jobs[*W.Job]));
  return Error::success();
}

void Pool::waitForEvents() {
  std::vector<pollfd> Polled = {{Wake.Read, POLLIN, 0}};
  Clock::time_point Deadline = Clock::time_point::max();
  for (const WorkerProcess &W : Workers)
    if (W.Job) {
      Polled.push_back({W.readEnd(), POLLIN, 0});
      Deadline = std::min(Deadline, W.Deadline);
    }
  int Milliseconds = -1;
  if (Deadline != Clock::time_point::max())
    Milliseconds = int(std::max<int64_t>(
        0, std::chrono::ceil<std::chrono::milliseconds>(Deadline - Clock::now())
               .count()));
  poll(Polled.data(), Polled.size(), Milliseconds);
}

void Pool::collect(WorkerProcess &W) {
  bool Open = W.receive();
  if (std::optional<std::string> Line = W.takeLine()) {
    TuOutcome Outcome;
    Expected<json::Value> Message = json::parse(*Line);
    if (Message && fromWire(*Message, Outcome)) {
      report(W, std::move(Outcome));
      return;
    }
    if (!Message)
      consumeError(Message.takeError());
    W.kill();
    reportDeath(W, TuState::Crashed, "its answer cannot be read");
    return;
  }
  if (!Open) {
    std::string Why = W.kill();
    reportDeath(W, TuState::Crashed,
                "the analysis crashed (" + Why +
                    "); please report it with the file's preprocessed text");
  } else if (Clock::now() >= W.Deadline) {
    W.kill();
    reportDeath(W, TuState::TimedOut,
                "the analysis took longer than " +
                    std::to_string(Options.TimeoutSeconds) +
                    " s; raise --timeout or --exclude the file");
  }
}

void Pool::report(WorkerProcess &W, TuOutcome Outcome) {
  size_t Job = *W.Job;
  W.Job.reset();
  ++Ended;
  // Shared headers take most memory of all; the next ones begin without what
  // the heap keeps of these.
  if (Jobs[Job].Kind == JobKind::Prelude)
    W.kill();
  Done(Job, std::move(Outcome));
}

void Pool::reportDeath(WorkerProcess &W, TuState State,
                       const std::string &Why) {
  TuOutcome Outcome;
  Outcome.Result.MainFile = Jobs[*W.Job].Command.MainFile;
  Outcome.Result.State = State;
  Outcome.Result.Errors.push_back(Outcome.Result.MainFile + ": error: " + Why);
  Outcome.ErrorCount = 1;
  Outcome.HasFatalError = true;
  report(W, std::move(Outcome));
}

} // namespace

Error runJobs(ArrayRef<TuJob> Jobs, ArrayRef<size_t> Order,
              const PoolOptions &Options,
              const cancel::cancellation_token &Token,
              function_ref<void(size_t, TuOutcome)> Done) {
  // Writing to a worker that died must fail, not kill.
  signal(SIGPIPE, SIG_IGN);
  return Pool(Jobs, Order, Options, Done).run(Token);
}

} // namespace cancel_tidy
