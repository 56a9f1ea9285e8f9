// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Limits that are numbers, handles that were given the token, and descriptors
// that do not block.
// RUN: %check %s cancel-uninterruptible-wait,cancel-check-in-loop -- -std=c++20
#include <cerrno>
#include <chrono>
#include <ctime>
#include <future>
#include <netdb.h>
#include <poll.h>
#include <stop_token>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern "C" {
void Sleep(unsigned long milliseconds);
unsigned long WaitForSingleObject(void *handle, unsigned long milliseconds);
struct sqlite3;
int sqlite3_exec(sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **);
void sqlite3_progress_handler(sqlite3 *, int, int (*)(void *), void *);
typedef void CURL;
int curl_easy_perform(CURL *);
int curl_easy_setopt(CURL *, int, ...);
}
constexpr unsigned long INFINITE = 0xffffffff;
void work(int item);
void handle(int item);

// --- numbers

void no_warning_moment(std::stop_token stop) {
  if (stop.stop_requested())
    return;
  Sleep(1);
  usleep(1000);
  work(1);
}
void no_warning_few_slices(std::stop_token stop) {
  for (int i = 0; i < 5 && !stop.stop_requested(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
}
void no_warning_retries_with_pause(std::stop_token stop) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (stop.stop_requested())
      return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}
void no_warning_slices(std::stop_token stop) {
  while (!stop.stop_requested()) {
    work(1);
    Sleep(100);
  }
}
void no_warning_variable(std::stop_token stop, unsigned interval) {
  while (!stop.stop_requested()) {
    work(1);
    usleep(interval);
  }
}
void no_warning_object(std::stop_token stop, void *ready) {
  while (!stop.stop_requested())
    if (WaitForSingleObject(ready, 100) == 0)
      return;
}
void no_warning_probe(std::stop_token stop, void *ready) {
  if (stop.stop_requested())
    return;
  if (WaitForSingleObject(ready, 0) == 0)
    work(1);
}
void no_warning_poll_probe(std::stop_token stop, pollfd *sockets, int queue, epoll_event *events) {
  if (stop.stop_requested())
    return;
  if (poll(sockets, 1, 0) > 0 || epoll_wait(queue, events, 9, 0) > 0)
    work(1);
}
void no_warning_select_probe(std::stop_token stop, fd_set *sockets) {
  if (stop.stop_requested())
    return;
  timeval limit{0, 0};
  if (select(9, sockets, nullptr, nullptr, &limit) > 0)
    work(1);
}
void no_warning_settled(std::stop_token stop) {
  std::chrono::milliseconds interval{200};
  unsigned slice = 50 * 1000;
  while (!stop.stop_requested()) {
    work(1);
    std::this_thread::sleep_for(interval);
    usleep(slice);
  }
}
// What changes may be short again.
void no_warning_backs_off(std::stop_token stop) {
  std::chrono::seconds interval{2};
  while (!stop.stop_requested()) {
    std::this_thread::sleep_for(interval);
    interval /= 4;
  }
}

void warns_long(std::stop_token stop) {
  while (!stop.stop_requested()) {
    work(1);
    ::sleep(30); // expected-warning {{'sleep' waits}}
  }
}
void warns_long_micros(std::stop_token stop) {
  while (!stop.stop_requested()) {
    work(1);
    ::usleep(30'000'000); // expected-warning {{'usleep' waits}}
  }
}
void warns_long_millis(std::stop_token stop, int socket) {
  while (!stop.stop_requested()) {
    pollfd ready{socket, POLLIN, 0};
    if (::poll(&ready, 1, 60'000) > 0) // expected-warning {{'poll' waits}}
      work(socket);
  }
}
void warns_long_settled(std::stop_token stop) {
  std::chrono::seconds interval{60};
  while (!stop.stop_requested()) {
    work(1);
    std::this_thread::sleep_for(interval); // expected-warning {{'sleep_for' waits}}
  }
}
void warns_long_struct(std::stop_token stop) {
  const timespec pause{20, 0};
  while (!stop.stop_requested()) {
    work(1);
    nanosleep(&pause, nullptr); // expected-warning {{'nanosleep' waits}}
  }
}
// One of them may be there to wake it.
void no_warning_several(std::stop_token stop, int queue, pollfd *sockets) {
  epoll_event events[8];
  while (!stop.stop_requested()) {
    if (epoll_wait(queue, events, 8, 5000) > 0)
      work(1);
    if (poll(sockets, 2, -1) > 0)
      work(2);
  }
}
void warns_endless(std::stop_token stop, void *ready) {
  while (!stop.stop_requested())
    if (WaitForSingleObject(ready, INFINITE) == 0) // expected-warning {{'WaitForSingleObject' waits}}
      return;
}

// --- handles

static int stopped(void *token) { return static_cast<std::stop_token *>(token)->stop_requested(); }
struct Transfer {
  std::stop_token stop;
  int bytes = 0;
};

bool no_warning_progress_handler(sqlite3 *db, const std::vector<const char *> &queries, std::stop_token stop) {
  sqlite3_progress_handler(db, 1000, stopped, &stop);
  for (const char *query : queries)
    if (sqlite3_exec(db, query, nullptr, nullptr, nullptr))
      return false;
  return true;
}
bool no_warning_user_data(CURL *transfer, std::stop_token stop) {
  curl_easy_setopt(transfer, 10057, &stop);
  return curl_easy_perform(transfer) == 0;
}
bool no_warning_user_struct(CURL *transfer, std::stop_token stop) {
  Transfer data{stop};
  curl_easy_setopt(transfer, 10057, &data);
  return curl_easy_perform(transfer) == 0;
}
bool warns_other_handle(CURL *transfer, CURL *other, std::stop_token stop) {
  curl_easy_setopt(other, 10057, &stop);
  return curl_easy_perform(transfer) == 0; // expected-warning {{'curl_easy_perform' waits}}
}
bool warns_no_handler(sqlite3 *db, const std::vector<const char *> &queries, std::stop_token stop) {
  if (stop.stop_requested())
    return false;
  for (const char *query : queries) // expected-warning {{'sqlite3_exec' may run long}}
    // CHECK-FIXES: for (const char *query : queries) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return false;
    if (sqlite3_exec(db, query, nullptr, nullptr, nullptr))
      return false;
  // CHECK-FIXES: }
  return true;
}

// --- descriptors

bool wait_readable(int socket, std::stop_token stop);
bool waitReadable(int socket, int milliseconds);
void make_nonblocking(int socket);
void limit(int socket) {
  timeval time{0, 200'000};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}
void greet(int socket);

long no_warning_ready(int socket, char *to, std::stop_token stop) {
  if (!wait_readable(socket, stop))
    return 0;
  return ::recv(socket, to, 1, 0);
}
void no_warning_ready_loop(int socket, std::stop_token stop) {
  char byte;
  while (wait_readable(socket, stop)) {
    if (::recv(socket, &byte, 1, 0) <= 0)
      break;
    handle(byte);
  }
}
void no_warning_ready_by_time(int socket, std::stop_token stop) {
  char byte;
  while (!stop.stop_requested())
    if (waitReadable(socket, 100) && ::recv(socket, &byte, 1, 0) > 0)
      handle(byte);
}
void no_warning_limited(int socket, std::stop_token stop) {
  limit(socket);
  char byte;
  while (!stop.stop_requested())
    if (::recv(socket, &byte, 1, 0) > 0)
      handle(byte);
}
void no_warning_made_nonblocking(int socket, std::stop_token stop) {
  make_nonblocking(socket);
  char byte;
  while (!stop.stop_requested())
    if (::recv(socket, &byte, 1, 0) > 0)
      handle(byte);
    else
      std::this_thread::yield();
}
void no_warning_would_block(int socket, std::stop_token stop) {
  while (!stop.stop_requested()) {
    int client = ::accept(socket, nullptr, nullptr);
    if (client < 0 && errno != EWOULDBLOCK)
      return;
    if (client < 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    else
      handle(client);
  }
}
void warns_other_helper(int socket, std::stop_token stop) {
  greet(socket);
  char byte;
  while (!stop.stop_requested())
    if (::recv(socket, &byte, 1, 0) > 0) // expected-warning {{'recv' waits}}
      handle(byte);
}
void warns_other_descriptor(int socket, int other, std::stop_token stop) {
  char byte;
  if (!wait_readable(other, stop))
    return;
  if (::recv(socket, &byte, 1, 0) > 0) // expected-warning {{'recv' waits}}
    handle(byte);
}

// One byte may be ready of all that is waited for.
void warns_waits_for_all(std::stop_token stop, int socket) {
  char data[4096];
  while (!stop.stop_requested()) {
    if (!waitReadable(socket, 100))
      continue;
    ::recv(socket, data, sizeof data, MSG_WAITALL); // expected-warning {{'recv' waits}}
  }
}
// A constant in a variable is one.
void no_warning_const_slice(std::stop_token stop) {
  const std::chrono::milliseconds slice{100};
  while (!stop.stop_requested()) {
    work(1);
    std::this_thread::sleep_for(slice);
  }
}
void warns_const_pause(std::stop_token stop) {
  const std::chrono::seconds pause{30};
  while (!stop.stop_requested()) {
    work(1);
    std::this_thread::sleep_for(pause); // expected-warning {{'sleep_for' waits}}
  }
}
void no_warning_const_moment(std::stop_token stop) {
  const std::chrono::milliseconds moment{10};
  if (stop.stop_requested())
    return;
  std::this_thread::sleep_for(moment);
  work(1);
}

// --- pauses that are computed

void no_warning_bounded_product(std::stop_token stop, int index) {
  while (!stop.stop_requested())
    for (int i = 0; i < 10; ++i) {
      auto pause = std::chrono::milliseconds(20) * ((index % 3) + 1);
      std::this_thread::sleep_for(pause);
      usleep(1000 * (index % 8));
    }
}
// A factor that nobody knows makes an unknown limit, in a variable or in place.
void no_warning_unknown_factor(std::stop_token stop, int count) {
  while (!stop.stop_requested()) {
    auto pause = std::chrono::milliseconds(500) * count;
    std::this_thread::sleep_for(pause);
    std::this_thread::sleep_for(count * std::chrono::milliseconds(500));
  }
}
void warns_unknown_factor_once(std::stop_token stop, int count) {
  if (stop.stop_requested())
    return;
  std::this_thread::sleep_for(count * std::chrono::milliseconds(500)); // expected-warning {{'sleep_for' waits}}
}
void warns_long_product(std::stop_token stop, int index) {
  while (!stop.stop_requested()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(700) * ((index % 3) + 1)); // expected-warning {{'sleep_for' waits}}
    usleep(1'000'000 * (index % 8)); // expected-warning {{'usleep' waits}}
  }
}
void warns_long_part(std::stop_token stop, int count) {
  while (!stop.stop_requested())
    std::this_thread::sleep_for(std::chrono::seconds(30) * count); // expected-warning {{'sleep_for' waits}}
}
// The pace of a clock that moves on by a little.
void no_warning_pace(std::stop_token stop, std::chrono::steady_clock::time_point &next) {
  next += std::chrono::milliseconds(16);
  std::this_thread::sleep_until(next);
  if (stop.stop_requested())
    work(1);
}
void warns_long_pace(std::stop_token stop, std::chrono::steady_clock::time_point &next) {
  next += std::chrono::minutes(5);
  std::this_thread::sleep_until(next); // expected-warning {{'sleep_until' waits}}
  if (stop.stop_requested())
    work(1);
}
// What is a number is not looked up.
int no_warning_numeric_host(std::stop_token stop, const char *host, addrinfo **found) {
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  return stop.stop_requested() ? -1 : getaddrinfo(host, "80", &hints, found);
}
int warns_host(std::stop_token stop, const char *host, addrinfo **found) {
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICSERV;
  return stop.stop_requested() ? -1 : getaddrinfo(host, "80", &hints, found); // expected-warning {{'getaddrinfo' waits}}
}
// A helper says that the result is there.
bool is_ready(const std::future<int> &result);
void no_warning_asked_ready(std::stop_token stop, std::future<int> &result) {
  while (!is_ready(result)) {
    if (stop.stop_requested())
      return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  work(result.get());
}
void warns_other_ready(std::stop_token stop, std::future<int> &result, std::future<int> &other) {
  if (stop.stop_requested() || !is_ready(other))
    return;
  work(result.get()); // expected-warning {{'get' waits}}
}
