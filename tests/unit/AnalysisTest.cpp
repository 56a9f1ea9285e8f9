// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Analysis.h"
#include "CoreFixture.h"
#include "checks/core/FactTable.h"
#include "checks/core/FixBuilder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// Reports every function that it is called for.
class Lister : public Check {
public:
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override {
    Finding Found =
        makeFinding(F, "cancel-list", F.decl().getLocation(), nullptr);
    Found.Message = (F.body().lambda() ? "lambda in " : "") + Found.Context +
                    (F.decl().isTemplateInstantiation() ? "<>" : "");
    return {Found};
  }
};

std::unique_ptr<clang::ASTUnit> parse(llvm::StringRef Code) {
  TestTU TU = TestTU::withCode(Code);
  TU.Headers = {{"std.h", StdHeader},
                {"core.h", CoreHeader},
                {"own.h", "inline void in_own_header() {}"},
                {"other.h", "inline void in_other_header() {}"}};
  TU.Args = {"-std=c++20", "-include", "/project/std.h", "-include",
             "/project/core.h"};
  return TU.build();
}

AnalysisOptions options() {
  AnalysisOptions O;
  O.IsProjectFile = [](llvm::StringRef Path) {
    return Path == "/project/own.h";
  };
  return O;
}

std::vector<std::string> judged(llvm::StringRef Code) {
  auto AST = parse(Code);
  TUAnalysis A(AST->getASTContext(), TokenModels::builtin(), options());
  Lister L;
  std::vector<std::string> Out;
  for (const Finding &F : A.run(L))
    Out.push_back(F.Message);
  return Out;
}

const FunctionFacts *factsOf(const std::vector<FunctionFacts> &All,
                             llvm::StringRef Name) {
  for (const FunctionFacts &F : All)
    if (F.Name == Name)
      return &F;
  return nullptr;
}

std::vector<FunctionFacts> factsIn(llvm::StringRef Code) {
  auto AST = parse(Code);
  return TUAnalysis(AST->getASTContext(), TokenModels::builtin(), options())
      .facts();
}

TEST(AnalysisTest, JudgesFunctionsOfTheMainFileAndOfProjectFiles) {
  EXPECT_THAT(judged("#include \"other.h\"\n#include \"own.h\"\n"
                     "namespace n { void b(); void a() {} struct S { void m() "
                     "{} S() = default; }; }"),
              ElementsAre("n::a", "n::S::m", "in_own_header"));
}

TEST(AnalysisTest, ALambdaIsJudgedBehindItsFunction) {
  EXPECT_THAT(judged("void f() { auto a = [] { [] {}(); }; }\n"
                     "auto g = [] {};"),
              ElementsAre("f", "lambda in f", "lambda in f",
                          testing::HasSubstr("operator()")));
}

TEST(AnalysisTest, ATemplateIsJudgedOnceOnAnInstanceWhereThereIsOne) {
  EXPECT_THAT(judged("template <class X> void f(X) {}\n"
                     "template <class X> void g(X) {}\n"
                     "template <class X> struct S { void m() {} };\n"
                     "void h() { f(1); f(2l); S<int>().m(); S<long>().m(); }"),
              ElementsAre("f<>", "g", "S::m<>", "h"));
}

TEST(AnalysisTest, WithoutATokenTypeNothingIsAsked) {
  TestTU TU = TestTU::withCode("void f() {}");
  auto AST = TU.build();
  TUAnalysis A(AST->getASTContext(), TokenModels::builtin(), options());
  Lister L;
  EXPECT_FALSE(A.seesToken());
  EXPECT_THAT(A.run(L), IsEmpty());
}

TEST(AnalysisTest, FactsSayWhetherAFunctionLooks) {
  std::vector<FunctionFacts> All = factsIn(R"cpp(
    using T = std::stop_token;
    void unknown(int); void with(T);
    bool polls(T t) { return t.stop_requested(); }
    void passes(T t) { with(t); }
    void deaf(T) {}
    void asks() { unknown(1); }
    void through(T t) { polls(t); }
  )cpp");
  EXPECT_TRUE(factsOf(All, "polls")->Looks);
  EXPECT_TRUE(factsOf(All, "passes")->Looks);
  EXPECT_TRUE(factsOf(All, "through")->Looks);
  EXPECT_FALSE(factsOf(All, "deaf")->Looks);
  EXPECT_THAT(factsOf(All, "deaf")->LooksIfAny, IsEmpty());
  EXPECT_FALSE(factsOf(All, "asks")->Looks);
  EXPECT_THAT(factsOf(All, "asks")->LooksIfAny,
              ElementsAre(testing::HasSubstr("unknown")));
}

TEST(AnalysisTest, FactsSayWhatAFunctionCosts) {
  std::vector<FunctionFacts> All = factsIn(R"cpp(
    void unknown(int);
    void sleeps() { std::this_thread::sleep_for(std::chrono::seconds(1)); }
    void calls() { sleeps(); }
    void spins() { while (true) {} }
    void leaves(int n) { while (true) if (n--) break; }
    void asks() { unknown(1); }
    void asksAll(int n) { for (int i = 0; i < n; ++i) unknown(i); }
    void download(int);
    void asksLong() { download(1); }
  )cpp");
  EXPECT_TRUE(factsOf(All, "sleeps")->Long);
  EXPECT_TRUE(factsOf(All, "calls")->Long);
  EXPECT_TRUE(factsOf(All, "spins")->Long);
  EXPECT_FALSE(factsOf(All, "leaves")->Long);
  EXPECT_FALSE(factsOf(All, "asks")->Long);
  ASSERT_EQ(factsOf(All, "asks")->LongIfAny.size(), 1u);
  EXPECT_EQ(factsOf(All, "asks")->LongIfAny[0].Label, "unknown");
  // One guess is enough: what nobody defines, called once, says little of its
  // caller.
  EXPECT_FALSE(factsOf(All, "asks")->LongIfAny[0].WhenUndefined);
  EXPECT_TRUE(factsOf(All, "asksAll")->LongIfAny[0].WhenUndefined);
  EXPECT_TRUE(factsOf(All, "asksLong")->LongIfAny[0].WhenUndefined);
}

TEST(AnalysisTest, FactsAreSortedAndKnowWhatTheyOverride) {
  std::vector<FunctionFacts> All = factsIn(R"cpp(
    struct B { virtual void run(); };
    struct D : B { void run() override {} };
    void z() {} void a() {}
  )cpp");
  std::vector<std::string> USRs;
  for (const FunctionFacts &F : All)
    USRs.push_back(F.USR);
  EXPECT_THAT(USRs, testing::SizeIs(3));
  EXPECT_TRUE(std::is_sorted(USRs.begin(), USRs.end()));
  EXPECT_THAT(factsOf(All, "D::run")->Overrides, testing::SizeIs(1));
}

TEST(AnalysisTest, AVirtualFunctionStaysOpenForOverridersToCome) {
  std::vector<FunctionFacts> All = factsIn(R"cpp(
    struct B { virtual void run() {} virtual void stay() final {} };
  )cpp");
  FactTable Table;
  for (const FunctionFacts &F : All)
    Table.add(F);
  Table.link();
  auto Ask = [&](llvm::StringRef Name, bool Closed) {
    Finding F;
    F.When.Clauses = {
        {{factsOf(All, Name)->USR, FactKind::NeverLooks, true, ""}}};
    return settle(F, Table, Closed);
  };
  EXPECT_EQ(Ask("B::run", /*Closed=*/false), Verdict::Open);
  EXPECT_EQ(Ask("B::run", /*Closed=*/true), Verdict::Holds);
  EXPECT_EQ(Ask("B::stay", /*Closed=*/false), Verdict::Holds);
}

TEST(AnalysisTest, KnowsTheFamiliesInUseAndTheTokensWithoutAModel) {
  auto AST = parse(R"cpp(
    namespace folly { class CancellationToken {}; }
    namespace mine {
    struct Flag { bool is_cancelled() const; };
    class Stop {
      void throwIfAsked();
    public:
      bool isCanceled() const;
      void throw_if_canceled() const;
    };
    }
    void f(std::stop_token) {}
  )cpp");
  TUAnalysis A(AST->getASTContext(), TokenModels::builtin(), options());
  EXPECT_THAT(A.familiesSeen(), ElementsAre("std"));
  EXPECT_THAT(A.unmodelledTokens(),
              ElementsAre("{Type: mine::Flag, Poll: [is_cancelled]}",
                          "{Type: mine::Stop, Poll: [isCanceled], "
                          "Throw: [throw_if_canceled]}"));
}

TEST(AnalysisTest, ExplainsWhyALineIsSilentOrReported) {
  auto AST = parse("void get(int, std::stop_token = {});\n"
                   "void f(std::stop_token t) { get(1); }\n"
                   "void g(std::stop_token t) { get(1, t); }\n"
                   "void h() { get(1); }\n");
  TUAnalysis A(AST->getASTContext(), TokenModels::builtin(), options());
  const char *File = "/project/input.cpp";
  EXPECT_THAT(A.explainAt(File, 2), testing::Contains(testing::HasSubstr(
                                        "accepts a token and gets none: "
                                        "reported")));
  EXPECT_THAT(A.explainAt(File, 3),
              testing::Contains(testing::HasSubstr("gets the token")));
  EXPECT_THAT(A.explainAt(File, 4), testing::Contains("  no token in reach"));
  EXPECT_THAT(A.explainAt(File, 99), testing::SizeIs(1));
}

} // namespace
