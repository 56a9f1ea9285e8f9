// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-resource-leak -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <pthread.h>
#include <semaphore.h>
#include <stop_token>
#include <string>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

struct Frame {
  int size = 0;
  void decode();
};
bool next(Frame &frame);
void show(const Frame &frame);
void report(const char *text, ...);

// Files, descriptors, memory: the branch of a poll.
bool warns_file(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  if (!file)
    return false;
  char line[256];
  while (fgets(line, sizeof line, file)) {
    if (stop.stop_requested()) // expected-warning@:5 {{'file' is not closed when 'stop' is cancelled here: 'fclose' is skipped}}
      return false;
    // CHECK-FIXES: if (stop.stop_requested()) {
    // CHECK-FIXES-NEXT: fclose(file);
    // CHECK-FIXES-NEXT: return false;
    // CHECK-FIXES-NEXT: }
    std::printf("%s", line);
  }
  fclose(file);
  return true;
}
int warns_descriptor(const char *path, std::stop_token stop, std::string &out) {
  int fd = open(path, O_RDONLY);
  if (fd < 0)
    return -1;
  char buffer[512];
  ssize_t got;
  while ((got = read(fd, buffer, sizeof buffer)) > 0) {
    if (stop.stop_requested()) { // expected-warning {{'fd' is not closed when 'stop' is cancelled here: 'close' is skipped}}
      report("stopped at %zu", out.size());
      return -2;
      // CHECK-FIXES: close(fd);
    }
    out.append(buffer, got);
  }
  close(fd);
  return 0;
}
void warns_new(std::stop_token stop) {
  Frame *frame = new Frame;
  while (next(*frame)) {
    frame->decode();
    if (stop.stop_requested()) return; // expected-warning {{'frame' is not deleted when 'stop' is cancelled here: 'delete' is skipped}}
    // CHECK-FIXES: if (stop.stop_requested()) { delete frame; return; }
    show(*frame);
  }
  delete frame;
}
std::size_t warns_malloc(std::size_t size, std::stop_token stop, bool (*fill)(char)) {
  char *buffer = static_cast<char *>(malloc(size));
  if (buffer == nullptr)
    throw std::bad_alloc();
  std::memset(buffer, 0, size);
  std::size_t done = 0;
  for (; done < size; ++done) {
    if (stop.stop_requested()) // expected-warning {{'buffer' is not freed when 'stop' is cancelled here: 'free' is skipped}}
      return done;
    // CHECK-FIXES: if (stop.stop_requested()) {
    // CHECK-FIXES-NEXT: free(buffer);
    // CHECK-FIXES-NEXT: return done;
    // CHECK-FIXES-NEXT: }
    if (!fill(buffer[done])) {
      free(buffer);
      return done;
    }
  }
  free(buffer);
  return size;
}
long warns_array(std::size_t count, std::stop_token stop) {
  auto *values = new (std::nothrow) long[count];
  long sum = 0;
  if (values != nullptr) {
    for (std::size_t i = 0; i < count && !stop.stop_requested(); ++i)
      sum += values[i];
    if (stop.stop_requested()) // expected-warning {{'values' is not deleted when 'stop' is cancelled here: 'delete[]' is skipped}}
      return -1;
    // CHECK-FIXES: if (stop.stop_requested()) {
    // CHECK-FIXES-NEXT: delete[] values;
    // CHECK-FIXES-NEXT: return -1;
    // CHECK-FIXES-NEXT: }
    delete[] values;
  }
  return sum;
}
// The loop's own condition is the exit.
void warns_loop_condition(std::stop_token stop, int port) {
  int fd = socket(AF_INET, SOCK_STREAM, port);
  if (fd == -1)
    return;
  char byte;
  while (!stop.stop_requested()) { // expected-warning@:3 {{'fd' is not closed when 'stop' is cancelled here: 'close' is skipped}}
    if (recv(fd, &byte, 1, 0) <= 0) {
      close(fd);
      return;
    }
  }
}
void warns_break(const std::vector<std::string> &names, std::stop_token stop) {
  for (const std::string &name : names) {
    FILE *file = fopen(name.c_str(), "w");
    if (file == NULL)
      continue;
    if (stop.stop_requested()) // expected-warning {{'file' is not closed}}
      break;
    // CHECK-FIXES: if (stop.stop_requested()) {
    // CHECK-FIXES-NEXT: fclose(file);
    // CHECK-FIXES-NEXT: break;
    // CHECK-FIXES-NEXT: }
    std::fputs("x", file);
    std::fclose(file);
  }
}
// A release that takes more than the handle is not written for you.
void warns_mapping(int fd, std::size_t size, std::stop_token stop) {
  void *data = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED)
    return;
  for (std::size_t i = 0; i < size; ++i) {
    if (stop.stop_requested()) // expected-warning {{'data' is not unmapped when 'stop' is cancelled here: 'munmap' is skipped}}
      return;
    report("%d", static_cast<const char *>(data)[i]);
  }
  munmap(data, size);
}
// The value may need what is released.
int warns_needed_value(std::stop_token stop) {
  Frame *frame = new Frame;
  while (next(*frame))
    if (stop.stop_requested()) // expected-warning {{'frame' is not deleted}}
      return frame->size;
  const int size = frame->size;
  delete frame;
  return size;
}
// Not yet known whether there is one.
bool warns_untested(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  if (stop.stop_requested()) // expected-warning {{'file' is not closed}}
    return false;
  if (!file)
    return false;
  fclose(file);
  return true;
}

// Throwing checks, and callees that throw.
void warns_throwing_check(const char *name, cancel::cancellation_token token) {
  FILE *file = fopen(name, "r");
  if (!file)
    return;
  char line[256];
  while (fgets(line, sizeof line, file))
    token.throw_if_cancellation_requested(); // expected-warning@:11 {{'file' is not closed when 'token' is cancelled here: 'fclose' is skipped}}
  token.throw_if_cancellation_requested(); // the same owner would mend both
  fclose(file);
}
static void step(cancel::cancellation_token token) {
  token.throw_if_cancellation_requested();
  report("step");
}
void warns_callee_throws(const char *name, cancel::cancellation_token token) {
  int fd = open(name, O_RDONLY);
  step(token); // expected-warning {{'fd' is not closed when 'token' is cancelled here}}
  close(fd);
}
void warns_thrown(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  if (stop.stop_requested()) // expected-warning {{'file' is not closed}}
    throw cancel::operation_canceled();
  if (file)
    fclose(file);
}
bool warns_caught_without_release(const char *name, cancel::cancellation_token token) {
  FILE *file = fopen(name, "r");
  if (!file)
    return false;
  try {
    token.throw_if_cancellation_requested(); // expected-warning {{'file' is not closed}}
  } catch (const cancel::operation_canceled &) {
    return false;
  }
  fclose(file);
  return true;
}

// Locks taken by hand.
struct Journal {
  std::mutex mutex_;
  pthread_mutex_t raw_;
  std::vector<int> entries_;
  bool warns_mutex(std::stop_token stop) {
    mutex_.lock();
    for (int &entry : entries_) {
      if (stop.stop_requested()) // expected-warning {{'mutex_' is not unlocked when 'stop' is cancelled here: 'unlock' is skipped}}
        return false;
      // CHECK-FIXES: if (stop.stop_requested()) {
      // CHECK-FIXES-NEXT: mutex_.unlock();
      // CHECK-FIXES-NEXT: return false;
      // CHECK-FIXES-NEXT: }
      entry = 0;
    }
    mutex_.unlock();
    return true;
  }
  void warns_pthread(std::stop_token stop) {
    pthread_mutex_lock(&raw_);
    while (!entries_.empty()) {
      if (stop.stop_requested()) // expected-warning {{'raw_' is not unlocked when 'stop' is cancelled here: 'pthread_mutex_unlock' is skipped}}
        return;
      // CHECK-FIXES: if (stop.stop_requested()) {
      // CHECK-FIXES-NEXT: pthread_mutex_unlock(&raw_);
      // CHECK-FIXES-NEXT: return;
      // CHECK-FIXES-NEXT: }
      entries_.pop_back();
    }
    pthread_mutex_unlock(&raw_);
  }
  bool no_warning_helper_may_unlock(std::stop_token stop) {
    mutex_.lock();
    if (stop.stop_requested()) {
      abandon();
      return false;
    }
    mutex_.unlock();
    return true;
  }
  void no_warning_lock_guard(std::stop_token stop) {
    mutex_.lock();
    std::lock_guard<std::mutex> guard(mutex_, std::adopt_lock);
    if (stop.stop_requested())
      return;
    entries_.clear();
  }
  void no_warning_unlocked_in_between(std::stop_token stop) {
    mutex_.lock();
    while (!entries_.empty()) {
      entries_.pop_back();
      mutex_.unlock();
      if (stop.stop_requested())
        return;
      mutex_.lock();
    }
    mutex_.unlock();
  }
  struct Cleanup {
    Journal *journal;
    bool armed = true;
    ~Cleanup() {
      if (armed)
        journal->mutex_.unlock();
    }
  };
  void no_warning_guard_of_the_object(std::stop_token stop) {
    mutex_.lock();
    Cleanup cleanup{this};
    if (stop.stop_requested())
      return;
    cleanup.armed = false;
    mutex_.unlock();
  }
  void abandon();
};
void warns_semaphore(sem_t *slots, std::stop_token stop, Frame &frame) {
  sem_wait(slots);
  while (next(frame))
    if (stop.stop_requested()) // expected-warning {{'slots' is not posted when 'stop' is cancelled here: 'sem_post' is skipped}}
      return;
  // CHECK-FIXES: if (stop.stop_requested()) {
  // CHECK-FIXES-NEXT: sem_post(slots);
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES-NEXT: }
  sem_post(slots);
}

// Templates, lambdas, a coroutine-free member: the same.
template <class T> bool warns_template(std::stop_token stop, T &items) {
  T *copy = new T(items);
  while (!copy->empty()) {
    if (stop.stop_requested()) // expected-warning {{'copy' is not deleted}}
      return false;
    // CHECK-FIXES: if (stop.stop_requested()) {
    // CHECK-FIXES-NEXT: delete copy;
    // CHECK-FIXES-NEXT: return false;
    // CHECK-FIXES-NEXT: }
    copy->pop_back();
  }
  delete copy;
  return true;
}
template bool warns_template(std::stop_token, std::vector<int> &);
auto warns_lambda = [](const char *name, std::stop_token stop) {
  FILE *file = popen(name, "r");
  int c = 0;
  while ((c = fgetc(file)) != EOF)
    if (stop.stop_requested()) // expected-warning {{'file' is not closed when 'stop' is cancelled here: 'pclose' is skipped}}
      return -1;
  // CHECK-FIXES: if (stop.stop_requested()) {
  // CHECK-FIXES-NEXT: pclose(file);
  // CHECK-FIXES-NEXT: return -1;
  // CHECK-FIXES-NEXT: }
  pclose(file);
  return c;
};
// No edit in a macro; the branch around it may be one.
#define LEAVE_IF(stop)                                                         \
  if (stop.stop_requested())                                                   \
  return
void warns_macro(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  LEAVE_IF(stop); // expected-warning {{'file' is not closed}}
  fclose(file);
}

// Released on the way out.
bool no_warning_released(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  if (!file)
    return false;
  char line[256];
  while (fgets(line, sizeof line, file))
    if (stop.stop_requested()) {
      fclose(file);
      return false;
    }
  fclose(file);
  return true;
}
bool no_warning_goto(const char *name, std::stop_token stop) {
  bool done = false;
  int fd = open(name, O_RDONLY);
  if (fd < 0)
    return false;
  if (stop.stop_requested())
    goto out;
  done = true;
out:
  close(fd);
  return done;
}
void no_warning_break_to_release(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  while (file && !feof(file)) {
    if (stop.stop_requested())
      break;
    fgetc(file);
  }
  if (file)
    fclose(file);
}
void no_warning_handler_releases(const char *name, cancel::cancellation_token token) {
  FILE *file = fopen(name, "r");
  try {
    token.throw_if_cancellation_requested();
  } catch (...) {
    fclose(file);
    throw;
  }
  fclose(file);
}
void no_warning_failed_anyway(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  if (!file) {
    if (stop.stop_requested())
      return;
    report("no file");
    return;
  }
  fclose(file);
}
void no_warning_before(const char *name, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  FILE *file = fopen(name, "r");
  fclose(file);
  if (stop.stop_requested())
    return;
  report("closed");
}

// Somebody else owns it.
struct Session {
  FILE *file_ = nullptr;
  void attach(FILE *file);
  void no_warning_stored(const char *name, std::stop_token stop) {
    FILE *file = fopen(name, "r");
    file_ = file;
    if (stop.stop_requested())
      return;
    fclose(file);
    file_ = nullptr;
  }
};
void no_warning_member_takes_it(Session &session, const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  session.attach(file);
  if (stop.stop_requested())
    return;
  fclose(file);
}
void no_warning_unique_ptr(std::stop_token stop) {
  Frame *frame = new Frame;
  std::unique_ptr<Frame> owner(frame);
  if (stop.stop_requested())
    return;
  delete owner.release();
}
void no_warning_scope_guard(const char *name, std::stop_token stop, bool early) {
  FILE *file = fopen(name, "r");
  std::shared_ptr<void> guard(nullptr, [&](void *) { fclose(file); });
  if (stop.stop_requested())
    return;
  if (early)
    fclose(file);
}
void no_warning_registration(const char *name, std::stop_token stop) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  std::stop_callback wake(stop, [fd] { close(fd); });
  if (stop.stop_requested())
    return;
  report(name);
  close(fd);
}
bool finish(FILE *file);
bool no_warning_callee_on_the_way_out(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  if (stop.stop_requested())
    return finish(file);
  fclose(file);
  return true;
}
FILE *no_warning_returned(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  if (stop.stop_requested())
    return file;
  fclose(file);
  return nullptr;
}
void no_warning_aliased(const char *name, std::stop_token stop, FILE *&out) {
  FILE *file = fopen(name, "r");
  FILE *other = file;
  if (stop.stop_requested()) {
    out = other;
    return;
  }
  fclose(file);
}
// Released in some of the normal ways only: it is meant to live on.
Frame *cached;
void no_warning_not_always_released(std::stop_token stop, bool keep) {
  char *text = strdup("text");
  if (stop.stop_requested())
    return;
  if (!keep)
    free(text);
}
// Nothing outlives the process.
[[noreturn]] void give_up();
void no_warning_ends_the_process(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  if (stop.stop_requested())
    std::exit(1);
  if (!file)
    give_up();
  fclose(file);
}
// Placement is nobody's memory.
void no_warning_placement(void *storage, std::stop_token stop) {
  Frame *frame = new (storage) Frame;
  if (stop.stop_requested())
    return;
  frame->~Frame();
}
// Marked: from here on it must not be cancelled.
[[clang::annotate("cancel::uncancellable", "short")]]
void no_warning_uncancellable(const char *name, std::stop_token stop) {
  FILE *file = fopen(name, "r");
  if (stop.stop_requested())
    return;
  fclose(file);
}
