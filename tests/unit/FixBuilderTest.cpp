// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/FixBuilder.h"
#include "CoreFixture.h"
#include "checks/core/LoopFix.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;

namespace {

/// The snippet with the first unforwarded call of F mended, what stands before
/// "/*~*/" left out; or why it is not.
std::string passed(const std::string &Before, const std::string &Code,
                   bool InLambda = false) {
  Core C("using T = std::stop_token;\n" + Before + "/*~*/" + Code);
  const FunctionAnalysis &F = InLambda ? C.lambda() : C.function();
  std::vector<UnforwardedCall> Calls = unforwardedCalls(F);
  if (Calls.empty())
    return "no call";
  std::string WhyNot;
  std::optional<Fix> Fixed = passToken(F, Calls[0], WhyNot);
  if (!Fixed)
    return "no: " + WhyNot;
  return llvm::StringRef(C.apply(*Fixed)).split("/*~*/").second.str();
}

/// Likewise with the first unchecked cycle of f.
std::string checked(const std::string &Before, const std::string &Code) {
  Core C("using T = std::stop_token; void work(int); bool again();\n" + Before +
         "/*~*/" + Code);
  const FunctionAnalysis &F = C.function();
  std::vector<UncheckedCycle> Cycles = uncheckedCycles(F);
  if (Cycles.empty())
    return "no cycle";
  std::optional<Fix> Fixed = checkAtHead(F, Cycles[0]);
  if (!Fixed)
    return "no";
  return llvm::StringRef(C.apply(*Fixed)).split("/*~*/").second.str();
}

TEST(FixBuilderTest, TheTokenIsWrittenWhereTheParameterIs) {
  EXPECT_EQ(passed("void get(int, T = {});", "void f(T t) { get(1); }"),
            "void f(T t) { get(1, t); }");
  EXPECT_EQ(passed("void get(T = {});", "void f(T t) { get(); }"),
            "void f(T t) { get(t); }");
  EXPECT_EQ(
      passed("void get(int); void get(T, int);", "void f(T t) { get(1); }"),
      "void f(T t) { get(t, 1); }");
  EXPECT_EQ(passed("void get(int, int); void get(int, T, int);",
                   "void f(T t) { get(1, 2 + 3); }"),
            "void f(T t) { get(1, t, 2 + 3); }");
}

TEST(FixBuilderTest, TheDescriptionIsAVerbPhrase) {
  Core C("void get(int, const std::stop_token * = nullptr);"
         "void f(std::stop_token t) { get(1); }");
  std::string WhyNot;
  auto Fixed =
      passToken(C.function(), unforwardedCalls(C.function())[0], WhyNot);
  ASSERT_TRUE(Fixed);
  EXPECT_EQ(Fixed->Description, "pass '&t'");
}

TEST(FixBuilderTest, SkippedDefaultsAreSpelledOut) {
  EXPECT_EQ(passed("enum E { A }; namespace n { inline int k; }"
                   "struct O { O(); };"
                   "void get(int = 1, bool = true, const char * = \"x\", "
                   "int * = nullptr, double = -1.5, E = A, int = n::k, O = {}, "
                   "O = O(), T = {});",
                   "void f(T t) { get(); }"),
            "void f(T t) { get(1, true, \"x\", nullptr, -1.5, A, n::k, {}, {}, "
            "t); }");
}

TEST(FixBuilderTest, ADefaultThatCannotBeSpelledIsNamed) {
  EXPECT_EQ(passed("int now(); void get(int when = now(), T = {});",
                   "void f(T t) { get(); }"),
            "no: the default of parameter 'when' before it cannot be spelled "
            "out");
  EXPECT_EQ(passed("#define NOW 7\nvoid get(int when = NOW, T = {});",
                   "void f(T t) { get(); }"),
            "no: the default of parameter 'when' before it cannot be spelled "
            "out");
  EXPECT_EQ(passed("class S { static int k; public: void get(int when = k, "
                   "T = {}); };",
                   "void f(T t, S &s) { s.get(); }"),
            "no: the default of parameter 'when' before it cannot be spelled "
            "out");
}

TEST(FixBuilderTest, ADefaultThatNamesSomethingIsNotCopied) {
  const std::string No = "no: the default of parameter 'p' before it cannot "
                         "be spelled out";
  EXPECT_EQ(passed("namespace n { int k; void get(int *p = &k, T = {}); }",
                   "void f(T t) { n::get(); }"),
            No);
  EXPECT_EQ(passed("namespace n { const bool k = true; "
                   "void get(bool p = !k, T = {}); }",
                   "void f(T t) { n::get(); }"),
            No);
  EXPECT_EQ(
      passed("void get(bool p = !true, T = {});", "void f(T t) { get(); }"),
      "void f(T t) { get(!true, t); }");
}

TEST(FixBuilderTest, ConstructionsOfEveryFormAreMended) {
  const std::string S = "struct S { S(); S(T); S(int, T = {}); };";
  EXPECT_EQ(passed(S, "void f(T t) { S s(1); }"), "void f(T t) { S s(1, t); }");
  EXPECT_EQ(passed(S, "void f(T t) { S s{1}; }"), "void f(T t) { S s{1, t}; }");
  EXPECT_EQ(passed(S, "void f(T t) { S(1); }"), "void f(T t) { S(1, t); }");
  EXPECT_EQ(passed(S, "void f(T t) { new S(1); }"),
            "void f(T t) { new S(1, t); }");
  EXPECT_EQ(passed(S, "void f(T t) { S s; }"), "void f(T t) { S s(t); }");
  EXPECT_EQ(passed(S, "void f(T t) { S s{}; }"), "void f(T t) { S s{t}; }");
}

TEST(FixBuilderTest, AMissingCaptureIsAdded) {
  const std::string Each = "std::for_each(v.begin(), v.end(), ";
  const std::string Head = "void f(T t, std::vector<int> &v) { " + Each;
  const std::string Get = "void get(int, T = {});";
  EXPECT_EQ(passed(Get, Head + "[](int i) { get(i); }); }", true),
            Head + "[&t](int i) { get(i, t); }); }");
  EXPECT_EQ(passed(Get, Head + "[&v](int i) { get(i); }); }", true),
            Head + "[&v, &t](int i) { get(i, t); }); }");
  EXPECT_EQ(passed(Get, Head + "[&](int i) { get(i); }); }", true),
            Head + "[&](int i) { get(i, t); }); }");
}

TEST(FixBuilderTest, ALambdaWithoutThisGetsNoFix) {
  Core C(R"cpp(
    void get(int, std::stop_token = {});
    struct S {
      std::stop_token stop_;
      void f() { [] { get(1); }(); }
    };)cpp");
  const FunctionAnalysis &L = Core::lambda(C.function("S::f"));
  std::vector<UnforwardedCall> Calls = unforwardedCalls(L);
  ASSERT_EQ(Calls.size(), 1u);
  std::string WhyNot;
  EXPECT_FALSE(passToken(L, Calls[0], WhyNot));
  EXPECT_EQ(WhyNot, "the lambda does not capture 'this'");
}

TEST(FixBuilderTest, MacroBodiesGetNoFixArgumentsDo) {
  EXPECT_EQ(passed("void get(int, T = {});\n#define GET get(1)\n",
                   "void f(T t) { GET; }"),
            "no: the call comes from a macro or has no argument list");
  EXPECT_EQ(passed("void get(int); void get(T, int);\n#define ONE 1\n",
                   "void f(T t) { get(ONE); }"),
            "no: the call comes from a macro or has no argument list");
}

TEST(FixBuilderTest, ATokenThatMayBeNullIsNoValue) {
  EXPECT_EQ(passed("void get(int, T = {});", "void f(T *t) { get(1); }"),
            "no: 't' may be null");
}

TEST(FixBuilderTest, ALoopIsLeftAsTheReturnTypeAllows) {
  EXPECT_EQ(checked("", "void f(T t) {\n  while (again()) {\n    work(1);\n  "
                        "}\n}"),
            "void f(T t) {\n  while (again()) {\n"
            "    if (t.stop_requested())\n      return;\n"
            "    work(1);\n  }\n}");
  EXPECT_EQ(checked("", "int f(T t) {\n  while (again()) {\n    work(1);\n  }\n"
                        "  return 1;\n}"),
            "int f(T t) {\n  while (again()) {\n"
            "    if (t.stop_requested())\n      break;\n"
            "    work(1);\n  }\n  return 1;\n}");
  EXPECT_EQ(checked("", "Task f(T t) {\n  while (again()) {\n    work(1);\n  "
                        "}\n  co_return;\n}"),
            "Task f(T t) {\n  while (again()) {\n"
            "    if (t.stop_requested())\n      co_return;\n"
            "    work(1);\n  }\n  co_return;\n}");
  EXPECT_EQ(checked("", "IntTask f(T t) {\n  while (again()) {\n    work(1);\n "
                        " }\n  co_return 1;\n}"),
            "IntTask f(T t) {\n  while (again()) {\n"
            "    if (t.stop_requested())\n      break;\n"
            "    work(1);\n  }\n  co_return 1;\n}");
}

const std::string Throwing =
    "namespace cancel { struct cancellation_token { bool "
    "is_cancellation_requested() const; void throw_if_cancellation_requested() "
    "const; }; } using CT = cancel::cancellation_token;\n";

TEST(FixBuilderTest, AThrowingCheckIsPreferredWhereItMayThrow) {
  EXPECT_EQ(checked(Throwing, "int f(CT t) {\n  while (again()) {\n    "
                              "work(1);\n  }\n  return 0;\n}"),
            "int f(CT t) {\n  while (again()) {\n"
            "    t.throw_if_cancellation_requested();\n"
            "    work(1);\n  }\n  return 0;\n}");
  EXPECT_EQ(checked(Throwing, "void f(CT t) noexcept {\n  while (again()) {\n  "
                              "  work(1);\n  }\n}"),
            "void f(CT t) noexcept {\n  while (again()) {\n"
            "    if (t.is_cancellation_requested())\n      return;\n"
            "    work(1);\n  }\n}");
  EXPECT_EQ(checked(Throwing, "void f(CT t) {\n  try {\n    while (again()) {\n"
                              "      work(1);\n    }\n  } catch (...) {\n  "
                              "}\n}"),
            "void f(CT t) {\n  try {\n    while (again()) {\n"
            "      if (t.is_cancellation_requested())\n        return;\n"
            "      work(1);\n    }\n  } catch (...) {\n  }\n}");
}

TEST(FixBuilderTest, ANullablePointerIsGuarded) {
  EXPECT_EQ(checked("", "void f(const T *t) {\n  while (again()) {\n    "
                        "work(1);\n  }\n}"),
            "void f(const T *t) {\n  while (again()) {\n"
            "    if (t && t->stop_requested())\n      return;\n"
            "    work(1);\n  }\n}");
  EXPECT_EQ(checked(Throwing,
                    "void f(std::optional<CT> t) {\n  while (again()) "
                    "{\n    work(1);\n  }\n}"),
            "void f(std::optional<CT> t) {\n  while (again()) {\n"
            "    if (t)\n      t->throw_if_cancellation_requested();\n"
            "    work(1);\n  }\n}");
}

TEST(FixBuilderTest, AReferenceWrapperIsOpened) {
  EXPECT_EQ(checked("", "void f(std::reference_wrapper<T> t) {\n  while "
                        "(again()) {\n    work(1);\n  }\n}"),
            "void f(std::reference_wrapper<T> t) {\n  while (again()) {\n"
            "    if (t.get().stop_requested())\n      return;\n"
            "    work(1);\n  }\n}");
}

TEST(FixBuilderTest, ABodyWithoutBracesGetsThem) {
  EXPECT_EQ(checked("", "void f(T t) {\n  while (again())\n    work(1);\n}"),
            "void f(T t) {\n  while (again()) {\n"
            "    if (t.stop_requested())\n      return;\n"
            "    work(1);\n  }\n}");
  EXPECT_EQ(checked("", "void f(T t) {\n  for (;;)\n    ;\n}"),
            "void f(T t) {\n  for (;;)\n    {\n"
            "    if (t.stop_requested())\n      return;\n  }\n}");
  EXPECT_EQ(checked("", "void f(T t, int n) {\n  while (again())\n    if (n)\n "
                        "     work(1);\n  work(2);\n}"),
            "void f(T t, int n) {\n  while (again()) {\n"
            "    if (t.stop_requested())\n      return;\n"
            "    if (n)\n      work(1);\n  }\n  work(2);\n}");
}

TEST(FixBuilderTest, ABodyOnOneLineIsBroken) {
  EXPECT_EQ(checked("", "void f(T t) {\n  while (again()) work(1);\n}"),
            "void f(T t) {\n  while (again()) {\n"
            "    if (t.stop_requested())\n      return;\n"
            "    work(1);\n  }\n}");
}

TEST(FixBuilderTest, ADoLoopWithoutBracesGetsThem) {
  EXPECT_EQ(checked("", "void f(T t) {\n  do\n    work(1);\n  while "
                        "(again());\n}"),
            "void f(T t) {\n  do {\n"
            "    if (t.stop_requested())\n      return;\n"
            "    work(1);\n  }\n  while (again());\n}");
}

TEST(FixBuilderTest, ACommentBehindTheBraceStays) {
  EXPECT_EQ(checked("", "void f(T t) {\n  while (again()) { // why\n    "
                        "work(1);\n  }\n}"),
            "void f(T t) {\n  while (again()) { // why\n"
            "    if (t.stop_requested())\n      return;\n"
            "    work(1);\n  }\n}");
}

TEST(FixBuilderTest, AFunctionThatWouldFallOffItsEndGetsNoFix) {
  EXPECT_EQ(checked("", "int f(T t) {\n  for (;;) {\n    work(1);\n  }\n}"),
            "no");
  EXPECT_EQ(checked("", "[[noreturn]] void f(T t) {\n  for (;;) {\n    "
                        "work(1);\n  }\n}"),
            "no");
}

TEST(FixBuilderTest, ALoopOfAMacroGetsNoFix) {
  EXPECT_EQ(checked("#define FOREVER while (again())\n",
                    "void f(T t) {\n  FOREVER {\n    work(1);\n  }\n}"),
            "no");
  EXPECT_EQ(checked("#define BODY { work(1); }\n",
                    "void f(T t) {\n  while (again()) BODY\n}"),
            "no");
}

TEST(FixBuilderTest, CyclesWithoutAHeadGetNoFix) {
  EXPECT_EQ(checked("", "void f(T t) {\nnext:\n  work(1);\n  if (again())\n    "
                        "goto next;\n}"),
            "no");
  EXPECT_EQ(checked("", "void f(T t, int n) {\n  work(n);\n  f(t, n - 1);\n}"),
            "no");
}

TEST(FixBuilderTest, FindingsKnowWhereTheyAre) {
  Core C(
      "namespace n {\n#define CALL g()\nvoid g();\nvoid f(std::stop_token t) "
      "{\n  auto l = [] { ^CALL; };\n}\n}\n");
  const FunctionAnalysis &F = Core::lambda(C.function("n::f"));
  Finding Found = makeFinding(F, "cancel-x", F.body().calls()[0]->getBeginLoc(),
                              &TokenModels::builtin().models()[0]);
  EXPECT_EQ(Found.CheckId, "cancel-x");
  EXPECT_EQ(Found.Where.File, "/project/input.cpp");
  EXPECT_EQ(Found.Where.Offset, C.text().point());
  EXPECT_EQ(Found.Where.Line, 5u);
  EXPECT_EQ(Found.Where.Length, 4u);
  ASSERT_EQ(Found.Spelled.size(), 1u);
  EXPECT_EQ(Found.Spelled[0].Line, 2u);
  EXPECT_EQ(Found.Context, "n::f");
  EXPECT_EQ(Found.Family, TokenModels::builtin().models()[0].Family);
}

} // namespace
