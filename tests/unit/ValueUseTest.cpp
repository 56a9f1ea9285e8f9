// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/ValueUse.h"
#include "CoreFixture.h"
#include "clang/AST/Stmt.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;

namespace {

const std::string Head = R"cpp(
  bool ask(); void work(int); void take(bool);
)cpp";

ValueUse use(const std::string &Code) {
  Core C(Head + Code);
  const FunctionAnalysis &F = C.function();
  return useOf(F, C.callAt(F));
}

std::string unread(const std::string &Code) {
  Core C(Head + Code);
  const FunctionAnalysis &F = C.function();
  const clang::VarDecl *V = unreadVariable(F, C.callAt(F));
  return V ? V->getNameAsString() : "";
}

TEST(ValueUseTest, AStatementDropsItsValue) {
  EXPECT_EQ(use("void f() { ^ask(); }"), ValueUse::Dropped);
  EXPECT_EQ(use("void f() { (^ask()); }"), ValueUse::Dropped);
  EXPECT_EQ(use("void f() { if (ask() || true) ^ask(); }"), ValueUse::Dropped);
  EXPECT_EQ(use("void f(int n) { for (; n; ^ask()) --n; }"), ValueUse::Dropped);
  EXPECT_EQ(use("void f() { ^ask(), work(1); }"), ValueUse::Dropped);
  EXPECT_EQ(use("void f(int n) { switch (n) { case 1: ^ask(); } }"),
            ValueUse::Dropped);
}

TEST(ValueUseTest, AnythingElseUsesIt) {
  EXPECT_EQ(use("void f() { take(^ask()); }"), ValueUse::Used);
  EXPECT_EQ(use("bool f() { return ^ask(); }"), ValueUse::Used);
  EXPECT_EQ(use("void f() { while (^ask()) work(1); }"), ValueUse::Used);
  EXPECT_EQ(use("void f(int n) { for (; ^ask(); --n) work(n); }"),
            ValueUse::Used);
  EXPECT_EQ(use("void f() { work(1), take(^ask()); }"), ValueUse::Used);
  EXPECT_EQ(use("bool f() { return ({ work(1); ^ask(); }); }"), ValueUse::Used);
}

TEST(ValueUseTest, VoidAndMacroArgumentsSayThatItIsMeant) {
  EXPECT_EQ(use("void f() { (void)^ask(); }"), ValueUse::Deliberate);
  EXPECT_EQ(use("void f() { static_cast<void>(^ask()); }"),
            ValueUse::Deliberate);
  EXPECT_EQ(use("#define RUN(x) do { x; } while (false)\n"
                "void f() { RUN(^ask()); }"),
            ValueUse::Deliberate);
  EXPECT_EQ(use("#define ASK() ask()\nvoid f() { ^ASK(); }"),
            ValueUse::Dropped);
}

TEST(ValueUseTest, AVariableThatNobodyReads) {
  EXPECT_EQ(unread("void f() { bool a = ^ask(); }"), "a");
  EXPECT_EQ(unread("void f() { bool a = false; a = ^ask(); a = ask(); }"), "a");
  EXPECT_EQ(unread("void f() { bool a = ^ask(); take(a); }"), "");
  EXPECT_EQ(unread("void f() { bool a = ^ask(); [&] { take(a); }(); }"), "");
  EXPECT_EQ(unread("void f() { bool a; take(a = ^ask()); }"), "");
  EXPECT_EQ(unread("void f() { bool a = ^ask(); (void)a; }"), "");
  EXPECT_EQ(unread("void f() { static bool a = ^ask(); }"), "");
  EXPECT_EQ(unread("void f() { [[maybe_unused]] bool a = ^ask(); }"), "");
  EXPECT_EQ(unread("void f() { bool a = !^ask(); }"), "");
}

TEST(ValueUseTest, TextThatWasLeftOutNamesIt) {
  EXPECT_EQ(unread("void f() { bool a = ^ask();\n#if 0\ntake(a);\n#endif\n}"),
            "");
  EXPECT_EQ(unread("#define LOG(x)\nvoid f() { bool a = ^ask(); LOG(a); }"),
            "");
  EXPECT_EQ(unread("void f() { bool a = ^ask(); /* a */ }"), "a");
}

TEST(ValueUseTest, BlankTextHasNeitherCommentNorDirective) {
  auto Blank = [](const std::string &Code) {
    Core C(Head + Code);
    const FunctionAnalysis &F = C.function();
    return isBlankText(F, F.body().written()->getSourceRange());
  };
  EXPECT_TRUE(Blank("void f() { ; {} }"));
  EXPECT_FALSE(Blank("void f() { /* why */ }"));
  EXPECT_FALSE(Blank("void f() {\n#if 0\n#endif\n}"));
  EXPECT_FALSE(Blank("void f() { work(1); }"));
}

} // namespace
