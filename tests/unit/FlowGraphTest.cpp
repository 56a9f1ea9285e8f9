// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/FlowGraph.h"
#include "CoreFixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;

namespace {

/// Which calls of functions named with one letter run in a view of f, as their
/// letters; "!" behind them where the end of f is reached.
std::string runs(const FunctionAnalysis &F, const FlowView &V) {
  const FlowGraph &G = *F.graph();
  llvm::BitVector Live = V.reachableFrom(G.entry());
  std::string Out;
  for (const clang::Expr *E : F.body().calls()) {
    const clang::FunctionDecl *FD = calleeOf(*E);
    const clang::CFGBlock *B = G.blockOf(E);
    if (FD && FD->getIdentifier() && FD->getName().size() == 1 && B &&
        Live.test(B->getBlockID()))
      Out += FD->getName();
  }
  return Out + (Live.test(G.exit()) ? "!" : "");
}

const std::string Head = R"cpp(
  void a(); void b(); void c(); void d(); bool q(); void n() noexcept;
  namespace cancel {
  struct cancellation_token {
    bool is_cancellation_requested() const noexcept;
    void throw_if_cancellation_requested() const;
  };
  struct operation_canceled : std::exception {};
  }
  using T = cancel::cancellation_token;
)cpp";

std::string plain(const std::string &Code) {
  Core C(Head + Code);
  return runs(C.function(), C.function().graph()->plain());
}
std::string cancelled(const std::string &Code) {
  Core C(Head + Code);
  return runs(C.function(), C.function().view(/*Cancelled=*/true));
}
std::string running(const std::string &Code) {
  Core C(Head + Code);
  return runs(C.function(), C.function().view(/*Cancelled=*/false));
}

TEST(FlowGraphTest, BothViewsOfAPollTakeTheirOwnBranch) {
  const std::string Code = R"cpp(
    void f(T t) {
      if (t.is_cancellation_requested()) { a(); return; }
      b();
    })cpp";
  EXPECT_EQ(plain(Code), "ab!");
  EXPECT_EQ(cancelled(Code), "a!");
  EXPECT_EQ(running(Code), "b!");
}

TEST(FlowGraphTest, NegationAndConnectivesAreUnderstood) {
  EXPECT_EQ(cancelled("void f(T t) { if (!t.is_cancellation_requested()) a(); "
                      "else b(); }"),
            "b!");
  EXPECT_EQ(cancelled("void f(T t) { if (q() || t.is_cancellation_requested()) "
                      "a(); else b(); }"),
            "qa!");
  EXPECT_EQ(cancelled("void f(T t) { if (q() && t.is_cancellation_requested()) "
                      "a(); else b(); }"),
            "qab!");
  EXPECT_EQ(cancelled("void f(T t) { if (t.is_cancellation_requested() == "
                      "false) a(); else b(); }"),
            "b!");
}

TEST(FlowGraphTest, AKeptAnswerIsFollowed) {
  EXPECT_EQ(cancelled("void f(T t) { const bool stop = "
                      "t.is_cancellation_requested(); if (stop) a(); else "
                      "b(); }"),
            "a!");
  EXPECT_EQ(cancelled("void f(T t) { bool stop = q(); if (stop) a(); else "
                      "b(); }"),
            "qab!");
}

TEST(FlowGraphTest, AHelpersAnswerIsFollowed) {
  Core C(Head + R"cpp(
    struct S {
      T t;
      bool done() { return t.is_cancellation_requested(); }
      bool go_on() { if (done()) return false; return q(); }
      void f() { if (done()) a(); else b(); if (go_on()) c(); else d(); }
    };)cpp");
  const FunctionAnalysis &F = C.function("S::f");
  EXPECT_EQ(runs(F, F.view(true)), "ad!");
  EXPECT_EQ(runs(F, F.view(false)), "bcd!");
}

TEST(FlowGraphTest, AThrowingCheckEndsTheWayOnceCancelled) {
  const std::string Code = "void f(T t) { n(); "
                           "t.throw_if_cancellation_requested(); b(); }";
  EXPECT_EQ(cancelled("void f(T t) { if (q()) "
                      "t.throw_if_cancellation_requested(); b(); }"),
            "qb!");
  Core C(Head + Code);
  const FunctionAnalysis &F = C.function();
  EXPECT_EQ(runs(F, F.view(false)), "nb!");
  FlowView V = F.view(true);
  EXPECT_FALSE(V.reachableFrom(F.graph()->entry()).test(F.graph()->exit()));
}

TEST(FlowGraphTest, AThrowingCheckGoesToTheHandlerThatTakesIt) {
  EXPECT_EQ(cancelled(R"cpp(
    void f(T t) {
      try { t.throw_if_cancellation_requested(); a(); }
      catch (const cancel::operation_canceled &) { b(); }
      c();
    })cpp"),
            "bc!");
  EXPECT_EQ(cancelled(R"cpp(
    void f(T t) {
      try { t.throw_if_cancellation_requested(); a(); }
      catch (int) { b(); }
      c();
    })cpp"),
            "");
  EXPECT_EQ(cancelled(R"cpp(
    void f(T t) {
      try {
        try { t.throw_if_cancellation_requested(); a(); }
        catch (int) { b(); }
      } catch (...) { c(); }
      d();
    })cpp"),
            "cd!");
}

TEST(FlowGraphTest, ACheckInAHandlerIsNotCaughtByItsOwnTry) {
  EXPECT_EQ(cancelled(R"cpp(
    void f(T t) {
      try { a(); }
      catch (int) { t.throw_if_cancellation_requested(); b(); }
      catch (...) { c(); }
    })cpp"),
            "ac!");
}

TEST(FlowGraphTest, CallsThatMayThrowReachHandlersAndOthersDoNot) {
  EXPECT_EQ(plain("void f() { try { a(); } catch (...) { b(); } c(); }"),
            "abc!");
  EXPECT_EQ(plain("void f() { try { n(); } catch (...) { b(); } c(); }"),
            "nc!");
  EXPECT_EQ(plain("void f() { try { throw 1; } catch (...) { b(); } c(); }"),
            "bc!");
}

TEST(FlowGraphTest, AThrowingConstructorLeadsToItsHandlers) {
  const std::string Guards = "struct G { explicit G(int); ~G(); };"
                             "struct N { explicit N(int) noexcept; ~N(); };"
                             "struct E {}; struct O {};";
  EXPECT_EQ(plain(Guards + "void f() { try { G g(1); } catch (E) { b(); } c(); "
                           "}"),
            "bc!");
  EXPECT_EQ(plain(Guards + "void f() { try { N g(1); } catch (E) { b(); } c(); "
                           "}"),
            "c!");
  EXPECT_EQ(plain(Guards + "void f() { try { auto *g = new G(1); } "
                           "catch (...) { b(); } c(); }"),
            "bc!");
  // The innermost that takes all ends the search.
  EXPECT_EQ(plain(Guards + "void f() { try { try { G g(1); } catch (...) { "
                           "b(); } } catch (E) { c(); } d(); }"),
            "bcd!");
  EXPECT_EQ(plain(Guards + "void f() { try { int x = q() ? 1 : throw O(); } "
                           "catch (E) { b(); } catch (O) { c(); } d(); }"),
            "qbcd!");
  EXPECT_EQ(plain("void f(bool g) { struct O {}; try { int x = g ? 1 : throw "
                  "O(); } catch (int) { b(); } catch (O) { c(); } d(); }"),
            "cd!");
}

TEST(FlowGraphTest, AConstructorBeforeACheckMayThrowPastIt) {
  const std::string Guard = "struct G { explicit G(int); ~G(); };";
  EXPECT_EQ(cancelled(Guard + R"cpp(
    void f(T t) {
      try { G g(1); t.throw_if_cancellation_requested(); a(); }
      catch (int) { b(); }
      c();
    })cpp"),
            "bc!");
  EXPECT_EQ(cancelled(Guard + R"cpp(
    void f(T t) {
      try { t.throw_if_cancellation_requested(); G g(1); a(); }
      catch (int) { b(); }
      c();
    })cpp"),
            "");
}

TEST(FlowGraphTest, ACaughtInitialiserLeadsToTheHandler) {
  Core C(Head + "struct S { int x; S(); static int a(); static int b(); };"
                "S::S() try : x(a()) {} catch (...) { b(); }");
  const FunctionAnalysis &F = C.function("S::S");
  EXPECT_EQ(runs(F, F.graph()->plain()), "ab!");
}

TEST(FlowGraphTest, AnAwaitMayThrow) {
  EXPECT_EQ(plain("Task f(Task t) { try { co_await t; } catch (...) { b(); } "
                  "c(); }"),
            "bc!");
}

TEST(FlowGraphTest, AFunctionTryBlockIsATryBlock) {
  EXPECT_EQ(plain("void f() try { a(); } catch (...) { b(); }"), "ab!");
  EXPECT_EQ(cancelled("void f(T t) try { t.throw_if_cancellation_requested(); "
                      "a(); } catch (...) { b(); }"),
            "b!");
}

TEST(FlowGraphTest, MemberInitialisersArePartOfTheGraph) {
  Core C(Head + "struct S { int x; S(); static int a(); static int b(); };"
                "S::S() : x(a()) { b(); }");
  const FunctionAnalysis &F = C.function("S::S");
  EXPECT_EQ(runs(F, F.graph()->plain()), "ab!");
}

TEST(FlowGraphTest, CodeBehindAReturnIsDead) {
  EXPECT_EQ(plain("void f() { a(); return; b(); }"), "a!");
  EXPECT_EQ(plain("void f() { for (;;) n(); b(); }"), "n");
}

TEST(FlowGraphTest, ACoroutineHasAGraphOfWhatWasWritten) {
  Core C(Head + R"cpp(
    Task g();
    Task f(T t) {
      a();
      if (t.is_cancellation_requested()) co_return;
      co_await g();
      b();
    })cpp");
  const FunctionAnalysis &F = C.function();
  ASSERT_TRUE(F.graph());
  EXPECT_TRUE(F.body().isCoroutine());
  EXPECT_EQ(runs(F, F.view(true)), "a!");
  EXPECT_EQ(runs(F, F.view(false)), "agb!");
}

TEST(FlowGraphTest, PatternsThatClangCannotBuildHaveNone) {
  EXPECT_FALSE(Core("template <class R> void f(R &r) { for (auto &x : r) {} }")
                   .function()
                   .graph());
  EXPECT_FALSE(
      Core("template <class X> Task f(X) { co_return; }").function().graph());
  EXPECT_TRUE(Core("template <class X> void f(X x) { while (x) {} }")
                  .function()
                  .graph());
}

TEST(FlowGraphTest, TheNodesOfALoopAreItsOwn) {
  Core C(Head + R"cpp(
    void f() {
      $a^a();
      while (q()) {
        $b^b();
        if (q()) { $c^c(); break; }
      }
      $d^d();
    })cpp");
  const FunctionAnalysis &F = C.function();
  const FlowGraph &G = *F.graph();
  FlowGraph::LoopNodes Nodes = G.nodesOf(*F.body().loops()[0]);
  ASSERT_TRUE(Nodes.Head);
  auto Inside = [&](llvm::StringRef Mark) {
    return Nodes.Nodes.test(G.blockOf(&C.at(F, Mark))->getBlockID());
  };
  EXPECT_TRUE(Nodes.Nodes.test(*Nodes.Head));
  EXPECT_FALSE(Inside("a"));
  EXPECT_TRUE(Inside("b"));
  EXPECT_FALSE(Inside("c"));
  EXPECT_FALSE(Inside("d"));
}

TEST(FlowGraphTest, AnIncrementThatMayThrowBelongsToTheLoop) {
  for (const char *Loop :
       {"for (int i = 0; i < 9; i = g(i)) b();", "for (;; g(g(1))) b();",
        "try { for (int i = 0; i < 9; i = g(i)) b(); } catch (...) {}",
        "for (int i = 0; q() && q(); g(i) || g(2)) b();",
        "for (int i : Range()) b();"}) {
    Core C(Head +
           "int g(int);"
           "struct It { It &operator++(); int operator*(); "
           "bool operator!=(It); };"
           "struct Range { It begin(); It end(); };"
           "void f() { " +
           Loop + " }");
    const FunctionAnalysis &F = C.function();
    const FlowGraph &G = *F.graph();
    FlowGraph::LoopNodes Nodes = G.nodesOf(*F.body().loops()[0]);
    ASSERT_TRUE(Nodes.Head) << Loop;
    EXPECT_FALSE(Nodes.Nodes.test(G.exit())) << Loop;
    EXPECT_TRUE(G.plain().cycleThrough(*Nodes.Head, Nodes.Nodes).any()) << Loop;
  }
}

/// A view without stops from edges.
FlowView viewOf(std::vector<std::vector<unsigned>> Edges) {
  FlowView V;
  for (const auto &Out : Edges)
    V.Successors.emplace_back(Out.begin(), Out.end());
  V.Stops.resize(Edges.size());
  return V;
}

std::vector<unsigned> bits(const llvm::BitVector &B) {
  return {B.set_bits_begin(), B.set_bits_end()};
}

TEST(FlowGraphTest, ACycleHoldsWhatIsOnAWayRoundAndNothingElse) {
  // 0 -> 1 -> 2 -> 0, a way out 1 -> 3, and 4 that only leads in.
  FlowView V = viewOf({{1}, {2, 3}, {0}, {}, {0}});
  llvm::BitVector All(5, true);
  EXPECT_EQ(bits(V.cycleThrough(0, All)), (std::vector<unsigned>{0, 1, 2}));
  EXPECT_TRUE(V.cycleThrough(3, All).none());
  EXPECT_TRUE(V.cycleThrough(4, All).none());
  EXPECT_EQ(bits(V.reachableFrom(1)), (std::vector<unsigned>{0, 1, 2, 3}));
}

TEST(FlowGraphTest, AStopOrALimitBreaksACycle) {
  FlowView V = viewOf({{1, 2}, {0}, {0}});
  llvm::BitVector All(3, true), Some(3);
  Some.set(0);
  Some.set(2);
  EXPECT_EQ(bits(V.cycleThrough(0, Some)), (std::vector<unsigned>{0, 2}));
  V.Stops.set(2);
  EXPECT_EQ(bits(V.cycleThrough(0, All)), (std::vector<unsigned>{0, 1}));
  EXPECT_TRUE(V.cycleThrough(0, Some).none());
  V.Stops.set(0);
  EXPECT_TRUE(V.cycleThrough(0, All).none());
  // What stops is reached; what follows it is not.
  EXPECT_EQ(bits(V.reachableFrom(0)), (std::vector<unsigned>{0}));
}

} // namespace
