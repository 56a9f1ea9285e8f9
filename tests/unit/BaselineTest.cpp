// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Baseline.h"
#include "TempDir.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace llvm;
using testing::HasSubstr;

namespace {

ReportedFinding finding(StringRef File, StringRef Print) {
  ReportedFinding R;
  R.F.CheckId = "cancel-x";
  R.F.Message = "say \"it\"";
  R.F.Where.File = File.str();
  R.Fingerprint = Print.str();
  return R;
}

bool always(StringRef) { return true; }
bool never(StringRef) { return false; }

TEST(BaselineTest, MarksWhatItHoldsInThatFileOnly) {
  Baseline B("/p");
  B.update({finding("/p/a.cpp", "1")}, always);
  std::vector<ReportedFinding> Now = {finding("/p/a.cpp", "1"),
                                      finding("/p/b.cpp", "1"),
                                      finding("/p/a.cpp", "2")};
  B.mark(Now);
  EXPECT_TRUE(Now[0].InBaseline);
  EXPECT_FALSE(Now[1].InBaseline);
  EXPECT_FALSE(Now[2].InBaseline);
}

TEST(BaselineTest, NamesAreRelativeSoThatTheProjectMayMove) {
  Baseline B("/p");
  B.update({finding("/p/src/a.cpp", "1")}, always);
  EXPECT_THAT(B.text(), HasSubstr("\"file\": \"src/a.cpp\""));
  test::TempDir Dir;
  Dir.write("base.json", B.text());
  Expected<Baseline> Read = Baseline::read(Dir.path("base.json"), "/q");
  ASSERT_TRUE(bool(Read));
  std::vector<ReportedFinding> Now = {finding("/q/src/a.cpp", "1")};
  Read->mark(Now);
  EXPECT_TRUE(Now[0].InBaseline);
  EXPECT_EQ(Read->text(), B.text());
}

TEST(BaselineTest, DropsWhatIsFixedInJudgedFilesOnly) {
  Baseline B("/p");
  B.update({finding("/p/a.cpp", "1"), finding("/p/b.cpp", "2")}, always);
  EXPECT_EQ(B.fixed({}, never), 0u);
  auto OnlyA = [](StringRef File) { return File == "/p/a.cpp"; };
  EXPECT_EQ(B.fixed({}, OnlyA), 1u);
  Baseline::Change C = B.update({finding("/p/c.cpp", "3")}, OnlyA);
  EXPECT_EQ(C.Added, 1u);
  EXPECT_EQ(C.Fixed, 1u);
  EXPECT_EQ(B.size(), 2u);
}

TEST(BaselineTest, SuppressedFindingsNeedNoEntry) {
  Baseline B("/p");
  ReportedFinding R = finding("/p/a.cpp", "1");
  R.Suppressed = true;
  EXPECT_EQ(B.update({R}, always).Added, 0u);
  EXPECT_EQ(B.size(), 0u);
}

TEST(BaselineTest, AnEmptyOneCanBeReadAgain) {
  test::TempDir Dir;
  Dir.write("base.json", Baseline("/p").text());
  Expected<Baseline> Read = Baseline::read(Dir.path("base.json"), "/p");
  ASSERT_TRUE(bool(Read));
  EXPECT_EQ(Read->size(), 0u);
}

TEST(BaselineTest, ErrorsNameTheFileAndTheMend) {
  test::TempDir Dir;
  auto ErrorOf = [&](StringRef Text) {
    Dir.write("base.json", Text);
    return toString(
        Baseline::read(Dir.path("base.json"), "/p").takeError());
  };
  EXPECT_THAT(ErrorOf("{"), HasSubstr("is no JSON "));
  EXPECT_THAT(ErrorOf("{"), HasSubstr("--update-baseline"));
  EXPECT_THAT(ErrorOf("[]"), HasSubstr("is no baseline"));
  EXPECT_THAT(ErrorOf("{\"version\": 7, \"findings\": []}"),
              HasSubstr("has format 7"));
  EXPECT_THAT(ErrorOf("{\"version\": 1, \"findings\": [{\"file\": \"a\"}]}"),
              HasSubstr("entry 1 lacks"));
  EXPECT_THAT(
      toString(Baseline::read(Dir.path("none.json"), "/p").takeError()),
      HasSubstr("none.json: the baseline cannot be read"));
}

} // namespace
