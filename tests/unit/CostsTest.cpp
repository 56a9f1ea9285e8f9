// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Costs.h"
#include "CoreFixture.h"
#include "checks/core/CallResolver.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;

namespace {

CostTable table(std::vector<std::string> Blocking,
                std::vector<std::string> Long, std::vector<std::string> Cheap) {
  CostTable T;
  T.Blocking = std::move(Blocking);
  T.Long = std::move(Long);
  T.Cheap = std::move(Cheap);
  return T;
}

TEST(NameSetTest, ExactNamesWinOverPatternsAndLongOnesOverShort) {
  NameSet S;
  S.insert({"a::*", "a::b::*", "a::b::c"});
  EXPECT_EQ(S.match("a::b::c"), ~0u);
  EXPECT_EQ(S.match("a::b::d"), 6u);
  EXPECT_EQ(S.match("a::d"), 3u);
  EXPECT_EQ(S.match("a"), 0u);
  EXPECT_EQ(S.match("ab::c"), 0u);
  EXPECT_FALSE(S.contains("b"));
  EXPECT_TRUE(S.contains("a::x"));
}

TEST(NameSetTest, QualifiedNamesLeaveOutWhatNobodyWrites) {
  Core C(R"cpp(
    namespace a { inline namespace v1 { namespace {
      template <class X> struct S { void get(); };
    } } }
    template <class X> void a::S<X>::get() {}
    struct R { R(int); void operator()(); };
  )cpp");
  EXPECT_EQ(qualifiedName(findDecl(C.context(), "a::S::get")), "a::S::get");
  EXPECT_EQ(qualifiedName(findDecl(C.context(), "R::operator()")),
            "R::operator()");
}

TEST(CostsTest, AFunctionHasTheCostOfItsBestMatch) {
  Core C("namespace n { void wait(); void io(); void other(); namespace m { "
         "void x(); } } void free();");
  Costs Cost(table({"n::wait"}, {"n::io", "n::m::*"}, {"n::*"}));
  auto Of = [&](llvm::StringRef Name) { return Cost.listed(C.decl(Name)); };
  EXPECT_EQ(Of("n::wait"), CostClass::Blocking);
  EXPECT_EQ(Of("n::io"), CostClass::Long);
  EXPECT_EQ(Of("n::other"), CostClass::Cheap);
  EXPECT_EQ(Of("n::m::x"), CostClass::Long);
  EXPECT_EQ(Of("free"), CostClass::Unknown);
}

TEST(CostsTest, TheDearerOfTwoEqualMatchesWins) {
  Core C("void a(); void b();");
  Costs Cost(table({"a"}, {"a", "b"}, {"a", "b"}));
  EXPECT_EQ(Cost.listed(C.decl("a")), CostClass::Blocking);
  EXPECT_EQ(Cost.listed(C.decl("b")), CostClass::Long);
}

TEST(CostsTest, AFunctionOfCIsNotWhatAProgramNamesLikeIt) {
  Core C("extern \"C\" int poll(int); namespace n { int poll(int); }"
         "bool select(double);");
  TokenModels M;
  ASSERT_FALSE(M.addCosts(
      "FunctionsOfC: true\nBlocking: [poll, select, n::poll]\n", "c.yaml"));
  const Costs OfC(M.costs());
  EXPECT_EQ(OfC.listed(C.decl("poll")), CostClass::Blocking);
  EXPECT_EQ(OfC.listed(C.decl("n::poll")), CostClass::Blocking);
  EXPECT_EQ(OfC.listed(C.decl("select")), CostClass::Unknown);
  // A table for any language has the last word.
  ASSERT_FALSE(M.addCosts("Blocking: [select]\n", "any.yaml"));
  EXPECT_EQ(Costs(M.costs()).listed(C.decl("select")), CostClass::Blocking);
}

TEST(CostsTest, AnAnnotationWinsOverTheTable) {
  Core C("namespace n { [[clang::annotate(\"cancel::blocking\")]] void a(); }"
         "void f() { n::a(); }");
  Costs Cost(table({}, {}, {"n::*"}));
  EXPECT_EQ(Cost.listed(C.decl("n::a")), CostClass::Blocking);
  EXPECT_EQ(Cost.listed(*C.function().body().calls()[0]), CostClass::Blocking);
}

TEST(CostsTest, AMemberOfABaseIsFoundThroughTheObjectsClassToo) {
  Core C(R"cpp(
    struct base { void get(); };
    struct future : base {};
    void f(future &x, future *p, base &b) { x.get(); p->get(); b.get(); })cpp");
  Costs Cost(table({"future::get"}, {}, {}));
  auto Calls = C.function().body().calls();
  EXPECT_EQ(callNames(*Calls[0]),
            (llvm::SmallVector<std::string, 2>{"base::get", "future::get"}));
  EXPECT_EQ(Cost.listed(*Calls[0]), CostClass::Blocking);
  EXPECT_EQ(Cost.listed(*Calls[1]), CostClass::Blocking);
  EXPECT_EQ(Cost.listed(*Calls[2]), CostClass::Unknown);
}

TEST(CostsTest, BuiltInTablesKnowTheStandardLibrary) {
  Core C(R"cpp(
    void f(std::thread &t, std::vector<int> &v) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      t.join();
      v.push_back(1);
    })cpp");
  std::vector<CostClass> Found;
  for (const clang::Expr *E : C.function().body().calls())
    if (llvm::isa<clang::CallExpr>(E))
      Found.push_back(C.unit().costs().listed(*E));
  EXPECT_EQ(Found,
            (std::vector<CostClass>{CostClass::Blocking, CostClass::Blocking,
                                    CostClass::Cheap}));
}

TEST(CostsTest, UsersNamesAddToTheBuiltInTables) {
  TokenModels M = TokenModels::builtin();
  M.add(table({"ours::fetch"}, {}, {"std::this_thread::sleep_for"}));
  Core C("namespace ours { void fetch(); }", M);
  EXPECT_EQ(C.unit().costs().listed(C.decl("ours::fetch")),
            CostClass::Blocking);
}

TEST(CostsTest, SpawnersAreKnownByNameAndByWhatTheyMake) {
  CostTable T;
  T.Spawns = {"start", "Pool::add", "Runner", "std::thread"};
  Core C(R"cpp(
    namespace std {
    template <class T> struct deque { template <class... A> T &emplace_back(A &&...); };
    template <class T, class... A> unique_ptr<T> make_unique(A &&...);
    }
    struct Pool { void add(int); };
    struct Other { void add(int); };
    struct Runner { explicit Runner(int); };
    void start(int);
    void other(int);
    void f(Pool &pool, Other &not_one, std::deque<std::thread> &threads,
           std::deque<Other> &others, Runner &given) {
      start(1); other(2); pool.add(3); not_one.add(4);
      Runner made(5);
      Runner copy(given);
      threads.emplace_back(start, 6);
      others.emplace_back();
      std::make_unique<std::thread>(start, 7);
      std::make_unique<Other>();
    })cpp");
  Costs Cost(T);
  std::vector<std::string> Found;
  for (const clang::Expr *E : C.function().body().calls())
    if (Cost.spawns(*E))
      Found.push_back(calleeName(*E));
  EXPECT_THAT(Found, testing::ElementsAre("start", "add", "Runner",
                                          "emplace_back", "make_unique"));
}

TEST(CostsTest, RunnersAreKnownByName) {
  CostTable T;
  T.RunsEach = {"each"};
  T.RunsForever = {"forever"};
  T.RunsOnce = {"once"};
  Core C("void each(int); void forever(int); void once(int); void other(int);"
         "void f() { each(1); forever(1); once(1); other(1); }");
  Costs Cost(T);
  std::vector<RunnerKind> Found;
  for (const clang::Expr *E : C.function().body().calls())
    Found.push_back(Cost.runner(*E));
  EXPECT_EQ(Found,
            (std::vector<RunnerKind>{RunnerKind::Each, RunnerKind::Forever,
                                     RunnerKind::Once, RunnerKind::None}));
}

TEST(CostsTest, ShapesThatSayCheap) {
  Core C(R"cpp(
    struct S {
      int size_of() const; void walk(int, int) const; void go() noexcept;
      void run(); void push(int); void popular(); int operator+(int);
      void operator()(); S(int, int); operator int(); static void all();
    };
    int get(); int getName(); int get_name(); int gettext(); int process();
    int isDone(); int push(int); constexpr int k() { return 1; }
    [[noreturn]] void die(); void nothrow() noexcept; int logEntry();
    int login(); int add(int);
  )cpp");
  auto Cheap = [&](llvm::StringRef Name) {
    return Costs::looksCheap(C.decl(Name));
  };
  for (const char *Yes : {"S::size_of", "S::go", "S::push", "S::operator+",
                          "S::S", "get", "S::operator int", "getName",
                          "get_name", "isDone", "k", "die", "logEntry"})
    EXPECT_TRUE(Cheap(Yes)) << Yes;
  for (const char *No : {"S::walk", "S::run", "S::popular", "S::all", "gettext",
                         "process", "push", "nothrow", "login", "add"})
    EXPECT_FALSE(Cheap(No)) << No;
}

TEST(CostsTest, NamesThatSoundLong) {
  Core C("void wait(); void waitFor(); void wait_all(); void Send(); void "
         "_run(); void waiter(); void runtime(); void get(); void resend();"
         "struct S { void operator()(); };");
  auto Long = [&](llvm::StringRef Name) {
    return Costs::soundsLong(C.decl(Name));
  };
  for (const char *Yes : {"wait", "waitFor", "wait_all", "_run"})
    EXPECT_TRUE(Long(Yes)) << Yes;
  for (const char *No :
       {"waiter", "runtime", "get", "Send", "resend", "S::operator()"})
    EXPECT_FALSE(Long(No)) << No;
}

TEST(CostsTest, ShapesThatOnlyCalculate) {
  Core C(R"cpp(
    struct P { double x, y; bool empty; P(const P &); };
    struct Q : P { int z; };
    struct Handle { int fd; };
    struct Big { double all[100]; };
    struct Owner { double x; ~Owner(); };
    enum class Mode { A, B };
    struct S {
      double weigh(double); int alpha(double, double, int) const;
      float processNine(float *, const float *); bool out(float, float &);
      bool in(const P &, double) const; bool move(double);
      void drive(double); char *bits(unsigned long); float &at2(int, int);
      int measure(int); char *line(); const char *text(const char *);
      double integrate(const double *, int); double solve(double);
      double readOne(double); double one_read(double); double wait(double);
      Handle *get2(double); double of(Handle, double); double ofBig(Big);
      double ofOwner(Owner); double ofMany(const P *, double);
      double of_mode(Mode, double); Q project(Q); void project2(double, Q &);
      double any(double, ...); double parse(const char *, double);
      static bool near(double, double); S *pick(int);
    };
    double computeIt(double, double); void all(double); double none();
  )cpp");
  auto Calculates = [&](llvm::StringRef Name) {
    return Costs::calculates(C.decl(Name));
  };
  for (const char *Yes : {"S::weigh", "S::alpha", "S::processNine", "S::out",
                          "S::in", "S::bits", "S::at2", "S::of", "S::of_mode",
                          "S::project", "S::project2", "computeIt"})
    EXPECT_TRUE(Calculates(Yes)) << Yes;
  for (const char *No :
       {"S::move",      "S::drive", "S::measure", "S::line",     "S::text",
        "S::integrate", "S::solve", "S::readOne", "S::one_read", "S::wait",
        "S::get2",      "S::ofBig", "S::ofOwner", "S::ofMany",   "S::any",
        "S::parse",     "S::near",  "S::pick",    "all",         "none"})
    EXPECT_FALSE(Calculates(No)) << No;
}

/// Cost of the first call of f, as its class, and what is asked of others.
std::string costOfCall(llvm::StringRef Code) {
  Core C(Code);
  const FunctionAnalysis &F = C.function();
  CallCost Cost = F.costOf(*F.body().calls()[0]);
  std::string Out = Cost.Class == CostClass::Blocking ? "blocking"
                    : Cost.Class == CostClass::Long   ? "long"
                    : Cost.Class == CostClass::Cheap  ? "cheap"
                                                      : "unknown";
  if (Cost.Open)
    Out += " " + Cost.Open->Label +
           (Cost.Open->WhenUndefined ? " long when undefined" : "");
  return Out;
}

TEST(CostsTest, ACallCostsWhatItsBodyCosts) {
  const std::string Sleep =
      "std::this_thread::sleep_for(std::chrono::milliseconds(1));";
  EXPECT_EQ(costOfCall("void g() { " + Sleep + " } void f() { g(); }"), "long");
  EXPECT_EQ(costOfCall("int x; void g() { ++x; } void f() { g(); }"), "cheap");
  EXPECT_EQ(costOfCall("void g() { for (;;) {} } void f() { g(); }"), "long");
  EXPECT_EQ(costOfCall("void h(); void g() { h(); } void f() { g(); }"),
            "unknown g");
}

TEST(CostsTest, ACallOfAnUnknownBodyIsLeftOpen) {
  EXPECT_EQ(costOfCall("void g(int); void f() { g(1); }"),
            "unknown g long when undefined");
  EXPECT_EQ(costOfCall("int get(int); void f() { get(1); }"), "unknown get");
  EXPECT_EQ(costOfCall("struct S { virtual void run() { } }; void f(S &s) { "
                       "s.run(); }"),
            "unknown run long when undefined");
  EXPECT_EQ(costOfCall("struct S { void run(); }; void f(S &s) { s.run(); }"),
            "unknown run long when undefined");
  EXPECT_EQ(costOfCall("void f(void (*g)()) { g(); }"), "cheap");
}

} // namespace
