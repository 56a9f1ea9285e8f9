// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "TestTU.h"
#include "Annotated.h"
#include "gtest/gtest.h"

namespace cancel_tidy::test {
namespace {

TEST(AnnotatedTest, CutsMarksOutAndKnowsTheirPlaces) {
  Annotated A("a ^b $one^c\n$r[[d [[e]] f]] $[[g]] h[[i]];");
  EXPECT_EQ(A.code(), "a b c\nd [[e]] f g h[[i]];");
  EXPECT_EQ(A.point(), 2u);
  EXPECT_EQ(A.point("one"), 4u);
  EXPECT_EQ(A.text(A.range("r")), "d [[e]] f");
  EXPECT_EQ(A.text(A.range()), "g");
  EXPECT_EQ(A.position(A.range().Begin), (Annotated::Position{2, 11}));
  EXPECT_EQ(A.pointAt(4), "1:5:\na b c\n    ^\n");
}

TEST(AnnotatedTest, SeveralOfOneName) {
  Annotated A("^a ^b $x[[c]] $x[[d]]");
  EXPECT_EQ(A.points(), (std::vector<unsigned>{0, 2}));
  EXPECT_EQ(A.ranges("x").size(), 2u);
  EXPECT_TRUE(A.points("none").empty());
}

TEST(TestTUTest, FindsDeclarationsByName) {
  TestTU TU = TestTU::withCode(R"cpp(
    #include "std.h"
    namespace n { inline namespace v1 {
      void f(int);
      template <class T> struct S { void g(T) {} };
    } }
    void n::f(int) {}
  )cpp");
  TU.Headers = {{"std.h", StdHeader}};
  auto AST = TU.build();
  clang::ASTContext &Context = AST->getASTContext();
  EXPECT_TRUE(findFunction(Context, "n::f").hasBody());
  EXPECT_EQ(findDecl(Context, "n::v1::S").getNameAsString(), "S");
  EXPECT_TRUE(findFunction(Context, "n::S::g").hasBody());
  EXPECT_EQ(
      findFunction(Context, "std::stop_token::stop_requested").getNumParams(),
      0u);
}

} // namespace
} // namespace cancel_tidy::test
