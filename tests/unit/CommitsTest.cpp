// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Commits.h"
#include "CoreFixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const std::string Head = R"cpp(
  namespace cancel {
  struct cancellation_token {
    bool is_cancellation_requested() const noexcept;
    void throw_if_cancellation_requested() const;
  };
  struct operation_canceled : std::exception {};
  }
  using T = cancel::cancellation_token;
  [[clang::annotate("cancel::point_of_no_return")]] void commit();
  struct sqlite3;
  int sqlite3_exec(sqlite3 *, const char *);
  void a(T); bool q(); void w();
)cpp";

std::vector<std::string> late(const std::string &Code) {
  Core C(Head + Code);
  std::vector<std::string> Out;
  for (const LateCancellation &L : lateCancellations(C.function())) {
    const char *const Kinds[] = {"throws", "leaves", "given"};
    Out.push_back(std::string(Kinds[unsigned(L.Kind)]) + " " + L.Token);
  }
  return Out;
}

TEST(CommitsTest, PointsBehindAMarkedFunction) {
  EXPECT_THAT(late("void f(T t) { commit(); a(t);"
                   " t.throw_if_cancellation_requested(); }"),
              ElementsAre("given t", "throws t"));
  EXPECT_THAT(late("void f(T t) { a(t); commit(); }"), IsEmpty());
  EXPECT_THAT(late("void f(T t) { commit();"
                   " if (t.is_cancellation_requested()) return; w(); }"),
              ElementsAre("leaves t"));
}

TEST(CommitsTest, RoundsAreCommittedOneByOne) {
  EXPECT_THAT(late("void f(T t) { while (q()) {"
                   " t.throw_if_cancellation_requested(); commit(); } }"),
              IsEmpty());
  EXPECT_THAT(late("void f(T t) { while (q()) { commit();"
                   " t.throw_if_cancellation_requested(); w(); } }"),
              ElementsAre("throws t"));
}

TEST(CommitsTest, KnownCommitsCountWhereEveryWayLeadsThroughThem) {
  EXPECT_THAT(late("void f(T t, sqlite3 *d) { sqlite3_exec(d, \"COMMIT\");"
                   " t.throw_if_cancellation_requested(); }"),
              ElementsAre("throws t"));
  EXPECT_THAT(late("void f(T t, sqlite3 *d) {"
                   " if (q()) { sqlite3_exec(d, \"COMMIT\"); }"
                   " t.throw_if_cancellation_requested(); }"),
              IsEmpty());
}

TEST(CommitsTest, WordsOfArguments) {
  Core C(Head + "void f(sqlite3 *d, const char *commit_sql) {"
                " sqlite3_exec(d, \"  commit;\"); sqlite3_exec(d, \"END\");"
                " sqlite3_exec(d, commit_sql); w(); }");
  std::string Found;
  for (const clang::Expr *Call : C.function().body().calls())
    Found += C.unit().costs().commits(*Call) ? '1' : '0';
  EXPECT_EQ(Found, "1010");
}

} // namespace
