// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-check-in-loop,cancel-uninterruptible-wait,cancel-uncancellable-call --no-fix -- -std=c++20
// Descriptors that a readiness call named, or that never block; turns that the
// threads of one function take; results that were found ready, and what was
// told to end.
#include <atomic>
#include <barrier>
#include <fcntl.h>
#include <future>
#include <list>
#include <poll.h>
#include <stop_token>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

inline void use(const char *data, long size) noexcept { (void)data, (void)size; }
inline void print(int number) noexcept { (void)number; }

void no_warning_epoll(std::stop_token stop, int queue, int listener) {
  epoll_event ready[16];
  char data[512];
  int count = epoll_wait(queue, ready, 16, 500);
  if (stop.stop_requested())
    return;
  for (int i = 0; i < count; ++i) {
    if (ready[i].data.fd == listener)
      use(data, accept(listener, nullptr, nullptr));
    else if (ready[i].events & EPOLLIN)
      use(data, recv(ready[i].data.fd, data, sizeof data, 0));
  }
}
void no_warning_poll(std::stop_token stop, std::vector<pollfd> &sockets) {
  char data[512];
  while (!stop.stop_requested()) {
    if (poll(sockets.data(), sockets.size(), 100) <= 0)
      continue;
    for (auto &socket : sockets) {
      if (!(socket.revents & POLLIN))
        continue;
      use(data, recv(socket.fd, data, sizeof data, 0));
    }
  }
}
void no_warning_select(std::stop_token stop, const std::vector<int> &sockets, fd_set set) {
  char data[512];
  timeval limit{0, 200'000};
  if (stop.stop_requested() || select(FD_SETSIZE, &set, nullptr, nullptr, &limit) <= 0)
    return;
  for (int socket : sockets)
    if (FD_ISSET(socket, &set))
      use(data, recv(socket, data, sizeof data, 0));
}
// Nobody said that these are ready.
void warns_not_asked(std::stop_token stop, const std::vector<int> &sockets, int queue) {
  epoll_event ready[16];
  char data[512];
  if (stop.stop_requested() || epoll_wait(queue, ready, 16, 500) <= 0)
    return;
  for (int socket : sockets) // expected-warning {{'recv' may wait in each round}}
    use(data, recv(socket, data, sizeof data, 0));
}
// What was ready was read in the first round.
void warns_read_on(std::stop_token stop, std::vector<pollfd> &sockets) {
  char data[512];
  while (!stop.stop_requested()) {
    if (poll(sockets.data(), sockets.size(), 100) <= 0)
      continue;
    for (auto &socket : sockets)
      if (socket.revents & POLLIN)
        while (recv(socket.fd, data, sizeof data, 0) > 0) // expected-warning {{'recv' may wait in each round}}
          use(data, 1);
  }
}
void warns_reads_all(std::stop_token stop, std::vector<pollfd> &sockets) {
  char data[512];
  if (stop.stop_requested())
    return;
  for (auto &socket : sockets) // expected-warning {{'recv' may wait in each round}}
    if (socket.revents & POLLIN)
      use(data, recv(socket.fd, data, sizeof data, MSG_WAITALL)); // expected-warning {{'recv' waits}}
}

struct Socket {
  static int create() { return ::socket(AF_INET, SOCK_STREAM, 0); }
  static void prepare(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }
  static int connect(int fd, const sockaddr *to) { return ::connect(fd, to, sizeof(sockaddr)); }
};
void no_warning_non_blocking(std::stop_token stop, const std::vector<sockaddr> &hosts) {
  if (stop.stop_requested())
    return;
  for (const auto &host : hosts) {
    int fd = Socket::create();
    Socket::prepare(fd);
    Socket::connect(fd, &host);
  }
}
void warns_blocking(std::stop_token stop, const std::vector<sockaddr> &hosts) {
  if (stop.stop_requested())
    return;
  for (const auto &host : hosts) { // expected-warning {{'connect' may run long in each round}}
    int fd = Socket::create();
    Socket::connect(fd, &host);
  }
}

void no_warning_tickets() {
  std::atomic<int> last{0}, called{1};
  std::vector<std::jthread> pool;
  for (int i = 0; i < 4; ++i)
    pool.push_back(std::jthread{[&](std::stop_token stop) {
      while (!stop.stop_requested()) {
        int mine = ++last, now = called.load();
        while (now < mine) {
          called.wait(now);
          now = called.load();
        }
        print(mine);
        ++called;
        called.notify_all();
      }
    }});
}
void no_warning_barrier() {
  std::barrier done{4};
  std::vector<std::jthread> pool;
  for (int i = 0; i < 4; ++i)
    pool.push_back(std::jthread{[&](std::stop_token stop) {
      while (!stop.stop_requested()) {
        print(1);
        done.arrive_and_wait();
      }
      done.arrive_and_drop();
    }});
}
// Who sees the stop first leaves the others behind.
void warns_barrier() {
  std::barrier done{4};
  std::vector<std::jthread> pool;
  for (int i = 0; i < 4; ++i)
    pool.push_back(std::jthread{[&](std::stop_token stop) {
      while (!stop.stop_requested()) {
        print(1);
        done.arrive_and_wait(); // expected-warning {{'arrive_and_wait' waits}}
      }
    }});
}
// Somebody else has to notify it.
void warns_atomic(std::atomic<int> &called) {
  std::vector<std::jthread> pool;
  for (int i = 0; i < 4; ++i)
    pool.push_back(std::jthread{[&](std::stop_token stop) {
      while (!stop.stop_requested())
        called.wait(0); // expected-warning {{'wait' waits}}
    }});
}

void no_warning_found_ready(std::stop_token stop, std::list<std::future<int>> &results) {
  while (!results.empty() && !stop.stop_requested()) {
    for (auto it = results.begin(); it != results.end();)
      if (it->wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
        print(it->get());
        it = results.erase(it);
      } else {
        ++it;
      }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}
void warns_found_another_ready(std::stop_token stop, std::list<std::future<int>> &results, std::future<int> &first) {
  if (stop.stop_requested() || first.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    return;
  for (auto &result : results) // expected-warning {{'get' may wait in each round}}
    print(result.get()); // expected-warning {{'get' waits}}
}

struct Worker {
  void Stop();
  std::thread thread;
};
void no_warning_told_to_stop(std::stop_token stop, Worker &worker) {
  if (stop.stop_requested())
    return;
  worker.Stop();
  worker.thread.join();
}
void warns_told_another(std::stop_token stop, Worker &worker, Worker &other) {
  if (stop.stop_requested())
    return;
  worker.Stop();
  other.thread.join(); // expected-warning {{'join' waits}}
}

// A helper that asks, and does not wait.
bool is_running(pid_t pid) {
  int status = 0;
  return waitpid(pid, &status, WNOHANG) == 0;
}
int no_warning_asks_each(const std::vector<pid_t> &pids, std::stop_token stop) {
  if (stop.stop_requested())
    return 0;
  int running = 0;
  for (pid_t pid : pids)
    running += is_running(pid);
  return running;
}
bool reap(pid_t pid) {
  int status = 0;
  return waitpid(pid, &status, 0) == pid;
}
int warns_reaps_each(const std::vector<pid_t> &pids, std::stop_token stop) {
  if (stop.stop_requested())
    return 0;
  int ended = 0;
  for (pid_t pid : pids) // expected-warning {{loop never looks at 'stop'; 'reap' may run long in each round}}
    ended += reap(pid);
  return ended;
}
