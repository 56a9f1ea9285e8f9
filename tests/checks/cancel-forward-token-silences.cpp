// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls that could take the token, and need not.
// RUN: %check %s cancel-forward-token -- -std=c++20
#include <exception>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

struct future {
  void get();
  future then(void (*next)());
};
future fetch(int item, std::stop_token stop = {});
int status(int item, std::stop_token stop = {});
void next();

// Hooks of tests.
struct Injector {
  bool enabled(const char *name);
  void inject(const char *name, future waits);
};
Injector &injector();
void no_warning_hooks(std::stop_token stop) {
  injector().inject("pause", fetch(1));
  if (injector().enabled("slow"))
    fetch(2).get();
  fetch(3, stop).get();
}
void warns_beside_hook(std::stop_token stop) {
  if (injector().enabled("slow"))
    next();
  else
    fetch(4).get(); // expected-warning {{'fetch' takes a cancellation token}}
  // CHECK-FIXES: fetch(4, stop).get();
  status(5, stop);
}

// Nobody waits for it.
void no_warning_dropped(std::stop_token stop) {
  (void)fetch(1);
  (void)fetch(2).then(next);
  status(3, stop);
}
void warns_status_dropped(std::stop_token stop) {
  (void)status(4); // expected-warning {{'status' takes a cancellation token}}
  // CHECK-FIXES: (void)status(4, stop);
  status(5, stop);
}

// Who waits for it gets the token.
void race(future one, std::stop_token stop);
void no_warning_guarded(std::stop_token stop) { race(fetch(1), stop); }

// A token that is about something else.
struct Map {
  std::stop_token get_validity_stop_token() const;
};
struct Request {
  std::stop_token get_stop_token() const;
};
int no_warning_validity(const Map &map) { return status(1); }
int warns_accessor(const Request &request) {
  return status(2); // expected-warning {{but 'request.get_stop_token()' is not passed on}}
  // CHECK-FIXES: return status(2, request.get_stop_token());
}

// The carrier has gone.
void send(std::unique_ptr<Request> request);
int no_warning_moved(std::unique_ptr<Request> request) {
  send(std::move(request));
  return status(1);
}
int warns_not_moved(std::unique_ptr<Request> request) {
  return status(2); // expected-warning {{but 'request->get_stop_token()' is not passed on}}
  // CHECK-FIXES: return status(2, request->get_stop_token());
}

// Who stops an object finds its token cancelled.
class Service {
  std::stop_token stop_;

public:
  int no_warning_do_stop() { return do_stop(); }
  int do_stop() { return status(1); }
  int shutdown_all() { return status(2); }
  int stop_with(std::stop_token stop) {
    status(3, stop);
    return status(4); // expected-warning {{but 'stop' is not passed on}}
    // CHECK-FIXES: return status(4, stop);
  }
  int warns_work() {
    return status(5); // expected-warning {{but 'stop_' is not passed on}}
    // CHECK-FIXES: return status(5, stop_);
  }
};

// One finding for a chain.
struct Query {
  int rows(std::stop_token stop = {});
};
Query query(int id, std::stop_token stop = {});
int warns_chain_once(std::stop_token stop) {
  return query(1).rows(); // expected-warning {{'query' takes a cancellation token}}
  // CHECK-FIXES: return query(1, stop).rows();
}

// A member that was let go of holds none.
struct Batch {
  std::unique_ptr<std::stop_token> stop_;
  void no_warning_let_go() {
    stop_.reset();
    fetch(20).get();
  }
  void no_warning_assigned() {
    stop_ = nullptr;
    fetch(21).get();
  }
  void warns_made_again() {
    stop_.reset();
    stop_ = std::make_unique<std::stop_token>();
    fetch(22).get(); // expected-warning {{'stop_' is not passed on}}
  }
  void warns_in_a_branch(bool done) {
    if (done)
      stop_.reset();
    fetch(23).get(); // expected-warning {{'stop_' is not passed on}}
  }
  void warns_before() {
    fetch(24).get(); // expected-warning {{'stop_' is not passed on}}
    stop_.reset();
  }
};

// Who stops the object wakes those who wait for the units.
struct Units {
  void broken();
};
future get_units(Units &units, int n);
future get_units(Units &units, int n, std::stop_token stop);
struct Uploader {
  std::stop_source source_;
  std::stop_token stop_;
  Units active_, other_;
  void stop() {
    source_.request_stop();
    active_.broken();
  }
  void no_warning_broken() { get_units(active_, 1).get(); }
  void warns_not_broken() {
    get_units(other_, 1).get(); // expected-warning {{'stop_' is not passed on}}
    // CHECK-FIXES: get_units(other_, 1, stop_).get();
  }
};

// Cleaning up, where the stop was seen or something failed.
void remove_part(std::stop_token stop = {});
void put(std::stop_token stop);
bool job(int item);
void no_warning_seen_in_variable(std::stop_token stop) {
  bool stopped = false;
  for (int i = 0; i < 99; ++i) {
    if (stop.stop_requested()) {
      stopped = true;
      break;
    }
    job(i);
  }
  if (stopped)
    remove_part();
}
int no_warning_seen_in_code(std::stop_token stop) {
  int code = 0;
  for (int i = 0; i < 99; ++i) {
    if (stop.stop_requested()) {
      code = -1;
      break;
    }
    job(i);
  }
  if (code != 0)
    remove_part();
  return code;
}
void no_warning_seen_at_the_end(std::stop_token stop) {
  bool stopped = false;
  for (int i = 0; i < 99 && !stopped; ++i) {
    job(i);
    stopped = stop.stop_requested();
  }
  if (stopped)
    remove_part();
}
void no_warning_failed(std::stop_token stop) {
  std::exception_ptr failure;
  try {
    put(stop);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    remove_part();
    std::rethrow_exception(failure);
  }
}
void warns_other_variable(std::stop_token stop, int n) {
  bool last = false;
  for (int i = 0; i < n; ++i) {
    if (stop.stop_requested())
      return;
    last = job(i);
  }
  if (last)
    remove_part(); // expected-warning {{'remove_part' takes a cancellation token}}
  // CHECK-FIXES: remove_part(stop);
}
void no_warning_helper_of_cleanup(std::stop_token stop) {
  auto reset = [&] { remove_part(); };
  if (stop.stop_requested()) {
    reset();
    return;
  }
  put(stop);
}
void warns_helper_of_both(std::stop_token stop) {
  auto reset = [&] { remove_part(); }; // expected-warning {{'remove_part' takes a cancellation token}}
  // CHECK-FIXES: auto reset = [&] { remove_part(stop); };
  if (stop.stop_requested()) {
    reset();
    return;
  }
  put(stop);
  reset();
}
template <class Fn> struct ScopeExit {
  explicit ScopeExit(Fn run) : run(run) {}
  ~ScopeExit() { run(); }
  Fn run;
};
void no_warning_scope_exit(std::stop_token stop) {
  ScopeExit guard([&] {
    if (stop.stop_requested())
      job(1);
    remove_part();
  });
  put(stop);
}
struct Connection {
  void rollback(std::stop_token stop = {});
};
void no_warning_rollback(Connection &connection, std::stop_token stop) {
  put(stop);
  connection.rollback();
}

// Cleanup behind a handler that keeps the exception, as coroutines must.
int no_warning_kept_exception(int item, std::stop_token stop) {
  std::exception_ptr failure;
  try {
    status(item, stop);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    status(-item);
    std::rethrow_exception(failure);
  }
  return status(item + 1, stop);
}
int no_warning_kept_exception_compared(int item, std::stop_token stop) {
  std::exception_ptr failure;
  try {
    status(item, stop);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure != nullptr)
    return status(-item);
  return 0;
}
int no_warning_kept_exception_behind_null(int item, std::stop_token stop) {
  std::exception_ptr failure;
  try {
    status(item, stop);
  } catch (...) {
    failure = std::current_exception();
  }
  if (nullptr != failure)
    return status(-item);
  return 0;
}
int warns_no_exception(int item, std::stop_token stop) {
  std::exception_ptr failure;
  try {
    status(item, stop);
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure)
    return status(item + 1); // expected-warning {{'status' takes a cancellation token}}
  // CHECK-FIXES: return status(item + 1, stop);
  return 0;
}

// A member token that is another activity's, as its name says.
class Log {
public:
  void compact() { status(1, compaction_stop_); }
  void truncate() { status(2); }
  void no_warning_roll() { status(3); }
  // Those that use it, or are called after it, are about it.
  void warns_both() {
    status(4, compaction_stop_);
    status(5); // expected-warning {{'status' takes a cancellation token}}
    // CHECK-FIXES: status(5, compaction_stop_);
  }
  void warns_compaction() {
    status(6); // expected-warning {{'status' takes a cancellation token}}
    // CHECK-FIXES: status(6, compaction_stop_);
  }

private:
  std::stop_token compaction_stop_;
};
class Publisher {
public:
  void start() { status(1, publishStop_); }
  void warns_all() {
    status(2); // expected-warning {{'status' takes a cancellation token}}
    // CHECK-FIXES: status(2, publishStop_);
  }

private:
  std::stop_token publishStop_;
};
class Server {
public:
  void start() { status(1, m_shutdownToken); }
  void warns_all() {
    status(2); // expected-warning {{'status' takes a cancellation token}}
    // CHECK-FIXES: status(2, m_shutdownToken);
  }

private:
  std::stop_token m_shutdownToken;
};

// What asks an object for something more does not wake who waits for it, only
// because it is part of an abort.
struct Client {
  int request(int item, std::stop_token stop = {});
  int shutdown(std::stop_token stop = {});
};
class Upload {
public:
  Upload(Client &client, std::stop_token stop) : client_(client), stop_(stop) {}
  int start() { return client_.request(1, stop_); }
  int warns_finish() {
    return client_.request(2); // expected-warning {{'request' takes a cancellation token}}
    // CHECK-FIXES: return client_.request(2, stop_);
  }
  int abort_upload() { return client_.request(3); }

private:
  Client &client_;
  std::stop_token stop_;
};
// An item of a queue may be what the other side waits for.
struct Channel {
  int pop(std::stop_token stop = {});
  bool push(int item, std::stop_token stop = {});
};
class Consumer {
public:
  Consumer(Channel &channel, std::stop_token stop) : channel_(channel), stop_(stop) {}
  int no_warning_take() { return channel_.pop(); }
  void abort_all() { channel_.push(-1); }

private:
  Channel &channel_;
  std::stop_token stop_;
};
class Closed {
public:
  Closed(Client &client, std::stop_token stop) : client_(client), stop_(stop) {}
  int start() { return client_.request(1, stop_); }
  int no_warning_finish() { return client_.request(2); }
  int abort_upload() { return client_.shutdown(); }

private:
  Client &client_;
  std::stop_token stop_;
};
