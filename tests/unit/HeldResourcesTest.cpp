// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/HeldResources.h"
#include "CoreFixture.h"
#include "llvm/Support/Error.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;

namespace {

const std::string Head = R"cpp(
  struct File; File *acquire(const char * = nullptr); void release(File *);
  void peek(File *); struct Holder { void keep(File *); Holder(File *); };
  struct Lock { void lock(); void unlock(); };
  void use(File *); int seize(); void drop(int);
  bool q(); bool stopped(); [[noreturn]] void die();
  namespace cancel {
  struct cancellation_token {
    bool is_cancellation_requested() const noexcept;
    void throw_if_cancellation_requested() const;
  };
  struct operation_canceled : std::exception {};
  }
  using T = cancel::cancellation_token;
)cpp";

const TokenModels &models() {
  static const TokenModels All = [] {
    TokenModels M = TokenModels::builtin();
    if (llvm::Error E = M.addCosts("Resources:\n"
                                   "  - Acquire: [acquire]\n"
                                   "    Release: [release]\n"
                                   "    Borrow: [peek]\n"
                                   "  - Acquire: [seize]\n"
                                   "    Release: [drop]\n"
                                   "  - Acquire: ['Lock::lock']\n"
                                   "    Release: ['Lock::unlock']\n"
                                   "    Handle: object\n",
                                   "costs"))
      ADD_FAILURE() << llvm::toString(std::move(E));
    return M;
  }();
  return All;
}

/// What f holds, by name.
std::string held(const std::string &Code) {
  Core C(Head + Code, models());
  std::string Out;
  for (const Holding &H : holdings(C.function()))
    Out += H.Name + " ";
  return Out;
}

/// What is skipped where: "x@3 " for what x holds at an exit on line 3 of
/// Code; "!" behind a throwing one.
std::string skipped(const std::string &Code) {
  Core C(Head + Code, models());
  const unsigned First = C.text().position(Head.size()).Line;
  std::string Out;
  for (const SkippedRelease &S : skippedReleases(C.function()))
    Out += S.What.Name + "@" +
           std::to_string(C.text().position(C.offsetOf(S.Exit.where())).Line -
                          First + 1) +
           (S.Exit.Throws ? "! " : " ");
  return Out;
}

TEST(HeldResourcesTest, AHoldingIsALocalThatNothingElseKeeps) {
  EXPECT_EQ(held("void f() { File *x = acquire(); peek(x); release(x); }"),
            "x ");
  EXPECT_EQ(held("void f() { File *x; if ((x = acquire()) != nullptr) "
                 "release(x); }"),
            "x ");
  EXPECT_EQ(held("void f() { int *x = new int; *x = 1; delete x; }"), "x ");
  EXPECT_EQ(held("void f() { File *x = acquire(); use(x); release(x); }"),
            "x ");
  EXPECT_EQ(held("void f() { File *x = acquire(); release(x); x = nullptr; }"),
            "x ");
  // Never released here: not held by hand.
  EXPECT_EQ(held("void f() { File *x = acquire(); peek(x); }"), "");
}

TEST(HeldResourcesTest, WhatEscapesIsNotHeld) {
  for (const char *Escape :
       {"File *copy = x;", "y = x;", "Holder holder(x);", "h->keep(x);",
        "File **z = &x;", "auto l = [x] { release(x); };",
        "auto l = [&] { release(x); };", "if (q()) return x;", "x = y;",
        "File *&z = x;", "auto g = wrap(x);", "list[0] = x;",
        "std::unique_ptr<File> p = own(x);"})
    EXPECT_EQ(held("Holder wrap(File *); std::unique_ptr<File> own(File *);"
                   "File *f(File *y, Holder *h, File **list) { "
                   "File *x = acquire(); " +
                   std::string(Escape) + " release(x); return nullptr; }"),
              "")
        << Escape;
}

TEST(HeldResourcesTest, ACalleesBodyTellsWhatItDoes) {
  EXPECT_EQ(held("struct R { static void look(File *p) { if (p) peek(p); } };"
                 "void f() { File *x = acquire(); R::look(x); release(x); }"),
            "x ");
  EXPECT_EQ(held("File *kept; void keep(File *p) { kept = p; }"
                 "void f() { File *x = acquire(); keep(x); release(x); }"),
            "");
  EXPECT_EQ(held("void done(File *p) { release(p); }"
                 "void f() { File *x = acquire(); if (q()) done(x); else "
                 "release(x); }"),
            "");
}

TEST(HeldResourcesTest, ALockIsHeldWhereOnlyItsPairUsesIt) {
  Core C(Head +
             "struct G { G(Lock &); }; struct S { Lock l, k, n; void f(S *s) "
             "{ l.lock(); s->k.lock(); n.lock(); G g(n); s->k.unlock(); "
             "l.unlock(); n.unlock(); } };",
         models());
  std::string Out;
  for (const Holding &H : holdings(C.function("S::f")))
    Out += H.Name + (H.isShared() ? "+ " : " ");
  EXPECT_EQ(Out, "l+ s->k+ ");
}

TEST(HeldResourcesTest, AnExitThatKeepsItIsFound) {
  EXPECT_EQ(skipped("void f(T t) { File *x = acquire();\n"
                    "if (t.is_cancellation_requested()) return;\n"
                    "release(x); }"),
            "x@2 ");
  EXPECT_EQ(skipped("void f(T t) { File *x = acquire();\n"
                    "t.throw_if_cancellation_requested();\n"
                    "t.throw_if_cancellation_requested();\n"
                    "release(x); }"),
            "x@2! ");
  EXPECT_EQ(skipped("void f(T t) { File *x = acquire();\n"
                    "while (!t.is_cancellation_requested())\n"
                    "  if (q()) { release(x); return; } }"),
            "x@2 ");
  EXPECT_EQ(skipped("void g(T t) { t.throw_if_cancellation_requested(); }\n"
                    "void f(T t) { File *x = acquire();\n"
                    "g(t);\n"
                    "release(x); }"),
            "x@3! ");
  EXPECT_EQ(skipped("void f(T t) { File *x = acquire();\n"
                    "const bool stop = t.is_cancellation_requested();\n"
                    "if (stop) throw 1;\n"
                    "release(x); }"),
            "x@3 ");
}

TEST(HeldResourcesTest, EachWayIsLookedAtByItself) {
  // Released, failed, ended, caught and released, not held yet.
  for (const char *Body :
       {"File *x = acquire(); if (t.is_cancellation_requested()) { release(x); "
        "return; } release(x);",
        "File *x = acquire(); if (!x) { if (t.is_cancellation_requested()) "
        "return; return; } release(x);",
        "int x = seize(); if (x < 0) { t.throw_if_cancellation_requested(); "
        "return; } drop(x);",
        "File *x = acquire(); if (t.is_cancellation_requested()) die(); "
        "release(x);",
        "File *x = acquire(); try { t.throw_if_cancellation_requested(); } "
        "catch (...) { release(x); throw; } release(x);",
        "File *x = acquire(); try { t.throw_if_cancellation_requested(); } "
        "catch (const cancel::operation_canceled &) {} release(x);",
        "t.throw_if_cancellation_requested(); File *x = acquire(); release(x); "
        "t.throw_if_cancellation_requested();",
        "File *x = acquire(); while (!t.is_cancellation_requested()) peek(x); "
        "release(x);"})
    EXPECT_EQ(skipped("void f(T t) { " + std::string(Body) + " }"), "") << Body;
}

TEST(HeldResourcesTest, WhatNormalWaysKeepIsMeantToStay) {
  EXPECT_EQ(skipped("void f(T t, bool keep) { File *x = acquire();\n"
                    "if (t.is_cancellation_requested()) return;\n"
                    "if (!keep) release(x); }"),
            "");
  EXPECT_EQ(skipped("void f(T t) { for (;;) { File *x = acquire();\n"
                    "if (t.is_cancellation_requested()) return;\n"
                    "if (q()) { release(x); return; } } }"),
            "");
}

TEST(HeldResourcesTest, AnUnknownCalleeOnTheWayOutIsBelieved) {
  EXPECT_EQ(skipped("void f(T t) { File *x = acquire();\n"
                    "if (t.is_cancellation_requested()) { use(x); return; }\n"
                    "use(x); release(x); }"),
            "");
  EXPECT_EQ(skipped("void f(T t) { File *x = acquire(); use(x);\n"
                    "if (t.is_cancellation_requested()) return;\n"
                    "release(x); }"),
            "x@2 ");
}

} // namespace
