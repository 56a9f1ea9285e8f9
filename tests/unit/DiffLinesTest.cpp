// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/DiffLines.h"
#include "TempDir.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace llvm;
using testing::HasSubstr;

namespace {

DiffLines parsed(StringRef Diff) {
  Expected<DiffLines> Result = DiffLines::parse(Diff, "/p");
  EXPECT_TRUE(bool(Result));
  return Result ? std::move(*Result) : DiffLines();
}

TEST(DiffLinesTest, HoldsAddedAndChangedLines) {
  DiffLines D = parsed("diff --git a/a.cpp b/a.cpp\n"
                       "--- a/a.cpp\n+++ b/a.cpp\n"
                       "@@ -3 +3,2 @@ void f() {\n-old\n+new\n+er\n"
                       "@@ -10,2 +11,0 @@\n-gone\n-too\n");
  EXPECT_FALSE(D.contains("/p/a.cpp", 2));
  EXPECT_TRUE(D.contains("/p/a.cpp", 3));
  EXPECT_TRUE(D.contains("/p/a.cpp", 4));
  EXPECT_FALSE(D.contains("/p/a.cpp", 5));
  EXPECT_FALSE(D.contains("/p/a.cpp", 11));
  EXPECT_FALSE(D.contains("/p/b.cpp", 3));
}

TEST(DiffLinesTest, LinesInAHunkAreNoHeaders) {
  DiffLines D = parsed("--- a/a.cpp\n+++ b/a.cpp\n"
                       "@@ -1,2 +1,2 @@\n--- x\n-- y\n+++ b/c.cpp\n+z\n"
                       "@@ -9 +9 @@\n-a\n+b\n");
  EXPECT_TRUE(D.contains("/p/a.cpp", 9));
  EXPECT_FALSE(D.contains("/p/c.cpp", 9));
}

TEST(DiffLinesTest, LinesAroundAChangeDidNotChange) {
  DiffLines D = parsed("--- a/a.cpp\n+++ b/a.cpp\n"
                       "@@ -4,5 +4,6 @@\n a\n-b\n+c\n+d\n e\n\n f\n");
  EXPECT_FALSE(D.contains("/p/a.cpp", 4));
  EXPECT_TRUE(D.contains("/p/a.cpp", 5));
  EXPECT_TRUE(D.contains("/p/a.cpp", 6));
  EXPECT_FALSE(D.contains("/p/a.cpp", 7));
}

TEST(DiffLinesTest, ReadsNamesWithSpacesAndQuotes) {
  DiffLines D = parsed("--- a/x\n+++ b/with space.cpp\t\n@@ -1 +1 @@\n-a\n+b\n"
                       "--- a/x\n+++ \"b/\\303\\244\\\\\\\".cpp\"\n"
                       "@@ -1 +1 @@\n-a\n+b\n");
  EXPECT_TRUE(D.contains("/p/with space.cpp", 1));
  EXPECT_TRUE(D.contains("/p/\xC3\xA4\\\".cpp", 1));
}

TEST(DiffLinesTest, DeletedFilesHaveNoLines) {
  DiffLines D = parsed("--- a/a.cpp\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n");
  EXPECT_FALSE(D.contains("/dev/null", 0));
  EXPECT_FALSE(D.contains("/p/a.cpp", 1));
}

TEST(DiffLinesTest, AFindingCountsByItsNotesToo) {
  DiffLines D = parsed("--- a/a.cpp\n+++ b/a.cpp\n@@ -7 +7 @@\n-a\n+b\n");
  Finding F;
  F.Where = {"/p/a.cpp", 0, 1, 3, 1, 0};
  EXPECT_FALSE(D.touches(F));
  F.Notes.push_back({{"/p/a.cpp", 0, 1, 7, 1, 0}, "here"});
  EXPECT_TRUE(D.touches(F));
}

TEST(DiffLinesTest, WhatIsNoDiffIsNamedByItsLine) {
  Expected<DiffLines> None = DiffLines::parse("@@ -1 +1 @@\n", "/p");
  ASSERT_FALSE(bool(None));
  EXPECT_THAT(toString(None.takeError()), HasSubstr("line 1 of the diff"));
  Expected<DiffLines> Bad =
      DiffLines::parse("+++ b/a\n@@ -x +y @@\n", "/p");
  ASSERT_FALSE(bool(Bad));
  EXPECT_THAT(toString(Bad.takeError()), HasSubstr("line 2 of the diff"));
}

TEST(DiffLinesTest, AnEmptyDiffTouchesNothing) {
  Finding F;
  F.Where.Line = 1;
  EXPECT_FALSE(parsed("").touches(F));
}

} // namespace
