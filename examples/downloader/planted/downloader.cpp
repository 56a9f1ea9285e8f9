// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "downloader.hpp"

#include "work_queue.hpp"

#include <fstream>
#include <future>

namespace downloader {

namespace {

/// A file that is removed again unless it is kept.
class partial_file {
public:
  explicit partial_file(std::filesystem::path path)
      : path_(std::move(path)), part_(path_) {
    part_ += ".part";
  }
  partial_file(const partial_file &) = delete;
  partial_file &operator=(const partial_file &) = delete;
  ~partial_file() {
    std::error_code ignored;
    std::filesystem::remove(part_, ignored);
  }

  const std::filesystem::path &path() const { return part_; }
  CANCEL_POINT_OF_NO_RETURN void keep() {
    std::filesystem::rename(part_, path_);
  }

private:
  std::filesystem::path path_, part_;
};

std::size_t download(const url &from, const settings &how,
                     const cancel::cancellation_token &token) {
  partial_file file(how.folder / from.file_name());
  std::size_t size = 0;
  with_retries(
      how.retries,
      [&](const cancel::cancellation_token &attempt) {
        attempt.throw_if_cancellation_requested();
        std::ofstream out(file.path(), std::ios::binary | std::ios::trunc);
        size = fetch(from, out);
        out.close();
        if (!out)
          throw http_error("cannot write " + file.path().string(), false);
      },
      token);
  file.keep();
  return size;
}

void work(work_queue &queue, std::vector<result> &results, const settings &how,
          const cancel::cancellation_token &token) {
  const bool canceled = token.is_cancellation_requested();
  while (!canceled) {
    const std::optional<job> next = queue.pop(token);
    if (!next)
      return;
    result &mine = results[next->number];
    try {
      mine.size = download(next->from, how, token);
      mine.state = result::done;
    } catch (const std::exception &error) {
      mine.error = error.what();
      mine.state = result::failed;
    }
  }
}

} // namespace

std::vector<result> download_all(const std::vector<url> &files,
                                 const settings &how,
                                 cancel::cancellation_token token) {
  std::vector<result> results(files.size());
  work_queue queue;
  std::vector<std::future<void>> workers;
  for (unsigned i = 0; i < how.workers; ++i)
    workers.push_back(cancel::run(
        [&](const cancel::cancellation_token &task) {
          work(queue, results, how, task);
        },
        token));

  for (std::size_t i = 0; i < files.size(); ++i)
    queue.push({i, files[i]});
  queue.close();

  for (std::future<void> &worker : workers) {
    try {
      worker.get();
    } catch (const cancel::task_canceled &) {
      // Its unfinished jobs say so in the results.
    }
  }
  return results;
}

} // namespace downloader
