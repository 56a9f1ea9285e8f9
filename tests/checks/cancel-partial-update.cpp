// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-partial-update -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

using Rows = std::vector<std::string>;
Rows load(int from);
int width(const Rows &rows);
std::string title(int page);
bool more();

struct Table {
  int columns_ = 0;
  Rows rows_;
  std::string title_;
  struct Box {
    int left = 0, right = 0;
  } box_;

  // Reported: one member is new, another one is not yet.
  void warns_throwing_check(int page, cancel::cancellation_token token) {
    rows_ = load(page);
    token.throw_if_cancellation_requested(); // expected-warning@:11 {{cancelling 'token' here leaves the object half updated: 'rows_' is new, 'columns_' is not; write both behind this, or put 'rows_' back}}
    columns_ = width(rows_);
  }
  bool warns_poll(int page, std::stop_token stop) {
    title_ = title(page);
    if (stop.stop_requested()) // expected-warning@:5 {{cancelling 'stop' here leaves the object half updated: 'title_' is new, 'rows_' is not}}
      return false;
    rows_ = load(page);
    return true;
  }
  void warns_loop(int page, std::stop_token stop) {
    this->columns_ = page * 2;
    while (more()) {
      if (stop.stop_requested()) // expected-warning {{'columns_' is new, 'rows_' is not}}
        return;
      load(page);
    }
    this->rows_ = load(page);
  }
  void warns_loop_condition(int page, std::stop_token stop) {
    title_ = title(page);
    while (!stop.stop_requested()) // expected-warning {{'title_' is new, 'columns_' is not}}
      if (more()) {
        columns_ = page;
        return;
      }
  }
  void warns_in_a_round(std::stop_token stop) {
    for (int page = 0; more(); ++page) {
      rows_ = load(page);
      if (stop.stop_requested()) // expected-warning {{'rows_' is new, 'title_' is not}}
        break;
      title_ = title(page);
    }
  }
  static void step(cancel::cancellation_token token) {
    token.throw_if_cancellation_requested();
  }
  void warns_callee_throws(int page, cancel::cancellation_token token) {
    box_.left = page;
    step(token); // expected-warning {{'box_' is new, 'title_' is not}}
    title_ = title(page);
  }
  template <class P> void warns_template(P page, std::stop_token stop) {
    columns_ = static_cast<int>(page);
    if (stop.stop_requested()) // expected-warning {{'columns_' is new, 'title_' is not}}
      return;
    title_ = title(columns_);
  }
  void warns_lambda(std::stop_token stop) {
    auto update = [this](int page, std::stop_token stop) {
      title_ = title(page);
      if (stop.stop_requested()) // expected-warning {{'title_' is new, 'rows_' is not}}
        return;
      rows_ = load(page);
    };
    update(1, stop);
  }
  // One finding a function.
  void warns_once(int page, cancel::cancellation_token token) {
    rows_ = load(page);
    token.throw_if_cancellation_requested(); // expected-warning {{'rows_' is new, 'columns_' is not}}
    columns_ = width(rows_);
    token.throw_if_cancellation_requested();
    title_ = title(page);
  }
  void warns_locked(int page, cancel::cancellation_token token) {
    std::lock_guard<std::mutex> guard(mutex_);
    rows_ = load(page);
    token.throw_if_cancellation_requested(); // expected-warning {{'rows_' is new, 'columns_' is not}}
    columns_ = width(rows_);
  }

  // Silent: written on one side.
  void no_warning_behind(int page, cancel::cancellation_token token) {
    Rows rows = load(page);
    token.throw_if_cancellation_requested();
    columns_ = width(rows);
    rows_ = std::move(rows);
  }
  void no_warning_before(int page, std::stop_token stop) {
    rows_ = load(page);
    columns_ = width(rows_);
    while (more())
      if (stop.stop_requested())
        return;
  }
  void no_warning_whole_rounds(std::stop_token stop) {
    for (int page = 0; more(); ++page) {
      if (stop.stop_requested())
        return;
      rows_ = load(page);
      columns_ = width(rows_);
    }
  }
  void no_warning_same_member(int page, cancel::cancellation_token token) {
    rows_ = load(page);
    token.throw_if_cancellation_requested();
    rows_ = load(page + 1);
  }
  void no_warning_swap_at_the_end(int page, cancel::cancellation_token token) {
    Table fresh;
    fresh.rows_ = load(page);
    token.throw_if_cancellation_requested();
    fresh.columns_ = width(fresh.rows_);
    std::swap(*this, fresh);
  }
  // Put right on the way out.
  bool no_warning_restored(int page, std::stop_token stop) {
    Rows old = rows_;
    rows_ = load(page);
    if (stop.stop_requested()) {
      rows_ = old;
      return false;
    }
    columns_ = width(rows_);
    return true;
  }
  bool no_warning_member_restores(int page, std::stop_token stop) {
    rows_ = load(page);
    if (stop.stop_requested()) {
      clear();
      return false;
    }
    columns_ = width(rows_);
    return true;
  }
  void no_warning_handler_restores(int page, cancel::cancellation_token token) {
    rows_ = load(page);
    try {
      token.throw_if_cancellation_requested();
    } catch (...) {
      rows_.clear();
      throw;
    }
    columns_ = width(rows_);
  }
  struct Restore {
    Rows &to;
    Rows value;
    ~Restore() { to.swap(value); }
  };
  void no_warning_guard(int page, cancel::cancellation_token token) {
    Restore restore{rows_, rows_};
    rows_ = load(page);
    token.throw_if_cancellation_requested();
    columns_ = width(rows_);
    restore.value = rows_;
  }
  void no_warning_guard_lambda(int page, cancel::cancellation_token token, bool &keep) {
    std::shared_ptr<void> undo(nullptr, [this, &keep](void *) { keep ? void() : clear(); });
    rows_ = load(page);
    token.throw_if_cancellation_requested();
    columns_ = width(rows_);
  }
  // A flag says what the rest is worth.
  bool loaded_ = false;
  void no_warning_flag(int page, cancel::cancellation_token token) {
    loaded_ = false;
    rows_ = load(page);
    token.throw_if_cancellation_requested();
    columns_ = width(rows_);
    loaded_ = true;
  }
  // Bookkeeping.
  std::atomic<int> pages_{0};
  std::size_t rowCount_ = 0;
  double progress_ = 0;
  bool running_ = false;
  std::optional<Rows> cache_;
  void no_warning_bookkeeping(int page, cancel::cancellation_token token) {
    running_ = true;
    pages_ = page;
    progress_ = page * 0.5;
    rowCount_ = 3u * page;
    cache_ = load(page);
    token.throw_if_cancellation_requested();
    rows_ = *cache_;
    running_ = false;
  }
  void no_warning_emptied_first(int page, cancel::cancellation_token token) {
    title_ = "";
    columns_ = 0;
    token.throw_if_cancellation_requested();
    rows_ = load(page);
  }
  void no_warning_appended(std::stop_token stop) {
    while (more()) {
      if (stop.stop_requested())
        return;
      rows_.push_back("x");
    }
    columns_ = width(rows_);
  }
  cancel::cancellation_token token_;
  void no_warning_token(int page, cancel::cancellation_token token) {
    token_ = token;
    token.throw_if_cancellation_requested();
    rows_ = load(page);
  }
  // Nobody has an object whose constructor threw.
  explicit Table(int page, cancel::cancellation_token token) {
    rows_ = load(page);
    token.throw_if_cancellation_requested();
    columns_ = width(rows_);
  }
  Table() = default;
  Table(Table &&);
  Table &operator=(Table &&);
  void clear();
  std::mutex mutex_;
};

// Parameters: what is read is updated, what is only written is a result.
void warns_parameter(Table &table, cancel::cancellation_token token) {
  table.columns_ = table.columns_ + 2;
  token.throw_if_cancellation_requested(); // expected-warning {{leaves 'table' half updated: 'columns_' is new, 'rows_' is not}}
  table.rows_ = load(1);
}
void no_warning_result(Table &table, cancel::cancellation_token token) {
  table.columns_ = 1 + more();
  token.throw_if_cancellation_requested();
  table.rows_ = load(1);
}
void no_warning_local(cancel::cancellation_token token) {
  Table table;
  table.columns_ = 2 + more();
  token.throw_if_cancellation_requested();
  table.rows_ = load(1);
}
