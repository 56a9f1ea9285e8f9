// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ctrl-C as a cancellation.
#ifndef DOWNLOADER_INTERRUPT_HPP
#define DOWNLOADER_INTERRUPT_HPP

#include <cancel/token.hpp>

#include <atomic>
#include <thread>

namespace downloader {

/// Requests cancellation when SIGINT arrives, from an ordinary thread: a signal
/// handler may not take locks. Make it before any other thread, since it blocks
/// the signal in all threads that are started later.
class interrupt_watcher {
public:
  explicit interrupt_watcher(cancel::cancellation_source source);
  ~interrupt_watcher();

private:
  std::atomic<bool> finished_{false};
  std::thread thread_;
};

} // namespace downloader

#endif
