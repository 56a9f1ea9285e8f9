// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-stale-check -- -std=c++20
#include <stop_token>
#include <vector>

void work(int item);
bool again();
void refresh(bool &flag);

void warns_while(std::stop_token stop) {
  const bool stopped = stop.stop_requested();
  while (!stopped) // expected-warning {{loop tests 'stopped', which was asked once and never sees a later cancellation}}
    work(1);
  // CHECK-FIXES: while (!stop.stop_requested())
}
void warns_and(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  while (again() && !stopped) // expected-warning {{'stopped'}}
    work(1);
  // CHECK-FIXES: while (again() && !stop.stop_requested())
}
void warns_for(std::stop_token stop, int n) {
  bool stopped = stop.stop_requested();
  for (int i = 0; i < n && !stopped; ++i) // expected-warning {{'stopped'}}
    work(i);
  // CHECK-FIXES: for (int i = 0; i < n && !stop.stop_requested(); ++i)
}
void warns_do(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  do { // expected-warning {{'stopped'}}
    work(1);
  } while (!stopped);
  // CHECK-FIXES: } while (!stop.stop_requested());
}
void warns_if_in_body(std::stop_token stop, std::vector<int> &items) {
  bool stopped = stop.stop_requested();
  for (int item : items) { // expected-warning {{'stopped'}}
    if (stopped)
      // CHECK-FIXES: if (stop.stop_requested())
      return;
    work(item);
  }
}
void warns_negated(std::stop_token stop) {
  bool go_on = !stop.stop_requested();
  while (go_on) // expected-warning {{'go_on'}}
    work(1);
}
void warns_outer_of_nested(std::stop_token stop, std::vector<int> &items) {
  bool stopped = stop.stop_requested();
  while (!stopped) // expected-warning {{'stopped'}}
    // CHECK-FIXES: while (!stop.stop_requested())
    for (int item : items)
      work(item);
}
void warns_assigned_before(std::stop_token stop) {
  bool stopped = false;
  stopped = stop.stop_requested();
  bool again_stopped = stop.stop_requested();
  while (!again_stopped) // expected-warning {{'again_stopped'}}
    work(stopped);
  // CHECK-FIXES: while (!stop.stop_requested())
}

void no_warning_refreshed(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  while (!stopped) {
    work(1);
    stopped = stop.stop_requested();
  }
}
void no_warning_declared_inside(std::stop_token stop) {
  while (again()) {
    bool stopped = stop.stop_requested();
    if (stopped)
      return;
    work(1);
  }
}
void no_warning_by_reference(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  while (!stopped)
    refresh(stopped);
}
void no_warning_pointer(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  bool *alias = &stopped;
  while (!stopped)
    *alias = again();
}
void no_warning_captured(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  auto update = [&] { stopped = again(); };
  while (!stopped)
    update();
}
// The looks inside end nothing but the inner loop, or a pause.
void warns_inner_loop_polls(std::stop_token stop, int delay) {
  const bool going = !stop.stop_requested();
  while (going) { // expected-warning {{loop tests 'going', which was asked once}}
    work(1);
    for (int waited = 0; waited < delay && !stop.stop_requested(); ++waited)
      work(2);
  }
}
void warns_pause_polls(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  while (!stopped) { // expected-warning {{loop tests 'stopped'}}
    // CHECK-FIXES: while (!stop.stop_requested()) {
    work(1);
    if (!stop.stop_requested())
      work(2);
  }
}
void no_warning_polls_now_and_then(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  while (!stopped) {
    if (again() && stop.stop_requested())
      return;
    work(1);
  }
}
void no_warning_inner_loop_returns(std::stop_token stop, int delay) {
  bool stopped = stop.stop_requested();
  while (!stopped) {
    for (int waited = 0; waited < delay; ++waited)
      if (stop.stop_requested())
        return;
    work(1);
  }
}
void no_warning_also_polls(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  while (!stopped) {
    if (stop.stop_requested())
      return;
    work(1);
  }
}
void no_warning_no_loop(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  if (!stopped)
    work(1);
}
void no_warning_other_bool(std::stop_token stop) {
  bool verbose = again();
  while (verbose && !stop.stop_requested())
    work(1);
}
void no_warning_condition_variable(std::stop_token stop) {
  while (bool go_on = !stop.stop_requested())
    work(go_on);
}
void no_warning_read_in_body_only(std::stop_token stop, std::vector<int> &items) {
  bool stopped = stop.stop_requested();
  for (int item : items)
    work(item + stopped);
}
void no_warning_macro_loop(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  do {
    work(stopped);
  } while (false);
}
void no_warning_in_handler(std::stop_token stop) {
  try {
    work(1);
  } catch (...) {
    bool stopped = stop.stop_requested();
    while (!stopped && again())
      work(2);
  }
}

// Whether a token can be cancelled at all does not change.
void no_warning_possible(std::stop_token stop, std::vector<int> &items) {
  const bool possible = stop.stop_possible();
  for (int item : items)
    if (possible)
      return;
}
// An answer that does not decide whether the loop goes on.
void no_warning_does_not_leave(std::stop_token stop, std::vector<int> &items) {
  const bool quiet = stop.stop_requested();
  for (int item : items)
    if (!quiet)
      (void)again();
}
void no_warning_short(std::stop_token stop) {
  const bool stopped = stop.stop_requested();
  for (int i = 0; i < 3 && !stopped; ++i)
    (void)again();
}

// An answer that, when it says cancelled, keeps the loop going: what is left is
// dealt with otherwise.
bool ready(int item);
bool no_warning_goes_on_when_stopped(const std::vector<int> &items, std::stop_token stop) {
  const bool partial = stop.stop_requested();
  for (int item : items) {
    if (!partial && !ready(item))
      return false;
    work(item);
  }
  return true;
}

// A variable whose initialiser has no type yet.
template <typename Index> void no_warning_dependent(std::stop_token stop) {
  Index first(0), second(1, 2);
  while (!stop.stop_requested())
    work(1);
  if (first)
    work(2);
}

// Asked anew for each row; what a row takes is nothing.
using Rows = std::vector<std::vector<int>>;
void no_warning_once_a_row(std::stop_token stop, Rows &rows) {
  for (auto &row : rows) {
    const bool stopped = stop.stop_requested();
    for (int &pixel : row) {
      if (stopped)
        return;
      pixel *= 2;
    }
  }
}
void no_warning_once_a_row_in_condition(std::stop_token stop, int *pixels, int rows, int columns) {
  for (int y = 0; y < rows; ++y) {
    const bool stopped = stop.stop_requested();
    for (int x = 0; x < columns && !stopped; ++x)
      pixels[y * columns + x] *= 2;
  }
}
void warns_row_costs(std::stop_token stop, Rows &rows) {
  for (auto &row : rows) {
    const bool stopped = stop.stop_requested();
    for (int pixel : row) { // expected-warning {{loop tests 'stopped'}}
      if (stopped)
        // CHECK-FIXES: if (stop.stop_requested())
        return;
      work(pixel);
    }
  }
}
void warns_row_is_asked_for_once(std::stop_token stop, Rows &rows) {
  const bool stopped = stop.stop_requested();
  for (auto &row : rows)
    for (int &pixel : row) { // expected-warning {{loop tests 'stopped'}}
      if (stopped)
        // CHECK-FIXES: if (stop.stop_requested())
        return;
      pixel *= 2;
    }
}
void warns_only_the_answer_ends_it(std::stop_token stop, Rows &rows) {
  for (auto &row : rows) {
    const bool stopped = stop.stop_requested();
    while (!stopped) // expected-warning {{loop tests 'stopped'}}
      // CHECK-FIXES: while (!stop.stop_requested())
      row[0] *= 2;
  }
}
