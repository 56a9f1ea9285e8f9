// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/TextReport.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;

namespace {

std::string print(const ReportedFinding &R, std::string Text,
                  bool Color = false) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  printFinding(OS, R, [&](llvm::StringRef) { return std::optional(Text); },
               {Color});
  return Out;
}

ReportedFinding at(unsigned Offset, unsigned Length, unsigned Line,
                   unsigned Column) {
  ReportedFinding R;
  R.F.CheckId = "cancel-a";
  R.F.Message = "stop";
  R.F.Where = {"/f.cpp", Offset, Length, Line, Column, 0};
  return R;
}

TEST(TextReport, LooksLikeClangTidy) {
  ReportedFinding R = at(7, 3, 2, 3);
  R.F.Fixes.push_back({"pass 't'", {{"/f.cpp", 11, 0, ", t", 0}}});
  R.F.Notes.push_back({{"/f.cpp", 0, 0, 1, 1, 0}, "here"});
  EXPECT_EQ(print(R, "int;\n  foo(x);\n"),
            "/f.cpp:2:3: warning: stop [cancel-a]\n"
            "    2 |   foo(x);\n"
            "      |   ^~~\n"
            "      |       , t\n"
            "/f.cpp:1:1: note: here\n"
            "    1 | int;\n"
            "      | ^\n");
}

TEST(TextReport, ErrorsSayWhy) {
  ReportedFinding R = at(0, 0, 1, 1);
  R.IsError = true;
  EXPECT_EQ(print(R, "x"), "/f.cpp:1:1: error: stop "
                           "[cancel-a,-warnings-as-errors]\n"
                           "    1 | x\n"
                           "      | ^\n");
}

TEST(TextReport, TabsAndWideLettersKeepTheCaretInPlace) {
  EXPECT_EQ(print(at(1, 1, 1, 2), "\tx"),
            "/f.cpp:1:2: warning: stop [cancel-a]\n"
            "    1 |         x\n"
            "      |         ^\n");
  EXPECT_EQ(print(at(8, 1, 1, 9), "/*\xE4\xB8\xAD*/ x"),
            "/f.cpp:1:9: warning: stop [cancel-a]\n"
            "    1 | /*\xE4\xB8\xAD*/ x\n"
            "      |        ^\n");
  EXPECT_EQ(print(at(1, 1, 1, 2), "\xFFx"),
            "/f.cpp:1:2: warning: stop [cancel-a]\n"
            "    1 | <FF>x\n"
            "      |     ^\n");
}

TEST(TextReport, RangesEndWithTheLine) {
  EXPECT_EQ(print(at(0, 9, 1, 1), "ab\r\ncdefghi\n"),
            "/f.cpp:1:1: warning: stop [cancel-a]\n"
            "    1 | ab\n"
            "      | ^~\n");
}

TEST(TextReport, ChangedFilesShowNoSource) {
  EXPECT_EQ(print(at(90, 9, 7, 1), "ab\n"),
            "/f.cpp:7:1: warning: stop [cancel-a]\n");
}

TEST(TextReport, ColoursOnRequest) {
  EXPECT_THAT(print(at(0, 1, 1, 1), "x", true), testing::HasSubstr("\x1b["));
  EXPECT_THAT(print(at(0, 1, 1, 1), "x"),
              testing::Not(testing::HasSubstr("\x1b[")));
}

} // namespace
