// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-forward-token -- -std=c++20
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

void fetch(int id, std::stop_token stop = {});
void store(int id);
void store(int id, std::stop_token stop);
void first(int id);
void first(std::stop_token stop, int id);
void skips(int id, int retries = 3, std::stop_token stop = {}, bool quiet = false);
void by_pointer(int id, const std::stop_token *stop = nullptr);
void unrelated_result(int id);
std::shared_ptr<int> unrelated_result(int id, std::stop_token stop);
void gone(int id);
void gone(int id, std::stop_token stop) = delete;
void old(int id);
[[deprecated]] void old(int id, std::stop_token stop);
template <class T> void generic(T value);
template <class T> void generic(T value, std::stop_token stop);

struct Request {
  std::stop_token stop;
  int id = 0;
};
struct Context {
  std::stop_token token() const;
};

struct Base {
  void inherited(int id);
  void inherited(int id, std::stop_token stop);
};
struct Client : Base {
  explicit Client(int id, std::stop_token stop = {});
  void get(int id) const;
  void get(int id, std::stop_token stop);
  void operator()(int id, std::stop_token stop = {}) const;
  void hidden(int id);

private:
  void hidden(int id, std::stop_token stop);
};

void warns_default(std::stop_token stop) {
  fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'stop' is not passed on}}
  // CHECK-FIXES: fetch(1, stop);
}

void warns_overload(std::stop_token stop) {
  store(1); // expected-warning {{'store' has an overload that takes a cancellation token, but 'stop' is not passed on}}
  // CHECK-FIXES: store(1, stop);
}

void warns_first_position(std::stop_token stop) {
  first(1); // expected-warning {{'first'}}
  // CHECK-FIXES: first(stop, 1);
}

void warns_spells_skipped_defaults(std::stop_token stop) {
  skips(1); // expected-warning {{'skips'}}
  // CHECK-FIXES: skips(1, 3, stop);
}

void warns_pointer_parameter(std::stop_token stop) {
  by_pointer(1); // expected-warning {{'by_pointer'}}
  // CHECK-FIXES: by_pointer(1, &stop);
}

void warns_template(std::stop_token stop) {
  generic(1); // expected-warning {{'generic'}}
  // CHECK-FIXES: generic(1, stop);
}

void warns_members(std::stop_token stop, Client &client) {
  client.get(1);       // expected-warning {{'get'}}
  // CHECK-FIXES: client.get(1, stop);
  client.inherited(1); // expected-warning {{'inherited'}}
  // CHECK-FIXES: client.inherited(1, stop);
}

void warns_constructor(std::stop_token stop) {
  Client client(1); // expected-warning {{'Client'}}
  // CHECK-FIXES: Client client(1, stop);
  (void)client;
}

void warns_call_operator(std::stop_token stop, const Client &client) {
  client(1); // expected-warning {{'Client::operator()'}}
  // CHECK-FIXES: client(1, stop);
}

void warns_carrier_field(const Request &request) {
  fetch(1); // expected-warning {{'request.stop' is not passed on}}
  // CHECK-FIXES: fetch(1, request.stop);
}

void warns_carrier_accessor(const Context &context) {
  fetch(1); // expected-warning {{'context.token()' is not passed on}}
  // CHECK-FIXES: fetch(1, context.token());
}

const Context &default_context();
const Context &context_of(int);

// Everybody's context was handed to nobody.
void no_warning_default_context() {
  const Context &context = default_context();
  fetch(1);
  (void)context;
}

void warns_context_of_parameter(int number) {
  const Context &context = context_of(number);
  fetch(1); // expected-warning {{'context.token()' is not passed on}}
  // CHECK-FIXES: fetch(1, context.token());
  (void)context;
}

using Token = std::stop_token;
void warns_alias(const Token &stop) {
  fetch(1); // expected-warning {{'stop' is not passed on}}
  // CHECK-FIXES: fetch(1, stop);
}

void warns_reference_wrapper(std::reference_wrapper<std::stop_token> stop) {
  fetch(1); // expected-warning {{'stop' is not passed on}}
  // CHECK-FIXES: fetch(1, stop);
}

void warns_without_fix_optional(std::optional<std::stop_token> stop) {
  fetch(1); // expected-warning {{'stop' is not passed on}}
}

void warns_without_fix_pointer(const std::stop_token *stop) {
  fetch(1); // expected-warning {{'stop' is not passed on}}
}

void warns_in_algorithm(std::stop_token stop, std::vector<int> &ids) {
  std::for_each(ids.begin(), ids.end(), [&](int id) {
    fetch(id); // expected-warning {{'fetch'}}
    // CHECK-FIXES: fetch(id, stop);
  });
  std::for_each(ids.begin(), ids.end(), [](int id) { // the capture is added
    // CHECK-FIXES: [&stop](int id) { // the capture is added
    fetch(id); // expected-warning {{'fetch'}}
    // CHECK-FIXES: fetch(id, stop);
  });
}

void warns_captured(std::stop_token stop) {
  std::function<void()> later = [stop] {
    if (!stop.stop_requested())
      fetch(1); // expected-warning {{'fetch'}}
    // CHECK-FIXES: fetch(1, stop);
  };
  later();
}

struct Worker {
  std::stop_token stop_;
  void run() {
    fetch(1); // expected-warning {{'stop_' is not passed on}}
    // CHECK-FIXES: fetch(1, stop_);
  }
};

void warns_nearest(std::stop_token outer) {
  Request request{outer};
  {
    std::stop_token inner = request.stop;
    fetch(1); // expected-warning {{'inner' is not passed on}}
    // CHECK-FIXES: fetch(1, inner);
  }
}

template <class T> void warns_once_in_template(T id, std::stop_token stop) {
  fetch(id); // expected-warning {{'fetch'}}
  // CHECK-FIXES: fetch(id, stop);
}
template void warns_once_in_template(int, std::stop_token);
template void warns_once_in_template(long, std::stop_token);

void warns_in_try(std::stop_token stop) try {
  fetch(1); // expected-warning {{'fetch'}}
  // CHECK-FIXES: fetch(1, stop);
} catch (...) {
}

// --- silent -------------------------------------------------------------------

void no_warning_passed(std::stop_token stop) { fetch(1, stop); }
void no_warning_none_value(std::stop_token) { fetch(1, {}); }
void no_warning_no_token() { fetch(1); }
void no_warning_explicit_none(std::stop_token stop) {
  fetch(1, std::stop_token());
  (void)stop;
}
void no_warning_bad_overloads(std::stop_token stop) {
  gone(1);
  old(1);
  unrelated_result(1);
  (void)stop;
}
void no_warning_less_const(std::stop_token stop, const Client &client) {
  client.get(1);
  (void)stop;
}
void no_warning_inaccessible(std::stop_token stop, Client &client) {
  client.hidden(1);
  (void)stop;
}
void no_warning_unevaluated(std::stop_token stop) {
  (void)sizeof((fetch(1), 0));
  static_assert(noexcept(fetch(1)) || true);
  (void)stop;
}
struct Resource {
  std::stop_token stop;
  ~Resource() { fetch(1); }
};
void no_warning_handler(std::stop_token stop) {
  try {
    fetch(1, stop);
  } catch (...) {
    fetch(2);
  }
}
void no_warning_after_stop_was_seen(std::stop_token stop) {
  if (stop.stop_requested()) {
    fetch(1);
    return;
  }
  while (!stop.stop_requested())
    fetch(2, stop);
  fetch(3);
}
[[clang::annotate("cancel::point_of_no_return")]] void commit();
void no_warning_after_commit(std::stop_token stop) {
  fetch(1, stop);
  commit();
  fetch(2);
}
[[clang::annotate("cancel::uncancellable", "must finish")]] void
no_warning_uncancellable(std::stop_token stop) {
  fetch(1);
  (void)stop;
}
void no_warning_moved_from(std::stop_token stop) {
  fetch(1, std::move(stop));
  fetch(2);
}
void no_warning_own_initialiser() {
  std::stop_source source;
  std::stop_token stop = (fetch(1), source.get_token());
  fetch(2, stop);
}
void no_warning_stored_lambda(std::stop_token stop) {
  std::function<void()> later = [] { fetch(1); };
  later();
  (void)stop;
}
void no_warning_lambda_with_its_own(std::stop_token stop) {
  auto run = [](std::stop_token own) { fetch(1, own); };
  run(stop);
}
void take(const Request &request);
void take(const Request &request, std::stop_token stop);
void no_warning_carrier_passed(const Request &request) { take(request); }
struct Engine {
  explicit Engine(std::stop_token stop);
  void step(std::stop_token stop = {});
};
void no_warning_object_holds_it(std::stop_token stop) {
  Engine engine(stop);
  engine.step();
}
// The overload that adds a token to the one that has none.
void store(int id, std::stop_token stop) {
  if (!stop.stop_requested())
    store(id);
}
struct Poller {
  std::stop_token stop_;
  void step(std::stop_token stop = {});
  void no_warning_this_holds_it() { step(); }
};
void no_warning_owner() {
  std::stop_source source;
  auto token = source.get_token();
  fetch(1);
  source.request_stop();
}

// A number out of a carrier is not the token.
void warns_part_of_carrier(const Request &request) {
  fetch(request.id); // expected-warning {{'fetch' takes a cancellation token}}
  // CHECK-FIXES: fetch(request.id, request.stop);
}
// Elements of an array are made by the compiler.
struct Element {
  explicit Element(std::stop_token stop = {});
};
void no_warning_array(std::stop_token stop) { Element elements[3]; }

// A callee that is seen to do nothing with the token is no place for it.
void plain(int id);
void unnamed(int id, std::stop_token = {}) { plain(id); }
void never_used(int id, std::stop_token stop = {}) { plain(id); }
void only_voided(int id, std::stop_token stop = {}) {
  (void)stop;
  plain(id);
}
void overload_ignores(int id);
void overload_ignores(int id, std::stop_token) { plain(id); }
struct Ignores {
  explicit Ignores(int id, std::stop_token = {}) { plain(id); }
  void get(int id, std::stop_token = {}) const { plain(id); }
};
void no_warning_ignored(std::stop_token stop) {
  unnamed(1);
  never_used(1);
  only_voided(1);
  overload_ignores(1);
  Ignores ignores(1);
  ignores.get(1);
}
struct Keeps {
  std::stop_token stop_;
  explicit Keeps(int id, std::stop_token stop = {}) : stop_(stop) { fetch(id, stop_); }
};
void captures(int id, std::stop_token stop = {}) {
  auto run = [stop, id] { fetch(id, stop); };
  run();
}
void captures_by_default(int id, std::stop_token stop = {}) {
  auto run = [&] { fetch(id, stop); };
  run();
}
void warns_used(std::stop_token stop) {
  Keeps keeps(1); // expected-warning {{'Keeps'}}
  // CHECK-FIXES: Keeps keeps(1, stop);
  captures(1); // expected-warning {{'captures'}}
  // CHECK-FIXES: captures(1, stop);
  captures_by_default(1); // expected-warning {{'captures_by_default'}}
  // CHECK-FIXES: captures_by_default(1, stop);
}
// Another overrider may use what this body leaves alone; a class that calls
// its own implementation of an interface reaches that.
struct Connection {
  virtual ~Connection();
  virtual void table(int id, std::stop_token = {}) { plain(id); }
  virtual void hook(int id, std::stop_token = {}) {}
  void warns_own_default(std::stop_token stop) {
    table(1); // expected-warning {{'table'}}
    // CHECK-FIXES: table(1, stop);
  }
};
struct FileConnection : Connection {
  void table(int id, std::stop_token = {}) override;
  void hook(int id, std::stop_token = {}) override {}
  void no_warning_own_implementation(std::stop_token stop) { table(1); }
  void warns_empty(std::stop_token stop) {
    hook(1); // expected-warning {{'hook'}}
    // CHECK-FIXES: hook(1, stop);
  }
};
void FileConnection::table(int id, std::stop_token) { plain(id); }
struct LastConnection final : Connection {
  void table(int id, std::stop_token = {}) override { plain(id); }
};
void warns_virtual(std::stop_token stop, Connection &connection, FileConnection &file) {
  connection.table(1); // expected-warning {{'table'}}
  // CHECK-FIXES: connection.table(1, stop);
  file.table(1); // expected-warning {{'table'}}
  // CHECK-FIXES: file.table(1, stop);
}
void no_warning_final(std::stop_token stop, LastConnection &last) { last.table(1); }
// What a base class holds is in reach as well.
class Holder {
protected:
  std::stop_token stop_;

private:
  std::stop_token secret_;
};
struct Inherits : Holder {
  void warns_inherited_member() {
    fetch(1); // expected-warning {{'fetch' takes a cancellation token, but 'stop_' is not passed on}}
    // CHECK-FIXES: fetch(1, stop_);
  }
};
struct Indirect : private Inherits {
  void warns_two_levels() {
    fetch(2); // expected-warning {{'stop_' is not passed on}}
    // CHECK-FIXES: fetch(2, stop_);
  }
};
struct BehindPrivate : Indirect {
  void no_warning_inaccessible() { fetch(3); }
};
struct Hides : Holder {
  int stop_ = 0;
  void no_warning_hidden() { fetch(4 + stop_); }
};
template <class T> struct OfParameter : T {
  void no_warning_dependent_base() { fetch(5); }
};
template struct OfParameter<Holder>;
template <class T> struct InTemplate : Holder {
  void warns_in_template() {
    fetch(6); // expected-warning {{'stop_' is not passed on}}
    // CHECK-FIXES: fetch(6, stop_);
  }
};
struct RequestWithBody : Request {
  std::string body;
};
struct DerivedContext : Context {
  int id;
};
struct ClosedContext : private Context {
  int id;
};
void warns_inherited_carrier(RequestWithBody &request, const DerivedContext &context) {
  fetch(7); // expected-warning {{'request.stop' is not passed on}}
  // CHECK-FIXES: fetch(7, request.stop);
}
void warns_inherited_accessor(const DerivedContext &context) {
  fetch(8); // expected-warning {{'context.token()' is not passed on}}
  // CHECK-FIXES: fetch(8, context.token());
}
void no_warning_closed_carrier(const ClosedContext &context) { fetch(9); }

// A lambda that is given a token when it runs passes none on.
struct Pool {
  template <class F> void submit(F job, int priority = 0, std::stop_token stop = {}) {
    later.emplace_back(job, stop);
  }
  std::vector<std::pair<std::function<void(std::stop_token)>, std::stop_token>> later;
};
void no_warning_job_captures(Pool &pool, std::stop_token stop) {
  pool.submit([stop](std::stop_token) { fetch(1, stop); });
  pool.submit([stop](std::stop_token own) { fetch(stop.stop_requested(), own); });
}
void warns_job_takes(Pool &pool, std::stop_token stop) {
  pool.submit([](std::stop_token own) { fetch(1, own); }); // expected-warning {{'submit' takes a cancellation token}}
  // CHECK-FIXES: pool.submit([](std::stop_token own) { fetch(1, own); }, 0, stop);
}
void warns_job_makes(Pool &pool, std::stop_token stop) {
  pool.submit([](std::stop_token) { // expected-warning {{'submit' takes a cancellation token}}
    std::stop_source source;
    fetch(1, source.get_token());
  });
  // CHECK-FIXES: }, 0, stop);
}
struct Owner {
  std::stop_token stop_;
  void no_warning_job_of_member(Pool &pool, std::stop_token stop) {
    pool.submit([this](std::stop_token own) { fetch(stop_.stop_requested(), own); });
  }
};
