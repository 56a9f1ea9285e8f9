// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "retry.hpp"

#include "http.hpp"

#include <thread>

namespace downloader {

namespace {

/// One attempt that may take only so long: being late is a transient error.
void attempt_in_time(
    const retry_policy &policy,
    const std::function<void(cancel::cancellation_token)> &attempt,
    const cancel::cancellation_token &token) {
  cancel::cancellation_source limited;
  limited.cancel_after(policy.attempt_timeout);
  try {
    attempt(limited.get_token());
  } catch (const cancel::operation_canceled &) {
    token.throw_if_cancellation_requested();
    throw http_error("the server is too slow", true);
  }
}

} // namespace

void with_retries(
    const retry_policy &policy,
    const std::function<void(cancel::cancellation_token)> &attempt,
    const cancel::cancellation_token &token) {
  auto pause = policy.first_pause;
  for (int left = policy.attempts; left > 0; --left) {
    try {
      attempt_in_time(policy, attempt, token);
      return;
    } catch (const http_error &error) {
      if (!error.transient || left == 1)
        throw;
    }
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
}

} // namespace downloader
