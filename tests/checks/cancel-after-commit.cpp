// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: llvm-22
// RUN: %check %s cancel-after-commit -- -std=c++20 -I%root/token/include
#include "cancel/annotations.hpp"
#include "cancel/token.hpp"
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using cancel::cancellation_token;

namespace pqxx {
class transaction_base {
public:
  void exec(const std::string &query);
  void commit();
  void abort();
};
class work : public transaction_base {
public:
  explicit work(int &connection);
};
} // namespace pqxx
struct sqlite3;
extern "C" int sqlite3_exec(sqlite3 *, const char *sql, int (*)(void *, int, char **, char **), void *, char **);
class QSaveFile {
public:
  bool commit();
};
struct Order {
  int id;
};
CANCEL_POINT_OF_NO_RETURN void charge(const Order &order);
[[clang::annotate("cancel::point_of_no_return")]] bool try_charge(const Order &order);
void reserve(const Order &order, cancellation_token token);
void publish(const Order &order, cancellation_token token = {});
void publish_with(const Order &order, const cancellation_token &token);
void mail(const Order &order, std::stop_token stop);
void mail_later(const Order &order, std::stop_token *stop);
void pack(const Order &order);
void log_info(const char *text);
bool again();

// Marked functions.
void warns_throwing_check(const Order &order, cancellation_token token) {
  reserve(order, token);
  charge(order);
  token.throw_if_cancellation_requested(); // expected-warning@:9 {{'token' can still be cancelled here, behind the point of no return 'charge'; look before it, or not at all}}
  pack(order);
}
void warns_given(const Order &order, cancellation_token token) {
  charge(order);
  publish(order, token); // expected-warning@:3 {{'publish' is given 'token' behind the point of no return 'charge'; pass 'cancel::cancellation_token::none()'}}
  // CHECK-FIXES: publish(order, cancel::cancellation_token::none());
}
void warns_given_by_reference(const Order &order, cancellation_token token) {
  charge(order);
  publish_with(order, token); // expected-warning {{'publish_with' is given 'token'}}
  // CHECK-FIXES: publish_with(order, cancel::cancellation_token::none());
}
void warns_no_exception(const Order &order, std::stop_token stop) {
  charge(order);
  mail(order, stop); // expected-warning {{'mail' is given 'stop' behind the point of no return 'charge'; pass 'std::stop_token()'}}
  // CHECK-FIXES: mail(order, std::stop_token());
}
void warns_pointer(const Order &order, std::stop_token *stop) {
  charge(order);
  mail_later(order, stop); // expected-warning {{pass 'nullptr'}}
  // CHECK-FIXES: mail_later(order, nullptr);
}
bool warns_poll(const Order &order, std::stop_token stop) {
  charge(order);
  if (stop.stop_requested()) // expected-warning@:12 {{'stop' can still be cancelled here, behind the point of no return 'charge'}}
    return false;
  pack(order);
  return true;
}
void warns_poll_skips(const Order &order, std::stop_token stop) {
  charge(order);
  if (stop.stop_requested()) // expected-warning {{'stop' can still be cancelled here}}
    return;
  pack(order);
}
void warns_on_one_way(const Order &order, cancellation_token token) {
  if (order.id > 0)
    charge(order);
  token.throw_if_cancellation_requested(); // expected-warning {{behind the point of no return 'charge'}}
  pack(order);
}
void warns_wait(const Order &order, cancellation_token token) {
  charge(order);
  cancel::sleep_for(1s, token); // expected-warning {{'token' can still be cancelled here}}
  pack(order);
}
void warns_poll_and_throw(const Order &order, std::stop_token stop) {
  charge(order);
  if (stop.stop_requested())
    throw std::runtime_error("stopped"); // expected-warning {{'stop' can still be cancelled here}}
  pack(order);
}
void checkpoint(const cancellation_token &token) { token.throw_if_cancellation_requested(); }
void warns_callee_throws(const Order &order, cancellation_token token) {
  charge(order);
  checkpoint(token); // expected-warning {{'token' can still be cancelled here}}
}
class Shop {
public:
  void warns_member(const Order &order) {
    charge(order);
    publish(order, token_); // expected-warning {{'publish' is given 'token_'}}
    // CHECK-FIXES: publish(order, cancel::cancellation_token::none());
  }

private:
  cancellation_token token_;
};
// Marked statements and scopes.
void warns_statement(const std::string &from, const std::string &to, cancellation_token token) {
  token.throw_if_cancellation_requested();
  CANCEL_POINT_OF_NO_RETURN std::filesystem::rename(from, to);
  token.throw_if_cancellation_requested(); // expected-warning {{behind the point of no return; look before it}}
}
void warns_scope(const Order &order, cancellation_token token) {
  [[clang::annotate("cancel::point_of_no_return")]] {
    pack(order);
    publish(order, token); // expected-warning {{'publish' is given 'token' behind the point of no return; pass}}
    // CHECK-FIXES: publish(order, cancel::cancellation_token::none());
  }
  token.throw_if_cancellation_requested(); // expected-warning {{behind the point of no return}}
}
void warns_in_round(const std::vector<Order> &orders, cancellation_token token) {
  for (const Order &order : orders) {
    token.throw_if_cancellation_requested();
    charge(order);
    publish(order, token); // expected-warning {{'publish' is given 'token'}}
    // CHECK-FIXES: publish(order, cancel::cancellation_token::none());
  }
}
void warns_in_the_middle_of_a_round(const std::vector<Order> &orders, cancellation_token token) {
  for (const Order &order : orders) {
    charge(order);
    token.throw_if_cancellation_requested(); // expected-warning {{behind the point of no return 'charge'}}
    pack(order);
  }
}
// Known commits.
void warns_transaction(int &connection, cancellation_token token) {
  pqxx::work tx(connection);
  tx.exec("UPDATE stock SET n = n - 1");
  tx.commit();
  token.throw_if_cancellation_requested(); // expected-warning {{behind the point of no return 'commit'}}
  log_info("done");
}
void warns_sqlite(sqlite3 *db, const Order &order, cancellation_token token) {
  sqlite3_exec(db, "BEGIN", nullptr, nullptr, nullptr);
  reserve(order, token);
  sqlite3_exec(db, "COMMIT;", nullptr, nullptr, nullptr);
  publish(order, token); // expected-warning {{'publish' is given 'token' behind the point of no return 'sqlite3_exec'}}
  // CHECK-FIXES: publish(order, cancel::cancellation_token::none());
}
bool warns_temporary_file(const std::filesystem::path &file, std::stop_token stop) {
  std::filesystem::path temporary = file;
  temporary += ".tmp";
  pack({1});
  std::filesystem::rename(temporary, file);
  if (stop.stop_requested()) // expected-warning {{behind the point of no return 'rename'}}
    return false;
  return true;
}

bool warns_ending(std::stop_token stop) {
  pack({1});
  std::rename("store.tmp", "store");
  if (stop.stop_requested()) // expected-warning {{behind the point of no return 'rename'}}
    return false;
  return true;
}
bool warns_added_ending(const std::string &path, std::stop_token stop) {
  pack({1});
  std::rename((path + ".part").c_str(), path.c_str());
  if (stop.stop_requested()) // expected-warning {{behind the point of no return 'rename'}}
    return false;
  return true;
}
bool warns_path_with_ending(const std::filesystem::path &path, std::stop_token stop) {
  pack({1});
  std::filesystem::rename(path.string() + ".new", path);
  if (stop.stop_requested()) // expected-warning {{behind the point of no return 'rename'}}
    return false;
  return true;
}

void no_warning_before(const Order &order, cancellation_token token) {
  token.throw_if_cancellation_requested();
  reserve(order, token);
  charge(order);
  pack(order);
}
void no_warning_none(const Order &order, cancellation_token token) {
  reserve(order, token);
  charge(order);
  publish(order, cancellation_token::none());
  publish(order, {});
  publish(order);
}
void no_warning_itself(const std::string &to, cancellation_token token) {
  CANCEL_POINT_OF_NO_RETURN publish({1}, token);
  log_info(to.c_str());
}
bool no_warning_other_way(const Order &order, cancellation_token token) {
  if (order.id > 0) {
    charge(order);
    return true;
  }
  token.throw_if_cancellation_requested();
  return false;
}
void no_warning_next_round(const std::vector<Order> &orders, cancellation_token token) {
  for (const Order &order : orders) {
    token.throw_if_cancellation_requested();
    reserve(order, token);
    charge(order);
  }
}
void no_warning_end_of_round(const std::vector<Order> &orders, cancellation_token token) {
  for (const Order &order : orders) {
    charge(order);
    log_info("charged");
    cancel::sleep_for(1s, token);
  }
  token.throw_if_cancellation_requested();
}
void no_warning_failed(const Order &order, cancellation_token token) {
  if (!try_charge(order)) {
    token.throw_if_cancellation_requested();
    reserve(order, token);
  }
}
bool no_warning_failed_kept(const Order &order, cancellation_token token) {
  bool charged = try_charge(order);
  if (!charged) {
    reserve(order, token);
    return false;
  }
  return true;
}
void no_warning_tried_again(const Order &order, cancellation_token token) {
  while (!try_charge(order))
    cancel::sleep_for(1s, token);
}
bool no_warning_done(const Order &order, std::stop_token stop) {
  charge(order);
  if (stop.stop_requested())
    return true;
  pack(order);
  return true;
}
void no_warning_last(const Order &order, std::stop_token stop) {
  charge(order);
  if (stop.stop_requested()) {
    log_info("stopped");
    return;
  }
  log_info("done");
}
void no_warning_handler(const Order &order, cancellation_token token) {
  try {
    charge(order);
  } catch (...) {
    reserve(order, token);
  }
}
void no_warning_on_purpose(const Order &order, cancellation_token token) {
  charge(order);
  CANCEL_UNCANCELLABLE("a parcel less is no harm") publish(order, token);
}
void no_warning_own_source(const Order &order) {
  cancel::cancellation_source timer;
  charge(order);
  publish(order, timer.get_token());
}
void no_warning_only_asked(const Order &order, std::stop_token stop) {
  charge(order);
  if (stop.stop_requested())
    log_info("stopped too late");
  pack(order);
}
std::function<void()> no_warning_later(const Order &order, cancellation_token token) {
  charge(order);
  return [token] { token.throw_if_cancellation_requested(); };
}
void ignores(const Order &order, cancellation_token) { pack(order); }
void no_warning_callee_ignores(const Order &order, cancellation_token token) {
  charge(order);
  ignores(order, token);
}
void close_account(const Order &order, cancellation_token token) {
  charge(order);
  publish(order, token);
}
// A known commit ends a part of the work only.
void no_warning_two_transactions(int &connection, cancellation_token token) {
  pqxx::work first(connection);
  first.commit();
  token.throw_if_cancellation_requested();
  pqxx::work second(connection);
  second.commit();
}
void no_warning_transactions_in_loop(int &connection, const std::vector<Order> &orders, cancellation_token token) {
  for (const Order &order : orders) {
    pqxx::work tx(connection);
    reserve(order, token);
    tx.commit();
    token.throw_if_cancellation_requested();
    pack(order);
  }
}
void no_warning_begins_again(sqlite3 *db, const Order &order, cancellation_token token) {
  sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
  reserve(order, token);
  sqlite3_exec(db, "BEGIN", nullptr, nullptr, nullptr);
}
void no_warning_not_on_every_way(int &connection, bool changed, cancellation_token token) {
  if (changed) {
    pqxx::work tx(connection);
    tx.commit();
  }
  token.throw_if_cancellation_requested();
}
void no_warning_other_statement(sqlite3 *db, cancellation_token token) {
  sqlite3_exec(db, "CREATE TEMP TABLE t (n INT) ON COMMIT DROP", nullptr, nullptr, nullptr);
  token.throw_if_cancellation_requested();
}
void no_warning_moved(const std::filesystem::path &from, const std::filesystem::path &to,
                      cancellation_token token) {
  std::filesystem::rename(from, to);
  token.throw_if_cancellation_requested();
}
bool no_warning_other_ending(const std::string &path, std::stop_token stop) {
  std::rename("store.part1", "store");
  if (stop.stop_requested())
    return false;
  return true;
}
bool no_warning_moved_aside(const std::string &path, std::stop_token stop) {
  std::rename(path.c_str(), (path + ".new").c_str());
  if (stop.stop_requested())
    return false;
  return true;
}
bool no_warning_not_saved(QSaveFile &file, cancellation_token token) {
  if (!file.commit()) {
    token.throw_if_cancellation_requested();
    return false;
  }
  return true;
}
void no_warning_early_end_is_harmless(int &connection, const Order &order, std::stop_token stop) {
  pqxx::work tx(connection);
  tx.commit();
  if (stop.stop_requested())
    return;
  mail(order, stop);
}

// A container takes a token, and gives up nothing when it is cancelled.
void no_warning_kept(const Order &order, std::stop_token stop, std::vector<std::stop_token> &kept) {
  charge(order);
  kept.push_back(stop);
  charge(order);
}
// What is left out notes what was committed.
void warns_not_noted(const Order &order, std::stop_token stop, std::vector<int> &charged) {
  charge(order);
  if (stop.stop_requested()) // expected-warning {{'stop' can still be cancelled here, behind the point of no return 'charge'}}
    return;
  charged.push_back(order.id);
}
