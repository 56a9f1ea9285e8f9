// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Derivation.h"
#include "CoreFixture.h"
#include "checks/core/CallResolver.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// Each local as "name: what it is".
std::vector<std::string> locals(llvm::StringRef Code) {
  Core C(Code);
  const Derivation D(C.function());
  std::vector<std::string> Out;
  for (const LocalToken &T : D.locals()) {
    std::string Text = T.Var->getNameAsString() + ":";
    switch (T.From) {
    case LocalToken::Origin::Unknown:
      Text += " unknown";
      break;
    case LocalToken::Origin::Fresh:
      Text += " fresh";
      break;
    case LocalToken::Origin::Same:
      Text += " same as " + T.SameAs->getNameAsString();
      break;
    case LocalToken::Origin::Linked:
      for (const LocalToken::Parent &P : T.Parents)
        Text += " below " + P.Token->getNameAsString();
      break;
    }
    if (T.IsStrict)
      Text += ", narrower";
    if (T.HasDeadline)
      Text += ", deadline";
    if (T.IsRequested)
      Text += ", requested";
    if (T.Escapes)
      Text += ", escapes";
    Out.push_back(Text);
  }
  return Out;
}

/// Who gets the token of f's local "s".
std::vector<std::string> receivers(llvm::StringRef Code) {
  Core C(Code);
  const Derivation D(C.function());
  std::vector<std::string> Out;
  for (const LocalToken &T : D.locals())
    if (T.Var->getNameAsString() == "s")
      for (const TokenReceiver &R : D.receivers(T.Var))
        Out.push_back((R.Call ? calleeName(*R.Call) : "nobody") +
                      (R.Fallback ? " (fallback)" : ""));
  return Out;
}

TEST(DerivationTest, CopiesAndTokensOfASourceAreTheSame) {
  EXPECT_THAT(locals(R"cpp(
    void f(std::stop_token outer, std::stop_source given) {
      std::stop_token copy = outer;
      auto braces{copy};
      const auto &alias = copy;
      auto moved = std::move(copy);
      auto token = given.get_token();
    })cpp"),
              ElementsAre("copy: same as outer", "braces: same as outer",
                          "alias: same as outer", "moved: same as outer",
                          "token: same as given"));
}

TEST(DerivationTest, ASourceOfNothingIsFresh) {
  EXPECT_THAT(locals(R"cpp(
    void f(std::stop_token outer) {
      std::stop_source plain;
      auto written = std::stop_source();
      std::stop_source stateless(std::nostopstate);
      std::jthread thread([] {});
      static std::stop_source global;
    })cpp"),
              ElementsAre("plain: fresh", "written: fresh",
                          "stateless: unknown", "thread: unknown"));
}

TEST(DerivationTest, ACallbackThatRequestsLinks) {
  const char *Expected = "s: below outer";
  for (const char *Link :
       {"std::stop_callback cb(outer, [&] { s.request_stop(); });",
        "auto request = [&] { s.request_stop(); };"
        "std::stop_callback cb(outer, request);",
        "struct R { std::stop_source &s; void operator()() { s.request_stop(); "
        "} };"
        "std::stop_callback cb(outer, R{s});",
        "std::stop_callback cb(outer, [&] { [&] { s.request_stop(); }(); });"})
    EXPECT_THAT(locals("void f(std::stop_token outer) { std::stop_source s; " +
                       std::string(Link) + "}"),
                ElementsAre(Expected))
        << Link;
}

TEST(DerivationTest, WhatSomebodyElseHoldsEscapes) {
  auto First = [](llvm::StringRef Use) {
    return locals("void keep(std::stop_source); std::stop_source made();"
                  "void keep_ref(std::stop_source &);"
                  "void later(std::function<void()>);"
                  "std::stop_source f(std::stop_token outer) {"
                  "  std::stop_source s; " +
                  Use.str() + " return made(); }")
        .front();
  };
  EXPECT_EQ(First("s.get_token(); s.stop_requested();"), "s: fresh");
  for (const char *Use :
       {"keep(s);", "keep_ref(s);", "std::stop_source t; t = s;", "return s;",
        "later([&] { s.request_stop(); });",
        "later([s]() mutable { s.request_stop(); });", "auto p = &s;",
        "s = made();"})
    EXPECT_EQ(First(Use), "s: fresh, escapes") << Use;
}

TEST(DerivationTest, RequestsOfTheFunctionItselfAreTold) {
  EXPECT_THAT(
      locals(R"cpp(
    void f(std::stop_token outer) {
      std::stop_source direct;
      direct.request_stop();
      std::stop_source in_place;
      [&] { in_place.request_stop(); }();
    })cpp"),
      ElementsAre("direct: fresh, requested", "in_place: fresh, requested"));
}

constexpr char Library[] = R"cpp(
  namespace lib {
  struct Time {};
  struct Token {
    bool cancelled() const;
    Token until(std::chrono::time_point) const;
    Token named(const char *) const;
  };
  struct Source {
    Source();
    Source(Token parent);
    Token token() const;
    void cancel();
    void cancel_after(std::chrono::duration);
  };
  template <class... T> Token merge(T... t);
  }
)cpp";

std::vector<std::string> libraryLocals(llvm::StringRef Body) {
  TokenModels M = TokenModels::builtin();
  if (llvm::Error E = M.addModels(R"(
Family: lib
Tokens:
  - Type: lib::Token
    Poll: [cancelled]
    Derive: [until, named]
    Same: [named]
Sources:
  - Type: lib::Source
    Token: [token]
    Request: [cancel, cancel_after]
    LinkedByConstructor: true
Functions:
  Combine: [lib::merge]
)",
                                  "lib.yaml"))
    return {llvm::toString(std::move(E))};
  Core C(std::string(Library) + Body.str(), M);
  const Derivation D(C.function());
  std::vector<std::string> Out;
  for (const LocalToken &T : D.locals())
    for (const clang::ParmVarDecl *P : C.function().decl().parameters())
      if (D.isNarrower(T.Var, P))
        Out.push_back(T.Var->getNameAsString() + " < " + P->getNameAsString());
  return Out;
}

TEST(DerivationTest, NarrowerIsWhatSomethingElseCancelsToo) {
  EXPECT_THAT(libraryLocals(R"cpp(
    void f(lib::Token a, lib::Token b, std::chrono::time_point when,
           std::chrono::duration limit) {
      auto timed = a.until(when);
      auto tagged = a.named("x");
      auto tagged_timed = timed.named("x");
      auto both = lib::merge(a, b);
      auto one = lib::merge(a);
      lib::Source equal(a);
      lib::Source linked(a);
      linked.cancel_after(limit);
      auto token = linked.token();
      lib::Source below(token);
      auto none = lib::Token().until(when);
      auto copy = b;
    })cpp"),
              ElementsAre("timed < a", "tagged_timed < a", "both < a",
                          "both < b", "linked < a", "token < a", "below < a"));
}

TEST(DerivationTest, ReceiversAreCallsThatGetTheToken) {
  EXPECT_THAT(receivers(R"cpp(
    struct Options { int n; std::stop_token stop; };
    struct Client { Client(std::stop_token); void get(); };
    void use(std::stop_token); void run(const Options &);
    void f() {
      std::stop_source s;
      use(s.get_token());
      auto t = s.get_token();
      use(t);
      Options o;
      o.stop = t;
      run(o);
      run({1, s.get_token()});
      Client c(t);
      c.get();
      std::thread thread([t] { use(t); });
      if (t.stop_requested() || s.stop_requested()) return;
      std::stop_callback cb(t, [] {});
    })cpp"),
              ElementsAre("use", "use", "run", "run", "get", "thread", "use"));
}

TEST(DerivationTest, FallbacksAndTokensThatAreKeptAreTold) {
  EXPECT_THAT(receivers(R"cpp(
    void use(std::stop_token);
    std::stop_token f(std::stop_token *given) {
      std::stop_source s;
      use(given ? *given : s.get_token());
      return s.get_token();
    })cpp"),
              ElementsAre("use (fallback)", "nobody"));
}

} // namespace
