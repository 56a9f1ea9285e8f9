// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions that calculate for long, seen by their loops.
// RUN: %check %s cancel-check-in-loop -- -std=c++20
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <stop_token>
#include <string>
#include <vector>

struct Point {
  double x, y;
};
struct Face {
  std::vector<Point> points;
  std::vector<std::size_t> triangles;
};

// --- three loops deep -----------------------------------------------------------

void triangulate(Face &face) {
  for (std::size_t i = 0; i < face.points.size(); ++i)
    for (std::size_t j = 0; j < face.points.size(); ++j)
      for (std::size_t k = 0; k < face.points.size(); ++k)
        if (face.points[i].x * face.points[j].y > face.points[k].x)
          face.triangles.push_back(k);
}
void warns_cubic(std::vector<Face> &faces, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (Face &face : faces) // expected-warning {{loop never looks at 'stop'; 'triangulate' may run long in each round}}
    triangulate(face);
  // CHECK-FIXES: for (Face &face : faces) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// --- until nothing changes ------------------------------------------------------

void refine(Face &face, double tolerance) {
  bool changed = true;
  while (changed) {
    changed = false;
    for (std::size_t i = 0; i + 1 < face.points.size(); ++i)
      if (std::hypot(face.points[i].x, face.points[i + 1].y) > tolerance) {
        face.points.insert(face.points.begin() + long(i), face.points[i]);
        changed = true;
      }
  }
}
void warns_refines(std::vector<Face> &faces, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (Face &face : faces) // expected-warning {{'refine' may run long in each round}}
    refine(face, 1e-6);
  // CHECK-FIXES: for (Face &face : faces) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

void simplify(Face &face, double tolerance) {
  double error = 1;
  while (error > tolerance) {
    error = 0;
    for (Point &p : face.points) {
      p.x /= 2;
      error = std::fmax(error, p.x);
    }
  }
}
void warns_simplifies(std::vector<Face> &faces, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (Face &face : faces) // expected-warning {{'simplify' may run long in each round}}
    simplify(face, 1e-6);
  // CHECK-FIXES: for (Face &face : faces) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}

// --- what ends soon -------------------------------------------------------------

double root(double a) {
  double x = a;
  while (std::fabs(x * x - a) > 1e-12)
    x = (x + a / x) / 2;
  return x;
}
void multiply(double (&a)[3][3], const double (&b)[3][3]) {
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 3; ++k)
        a[i][j] += b[i][k];
}
double sum(const Face &face) {
  double all = 0;
  for (const Point &p : face.points)
    for (std::size_t t : face.triangles)
      all += p.x * double(t);
  return all;
}
std::size_t words(const std::string &text, const std::vector<std::string> &known) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const std::string &word : known)
      for (char c : word)
        count += c == text[i];
  return count;
}
double no_warning_short(std::vector<Face> &faces, std::stop_token stop) {
  double m[3][3] = {}, all = 0;
  if (stop.stop_requested())
    return all;
  for (Face &face : faces) {
    all += root(face.points[0].x) + sum(face);
    multiply(m, m);
    all += double(words("some text", {"some"}));
  }
  return all;
}

// --- walks through directories --------------------------------------------------

void warns_walks(const std::filesystem::path &root, std::vector<std::string> &out, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (const auto &entry : std::filesystem::recursive_directory_iterator(root)) // expected-warning {{'operator++' may run long in each round}}
    out.push_back(entry.path().string());
  // CHECK-FIXES: for (const auto &entry : std::filesystem::recursive_directory_iterator(root)) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void no_warning_one_directory(const std::filesystem::path &root, std::vector<std::string> &out, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  for (const auto &entry : std::filesystem::directory_iterator(root))
    out.push_back(entry.path().string());
}

// --- files ------------------------------------------------------------------------

unsigned hashOf(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  char block[4096];
  unsigned hash = 0;
  while (in.read(block, sizeof block))
    hash += unsigned(block[0]);
  return hash;
}
unsigned headerOf(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  char block[64] = {};
  in.read(block, sizeof block);
  return unsigned(block[0]);
}
std::vector<std::string> list(const std::string &root) {
  std::vector<std::string> all;
  for (const auto &entry : std::filesystem::recursive_directory_iterator(root))
    all.push_back(entry.path().string());
  return all;
}
unsigned warns_hashes(const std::vector<std::string> &paths, std::stop_token stop) {
  unsigned all = 0;
  for (const std::string &path : paths) // expected-warning {{'hashOf' may run long in each round}}
    all += hashOf(path);
  // CHECK-FIXES: for (const std::string &path : paths) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return stop.stop_requested() ? 0 : all;
}
unsigned warns_lists(const std::vector<std::string> &roots, std::stop_token stop) {
  unsigned all = 0;
  for (const std::string &root : roots) // expected-warning {{'list' may run long in each round}}
    all += unsigned(list(root).size());
  // CHECK-FIXES: for (const std::string &root : roots) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return stop.stop_requested() ? 0 : all;
}
unsigned no_warning_headers(const std::vector<std::string> &paths, std::stop_token stop) {
  unsigned all = 0;
  for (const std::string &path : paths)
    all += headerOf(path);
  return stop.stop_requested() ? 0 : all;
}
// Level by level: each node is seen once, however the loops nest.
struct Node {
  std::vector<Node *> children;
  bool dirty = false;
};
void leavesOf(Node *root, std::vector<Node *> &leaves) {
  std::vector<Node *> level, next;
  level.push_back(root);
  for (;;) {
    next.clear();
    for (Node *n : level)
      for (Node *c : n->children)
        (c->children.empty() ? leaves : next).push_back(c);
    if (next.empty())
      break;
    level = next;
  }
}
void leavesByCount(Node *root, std::vector<Node *> &leaves) {
  std::vector<Node *> level{root}, next;
  std::size_t count = 0;
  for (;;) {
    next.clear();
    for (Node *n : level)
      for (Node *c : n->children)
        (c->children.empty() ? leaves : next).push_back(c);
    count = next.size();
    if (!count)
      break;
    level = next;
  }
}
void leavesByStack(Node *root, std::vector<Node *> &leaves) {
  std::vector<std::vector<Node *>> todo{{root}};
  while (!todo.empty()) {
    std::vector<Node *> level = todo.back();
    todo.pop_back();
    for (Node *n : level)
      for (Node *c : n->children)
        leaves.push_back(c);
  }
}
// Until nothing is dirty: as many ways through all of them as it takes.
void settle(std::vector<Node *> &nodes) {
  for (;;) {
    std::vector<Node *> dirty;
    for (Node *n : nodes)
      for (Node *c : n->children)
        if (c->dirty != n->dirty)
          c->dirty = n->dirty;
    if (nodes.empty() || !nodes.front()->dirty)
      break;
  }
}
void no_warning_levels(const std::vector<Node *> &roots, std::stop_token stop) {
  std::vector<Node *> leaves;
  for (Node *root : roots)
    leavesOf(root, leaves);
  for (Node *root : roots)
    leavesByCount(root, leaves);
  for (Node *root : roots)
    leavesByStack(root, leaves);
  if (stop.stop_requested())
    return;
}
void warns_settles(std::vector<std::vector<Node *>> &graphs, std::stop_token stop) {
  for (std::vector<Node *> &graph : graphs) // expected-warning {{'settle' may run long in each round}}
    settle(graph);
  // CHECK-FIXES: for (std::vector<Node *> &graph : graphs) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
  if (stop.stop_requested())
    return;
}
// One call in the inner loop is one finding, whatever the outer one calls besides.
bool same(const Node *a, const Node *b);
struct Scope {
  const std::vector<Scope *> &usings();
  const std::vector<Node *> &symbols();
  Scope *owner(Node *node);
  std::vector<Node *> members;
  Scope *lookup(Node *node) {
    for (Node *member : members)
      if (same(member, node))
        return owner(member);
    return nullptr;
  }
};
void warns_once(const std::vector<Scope *> &scopes, std::vector<Scope *> &found, std::stop_token stop) {
  for (Scope *scope : scopes) {
    if (stop.stop_requested())
      return;
    for (Scope *used : scope->usings()) {
      const std::vector<Node *> &symbols = used->symbols();
      for (Node *symbol : symbols) // expected-warning {{'lookup' may run long in each round}}
        found.push_back(used->lookup(symbol));
      // CHECK-FIXES: for (Node *symbol : symbols) {
      // CHECK-FIXES-NEXT: if (stop.stop_requested())
      // CHECK-FIXES-NEXT: return;
      // CHECK-FIXES: }
    }
  }
}
