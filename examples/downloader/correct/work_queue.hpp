// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is still to be downloaded, shared by the workers.
#ifndef DOWNLOADER_WORK_QUEUE_HPP
#define DOWNLOADER_WORK_QUEUE_HPP

#include "http.hpp"

#include <cancel/token.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

namespace downloader {

struct job {
  std::size_t number; ///< index of its result
  url from;
};

class work_queue {
public:
  void push(job next);

  /// No more jobs will come.
  void close();

  /// Waits for a job; none once the queue is closed and empty. Throws
  /// cancel::operation_canceled.
  std::optional<job> pop(const cancel::cancellation_token &token);

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job> jobs_;
  bool closed_ = false;
};

} // namespace downloader

#endif
