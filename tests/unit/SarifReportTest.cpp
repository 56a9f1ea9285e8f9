// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/SarifReport.h"
#include "TempDir.h"
#include "checks/AllChecks.h"
#include "llvm/Support/JSON.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace llvm;
using testing::HasSubstr;

namespace {

struct SarifTest : testing::Test {
  RunReport Report;
  std::map<std::string, std::string> Files;
  ReportContext Options;
  json::Value Document = nullptr;

  ReportedFinding &add(StringRef File, unsigned Offset, unsigned Length) {
    ReportedFinding R;
    R.F.CheckId = "cancel-forward-token";
    R.F.Message = "stop";
    R.F.Where = {File.str(), Offset, Length, 1, 1, 0};
    Report.Findings.push_back(R);
    return Report.Findings.back();
  }
  FileReader reader() {
    return [this](StringRef File) -> std::optional<std::string> {
      auto It = Files.find(File.str());
      if (It == Files.end())
        return std::nullopt;
      return It->second;
    };
  }
  std::string write() {
    std::string Text;
    raw_string_ostream OS(Text);
    writeSarif(OS, Report, reader(), Options);
    return Text;
  }
  const json::Object &run() {
    Expected<json::Value> Parsed = json::parse(write());
    EXPECT_TRUE(bool(Parsed));
    Document = std::move(*Parsed);
    return *Document.getAsObject()->getArray("runs")->front().getAsObject();
  }
  const json::Object &result(size_t I = 0) {
    return *(*run().getArray("results"))[I].getAsObject();
  }
  static const json::Object &physical(const json::Object &Result) {
    return *Result.getArray("locations")
                ->front()
                .getAsObject()
                ->getObject("physicalLocation");
  }
};

TEST_F(SarifTest, HoldsEveryRule) {
  const json::Object &Driver = *run().getObject("tool")->getObject("driver");
  EXPECT_EQ(Driver.getArray("rules")->size(), allChecks().size());
  const json::Object &Rule = *Driver.getArray("rules")->front().getAsObject();
  EXPECT_EQ(Rule.getString("id"), allChecks().front().Id);
  EXPECT_EQ(Rule.getObject("shortDescription")->getString("text"),
            allChecks().front().Summary);
}

TEST_F(SarifTest, ResultsPointAtTheirRule) {
  add("/p/a.cpp", 0, 1);
  Files["/p/a.cpp"] = "x\n";
  const json::Object &R = result();
  int64_t Index = *R.getInteger("ruleIndex");
  EXPECT_EQ(allChecks()[Index].Id, "cancel-forward-token");
  EXPECT_EQ(R.getString("level"), "warning");
}

TEST_F(SarifTest, UrisAreEncodedAndRelativeToTheRoot) {
  add("/p/a b\xC3\xA9%.cpp", 0, 1);
  add("/q/x.cpp", 0, 1);
  Options.Root = "/p/";
  const json::Object &In = *physical(result(0)).getObject("artifactLocation");
  EXPECT_EQ(In.getString("uri"), "a%20b%C3%A9%25.cpp");
  EXPECT_EQ(In.getString("uriBaseId"), "SRCROOT");
  EXPECT_EQ(physical(result(1)).getObject("artifactLocation")->getString("uri"),
            "file:///q/x.cpp");
  EXPECT_EQ(run()
                .getObject("originalUriBaseIds")
                ->getObject("SRCROOT")
                ->getString("uri"),
            "file:///p/");
}

TEST_F(SarifTest, ColumnsCountUtf16Units) {
  // Two bytes, one unit; four bytes, two units.
  Files["/a"] = "\xC3\xA9\xF0\x9F\x98\x80xy\n";
  add("/a", 6, 2);
  const json::Object &Region = *physical(result()).getObject("region");
  EXPECT_EQ(Region.getInteger("startColumn"), 4);
  EXPECT_EQ(Region.getInteger("endColumn"), 6);
}

TEST_F(SarifTest, ByteOrderMarkIsNoColumn) {
  Files["/a"] = "\xEF\xBB\xBFxy\n";
  add("/a", 4, 1);
  EXPECT_EQ(physical(result()).getObject("region")->getInteger("startColumn"),
            2);
}

TEST_F(SarifTest, TextThatIsNoUtf8IsMadeValid) {
  add("/a", 0, 1).F.Message = "bad \xFF text";
  std::string Text = write();
  EXPECT_TRUE(json::isUTF8(Text));
  EXPECT_THAT(Text, HasSubstr("bad \xEF\xBF\xBD text"));
}

TEST_F(SarifTest, NotesAndFixesAreThere) {
  Files["/a"] = "foo(x);\n";
  ReportedFinding &R = add("/a", 0, 3);
  R.F.Notes.push_back({{"/a", 4, 1, 1, 5, 0}, "from here"});
  R.F.Fixes.push_back({"pass 't'", {{"/a", 5, 0, ", t", 0}}});
  const json::Object &Result = result();
  const json::Object &Related =
      *Result.getArray("relatedLocations")->front().getAsObject();
  EXPECT_EQ(Related.getObject("message")->getString("text"), "from here");
  const json::Object &Fix = *Result.getArray("fixes")->front().getAsObject();
  EXPECT_EQ(Fix.getObject("description")->getString("text"), "pass 't'");
  const json::Object &Replacement = *Fix.getArray("artifactChanges")
                                         ->front()
                                         .getAsObject()
                                         ->getArray("replacements")
                                         ->front()
                                         .getAsObject();
  EXPECT_EQ(Replacement.getObject("deletedRegion")->getInteger("startColumn"),
            6);
  EXPECT_EQ(Replacement.getObject("deletedRegion")->getInteger("endColumn"), 6);
  EXPECT_EQ(Replacement.getObject("insertedContent")->getString("text"), ", t");
}

TEST_F(SarifTest, SuppressionsAreOnAllResultsOrNone) {
  add("/a", 0, 1);
  EXPECT_FALSE(result().getArray("suppressions"));
  ReportedFinding &R = add("/a", 0, 1);
  R.Suppressed = true;
  R.SuppressedBy = {"/a", 0, 6, 1, 1, 0};
  EXPECT_TRUE(result(0).getArray("suppressions")->empty());
  EXPECT_EQ(result(1)
                .getArray("suppressions")
                ->front()
                .getAsObject()
                ->getString("kind"),
            "inSource");
}

TEST_F(SarifTest, FingerprintsAreThoseOfTheRun) {
  add("/a", 0, 3).Fingerprint = "0123";
  EXPECT_EQ(result().getObject("partialFingerprints")->getString(
                "cancelTidy/v2"),
            "0123");
}

TEST_F(SarifTest, StepsMakeACodeFlow) {
  Files["/a"] = "for (;;)\n  work();\n";
  ReportedFinding &R = add("/a", 0, 3);
  R.F.Notes.push_back({{"/a", 5, 1, 1, 6, 0}, "token", /*IsStep=*/false});
  EXPECT_FALSE(result().getArray("codeFlows"));
  R.F.Notes.push_back({{"/a", 11, 4, 2, 3, 0}, "calls", /*IsStep=*/true});
  const json::Array &Locations = *result()
                                      .getArray("codeFlows")
                                      ->front()
                                      .getAsObject()
                                      ->getArray("threadFlows")
                                      ->front()
                                      .getAsObject()
                                      ->getArray("locations");
  EXPECT_EQ(Locations.size(), 2u);
}

TEST_F(SarifTest, ABaselineIsSaidOfAllResultsOrNone) {
  add("/a", 0, 1);
  EXPECT_FALSE(result().getString("baselineState"));
  add("/a", 2, 1).InBaseline = true;
  Report.Summary.InBaseline = 1;
  EXPECT_EQ(result(0).getString("baselineState"), "new");
  EXPECT_EQ(result(1).getString("baselineState"), "unchanged");
}

TEST_F(SarifTest, InvocationsSayHowItEnded) {
  Options.Arguments = {"/opt/cancel-tidy", "-p", "build"};
  Options.ExitCode = 3;
  Options.ExecutionSuccessful = false;
  Report.Errors = {"a.cpp: crashed"};
  const json::Object &I = *run().getArray("invocations")->front().getAsObject();
  EXPECT_EQ(I.getInteger("exitCode"), 3);
  EXPECT_EQ(I.getBoolean("executionSuccessful"), false);
  EXPECT_EQ(I.getArray("arguments")->size(), 2u);
  EXPECT_EQ(I.getArray("toolExecutionNotifications")->size(), 1u);
}

TEST_F(SarifTest, FilesAreWrittenWholeOrNotAtAll) {
  test::TempDir Dir;
  auto WriteTo = [&](std::string File) {
    return writeReport({findReportFormat("sarif"), std::move(File)}, Report,
                       reader(), Options);
  };
  EXPECT_FALSE(bool(WriteTo(Dir.path("r.sarif"))));
  EXPECT_EQ(test::TempDir::read(Dir.path("r.sarif")), write());
  Error E = WriteTo(Dir.path("no/r.sarif"));
  ASSERT_TRUE(bool(E));
  EXPECT_THAT(toString(std::move(E)),
              HasSubstr("no/r.sarif: cannot be written"));
  Error Full = WriteTo("/dev/full");
  ASSERT_TRUE(bool(Full));
  EXPECT_EQ(toString(std::move(Full)),
            "/dev/full: cannot be written: No space left on device");
}

} // namespace
