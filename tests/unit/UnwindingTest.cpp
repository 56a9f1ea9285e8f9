// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Unwinding.h"
#include "CoreFixture.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using Throws = Unwinding::Throws;

namespace {

const std::string Head = R"cpp(
  void a(); void b(); void c(); void n() noexcept;
  struct Error { int code; };
  struct Narrow : Error {};
  struct Other {};
  struct Guard { explicit Guard(int); ~Guard(); };
  struct Quiet { explicit Quiet(int) noexcept; ~Quiet(); };
  struct Plain { int x = 0; };
  struct Keeps { int x; explicit Keeps(int v) : x(v) {} };
  struct Asks { int x; explicit Asks(int v) : x(make(v)) {} int make(int); };
)cpp";

/// What handlers the outermost statement at the mark may lead to, as the types
/// they take; "!" behind where it may leave the function.
std::string way(const std::string &Code, llvm::StringRef Name = "f") {
  Core C(Head + Code);
  const FunctionAnalysis &F = C.function(Name);
  const Unwinding Unwind(F.body());
  const clang::Stmt *S = &C.at(F);
  if (const auto *E = llvm::dyn_cast<clang::Expr>(S))
    S = E->IgnoreUnlessSpelledInSource();
  Unwinding::Way Way = Unwind.wayOf(*S);
  std::string Out;
  for (const clang::CXXCatchStmt *Handler : Way.Handlers)
    Out += Handler->getCaughtType().isNull()
               ? "... "
               : Handler->getCaughtType().getAsString() + " ";
  return Out + (Way.Leaves ? "!" : "");
}

/// The constructions and allocations of f that may throw, by class.
std::string throwing(const std::string &Code, Throws Wanted = Throws::Yes) {
  Core C(Head + Code);
  std::string Out;
  for (const clang::Stmt *S : C.function().body().allStatements())
    if (const auto *E = llvm::dyn_cast<clang::Expr>(S);
        E && !llvm::isa<clang::CallExpr>(E) && Unwinding::throws(*E) == Wanted)
      Out += (llvm::isa<clang::CXXNewExpr>(E) ? "new " : "") +
             E->getType().getAsString() + " ";
  return Out;
}

/// The objects that die on the way from the mark to the handler of that number
/// (out of the function without one).
std::string dying(const std::string &Code, int Handler = -1) {
  Core C(Head + Code);
  const FunctionAnalysis &F = C.function();
  const clang::CXXCatchStmt *To = nullptr;
  for (const clang::Stmt *S : F.body().allStatements())
    if (const auto *One = llvm::dyn_cast<clang::CXXCatchStmt>(S);
        One && Handler-- == 0)
      To = One;
  std::string Out;
  for (const clang::VarDecl *V : Unwinding(F.body()).destroyed(C.at(F), To))
    Out += V->getNameAsString() + " ";
  return Out;
}

TEST(UnwindingTest, ConstructorsThrowUnlessTheyCannot) {
  EXPECT_EQ(throwing("void f() { Guard g(1); Quiet q(1); Plain p; }"),
            "Guard ");
  EXPECT_EQ(throwing("void f() { Keeps k(1); Asks m(1); }"), "Asks ");
  EXPECT_EQ(throwing("void f() { throw Error(); }"), "void ");
  EXPECT_EQ(throwing("struct Holds { Guard g{1}; std::vector<int> v; };"
                     "void f(Holds h) { Holds copy(h); }"),
            "");
}

TEST(UnwindingTest, LackOfMemoryIsAnotherMatter) {
  EXPECT_EQ(throwing("void f() { std::vector<int> v; }", Throws::OnlyMemory),
            "std::vector<int> ");
  EXPECT_EQ(throwing("void f() { auto *p = new Plain; }", Throws::OnlyMemory),
            "new Plain * ");
  EXPECT_EQ(throwing("void f() { auto *p = new Guard(1); }"), "Guard ");
  EXPECT_EQ(throwing("void f(void (*work)()) { std::thread t(work); }"),
            "std::thread ");
}

TEST(UnwindingTest, AnAwaitThrowsWhatItsResultThrows) {
  EXPECT_EQ(throwing("Task f(Task t) { co_await t; }"), "void ");
  EXPECT_EQ(throwing("Task f() { co_await std::suspend_always(); }"), "");
}

TEST(UnwindingTest, AnExceptionGoesToTheHandlersThatMayTakeIt) {
  EXPECT_EQ(way("void f() { try { ^a(); } catch (Error &) {} }"), "Error & !");
  EXPECT_EQ(way("void f() { try { try { ^a(); } catch (Other &) {} } "
                "catch (...) {} }"),
            "Other & ... ");
  EXPECT_EQ(way("void f() { try { a(); } catch (...) { ^b(); } }"), "!");
  EXPECT_EQ(way("void f() { try { ^throw Narrow(); } catch (Other &) {} "
                "catch (Error &) {} catch (...) {} }"),
            "Error & ");
  EXPECT_EQ(way("void f() { try { int x = true ? 1 : ^throw Other(); } "
                "catch (Error &) {} }"),
            "!");
  EXPECT_EQ(way("void f() try { ^a(); } catch (...) {}"), "... ");
}

TEST(UnwindingTest, InitialisersBelongToTheConstructorsTryBlock) {
  const std::string Code = "struct S { int x; int make(int); S(int y); };"
                           "S::S(int y) try : x(^make(y)) {} "
                           "catch (Error &) {}";
  EXPECT_EQ(way(Code, "S::S"), "Error & !");
}

TEST(UnwindingTest, WhatIsAliveDiesInReverseOrder) {
  EXPECT_EQ(
      dying("void f(Guard p) { Guard x(1), y(2); Plain i; { Guard z(3); } "
            "^a(); Guard later(4); }"),
      "y x p ");
  EXPECT_EQ(dying("void f() { Guard x(1); try { Guard y(2); { Guard z(3); "
                  "^a(); } } catch (...) {} }",
                  0),
            "z y ");
  EXPECT_EQ(dying("void f() { for (Guard x(1);;) { const Guard &y = Guard(2); "
                  "Guard &z = x; ^a(); } }"),
            "y x ");
  EXPECT_EQ(dying("void f(int n) { switch (n) { case 1: case 2: Guard x(1); "
                  "^a(); } }"),
            "x ");
  EXPECT_EQ(dying("void f() { static Guard s(1); try { a(); } "
                  "catch (Guard g) { ^b(); } }"),
            "g ");
}

} // namespace
