// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "interrupt.hpp"

#include <csignal>
#include <pthread.h>
#include <utility>

namespace downloader {

interrupt_watcher::interrupt_watcher(cancel::cancellation_source source) {
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_BLOCK, &interrupt, nullptr);
  thread_ = std::thread([this, interrupt, source = std::move(source)] {
    int signal = 0;
    sigwait(&interrupt, &signal);
    if (!finished_)
      source.request_cancellation();
  });
}

interrupt_watcher::~interrupt_watcher() {
  finished_ = true;
  pthread_kill(thread_.native_handle(), SIGINT);
  thread_.join();
}

} // namespace downloader
