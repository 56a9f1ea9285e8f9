// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Fingerprint.h"
#include "gtest/gtest.h"
#include <map>

using namespace cancel_tidy;
using namespace llvm;

namespace {

struct FingerprintTest : testing::Test {
  std::map<std::string, std::string> Files;
  std::vector<ReportedFinding> Findings;

  void add(StringRef File, unsigned Offset, StringRef Context = "f") {
    ReportedFinding R;
    R.F.CheckId = "cancel-x";
    R.F.Context = Context.str();
    R.F.Where = {File.str(), Offset, 1, 1, 1, 0};
    Findings.push_back(R);
  }
  std::vector<std::string> prints() {
    FileReader Read = [&](StringRef File) -> std::optional<std::string> {
      auto It = Files.find(File.str());
      return It == Files.end() ? std::nullopt : std::optional(It->second);
    };
    setLineKeys(Findings, Read);
    setFingerprints(Findings);
    std::vector<std::string> Out;
    for (const ReportedFinding &R : Findings)
      Out.push_back(R.Fingerprint);
    return Out;
  }
};

TEST_F(FingerprintTest, StaysWhenLinesMoveOrAreIndented) {
  Files["/a"] = "foo(x);\nbar(x);\n";
  add("/a", 0);
  std::vector<std::string> Before = prints();
  Files["/a"] = "\n\n  foo( x );\n";
  Findings[0].F.Where.Offset = 4;
  EXPECT_EQ(prints(), Before);
}

TEST_F(FingerprintTest, TellsEqualLinesOfAFunctionApart) {
  Files["/a"] = "foo(x);\nfoo(x);\n";
  add("/a", 0);
  add("/a", 8);
  std::vector<std::string> P = prints();
  EXPECT_NE(P[0], P[1]);
}

TEST_F(FingerprintTest, CountsEqualLinesByFileAndFunction) {
  Files["/a"] = Files["/b"] = "foo(x);\nfoo(x);\n";
  add("/a", 0, "f");
  add("/a", 8, "g");
  add("/b", 0, "f");
  std::vector<std::string> P = prints();
  EXPECT_NE(P[0], P[1]);
  EXPECT_EQ(P[0], P[2]); // Baselines compare the file as well.
}

TEST_F(FingerprintTest, DependsOnTheTextOfTheLine) {
  Files["/a"] = "foo(x);\n";
  add("/a", 0);
  std::vector<std::string> Before = prints();
  Files["/a"] = "foo(y);\n";
  EXPECT_NE(prints(), Before);
}

TEST_F(FingerprintTest, AFileThatIsGoneHasOne) {
  add("/gone", 17);
  EXPECT_FALSE(prints()[0].empty());
}

} // namespace
