// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pointers that are tested for null, and branches that the loop's own condition
// lets go round no more.
// RUN: %check %s cancel-check-in-loop -- -std=c++20 -I%S/Inputs/std

#include <chrono>
#include <stop_token>
#include <thread>

struct Item;
Item *tryPop();
const char *readLine();
void handle(const char *line);
void slowStep(const char *what);

// --- p == nullptr says nothing of the token -----------------------------------

Item *waitItem(std::stop_token stop) {
  if (stop.stop_requested())
    return nullptr;
  for (;;) { // expected-warning {{loop never looks at 'stop'; 'sleep_for' may wait in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return nullptr;
    if (Item *item = tryPop(); item != nullptr)
      return item;
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

void retries(std::stop_token stop) {
  for (;;) { // expected-warning {{loop can go round without looking at 'stop'; 'slowStep' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    const char *line = readLine();
    if (line == nullptr) {
      slowStep("retry");
      continue;
    }
    if (stop.stop_requested())
      return;
    slowStep(line);
  }
}

bool everyHundred(std::stop_token stop) {
  int count = 0;
  for (;;) {
    const char *line = readLine();
    if (line == nullptr)
      break;
    if (++count % 100 == 0 && stop.stop_requested())
      return false;
    handle(line);
  }
  return true;
}

bool everySecond(std::stop_token stop) {
  auto last = std::chrono::steady_clock::now();
  const char *line;
  while ((line = readLine()) != nullptr) {
    auto now = std::chrono::steady_clock::now();
    if (now - last > std::chrono::seconds(1)) {
      if (stop.stop_requested())
        return false;
      last = now;
    }
    handle(line);
  }
  return true;
}

// A token that may be absent is another matter.
bool guarded(std::stop_token *stop) {
  while (const char *line = readLine()) {
    if (stop != nullptr && stop->stop_requested())
      return false;
    slowStep(line);
  }
  return true;
}

// --- what the loop's condition rules out --------------------------------------

enum Code { Ok, Again, Broken };
Code receiveSome(int fd, unsigned *got);
void receiveInto(int fd, Code *code);
bool waitReadable(std::stop_token stop, int fd);

unsigned bySwitch(int fd, std::stop_token stop) {
  unsigned got = 0;
  for (Code rc = Again; rc == Again;) {
    rc = receiveSome(fd, &got);
    switch (rc) {
    case Again:
      if (!waitReadable(stop, fd))
        return 0;
      break;
    case Ok:
      break;
    default:
      return 0;
    }
  }
  return got;
}

unsigned byIf(int fd, std::stop_token stop) {
  unsigned got = 0;
  Code rc;
  do {
    rc = receiveSome(fd, &got);
    if (rc == Again && !waitReadable(stop, fd))
      return 0;
  } while (rc == Again);
  return got;
}

unsigned byFlag(int fd, std::stop_token stop) {
  unsigned got = 0;
  bool more = true;
  while (more) {
    more = receiveSome(fd, &got) == Again;
    if (more && !waitReadable(stop, fd))
      return 0;
  }
  return got;
}

// Ok goes round without a look.
unsigned anotherCase(int fd, std::stop_token stop) {
  unsigned got = 0;
  for (Code rc = Again; rc != Broken;) { // expected-warning {{loop can go round without looking at 'stop'; 'receiveSome' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: break;
    rc = receiveSome(fd, &got);
    switch (rc) {
    case Again:
      if (!waitReadable(stop, fd))
        return 0;
      break;
    case Ok:
      break;
    default:
      return 0;
    }
  }
  return got;
}

// Asked at the begin of each round but the first.
unsigned askedFirst(int fd, std::stop_token stop) {
  unsigned got = 0;
  Code rc = Ok;
  do {
    if (rc == Again && !waitReadable(stop, fd))
      return 0;
    rc = receiveSome(fd, &got);
  } while (rc == Again);
  return got;
}

// It is received anew behind the question.
unsigned writtenLater(int fd, std::stop_token stop) {
  unsigned got = 0;
  Code rc = Ok;
  do { // expected-warning {{loop can go round without looking at 'stop'; 'receiveSome' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: break;
    if (rc == Broken && !waitReadable(stop, fd))
      return 0;
    rc = receiveSome(fd, &got);
  } while (rc == Again);
  return got;
}

// The same through a pointer.
void writtenElsewhere(int fd, std::stop_token stop) {
  Code rc = Ok;
  do { // expected-warning {{loop can go round without looking at 'stop'; 'receiveInto' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    if (rc == Broken && !waitReadable(stop, fd))
      return;
    receiveInto(fd, &rc);
  } while (rc == Again);
}

// In the step of the loop.
void writtenInStep(int fd, std::stop_token stop) {
  unsigned got = 0;
  for (Code rc = Again; rc == Again; rc = receiveSome(fd, &got)) // expected-warning {{loop can go round without looking at 'stop'; 'receiveSome' may run long in each round}}
    if (rc == Broken && !waitReadable(stop, fd))
      return;
  // CHECK-FIXES: for (Code rc = Again; rc == Again; rc = receiveSome(fd, &got)) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// A number that is above a limit is not below it.
int partsLeft(int fd, int &left);
void numberIsLeft(int fd, std::stop_token stop) {
  int left = 0;
  do {
    partsLeft(fd, left);
    if (left && !waitReadable(stop, fd))
      return;
  } while (left > 0);
}
void numberIsSmall(int fd, std::stop_token stop) {
  int left = 0;
  do {
    partsLeft(fd, left);
    if (left >= 3 && !waitReadable(stop, fd))
      return;
  } while (4 < left);
}
void numberMayBeBetween(int fd, std::stop_token stop) {
  int left = 0;
  do { // expected-warning {{loop can go round without looking at 'stop'; 'partsLeft' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    partsLeft(fd, left);
    if (left > 5 && !waitReadable(stop, fd))
      return;
  } while (left > 4);
}
void numberMayBeNegative(int fd, std::stop_token stop) {
  int left = 0;
  do { // expected-warning {{loop can go round without looking at 'stop'; 'partsLeft' may run long in each round}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    partsLeft(fd, left);
    if (left >= 0 && !waitReadable(stop, fd))
      return;
  } while (left > 5u);
}

// One state looks, and what the others write leads to it.
struct Machine {
  enum States { Idle, Running, Ended } state = Idle;
  std::stop_token stop;
  void no_warning_state_before_looks() {
    while (state != Ended)
      switch (state) {
      case Idle:
        state = stop.stop_requested() ? Ended : Running;
        break;
      case Running:
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        state = Idle;
        break;
      case Ended:
        break;
      }
  }
  void warns_state_stays() {
    while (state != Ended) // expected-warning {{loop can go round without looking at 'stop'}}
      // CHECK-FIXES: while (state != Ended) {
      // CHECK-FIXES-NEXT: if (stop.stop_requested())
      // CHECK-FIXES-NEXT: return;
      // CHECK-FIXES: }
      switch (state) {
      case Idle:
        state = stop.stop_requested() ? Ended : Running;
        break;
      case Running:
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        break;
      case Ended:
        break;
      }
  }
};
void warns_no_state_looks(int state, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  while (state != 2) // expected-warning {{loop never looks at 'stop'}}
    // CHECK-FIXES: while (state != 2) {
    // CHECK-FIXES-NEXT: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return;
    // CHECK-FIXES: }
    switch (state) {
    case 0:
      state = 1;
      break;
    case 1:
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      state = 0;
      break;
    }
}
