// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conditions on local variables that a loop asks more than once: where they
// keep their answer, what costs and the look hang on the same one.
// RUN: %check %s cancel-check-in-loop --no-fix -- -std=c++20
#include <array>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

bool in_cache(int item) { return item & 1; }
void download(int item);
void download_into(int item, bool &cached);
int download_some(int left);
std::string download_page(const std::string &from);
std::optional<int> download_next(int after);
struct Node {
  Node *next;
};
Node *download_node(Node *after);
struct Item {
  bool heavy;
  int number;
};

void no_warning_same_variable(std::stop_token stop, const std::vector<int> &v) {
  for (int i : v) {
    const bool cached = in_cache(i);
    if (!cached && stop.stop_requested())
      return;
    if (!cached)
      download(i);
  }
}
void no_warning_nested(std::stop_token stop, const std::vector<int> &v) {
  int done = 0;
  for (int i : v) {
    bool cached = in_cache(i);
    if (!cached) {
      if (stop.stop_requested())
        return;
    }
    ++done;
    if (cached == false)
      download(done);
  }
}
void no_warning_pointer(std::stop_token stop, const std::vector<int> &v,
                        const std::string *name) {
  for (int i : v) {
    if (name != nullptr && stop.stop_requested())
      return;
    if (name)
      download(i);
  }
}
void no_warning_part(std::stop_token stop, const std::vector<Item> &items) {
  for (const Item &item : items) {
    if (item.heavy && stop.stop_requested())
      return;
    if (item.heavy)
      download(item.number);
  }
}
void no_warning_turned(std::stop_token stop, const std::vector<int> &v) {
  for (int i : v) {
    if (i > 3 && stop.stop_requested())
      return;
    if (3 < i)
      download(i);
    if (i <= 3)
      continue;
  }
}

// The loop's own condition ends it on the way past the look.
void no_warning_left(std::stop_token stop) {
  int left = 1;
  do {
    left = download_some(left);
    if (left > 0) {
      if (stop.stop_requested())
        return;
    }
  } while (left > 0);
}
void no_warning_break(std::stop_token stop) {
  int left = 1;
  while (true) {
    left = download_some(left);
    if (left > 0 && stop.stop_requested())
      return;
    if (left <= 0)
      break;
  }
}
void no_warning_nodes(std::stop_token stop, Node *node) {
  while (node) {
    node = download_node(node);
    if (node && stop.stop_requested())
      return;
  }
}
void no_warning_optional(std::stop_token stop) {
  for (std::optional<int> next = 1; next;) {
    next = download_next(*next);
    if (next && stop.stop_requested())
      return;
  }
}
void no_warning_pages(std::stop_token stop) {
  std::string next;
  do {
    next = download_page(next);
    if (!next.empty() && stop.stop_requested())
      return;
  } while (!next.empty());
}

// --- the answer may be another one --------------------------------------------

void warns_other_variable(std::stop_token stop, const std::vector<int> &v,
                          bool seldom) {
  for (int i : v) { // expected-warning {{loop can go round without looking at 'stop'; 'download' may run long in each round}}
    const bool cached = in_cache(i);
    if (seldom && stop.stop_requested())
      return;
    if (!cached)
      download(i);
  }
}
void warns_turned(std::stop_token stop, const std::vector<int> &v) {
  for (int i : v) { // expected-warning {{loop can go round without looking at 'stop'; 'download' may run long in each round}}
    const bool cached = in_cache(i);
    if (cached && stop.stop_requested())
      return;
    if (!cached)
      download(i);
  }
}
void warns_written(std::stop_token stop, const std::vector<int> &v) {
  for (int i : v) { // expected-warning {{loop can go round without looking at 'stop'; 'download' may run long in each round}}
    bool cached = in_cache(i);
    if (!cached && stop.stop_requested())
      return;
    cached = in_cache(i + 1);
    if (!cached)
      download(i);
  }
}
void warns_written_by_call(std::stop_token stop, const std::vector<int> &v) {
  for (int i : v) { // expected-warning {{loop can go round without looking at 'stop'; 'download' may run long in each round}}
    bool cached = true;
    if (!cached && stop.stop_requested())
      return;
    download_into(i, cached);
    if (!cached)
      download(i);
  }
}
void warns_written_by_lambda(std::stop_token stop, const std::vector<int> &v) {
  bool cached = true;
  auto again = [&] { cached = !cached; };
  for (int i : v) { // expected-warning {{loop can go round without looking at 'stop'; 'download' may run long in each round}}
    if (!cached && stop.stop_requested())
      return;
    again();
    if (!cached)
      download(i);
  }
}
void warns_asked_before_written(std::stop_token stop) {
  int left = 1;
  do { // expected-warning {{loop can go round without looking at 'stop'; 'download_some' may run long in each round}}
    if (left > 9 && stop.stop_requested())
      return;
    left = download_some(left);
  } while (left > 9 || left < 3);
}
void warns_costs_otherwise(std::stop_token stop, const std::vector<int> &v) {
  for (int i : v) { // expected-warning {{loop can go round without looking at 'stop'; 'download' may run long in each round}}
    const bool cached = in_cache(i);
    if (!cached && stop.stop_requested())
      return;
    download(i);
  }
}

// --- few rounds ---------------------------------------------------------------

std::array<int, 4> few_parts;
std::array<int, 400> many_parts;
void no_warning_few(std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (unsigned i = 0; i < few_parts.size(); ++i)
    download(few_parts[i]);
}
void warns_many(std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (unsigned i = 0; i < many_parts.size(); ++i) // expected-warning {{loop never looks at 'stop'; 'download' may run long in each round}}
    download(many_parts[i]);
}

// --- a name that asks whether something is in something -------------------------

bool inCache(int item);
bool inflate(int item);
int no_warning_is_in(std::stop_token stop, const std::vector<int> &v) {
  int found = 0;
  if (stop.stop_requested())
    return found;
  for (int i : v)
    found += inCache(i);
  return found;
}
int warns_no_such_word(std::stop_token stop, const std::vector<int> &v) {
  int found = 0;
  if (stop.stop_requested())
    return found;
  for (int i : v) // expected-warning {{loop never looks at 'stop'; 'inflate' may run long in each round}}
    found += inflate(i);
  return found;
}
