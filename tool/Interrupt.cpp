// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Interrupt.h"
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace cancel_tidy {

// A handler may do no more than write: requesting cancellation runs callbacks.
static volatile sig_atomic_t WriteEnd = -1;

static void onSignal(int) {
  int SavedErrno = errno;
  char Byte = 's';
  [[maybe_unused]] ssize_t Written = write(WriteEnd, &Byte, 1);
  errno = SavedErrno;
}

static void handle(int Signal, void (*Handler)(int)) {
  struct sigaction Action = {};
  Action.sa_handler = Handler;
  // The second signal finds the default action: the user insists.
  Action.sa_flags = SA_RESETHAND | SA_RESTART;
  sigaction(Signal, &Action, nullptr);
}

InterruptWatch::InterruptWatch() {
  if (pipe2(Pipe, O_CLOEXEC) != 0)
    return;
  WriteEnd = Pipe[1];
  for (int Signal : {SIGINT, SIGTERM, SIGHUP})
    handle(Signal, onSignal);
  Watcher = std::thread([Read = Pipe[0], Source = Source] {
    char Byte = 0;
    ssize_t N;
    do
      N = read(Read, &Byte, 1);
    while (N < 0 && errno == EINTR);
    if (N == 1 && Byte == 's')
      Source.request_cancellation();
  });
}

InterruptWatch::~InterruptWatch() {
  if (!Watcher.joinable())
    return;
  for (int Signal : {SIGINT, SIGTERM, SIGHUP})
    handle(Signal, SIG_DFL);
  char Byte = 'q';
  [[maybe_unused]] ssize_t Written = write(Pipe[1], &Byte, 1);
  Watcher.join();
  WriteEnd = -1;
  close(Pipe[0]);
  close(Pipe[1]);
}

} // namespace cancel_tidy
