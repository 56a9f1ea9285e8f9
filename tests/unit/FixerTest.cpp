// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Fixer.h"
#include "TempDir.h"
#include "llvm/ADT/STLExtras.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace llvm;
using cancel_tidy::test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

namespace {

/// A toy compiler. "bad(N)" is a finding whose fix is the text Fixes[N] in
/// place of "bad(N)"; "error" does not compile; "call(x)" is a call whose
/// callee depends on how many '+' the file holds.
class ToyHost : public FixHost {
public:
  std::map<std::string, std::string> Disk;
  /// Files of each TU.
  std::map<std::string, std::vector<std::string>> Tus;
  std::vector<std::string> Replacements;
  unsigned Analyses = 0;
  bool Stop = false;

  FileReader reader() {
    return [this](StringRef File) -> std::optional<std::string> {
      auto It = Disk.find(File.str());
      return It == Disk.end() ? std::nullopt : std::optional(It->second);
    };
  }

  std::vector<std::string> tusIncluding(ArrayRef<std::string> Files) override {
    std::vector<std::string> Found;
    for (const auto &[Main, Read] : Tus)
      if (any_of(Files,
                 [&](const std::string &F) { return is_contained(Read, F); }))
        Found.push_back(Main);
    return Found;
  }

  std::vector<FixedTu> analyse(ArrayRef<std::string> MainFiles,
                               const Overlay &Contents) override {
    std::vector<FixedTu> Results;
    for (const std::string &Main : MainFiles) {
      ++Analyses;
      FixedTu Tu;
      Tu.MainFile = Main;
      for (const std::string &File : Tus[Main]) {
        auto It = Contents.find(File);
        StringRef Text = It == Contents.end() ? Disk[File] : It->second;
        analyseFile(File, Text, Tu);
        Tu.ErrorCount += Text.count("error");
      }
      Results.push_back(std::move(Tu));
    }
    return Results;
  }

  bool interrupted() override { return Stop; }

  RunReport report() {
    RunReport R;
    std::vector<std::string> All;
    for (const auto &[Main, Files] : Tus)
      All.push_back(Main);
    for (FixedTu &Tu : analyse(All, {}))
      for (ReportedFinding &F : Tu.Findings)
        R.Findings.push_back(std::move(F));
    llvm::sort(R.Findings, [](const auto &A, const auto &B) {
      return std::tie(A.F.Where.File, A.F.Where.Offset) <
             std::tie(B.F.Where.File, B.F.Where.Offset);
    });
    R.Findings.erase(std::unique(R.Findings.begin(), R.Findings.end(),
                                 [](const auto &A, const auto &B) {
                                   return A.F.Where.File == B.F.Where.File &&
                                          A.F.Where.Offset == B.F.Where.Offset;
                                 }),
                     R.Findings.end());
    Analyses = 0;
    return R;
  }

private:
  void analyseFile(const std::string &File, StringRef Text, FixedTu &Tu) {
    for (size_t I = 0; (I = Text.find("bad(", I)) != StringRef::npos; ++I) {
      unsigned Which = Text[I + 4] - '0';
      ReportedFinding R;
      R.F.CheckId = "cancel-toy";
      R.F.Message = "bad";
      R.F.Where.File = File;
      R.F.Where.Offset = I;
      R.F.Where.Line = Text.take_front(I).count('\n') + 1;
      R.F.Where.Column = 1;
      R.F.Fixes.push_back(
          {"mend", {{File, unsigned(I), 6, Replacements[Which], 0}}});
      Tu.Findings.push_back(R);
    }
    for (size_t I = 0; (I = Text.find("error", I)) != StringRef::npos; ++I)
      Tu.Errors.push_back(File + ": no");
    for (size_t I = 0; (I = Text.find("call(", I)) != StringRef::npos; ++I)
      Tu.Calls.push_back({File, unsigned(I),
                          "callee" + std::to_string(Text.count('+')), "", 0});
    size_t Def = Text.find("def(");
    for (size_t I = 0; (I = Text.find("uses(", I)) != StringRef::npos; ++I)
      Tu.Calls.push_back({File, unsigned(I), "def", File, unsigned(Def)});
  }
};

struct FixerTest : testing::Test {
  ToyHost Host;
  RunReport Report;
  FixResult fix() {
    Report = Host.report();
    return makeFixes(Report, Host, Host.reader());
  }
};

TEST_F(FixerTest, AppliesAllInOneRound) {
  Host.Disk = {{"/a", "bad(0);\nbad(0);\n"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"good"};
  FixResult R = fix();
  EXPECT_THAT(R.NewContents, ElementsAre(Pair("/a", "good;\ngood;\n")));
  EXPECT_EQ(R.Applied.size(), 2u);
  EXPECT_EQ(R.Rounds, 1u);
  EXPECT_THAT(R.Dropped, IsEmpty());
  EXPECT_TRUE(R.FixedPoint);
  EXPECT_EQ(Host.Analyses, 1u);
}

TEST_F(FixerTest, GoesOnToTheFixedPoint) {
  Host.Disk = {{"/a", "bad(0)"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"bad (1)-bad(1)", "good"};
  FixResult R = fix();
  // The new finding is not where the old one was.
  EXPECT_THAT(R.NewContents, ElementsAre(Pair("/a", "bad (1)-good")));
  EXPECT_EQ(R.Rounds, 2u);
}

TEST_F(FixerTest, StopsAfterFiveRounds) {
  Host.Disk = {{"/a", "bad(0)"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"x-bad(0)"};
  FixResult R = fix();
  EXPECT_EQ(R.Rounds, 5u);
  EXPECT_FALSE(R.FixedPoint);
}

TEST_F(FixerTest, DropsWhatDoesNotCompile) {
  Host.Disk = {{"/a", "bad(0);\nbad(1);\nbad(0);\n"}, {"/b", "bad(0)"}};
  Host.Tus = {{"/a", {"/a"}}, {"/b", {"/b"}}};
  Host.Replacements = {"good", "error"};
  FixResult R = fix();
  EXPECT_THAT(R.NewContents, ElementsAre(Pair("/a", "good;\nbad(1);\ngood;\n"),
                                         Pair("/b", "good")));
  EXPECT_THAT(R.Dropped,
              ElementsAre("/a:2:1: fix not applied: the code does not compile "
                          "with it (/a: no) [cancel-toy]"));
  EXPECT_TRUE(R.FixedPoint);
}

TEST_F(FixerTest, CodeThatDidNotCompileBeforeMayBeFixed) {
  Host.Disk = {{"/a", "bad(0); error"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"good"};
  EXPECT_THAT(fix().NewContents, ElementsAre(Pair("/a", "good; error")));
}

TEST_F(FixerTest, DropsWhatLeavesTheFinding) {
  Host.Disk = {{"/a", "bad(0);\nbad(1);\n"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"good", "bad(1) "};
  FixResult R = fix();
  EXPECT_THAT(R.NewContents, ElementsAre(Pair("/a", "good;\nbad(1);\n")));
  EXPECT_THAT(R.Dropped, ElementsAre("/a:2:1: fix not applied: the finding "
                                     "stays [cancel-toy]"));
}

TEST_F(FixerTest, ACalleeThatOnlyMovesIsTheSame) {
  Host.Disk = {{"/a", "bad(0);\ndef();\nuses();\n"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"good"};
  FixResult R = fix();
  EXPECT_EQ(R.Applied.size(), 1u);
  EXPECT_TRUE(R.Dropped.empty());
}

TEST_F(FixerTest, DropsWhatChangesOtherCalls) {
  Host.Disk = {{"/a", "bad(0); call(1); bad(1);"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"good", "+++"};
  FixResult R = fix();
  EXPECT_THAT(R.NewContents, ElementsAre(Pair("/a", "good; call(1); bad(1);")));
  EXPECT_THAT(R.Dropped, ElementsAre(HasSubstr("pick another function")));
}

TEST_F(FixerTest, AnalysesEveryTuThatReadsAnEditedHeader) {
  Host.Disk = {{"/h", "bad(0)"}, {"/a", ""}, {"/b", ""}, {"/c", ""}};
  Host.Tus = {{"/a", {"/a", "/h"}}, {"/b", {"/b", "/h"}}, {"/c", {"/c"}}};
  Host.Replacements = {"good"};
  FixResult R = fix();
  EXPECT_THAT(R.NewContents, ElementsAre(Pair("/h", "good")));
  EXPECT_EQ(Host.Analyses, 2u);
  EXPECT_EQ(R.Reanalysed.size(), 2u);
}

TEST_F(FixerTest, OverlappingFixesWaitForTheNextRound) {
  Host.Disk = {{"/a", "bad(0) bad(0)"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"good"};
  Report = Host.report();
  // The first finding's fix also touches the second's place.
  Report.Findings[0].F.Fixes[0].Edits[0].Length = 8;
  Report.Findings[0].F.Fixes[0].Edits[0].Text = "good b";
  FixResult R = makeFixes(Report, Host, Host.reader());
  EXPECT_THAT(R.NewContents, ElementsAre(Pair("/a", "good good")));
  EXPECT_EQ(R.Rounds, 2u);
}

TEST_F(FixerTest, SuppressedFindingsAreLeftAlone) {
  Host.Disk = {{"/a", "bad(0) // NOLINT\nbad(0)\n"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"good"};
  Report = Host.report();
  markSuppressed(Report.Findings, Host.reader());
  FixResult R = makeFixes(Report, Host, Host.reader());
  EXPECT_THAT(R.NewContents,
              ElementsAre(Pair("/a", "bad(0) // NOLINT\ngood\n")));
}

TEST_F(FixerTest, KeepsLineEndsAndByteOrderMark) {
  Host.Disk = {{"/a", "\xEF\xBB\xBF"
                      "bad(0)\r\n"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"if (x)\n  return"};
  EXPECT_THAT(fix().NewContents,
              ElementsAre(Pair("/a", "\xEF\xBB\xBF"
                                     "if (x)\r\n  return\r\n")));
}

TEST_F(FixerTest, AnInterruptedRunWritesNothing) {
  Host.Disk = {{"/a", "bad(0)"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"good"};
  Host.Stop = true;
  FixResult R = fix();
  EXPECT_TRUE(R.Interrupted);
  EXPECT_THAT(R.NewContents, IsEmpty());
}

TEST_F(FixerTest, ManyBadFixesCostFewAnalyses) {
  std::string Text;
  for (int I = 0; I < 64; ++I)
    Text += I == 37 ? "bad(1);\n" : "bad(0);\n";
  Host.Disk = {{"/a", Text}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"good", "error"};
  FixResult R = fix();
  EXPECT_EQ(R.Applied.size(), 63u);
  EXPECT_EQ(R.Dropped.size(), 1u);
  EXPECT_LE(Host.Analyses, 16u);
}

TEST(ApplyEdits, RefusesOverlap) {
  EXPECT_EQ(cantFail(applyEdits("abc", {{"/a", 1, 1, "X", 0}})), "aXc");
  EXPECT_TRUE(errorToBool(
      applyEdits("abc", {{"/a", 0, 2, "X", 0}, {"/a", 1, 1, "Y", 0}})
          .takeError()));
  EXPECT_TRUE(
      errorToBool(applyEdits("abc", {{"/a", 2, 2, "X", 0}}).takeError()));
}

TEST(WriteFixedFiles, KeepsPermissionsAndFollowsLinks) {
  TempDir Dir;
  std::string File = Dir.write("a.cpp", "old");
  sys::fs::setPermissions(File, sys::fs::perms::all_all);
  ASSERT_FALSE(sys::fs::create_link("a.cpp", Dir.path("link.cpp")));
  ASSERT_FALSE(errorToBool(writeFixedFiles({{Dir.path("link.cpp"), "new"}})));
  EXPECT_EQ(TempDir::read(File), "new");
  EXPECT_TRUE(sys::fs::is_symlink_file(Dir.path("link.cpp")));
  EXPECT_EQ(*sys::fs::getPermissions(File), sys::fs::perms::all_all);
}

TEST(WriteFixedFiles, WritesNoneWhenOneFails) {
  TempDir Dir;
  std::string File = Dir.write("a.cpp", "old");
  Error E = writeFixedFiles({{File, "new"}, {Dir.path("none/b.cpp"), "new"}});
  ASSERT_TRUE(bool(E));
  EXPECT_THAT(toString(std::move(E)),
              HasSubstr("none/b.cpp: cannot be written"));
  EXPECT_EQ(TempDir::read(File), "old");
  // No temporary file is left.
  std::error_code Code;
  unsigned Entries = 0;
  for (sys::fs::directory_iterator I(Dir.Folder, Code), End; !Code && I != End;
       I.increment(Code))
    ++Entries;
  EXPECT_EQ(Entries, 1u);
}

TEST_F(FixerTest, ExportJoinsTheRounds) {
  TempDir Dir;
  Host.Disk = {{"/a", "bad(0); bad(2)"}};
  Host.Tus = {{"/a", {"/a"}}};
  Host.Replacements = {"x bad(1)", "good", "fine"};
  FixResult R = fix();
  ASSERT_EQ(R.Rounds, 2u);
  std::string File = Dir.path("fixes.yaml");
  ASSERT_FALSE(errorToBool(exportFixes(File, "/a", "/", Report, &R)));
  std::string Text = TempDir::read(File);
  EXPECT_THAT(Text, HasSubstr("ReplacementText: x good"));
  EXPECT_THAT(Text, HasSubstr("ReplacementText: fine"));
  EXPECT_THAT(Text, HasSubstr("MainSourceFile:  '/a'"));
}

} // namespace
