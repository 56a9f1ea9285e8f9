// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/TokenIndex.h"
#include "CoreFixture.h"
#include "llvm/Support/Error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;

namespace {

TokenModels models(llvm::StringRef Text) {
  TokenModels M;
  if (llvm::Error E = M.addModels(Text, "model.yaml"))
    ADD_FAILURE() << llvm::toString(std::move(E));
  return M;
}

/// classify() of the parameter t of `void f(<Type> t)`, in words.
std::string classified(llvm::StringRef Type, llvm::StringRef Before = "") {
  Core C((Before + "\nvoid f(" + Type + " t);").str());
  TokenUse Use = C.tokens().classify(C.typeOf("f::t"));
  if (!Use)
    return "none";
  std::string Out = Use.Model->Family;
  switch (Use.Form) {
  case TokenForm::Value:
    break;
  case TokenForm::Pointer:
    Out += " pointer";
    break;
  case TokenForm::Optional:
    Out += " optional";
    break;
  case TokenForm::RefWrapper:
    Out += " wrapper";
    break;
  case TokenForm::SmartPointer:
    Out += " smart";
    break;
  }
  return Out + (Use.IsReference ? " ref" : "") + (Use.IsConst ? " const" : "") +
         (Use.mayBeNull() ? " null" : "");
}

TEST(TokenIndexTest, ClassifiesValuesAndReferences) {
  EXPECT_EQ(classified("std::stop_token"), "std");
  EXPECT_EQ(classified("const std::stop_token"), "std const");
  EXPECT_EQ(classified("std::stop_token &"), "std ref");
  EXPECT_EQ(classified("const std::stop_token &"), "std ref const");
  EXPECT_EQ(classified("std::stop_token &&"), "std ref");
}

TEST(TokenIndexTest, LooksThroughAliases) {
  EXPECT_EQ(classified("Token", "using Token = std::stop_token;"), "std");
  EXPECT_EQ(classified("const T2 &",
                       "typedef std::stop_token T1; using T2 = const T1;"),
            "std ref const");
  EXPECT_EQ(classified("Ptr", "using Ptr = const std::stop_token *;"),
            "std pointer const null");
}

TEST(TokenIndexTest, LooksThroughOnePointer) {
  EXPECT_EQ(classified("std::stop_token *"), "std pointer null");
  EXPECT_EQ(classified("const std::stop_token *"), "std pointer const null");
  // The pointer is const, the token is not.
  EXPECT_EQ(classified("std::stop_token *const"), "std pointer null");
  EXPECT_EQ(classified("std::stop_token **"), "none");
}

TEST(TokenIndexTest, LooksThroughWrappers) {
  EXPECT_EQ(classified("std::optional<std::stop_token>"), "std optional null");
  EXPECT_EQ(classified("const std::optional<std::stop_token> &"),
            "std optional ref const null");
  EXPECT_EQ(classified("std::reference_wrapper<std::stop_token>"),
            "std wrapper");
  EXPECT_EQ(classified("std::reference_wrapper<const std::stop_token>"),
            "std wrapper const");
  EXPECT_EQ(classified("std::shared_ptr<std::stop_token>"), "std smart null");
  EXPECT_EQ(classified("std::unique_ptr<const std::stop_token>"),
            "std smart const null");
  EXPECT_EQ(
      classified("std::optional<std::reference_wrapper<std::stop_token>>"),
      "std optional null");
}

TEST(TokenIndexTest, OtherTypesAreNoTokens) {
  EXPECT_EQ(classified("int"), "none");
  EXPECT_EQ(classified("std::vector<std::stop_token>"), "none");
  EXPECT_EQ(classified("std::optional<int>"), "none");
  EXPECT_EQ(classified("std::stop_source"), "none");
  EXPECT_EQ(classified("stop_token", "struct stop_token {};"), "none");
}

TEST(TokenIndexTest, InlineNamespacesAreLookedThrough) {
  EXPECT_EQ(classified("folly::CancellationToken",
                       "namespace folly { inline namespace v1 {"
                       "class CancellationToken {}; } }"),
            "folly");
}

TEST(TokenIndexTest, ADerivedClassIsATokenUnlessTheModelSaysNo) {
  TokenModels M = models("Family: open\nTokens: [{Type: Open}]\n---\n"
                         "Family: shut\nTokens: "
                         "[{Type: Shut, Subclasses: false}]\n");
  Core C(R"cpp(
    struct Open {}; struct Shut {};
    struct A : Open {}; struct AA : A {}; struct B : Shut {};
    void f(A a, AA aa, B b, Shut s);
  )cpp",
         M);
  EXPECT_EQ(C.tokens().classify(C.typeOf("f::a")).Model->Family, "open");
  TokenUse Use = C.tokens().classify(C.typeOf("f::aa"));
  EXPECT_EQ(Use.Token->Type, "Open");
  EXPECT_EQ(Use.Record->getName(), "AA");
  EXPECT_FALSE(C.tokens().classify(C.typeOf("f::b")));
  EXPECT_TRUE(C.tokens().classify(C.typeOf("f::s")));
}

TEST(TokenIndexTest, AConstrainedTemplateParameterIsAToken) {
  llvm::StringRef Concepts = "namespace std { template <class T> concept "
                             "stoppable_token = true; template <class T> "
                             "concept other = true; }\n";
  EXPECT_EQ(
      classified("T", (Concepts + "template <std::stoppable_token T>").str()),
      "std");
  EXPECT_EQ(classified("const T &",
                       (Concepts + "template <std::stoppable_token T>").str()),
            "std ref const");
  EXPECT_EQ(classified("T", (Concepts + "template <std::other T>").str()),
            "none");
  EXPECT_EQ(classified("T", "template <class T>"), "none");
  EXPECT_EQ(classified("std::stoppable_token auto", Concepts), "std");
}

TEST(TokenIndexTest, KnowsSourcesCarriersAndRegistrations) {
  TokenModels M = models("Family: mine\nTokens: [{Type: Token}]\n"
                         "Sources: [{Type: Source, Token: [token]}]\n"
                         "Carriers: [{Type: Request, Token: [stop]}]\n"
                         "Registrations: [Callback]\n");
  Core C(R"cpp(
    template <class T> struct Holder;
    struct Token {}; struct Source {}; struct Request {}; struct Callback {};
    struct Derived : Source {};
    void f(Token t, const Source &s, Request *r, Callback c, Derived d,
           std::shared_ptr<Source> p, int i);
  )cpp",
         M);
  auto Role = [&](llvm::StringRef Name) {
    return C.tokens().roleOf(C.typeOf(Name));
  };
  EXPECT_EQ(Role("f::t").Token->Type, "Token");
  EXPECT_EQ(Role("f::s").Source->Type, "Source");
  EXPECT_EQ(Role("f::r").Carrier->Type, "Request");
  EXPECT_TRUE(Role("f::c").Registration);
  EXPECT_EQ(Role("f::d").Source->Type, "Source");
  EXPECT_EQ(Role("f::p").Source->Type, "Source");
  EXPECT_FALSE(Role("f::i").Model);
  EXPECT_FALSE(Role("f::s").Token);
  EXPECT_FALSE(Role("f::t").Source);
}

TEST(TokenIndexTest, AnAnnotationMakesAToken) {
  EXPECT_EQ(classified("Flag", R"cpp(
    struct [[clang::annotate("cancel::token")]] Flag {
      bool is_cancelled() const;
    };)cpp"),
            "home-made");
  EXPECT_EQ(classified("Flag", R"cpp(
    struct [[clang::annotate("cancel::other")]] Flag {
      bool is_cancelled() const;
    };)cpp"),
            "none");
  Core C(R"cpp(
    struct [[clang::annotate("cancel::token")]] Flag {
      bool is_cancelled() const;
    };
    void f(const Flag &t) { $poll^t.is_cancelled(); })cpp");
  const FunctionAnalysis &F = C.function();
  EXPECT_EQ(C.tokens().queryOf(*F.body().calls()[0]).Kind, QueryKind::Poll);
  EXPECT_TRUE(C.tokens().anyVisible());
}

TEST(TokenIndexTest, AClassThatOnlyLooksLikeATokenIsGuessedOnDemand) {
  const char *Code = R"cpp(
    struct Flag { bool IsCancelled() const; };
    struct Job { Job(const Job &) = delete; bool is_cancelled() const; };
    struct Status { bool is_cancelled() const; bool ok() const; };
    struct Writer { bool is_cancelled(); };
    struct Counter { int is_cancelled() const; };
    class Hidden { bool is_cancelled() const; };
    void f(Flag flag, Job &job, Status status, Writer writer, Counter counter,
           Hidden hidden);
  )cpp";
  TokenModels None;
  Core Strict(Code, None), Guess(Code, None, /*GuessTokens=*/true);
  EXPECT_FALSE(Strict.tokens().classify(Strict.typeOf("f::flag")));
  EXPECT_FALSE(Strict.tokens().anyVisible());
  TokenUse Use = Guess.tokens().classify(Guess.typeOf("f::flag"));
  ASSERT_TRUE(Use);
  EXPECT_EQ(Use.Token->Poll, std::vector<std::string>{"IsCancelled"});
  for (const char *Other :
       {"f::job", "f::status", "f::writer", "f::counter", "f::hidden"})
    EXPECT_FALSE(Guess.tokens().classify(Guess.typeOf(Other))) << Other;
  std::string Poll;
  EXPECT_TRUE(Strict.tokens().looksLikeToken(
      *Strict.typeOf("f::flag")->getAsCXXRecordDecl(), &Poll));
  EXPECT_EQ(Poll, "IsCancelled");
}

TEST(TokenIndexTest, AnyVisibleAsksForDeclarationsNotForNames) {
  TokenModels M = models("Family: mine\nTokens: [{Type: lib::Token}]\n");
  EXPECT_TRUE(Core("namespace lib { class Token; }", M).tokens().anyVisible());
  EXPECT_TRUE(Core("namespace x { class Token; } namespace lib { using "
                   "x::Token; }",
                   M)
                  .tokens()
                  .anyVisible());
  EXPECT_FALSE(Core("namespace lib {} class Token;", M).tokens().anyVisible());
  EXPECT_FALSE(Core("int lib, Token;", M).tokens().anyVisible());
}

TEST(TokenIndexTest, MemberCallsAskWhatTheModelSays) {
  TokenModels M = models(R"(
Family: mine
Tokens:
  - {Type: T, Poll: [p], PollMore: [m], Throw: [t], Status: [s], Possible: [c],
     Derive: [d], Register: [r], Wait: [w], Request: [q], Bool: more,
     Call: throws}
Sources: [{Type: S, Token: [get], Poll: [p], Request: [q]}]
Carriers: [{Type: R, Token: [stop]}]
Functions: {Poll: [n::p], PollMore: [n::m], Throw: [n::t], Wait: [n::w],
            Combine: [n::c], None: [n::none]}
)");
  Core C(R"cpp(
    struct T {
      bool p() const; bool m() const; void t(); int s(); bool c(); T d();
      void r(int); void w(); void q(); void other();
      operator bool() const; void operator()();
    };
    struct S { T get(); bool p(); void q(); };
    struct R { T stop(); };
    namespace n { bool p(); bool m(); void t(); void w(); T c(T, T); T none();
                  void other(); }
    void f(T &t, S &s, R *r) {
      t.p(); t.m(); t.t(); t.s(); t.c(); t.d(); t.r(1); t.w(); t.q();
      t.other(); if (t) {} t();
      s.get(); s.p(); s.q(); r->stop();
      n::p(); n::m(); n::t(); n::w(); n::c(t, t); n::none(); n::other();
    }
  )cpp",
         M);
  std::vector<QueryKind> Kinds;
  for (const clang::Expr *Call : C.function().body().calls())
    if (llvm::isa<clang::CallExpr>(Call))
      Kinds.push_back(C.tokens().queryOf(*Call).Kind);
  using enum QueryKind;
  EXPECT_THAT(Kinds, testing::ElementsAre(
                         Poll, PollMore, Throw, Status, Possible, Derive,
                         Register, Wait, Request, None, PollMore, Throw,
                         GetToken, Poll, Request, GetToken, Poll, PollMore,
                         Throw, Wait, Combine, NoneValue, None));
}

TEST(TokenIndexTest, KnowsHandlersThatWouldTakeTheCancellation) {
  Core C(R"cpp(
    namespace cancel { class cancellation_token {};
      struct operation_canceled : std::exception {}; }
    struct Mine : cancel::operation_canceled {};
    struct Other : std::exception {};
    void f(const cancel::operation_canceled &a, Mine b, const std::exception &c,
           Other d, int e, std::runtime_error g);
  )cpp");
  const TokenIndex &T = C.tokens();
  EXPECT_TRUE(T.catchesCancellation({}));
  for (const char *Yes : {"f::a", "f::b", "f::c", "f::g"})
    EXPECT_TRUE(T.catchesCancellation(C.typeOf(Yes))) << Yes;
  EXPECT_FALSE(T.catchesCancellation(C.typeOf("f::d")));
  EXPECT_FALSE(T.catchesCancellation(C.typeOf("f::e")));
  EXPECT_TRUE(T.isCancellationException(C.typeOf("f::b")));
  EXPECT_FALSE(T.isCancellationException(C.typeOf("f::c")));
}

TEST(TokenIndexTest, KnowsValuesThatNeverCancel) {
  Core C(R"cpp(
    namespace cancel { struct cancellation_token {
      static cancellation_token none(); }; }
    struct Context { Context(); };
    void take(std::stop_token);
    void point(const std::stop_token *);
    void opt(std::optional<std::stop_token>);
    void own(cancel::cancellation_token);
    void f(std::stop_token t, std::optional<std::stop_token> o) {
      take({}); take(std::stop_token()); take(std::stop_token{}); point(nullptr);
      opt(std::nullopt); own(cancel::cancellation_token::none());
      take(t); point(&t); opt(o);
    }
  )cpp");
  std::vector<bool> None;
  for (const clang::Expr *Call : C.function().body().calls())
    if (const auto *E = llvm::dyn_cast<clang::CallExpr>(Call);
        E && E->getNumArgs() == 1)
      None.push_back(C.tokens().isNoneValue(*E->getArg(0)));
  EXPECT_EQ(None, (std::vector<bool>{true, true, true, true, true, true, false,
                                     false, false}));
}

TEST(TokenIndexTest, ADefaultThatCanBeCancelledIsNoNoneValue) {
  TokenModels M = models("Family: mine\nTokens: [{Type: T, "
                         "DefaultIsNone: false}]\n");
  Core C("struct T { T(); }; void take(T); void f() { take(T()); }", M);
  const auto *Call =
      llvm::cast<clang::CallExpr>(C.function().body().calls()[0]);
  EXPECT_FALSE(C.tokens().isNoneValue(*Call->getArg(0)));
}

} // namespace
