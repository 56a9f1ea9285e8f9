// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text that --init writes, without a run.
#include "tool/InitialConfig.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

TEST(InitialConfigTest, FoldersOfOthersAreTheOutermostBelowTheRoot) {
  EXPECT_THAT(foreignFolders({"/p/vendor/a.cpp", "/p/vendor-x/external/b.cpp",
                              "/p/vendor/deep/3rdparty/c.cpp", "/p/src/d.cpp",
                              "/other/vendor/e.cpp", "/p/Third-Party/f.cpp"},
                             "/p"),
              ElementsAre("Third-Party", "vendor", "vendor-x/external"));
  EXPECT_THAT(foreignFolders({"/vendor/a.cpp", "/vendor/src/b.cpp"}, "/vendor"),
              IsEmpty());
  EXPECT_THAT(foreignFolders({"/external/a.cpp"}, "/"),
              ElementsAre("external"));
}

TEST(InitialConfigTest, AProposedEntryIsReadBack) {
  TokenType T = proposedToken("{Type: a::B, Poll: [stopped], Throw: [check]}");
  EXPECT_EQ(T.Type, "a::B");
  EXPECT_THAT(T.Poll, ElementsAre("stopped"));
  EXPECT_THAT(T.Throw, ElementsAre("check"));
  EXPECT_EQ(proposedToken("a::B (of an older version)").Type,
            "a::B (of an older version)");
}

TEST(InitialConfigTest, SaysOnlyWhatWasFound) {
  std::string Text = initialConfig({});
  EXPECT_THAT(Text, HasSubstr("no line here: none\n"));
  EXPECT_THAT(Text, Not(HasSubstr("Models:")));
  EXPECT_THAT(Text, Not(HasSubstr("Exclude:")));
}

TEST(InitialConfigTest, ClassesOfOneNamespaceAreOneFamily) {
  InitialConfig Found;
  Found.Known = {"std"};
  Found.Tokens = {"{Type: a::B, Poll: [stopped]}", "{Type: C, Poll: [stopped]}",
                  "{Type: a::x::D, Poll: [cancelled]}",
                  "{Type: std::E, Poll: [cancelled]}"};
  EXPECT_THAT(initialConfig(Found), HasSubstr(R"(# Models:
#   - Family: a
#     Tokens:
#       - Type: a::B
#         Poll: [stopped]
#       - Type: a::x::D
#         Poll: [cancelled]
#   - Family: own
#     Tokens:
#       - Type: C
#         Poll: [stopped]
#   - Family: std-own
#     Tokens:
#       - Type: std::E
#         Poll: [cancelled]
)"));
}

} // namespace
