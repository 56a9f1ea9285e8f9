// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Reach.h"
#include "CoreFixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

std::vector<std::string> reach(llvm::StringRef Code) {
  return Core(Code).reach();
}

TEST(ReachTest, LocalsComeBeforeParametersNearestFirst) {
  EXPECT_THAT(reach(R"cpp(
    void use();
    void f(std::stop_token a, std::stop_token b) {
      std::stop_token outer = a;
      {
        std::stop_token inner = b;
        ^use();
      }
    })cpp"),
              ElementsAre("local 'inner'", "local 'outer'", "parameter 'a'",
                          "parameter 'b'"));
}

TEST(ReachTest, OnlyWhatIsDeclaredBeforeThePointCounts) {
  EXPECT_THAT(reach(R"cpp(
    void use(); std::stop_token make();
    void f() {
      ^use();
      std::stop_token late = make();
    })cpp"),
              IsEmpty());
}

TEST(ReachTest, ScopesThatHaveEndedAreOutOfReach) {
  EXPECT_THAT(reach(R"cpp(
    void use(); std::stop_token make();
    void f() {
      { std::stop_token gone = make(); }
      for (std::stop_token also = make(); false;) {}
      ^use();
    })cpp"),
              IsEmpty());
}

TEST(ReachTest, StatementsDeclareTokensForTheirBodies) {
  EXPECT_THAT(
      reach(R"cpp(
    void use(); std::stop_token make();
    void f(std::vector<std::stop_token> all) {
      if (std::stop_token a = make(); true)
        for (std::stop_token b = make();;)
          for (const std::stop_token &c : all)
            switch (std::stop_token d = make(); 1) {
            default:
              ^use();
            }
    })cpp"),
      ElementsAre("local 'd'", "local 'c' (const)", "local 'b'", "local 'a'"));
}

TEST(ReachTest, ATokensOwnInitialiserDoesNotReachIt) {
  EXPECT_THAT(reach(R"cpp(
    std::stop_token make(int); int use();
    void f() { std::stop_token t = make(^use()); })cpp"),
              IsEmpty());
}

TEST(ReachTest, ParametersWithoutANameCannotBeNamed) {
  EXPECT_THAT(reach("void use(); void f(std::stop_token) { ^use(); }"),
              IsEmpty());
}

TEST(ReachTest, OfSeveralFieldsTheOneThatIsUsedComesFirst) {
  const char *Code = R"cpp(
    void use();
    void wait(std::stop_token);
    struct S {
      std::stop_token stop_;
      std::stop_token other_;
      void f() { $used^use(); wait(other_); }
      void g() { $unused^use(); }
    };)cpp";
  Core C(Code);
  EXPECT_THAT(C.reach(C.function("S::f"), "used"),
              ElementsAre("member 'other_'", "member 'stop_'"));
  EXPECT_THAT(C.reach(C.function("S::g"), "unused"),
              ElementsAre("member 'stop_'", "member 'other_'"));
}

TEST(ReachTest, FieldsComeLastAndConstMembersSeeThemConst) {
  const char *Code = R"cpp(
    void use();
    struct S {
      std::stop_token stop_;
      mutable std::stop_token mutable_;
      std::stop_token &ref_;
      void f(std::stop_token a) { $plain^use(); }
      void g() const { $const^use(); }
      static void h() { $static^use(); }
      S(std::stop_token s) : ref_(s) { $ctor^use(); }
      ~S() { $dtor^use(); }
    };)cpp";
  Core C(Code);
  EXPECT_THAT(C.reach(C.function("S::f"), "plain"),
              ElementsAre("parameter 'a'", "member 'stop_'",
                          "member 'mutable_'", "member 'ref_'"));
  EXPECT_THAT(C.reach(C.function("S::g"), "const"),
              ElementsAre("member 'stop_' (const)", "member 'mutable_'",
                          "member 'ref_'"));
  EXPECT_THAT(C.reach(C.function("S::h"), "static"), IsEmpty());
  EXPECT_THAT(C.reach(C.function("S::S"), "ctor"),
              ElementsAre("parameter 's'"));
  EXPECT_THAT(C.reach(C.function("S::~S"), "dtor"), IsEmpty());
}

TEST(ReachTest, CarriersAreLookedIntoOneLevelDeep) {
  EXPECT_THAT(reach(R"cpp(
    void use();
    struct Request { int id; std::stop_token stop; };
    struct Context { std::stop_token token() const; std::stop_token now(); };
    struct Deep { Request request; };
    class Hidden { std::stop_token stop; };
    void f(const Request &request, Context *context, Deep deep, Hidden hidden,
           std::shared_ptr<Request> shared, std::stop_token t) {
      ^use();
    })cpp"),
              ElementsAre("parameter 't'", "'request.stop' (const)",
                          "'context->token()'", "'shared->stop'"));
}

TEST(ReachTest, ALocalCarrierByValueIsEmptyWhenItIsMade) {
  EXPECT_THAT(reach(R"cpp(
    void use();
    struct Request { std::stop_token stop; };
    Request &shared();
    Request &current(int);
    void f(int id) {
      Request made;
      Request &everybodys = shared();
      Request &bound = current(id);
      ^use();
    })cpp"),
              ElementsAre("'bound.stop'"));
}

TEST(ReachTest, MovedFromTokensAreSpent) {
  const char *Code = R"cpp(
    void use(); void take(std::stop_token);
    void f(std::stop_token t) {
      $before^use();
      take(std::move(t));
      $after^use();
    }
    void g(std::stop_token t) {
      for (;;) { $round^use(); take(std::move(t)); }
    }
    void h(std::stop_token t) {
      auto later = [t = std::move(t)] {};
      $captured^use();
    })cpp";
  Core C(Code);
  EXPECT_THAT(C.reach("before"), ElementsAre("parameter 't'"));
  EXPECT_THAT(C.reach("after"), IsEmpty());
  EXPECT_THAT(C.reach(C.function("g"), "round"), IsEmpty());
  EXPECT_THAT(C.reach(C.function("h"), "captured"), IsEmpty());
}

TEST(ReachTest, NoneValuesAreNoTokens) {
  EXPECT_THAT(reach(R"cpp(
    void use();
    void f() {
      std::stop_token a;
      std::stop_token b{};
      std::stop_token c = std::stop_token();
      const std::stop_token *d = nullptr;
      ^use();
    })cpp"),
              IsEmpty());
}

TEST(ReachTest, ATokenOfAnOwnSourceIsForOthers) {
  EXPECT_THAT(reach(R"cpp(
    void use();
    void f(std::stop_source &given) {
      std::stop_source own;
      std::stop_token a = own.get_token();
      std::stop_token b = given.get_token();
      ^use();
    })cpp"),
              ElementsAre("local 'b'"));
}

TEST(ReachTest, ATokenMadeOfLocalVariablesIsCancelledByNobodyElse) {
  EXPECT_THAT(reach(R"cpp(
    struct [[clang::annotate("cancel::token")]] Flag {
      explicit Flag(const bool *cancelled);
      bool isCancelled() const;
    };
    struct [[clang::annotate("cancel::token")]] View {
      const bool *cancelled;
      bool isCancelled() const;
    };
    void use();
    void f(const bool &stopped) {
      bool own = false;
      Flag of_own(&own), of_all(&stopped);
      View own_view{&own};
      ^use();
    })cpp"),
              ElementsAre("local 'of_all'"));
}

TEST(ReachTest, AShadowedTokenCannotBeNamed) {
  EXPECT_THAT(reach(R"cpp(
    void use(); std::stop_token make();
    void f(std::stop_token t) {
      {
        std::stop_token t = make();
        ^use();
      }
    })cpp"),
              ElementsAre("local 't'"));
  EXPECT_THAT(reach("void use(); void f(std::stop_token t) { { int t = 0; "
                    "^use(); } }"),
              IsEmpty());
  Core C(R"cpp(
    void use();
    struct S { std::stop_token stop; void f(int stop) { ^use(); } };)cpp");
  EXPECT_THAT(C.reach(C.function("S::f")), IsEmpty());
}

TEST(ReachTest, ALambdaSeesItsOwnTokensAndWhatItCaptures) {
  Core C(R"cpp(
    void use(); template <class F> void later(F) {}
    void f(std::stop_token a, std::stop_token b) {
      later([a](std::stop_token own) { $copy^use(); });
      later([&b]() mutable { $ref^use(); });
      later([] { $none^use(); });
    })cpp");
  EXPECT_THAT(C.reach(C.lambda(0), "copy"),
              ElementsAre("parameter 'own'", "captured 'a' (const)"));
  EXPECT_THAT(C.reach(C.lambda(1), "ref"), ElementsAre("captured 'b'"));
  EXPECT_THAT(C.reach(C.lambda(2), "none"), IsEmpty());
}

TEST(ReachTest, AnInitCaptureIsNamedAsTheLambdaKnowsIt) {
  Core C(R"cpp(
    void use(); template <class F> void later(F) {}
    void f(std::stop_token a) {
      later([mine = a]() mutable { ^use(); });
    })cpp");
  EXPECT_THAT(C.reach(C.lambda()), ElementsAre("captured 'mine'"));
}

TEST(ReachTest, ALambdaThatRunsInPlaceIsLookedThrough) {
  Core C(R"cpp(
    void use(); template <class F> void later(F) {}
    void f(std::stop_token a, std::vector<int> &v) {
      std::for_each(v.begin(), v.end(), [](int) { $none^use(); });
      std::for_each(v.begin(), v.end(), [&](int) { $default^use(); });
      [] { $now^use(); }();
      auto helper = [] { $helper^use(); };
      helper();
      auto kept = [] { $kept^use(); };
      later(kept);
    })cpp");
  EXPECT_THAT(C.reach(C.lambda(0), "none"),
              ElementsAre("parameter 'a' (not captured)"));
  EXPECT_THAT(C.reach(C.lambda(1), "default"), ElementsAre("parameter 'a'"));
  EXPECT_THAT(C.reach(C.lambda(2), "now"),
              ElementsAre("parameter 'a' (not captured)"));
  EXPECT_THAT(C.reach(C.lambda(3), "helper"),
              ElementsAre("parameter 'a' (not captured)"));
  EXPECT_THAT(C.reach(C.lambda(4), "kept"), IsEmpty());
}

TEST(ReachTest, ACaptureDefaultByCopyMakesTheTokenConst) {
  Core C(R"cpp(
    void use();
    void f(std::stop_token a) {
      [=] { $copy^use(); }();
      [=]() mutable { $mutable^use(); }();
    })cpp");
  EXPECT_THAT(C.reach(C.lambda(0), "copy"),
              ElementsAre("parameter 'a' (const)"));
  EXPECT_THAT(C.reach(C.lambda(1), "mutable"), ElementsAre("parameter 'a'"));
}

TEST(ReachTest, ACaptureDefaultByReferenceBringsTheFields) {
  Core C(R"cpp(
    void use();
    struct S {
      std::stop_token stop_;
      void f() {
        [&] { $ref^use(); }();
        [] { $none^use(); }();
      }
    };)cpp");
  const FunctionAnalysis &F = C.function("S::f");
  EXPECT_THAT(C.reach(Core::lambda(F, 0), "ref"),
              ElementsAre("member 'stop_'"));
  EXPECT_THAT(C.reach(Core::lambda(F, 1), "none"),
              ElementsAre("member 'stop_' (not captured)"));
}

TEST(ReachTest, AFieldNeedsThisInALambda) {
  Core C(R"cpp(
    void use(); template <class F> void later(F) {}
    struct S {
      std::stop_token stop_;
      void f() {
        later([this] { $this^use(); });
        later([] { $none^use(); });
      }
    };)cpp");
  const FunctionAnalysis &F = C.function("S::f");
  EXPECT_THAT(C.reach(Core::lambda(F, 0), "this"),
              ElementsAre("member 'stop_'"));
  EXPECT_THAT(C.reach(Core::lambda(F, 1), "none"), IsEmpty());
}

TEST(ReachTest, NestedLambdasListTheCapturesThatAreMissing) {
  Core C(R"cpp(
    void use();
    void f(std::stop_token a) {
      [] { [] { ^use(); }(); }();
    })cpp");
  const FunctionAnalysis &Inner = Core::lambda(C.lambda());
  std::vector<ReachToken> Tokens = Inner.reach().at(&C.at(Inner));
  ASSERT_EQ(Tokens.size(), 1u);
  EXPECT_EQ(Tokens[0].NeedsCapture.size(), 2u);
}

TEST(ReachTest, StructuredBindingsOfTokensAreReached) {
  EXPECT_THAT(reach(R"cpp(
    void use();
    struct Pair { int id; std::stop_token stop; };
    Pair get();
    void f() {
      auto [id, stop] = get();
      ^use();
    })cpp"),
              ElementsAre("local 'stop'"));
  // A function that gets both ends is the one who cancels.
  EXPECT_THAT(reach(R"cpp(
    void use();
    struct Ends { std::stop_source source; std::stop_token stop; };
    Ends make();
    void f() {
      auto [source, stop] = make();
      ^use();
    })cpp"),
              IsEmpty());
}

TEST(ReachTest, ACoroutinesParametersAreReached) {
  EXPECT_THAT(reach(R"cpp(
    Task use();
    Task f(std::stop_token t) { co_await $x^use(); ^co_return; })cpp"),
              ElementsAre("parameter 't'"));
}

TEST(ReachTest, TheTokenOfATemplateParameterIsReachedInThePattern) {
  EXPECT_THAT(reach(R"cpp(
    namespace std { template <class T> concept stoppable_token = true; }
    void use();
    template <std::stoppable_token T> void f(T t) { ^use(); })cpp"),
              ElementsAre("parameter 't'"));
}

/// handsOn() and involves() of the call whose callee stands at each mark.
std::string handed(llvm::StringRef Code) {
  Core C(Code);
  const FunctionAnalysis &F = C.function();
  const clang::Expr &Call = C.callAt(F);
  return F.reach().handsOn(&Call)    ? "handed on"
         : F.reach().involves(&Call) ? "involved"
                                     : "no";
}

TEST(ReachTest, ObjectsBuiltFromTheTokenHandItOn) {
  const std::string Head = R"cpp(
    struct Options { Options(); explicit Options(std::stop_token);
                     void set(std::stop_token); int n; };
    struct Result { int n; };
    Options make_options(std::stop_token); Result run(std::stop_token);
    void use(const Options &); void use(const Result &);
    void f(std::stop_token t) {
  )cpp";
  EXPECT_EQ(handed(Head + "^use(Options(t)); }"), "handed on");
  EXPECT_EQ(handed(Head + "Options o(t); ^use(o); }"), "handed on");
  EXPECT_EQ(handed(Head + "Options o; o.set(t); ^use(o); }"), "handed on");
  EXPECT_EQ(handed(Head + "auto o = make_options(t); ^use(o); }"), "handed on");
  EXPECT_EQ(handed(Head + "Result r = run(t); ^use(r); }"), "involved");
  EXPECT_EQ(handed("struct Pair { int n; std::vector<int> v; };"
                   "Pair make_pair(std::stop_token); void use(int);"
                   "void f(std::stop_token t) { auto [n, v] = make_pair(t); "
                   "^use(v.size()); }"),
            "handed on");
  EXPECT_EQ(handed(Head + "Options o; ^use(o); }"), "no");
}

TEST(ReachTest, ACarrierGivenWholeHandsItsTokenOn) {
  const std::string Head = R"cpp(
    struct Request { int id; std::stop_token stop; };
    void use(const Request &); void use(int);
    void f(const Request &r) {
  )cpp";
  EXPECT_EQ(handed(Head + "^use(r); }"), "handed on");
  EXPECT_EQ(handed(Head + "^use(r.id); }"), "no");
}

TEST(ReachTest, ALambdaThatCapturesTheTokenHandsItOn) {
  const std::string Head = R"cpp(
    template <class F> void use(F) {}
    void f(std::stop_token t, int n) {
  )cpp";
  EXPECT_EQ(handed(Head + "^use([t] {}); }"), "handed on");
  EXPECT_EQ(handed(Head + "^use([&] { return t.stop_requested(); }); }"),
            "handed on");
  EXPECT_EQ(handed(Head + "^use([n] {}); }"), "no");
}

} // namespace
