// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Suppression.h"
#include "llvm/ADT/StringExtras.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// A finding of cancel-a at each '@' of the code (cut out); says which lines
/// are suppressed.
struct Marked {
  std::vector<unsigned> Suppressed;
  std::vector<std::string> Errors;
  std::vector<ReportedFinding> Findings;
};

Marked mark(llvm::StringRef Code, llvm::StringRef Check = "cancel-a") {
  std::string Text;
  Marked M;
  unsigned Line = 1;
  for (char C : Code) {
    if (C == '@') {
      ReportedFinding R;
      R.F.CheckId = Check.str();
      R.F.Where.File = "/f.cpp";
      R.F.Where.Offset = Text.size();
      R.F.Where.Line = Line;
      M.Findings.push_back(R);
      continue;
    }
    Line += C == '\n';
    Text += C;
  }
  auto Read = [&](llvm::StringRef) { return std::optional(Text); };
  for (const ReportedFinding &E : markSuppressed(M.Findings, Read))
    M.Errors.push_back(std::to_string(E.F.Where.Line) + ":" +
                       std::to_string(E.F.Where.Column) + " " + E.F.Message);
  for (const ReportedFinding &R : M.Findings)
    if (R.Suppressed)
      M.Suppressed.push_back(R.F.Where.Line);
  return M;
}

TEST(Suppression, OnTheLine) {
  EXPECT_THAT(mark("@a; // NOLINT\n@b;\n").Suppressed, ElementsAre(1));
  EXPECT_THAT(mark("@a; // NOLINT(cancel-a)").Suppressed, ElementsAre(1));
  EXPECT_THAT(mark("@a; // NOLINT(cancel-b)").Suppressed, IsEmpty());
  EXPECT_THAT(mark("@a; // NOLINT(cancel-*)").Suppressed, ElementsAre(1));
  EXPECT_THAT(mark("@a; // NOLINT( x , cancel-a )").Suppressed, ElementsAre(1));
  EXPECT_THAT(mark("@a; // NOLINT()").Suppressed, IsEmpty());
  EXPECT_THAT(mark("@a; // NOLINT(-cancel-a)").Suppressed, IsEmpty());
  EXPECT_THAT(mark("@a; // NOLINT(-cancel-b,*)").Suppressed, ElementsAre(1));
  EXPECT_THAT(mark("@a; // NOLINT: reason").Suppressed, ElementsAre(1));
  EXPECT_THAT(mark("@a; // NOLINT (cancel-b)").Suppressed, ElementsAre(1));
  EXPECT_THAT(mark("@a; // NOLINT(cancel-b").Suppressed, ElementsAre(1));
  EXPECT_THAT(mark("@a; // NOLINTX").Suppressed, IsEmpty());
  EXPECT_THAT(mark("@a; // nolint").Suppressed, IsEmpty());
  EXPECT_THAT(mark("@a; // XNOLINT").Suppressed, ElementsAre(1));
  EXPECT_THAT(mark("@a; // NOLINT(x) NOLINT(cancel-a)").Suppressed,
              ElementsAre(1));
  EXPECT_THAT(mark("@a(\"NOLINT\");").Suppressed, ElementsAre(1));
}

TEST(Suppression, OnTheNextLine) {
  EXPECT_THAT(mark("// NOLINTNEXTLINE\n@a;\n@b;\n").Suppressed, ElementsAre(2));
  EXPECT_THAT(mark("// NOLINTNEXTLINE(cancel-a)\n@a;").Suppressed,
              ElementsAre(2));
  EXPECT_THAT(mark("@a; // NOLINTNEXTLINE").Suppressed, IsEmpty());
  EXPECT_THAT(mark("// NOLINTNEXTLINE\n\n@a;").Suppressed, IsEmpty());
  EXPECT_THAT(mark("x; // NOLINTNEXTLINE\r\n@a;\r\n").Suppressed,
              ElementsAre(2));
}

TEST(Suppression, Blocks) {
  EXPECT_THAT(mark("// NOLINTBEGIN\n@a;\n// NOLINTEND\n@b;\n").Suppressed,
              ElementsAre(2));
  EXPECT_THAT(mark("// NOLINTBEGIN(cancel-a)\n@a;\n// NOLINTEND( cancel-a )\n")
                  .Suppressed,
              ElementsAre(2));
  EXPECT_THAT(mark("// NOLINTBEGIN(x)\n// NOLINTBEGIN(cancel-a)\n@a;\n"
                   "// NOLINTEND(cancel-a)\n@b;\n// NOLINTEND(x)\n")
                  .Suppressed,
              ElementsAre(3));
}

TEST(Suppression, UnmatchedBlocksAreErrors) {
  Marked M = mark("@a;\n// NOLINTBEGIN\n@b;\n");
  EXPECT_THAT(M.Suppressed, IsEmpty());
  EXPECT_THAT(M.Errors,
              ElementsAre("2:4 unmatched 'NOLINTBEGIN' comment without a "
                          "subsequent 'NOLINTEND' comment"));
  M = mark("@a;\n// NOLINTEND\n");
  EXPECT_THAT(
      M.Errors,
      ElementsAre("2:4 unmatched 'NOLINTEND' comment without a previous "
                  "'NOLINTBEGIN' comment"));
  // The list of an end must be that of its begin.
  M = mark("// NOLINTBEGIN(cancel-a)\n@a;\n// NOLINTEND\n");
  EXPECT_THAT(M.Suppressed, IsEmpty());
  EXPECT_EQ(M.Errors.size(), 2u);
  // Nobody looks at the blocks while lines answer for all findings.
  EXPECT_THAT(mark("@a; // NOLINT\n// NOLINTBEGIN\n").Errors, IsEmpty());
}

TEST(Suppression, SaysWhichCommentItWas) {
  Marked M = mark("x;\n  @a; // NOLINT(cancel-a) because\n");
  ASSERT_EQ(M.Findings.size(), 1u);
  const Place &By = M.Findings[0].SuppressedBy;
  EXPECT_EQ(By.Line, 2u);
  EXPECT_EQ(By.Column, 9u);
  EXPECT_EQ(By.Length, llvm::StringRef("NOLINT(cancel-a)").size());
}

TEST(Suppression, WhereAMacroSpellsIt) {
  std::string Text = "#define A b // NOLINT\nA;\n";
  std::vector<ReportedFinding> Findings(1);
  Findings[0].F.CheckId = "cancel-a";
  Findings[0].F.Where.File = "/f.cpp";
  Findings[0].F.Where.Offset = Text.find("A;");
  auto Read = [&](llvm::StringRef) { return std::optional(Text); };
  markSuppressed(Findings, Read);
  EXPECT_FALSE(Findings[0].Suppressed);
  Place Spelled = Findings[0].F.Where;
  Spelled.Offset = Text.find('b');
  Findings[0].F.Spelled = {Spelled};
  markSuppressed(Findings, Read);
  EXPECT_TRUE(Findings[0].Suppressed);
}

TEST(Suppression, UnreadableFilesSuppressNothing) {
  std::vector<ReportedFinding> Findings(1);
  Findings[0].F.Where.File = "/none";
  EXPECT_THAT(markSuppressed(
                  Findings,
                  [](llvm::StringRef) { return std::optional<std::string>(); }),
              IsEmpty());
  EXPECT_FALSE(Findings[0].Suppressed);
}

} // namespace
