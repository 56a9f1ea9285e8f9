// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/FixDiff.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace llvm;

namespace {

/// The diff of edits (offset, length, text) of Content, a sign before each line.
std::string diff(std::string Content,
                 std::vector<std::tuple<unsigned, unsigned, std::string>> Edits) {
  FileReader Read = [&](StringRef) { return std::optional(Content); };
  SourceTexts Texts(Read);
  Fix F;
  for (auto &[Offset, Length, Text] : Edits)
    F.Edits.push_back({"/a", Offset, Length, Text, 0});
  std::string Out;
  for (const FileDiff &D : diffOf(F, Texts))
    for (const DiffLine &L : D.Lines)
      Out += L.Sign + L.Text + "\n";
  return Out;
}

TEST(FixDiffTest, ShowsAChangedLineWithTwoAround) {
  EXPECT_EQ(diff("1\n2\n3\nf(x);\n5\n6\n7\n", {{9, 0, ", t"}}),
            " 2\n 3\n-f(x);\n+f(x, t);\n 5\n 6\n");
}

TEST(FixDiffTest, LinesThatAreOnlyPushedDownAreNoChange) {
  EXPECT_EQ(diff("a {\n  b;\n}\n", {{3, 0, "\n  if (t)\n    return;"}}),
            " a {\n+  if (t)\n+    return;\n   b;\n }\n");
}

TEST(FixDiffTest, EditsOfOneLineMakeOneChange) {
  EXPECT_EQ(diff("f(a, b);\n", {{2, 1, "x"}, {5, 1, "y"}}),
            "-f(a, b);\n+f(x, y);\n");
}

TEST(FixDiffTest, HunksThatAreFarApartAreCut) {
  EXPECT_EQ(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", {{0, 1, "a"}, {16, 1, "b"}}),
            "-1\n+a\n 2\n 3\n@\n 7\n 8\n-9\n+b\n");
}

TEST(FixDiffTest, HunksThatAreNearShareTheLinesBetween) {
  EXPECT_EQ(diff("1\n2\n3\n4\n", {{0, 1, "a"}, {6, 1, "b"}}),
            "-1\n+a\n 2\n 3\n-4\n+b\n");
}

TEST(FixDiffTest, RemovedLinesGo) {
  EXPECT_EQ(diff("1\n2\n3\n", {{2, 2, ""}}), " 1\n-2\n 3\n");
}

TEST(FixDiffTest, AnEditBehindTheEndHasNoDiff) {
  EXPECT_EQ(diff("1\n", {{90, 0, "x"}}), "");
}

} // namespace
