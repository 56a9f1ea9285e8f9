// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Escape.h"
#include "CoreFixture.h"
#include "checks/core/LambdaLife.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using namespace clang;
using testing::ElementsAre;

namespace {

const VarDecl &variable(const FunctionAnalysis &F, llvm::StringRef Name) {
  for (const VarDecl *V : F.body().variables())
    if (V->getName() == Name)
      return *V;
  for (const ParmVarDecl *P : F.decl().parameters())
    if (P->getName() == Name)
      return *P;
  llvm::report_fatal_error("no such variable", false);
}

std::string name(const ObjectUse &U) {
  const char *Names[] = {"ignored",  "member",   "assigned",
                         "local",    "captured", "passed",
                         "returned", "stored",   "unknown"};
  return std::string(Names[unsigned(U.What)]) + (U.ByAddress ? "&" : "");
}

/// All uses of `s` in f().
std::vector<std::string> uses(llvm::StringRef Code) {
  Core C(Code);
  std::vector<std::string> Out;
  for (const ObjectUse &U : usesOf(C.function(), variable(C.function(), "s")))
    Out.push_back(name(U));
  return Out;
}

TEST(EscapeTest, CallingMembersIsNoEscape) {
  EXPECT_THAT(uses(R"cpp(
    bool f() {
      std::stop_source s;
      s.request_stop();
      (void)s;
      return s.get_token().stop_requested();
    })cpp"),
              ElementsAre("member", "ignored", "member"));
}

TEST(EscapeTest, WhatOthersGetEscapes) {
  EXPECT_THAT(uses(R"cpp(
    void take(std::stop_source); void see(const std::stop_source &);
    void point(std::stop_source *);
    struct Job { std::stop_source s; };
    std::stop_source global;
    std::stop_source f(std::vector<std::stop_source> &all, Job &job) {
      std::stop_source s;
      take(s);
      see(s);
      point(&s);
      all.push_back(s);
      Job made{s};
      new std::stop_source(s);
      return static_cast<std::stop_source &&>(s);
    })cpp"),
              ElementsAre("passed", "passed", "passed&", "passed", "stored",
                          "stored", "returned"));
}

TEST(EscapeTest, InitialisersOfMembersKeep) {
  Core C(R"cpp(
    struct Job {
      std::stop_token kept; const std::stop_token *seen;
      const std::stop_token &named;
      Job(std::stop_token s) : kept(std::move(s)), seen(&s), named(s) {
        kept = s;
        static std::stop_token all = s;
      }
    };)cpp");
  const FunctionAnalysis &F = C.function("Job::Job");
  std::vector<std::string> Out;
  for (const ObjectUse &U : usesOf(F, variable(F, "s")))
    Out.push_back(name(U) + (U.Field ? " " + U.Field->getNameAsString() : ""));
  EXPECT_THAT(Out, ElementsAre("stored kept", "stored& seen", "stored& named",
                               "stored kept", "stored"));
}

TEST(EscapeTest, CopiesReferencesAndPointersAreFollowed) {
  EXPECT_THAT(uses(R"cpp(
    void take(std::stop_source);
    void f() {
      std::stop_source s;
      std::stop_source copy = s;
      std::stop_source &name = copy;
      std::stop_source *pointer = &name;
      pointer->request_stop();
      take(*pointer);
    })cpp"),
              ElementsAre("member", "passed"));
}

TEST(EscapeTest, LambdasAreFollowedWhereverTheyGo) {
  EXPECT_THAT(uses(R"cpp(
    void keep(std::function<void()>);
    void take(std::stop_source);
    void f() {
      std::stop_source s;
      keep([&] { s.request_stop(); });
      keep([s] { (void)s.get_token(); });
      keep([mine = s] { [&] { take(mine); }(); });
    })cpp"),
              ElementsAre("passed", "member", "member"));
}

TEST(EscapeTest, FunctionsOfTheTuAreFollowed) {
  EXPECT_THAT(uses(R"cpp(
    void keep(std::stop_source &);
    void helper(std::stop_source &given) { given.request_stop(); }
    void giver(std::stop_source given) { keep(given); }
    struct Base { virtual void run(std::stop_source &) {} };
    void f(Base &base) {
      std::stop_source s;
      helper(s);
      giver(s);
      base.run(s);
    })cpp"),
              ElementsAre("member", "passed", "passed"));
}

TEST(EscapeTest, RecursionEnds) {
  EXPECT_THAT(uses(R"cpp(
    void f(std::stop_source s) { f(s); s.request_stop(); })cpp"),
              ElementsAre("member"));
}

TEST(EscapeTest, FirstEscape) {
  Core C(R"cpp(
    void take(std::stop_token);
    void f(std::stop_token kept, std::stop_token given) {
      if (kept.stop_requested())
        take(given);
    })cpp");
  const FunctionAnalysis &F = C.function();
  EXPECT_FALSE(escapeOf(F, variable(F, "kept")));
  ASSERT_TRUE(escapeOf(F, variable(F, "given")));
  EXPECT_EQ(escapeOf(F, variable(F, "given"))->What, ObjectUse::Kind::Passed);
}

/// What becomes of the first lambda in f().
std::string life(llvm::StringRef Code, llvm::StringRef Function = "f") {
  Core C(Code);
  const FunctionAnalysis &F = C.function(Function);
  const LambdaLife Life = lifeOf(F, *F.body().lambdas().front());
  const char *Names[] = {"unknown", "in place", "returned",
                         "stored",  "detached", "local"};
  std::string Out = Names[unsigned(Life.What)];
  if (Life.Field)
    Out += " " + Life.Field->getNameAsString();
  if (Life.Holder)
    Out += " " + Life.Holder->getNameAsString();
  return Out;
}

TEST(LambdaLifeTest, InPlace) {
  EXPECT_EQ(life("void f() { [] {}(); }"), "in place");
  EXPECT_EQ(life("void f() { auto help = [] {}; help(); }"), "in place");
  EXPECT_EQ(life("void f(int *a) { std::for_each(a, a + 1, [](int) {}); }"),
            "in place");
}

TEST(LambdaLifeTest, Unknown) {
  EXPECT_EQ(life("void run(std::function<void()>); void f() { run([] {}); }"),
            "unknown");
  EXPECT_EQ(life("struct S { template <class F> S(F) {} };"
                 "void f() { S s([] {}); }"),
            "unknown");
}

TEST(LambdaLifeTest, Returned) {
  EXPECT_EQ(life("auto f() { return [] {}; }"), "returned");
  EXPECT_EQ(life("std::function<void()> f() { return [] {}; }"), "returned");
  EXPECT_EQ(life("std::function<void()> f() {"
                 "  auto work = [] {}; return std::move(work); }"),
            "returned");
}

TEST(LambdaLifeTest, Threads) {
  EXPECT_EQ(life("void f() { std::thread([] {}).detach(); }"), "detached");
  EXPECT_EQ(life("void f() { std::thread t([] {}); t.detach(); }"), "detached");
  EXPECT_EQ(life("void f() { std::thread t([] {}); t.join(); }"), "local t");
  EXPECT_EQ(life("void f() { std::jthread t([] {}); }"), "local t");
}

TEST(LambdaLifeTest, Stored) {
  EXPECT_EQ(life("struct S { std::function<void()> kept;"
                 "  void f() { kept = [] {}; } };",
                 "S::f"),
            "stored kept");
  EXPECT_EQ(life("struct S { std::vector<std::function<void()>> kept;"
                 "  void f() { kept.push_back([] {}); } };",
                 "S::f"),
            "stored kept");
  EXPECT_EQ(
      life("struct S { std::thread worker; S() : worker([] {}) {} };", "S::S"),
      "stored worker");
  EXPECT_EQ(life("std::function<void()> kept; void f() { kept = [] {}; }"),
            "stored kept");
  EXPECT_EQ(life("void f() { static std::function<void()> kept = [] {}; }"),
            "stored kept");
  EXPECT_EQ(life("struct S { std::function<void()> kept; };"
                 "void f(S &s) { s.kept = [] {}; }"),
            "unknown"); // where the object lives is not known
}

TEST(LambdaLifeTest, Registrations) {
  EXPECT_EQ(
      life("void f(std::stop_token t) { std::stop_callback r(t, [] {}); }"),
      "local r");
}

TEST(LambdaLifeTest, NamedAfter) {
  Core C(R"cpp(
    void use(int);
    void f(bool again) {
      int a = 0, b = 0, c = 0;
      use(a);
      $mark^use(b);
      while (again) {
        use(c);
        $loop^use(0);
      }
    })cpp");
  const FunctionAnalysis &F = C.function();
  EXPECT_FALSE(isNamedAfter(F, variable(F, "a"), C.at(F, "mark")));
  EXPECT_FALSE(isNamedAfter(F, variable(F, "b"), C.at(F, "mark")));
  EXPECT_TRUE(isNamedAfter(F, variable(F, "c"), C.at(F, "mark")));
  EXPECT_TRUE(isNamedAfter(F, variable(F, "c"), C.at(F, "loop")));
}

} // namespace
