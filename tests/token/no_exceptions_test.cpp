// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Built with -fno-exceptions: everything but cancel::run is there, and the
// forms that answer work. Exits with 0 when they do; with the argument "throw"
// it must end in std::terminate.
#include "cancel/token.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <future>
#include <mutex>
#include <string_view>

#if CANCEL_HAS_EXCEPTIONS
#error "to be built without exceptions"
#endif

int main(int argc, char **argv) {
  using namespace std::chrono_literals;
  cancel::cancellation_source source;
  auto child = cancel::cancellation_source::linked(source.get_token());
  int runs = 0;
  cancel::cancellation_registration registration(child.get_token(),
                                                 [&] { ++runs; });
  source.get_token().throw_if_cancellation_requested(); // not yet: returns
  cancel::sleep_for(1us, source.get_token());
  source.request_cancellation();

  if (argc > 1 && std::string_view(argv[1]) == "throw") {
    std::set_terminate([] { std::_Exit(42); });
    child.get_token().throw_if_cancellation_requested();
    return 1;
  }

  std::mutex mutex;
  std::condition_variable condition;
  std::unique_lock<std::mutex> lock(mutex);
  std::promise<int> promise;
  auto future = promise.get_future();
  const auto token = child.get_token();
  const bool good =
      runs == 1 && !cancel::try_sleep_for(1h, token) &&
      !cancel::try_wait(
          condition, lock, [] { return false; }, token) &&
      cancel::try_wait_for(future, 1h, token) == cancel::wait_status::canceled;
  return good ? 0 : 1;
}
