// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Locks.h"
#include "CoreFixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const std::string Mutexes = R"cpp(
  void use();
  struct Mutex { void lock(); void unlock(); bool try_lock(); };
  struct RecursiveMutex : Mutex {};
  namespace std {
  struct defer_lock_t {};
  template <class M> struct lock_guard { explicit lock_guard(M &); ~lock_guard(); };
  template <class... M> struct scoped_lock { explicit scoped_lock(M &...); ~scoped_lock(); };
  }
  namespace boost {
  template <class M> struct unique_lock {
    explicit unique_lock(M &); unique_lock(M &, std::defer_lock_t); ~unique_lock();
    void lock(); void unlock(); bool owns_lock() const; };
  }
)cpp";

std::vector<std::string> names(const std::vector<Lock> &Locks) {
  std::vector<std::string> Out;
  for (const Lock &L : Locks)
    Out.push_back(L.Mutex.name() + (L.Recursive ? " (recursive)" : "") +
                  (L.ByGuard ? "" : " (by hand)"));
  return Out;
}

std::vector<std::string> held(const std::string &Code,
                              llvm::StringRef Function = "f") {
  Core C(Mutexes + Code);
  const FunctionAnalysis &F = C.function(Function);
  return names(locksHeld(F, C.at(F)));
}

std::vector<std::string> taken(const std::string &Code,
                               llvm::StringRef Function = "f") {
  Core C(Mutexes + Code);
  return names(locksTaken(C.function(Function)));
}

TEST(LocksTest, GuardsHoldToTheEndOfTheirScope) {
  EXPECT_THAT(held("void f(Mutex &a, Mutex &b) {"
                   "  std::lock_guard<Mutex> x(a);"
                   "  { std::lock_guard<Mutex> y(b); }"
                   "  if (true) { ^use(); } }"),
              ElementsAre("a"));
  EXPECT_THAT(held("void f(Mutex &a, RecursiveMutex &b) {"
                   "  std::scoped_lock<Mutex, RecursiveMutex> x(a, b);"
                   "  ^use(); }"),
              ElementsAre("a", "b (recursive)"));
  EXPECT_THAT(held("void f(Mutex &a) {"
                   "  ^use(); std::lock_guard<Mutex> x(a); }"),
              IsEmpty());
}

TEST(LocksTest, WhatIsGivenBackIsNotHeld) {
  EXPECT_THAT(held("void f(Mutex &a) { boost::unique_lock<Mutex> x(a);"
                   "  x.unlock(); ^use(); }"),
              IsEmpty());
  EXPECT_THAT(held("void f(Mutex &a) { boost::unique_lock<Mutex> x(a);"
                   "  x.owns_lock(); ^use(); x.unlock(); }"),
              ElementsAre("a"));
  EXPECT_THAT(held("void give(boost::unique_lock<Mutex> &);"
                   "void f(Mutex &a) { boost::unique_lock<Mutex> x(a);"
                   "  give(x); ^use(); }"),
              IsEmpty());
  EXPECT_THAT(held("void f(Mutex &a) {"
                   "  boost::unique_lock<Mutex> x(a, std::defer_lock_t());"
                   "  ^use(); }"),
              IsEmpty());
}

TEST(LocksTest, ByHand) {
  EXPECT_THAT(held("void f(Mutex &a) { a.lock(); ^use(); a.unlock(); }"),
              ElementsAre("a (by hand)"));
  EXPECT_THAT(held("void f(Mutex &a) { a.lock(); if (true) a.unlock();"
                   "  ^use(); }"),
              IsEmpty());
  EXPECT_THAT(held("void f(Mutex &a) { if (true) { a.lock(); } ^use(); }"),
              IsEmpty());
}

TEST(LocksTest, Paths) {
  EXPECT_THAT(held("struct S { Mutex m; struct { Mutex n; } in; void f() {"
                   "  std::lock_guard<Mutex> x(m);"
                   "  std::lock_guard<Mutex> y(this->in.n);"
                   "  auto &same = in; std::lock_guard<Mutex> z(same.n);"
                   "  ^use(); } };",
                   "S::f"),
              ElementsAre("m", "in.n", "in.n"));
  EXPECT_THAT(held("struct S { Mutex m; };"
                   "void f(S &s, S *p) {"
                   "  std::lock_guard<Mutex> x(s.m);"
                   "  std::lock_guard<Mutex> y(p->m); ^use(); }"),
              ElementsAre("s.m", "p.m"));
  EXPECT_THAT(held("Mutex &any(); void f() {"
                   "  std::lock_guard<Mutex> x(any()); ^use(); }"),
              IsEmpty());
}

TEST(LocksTest, Taken) {
  EXPECT_THAT(taken("struct S { Mutex m; void g() { m.lock(); }"
                    "  void f() { g(); } };",
                    "S::f"),
              ElementsAre("m (by hand)"));
  EXPECT_THAT(taken("struct S { Mutex m; void g() { m.lock(); } };"
                    "void f(S &s, Mutex &a) { s.g(); a.try_lock();"
                    "  if (true) { std::lock_guard<Mutex> x(a); } }"),
              ElementsAre("a"));
  EXPECT_THAT(taken("struct S { Mutex m; virtual void g() { m.lock(); }"
                    "  void f() { g(); } };",
                    "S::f"),
              IsEmpty());
}

} // namespace
