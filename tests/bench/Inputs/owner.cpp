// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <stop_token>
#include <thread>

void wake();
void step(int item);
void save(int item, std::stop_token stop = {});

static void store(int item, std::stop_token stop) {
  step(item);
  save(item, stop);
}

int storeAll(int end, std::stop_token stop) {
  for (int item = 0; item < end; ++item) {
    if (stop.stop_requested())
      return item;
    store(item, stop);
  }
  return end;
}

void storeOne(int item) {
  std::stop_source source;
  std::thread worker(save, item, source.get_token());
  step(item);
  source.request_stop();
  worker.join();
}

void storeAwake(int item, std::stop_token stop) {
  std::stop_callback onStop(stop, [] { wake(); });
  save(item, stop);
}
