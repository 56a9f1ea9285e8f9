// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/SpawnedCallable.h"
#include "CoreFixture.h"
#include "checks/core/SpawnedWork.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// What the first spawner in f runs: "lambda", a name, or "?".
std::string callable(llvm::StringRef Call) {
  Core C(R"cpp(
    namespace std { template <class F, class... A> F bind(F f, A...) { return f; } }
    void work(int);
    struct Job { void operator()(); };
    struct Server { void run(); };
    void f(Server *server, std::function<void()> unknown) {
      auto named = [] { work(1); };
      Job job;
      )cpp" +
         Call.str() + "}");
  const FunctionAnalysis &F = C.function();
  for (const clang::Expr *E : F.body().calls())
    if (F.costs().spawns(*E)) {
      const SpawnedCallable Found = spawnedCallable(F, *E);
      return Found.Lambda     ? "lambda"
             : Found.Function ? Found.Function->getNameAsString()
                              : "?";
    }
  return "no spawner";
}

TEST(SpawnedCallableTest, IsFoundByType) {
  EXPECT_EQ(callable("std::thread t([] { work(1); });"), "lambda");
  EXPECT_EQ(callable("std::thread t(named);"), "lambda");
  EXPECT_EQ(callable("std::thread t(std::move(named));"), "lambda");
  EXPECT_EQ(callable("std::thread t(work, 1);"), "work");
  EXPECT_EQ(callable("std::thread t(&work, 1);"), "work");
  EXPECT_EQ(callable("std::thread t(std::bind(work, 1));"), "work");
  EXPECT_EQ(callable("std::thread t(&Server::run, server);"), "run");
  EXPECT_EQ(callable("std::thread t(job);"), "operator()");
  EXPECT_EQ(callable("std::thread t{Job()};"), "operator()");
  EXPECT_EQ(callable("std::thread t(unknown);"), "?");
}

/// Spawners in f whose work never sees the token, with what it calls.
std::vector<std::string> unstoppable(llvm::StringRef Code) {
  Core C("void fetch(int, std::stop_token = {}); void use(std::stop_token);" +
         Code.str());
  std::vector<std::string> Out;
  for (const UnstoppableWork &W : unstoppableWork(C.function())) {
    std::string Text = W.Token.Spelling;
    for (const UnforwardedCall &U : W.Sinks)
      Text += " " + calleeName(*U.Call);
    if (!W.Costliest.empty())
      Text += " long: " + W.Costliest;
    if (!W.When.isTrue())
      Text += " if";
    Out.push_back(Text);
  }
  return Out;
}

TEST(UnstoppableWorkTest, WithoutTheToken) {
  EXPECT_THAT(unstoppable("void f(std::stop_token a, std::stop_token b) {"
                          "  std::thread t([] { fetch(1); fetch(2); });"
                          "}"),
              ElementsAre("a fetch fetch"));
  EXPECT_THAT(unstoppable("void slow(); void f(std::stop_token a) {"
                          "  std::thread t(slow);"
                          "}"),
              ElementsAre("a if"));
  EXPECT_THAT(unstoppable("void f(std::stop_token a) {"
                          "  std::thread t([] { std::this_thread::sleep_for("
                          "    std::chrono::milliseconds(1)); });"
                          "}"),
              ElementsAre("a long: sleep_for"));
}

TEST(UnstoppableWorkTest, SilentWhereItGoesAlong) {
  for (const char *Body :
       {"std::thread t([a] { use(a); });", "std::thread t([&] { use(a); });",
        "std::thread t(use, a);", "std::thread t([] {});",
        "std::jthread t([](std::stop_token own) { fetch(1, own); });",
        "std::stop_callback cb(a, [] {}); std::thread t([] { fetch(1); });",
        "bool done = false; std::thread t([&] { while (!done) fetch(1); });"
        "done = true;"})
    EXPECT_THAT(
        unstoppable("void f(std::stop_token a) {" + std::string(Body) + "}"),
        IsEmpty())
        << Body;
}

} // namespace
