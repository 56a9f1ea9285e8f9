// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Options, project files, foreign commands and the wire: what the driver is
// made of, without a process.
#include "TempDir.h"
#include "tool/ClangArguments.h"
#include "tool/CompileCommands.h"
#include "tool/Depfile.h"
#include "tool/FactsFile.h"
#include "tool/IncludeScan.h"
#include "tool/Options.h"
#include "tool/ProjectFiles.h"
#include "tool/RelativeNames.h"
#include "tool/Wire.h"
#include "llvm/Support/FormatVariadic.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using cancel_tidy::test::TempDir;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

Options parsed(std::vector<std::string> Arguments) {
  llvm::Expected<Options> O = parseOptions(Arguments);
  EXPECT_TRUE(bool(O));
  if (!O) {
    llvm::consumeError(O.takeError());
    return {};
  }
  return *O;
}

std::string refusal(std::vector<std::string> Arguments) {
  llvm::Expected<Options> O = parseOptions(Arguments);
  return O ? "" : toString(O.takeError());
}

TEST(OptionsTest, ValuesAreJoinedOrApart) {
  EXPECT_EQ(parsed({"-checks=a,b"}).Config.Checks, "a,b");
  EXPECT_EQ(parsed({"--checks", "a,b"}).Config.Checks, "a,b");
  EXPECT_EQ(parsed({"-j4"}).Jobs, 4u);
  EXPECT_EQ(parsed({"-p", "build", "a.cpp"}).BuildPath, "build");
}

TEST(OptionsTest, WhatFollowsTwoDashesIsForTheCompiler) {
  Options O = parsed({"a.cpp", "--", "--fix", "-DX"});
  EXPECT_THAT(O.Files, ElementsAre("a.cpp"));
  ASSERT_TRUE(O.Flags);
  EXPECT_THAT(*O.Flags, ElementsAre("--fix", "-DX"));
  EXPECT_FALSE(O.Fix);
  EXPECT_FALSE(parsed({"a.cpp"}).Flags);
}

TEST(OptionsTest, AFlagCanBeTurnedOff) {
  EXPECT_FALSE(parsed({"--fix", "--fix=false"}).Fix);
  EXPECT_THAT(refusal({"--fix=perhaps"}), HasSubstr("true or false"));
}

TEST(OptionsTest, AnUnknownOptionNamesTheNearest) {
  EXPECT_THAT(refusal({"--warning-as-errors=x"}),
              HasSubstr("did you mean '--warnings-as-errors'?"));
  EXPECT_THAT(refusal({"--checks"}), HasSubstr("needs a value"));
}

TEST(OptionsTest, LineFiltersAreRead) {
  Options O = parsed({"--line-filter=[{\"name\":\"a.h\",\"lines\":[[1,3]]}]"});
  ASSERT_EQ(O.LineFilters.size(), 1u);
  EXPECT_EQ(O.LineFilters[0].Name, "a.h");
  EXPECT_THAT(O.LineFilters[0].Lines, ElementsAre(std::pair(1u, 3u)));
}

TEST(RelativeNamesTest, OnlyWholePathsBelowTheRootLoseIt) {
  EXPECT_EQ(withoutRoot("/a/b/c.cpp:1:2: error: see '/a/b/d.h'", "/a/b"),
            "c.cpp:1:2: error: see 'd.h'");
  EXPECT_EQ(withoutRoot("/a/bc/d.h", "/a/b"), "/a/bc/d.h");
  EXPECT_EQ(withoutRoot("/x/a/b/d.h", "/a/b"), "/x/a/b/d.h");
  EXPECT_EQ(withoutRoot("/a/b", "/a/b"), "/a/b");
  EXPECT_EQ(withoutRoot("/a/b.h", "/"), "/a/b.h");
}

TEST(RelativeNamesTest, AllThatARecordNamesComesBack) {
  TuRecord Record;
  Record.Result.MainFile = "/a/b/c.cpp";
  Record.Result.Errors = {"/a/b/c.cpp:1:1: error: no"};
  ReportedFinding R;
  R.F.Where.File = "/a/b/c.h";
  R.F.Spelled.push_back({"/a/b/m.h"});
  R.F.Notes.push_back({{"/usr/include/x.h"}, "declared here"});
  R.F.Fixes.push_back({"pass it", {{"/a/b/c.h", 1, 0, "x"}}});
  R.SuppressedBy.File = "/a/b/c.h";
  Record.Findings = Record.BadMarks = {R};
  std::vector<TuRecord> Records = {Record};
  makeRelative(Records, "/a/b");
  EXPECT_TRUE(anyRelative(Records));
  EXPECT_EQ(encodeFacts(Records).find("/a/b"), std::string::npos);
  EXPECT_EQ(Records[0].Findings[0].F.Fixes[0].Edits[0].File, "c.h");
  EXPECT_EQ(Records[0].Findings[0].F.Notes[0].Where.File, "/usr/include/x.h");
  makeAbsolute(Records, "/a/b");
  EXPECT_FALSE(anyRelative(Records));
  EXPECT_EQ(encodeFacts(Records), encodeFacts(Record));
}

TEST(DepfileTest, WhatMakeReadsOtherwiseIsEscaped) {
  EXPECT_EQ(depfileText("o ut", {"/a b", "/c#d", "/e$f"}),
            "o\\ ut: \\\n  /a\\ b \\\n  /c\\#d \\\n  /e$$f\n");
}

TEST(ProjectFilesTest, AFolderIsNotAPrefix) {
  EXPECT_TRUE(isUnder("/a/b/c.h", "/a/b"));
  EXPECT_TRUE(isUnder("/a/b", "/a/b"));
  EXPECT_TRUE(isUnder("/a", "/"));
  EXPECT_FALSE(isUnder("/a/bc.h", "/a/b"));
}

TEST(ProjectFilesTest, TheCommonFolderOfFiles) {
  EXPECT_EQ(commonFolder({"/p/src/a.cpp", "/p/src/net/b.cpp"}), "/p/src");
  EXPECT_EQ(commonFolder({"/p/src/a.cpp", "/p/source/b.cpp"}), "/p");
  EXPECT_EQ(commonFolder({"/p/a.cpp", "/q/b.cpp"}), "/");
}

TEST(ProjectFilesTest, OnlyACommentMarksAFileGenerated) {
  EXPECT_TRUE(isMarkedGenerated("// @generated\nint x;\n"));
  EXPECT_TRUE(isMarkedGenerated("/*\n * DO NOT EDIT\n */\n"));
  EXPECT_FALSE(isMarkedGenerated("const char *T = \"do not edit\";\n"));
  EXPECT_FALSE(isMarkedGenerated(std::string(40, '\n') + "// @generated\n"));
}

std::vector<std::string> prepared(std::vector<std::string> Arguments,
                                  CommandEdits Edits = {}) {
  TuCommand C{"/p/a.cpp", "/p", std::move(Arguments), false};
  return prepareArguments(C, Edits);
}

TEST(ClangArgumentsTest, WhatClangDoesNotKnowIsDropped) {
  auto Result = prepared({"/usr/bin/ccache", "g++", "-fno-such-flag", "-DX",
                          "-I", "inc", "-o", "a.o", "-c", "a.cpp",
                          "-Werror=all", "-MD", "-MF", "a.d"});
  EXPECT_EQ(Result.front(), "g++");
  EXPECT_EQ(Result.back(), "/p/a.cpp");
  EXPECT_THAT(Result, Contains("-DX"));
  EXPECT_THAT(Result, Contains("inc"));
  for (const char *Gone : {"-fno-such-flag", "a.o", "-c", "a.cpp", "a.d", "-MD",
                           "-Werror=all", "/usr/bin/ccache"})
    EXPECT_THAT(Result, Not(Contains(Gone)));
}

TEST(ClangArgumentsTest, FlagsAreAddedInFrontAndBehindAndRemoved) {
  auto Result = prepared({"c++", "-DA", "-DGONE"},
                         {{"-DBEFORE"}, {"-DAFTER"}, {"-DGONE"}});
  auto At = [&](const char *Flag) { return llvm::find(Result, Flag); };
  EXPECT_LT(At("-DBEFORE"), At("-DA"));
  EXPECT_LT(At("-DA"), At("-DAFTER"));
  EXPECT_EQ(At("-DGONE"), Result.end());
}

TEST(ClangArgumentsTest, TheArgumentThatADriverRefusesGoes) {
  std::vector<std::string> A = {"c++", "-mfoo=bar", "-DX", "a.cpp"};
  EXPECT_TRUE(removeRefusedArgument(
      A, "unsupported option '-mfoo=' for target 'x86_64'"));
  EXPECT_THAT(A, ElementsAre("c++", "-DX", "a.cpp"));
  EXPECT_FALSE(removeRefusedArgument(A, "no such file or directory: 'a.cpp'"));
}

TEST(IncludeScanTest, FindsTheTuThroughOtherHeaders) {
  TempDir Dir;
  Dir.write("src/a.cpp", "#include <vector>\n");
  Dir.write("src/b.cpp", "  #  include \"mid.h\"\n");
  Dir.write("inc/mid.h", "#include \"deep.h\"\n");
  std::string Deep = Dir.write("inc/deep.h", "#include \"mid.h\"\n");
  std::vector<clang::tooling::CompileCommand> Commands;
  for (const char *Name : {"a.cpp", "b.cpp"})
    Commands.emplace_back(Dir.path("src"), Name,
                          std::vector<std::string>{"c++", "-I../inc"}, "");
  IncludeScan Scan(Commands);
  ASSERT_NE(Scan.includerOf(Deep), nullptr);
  EXPECT_EQ(Scan.includerOf(Deep)->Filename, "b.cpp");
  EXPECT_EQ(Scan.includerOf(Dir.path("inc/other.h")), nullptr);
}

TEST(WireTest, AnOutcomeSurvivesTheWay) {
  TuOutcome Out;
  Out.Result.MainFile = "/p/\xff.cpp"; // no UTF-8
  Out.Result.State = TuState::Incomplete;
  Finding F;
  F.CheckId = "cancel-forward-token";
  F.Message = "a \"quoted\"\nline";
  F.Where = {"/p/a.cpp", 1, 2, 3, 4, 0};
  F.Fixes.push_back({"pass it", {{"/p/a.cpp", 5, 0, ", t", 0}}});
  F.When.Clauses = {{{"c:@F@f#", FactKind::Long, true, "f"}}};
  Out.Result.Findings.push_back(F);
  FunctionFacts Facts;
  Facts.USR = "c:@F@g#";
  Facts.Long = true;
  Out.Result.Facts.push_back(Facts);
  Out.Seconds["x"] = 0.5;

  auto Text = llvm::formatv("{0}", toWire(Out)).str();
  EXPECT_EQ(Text.find('\n'), std::string::npos);
  auto Value = llvm::json::parse(Text);
  ASSERT_TRUE(bool(Value));
  TuOutcome In;
  ASSERT_TRUE(fromWire(*Value, In));
  EXPECT_EQ(In.Result.MainFile, Out.Result.MainFile);
  EXPECT_EQ(In.Result.State, TuState::Incomplete);
  ASSERT_EQ(In.Result.Findings.size(), 1u);
  EXPECT_EQ(In.Result.Findings[0].Message, F.Message);
  EXPECT_EQ(In.Result.Findings[0].Where.Column, 4u);
  EXPECT_EQ(In.Result.Findings[0].Fixes[0].Edits[0].Text, ", t");
  EXPECT_TRUE(In.Result.Findings[0].When.Clauses[0][0].WhenUndefined);
  EXPECT_TRUE(In.Result.Facts[0].Long);
  EXPECT_EQ(In.Seconds["x"], 0.5);
  EXPECT_FALSE(fromWire(llvm::json::Value(1), In));
}

} // namespace
