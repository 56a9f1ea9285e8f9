// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Signature.h"
#include "CoreFixture.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;

namespace {

TokenModels models(const std::string &Position) {
  TokenModels M;
  llvm::cantFail(M.addModels("Family: mine\nTokens: [{Type: my::token, Poll: "
                             "[stopped], Position: " +
                                 Position + "}]\n",
                             "model.yaml"));
  return M;
}

/// "NAME" or "NAME before NEXT" of the misplaced token of f, or nothing.
std::string misplaced(const std::string &Parameters,
                      const std::string &Position = "last") {
  const TokenModels M = models(Position);
  Core C("namespace my { struct token { bool stopped() const; }; }\n"
         "using T = my::token; struct Call { void operator()(); };\n"
         "void f(" +
             Parameters + ") {}",
         M);
  std::optional<MisplacedToken> Found = misplacedToken(C.decl("f"), C.tokens());
  if (!Found)
    return "";
  return Found->Param->getNameAsString() +
         (Found->Behind ? " before " + Found->Behind->getNameAsString() : "");
}

TEST(SignatureTest, PositionOfTheModelDecides) {
  EXPECT_EQ(misplaced("T t, int n"), "t before n");
  EXPECT_EQ(misplaced("int n, T t"), "");
  EXPECT_EQ(misplaced("int n, T t", "first"), "t");
  EXPECT_EQ(misplaced("T t, int n", "first"), "");
  EXPECT_EQ(misplaced("T t, int n", "ends"), "");
  EXPECT_EQ(misplaced("int n, T t, int m", "ends"), "t before m");
  EXPECT_EQ(misplaced("int n, T t, int m", "any"), "");
  EXPECT_EQ(misplaced("T t"), "");
}

TEST(SignatureTest, SomeMayFollow) {
  EXPECT_EQ(misplaced("T t, int n = 1"), "");
  EXPECT_EQ(misplaced("T t, void (*g)(int)"), "");
  EXPECT_EQ(misplaced("T t, Call g"), "");
  EXPECT_EQ(misplaced("T t, int &out"), "");
  EXPECT_EQ(misplaced("T t, int *out"), "");
  EXPECT_EQ(misplaced("T t, const int &in"), "t before in");
  EXPECT_EQ(misplaced("T t, void (*g)(int), int n"), "t before n");
}

TEST(SignatureTest, SeveralTokensHaveNoOrder) {
  EXPECT_EQ(misplaced("T t, T u, int n"), "");
}

TEST(SignatureTest, OthersDictate) {
  Core C(R"cpp(
    struct B { virtual void v(int); void m(int); bool operator<(const B &) const; };
    void B::v(int) {} void B::m(int) {}
    bool B::operator<(const B &) const { return false; }
    void plain(int) {} void taken(int) {} void (*pointer)(int) = taken;
    extern "C" void c(int) {}
    template <class Base> struct D : Base { void in_template(int) {} };
  )cpp");
  auto Dictated = [&](const char *Name) {
    return isSignatureDictated(C.function(Name));
  };
  EXPECT_TRUE(Dictated("B::v"));
  EXPECT_FALSE(Dictated("B::m"));
  EXPECT_TRUE(Dictated("B::operator<"));
  EXPECT_FALSE(Dictated("plain"));
  EXPECT_TRUE(Dictated("taken"));
  EXPECT_TRUE(Dictated("c"));
  EXPECT_TRUE(Dictated("D::in_template"));
}

} // namespace
