// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops over the parts of one item, where the loop around looks in each round:
// what waits there has to look, too; what calculates is as long as the item is
// big.
// RUN: %check --no-fix %s 'cancel-check-in-loop' -- -std=c++20
#include <chrono>
#include <cstdio>
#include <stop_token>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

struct Part {
  std::vector<std::vector<double>> rings;
};
struct Item {
  std::vector<Part> parts;
};

void use(double);
void fetch(int);

// Calculates, however long.
inline double area(const Part &p) {
  double sum = 0;
  for (const auto &a : p.rings)
    for (const auto &b : p.rings)
      for (double x : a)
        sum += x * double(b.size());
  return sum;
}
inline double both(const Part &p) { return area(p) + area(p); }

// Waits.
inline void settle(const Part &) { std::this_thread::sleep_for(2s); }
inline double areaOfSettled(const Part &p) {
  double a = area(p);
  settle(p);
  return a;
}
inline void endless(const Part &) {
  for (;;)
    use(1);
}
inline void readAll(std::FILE *f) {
  char block[4096];
  while (std::fread(block, 1, sizeof block, f) > 0)
    use(block[0]);
}

void no_warning_calculates(const std::vector<Item> &items,
                           std::stop_token stop) {
  for (const Item &item : items) {
    if (stop.stop_requested())
      return;
    for (const Part &part : item.parts)
      use(area(part));
  }
}
void no_warning_calculates_deeper(const std::vector<Item> &items,
                                  std::stop_token stop) {
  for (const Item &item : items) {
    if (stop.stop_requested())
      return;
    for (const Part &part : item.parts)
      use(both(part));
  }
}
void no_warning_helper(const std::vector<Item> &items, std::stop_token stop) {
  auto each = [&](const Item &item) {
    for (const Part &part : item.parts)
      use(area(part));
  };
  for (const Item &item : items) {
    if (stop.stop_requested())
      return;
    each(item);
  }
}

// Nothing looks around it.
void calculates_alone(const Item &item, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (const Part &part : item.parts)
    use(area(part));
  // expected-warning@-2 {{loop never looks at 'stop'; 'area' may run long in each round}}
}
void outer_leads_past(const std::vector<Item> &items, std::stop_token stop) {
  for (const Item &item : items) {
    if (item.parts.empty())
      continue;
    if (stop.stop_requested())
      return;
  }
  for (const Item &item : items)
    for (const Part &part : item.parts)
      use(area(part));
  // expected-warning@-3 {{loop never looks at 'stop'; 'area' may run long in each round}}
}

// Of a nest the outermost loop is the one that has to look, unless it is none
// that has to.
void three_deep(const std::vector<std::vector<Item>> &all,
                std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (const auto &items : all)
    for (const Item &item : items)
      for (const Part &part : item.parts)
        use(area(part));
  // expected-warning@-4 {{loop never looks at 'stop'; 'area' may run long in each round}}
}
void in_few_rounds(const std::vector<Item> &items, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (int pass = 0; pass < 2; ++pass)
    for (const Item &item : items)
      use(area(item.parts.front()));
  // expected-warning@-2 {{loop never looks at 'stop'; 'area' may run long in each round}}
}
void waits_in_nest(const std::vector<Item> &items, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (const Item &item : items)
    for (const Part &part : item.parts)
      settle(part);
  // expected-warning@-2 {{loop never looks at 'stop'; 'settle' may run long in each round}}
}

void waits(const std::vector<Item> &items, std::stop_token stop) {
  for (const Item &item : items) {
    if (stop.stop_requested())
      return;
    for (const Part &part : item.parts)
      settle(part);
    // expected-warning@-2 {{loop never looks at 'stop'; 'settle' may run long in each round}}
  }
}
void waits_and_calculates(const std::vector<Item> &items,
                          std::stop_token stop) {
  for (const Item &item : items) {
    if (stop.stop_requested())
      return;
    for (const Part &part : item.parts)
      use(areaOfSettled(part));
    // expected-warning@-2 {{loop never looks at 'stop'; 'areaOfSettled' may run long in each round}}
  }
}
void never_ends(const std::vector<Item> &items, std::stop_token stop) {
  for (const Item &item : items) {
    if (stop.stop_requested())
      return;
    for (const Part &part : item.parts)
      endless(part);
    // expected-warning@-2 {{loop never looks at 'stop'; 'endless' may run long in each round}}
  }
}
void reads(const std::vector<std::vector<std::FILE *>> &folders,
           std::stop_token stop) {
  for (const auto &files : folders) {
    if (stop.stop_requested())
      return;
    for (std::FILE *f : files)
      readAll(f);
    // expected-warning@-2 {{loop never looks at 'stop'; 'readAll' may run long in each round}}
  }
}
void undefined(const std::vector<std::vector<int>> &lists,
               std::stop_token stop) {
  for (const auto &list : lists) {
    if (stop.stop_requested())
      return;
    for (int n : list)
      fetch(n);
    // expected-warning@-2 {{loop never looks at 'stop'; 'fetch' may run long in each round}}
  }
}
