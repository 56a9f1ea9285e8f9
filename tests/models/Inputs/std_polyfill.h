// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stop tokens as a program writes them itself, in namespace std, for compilers
// without <stop_token>. Waits are free helpers.
#ifndef STD_POLYFILL_H
#define STD_POLYFILL_H

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace std {
namespace polyfill {
class stop_state;
}

class stop_token {
public:
  stop_token() noexcept = default;
  stop_token(const stop_token &) noexcept = default;
  stop_token &operator=(const stop_token &) noexcept = default;
  ~stop_token() = default;
  bool stop_requested() const noexcept;
  bool stop_possible() const noexcept;

private:
  polyfill::stop_state *state = nullptr;
};

class stop_source {
public:
  stop_source();
  stop_token get_token() const noexcept;
  bool stop_requested() const noexcept;
  bool request_stop() noexcept;
};

template <typename Callback> class stop_callback {
public:
  stop_callback(const stop_token &, Callback call) : call(call) {}
  stop_callback(const stop_callback &) = delete;
  ~stop_callback() {}

private:
  Callback call;
};

class jthread {
public:
  jthread() noexcept = default;
  explicit jthread(function<void(stop_token)> run);
  jthread(jthread &&) noexcept = default;
  ~jthread();
  stop_token get_stop_token() const noexcept;
  bool request_stop() noexcept;
  void join();
};
} // namespace std

namespace app {
void wait(std::condition_variable_any &ready, std::unique_lock<std::mutex> &lock,
          std::stop_token stop, std::function<bool()> predicate);
bool wait_for(std::stop_token stop, std::chrono::milliseconds time);
} // namespace app

#endif
