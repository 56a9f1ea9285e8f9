// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CallResolver.h"
#include "CoreFixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// Core::unforwarded() of f, in code that may say T for a token.
std::vector<std::string> sinks(std::string Code) {
  return Core("using T = std::stop_token;\n" + Code).unforwarded();
}

TEST(CallResolverTest, AnOmittedDefaultIsASink) {
  EXPECT_THAT(sinks("void get(int, T = {}); void f(T t) { get(1); }"),
              ElementsAre("get#1 <- t"));
  EXPECT_THAT(sinks("void get(int = 1, const T & = T(), bool = true);"
                    "void f(T t) { get(); }"),
              ElementsAre("get#1 <- t"));
}

TEST(CallResolverTest, AGivenTokenIsNoSinkWhateverItIs) {
  EXPECT_THAT(sinks("void get(int, T = {}); void f(T t) { get(1, t); "
                    "get(1, {}); get(1, T()); }"),
              IsEmpty());
}

TEST(CallResolverTest, AnOverloadMayTakeTheTokenAnywhere) {
  EXPECT_THAT(
      sinks(R"cpp(
    void last(int, long); void last(int, long, T);
    void mid(int, long);  void mid(int, T, long);
    void first(int);      void first(T, int);
    void only();          void only(T);
    void f(T t) { last(1, 2); mid(1, 2); first(1); only(); })cpp"),
      ElementsAre("last+2 <- t", "mid+1 <- t", "first+0 <- t", "only+0 <- t"));
}

TEST(CallResolverTest, AnOverloadMustTakeTheSameOtherwise) {
  EXPECT_THAT(sinks(R"cpp(
    void a(int);  void a(long, T);
    void b(int);  void b(int, int, T);
    void c(int, ...); void c(int, T);
    void d(int &); void d(int, T);
    void f(T t) { int i = 0; a(1); b(1); c(1); d(i); })cpp"),
              IsEmpty());
}

TEST(CallResolverTest, OverloadsThatCannotBeUsedAreNoSinks) {
  EXPECT_THAT(sinks(R"cpp(
    void gone(int); void gone(int, T) = delete;
    void old(int);  [[deprecated]] void old(int, T);
    void off(int);  __attribute__((unavailable)) void off(int, T);
    int other(int); T other(int, T);
    void f(T t) { gone(1); old(1); off(1); other(1); })cpp"),
              IsEmpty());
}

TEST(CallResolverTest, AnUnusedResultMayBecomeAnotherNumber) {
  const std::string Head = "void wait(int); bool wait(int, T); bool use(bool);"
                           "int num(); bool num(T);";
  EXPECT_THAT(sinks(Head + "void f(T t) { wait(1); if (t.stop_possible()) "
                           "wait(2); num(); }"),
              ElementsAre("wait+1 <- t", "wait+1 <- t", "num+0 <- t"));
  EXPECT_THAT(sinks(Head + "int f(T t) { return num(); }"), IsEmpty());
}

TEST(CallResolverTest, AnOverloadBehindTheCallCannotBeMeant) {
  EXPECT_THAT(sinks("void get(int); void f(T t) { get(1); }"
                    "void get(int, T);"),
              IsEmpty());
  // Class scope has no order.
  EXPECT_THAT(Core("struct S { void f(std::stop_token t) { get(1); }"
                   "void get(int); void get(int, std::stop_token); };")
                  .unforwarded("S::f"),
              ElementsAre("get+1 <- t"));
}

TEST(CallResolverTest, MembersAreSinksInheritedOnesToo) {
  EXPECT_THAT(sinks(R"cpp(
    struct Base { void get(int); void get(int, T); void put(int, T = {}); };
    struct Client : Base {};
    void f(T t, Client &c, Client *p) { c.get(1); p->put(1); })cpp"),
              ElementsAre("get+1 <- t", "put#1 <- t"));
}

TEST(CallResolverTest, AHiddenOverloadIsNoSinkUntilUsingBringsItBack) {
  const std::string Head = "struct Base { void get(int, T); };";
  EXPECT_THAT(sinks(Head + "struct D : Base { void get(int); };"
                           "void f(T t, D &d) { d.get(1); }"),
              IsEmpty());
  EXPECT_THAT(sinks(Head + "struct D : Base { using Base::get; void get(int); "
                           "}; void f(T t, D &d) { d.get(1); }"),
              ElementsAre("get+1 <- t"));
}

TEST(CallResolverTest, ConstnessOfTheObjectCounts) {
  const std::string Head =
      "struct S { void get() const; void get(T); void set(); void set(T) "
      "const; };";
  EXPECT_THAT(sinks(Head + "void f(T t, const S &s) { s.get(); }"), IsEmpty());
  EXPECT_THAT(sinks(Head + "void f(T t, S &s) { s.get(); s.set(); }"),
              ElementsAre("get+0 <- t", "set+0 <- t"));
}

TEST(CallResolverTest, RefQualifiersAndStaticMembersMustAgree) {
  EXPECT_THAT(sinks("struct S { void get() &; void get(T) &&; void put(); "
                    "static void put(T); static void at(); static void at(T); "
                    "}; void f(T t, S &s) { s.get(); s.put(); S::at(); }"),
              ElementsAre("at+0 <- t"));
}

TEST(CallResolverTest, AccessCounts) {
  const std::string Head = R"cpp(
    class S {
    public:
      void get(); void put();
      void f(T t) { get(); }
      friend void buddy(T t, S &s);
    private:
      void get(T);
    protected:
      void put(T);
    };
    struct D : S { void g(T t) { put(); get(); } };
    void buddy(T t, S &s) { s.get(); }
    void stranger(T t, S &s) { s.get(); s.put(); }
  )cpp";
  Core C("using T = std::stop_token;\n" + Head);
  EXPECT_THAT(C.unforwarded("S::f"), ElementsAre("get+0 <- t"));
  EXPECT_THAT(C.unforwarded("D::g"), ElementsAre("put+0 <- t"));
  EXPECT_THAT(C.unforwarded("stranger"), IsEmpty());
  EXPECT_THAT(C.unforwarded("buddy"), ElementsAre("get+0 <- t"));
}

TEST(CallResolverTest, ConstructorsAreSinks) {
  EXPECT_THAT(
      sinks(R"cpp(
    struct A { A(int, T = {}); };
    struct B { B(int); B(int, T); };
    struct C { C(int); explicit C(int, T); };
    void take(C);
    void f(T t) {
      A a(1); B b{1}; A(2); auto *n = new B(3);
      take({1}); C(1);
    })cpp"),
      ElementsAre("A#1 <- t", "B+1 <- t", "A#1 <- t", "B+1 <- t", "C+1 <- t"));
}

TEST(CallResolverTest, CopiesAndTokensOwnConstructorsAreNoSinks) {
  EXPECT_THAT(sinks(R"cpp(
    struct A { A(int, T = {}); A(const A &, T = {}); };
    void f(T t, const A &a) { A b(a); T u; std::stop_source s; })cpp"),
              IsEmpty());
}

TEST(CallResolverTest, CallOperatorsAreSinks) {
  EXPECT_THAT(sinks("struct S { void operator()(int, T = {}) const; };"
                    "void f(T t, const S &s) { s(1); }"),
              ElementsAre("S::operator()#1 <- t"));
  // What a forwarding template is given decides, not the template.
  EXPECT_THAT(sinks("struct S { void operator()(int, T = {}) const; };"
                    "S make(); void f(T t) { make()(1); }"),
              IsEmpty());
}

TEST(CallResolverTest, TemplatesAreSinks) {
  EXPECT_THAT(sinks(R"cpp(
    template <class X> void a(X, T = {});
    template <class X> void b(X); template <class X> void b(X, T);
    template <class X> void c(X); template <class X, class Y> void c(X, Y, T);
    void d(int); template <class X> void d(X, T);
    template <class X> struct S { void get(X); void get(X, T); };
    void f(T t, S<int> &s) { a(1); b(1); c(1); d(1); s.get(1); })cpp"),
              ElementsAre("a#1 <- t", "b+1 <- t", "get+1 <- t"));
}

TEST(CallResolverTest, ARequiresClauseThatFailsMakesNoSink) {
  EXPECT_THAT(sinks(R"cpp(
    template <class X> void get(X);
    template <class X> requires (sizeof(X) > 4) void get(X, T);
    void f(T t) { get('c'); })cpp"),
              IsEmpty());
  EXPECT_THAT(sinks(R"cpp(
    template <class X> struct S {
      void get();
      void get(T) requires (sizeof(X) > 4);
    };
    void f(T t, S<char> &s) { s.get(); })cpp"),
              IsEmpty());
}

TEST(CallResolverTest, UsingDeclarationsBringOverloads) {
  EXPECT_THAT(sinks("namespace n { void get(int); void get(int, T); }"
                    "using n::get; void f(T t) { get(1); }"),
              ElementsAre("get+1 <- t"));
}

TEST(CallResolverTest, AFunctionIsNoSinkForItself) {
  EXPECT_THAT(sinks("void f(int); void f(int i, T t) { f(i); }"), IsEmpty());
  EXPECT_THAT(
      Core("void f(int n, std::stop_token t = {}) { f(n - 1); }").unforwarded(),
      IsEmpty());
  EXPECT_THAT(sinks("void f(T t = {}) { [&] { f(); }(); }"), IsEmpty());
}

TEST(CallResolverTest, ATokenThatDoesNotFitIsNotOffered) {
  EXPECT_THAT(sinks("void get(int, T * = nullptr); void put(int, T &); "
                    "void put(int); void f(const T &t) { get(1); put(1); }"),
              IsEmpty());
  EXPECT_THAT(sinks("namespace folly { class CancellationToken {}; }"
                    "void get(int, folly::CancellationToken = {});"
                    "void f(T t) { get(1); }"),
              IsEmpty());
}

TEST(CallResolverTest, ACallThatHandsTheTokenOnInAnotherWayIsFine) {
  EXPECT_THAT(sinks(R"cpp(
    struct Request { int id; T stop; };
    void get(const Request &, T = {});
    template <class F> void run(F, T = {}) {}
    void f(T t, const Request &r) {
      get(r); run([t] {}); run([&] { t.stop_requested(); });
    })cpp"),
              IsEmpty());
}

TEST(CallResolverTest, ShieldedCodeIsLeftAlone) {
  EXPECT_THAT(sinks(R"cpp(
    void get(int, T = {});
    [[clang::annotate("cancel::point_of_no_return")]] void commit();
    void f(T t) {
      try { get(1); } catch (...) { get(2); }
      if (t.stop_requested()) { get(3); return; }
      sizeof((get(4), 0));
      commit();
      get(5);
    })cpp"),
              ElementsAre("get#1 <- t"));
}

TEST(CallResolverTest, MembersTokensAreNotGivenToThis) {
  Core C(R"cpp(
    void get(int, std::stop_token = {});
    struct S {
      std::stop_token stop_;
      void own(int, std::stop_token = {});
      void f() { own(1); get(1); }
      [[clang::annotate("cancel::uncancellable")]] void g() { get(1); }
      ~S() { get(1); }
    };)cpp");
  EXPECT_THAT(C.unforwarded("S::f"), ElementsAre("get#1 <- stop_"));
  EXPECT_THAT(C.unforwarded("S::g"), IsEmpty());
  EXPECT_THAT(C.unforwarded("S::~S"), IsEmpty());
}

TEST(CallResolverTest, WaitsOfTheTableAreMarkedAsSuch) {
  Core C(R"cpp(
    void get(int, std::stop_token = {});
    namespace absl { struct CondVar { void Wait(std::stop_token = {}); }; }
    void f(std::stop_token t, absl::CondVar &v) { get(1); v.Wait(); })cpp");
  std::vector<UnforwardedCall> Calls = unforwardedCalls(C.function());
  ASSERT_EQ(Calls.size(), 2u);
  EXPECT_FALSE(Calls[0].IsWait);
  EXPECT_TRUE(Calls[1].IsWait);
}

TEST(CallResolverTest, NamesAndPlacesAreThoseOfTheCallee) {
  Core C(R"cpp(
    struct S { S(int, std::stop_token = {}); void get(std::stop_token = {});
               void operator()(std::stop_token = {}); };
    namespace n { void put(std::stop_token = {}); }
    void f(std::stop_token t, S &s) {
      s.$get^get(); n::$put^put(); $op^s(); $ctor^S(1);
    })cpp");
  std::vector<UnforwardedCall> Calls = unforwardedCalls(C.function());
  std::vector<std::pair<std::string, unsigned>> Got,
      Wanted = {{"get", C.text().point("get")},
                {"put", C.text().point("put")},
                {"S::operator()", C.text().point("op")},
                {"S", C.text().point("ctor")}};
  for (const UnforwardedCall &U : Calls)
    Got.emplace_back(calleeName(*U.Call), C.offsetOf(calleeLocation(*U.Call)));
  EXPECT_EQ(Got, Wanted);
}

TEST(CallResolverTest, HandoverSpellsTheTokenAsTheParameterWantsIt) {
  auto text = [](std::string Param, std::string Token) {
    Core C("using T = std::stop_token; void get(int, " + Param + ");\nvoid f(" +
           Token + " t) { get(1); }");
    std::vector<UnforwardedCall> Calls = unforwardedCalls(C.function());
    if (Calls.size() != 1)
      return std::string("no call");
    Handover H = handover(C.function(), Calls[0].Token, Calls[0].Where);
    return H.Text.empty() ? "no: " + H.WhyNot : H.Text;
  };
  EXPECT_EQ(text("T = {}", "T"), "t");
  EXPECT_EQ(text("T = {}", "const T &"), "t");
  EXPECT_EQ(text("T *  = nullptr", "T"), "&t");
  EXPECT_EQ(text("T && = T()", "T"), "no: it takes an rvalue");
  EXPECT_EQ(text("T * = nullptr", "T *"), "t");
  EXPECT_EQ(text("T = {}", "T *"), "no: 't' may be null");
  EXPECT_EQ(text("T = {}", "std::optional<T>"), "no: 't' may be null");
  EXPECT_EQ(text("std::optional<T> = {}", "std::optional<T>"), "t");
  EXPECT_EQ(text("T = {}", "std::reference_wrapper<T>"), "t");
  EXPECT_EQ(text("T * = nullptr", "std::reference_wrapper<T>"), "&t.get()");
  EXPECT_EQ(text("const T * = nullptr", "std::shared_ptr<T>"), "t.get()");
}

} // namespace
