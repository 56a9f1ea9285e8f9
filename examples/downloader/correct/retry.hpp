// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Trying again, each time a little later.
#ifndef DOWNLOADER_RETRY_HPP
#define DOWNLOADER_RETRY_HPP

#include <cancel/token.hpp>

#include <chrono>
#include <functional>

namespace downloader {

struct retry_policy {
  int attempts = 4;
  std::chrono::milliseconds first_pause{100}; ///< doubled after each failure
  std::chrono::milliseconds attempt_timeout{5000};
};

/// Calls `attempt` until it does not throw a transient http_error, and is in
/// time; lets the last attempt's error through. Throws
/// cancel::operation_canceled as soon as `token` is canceled, also between two
/// attempts.
void with_retries(
    const retry_policy &policy,
    const std::function<void(cancel::cancellation_token)> &attempt,
    const cancel::cancellation_token &token);

} // namespace downloader

#endif
