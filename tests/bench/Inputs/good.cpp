// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

void wake();
bool ready();
void use(int item);
bool fetch(const char *name, std::stop_token stop = {});

bool fetchAll(const char *const *names, std::stop_token stop) {
  for (; *names; ++names)
    if (!fetch(*names, stop))
      return false;
  return true;
}

void poll(std::stop_token stop) {
  while (!stop.stop_requested())
    std::this_thread::sleep_for(std::chrono::seconds(1));
}

void consume(std::mutex &m, std::condition_variable_any &filled, std::stop_token stop) {
  std::unique_lock lock(m);
  while (true) {
    filled.wait(lock, stop, ready);
    if (stop.stop_requested())
      break;
    use(1);
  }
}

int countTo(int end, std::stop_token stop) {
  std::stop_callback onStop(stop, wake);
  for (int i = 0; i < 3; ++i) {
    if (stop.stop_requested())
      break;
    ++end;
  }
  return end;
}
