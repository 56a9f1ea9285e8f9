// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Downloads many files with a few workers.
#ifndef DOWNLOADER_DOWNLOADER_HPP
#define DOWNLOADER_DOWNLOADER_HPP

#include "http.hpp"
#include "retry.hpp"

#include <cancel/token.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace downloader {

struct settings {
  std::filesystem::path folder = "."; ///< where the files go; must exist
  unsigned workers = 4;
  retry_policy retries;
};

struct result {
  enum { canceled, done, failed } state = canceled;
  std::size_t size = 0;
  std::string error;
};

/// Downloads all of `files`; the results are in their order. Returns early when
/// `token` is canceled: what was not finished then is `canceled`, and no part
/// of it is left in the folder.
std::vector<result> download_all(const std::vector<url> &files,
                                 const settings &how,
                                 cancel::cancellation_token token);

} // namespace downloader

#endif
