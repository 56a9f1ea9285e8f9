// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "work_queue.hpp"

#include <utility>

namespace downloader {

void work_queue::push(job next) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    jobs_.push_back(std::move(next));
  }
  changed_.notify_one();
}

void work_queue::close() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

std::optional<job> work_queue::pop(const cancel::cancellation_token &token) {
  std::unique_lock<std::mutex> lock(mutex_);
  cancel::wait(
      changed_, lock, [&] { return closed_ || !jobs_.empty(); }, token);
  if (jobs_.empty())
    return std::nullopt;
  job next = std::move(jobs_.front());
  jobs_.pop_front();
  return next;
}

} // namespace downloader
