// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constructors behind functions that hand their arguments on to one.
// RUN: %check %s cancel-forward-token -- -std=c++20
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

struct Options {
  int retries = 3;
};
struct Client {
  explicit Client(int id, std::stop_token stop = {});
  void get(int id, std::stop_token stop);
};
struct Session {
  explicit Session(const std::string &name);
  Session(const std::string &name, std::stop_token stop);
};
struct Many {
  Many(int id, std::stop_token stop = {});
  Many(const std::string &name);
  Many(const Options &options, std::stop_token stop = {});
  Many(Many &&other);
};
struct Empty {
  explicit Empty(std::stop_token stop = {});
};
struct Skips {
  explicit Skips(int id, int retries = 3, std::stop_token stop = {});
};

void warns_default(std::stop_token stop) {
  auto one = std::make_unique<Client>(1); // expected-warning {{'Client' takes a cancellation token, but 'stop' is not passed on}}
  // CHECK-FIXES: auto one = std::make_unique<Client>(1, stop);
  one->get(1, stop);
}
void warns_shared(std::stop_token stop) {
  auto one = std::make_shared<Client>(1); // expected-warning {{'Client'}}
  // CHECK-FIXES: auto one = std::make_shared<Client>(1, stop);
  one->get(1, stop);
}
void warns_overload(std::stop_token stop) {
  auto one = std::make_unique<Session>("one"); // expected-warning {{'Session' has an overload that takes a cancellation token, but 'stop' is not passed on}}
  // CHECK-FIXES: auto one = std::make_unique<Session>("one", stop);
  (void)stop;
}
void warns_no_argument(std::stop_token stop) {
  auto one = std::make_unique<Empty>(); // expected-warning {{'Empty'}}
  // CHECK-FIXES: auto one = std::make_unique<Empty>(stop);
}
void warns_skipped(std::stop_token stop) {
  auto one = std::make_unique<Skips>(1); // expected-warning {{'Skips'}}
  // CHECK-FIXES: auto one = std::make_unique<Skips>(1, 3, stop);
}
void warns_chosen_by_type(std::stop_token stop, const Options &options, std::string name) {
  auto one = std::make_unique<Many>(1); // expected-warning {{'Many'}}
  // CHECK-FIXES: auto one = std::make_unique<Many>(1, stop);
  auto two = std::make_unique<Many>(options); // expected-warning {{'Many'}}
  // CHECK-FIXES: auto two = std::make_unique<Many>(options, stop);
  auto three = std::make_unique<Many>(name);
  auto four = std::make_unique<Many>(std::move(*one));
}
void warns_in_container(std::stop_token stop) {
  std::vector<Client> clients;
  clients.emplace_back(1); // expected-warning {{'Client'}}
  // CHECK-FIXES: clients.emplace_back(1, stop);
  std::deque<Client> queue;
  queue.emplace_front(2); // expected-warning {{'Client'}}
  // CHECK-FIXES: queue.emplace_front(2, stop);
  std::optional<Client> client;
  client.emplace(3); // expected-warning {{'Client'}}
  // CHECK-FIXES: client.emplace(3, stop);
}
class Owner {
public:
  void warns_member() {
    client_ = std::make_unique<Client>(1); // expected-warning {{but 'stop_' is not passed on}}
    // CHECK-FIXES: client_ = std::make_unique<Client>(1, stop_);
    clients_.emplace_back(2); // expected-warning {{but 'stop_' is not passed on}}
    // CHECK-FIXES: clients_.emplace_back(2, stop_);
  }
  // What the object keeps outlives this operation.
  void no_warning_kept(std::stop_token stop) {
    client_ = std::make_unique<Client>(1);
    client_.reset(std::make_unique<Client>(2).release());
    clients_.emplace_back(3);
    raw_ = std::make_unique<Client>(4).release();
    client_->get(1, stop);
  }
  void warns_not_kept(std::stop_token stop) {
    auto client = std::make_unique<Client>(1); // expected-warning {{but 'stop' is not passed on}}
    // CHECK-FIXES: auto client = std::make_unique<Client>(1, stop);
  }

private:
  std::stop_token stop_;
  std::unique_ptr<Client> client_;
  std::vector<Client> clients_;
  Client *raw_ = nullptr;
};
class Made {
public:
  explicit Made(std::stop_token stop) {
    client_ = std::make_unique<Client>(1); // expected-warning {{but 'stop' is not passed on}}
    // CHECK-FIXES: client_ = std::make_unique<Client>(1, stop);
  }

private:
  std::unique_ptr<Client> client_;
};

// What is spelled `{}` cannot be handed through.
struct Braced {
  explicit Braced(int id, Options options = {}, std::stop_token stop = {});
};
struct Null {
  explicit Null(int id, const char *name = 0, std::stop_token stop = {});
};
void warns_without_fix(std::stop_token stop) {
  auto one = std::make_unique<Braced>(1); // expected-warning {{'Braced'}}
  auto two = std::make_unique<Null>(1); // expected-warning {{'Null'}}
}
void warns_without_fix_optional(std::optional<std::stop_token> stop) {
  auto one = std::make_unique<Client>(1); // expected-warning {{'Client'}}
}

// --- silent -------------------------------------------------------------------

void no_warning_passed(std::stop_token stop) {
  auto one = std::make_unique<Client>(1, stop);
  auto two = std::make_shared<Client>(1, std::stop_token());
  std::vector<Client> clients;
  clients.emplace_back(1, stop);
}
// More than one fits.
struct Unclear {
  Unclear(int id, std::stop_token stop = {});
  Unclear(bool id);
  Unclear(const char *name, std::stop_token stop = {});
  Unclear(std::string name);
  template <class T> Unclear(T *, int);
};
struct Forwards {
  explicit Forwards(int id, std::stop_token stop = {});
  template <class... Args> explicit Forwards(Args &&...args);
};
struct Inherits : Client {
  using Client::Client;
  explicit Inherits(const std::string &name, std::stop_token stop = {});
};
void no_warning_unclear(std::stop_token stop, std::string name, Client &client) {
  auto one = std::make_unique<Unclear>('a');
  auto two = std::make_unique<Unclear>("name");
  auto three = std::make_unique<Forwards>(1);
  auto four = std::make_unique<Inherits>(1);
  auto five = std::make_unique<Client>(client);
  auto six = std::make_unique<Client>(std::move(client));
}
struct Anything {
  operator int() const;
  operator Client() const;
};
void no_warning_conversion(std::stop_token stop, const Anything &anything) {
  auto one = std::make_unique<Client>(anything);
}
struct Hidden {
  explicit Hidden(int id);

private:
  Hidden(int id, std::stop_token stop);
};
struct Gone {
  explicit Gone(int id);
  Gone(int id, std::stop_token stop) = delete;
};
struct Ignores {
  explicit Ignores(int id, std::stop_token = {}) : id(id) {}
  int id;
};
struct Plain {
  int id = 0;
  std::stop_token stop;
};
void no_warning_other(std::stop_token stop) {
  auto one = std::make_unique<Hidden>(1);
  auto two = std::make_unique<Gone>(1);
  auto three = std::make_unique<Ignores>(1);
  auto four = std::make_unique<Plain>();
  auto five = std::make_unique<Empty[]>(2);
  auto six = std::make_shared<std::stop_source>();
  auto seven = std::make_unique<std::stop_token>();
}
template <class T> std::unique_ptr<T> no_warning_dependent(std::stop_token stop) {
  return std::make_unique<T>(1);
}
template std::unique_ptr<Client> no_warning_dependent<Client>(std::stop_token);
void no_warning_places(std::stop_token stop, std::map<int, Client> &clients,
                       std::vector<Client> &list) {
  if (stop.stop_requested()) {
    auto one = std::make_unique<Client>(1);
    return;
  }
  try {
    auto two = std::make_unique<Client>(2, stop);
  } catch (...) {
    auto three = std::make_unique<Client>(3);
  }
  static auto four = std::make_unique<Client>(4);
  clients.emplace(1, 2);
  list.emplace(list.begin(), 3);
}
struct Node {
  explicit Node(int depth, std::stop_token stop = {}) : stop_(stop) {
    if (depth > 0 && !stop.stop_requested())
      child_ = std::make_unique<Node>(depth - 1);
  }
  std::stop_token stop_;
  std::unique_ptr<Node> child_;
};
