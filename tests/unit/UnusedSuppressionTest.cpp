// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/UnusedSuppression.h"
#include "tool/Fixer.h"
#include "clang/Basic/LangOptions.h"
#include "llvm/Support/Error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const llvm::StringRef Forward = "cancel-forward-token";

std::vector<SuppressionMark> marks(llvm::StringRef Text,
                                   llvm::StringRef Off = "") {
  clang::LangOptions Lang;
  Lang.CPlusPlus = Lang.CPlusPlus11 = Lang.CPlusPlus14 = true;
  return suppressionMarks("/f.cpp", Text, Lang,
                          [&](llvm::StringRef Id) { return Id != Off; });
}

std::vector<ReportedFinding> unused(llvm::StringRef Text,
                                    llvm::StringRef Off = "") {
  SuppressionUses Uses;
  Uses.add(marks(Text, Off), /*IsWhole=*/true);
  return Uses.unused();
}

/// What the fixes leave of Text.
std::string fixed(llvm::StringRef Text) {
  std::vector<TextEdit> Edits;
  for (const ReportedFinding &R : unused(Text))
    for (const Fix &F : R.F.Fixes)
      Edits.insert(Edits.end(), F.Edits.begin(), F.Edits.end());
  return llvm::cantFail(applyEdits(Text, Edits));
}

TEST(UnusedSuppression, OnlyOurChecksAreNamed) {
  EXPECT_THAT(unused("a; // NOLINT\n"), IsEmpty());
  EXPECT_THAT(unused("a; // NOLINT(*)\n"), IsEmpty());
  EXPECT_THAT(unused("a; // NOLINT(*,-cancel-forward-token)\n"), IsEmpty());
  EXPECT_THAT(unused("a; // NOLINT(bugprone-x)\n"), IsEmpty());
  EXPECT_THAT(unused("a; // NOLINT(cancel-no-such-check)\n"), IsEmpty());
  EXPECT_EQ(unused("a; // NOLINT(cancel-forward-token)\n").size(), 1u);
  EXPECT_EQ(unused("a; // NOLINT(cancel-forward-*)\n").size(), 1u);
  EXPECT_EQ(unused("a; // NOLINT(cancel-*)\n").size(), 1u);
}

TEST(UnusedSuppression, AllItsChecksWereOn) {
  EXPECT_THAT(unused("a; // NOLINT(cancel-forward-token)\n", Forward),
              IsEmpty());
  EXPECT_THAT(unused("a; // NOLINT(cancel-*)\n", Forward), IsEmpty());
  EXPECT_THAT(
      unused("a; // NOLINT(cancel-forward-token)\n", UnusedSuppressionId),
      IsEmpty());
}

TEST(UnusedSuppression, WhatSilencesIt) {
  EXPECT_THAT(
      unused("a; // NOLINT(cancel-forward-token,cancel-unused-suppression)\n"),
      IsEmpty());
  EXPECT_THAT(unused("// NOLINTNEXTLINE(cancel-unused-suppression)\n"
                     "a; // NOLINT(cancel-forward-token)\n"),
              IsEmpty());
  EXPECT_THAT(unused("// NOLINTBEGIN\n"
                     "a; // NOLINT(cancel-forward-token)\n"
                     "// NOLINTEND\n"),
              IsEmpty());
  EXPECT_THAT(unused("s = \"// NOLINT(cancel-forward-token)\";\n"), IsEmpty());
  EXPECT_THAT(unused("s = R\"x(// NOLINT(cancel-forward-token)\n)x\";\n"),
              IsEmpty());
  EXPECT_THAT(unused("// NOLINTBEGIN(cancel-forward-token)\na;\n"), IsEmpty());
}

TEST(UnusedSuppression, OneUseIsEnough) {
  const std::string Text = "a; // NOLINT(cancel-forward-token)\n";
  SuppressionUses Uses;
  Uses.add(marks(Text), true);
  ReportedFinding R;
  R.F.CheckId = Forward.str();
  R.Suppressed = true;
  R.SuppressedBy = marks(Text)[0].Where;
  Uses.add(R);
  EXPECT_THAT(Uses.unused(), IsEmpty());
}

TEST(UnusedSuppression, EveryTuCounts) {
  const std::string Text = "a; // NOLINT(cancel-forward-token)\n";
  SuppressionUses Broken;
  Broken.add(marks(Text), true);
  Broken.add(marks(Text), false);
  EXPECT_THAT(Broken.unused(), IsEmpty());
  SuppressionUses Off;
  Off.add(marks(Text), true);
  Off.add(marks(Text, Forward), true);
  EXPECT_THAT(Off.unused(), IsEmpty());
  SuppressionUses Both;
  Both.add(marks(Text), true);
  Both.add(marks(Text), true);
  EXPECT_EQ(Both.unused().size(), 1u);
}

TEST(UnusedSuppression, Messages) {
  std::vector<std::string> Out;
  for (const ReportedFinding &R :
       unused("a; // NOLINT(cancel-forward-token)\n"
              "b; // NOLINT(cancel-forward-token, x, cancel-stale-check)\n"))
    Out.push_back(std::to_string(R.F.Where.Line) + ":" +
                  std::to_string(R.F.Where.Column) + " " + R.F.Message);
  EXPECT_THAT(Out,
              ElementsAre("1:7 'NOLINT' suppresses no finding of "
                          "'cancel-forward-token'; remove it",
                          "2:7 'NOLINT' suppresses no finding of "
                          "'cancel-forward-token' or 'cancel-stale-check'; "
                          "remove the names"));
}

TEST(UnusedSuppression, Fixes) {
  EXPECT_EQ(fixed("a;  // NOLINT(cancel-forward-token): why\nb;\n"),
            "a;\nb;\n");
  EXPECT_EQ(fixed("  // NOLINTNEXTLINE(cancel-forward-token)\n  a;\n"),
            "  a;\n");
  EXPECT_EQ(fixed("f(/* NOLINT(cancel-forward-token) */ a);\n"), "f( a);\n");
  EXPECT_EQ(fixed("a; // why NOLINT(cancel-forward-token)\n"), "a; // why\n");
  EXPECT_EQ(fixed("a; // NOLINT(cancel-forward-token, b-c)\n"),
            "a; // NOLINT(b-c)\n");
  EXPECT_EQ(fixed("// NOLINTBEGIN(cancel-forward-token)\na;\n"
                  "// NOLINTEND(cancel-forward-token)\nb;\n"),
            "a;\nb;\n");
  EXPECT_EQ(fixed("// NOLINTBEGIN(x,cancel-forward-token)\na;\n"
                  "// NOLINTEND(x,cancel-forward-token)\n"),
            "// NOLINTBEGIN(x)\na;\n// NOLINTEND(x)\n");
  EXPECT_EQ(fixed("a; // NOLINT(cancel-forward-token)"), "a;");
  // A comment of several lines is for somebody to rewrite.
  EXPECT_EQ(fixed("/* NOLINT(cancel-forward-token)\n more */ a;\n"),
            "/* NOLINT(cancel-forward-token)\n more */ a;\n");
}

} // namespace
